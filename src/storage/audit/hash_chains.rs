//! Hash chains: each event and each fact carries the hash of its predecessor, so that `luyue check` finds a changed,
//! lost or reordered record. A chain's head is the number and hash of its last record; the daily seal signs all heads
//! together.
//!
//! The fields of a hash, their order and their format must not change, or every existing chain would appear broken.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::upsert::excluded;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::schema::{events, hash_chains};
use crate::storage::audit::event_action::EventAction;
use crate::storage::backend::{AnyConnection, ROWS_AT_ONCE};
use crate::storage::ids::PersonId;
use crate::storage::statements::{change_both, insert_few, lengthened, load_listed, on_engine, read_rows};
use crate::storage::unique::or_again;
use crate::storage::write::{Context, Event};

/// Predecessor hash of the first record of a chain.
pub const FIRST: &str = "";

/// Maximum number of chains without an event to name.
const MOST_EMPTY: i64 = 100;

/// Hashed fields of an event, apart from their order (see `hash`).
pub struct EventRecord<'a> {
    /// Name of the chain, and number in it.
    pub place: (&'a str, i64),
    /// Time, actor, and person represented by a deputy.
    pub by: (NaiveDateTime, Option<PersonId>, Option<PersonId>),
    /// Stored text of the action, object, body.
    pub what: (&'a str, &'a str, &'a str),
    /// Hash of the preceding event.
    pub prev: &'a str,
}

impl EventRecord<'_> {
    /// Computes the SHA-256 over every field, each preceded by its length.
    pub fn hash(&self) -> String {
        let (at, actor, on_behalf_of) = self.by;
        digest(&[
            self.prev,
            self.place.0,
            &self.place.1.to_string(),
            &time(at),
            &number(actor),
            &number(on_behalf_of),
            self.what.0,
            self.what.1,
            self.what.2,
        ])
    }
}

/// Hashed fields of a fact, apart from their order (see `hash`).
pub struct FactRecord<'a> {
    /// Random identifier of the contract, number of the fact, its kind.
    pub place: (&'a str, i64, &'a str),
    /// Day from which the fact counts.
    pub on: NaiveDate,
    /// Time of recording, actor, and person represented by a deputy.
    pub by: (NaiveDateTime, PersonId, Option<PersonId>),
    /// The fact and its texts, both JSON.
    pub what: (&'a str, &'a str),
    /// Hash of the preceding fact.
    pub prev: &'a str,
}

impl FactRecord<'_> {
    /// Computes the SHA-256 over every field, each preceded by its length.
    pub fn hash(&self) -> String {
        let (at, actor, on_behalf_of) = self.by;
        digest(&[
            self.prev,
            self.place.0,
            &self.place.1.to_string(),
            self.place.2,
            &self.on.to_string(),
            &time(at),
            &number(Some(actor)),
            &number(on_behalf_of),
            self.what.0,
            self.what.1,
        ])
    }
}

/// Computes the SHA-256, in hexadecimal, over parts, each preceded by its length so that different lists never have the
/// same hash.
pub fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Computes the SHA-256 of bytes, in hexadecimal.
pub fn digest_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Formats bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Four bits index one of sixteen digits.
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

