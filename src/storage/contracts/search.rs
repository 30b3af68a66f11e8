//! Search words of contracts: pairs of neighbouring characters, so that two Chinese characters already find.
//!
//! Engine-specific full text fails on words of two characters; the pairs need the same query on both engines.

use diesel::prelude::*;

use crate::schema::contract_pairs;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::ContractId;

/// Maximum number of pairs looked up for one query; more would not narrow it further.
const MOST_PAIRS: usize = 24;

/// Returns the distinct pairs of neighbouring characters of a text, in lower case and without spaces.
pub fn pairs(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.to_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let mut found: Vec<String> = characters.windows(2).map(|pair| pair.iter().collect()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Joins the texts by which a contract is found: number, title, contractor name.
pub fn text_of(number: &str, title: &str, contractor: &str) -> String {
    format!("{number} {title} {contractor}")
}

/// Returns the pairs of a query; empty if it is too short.
pub fn query_pairs(q: &str) -> Vec<String> {
    pairs(q).into_iter().take(MOST_PAIRS).collect()
}

/// Replaces the pairs of a contract.
pub fn replace(connection: &mut AnyConnection, contract: ContractId, text: &str) -> Result<()> {
    diesel::delete(contract_pairs::table.filter(contract_pairs::contract_id.eq(contract.0))).execute(connection)?;
    insert(connection, &pairs(text).into_iter().map(|pair| (pair, contract)).collect::<Vec<_>>())
}

/// Inserts pairs.
pub fn insert(connection: &mut AnyConnection, rows: &[(String, ContractId)]) -> Result<()> {
    insert_rows!(connection, contract_pairs::table, rows, |(pair, contract)| {
        (contract_pairs::pair.eq(pair), contract_pairs::contract_id.eq(contract.0))
    });
    Ok(())
}
