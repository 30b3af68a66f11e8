//! Sources of a list of contracts: the rows that it walks, chosen so that a page costs about as much as it shows. A query
//! planner cannot know that the contracts of a year are adjacent or that search words are rare.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::error::Error;
use crate::schema::{contract_access, contract_pairs, contracts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::list::Filter;
use crate::storage::ids::OrganisationId;

/// Size up to which a set of contracts is filtered as a whole. A page over a larger set fills before many rows are
/// skipped.
pub(super) const FEW: i64 = 1000;
/// Pairs that a query on PostgreSQL has as conditions of their own, since it plans the order of all of them: eleven take
/// tenths of a second to plan. Rows that pass are checked for the other pairs.
const JOINED: usize = 2;

/// The rows that a list walks.
pub(super) enum Source {
    /// The access rows of each organisation.
    Seen,
    /// All contracts of a contractor or a purchaser.
    Filed,
    /// All contracts that contain a pair of characters.
    Found(String),
    /// A small set of contracts by key.
    Few(Vec<i64>),
}

/// Chooses the rows that a list walks, and returns the filter that they must still pass, its rarest pairs first.
pub(super) fn choose_source(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
) -> Result<(Source, Filter)> {
    let mut filter = filter.clone();
    let source = choose(connection, organisations, &mut filter)?;
    if filter.pairs.len() > JOINED && matches!(connection, AnyConnection::Postgres(_)) {
        let further = filter.pairs.split_off(JOINED);
        filter.further_pairs =
            Some(serde_json::to_string(&further).map_err(|error| Error::Internal(error.to_string()))?);
    }
    Ok((source, filter))
}

fn choose(connection: &mut AnyConnection, organisations: &[OrganisationId], filter: &mut Filter) -> Result<Source> {
    if let Some(only) = &filter.only {
        return Ok(Source::Few(only.clone()));
    }
    if filter.contractor.is_some() || filter.purchaser.is_some() {
        return Ok(Source::Filed);
    }
    let (few, many): (Vec<_>, Vec<_>) =
        by_rarity(connection, &filter.pairs)?.into_iter().partition(|(_, ids)| are_few(ids));
    filter.pairs = many.into_iter().map(|(pair, _)| pair).collect();
    let few = few.into_iter().map(|(_, ids)| BTreeSet::from_iter(ids));
    if let Some(ids) = few.reduce(|some, others| &some & &others) {
        return Ok(Source::Few(ids.into_iter().collect()));
    }
    match filter.regions.as_deref() {
        None => {}
        Some([]) => return Ok(Source::Few(Vec::new())),
        Some(regions) => {
            let those = contracts::table.filter(contracts::region_id.eq_any(regions)).limit(FEW).select(contracts::id);
            let ids = those.load(connection)?;
            if are_few(&ids) {
                return Ok(Source::Few(ids));
            }
        }
    }
    let ordered_as_seen = filter.year.is_some() || filter.due_before.is_some();
    if filter.pairs.is_empty() || ordered_as_seen || are_few(&some_seen(connection, organisations)?) {
        return Ok(Source::Seen);
    }
    // A single pair stays a condition too. Without one, PostgreSQL expects many contracts and reads all access rows.
    let pair = if filter.pairs.len() > 1 { filter.pairs.remove(0) } else { filter.pairs[0].clone() };
    Ok(Source::Found(pair))
}

/// Returns pairs, the rarest first, each with its first contracts, at most [`FEW`]. Of two frequent pairs, that whose first
/// contracts reach further is taken as the rarer one.
fn by_rarity(connection: &mut AnyConnection, pairs: &[String]) -> Result<Vec<(String, Vec<i64>)>> {
    let mut found = Vec::new();
    for pair in pairs {
        let ids: Vec<i64> = contract_pairs::table
            .filter(contract_pairs::pair.eq(pair))
            .order(contract_pairs::contract_id)
            .limit(FEW)
            .select(contract_pairs::contract_id)
            .load(connection)?;
        found.push((pair.clone(), ids));
    }
    found.sort_by_key(|(_, ids)| (ids.len(), Reverse(ids.last().copied())));
    Ok(found)
}

fn are_few(ids: &[i64]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|count| count < FEW)
}

/// Returns contracts that the organisations may see, at most `FEW`.
fn some_seen(connection: &mut AnyConnection, organisations: &[OrganisationId]) -> Result<Vec<i64>> {
    Ok(contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .limit(FEW)
        .select(contract_access::contract_id)
        .load(connection)?)
}
