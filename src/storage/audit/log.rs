//! The audit log: events and facts of all people or one person, on all days or one day, newest first.
//!
//! Each query reads a range of one index backwards. Callers decide on visibility, by the contracts that the records are
//! about. records are about.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::codes::FactKind;
use crate::domain::text_input::key;
use crate::schema::{contract_access, contracts, events, facts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId, PersonId};

/// Hash chain of a record. Chains of facts sort before chains of events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HashChain {
    /// Facts of a contract, by its key.
    Facts(i64),
    /// Events, by name of the chain.
    Events(String),
}

/// Position of a record in the log: ordered by time, then by chain and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Time of recording, in UTC.
    pub at: NaiveDateTime,
    /// Hash chain of the record.
    pub chain: HashChain,
    /// Number in the chain, from 1.
    pub seq: i64,
}

/// Filter by person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Records of everyone.
    Anybody,
    /// Records made by a person.
    By(PersonId),
    /// Records made by a deputy in a person's place.
    For(PersonId),
}

/// Range of the log.
#[derive(Debug, Clone)]
pub struct Range {
    /// Filter by person.
    pub whose: Whose,
    /// Time span: from the first instant (inclusive) to the second (exclusive).
    pub during: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Position that the range ends before (exclusive).
    pub before: Option<Place>,
}

/// An event without its details.
#[derive(Debug, Clone, Queryable)]
pub struct EventLine {
    /// Name of the event's chain.
    pub stream: String,
    /// Number in the chain, from 1.
    pub seq: i64,
    /// Time of recording, in UTC.
    pub at: NaiveDateTime,
    /// Acting person; `None` for the program itself.
    pub actor_id: Option<i64>,
    /// Person whom the actor stood in for as a deputy.
    pub for_id: Option<i64>,
    /// Stored text of the action (`EventAction`).
    pub action: String,
}

/// A fact without its details.
#[derive(Debug, Clone, Queryable)]
pub struct FactLine {
    /// Key of the contract.
    pub contract_id: i64,
    /// Random identifier of the contract.
    pub contract: String,
    /// Number in the contract's chain, from 1.
    pub seq: i64,
    /// Time of recording, in UTC.
    pub at: NaiveDateTime,
    /// Acting person.
    pub actor_id: i64,
    /// Person whom the actor stood in for as a deputy.
    pub for_id: Option<i64>,
    /// Kind of fact.
    #[diesel(deserialize_as = String)]
    pub kind: FactKind,
}

/// An event with its body, hash and predecessor's hash.
pub type WholeEvent = (EventLine, (String, String, String));
/// A fact with the day from which it counts, its body, its texts, its hash and its predecessor's hash.
pub type WholeFact = (FactLine, (NaiveDate, String, String, String, String));

/// Columns of an `EventLine`.
macro_rules! event_line {
    () => {
        (events::stream, events::seq, events::at, events::actor_id, events::for_id, events::action)
    };
}

/// Columns of a `FactLine`.
macro_rules! fact_line {
    () => {
        (
            facts::contract_id,
            contracts::public_id,
            facts::seq,
            facts::recorded_at,
            facts::actor_id,
            facts::for_id,
            facts::kind,
        )
    };
}

/// Loads the newest events of a range.
pub fn events(connection: &mut AnyConnection, range: &Range, limit: i64) -> Result<Vec<EventLine>> {
    let mut query = events::table
        .order((events::at.desc(), events::stream.desc(), events::seq.desc()))
        .limit(limit)
        .select(event_line!())
        .into_boxed();
    match range.whose {
        Whose::Anybody => {}
        Whose::By(person) => query = query.filter(events::actor_id.eq(person.0)),
        Whose::For(person) => query = query.filter(events::for_id.eq(person.0)),
    }
    if let Some((from, until)) = range.during {
        query = query.filter(events::at.ge(from)).filter(events::at.lt(until));
    }
    match &range.before {
        // An upper bound, so that the query is a range of the index here too.
        None => query = query.filter(events::at.lt(FOR_EVER.and_time(NaiveTime::MIN))),
        Some(Place { at, chain: HashChain::Facts(_), .. }) => query = query.filter(events::at.lt(*at)),
        Some(Place { at, chain: HashChain::Events(stream), seq }) => {
            let same_time =
                events::stream.lt(stream.clone()).or(events::stream.eq(stream.clone()).and(events::seq.lt(*seq)));
            // The redundant first condition lets both engines seek into the index.
            query = query.filter(events::at.le(*at)).filter(events::at.lt(*at).or(same_time));
        }
    }
    Ok(query.load(connection)?)
}

