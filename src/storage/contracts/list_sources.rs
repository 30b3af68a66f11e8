//! Sources of a list of contracts: the rows that it walks, chosen so that a page costs about as much as it shows. A query
//! planner cannot know that the contracts of a year are adjacent or that search words are rare.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::error::Error;
use crate::schema::{breaches, contract_access, contract_pairs, contracts, evaluations, milestones, tasks};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::filter::{Filter, HavingBetween, breached, deliverables, evaluated, unpaid};
use crate::storage::ids::OrganisationId;

/// Size up to which a set of contracts is filtered as a whole. A page over a larger set fills before many rows are
/// skipped.
pub(super) const FEW: i64 = 1000;
/// Pairs that a query on PostgreSQL has as conditions of their own, since it plans the order of all of them: eleven take
/// tenths of a second to plan. Rows that pass are checked for the other pairs.
const JOINED: usize = 2;
/// Pairs of a query that are measured.
const MEASURED: usize = 12;

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
    if let Some(having) = filter.having {
        let ids = some_having(connection, having)?;
        if are_few(&ids) {
            return Ok(Source::Few(ids));
        }
    }
    if filter.contractor.is_some() || filter.purchaser.is_some() {
        return Ok(Source::Filed);
    }
    let (few, many): (Vec<_>, Vec<_>) =
        by_rarity(connection, &filter.pairs)?.into_iter().partition(|measured| measured.number < FEW);
    filter.pairs.retain(|pair| !many.iter().chain(&few).any(|measured| measured.pair == *pair));
    filter.pairs.splice(0..0, many.into_iter().map(|measured| measured.pair));
    if let Some(ids) = having_all(connection, &few)? {
        return Ok(Source::Few(ids));
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

/// A pair with the number of its first contracts, at most [`FEW`], and the last of these.
#[derive(QueryableByName)]
struct Measured {
    #[diesel(sql_type = Text)]
    pair: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Statement that measures a list of pairs in JSON. Both limits are [`FEW`].
macro_rules! measuring {
    ($pairs:literal) => {
        concat!(
            "SELECT w.value AS pair, (SELECT COUNT(*) FROM (SELECT 1 FROM contract_pairs AS c WHERE c.pair = w.value ",
            "LIMIT 1000) AS f) AS number, COALESCE((SELECT MAX(f.contract_id) FROM (SELECT c.contract_id ",
            "FROM contract_pairs AS c WHERE c.pair = w.value ORDER BY c.contract_id LIMIT 1000) AS f), 0) AS last FROM ",
            $pairs
        )
    };
}

/// Measures pairs in one statement, the rarest first; of many pairs, so many that one of them is rare if any is. Of two
/// frequent pairs, that whose first contracts reach further is taken as the rarer one.
fn by_rarity(connection: &mut AnyConnection, pairs: &[String]) -> Result<Vec<Measured>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let measured = pairs.iter().take(MEASURED).collect::<Vec<_>>();
    let json = serde_json::to_string(&measured).map_err(|error| Error::Internal(error.to_string()))?;
    let mut found: Vec<Measured> = match connection {
        AnyConnection::Sqlite(own) => {
            diesel::sql_query(measuring!("json_each(?) AS w")).bind::<Text, _>(&json).load(own)?
        }
        AnyConnection::Postgres(own) => {
            let listed = measuring!("json_array_elements_text($1::json) AS w (value)");
            diesel::sql_query(listed).bind::<Text, _>(&json).load(own)?
        }
    };
    found.sort_by_key(|measured| (measured.number, Reverse(measured.last)));
    Ok(found)
}

/// Returns the contracts that have all of some rare pairs; `None` for no pair.
fn having_all(connection: &mut AnyConnection, few: &[Measured]) -> Result<Option<Vec<i64>>> {
    let Some(rarest) = few.first() else { return Ok(None) };
    if rarest.number == 0 {
        return Ok(Some(Vec::new()));
    }
    let pairs = few.iter().map(|measured| measured.pair.as_str());
    let rows: Vec<(String, i64)> = contract_pairs::table
        .filter(contract_pairs::pair.eq_any(pairs))
        .select((contract_pairs::pair, contract_pairs::contract_id))
        .load(connection)?;
    let mut of: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (pair, contract) in rows {
        of.entry(pair).or_default().insert(contract);
    }
    let all = few.iter().map(|measured| of.remove(&measured.pair).unwrap_or_default());
    Ok(all.reduce(|some, others| &some & &others).map(|ids| ids.into_iter().collect()))
}

fn are_few(ids: &[i64]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|count| count < FEW)
}

/// Returns contracts that have something between two days, at most `FEW`.
fn some_having(connection: &mut AnyConnection, having: HavingBetween) -> Result<Vec<i64>> {
    Ok(match having {
        HavingBetween::Deliverable(first, last) => {
            deliverables!(first, last).select(tasks::contract_id).distinct().limit(FEW).load(connection)?
        }
        HavingBetween::Payment(first, last) => {
            unpaid!(first, last).select(milestones::contract_id).distinct().limit(FEW).load(connection)?
        }
        HavingBetween::Breach(first, last) => {
            breached!(first, last).select(breaches::contract_id).distinct().limit(FEW).load(connection)?
        }
        HavingBetween::Evaluation(first, last) => {
            evaluated!(first, last).select(evaluations::contract_id).distinct().limit(FEW).load(connection)?
        }
    })
}

/// Returns contracts that the organisations may see, at most `FEW`.
fn some_seen(connection: &mut AnyConnection, organisations: &[OrganisationId]) -> Result<Vec<i64>> {
    Ok(contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .limit(FEW)
        .select(contract_access::contract_id)
        .load(connection)?)
}
