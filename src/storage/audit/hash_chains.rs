//! Chains of hashes: each event and each fact carries the hash of the one before it, so that a changed, lost or
//! reordered record is found (`luyue check`). The heads of all chains are signed together once a day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::schema::{chains, events};
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::PersonId;
use crate::storage::write::{Context, Event};

/// The hash before the first record of a chain.
pub const FIRST: &str = "";

/// What an event's hash is made of, in this order.
pub struct EventRecord<'a> {
    /// Chain and number.
    pub place: (&'a str, i64),
    /// When, who, for whom.
    pub by: (NaiveDateTime, Option<PersonId>, Option<PersonId>),
    /// Action, object, body.
    pub what: (&'a str, &'a str, &'a str),
    /// Hash of the event before.
    pub prev: &'a str,
}

impl EventRecord<'_> {
    /// SHA-256 over every field, each with its length before it.
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

/// What a fact's hash is made of, in this order.
pub struct FactRecord<'a> {
    /// The contract's random identifier, the fact's number, its kind.
    pub place: (&'a str, i64, &'a str),
    /// The day from which it counts.
    pub on: NaiveDate,
    /// When it was recorded, by whom, for whom.
    pub by: (NaiveDateTime, PersonId, Option<PersonId>),
    /// The fact, and what was said with it.
    pub what: (&'a str, &'a str),
    /// Hash of the fact before.
    pub prev: &'a str,
}

impl FactRecord<'_> {
    /// SHA-256 over every field, each with its length before it.
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

/// SHA-256 in hexadecimal over parts, each with its length before it, so that no two lists of parts look alike.
pub fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// SHA-256 of bytes in hexadecimal.
pub fn digest_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Four bits are one of sixteen.
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

fn time(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

fn number(person: Option<PersonId>) -> String {
    person.map_or_else(String::new, |id| id.0.to_string())
}

/// Appends an event to its chain.
///
/// # Errors
/// The database's.
pub fn append_event(connection: &mut AnyConnection, context: &Context, event: &Event<'_>) -> Result<(), Error> {
    let head = head(connection, event.stream)?;
    let (last, prev) = head.clone().unwrap_or((0, FIRST.to_owned()));
    let by = (context.now, context.actor, context.on_behalf_of);
    let row = EventRow::after((event.stream, last, &prev), by, (event.action, event.object, event.body.to_string()));
    insert_events(connection, std::slice::from_ref(&row))?;
    if head.is_some() {
        diesel::update(chains::table.find(event.stream))
            .set((chains::seq.eq(row.seq), chains::hash.eq(&row.hash)))
            .execute(connection)?;
        return Ok(());
    }
    insert_heads(connection, &[&row])
}

/// Adds events that follow each other in their chains; the heads are another matter.
///
/// # Errors
/// The database's.
pub fn insert_events(connection: &mut AnyConnection, rows: &[EventRow]) -> Result<(), Error> {
    insert_rows!(connection, events::table, rows, |row| {
        (
            events::stream.eq(&row.stream),
            events::seq.eq(row.seq),
            events::at.eq(row.at),
            events::actor_id.eq(row.actor_id),
            events::for_id.eq(row.for_id),
            events::action.eq(&row.action),
            events::object.eq(&row.object),
            events::body.eq(&row.body),
            events::prev_hash.eq(&row.prev_hash),
            events::hash.eq(&row.hash),
        )
    });
    Ok(())
}

/// Adds the heads of chains that have none: their last events.
///
/// # Errors
/// The database's.
pub fn insert_heads(connection: &mut AnyConnection, last: &[&EventRow]) -> Result<(), Error> {
    insert_rows!(connection, chains::table, last, |row| {
        (chains::stream.eq(&row.stream), chains::seq.eq(row.seq), chains::hash.eq(&row.hash))
    });
    Ok(())
}

/// An event as it was recorded.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
    /// Its chain.
    pub stream: String,
    /// Its number in the chain.
    pub seq: i64,
    /// When.
    pub at: NaiveDateTime,
    /// Who; none for the program itself.
    pub actor_id: Option<i64>,
    /// For whom, if by a deputy.
    pub for_id: Option<i64>,
    /// The action's code.
    pub action: String,
    /// What was acted on.
    pub object: String,
    /// What was said.
    pub body: String,
    /// Hash of the event before.
    pub prev_hash: String,
    /// Its own hash.
    pub hash: String,
}

impl EventRow {
    /// The row of an event after the last of its chain: chain, number and hash of the last; when, who, for whom; action,
    /// object, body.
    pub fn after(
        (stream, last, prev): (&str, i64, &str),
        by: (NaiveDateTime, Option<PersonId>, Option<PersonId>),
        (action, object, body): (&str, &str, String),
    ) -> Self {
        let seq = last + 1;
        let hash = EventRecord { place: (stream, seq), by, what: (action, object, &body), prev }.hash();
        Self {
            stream: stream.to_owned(),
            seq,
            at: by.0,
            actor_id: by.1.map(|id| id.0),
            for_id: by.2.map(|id| id.0),
            action: action.to_owned(),
            object: object.to_owned(),
            body,
            prev_hash: prev.to_owned(),
            hash,
        }
    }
}

/// A page of all events in the order of chain and number, after a place.
///
/// # Errors
/// The database's.
pub fn events_after(connection: &mut AnyConnection, after: (&str, i64), limit: i64) -> Result<Vec<EventRow>, Error> {
    Ok(events::table
        // Said so that both engines begin at the place in the index.
        .filter(events::stream.ge(after.0))
        .filter(events::stream.gt(after.0).or(events::seq.gt(after.1)))
        .order((events::stream, events::seq))
        .limit(limit)
        .select(EventRow::as_select())
        .load(connection)?)
}

/// The events of one chain in their order.
///
/// # Errors
/// The database's.
pub fn events_of(connection: &mut AnyConnection, stream: &str) -> Result<Vec<EventRow>, Error> {
    let query = events::table.filter(events::stream.eq(stream)).order(events::seq);
    Ok(query.select(EventRow::as_select()).load(connection)?)
}

/// The head of one chain of events: the number and the hash of its last.
///
/// # Errors
/// The database's.
pub fn head(connection: &mut AnyConnection, stream: &str) -> Result<Option<(i64, String)>, Error> {
    Ok(chains::table.find(stream).select((chains::seq, chains::hash)).first(connection).optional()?)
}

/// The heads of all chains of events.
///
/// # Errors
/// The database's.
pub fn heads(connection: &mut AnyConnection) -> Result<Vec<(String, i64, String)>, Error> {
    Ok(chains::table.order(chains::stream).load(connection)?)
}