/// Formats a time in the form used in hashes.
pub(in crate::storage::audit) fn time(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

fn number(person: Option<PersonId>) -> String {
    person.map_or_else(String::new, |id| id.0.to_string())
}

/// Appends an event to its chain and moves the chain's head. Returns its number in the chain.
///
/// # Errors
/// Database errors.
pub fn append_event(connection: &mut AnyConnection, context: &Context, event: &Event<'_>) -> Result<i64, Error> {
    let head = head(connection, event.stream)?;
    Ok(append_after(connection, context, event, head)?.0)
}

/// Appends an event after the head of its chain and moves the head. Returns the new head: the event's number in the
/// chain and its hash.
///
/// # Errors
/// Database errors.
pub(in crate::storage) fn append_after(
    connection: &mut AnyConnection,
    context: &Context,
    event: &Event<'_>,
    head: Option<(i64, String)>,
) -> Result<(i64, String), Error> {
    let (last, prev) = head.clone().unwrap_or((0, FIRST.to_owned()));
    let by = (context.now, context.actor, context.on_behalf_of);
    let row = EventRow::after((event.stream, last, &prev), by, (event.action, event.object, event.body.to_string()));
    append(connection, &row, head.is_some()).map_err(or_again)?;
    Ok((row.seq, row.hash))
}

/// Appends the first event of a chain.
///
/// # Errors
/// `Retry` for an existing chain; database errors.
pub fn append_first_event(connection: &mut AnyConnection, context: &Context, event: &Event<'_>) -> Result<(), Error> {
    let by = (context.now, context.actor, context.on_behalf_of);
    let row = EventRow::after((event.stream, 0, FIRST), by, (event.action, event.object, event.body.to_string()));
    append(connection, &row, false).map_err(or_again)
}

/// The columns of an event.
macro_rules! columns {
    ($row:expr) => {
        (
            events::stream.eq(&$row.stream),
            events::seq.eq($row.seq),
            events::at.eq($row.at),
            events::actor_id.eq($row.actor_id),
            events::for_id.eq($row.for_id),
            events::action.eq(&$row.action),
            events::object.eq(&$row.object),
            events::body.eq(&$row.body),
            events::prev_hash.eq(&$row.prev_hash),
            events::hash.eq(&$row.hash),
        )
    };
}

/// Inserts one event, and moves the head of its chain or begins it.
fn append(connection: &mut AnyConnection, row: &EventRow, has_head: bool) -> QueryResult<()> {
    let event = diesel::insert_into(events::table).values(columns!(row));
    let head = (hash_chains::seq.eq(row.seq), hash_chains::hash.eq(&row.hash));
    if has_head {
        change_both!(connection, event, diesel::update(hash_chains::table.find(&row.stream)).set(head))?;
    } else {
        let first = (hash_chains::stream.eq(&row.stream), head);
        change_both!(connection, event, diesel::insert_into(hash_chains::table).values(first))?;
    }
    Ok(())
}

/// Appends an event to each of several chains and moves their heads, many in one statement. Returns the events in the
/// same order.
///
/// # Errors
/// `Retry` if another transaction continued a chain first; database errors.
pub(in crate::storage) fn append_to_each(
    connection: &mut AnyConnection,
    context: &Context,
    events: &[Event<'_>],
) -> Result<Vec<EventRow>, Error> {
    let streams: Vec<String> = events.iter().map(|event| event.stream.to_owned()).collect();
    let mut last: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for part in streams.chunks(ROWS_AT_ONCE) {
        last.extend(heads(connection, part)?.into_iter().map(|(stream, seq, hash)| (stream, (seq, hash))));
    }
    let by = (context.now, context.actor, context.on_behalf_of);
    let row = |event: &Event<'_>| {
        let (seq, hash) = last.get(event.stream).map_or((0, FIRST), |(seq, hash)| (*seq, hash.as_str()));
        EventRow::after((event.stream, seq, hash), by, (event.action, event.object, event.body.to_string()))
    };
    let rows: Vec<EventRow> = events.iter().map(row).collect();
    insert_events(connection, &rows)?;
    for part in rows.chunks(ROWS_AT_ONCE) {
        put_heads(connection, part)?;
    }
    Ok(rows)
}

/// Inserts or moves the heads of chains, given their last events.
fn put_heads(connection: &mut AnyConnection, last: &[EventRow]) -> Result<(), Error> {
    let values: Vec<_> = last
        .iter()
        .map(|row| (hash_chains::stream.eq(&row.stream), hash_chains::seq.eq(row.seq), hash_chains::hash.eq(&row.hash)))
        .collect();
    let put = diesel::insert_into(hash_chains::table)
        .values(&values)
        .on_conflict(hash_chains::stream)
        .do_update()
        .set((hash_chains::seq.eq(excluded(hash_chains::seq)), hash_chains::hash.eq(excluded(hash_chains::hash))));
    on_engine!(connection, own => put.execute(own))?;
    Ok(())
}

/// Inserts events that already follow each other in their chains; `insert_heads` sets the heads.
///
/// # Errors
/// `Retry` if another transaction continued a chain first; database errors.
pub fn insert_events(connection: &mut AnyConnection, rows: &[EventRow]) -> Result<(), Error> {
    insert_event_rows(connection, rows).map_err(or_again)
}

fn insert_event_rows(connection: &mut AnyConnection, rows: &[EventRow]) -> QueryResult<()> {
    insert_few!(connection, events::table, rows, |row| columns!(row));
    Ok(())
}

/// Inserts the heads of new chains, given their last events.
///
/// # Errors
/// Database errors.
pub fn insert_heads(connection: &mut AnyConnection, last: &[&EventRow]) -> Result<(), Error> {
    insert_few!(connection, hash_chains::table, last, |row| {
        (hash_chains::stream.eq(&row.stream), hash_chains::seq.eq(row.seq), hash_chains::hash.eq(&row.hash))
    });
    Ok(())
}

/// A stored event.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
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
    /// Random identifier of the object acted on.
    pub object: String,
    /// Details, as JSON.
    pub body: String,
    /// Hash of the preceding event.
    pub prev_hash: String,
    /// Hash of this event.
    pub hash: String,
}

impl EventRow {
    /// Builds the row that follows the last event of a chain, which is given by chain name, number and hash.
    pub fn after(
        (stream, last, prev): (&str, i64, &str),
        by: (NaiveDateTime, Option<PersonId>, Option<PersonId>),
        (action, object, body): (EventAction, &str, String),
    ) -> Self {
        let seq = last + 1;
        let hash = EventRecord { place: (stream, seq), by, what: (action.as_str(), object, &body), prev }.hash();
        Self {
            stream: stream.to_owned(),
            seq,
            at: by.0,
            actor_id: by.1.map(|id| id.0),
            for_id: by.2.map(|id| id.0),
            action: action.as_str().to_owned(),
            object: object.to_owned(),
            body,
            prev_hash: prev.to_owned(),
            hash,
        }
    }
}

