//! Contractors from memory, and the search for them by pairs of neighbouring characters of their name and credit code, so
//! that two Chinese characters suffice to find one.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::domain::text_input::key;
use crate::schema::{contractor_pairs, contractors, organisations};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::contracts::search::{pairs, query_pairs};
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations::{self as stored, Contractor, contractor_columns};
use crate::storage::registry::version::{Memory, RegisterVersion};

/// Finds a contractor by the key of its organisation, from memory if the registers have not changed since.
pub fn remembered(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    id: OrganisationId,
) -> Result<Option<Contractor>> {
    static CONTRACTORS: Memory<OrganisationId, Contractor> = Memory::new();
    CONTRACTORS.get_or_find(version, id, || stored::contractor(connection, id))
}

/// Replaces the search pairs of a contractor's name and credit code.
pub(crate) fn replace_pairs(
    connection: &mut AnyConnection,
    contractor: OrganisationId,
    name: &str,
    credit_code: &str,
) -> QueryResult<()> {
    diesel::delete(contractor_pairs::table.filter(contractor_pairs::contractor_id.eq(contractor.0)))
        .execute(connection)?;
    let rows: Vec<_> = pairs_of(name, credit_code)
        .into_iter()
        .map(|pair| (contractor_pairs::pair.eq(pair), contractor_pairs::contractor_id.eq(contractor.0)))
        .collect();
    insert_many!(connection, contractor_pairs::table, &rows)?;
    Ok(())
}

/// Returns the distinct search pairs of a contractor's name and credit code.
fn pairs_of(name: &str, credit_code: &str) -> BTreeSet<String> {
    pairs(name).into_iter().chain(pairs(credit_code)).chain(key(name).chars().map(String::from)).collect()
}

/// Returns the keys of those of these contractors whose search pairs are not those of their name and credit code.
pub fn with_other_pairs(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<i64>> {
    let known: Vec<(i64, String, String)> = contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.eq_any(ids))
        .select((contractors::organisation_id, organisations::name, contractors::credit_code))
        .load(connection)?;
    let stored: Vec<(i64, String)> = contractor_pairs::table
        .filter(contractor_pairs::contractor_id.eq_any(ids))
        .select((contractor_pairs::contractor_id, contractor_pairs::pair))
        .load(connection)?;
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (id, pair) in stored {
        found.entry(id).or_default().insert(pair);
    }
    let differs =
        |(id, name, code): &&(i64, String, String)| found.get(id).cloned().unwrap_or_default() != pairs_of(name, code);
    Ok(known.iter().filter(differs).map(|(id, ..)| *id).collect())
}

/// Returns the name and the credit code of the first contractor, other than this one, with a folded name.
pub fn with_name(
    connection: &mut AnyConnection,
    name_key: &str,
    own: OrganisationId,
) -> Result<Option<(String, String)>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::name_key.eq(name_key))
        .filter(contractors::organisation_id.ne(own.0))
        .order(contractors::organisation_id)
        .select((organisations::name, contractors::credit_code))
        .first(connection)
        .optional()?)
}

/// Lists contractors whose name starts with a text, by name.
pub fn list_by_prefix(connection: &mut AnyConnection, prefix: &str, limit: i64) -> Result<Vec<Contractor>> {
    let from = key(prefix);
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::name_key.ge(from.clone()))
        .filter(contractors::name_key.lt(format!("{from}\u{10FFFF}")))
        .order((contractors::name_key, contractors::organisation_id))
        .limit(limit)
        .select(contractor_columns!())
        .load(connection)?)
}

/// Lists contractors by key, after a key. Every word of `q` must be part of the name or of the credit code.
pub fn list(connection: &mut AnyConnection, q: Option<&str>, after: i64, limit: i64) -> Result<Vec<Contractor>> {
    let mut query = contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.gt(after))
        .order(contractors::organisation_id)
        .limit(limit)
        .select(contractor_columns!())
        .into_boxed();
    for pair in q.map(query_pairs).unwrap_or_default() {
        let having =
            contractor_pairs::table.filter(contractor_pairs::pair.eq(pair)).select(contractor_pairs::contractor_id);
        query = query.filter(contractors::organisation_id.eq_any(having));
    }
    Ok(query.load(connection)?)
}
