//! Chains of hashes: each event and each fact carries the hash of the one before it, so that a changed, lost or
//! reordered record is found (`luyue check`). The heads of all chains are signed together once a day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::backend::AnyConnection;
use super::ids::PersonId;
use super::write::{Context, Event};
use crate::error::Error;
use crate::schema::{chains, events};

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
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
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
    let head: Option<(i64, String)> =
        chains::table.find(event.stream).select((chains::seq, chains::hash)).first(connection).optional()?;
    let (last, prev) = head.clone().unwrap_or((0, FIRST.to_owned()));
    let seq = last + 1;
    let body = event.body.to_string();
    let by = (context.now, context.actor, context.on_behalf_of);
    let hash =
        EventRecord { place: (event.stream, seq), by, what: (event.action, event.object, &body), prev: &prev }.hash();
    diesel::insert_into(events::table)
        .values((
            events::stream.eq(event.stream),
            events::seq.eq(seq),
            events::at.eq(context.now),
            events::actor_id.eq(context.actor.map(|id| id.0)),
            events::for_id.eq(context.on_behalf_of.map(|id| id.0)),
            events::action.eq(event.action),
            events::object.eq(event.object),
            events::body.eq(&body),
            events::prev_hash.eq(&prev),
            events::hash.eq(&hash),
        ))
        .execute(connection)?;
    if head.is_some() {
        diesel::update(chains::table.find(event.stream))
            .set((chains::seq.eq(seq), chains::hash.eq(&hash)))
            .execute(connection)?;
    } else {
        diesel::insert_into(chains::table)
            .values((chains::stream.eq(event.stream), chains::seq.eq(seq), chains::hash.eq(&hash)))
            .execute(connection)?;
    }
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

/// A page of all events in the order of chain and number, after a place.
///
/// # Errors
/// The database's.
pub fn events_after(connection: &mut AnyConnection, after: (&str, i64), limit: i64) -> Result<Vec<EventRow>, Error> {
    Ok(events::table
        .filter(events::stream.gt(after.0).or(events::stream.eq(after.0).and(events::seq.gt(after.1))))
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

/// The heads of all chains of events.
///
/// # Errors
/// The database's.
pub fn heads(connection: &mut AnyConnection) -> Result<Vec<(String, i64, String)>, Error> {
    Ok(chains::table.order(chains::stream).load(connection)?)
}
