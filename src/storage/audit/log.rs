//! Everything that was recorded, events and facts, newest first: of everybody or of one person, of all days or of one.
//!
//! Each question is a range of one index, read backwards; who may see what is found is asked with the contracts that it names.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::codes::FactKind;
use crate::schema::{contract_access, contracts, events, facts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId, PersonId};

/// The chain of a record. Those of facts come before those of events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HashChain {
    /// The facts of a contract.
    Facts(i64),
    /// A chain of events, by name.
    Events(String),
}

/// Where a record stands among all of them: by time, then by chain and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it was recorded (UTC).
    pub at: NaiveDateTime,
    /// Its chain.
    pub chain: HashChain,
    /// Its number in the chain.
    pub seq: i64,
}

/// Whose records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Anybody,
    /// Those that somebody made.
    By(PersonId),
    /// Those that a deputy made in somebody's place.
    For(PersonId),
}

/// Which records.
#[derive(Debug, Clone)]
pub struct Range {
    /// Whose.
    pub whose: Whose,
    /// From this time on, and before this one.
    pub during: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Only what stands before this.
    pub before: Option<Place>,
}

/// An event, without what was said.
#[derive(Debug, Clone, Queryable)]
pub struct EventLine {
    /// Its chain.
    pub stream: String,
    /// Its number in the chain.
    pub seq: i64,
    /// When.
    pub at: NaiveDateTime,
    /// Who; none for the program itself.
    pub actor_id: Option<i64>,
    /// For whom.
    pub for_id: Option<i64>,
    /// The action's code.
    pub action: String,
}

/// A fact, without what was said.
#[derive(Debug, Clone, Queryable)]
pub struct FactLine {
    /// The contract.
    pub contract_id: i64,
    /// Its random identifier.
    pub contract: String,
    /// Number within the contract.
    pub seq: i64,
    /// When it was recorded.
    pub at: NaiveDateTime,
    /// By whom.
    pub actor_id: i64,
    /// For whom.
    pub for_id: Option<i64>,
    /// Its kind.
    #[diesel(deserialize_as = String)]
    pub kind: FactKind,
}

/// An event; what was said, its hash and the one before.
pub type WholeEvent = (EventLine, (String, String, String));
/// A fact; the day from which it counts, the fact, what was said with it, its hash and the one before.
pub type WholeFact = (FactLine, (NaiveDate, String, String, String, String));

/// The columns of an `EventLine`.
macro_rules! event_line {
    () => {
        (events::stream, events::seq, events::at, events::actor_id, events::for_id, events::action)
    };
}

/// The columns of a `FactLine`.
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

/// The newest events of a range.
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
        // Said so that it is a range of the index here too.
        None => query = query.filter(events::at.lt(FOR_EVER.and_time(NaiveTime::MIN))),
        Some(Place { at, chain: HashChain::Facts(_), .. }) => query = query.filter(events::at.lt(*at)),
        Some(Place { at, chain: HashChain::Events(stream), seq }) => {
            let same_time =
                events::stream.lt(stream.clone()).or(events::stream.eq(stream.clone()).and(events::seq.lt(*seq)));
            // The first of the two says where both engines begin in the index.
            query = query.filter(events::at.le(*at)).filter(events::at.lt(*at).or(same_time));
        }
    }
    Ok(query.load(connection)?)
}

/// The newest facts of a range.
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

/// All events of one chain.
pub fn events_of(connection: &mut AnyConnection, stream: &str) -> Result<Vec<EventLine>> {
    Ok(events::table.filter(events::stream.eq(stream)).order(events::seq).select(event_line!()).load(connection)?)
}

/// All facts of one contract.
pub fn facts_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<FactLine>> {
    Ok(facts::table
        .inner_join(contracts::table)
        .filter(facts::contract_id.eq(contract.0))
        .order(facts::seq)
        .select(fact_line!())
        .load(connection)?)
}

/// One event.
pub fn event(connection: &mut AnyConnection, stream: &str, seq: i64) -> Result<Option<WholeEvent>> {
    Ok(events::table
        .find((stream, seq))
        .select((event_line!(), (events::body, events::hash, events::prev_hash)))
        .first(connection)
        .optional()?)
}

/// One fact of a contract.
pub fn fact(connection: &mut AnyConnection, contract: &str, seq: i64) -> Result<Option<WholeFact>> {
    Ok(facts::table
        .inner_join(contracts::table)
        .filter(contracts::public_id.eq(contract))
        .filter(facts::seq.eq(seq))
        .select((fact_line!(), (facts::on_day, facts::body, facts::words, facts::hash, facts::prev_hash)))
        .first(connection)
        .optional()?)
}

/// The numbers of contracts by their random identifiers; of those that these organisations see, or of all.
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

/// A contract by number; if these organisations see it, or any.
pub fn by_number(
    connection: &mut AnyConnection,
    number: &str,
    seen_by: Option<&[OrganisationId]>,
) -> Result<Option<Contract>> {
    let found = contracts::table.filter(contracts::number.eq(number));
    let Some(organisations) = seen_by else {
        return Ok(found.select(Contract::as_select()).first(connection).optional()?);
    };
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(found.filter(exists(seen)).select(Contract::as_select()).first(connection).optional()?)
}