/// Loads the newest facts of a range.
pub fn facts(connection: &mut AnyConnection, range: &Range, limit: i64) -> Result<Vec<FactLine>> {
    let mut query = facts::table
        .inner_join(contracts::table)
        .order((facts::recorded_at.desc(), facts::contract_id.desc(), facts::seq.desc()))
        .limit(limit)
        .select(fact_line!())
        .into_boxed();
    match range.whose {
        Whose::Anybody => {}
        Whose::By(person) => query = query.filter(facts::actor_id.eq(person.0)),
        Whose::For(person) => query = query.filter(facts::for_id.eq(person.0)),
    }
    if let Some((from, until)) = range.during {
        query = query.filter(facts::recorded_at.ge(from)).filter(facts::recorded_at.lt(until));
    }
    match &range.before {
        None => query = query.filter(facts::recorded_at.lt(FOR_EVER.and_time(NaiveTime::MIN))),
        Some(Place { at, chain: HashChain::Events(_), .. }) => query = query.filter(facts::recorded_at.le(*at)),
        Some(Place { at, chain: HashChain::Facts(contract), seq }) => {
            let same_time =
                facts::contract_id.lt(*contract).or(facts::contract_id.eq(*contract).and(facts::seq.lt(*seq)));
            query = query.filter(facts::recorded_at.le(*at)).filter(facts::recorded_at.lt(*at).or(same_time));
        }
    }
    Ok(query.load(connection)?)
}

/// Loads all events of one chain.
pub fn events_of(connection: &mut AnyConnection, stream: &str) -> Result<Vec<EventLine>> {
    Ok(events::table.filter(events::stream.eq(stream)).order(events::seq).select(event_line!()).load(connection)?)
}

/// Loads all facts of one contract.
pub fn facts_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<FactLine>> {
    Ok(facts::table
        .inner_join(contracts::table)
        .filter(facts::contract_id.eq(contract.0))
        .order(facts::seq)
        .select(fact_line!())
        .load(connection)?)
}

/// Loads one event.
pub fn event(connection: &mut AnyConnection, stream: &str, seq: i64) -> Result<Option<WholeEvent>> {
    Ok(events::table
        .find((stream, seq))
        .select((event_line!(), (events::body, events::hash, events::prev_hash)))
        .first(connection)
        .optional()?)
}

/// Loads one fact, by the contract's random identifier and the fact's number.
pub fn fact(connection: &mut AnyConnection, contract: &str, seq: i64) -> Result<Option<WholeFact>> {
    Ok(facts::table
        .inner_join(contracts::table)
        .filter(contracts::public_id.eq(contract))
        .filter(facts::seq.eq(seq))
        .select((fact_line!(), (facts::on_day, facts::body, facts::words, facts::hash, facts::prev_hash)))
        .first(connection)
        .optional()?)
}

/// Loads random identifiers and numbers of contracts, limited to those that the given organisations may see.
pub fn numbers(
    connection: &mut AnyConnection,
    public_ids: &[String],
    seen_by: Option<&[OrganisationId]>,
) -> Result<Vec<(String, String)>> {
    if public_ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = contracts::table.filter(contracts::public_id.eq_any(public_ids));
    let columns = (contracts::public_id, contracts::number);
    let Some(organisations) = seen_by else { return Ok(found.select(columns).load(connection)?) };
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(found.filter(exists(seen)).select(columns).load(connection)?)
}

/// Loads a contract by number in any spelling, if the given organisations see it.
pub fn by_number(
    connection: &mut AnyConnection,
    number: &str,
    seen_by: Option<&[OrganisationId]>,
) -> Result<Option<Contract>> {
    let found = contracts::table.filter(contracts::number_key.eq(key(number)));
    let Some(organisations) = seen_by else {
        return Ok(found.select(Contract::as_select()).first(connection).optional()?);
    };
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(found.filter(exists(seen)).select(Contract::as_select()).first(connection).optional()?)
}
