//! Search for contractors by pairs of neighbouring characters of their name and credit code, so that two Chinese
//! characters suffice to find one.

use diesel::prelude::*;

use crate::domain::text_input::key;
use crate::schema::{contractor_pairs, contractors, organisations};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::contracts::search::{pairs, query_pairs};
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations::{Contractor, contractor_columns};

/// Replaces the search pairs of a contractor's name and credit code.
pub(crate) fn replace_pairs(
    connection: &mut AnyConnection,
    contractor: OrganisationId,
    name: &str,
    credit_code: &str,
) -> QueryResult<()> {
    diesel::delete(contractor_pairs::table.filter(contractor_pairs::contractor_id.eq(contractor.0)))
        .execute(connection)?;
    let mut found = pairs(name);
    found.extend(pairs(credit_code));
    found.extend(key(name).chars().map(String::from));
    found.sort_unstable();
    found.dedup();
    let rows: Vec<_> = found
        .into_iter()
        .map(|pair| (contractor_pairs::pair.eq(pair), contractor_pairs::contractor_id.eq(contractor.0)))
        .collect();
    insert_many!(connection, contractor_pairs::table, &rows)?;
    Ok(())
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
