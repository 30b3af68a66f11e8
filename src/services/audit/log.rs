//! The audit log: events and facts with actor, time, deputy and contract, newest first.
//!
//! Supervisors see the records of the contracts that their organisation can see. Administrators see that every record
//! exists, but the details of a contract's records only if they can see the contract.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::at_hour;
use crate::domain::codes::Role;
use crate::domain::policy::Action;
use crate::domain::shape::Date;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::PersonRef;
use crate::services::payments::approved::ACCOUNT;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::log::{self as rows, EventLine, FactLine, HashChain, Place, Range, Whose};
use crate::storage::identity::people;
use crate::storage::ids::{OrganisationId, PersonId};

/// Records loaded for a page when some of them may be hidden from the caller.
const WINDOW: i64 = 500;
/// Prefix of the name of a contract's chain of events.
const CONTRACT: &str = "contract:";
/// Prefix of the identifier of a fact.
const FACTS: &str = "facts:";

/// Filter of the log.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// Number of a contract.
    pub contract: Option<String>,
    /// Username of the actor, or of the person represented by a deputy.
    pub person: Option<String>,
    /// Civil day of recording, as 2026-09-30.
    pub day: Option<String>,
}

/// An event or a fact in the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordView {
    /// Identifier of the record.
    pub id: String,
    /// Time of recording, in UTC.
    pub at: DateTime<Utc>,
    /// Acting person; null for the program itself.
    pub by: Option<PersonRef>,
    /// Person represented, if the actor was a deputy.
    #[serde(rename = "for")]
    pub on_behalf_of: Option<PersonRef>,
    /// Action of an event, such as `contracts.fund`; for a fact, `fact.` and its kind.
    pub action: String,
    /// Identifier of the contract that the record is about.
    pub contract: Option<String>,
    /// Number of the contract.
    pub number: Option<String>,
}

/// A record with its details.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordDetails {
    /// The record.
    #[serde(flatten)]
    pub record: RecordView,
    /// Number in its hash chain, from 1.
    pub seq: i64,
    /// Hash of the record.
    pub hash: String,
    /// Hash of the preceding record in its chain; empty for the first.
    pub prev_hash: String,
    /// Day from which a fact counts.
    pub on: Option<NaiveDate>,
    /// True if the caller may read the details.
    pub readable: bool,
    /// Details, if the caller may read them.
    #[schema(value_type = Option<Object>)]
    pub said: Value,
    /// Texts of a fact, if the caller may read them.
    #[schema(value_type = Option<Object>)]
    pub words: Value,
}

/// Part of the log that a caller can see.
pub(crate) enum LogScope {
    /// All records.
    All,
    /// Records of the contracts that these organisations can see.
    Of(Vec<OrganisationId>),
}

impl LogScope {
    /// Determines the caller's part of the log.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn of(caller: &Caller) -> Result<Self, Error> {
        let seats = caller.may(Action::ReadEvents)?;
        if seats.iter().any(|seat| seat.role == Role::Administrator) {
            return Ok(Self::All);
        }
        Ok(Self::Of(seats.iter().map(|seat| seat.organisation).collect()))
    }

    /// Returns the organisations to which the log is limited; `None` for all records.
    pub(crate) fn organisations(&self) -> Option<&[OrganisationId]> {
        match self {
            Self::All => None,
            Self::Of(organisations) => Some(organisations),
        }
    }
}

/// A loaded record.
enum Found {
    Event(EventLine),
    Fact(FactLine),
}

impl Found {
    /// Returns the place of the record in the log.
    fn place(&self) -> Place {
        match self {
            Self::Event(line) => Place { at: line.at, chain: HashChain::Events(line.stream.clone()), seq: line.seq },
            Self::Fact(line) => Place { at: line.at, chain: HashChain::Facts(line.contract_id), seq: line.seq },
        }
    }

    /// Returns the identifier of the record.
    fn id(&self) -> String {
        match self {
            Self::Event(line) => format!("{}~{}", line.stream, line.seq),
            Self::Fact(line) => format!("{FACTS}{}~{}", line.contract, line.seq),
        }
    }

    /// Random identifier of the contract that the record is about.
    fn contract(&self) -> Option<&str> {
        match self {
            Self::Event(line) => line.stream.strip_prefix(CONTRACT),
            Self::Fact(line) => Some(&line.contract),
        }
    }

