//! Finding contracts by words: a table of pairs of characters, the same query on both engines. Two Chinese characters find.

use diesel::prelude::*;

use crate::schema::contract_pairs;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::ContractId;

/// Most pairs of a query that are looked at: more narrow nothing.
const MOST_PAIRS: usize = 24;

/// The pairs of neighbouring characters of a text, lower-cased, without blanks, each once.
pub fn pairs(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.to_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let mut found: Vec<String> = characters.windows(2).map(|pair| pair.iter().collect()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What a contract is found by: its number, its title, its contractor's name.
pub fn text_of(number: &str, title: &str, contractor: &str) -> String {
    format!("{number} {title} {contractor}")
}

/// The pairs by which a query is answered; none where it is too short to find by.
pub fn query_pairs(q: &str) -> Vec<String> {
    pairs(q).into_iter().take(MOST_PAIRS).collect()
}

/// Writes the pairs of a contract anew.
pub fn replace(connection: &mut AnyConnection, contract: ContractId, text: &str) -> Result<()> {
    diesel::delete(contract_pairs::table.filter(contract_pairs::contract_id.eq(contract.0))).execute(connection)?;
    insert(connection, &pairs(text).into_iter().map(|pair| (pair, contract)).collect::<Vec<_>>())
}

/// Adds pairs by which contracts are found.
pub fn insert(connection: &mut AnyConnection, rows: &[(String, ContractId)]) -> Result<()> {
    insert_rows!(connection, contract_pairs::table, rows, |(pair, contract)| {
        (contract_pairs::pair.eq(pair), contract_pairs::contract_id.eq(contract.0))
    });
    Ok(())
}
