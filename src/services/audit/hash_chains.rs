//! Check of one contract's hash chains on request: facts, events, terms versions and sealed heads. Figures, other
//! contracts and files are checked only by `luyue check`. Nothing is written.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{Error, Message};
use crate::services::audit::chain_walk::deleted_emails;
use crate::services::audit::log::LogScope;
use crate::services::audit::{consistency, seals};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::{self, EventRecord, EventRow, FIRST, FactRecord};
use crate::storage::audit::log;
use crate::storage::audit::row_records::{self, RowRecord};
use crate::storage::audit::seals::{self as sealed, EVENTS, FACTS, ROWS};
use crate::storage::contracts::Contract;
use crate::storage::contracts::facts::{self, FactRow};
use crate::storage::ids::PersonId;

/// A place where a hash chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainBreak {
    /// The fact of this number was changed or moved.
    Fact(i64),
    /// The contract's row names another fact as the last one; holds the number in the row.
    FactsHead(i64),
    /// The event of this number was changed or moved.
    Event(i64),
    /// The head of the chain of events differs from its last event; holds the number in the head.
    EventsHead(i64),
    /// The terms of this version were changed or are missing.
    Terms(i64),
    /// The fact of this number was sealed and has since changed or disappeared.
    SealedFact(i64),
    /// The event of this number was sealed and has since changed or disappeared.
    SealedEvent(i64),
}

impl ChainBreak {
    /// Returns the code in the break's message key, and the number.
    fn code(self) -> (&'static str, i64) {
        match self {
            Self::Fact(seq) => ("fact", seq),
            Self::FactsHead(seq) => ("facts-head", seq),
            Self::Event(seq) => ("event", seq),
            Self::EventsHead(seq) => ("events-head", seq),
            Self::Terms(version) => ("terms", version),
            Self::SealedFact(seq) => ("sealed-fact", seq),
            Self::SealedEvent(seq) => ("sealed-event", seq),
        }
    }
}

/// Result of checking a contract's hash chains.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HashChainView {
    /// Number of the contract.
    pub number: String,
    /// Time of the check, in UTC.
    pub checked_at: DateTime<Utc>,
    /// Number of facts in the chain.
    pub facts: usize,
    /// Number of events in the chain.
    pub events: usize,
    /// Number of facts at the latest seal; null if the contract had none.
    pub sealed_facts: Option<i64>,
    /// Number of events at the latest seal; null if the contract had none.
    pub sealed_events: Option<i64>,
    /// The latest seal over all chains.
    pub seal: Option<SealView>,
    /// Breaks found; empty when the chains are intact.
    pub broken: Vec<ChainBreakView>,
}

/// A break in a hash chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChainBreakView {
    /// Kind of break: `fact`, `facts-head`, `event`, `events-head`, `terms`, `sealed-fact` or `sealed-event`.
    pub what: String,
    /// Number of the fact or event, or version of the terms.
    pub number: i64,
}

/// The latest seal over all chains.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SealView {
    /// Sealed day.
    pub day: NaiveDate,
    /// Time of sealing, in UTC.
    pub made_at: DateTime<Utc>,
    /// True if the signature over day, digest and the preceding seal is valid with this installation's key.
    pub holds: bool,
}

/// Checks the hash chains of the contract with this number.
///
/// # Errors
/// `Forbidden`; `Malformed` without a number; `NotFound`, also for a contract that the caller cannot see.
pub fn check_contract_chains(app: &App, caller: &Caller, number: Option<&str>) -> Result<HashChainView, Error> {
    let sight = LogScope::of(caller)?;
    let number = number.ok_or_else(|| Error::malformed("contract", Message::new("events-no-contract")))?;
    let seal = latest_seal(app, caller)?;
    app.pool.read(|connection| {
        let contract = log::by_number(connection, number, sight.organisations())?.ok_or(Error::NotFound)?;
        let facts = facts::of_contract(connection, contract.id)?;
        let stream = format!("contract:{}", contract.public_id);
        let events = hash_chains::events_of(connection, &stream)?;
        let head = hash_chains::head(connection, &stream)?;
        let mut broken = broken_facts(&contract, &facts);
        broken.extend(broken_events(&events, head.as_ref()));
        broken.extend(consistency::broken_versions(connection, &contract)?.into_iter().map(ChainBreak::Terms));
        let sealed_facts = sealed::head_of(connection, FACTS, &contract.public_id)?;
        if let Some((seq, hash)) = &sealed_facts
            && !facts.iter().any(|row| row.seq == *seq && row.hash == *hash)
        {
            broken.push(ChainBreak::SealedFact(*seq));
        }
        let sealed_events = sealed::head_of(connection, EVENTS, &stream)?;
        if let Some((seq, hash)) = &sealed_events
            && !events.iter().any(|row| row.seq == *seq && row.hash == *hash)
        {
            broken.push(ChainBreak::SealedEvent(*seq));
        }
        let broken = broken.into_iter().map(|found| {
            let (what, number) = found.code();
            ChainBreakView { what: what.to_owned(), number }
        });
        Ok(HashChainView {
            number: contract.number,
            checked_at: caller.now.and_utc(),
            facts: facts.len(),
            events: events.len(),
            sealed_facts: sealed_facts.map(|(seq, _)| seq),
            sealed_events: sealed_events.map(|(seq, _)| seq),
            seal: seal.clone(),
            broken: broken.collect(),
        })
    })
}

