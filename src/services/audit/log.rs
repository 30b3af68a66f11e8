//! The audit log: who did what, when, for whom, on which contract, from the events and the facts as they are chained.
//!
//! A supervisor sees what was recorded of the contracts that their organisation sees. An administrator sees that anything was
//! recorded, but what was said of a contract only where they see the contract: they have no part in contracts.

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
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::log::{self as rows, Chain, EventLine, FactLine, Place, Range, Whose};
use crate::storage::identity::people;
use crate::storage::ids::{OrganisationId, PersonId};

/// Records that are looked at for one page where not all of them may be seen.
const WINDOW: i64 = 500;
/// What the name of a contract's chain of events begins with.
const CONTRACT: &str = "contract:";
/// What an identifier of a fact begins with.
const FACTS: &str = "facts:";

/// What the log is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Number of a contract.
    pub contract: Option<String>,
    /// User name of who acted, or in whose place somebody acted.
    pub person: Option<String>,
    /// The civil day on which it was recorded, as 2026-09-30.
    pub day: Option<String>,
}

/// Something that was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordView {
    /// Identifier.
    pub id: String,
    /// When it was recorded, in UTC.
    pub at: DateTime<Utc>,
    /// Who; none for the program itself.
    pub by: Option<PersonRef>,
    /// For whom, if as a deputy.
    #[serde(rename = "for")]
    pub on_behalf_of: Option<PersonRef>,
    /// The action of an event, as `contracts.fund`, or `fact.` and the kind of a fact.
    pub action: String,
    /// Identifier of the contract that it is about.
    pub contract: Option<String>,
    /// Number of that contract.
    pub number: Option<String>,
}

/// A record with what was said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordDetails {
    /// The record.
    #[serde(flatten)]
    pub record: RecordView,
    /// Its number in its chain.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// The hash of the record before it in its chain; empty for the first.
    pub prev_hash: String,
    /// The day from which a fact counts.
    pub on: Option<NaiveDate>,
    /// Whether the caller may read what was said.
    pub readable: bool,
    /// What was said, where the caller may read it.
    #[schema(value_type = Option<Object>)]
    pub said: Value,
    /// The words of a fact, where the caller may read them.
    #[schema(value_type = Option<Object>)]
    pub words: Value,
}

/// What the caller sees of the log.
pub(crate) enum Sight {
    /// Everything.
    All,
    /// What is about contracts that these organisations see.
    Of(Vec<OrganisationId>),
}

impl Sight {
    /// The caller's.
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

    pub(crate) fn organisations(&self) -> Option<&[OrganisationId]> {
        match self {
            Self::All => None,
            Self::Of(organisations) => Some(organisations),
        }
    }
}

/// A record as it was found.
enum Found {
    Event(EventLine),
    Fact(FactLine),
}

impl Found {
    fn place(&self) -> Place {
        match self {
            Self::Event(line) => Place { at: line.at, chain: Chain::Events(line.stream.clone()), seq: line.seq },
            Self::Fact(line) => Place { at: line.at, chain: Chain::Facts(line.contract_id), seq: line.seq },
        }
    }

    fn id(&self) -> String {
        match self {
            Self::Event(line) => format!("{}~{}", line.stream, line.seq),
            Self::Fact(line) => format!("{FACTS}{}~{}", line.contract, line.seq),
        }
    }

    /// The random identifier of the contract that it is about.
    fn contract(&self) -> Option<&str> {
        match self {
            Self::Event(line) => line.stream.strip_prefix(CONTRACT),
            Self::Fact(line) => Some(&line.contract),
        }
    }