/// Loads a page of all events, ordered by chain and number, after a given event.
///
/// # Errors
/// Database errors.
pub fn events_after(connection: &mut AnyConnection, after: (&str, i64), limit: i64) -> Result<Vec<EventRow>, Error> {
    Ok(events::table
        // The redundant first condition lets both engines seek into the index.
        .filter(events::stream.ge(after.0))
        .filter(events::stream.gt(after.0).or(events::seq.gt(after.1)))
        .order((events::stream, events::seq))
        .limit(limit)
        .select(EventRow::as_select())
        .load(connection)?)
}

/// Loads the events of one chain in order.
///
/// # Errors
/// Database errors.
pub fn events_of(connection: &mut AnyConnection, stream: &str) -> Result<Vec<EventRow>, Error> {
    let query = events::table.filter(events::stream.eq(stream)).order(events::seq);
    Ok(read_rows!(connection, query.select(EventRow::as_select()))?)
}

/// Returns whether a chain has an event of an action with this body.
///
/// # Errors
/// Database errors.
pub fn has_event(connection: &mut AnyConnection, stream: &str, action: EventAction, body: &str) -> Result<bool, Error> {
    let query = events::table.filter(events::stream.eq(stream)).filter(events::action.eq(action.as_str()));
    let found: Option<i64> = query.filter(events::body.eq(body)).select(events::seq).first(connection).optional()?;
    Ok(found.is_some())
}

/// Loads the events of some actions in these chains: chain and body, in the order of each chain.
///
/// # Errors
/// Database errors.
pub fn bodies_of(
    connection: &mut AnyConnection,
    streams: &[String],
    actions: &[&str],
) -> Result<Vec<(String, String)>, Error> {
    let query = events::table.filter(events::stream.eq_any(streams)).filter(events::action.eq_any(actions));
    Ok(query.order((events::stream, events::seq)).select((events::stream, events::body)).load(connection)?)
}

/// Loads name, actor and details of the events of some chains with these actions, in order.
///
/// # Errors
/// Database errors.
pub fn acts_of(
    connection: &mut AnyConnection,
    streams: &[String],
    actions: &[&str],
) -> Result<Vec<(String, Option<PersonId>, String)>, Error> {
    let query = events::table.filter(events::stream.eq_any(streams)).filter(events::action.eq_any(actions));
    let query = query.order((events::stream, events::seq)).select((events::stream, events::actor_id, events::body));
    let found: Vec<(String, Option<i64>, String)> = query.load(connection)?;
    Ok(found.into_iter().map(|(stream, actor, body)| (stream, actor.map(PersonId), body)).collect())
}

/// Loads the head of one chain of events: number and hash of its last event.
///
/// # Errors
/// Database errors.
pub fn head(connection: &mut AnyConnection, stream: &str) -> Result<Option<(i64, String)>, Error> {
    Ok(hash_chains::table.find(stream).select((hash_chains::seq, hash_chains::hash)).first(connection).optional()?)
}

/// Loads the heads of these chains of events: name, number and hash of the last event.
///
/// # Errors
/// Database errors.
pub fn heads(connection: &mut AnyConnection, streams: &[String]) -> Result<Vec<(String, i64, String)>, Error> {
    Ok(hash_chains::table.filter(hash_chains::stream.eq_any(streams)).load(connection)?)
}

/// Loads the names of the first chains that have a head but no event.
///
/// # Errors
/// Database errors.
pub fn empty_chains(connection: &mut AnyConnection) -> Result<Vec<String>, Error> {
    let event = events::table.filter(events::stream.eq(hash_chains::stream));
    Ok(hash_chains::table
        .filter(not(exists(event)))
        .order(hash_chains::stream)
        .limit(MOST_EMPTY)
        .select(hash_chains::stream)
        .load(connection)?)
}

/// Loads the events of one chain with one action, in order.
///
/// # Errors
/// Database errors.
pub fn events_with(
    connection: &mut AnyConnection,
    stream: &str,
    actions: &[EventAction],
) -> Result<Vec<EventRow>, Error> {
    let actions = lengthened(actions.iter().map(|action| action.as_str()));
    Ok(load_listed!(
        connection,
        actions,
        events::table
            .filter(events::stream.eq(stream))
            .filter(events::action.eq_any(&actions))
            .order(events::seq)
            .select(EventRow::as_select())
    )?)
}

/// Loads the events of several chains with one action, each chain in order.
///
/// # Errors
/// Database errors.
pub fn events_of_chains(
    connection: &mut AnyConnection,
    streams: &[String],
    actions: &[EventAction],
) -> Result<Vec<EventRow>, Error> {
    let actions: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
    let query = events::table.filter(events::stream.eq_any(streams)).filter(events::action.eq_any(actions));
    Ok(query.order((events::stream, events::seq)).select(EventRow::as_select()).load(connection)?)
}