/// Findings in the chains of events and row records of one contract.
pub(super) struct ChainFindings {
    pub events: usize,
    pub row_records: usize,
    /// Descriptions of the breaks.
    pub broken: Vec<String>,
}

/// Verifies a contract's chains of events and row records, and looks for the records that were sealed last.
///
/// # Errors
/// Database errors.
pub(super) fn follow_chains(connection: &mut AnyConnection, contract: &Contract) -> Result<ChainFindings, Error> {
    let stream = format!("contract:{}", contract.public_id);
    let events = hash_chains::events_of(connection, &stream)?;
    let head = hash_chains::head(connection, &stream)?;
    let mut broken: Vec<String> = broken_events(&events, head.as_ref())
        .into_iter()
        .map(|found| match found {
            ChainBreak::Event(seq) => format!("the chain of events is broken at number {seq}"),
            _ => "the head of the chain of events".to_owned(),
        })
        .collect();
    let records = row_records::records_of(connection, &stream)?;
    let mut prev = FIRST;
    for (record, seq) in records.iter().zip(1..) {
        if !record.follows(seq, prev) {
            broken.push(format!("the chain of row records is broken at number {}", record.seq));
        }
        prev = &record.hash;
    }
    let last = records.last().map(|record| (stream.clone(), record.seq, record.hash.clone()));
    if row_records::heads(connection, std::slice::from_ref(&stream))? != Vec::from_iter(last) {
        broken.push("the head of the chain of row records".to_owned());
    }
    let deleted = deleted_emails(connection, records.iter().flat_map(RowRecord::emails))?;
    broken.extend(deleted.into_iter().map(|id| format!("email {id} is gone, although the program queued it")));
    let facts = facts::of_contract(connection, contract.id)?;
    let there = |kind: &str, seq: i64, hash: &str| match kind {
        FACTS => facts.iter().any(|row| (row.seq, row.hash.as_str()) == (seq, hash)),
        EVENTS => events.iter().any(|row| (row.seq, row.hash.as_str()) == (seq, hash)),
        _ => records.iter().any(|row| (row.seq, row.hash.as_str()) == (seq, hash)),
    };
    for (kind, name) in [(FACTS, &contract.public_id), (EVENTS, &stream), (ROWS, &stream)] {
        if let Some((seq, hash)) = sealed::head_of(connection, kind, name)?
            && !there(kind, seq, &hash)
        {
            broken.push(format!("the sealed record {seq} of its {kind} was changed or removed"));
        }
    }
    Ok(ChainFindings { events: events.len(), row_records: records.len(), broken })
}

/// Loads the latest seal; `None` before the first.
///
/// # Errors
/// `Forbidden`; database errors.
pub fn latest_seal(app: &App, caller: &Caller) -> Result<Option<SealView>, Error> {
    LogScope::of(caller)?;
    let latest = seals::latest(app)?;
    Ok(latest.map(|(seal, holds)| SealView { day: seal.day, made_at: seal.made_at.and_utc(), holds }))
}

/// Finds the breaks in a contract's chain of facts.
pub(crate) fn broken_facts(contract: &Contract, rows: &[FactRow]) -> Vec<ChainBreak> {
    let mut broken = Vec::new();
    let mut prev = FIRST;
    for (row, seq) in rows.iter().zip(1..) {
        let record = FactRecord {
            place: (&contract.public_id, row.seq, row.kind.as_str()),
            on: row.on_day,
            by: (row.recorded_at, row.actor_id, row.for_id.map(PersonId)),
            what: (&row.body, &row.words),
            prev,
        };
        if row.seq != seq || row.prev_hash != prev || row.hash != record.hash() {
            broken.push(ChainBreak::Fact(row.seq));
        }
        prev = &row.hash;
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if contract.fact_seq != count || contract.fact_hash != prev {
        broken.push(ChainBreak::FactsHead(contract.fact_seq));
    }
    broken
}

/// Returns whether an event has this number, this predecessor hash and a correct hash of its own.
pub(crate) fn event_follows(event: &EventRow, seq: i64, prev: &str) -> bool {
    let record = EventRecord {
        place: (&event.stream, event.seq),
        by: (event.at, event.actor_id.map(PersonId), event.for_id.map(PersonId)),
        what: (&event.action, &event.object, &event.body),
        prev,
    };
    event.seq == seq && event.prev_hash == prev && event.hash == record.hash()
}

/// Finds the breaks in one chain of events.
fn broken_events(events: &[EventRow], head: Option<&(i64, String)>) -> Vec<ChainBreak> {
    let mut broken = Vec::new();
    let mut prev = FIRST;
    for (event, seq) in events.iter().zip(1..) {
        if !event_follows(event, seq, prev) {
            broken.push(ChainBreak::Event(event.seq));
        }
        prev = &event.hash;
    }
    let last = events.last().map(|event| (event.seq, event.hash.as_str()));
    if head.map(|(seq, hash)| (*seq, hash.as_str())) != last {
        broken.push(ChainBreak::EventsHead(head.map_or(0, |(seq, _)| *seq)));
    }
    broken
}