    /// Keys of the actor and of the person represented.
    fn people(&self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Event(line) => (line.actor_id, line.for_id),
            Self::Fact(line) => (Some(line.actor_id), line.for_id),
        }
    }

    /// Returns the action of an event; for a fact, `fact.` and its kind.
    fn action(&self) -> String {
        match self {
            Self::Event(line) => line.action.clone(),
            Self::Fact(line) => format!("fact.{}", line.kind),
        }
    }

    /// Builds the view of the record.
    fn view(&self, names: &Names, number: Option<String>) -> RecordView {
        let (by, on_behalf_of) = self.people();
        let place = self.place();
        RecordView {
            id: self.id(),
            at: place.at.and_utc(),
            by: by.and_then(|id| names.get(&id).cloned()),
            on_behalf_of: on_behalf_of.and_then(|id| names.get(&id).cloned()),
            action: self.action(),
            contract: self.contract().map(str::to_owned),
            number,
        }
    }
}

/// People by key.
type Names = BTreeMap<i64, PersonRef>;

/// Lists the log, newest first. A page may be shorter than its limit, even empty, although more follow, because records
/// that the caller cannot see are left out.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor or an invalid day.
pub fn list(app: &App, caller: &Caller, filter: &LogFilter, page: &Page) -> Result<Paged<RecordView>, Error> {
    let scope = LogScope::of(caller)?;
    let wrong_day = || Error::malformed("day", Message::new("malformed-date"));
    let day = filter.day.as_deref().map(|text| text.parse::<Date>().map_err(|_| wrong_day())).transpose()?;
    app.pool.read(|connection| {
        let before = page.after.as_deref().map(|id| place(connection, id)).transpose()?;
        let person = match &filter.person {
            None => None,
            Some(name) => match people::by_username(connection, name)? {
                None => return Ok(Paged { items: Vec::new(), next: None }),
                found => found.map(|person| person.id),
            },
        };
        let during = day.map(|Date(day)| (at_hour(day, 0), at_hour(day, 0) + TimeDelta::days(1)));
        let range = Range { during, before, whose: person.map_or(Whose::Anybody, Whose::By) };
        let (found, last) = match &filter.contract {
            Some(number) => (of_contract(connection, number, &scope, &range)?, None),
            None => {
                let window = if matches!(scope, LogScope::All) { page.rows() } else { WINDOW };
                of_all(connection, range, window)?
            }
        };
        let numbers = numbers(connection, &found, &scope)?;
        let seen = |record: &Found| match (record.contract(), &scope) {
            (Some(contract), _) => matches!(scope, LogScope::All) || numbers.contains_key(contract),
            (None, LogScope::All) => true,
            (None, LogScope::Of(_)) => false,
        };
        let visible: Vec<Found> = found.into_iter().filter(seen).collect();
        let names = names(connection, &visible)?;
        let views = visible.iter().map(|record| {
            let number = record.contract().and_then(|contract| numbers.get(contract).cloned());
            record.view(&names, number)
        });
        let cut = page.cut(views.collect(), |record| &record.id);
        let next = cut.next.or(last);
        Ok(Paged { items: cut.items, next })
    })
}

/// Loads the records of one contract in a range, newest first; empty for a contract outside the scope.
fn of_contract(
    connection: &mut AnyConnection,
    number: &str,
    scope: &LogScope,
    range: &Range,
) -> Result<Vec<Found>, Error> {
    let Some(contract) = rows::by_number(connection, number, scope.organisations())? else { return Ok(Vec::new()) };
    let stream = format!("{CONTRACT}{}", contract.public_id);
    let events = rows::events_of(connection, &stream)?.into_iter().map(Found::Event);
    let facts = rows::facts_of(connection, contract.id)?.into_iter().map(Found::Fact);
    Ok(in_order(events.chain(facts).filter(|found| is_in(found, range))))
}

/// Loads the newest `window` records in a range, and the identifier of the last one if there may be more. A person's
/// records include those of their deputies.
fn of_all(connection: &mut AnyConnection, range: Range, window: i64) -> Result<(Vec<Found>, Option<String>), Error> {
    let deputies = match range.whose {
        Whose::By(person) => Some(Range { whose: Whose::For(person), ..range.clone() }),
        Whose::Anybody | Whose::For(_) => None,
    };
    let mut found = Vec::new();
    for range in std::iter::once(range).chain(deputies) {
        found.extend(rows::events(connection, &range, window)?.into_iter().map(Found::Event));
        found.extend(rows::facts(connection, &range, window)?.into_iter().map(Found::Fact));
    }
    let mut found = in_order(found.into_iter());
    // Each query is complete down to its last record, so the first `window` records of the merged list are complete.
    let window = usize::try_from(window).unwrap_or_default();
    let is_full = found.len() >= window;
    found.truncate(window);
    let last = found.last().filter(|_| is_full).map(Found::id);
    Ok((found, last))
}