    /// Who, and for whom.
    fn hands(&self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Event(line) => (line.actor_id, line.for_id),
            Self::Fact(line) => (Some(line.actor_id), line.for_id),
        }
    }

    fn action(&self) -> String {
        match self {
            Self::Event(line) => line.action.clone(),
            Self::Fact(line) => format!("fact.{}", line.kind),
        }
    }

    fn view(&self, names: &Names, number: Option<String>) -> RecordView {
        let (by, on_behalf_of) = self.hands();
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

/// The log, newest first. A page may be shorter than asked for, and even empty, where much lies between what may be seen.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor, or what is no day.
pub fn list(app: &App, caller: &Caller, narrow: &Narrow, page: &Page) -> Result<Paged<RecordView>, Error> {
    let sight = Sight::of(caller)?;
    let wrong_day = || Error::malformed("day", Message::new("malformed-date"));
    let day = narrow.day.as_deref().map(|text| text.parse::<Date>().map_err(|_| wrong_day())).transpose()?;
    app.pool.read(|connection| {
        let before = page.after.as_deref().map(|id| place(connection, id)).transpose()?;
        let person = match &narrow.person {
            None => None,
            Some(name) => match people::by_username(connection, name)? {
                None => return Ok(Paged { items: Vec::new(), next: None }),
                found => found.map(|person| person.id),
            },
        };
        let during = day.map(|Date(day)| (at_hour(day, 0), at_hour(day, 0) + TimeDelta::days(1)));
        let range = |whose| Range { whose, during, before: before.clone() };
        let window = if narrow.contract.is_none() && matches!(sight, Sight::All) { page.rows() } else { WINDOW };
        let (found, last) = match &narrow.contract {
            Some(number) => {
                let Some(contract) = rows::by_number(connection, number, sight.organisations())? else {
                    return Ok(Paged { items: Vec::new(), next: None });
                };
                let stream = format!("{CONTRACT}{}", contract.public_id);
                let events = rows::events_of(connection, &stream)?.into_iter().map(Found::Event);
                let facts = rows::facts_of(connection, contract.id)?.into_iter().map(Found::Fact);
                let wanted = range(person.map_or(Whose::Anybody, Whose::By));
                (in_order(events.chain(facts).filter(|found| is_in(found, &wanted))), None)
            }
            None => {
                let whose = match person {
                    None => vec![Whose::Anybody],
                    Some(person) => vec![Whose::By(person), Whose::For(person)],
                };
                let mut found = Vec::new();
                for whose in whose {
                    found.extend(rows::events(connection, &range(whose), window)?.into_iter().map(Found::Event));
                    found.extend(rows::facts(connection, &range(whose), window)?.into_iter().map(Found::Fact));
                }
                let mut found = in_order(found.into_iter());
                // Each list is whole down to its end: so are as many of all together.
                let window = usize::try_from(window).unwrap_or_default();
                let is_full = found.len() >= window;
                found.truncate(window);
                let last = found.last().filter(|_| is_full).map(Found::id);
                (found, last)
            }
        };
        let numbers = numbers(connection, &found, &sight)?;
        let seen = |record: &Found| match (record.contract(), &sight) {
            (Some(contract), _) => matches!(sight, Sight::All) || numbers.contains_key(contract),
            (None, Sight::All) => true,
            (None, Sight::Of(_)) => false,
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

/// A record with what was said.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for what the caller may not see.
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<RecordDetails, Error> {
    let sight = Sight::of(caller)?;
    app.pool.read(|connection| {
        let (chain, seq) = parsed(id).ok_or(Error::NotFound)?;
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
        if matches!(sight, Sight::Of(_)) && (contract.is_none() || seen.is_empty()) {
            return Err(Error::NotFound);
        }
        let numbers = numbers(connection, &record, &sight)?;
        let number = contract.as_ref().and_then(|contract| numbers.get(contract).cloned());
        let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Ok(RecordDetails {
            record: record[0].view(&names(connection, &record)?, number),
            seq,
            hash,
            prev_hash,
            on,
            readable,
            said: if readable { json(&said) } else { Value::Null },
            words: if readable { json(&words) } else { Value::Null },
        })
    })
}

/// Newest first, each once.
fn in_order(found: impl Iterator<Item = Found>) -> Vec<Found> {
    let mut placed: Vec<(Place, Found)> = found.map(|record| (record.place(), record)).collect();
    placed.sort_by(|a, b| b.0.cmp(&a.0));
    placed.dedup_by(|a, b| a.0 == b.0);
    placed.into_iter().map(|(_, record)| record).collect()
}

/// Whether a record of a chain that was read whole is among those that are asked for; a person's are also those for them.
fn is_in(record: &Found, range: &Range) -> bool {
    let place = record.place();
    let (by, on_behalf_of) = record.hands();
    let whose = match range.whose {
        Whose::Anybody => true,
        Whose::By(person) | Whose::For(person) => by == Some(person.0) || on_behalf_of == Some(person.0),
    };
    whose
        && range.during.is_none_or(|(from, until)| from <= place.at && place.at < until)
        && range.before.as_ref().is_none_or(|before| place < *before)
}

/// The chain and number of an identifier.
fn parsed(id: &str) -> Option<(&str, i64)> {
    let (chain, seq) = id.rsplit_once('~')?;
    Some((chain, seq.parse().ok()?))
}

fn place(connection: &mut AnyConnection, id: &str) -> Result<Place, Error> {
    let unknown = || Error::malformed("cursor", Message::new("cursor-unknown"));
    let (chain, seq) = parsed(id).ok_or_else(unknown)?;
    let found = match chain.strip_prefix(FACTS) {
        Some(contract) => rows::fact(connection, contract, seq)?.map(|(line, _)| Found::Fact(line)),
        None => rows::event(connection, chain, seq)?.map(|(line, _)| Found::Event(line)),
    };
    found.map(|record| record.place()).ok_or_else(unknown)
}

/// The numbers of the contracts that records are about, as far as the caller may know of them.
fn numbers(connection: &mut AnyConnection, found: &[Found], sight: &Sight) -> Result<BTreeMap<String, String>, Error> {
    let mut ids: Vec<String> = found.iter().filter_map(|record| record.contract().map(str::to_owned)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(rows::numbers(connection, &ids, sight.organisations())?.into_iter().collect())
}

fn names(connection: &mut AnyConnection, found: &[Found]) -> Result<Names, Error> {
    let hands = found.iter().map(Found::hands).flat_map(|(by, on_behalf_of)| [by, on_behalf_of]);
    let mut ids: Vec<PersonId> = hands.flatten().map(PersonId).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = people::by_ids(connection, &ids)?;
    Ok(people.into_iter().map(|p| (p.id.0, PersonRef { username: p.username, name: p.name })).collect())
}
