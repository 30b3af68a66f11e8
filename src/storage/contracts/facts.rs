//! Facts: one append-only list for each contract, in which every row has the hash of the one before it.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::FactKind;
use crate::schema::{contracts, facts};
use crate::storage::Result;
use crate::storage::audit::hash_chains::FactRecord;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::statements::{lengthened, load_listed, read_rows};
use crate::storage::write::Context;

/// Maximum number of contracts without a row to name.
const MOST_MISSING: i64 = 100;

/// A recorded fact.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = facts)]
pub struct FactRow {
    /// Number within the contract, from 1.
    pub seq: i64,
    #[diesel(deserialize_as = String)]
    pub kind: FactKind,
    /// Day from which the fact counts.
    pub on_day: NaiveDate,
    /// Time of recording (UTC).
    pub recorded_at: NaiveDateTime,
    /// Person who recorded the fact.
    pub actor_id: PersonId,
    /// Person represented, if a deputy recorded the fact.
    pub for_id: Option<i64>,
    /// The fact in the JSON of docs/standing.md.
    pub body: String,
    /// Note, members, files or voucher recorded with the fact, as JSON.
    pub words: String,
    /// Hash of the previous fact.
    pub prev_hash: String,
    /// Hash of this fact.
    pub hash: String,
}

/// End of a contract's list of facts.
#[derive(Debug)]
pub struct Place<'a> {
    /// Random identifier of the contract.
    pub contract: &'a str,
    /// Number of the last fact; 0 if there is none.
    pub last: i64,
    /// Hash of the last fact.
    pub prev: &'a str,
}

impl FactRow {
    /// Builds the row of the next fact.
    pub fn after(
        place: &Place<'_>,
        (kind, on): (FactKind, NaiveDate),
        (at, actor, on_behalf_of): (NaiveDateTime, PersonId, Option<PersonId>),
        (body, words): (String, String),
    ) -> Self {
        let seq = place.last + 1;
        let record = FactRecord {
            place: (place.contract, seq, kind.as_str()),
            on,
            by: (at, actor, on_behalf_of),
            what: (&body, &words),
            prev: place.prev,
        };
        Self {
            seq,
            kind,
            on_day: on,
            recorded_at: at,
            actor_id: actor,
            for_id: on_behalf_of.map(|id| id.0),
            hash: record.hash(),
            prev_hash: place.prev.to_owned(),
            body,
            words,
        }
    }
}

/// A fact to be recorded.
#[derive(Debug, Clone)]
pub struct NewFact {
    pub kind: FactKind,
    /// Day from which the fact counts.
    pub on: NaiveDate,
    /// The fact in the JSON of docs/standing.md.
    pub body: serde_json::Value,
    /// Note, members, files or voucher to record with the fact.
    pub words: serde_json::Value,
}

/// Returns all facts of a contract in recording order.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<FactRow>> {
    let own = facts::table.filter(facts::contract_id.eq(contract.0)).order(facts::seq);
    Ok(read_rows!(connection, own.select(FactRow::as_select()))?)
}

/// Loads the facts with these numbers within their contracts; no query without numbers.
pub fn numbered(connection: &mut AnyConnection, places: &[(ContractId, i64)]) -> Result<Vec<(ContractId, FactRow)>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<(ContractId, FactRow)> = facts::table
        .filter(facts::contract_id.eq_any(places.iter().map(|(contract, _)| contract.0)))
        .filter(facts::seq.eq_any(places.iter().map(|(_, seq)| *seq)))
        .select((facts::contract_id, FactRow::as_select()))
        .load(connection)?;
    found.retain(|(contract, row)| places.contains(&(*contract, row.seq)));
    Ok(found)
}

/// Loads the rejections of submissions of these contracts, and all reversals, in recording order.
pub fn rejections_of(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Vec<(ContractId, FactRow)>> {
    let kinds = [FactKind::Decision, FactKind::Reversal].map(FactKind::as_str);
    let rejected = facts::body.like("%\"decision\":\"rejected\"%");
    let contracts = lengthened(contracts.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        contracts,
        facts::table
            .filter(facts::contract_id.eq_any(&contracts))
            .filter(facts::kind.eq_any(kinds))
            .filter(facts::kind.eq(FactKind::Reversal.as_str()).or(rejected))
            .order((facts::contract_id, facts::seq))
            .select((facts::contract_id, FactRow::as_select()))
    )?)
}

/// Appends a fact. If two writers append at once, the primary key (contract, number) refuses one of them.
pub fn append(
    connection: &mut AnyConnection,
    context: &Context,
    contract: &Contract,
    actor: PersonId,
    fact: &NewFact,
) -> Result<FactRow> {
    let (body, words) = (fact.body.to_string(), fact.words.to_string());
    let place = Place { contract: &contract.public_id, last: contract.fact_seq, prev: &contract.fact_hash };
    let by = (context.now, actor, context.on_behalf_of);
    let row = FactRow::after(&place, (fact.kind, fact.on), by, (body, words));
    insert(connection, &[(contract.id, &row)])?;
    diesel::update(contracts::table.find(contract.id.0))
        .set((contracts::fact_seq.eq(row.seq), contracts::fact_hash.eq(&row.hash)))
        .execute(connection)?;
    Ok(row)
}

/// Inserts facts that continue their contracts' lists.
pub fn insert(connection: &mut AnyConnection, rows: &[(ContractId, &FactRow)]) -> Result<()> {
    insert_rows!(connection, facts::table, rows, |(contract, row)| {
        (
            facts::contract_id.eq(contract.0),
            facts::seq.eq(row.seq),
            facts::kind.eq(row.kind.as_str()),
            facts::on_day.eq(row.on_day),
            facts::recorded_at.eq(row.recorded_at),
            facts::actor_id.eq(row.actor_id.0),
            facts::for_id.eq(row.for_id),
            facts::body.eq(&row.body),
            facts::words.eq(&row.words),
            facts::prev_hash.eq(&row.prev_hash),
            facts::hash.eq(&row.hash),
        )
    });
    Ok(())
}

/// Loads the keys of the first contracts that have facts but no row.
pub fn without_contract(connection: &mut AnyConnection) -> Result<Vec<ContractId>> {
    let contract = contracts::table.filter(contracts::id.eq(facts::contract_id));
    Ok(facts::table
        .filter(diesel::dsl::not(diesel::dsl::exists(contract)))
        .select(facts::contract_id)
        .distinct()
        .order(facts::contract_id)
        .limit(MOST_MISSING)
        .load(connection)?)
}

/// Returns the texts of a contract's facts of one kind, in recording order.
pub fn words_of(connection: &mut AnyConnection, contract: ContractId, kind: FactKind) -> Result<Vec<String>> {
    Ok(facts::table
        .filter(facts::contract_id.eq(contract.0))
        .filter(facts::kind.eq(kind.as_str()))
        .order(facts::seq)
        .select(facts::words)
        .load(connection)?)
}