/// Loads a record with its details.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a record that the caller cannot see.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<RecordDetails, Error> {
    let scope = LogScope::of(caller)?;
    app.pool.read(|connection| {
        let (chain, seq) = parse_id(id).ok_or(Error::NotFound)?;
        let (record, on, said, words, hash, prev_hash) = match chain.strip_prefix(FACTS) {
            Some(contract) => {
                let (line, (on, body, words, hash, prev)) =
                    rows::fact(connection, contract, seq)?.ok_or(Error::NotFound)?;
                (Found::Fact(line), Some(on), body, words, hash, prev)
            }
            None => {
                let (line, (body, hash, prev)) = rows::event(connection, chain, seq)?.ok_or(Error::NotFound)?;
                (Found::Event(line), None, body, String::new(), hash, prev)
            }
        };
        let record = [record];
        let contract = record[0].contract().map(str::to_owned);
        let ids: Vec<String> = contract.iter().cloned().collect();
        let seen = rows::numbers(connection, &ids, Some(&caller.organisations()))?;
        let readable = contract.is_none() || !seen.is_empty();
        if matches!(scope, LogScope::Of(_)) && (contract.is_none() || seen.is_empty()) {
            return Err(Error::NotFound);
        }
        let numbers = numbers(connection, &record, &scope)?;
        let number = contract.as_ref().and_then(|contract| numbers.get(contract).cloned());
        let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Ok(RecordDetails {
            record: record[0].view(&names(connection, &record)?, number),
            seq,
            hash,
            prev_hash,
            on,
            readable,
            said: if readable { without_account(json(&said)) } else { Value::Null },
            words: if readable { json(&words) } else { Value::Null },
        })
    })
}

/// Removes the digest of a payee account, from which an account with few unknown digits could be guessed.
fn without_account(mut said: Value) -> Value {
    if let Some(body) = said.as_object_mut() {
        body.remove(ACCOUNT);
    }
    said
}

/// Sorts records newest first and removes duplicates.
fn in_order(found: impl Iterator<Item = Found>) -> Vec<Found> {
    let mut placed: Vec<(Place, Found)> = found.map(|record| (record.place(), record)).collect();
    placed.sort_by(|a, b| b.0.cmp(&a.0));
    placed.dedup_by(|a, b| a.0 == b.0);
    placed.into_iter().map(|(_, record)| record).collect()
}

/// Returns whether a record of a chain that was loaded in full is in the range. A person's records include those made
/// on their behalf.
fn is_in(record: &Found, range: &Range) -> bool {
    let place = record.place();
    let (by, on_behalf_of) = record.people();
    let whose = match range.whose {
        Whose::Anybody => true,
        Whose::By(person) | Whose::For(person) => by == Some(person.0) || on_behalf_of == Some(person.0),
    };
    whose
        && range.during.is_none_or(|(from, until)| from <= place.at && place.at < until)
        && range.before.as_ref().is_none_or(|before| place < *before)
}

/// Splits an identifier into chain and number.
fn parse_id(id: &str) -> Option<(&str, i64)> {
    let (chain, seq) = id.rsplit_once('~')?;
    Some((chain, seq.parse().ok()?))
}

/// Returns the place of the record with an identifier.
fn place(connection: &mut AnyConnection, id: &str) -> Result<Place, Error> {
    let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
    let (chain, seq) = parse_id(id).ok_or_else(unknown)?;
    let found = match chain.strip_prefix(FACTS) {
        Some(contract) => rows::fact(connection, contract, seq)?.map(|(line, _)| Found::Fact(line)),
        None => rows::event(connection, chain, seq)?.map(|(line, _)| Found::Event(line)),
    };
    found.map(|record| record.place()).ok_or_else(unknown)
}

/// Loads the numbers of the contracts that records are about, limited to those that the caller may see.
fn numbers(
    connection: &mut AnyConnection,
    found: &[Found],
    scope: &LogScope,
) -> Result<BTreeMap<String, String>, Error> {
    let mut ids: Vec<String> = found.iter().filter_map(|record| record.contract().map(str::to_owned)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(rows::numbers(connection, &ids, scope.organisations())?.into_iter().collect())
}

/// Loads the people that records name.
fn names(connection: &mut AnyConnection, found: &[Found]) -> Result<Names, Error> {
    let keys = found.iter().map(Found::people).flat_map(|(by, on_behalf_of)| [by, on_behalf_of]);
    let mut ids: Vec<PersonId> = keys.flatten().map(PersonId).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = people::by_ids(connection, &ids)?;
    Ok(people.into_iter().map(|p| (p.id.0, PersonRef { username: p.username, name: p.name })).collect())
}
