//! The one way to write: a transaction with its event, its chain of hashes and its Idempotency-Key.
//!
//! The work has no effect outside the database and may be run again after a lost race. Services open it, it never nests.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::{Ids, civil_day};
use crate::error::{Error, Message};
use crate::schema::idempotency;
use crate::storage::audit::hash_chains;
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::ids::PersonId;
use crate::storage::pool::Pool;

/// How often a transaction that lost a race is run again before the actor is told.
const TRIES: u64 = 12;

/// A request that must have its effect once: the key that the caller chose and the hash of what was asked.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The header Idempotency-Key.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub hash: String,
}

/// On whose account something is written, when, and under which request.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who acts; none for the program itself.
    pub actor: Option<PersonId>,
    /// For whom a deputy acts (AB 岗).
    pub on_behalf_of: Option<PersonId>,
    /// The time in UTC.
    pub now: NaiveDateTime,
    /// The request's key, if it has one.
    pub request: Option<IdempotencyKey>,
    /// Source of identifiers.
    pub ids: Ids,
}

impl Context {
    /// The civil day at the contracts' place.
    pub fn today(&self) -> NaiveDate {
        civil_day(self.now)
    }
}

/// An open write transaction.
pub struct Tx<'a> {
    /// The connection that the transaction is open on.
    pub connection: &'a mut AnyConnection,
    /// Who, when, under which request.
    pub context: &'a Context,
}

/// Something that happened and is no fact of a contract.
pub struct Event<'a> {
    /// The chain it belongs to, as `contract:ID`, `person:ID`, `register`.
    pub stream: &'a str,
    /// The action's code.
    pub action: &'a str,
    /// The random identifier of what was acted on.
    pub object: &'a str,
    /// What was said, without secrets.
    pub body: serde_json::Value,
}

impl Tx<'_> {
    /// Appends an event to its chain.
    ///
    /// # Errors
    /// The database's.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        hash_chains::append_event(self.connection, self.context, event)
    }

    /// Who acts.
    ///
    /// # Errors
    /// The program itself acts where a person must.
    pub fn person(&self) -> Result<PersonId, Error> {
        self.context.actor.ok_or_else(|| Error::Internal("a person must act here".to_owned()))
    }
}

/// Runs `work` in one transaction, once for one request key, again after a lost race.
///
/// # Errors
/// Those of `work`; a request key used for another request; a database that does not answer.
pub fn write<T>(pool: &Pool, context: &Context, work: impl Fn(&mut Tx<'_>) -> Result<T, Error>) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let mut tries = 0;
    loop {
        match attempt(pool, context, &work) {
            Err(Error::Again) if tries < TRIES => {
                tries += 1;
                // Writers that met step apart; a person's number of tries decides how far.
                std::thread::sleep(std::time::Duration::from_millis(tries * tries));
            }
            Err(Error::Again) => return Err(Error::conflict("lost-race")),
            // PostgreSQL tells the loser of a race between the same two requests of the winner's rows before it tells of the race.
            Err(error) => return answered(pool, context).ok().flatten().ok_or(error),
            done => return done,
        }
    }
}

/// What the same request answered before, for work that begins outside the transaction.
///
/// # Errors
/// A request key used for another request; a database that does not answer.
pub fn answered<T: DeserializeOwned>(pool: &Pool, context: &Context) -> Result<Option<T>, Error> {
    earlier_answer(&mut *pool.get()?, context)
}

fn attempt<T>(pool: &Pool, context: &Context, work: &impl Fn(&mut Tx<'_>) -> Result<T, Error>) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let mut connection = pool.get()?;
    let _writer = pool.writer();
    let mut open = Transaction::begin(&mut connection, begin_write)?;
    if let Some(answer) = earlier_answer(open.connection(), context)? {
        return Ok(answer);
    }
    let result = work(&mut Tx { connection: open.connection(), context })?;
    store_answer(open.connection(), context, &result)?;
    open.commit()?;
    Ok(result)
}

/// What the same request answered before.
fn earlier_answer<T: DeserializeOwned>(connection: &mut AnyConnection, context: &Context) -> Result<Option<T>, Error> {
    let (Some(request), Some(person)) = (&context.request, context.actor) else {
        return Ok(None);
    };
    let found: Option<(String, String, NaiveDateTime)> = idempotency::table
        .find((person, &request.key))
        .select((idempotency::request_hash, idempotency::answer, idempotency::created_at))
        .first(connection)
        .optional()?;
    let Some((hash, answer, created_at)) = found else {
        return Ok(None);
    };
    if created_at < context.now - chrono::TimeDelta::days(1) {
        diesel::delete(idempotency::table.find((person, &request.key))).execute(connection)?;
        return Ok(None);
    }
    if hash != request.hash {
        return Err(Error::refused("idempotency-key", Message::new("idempotency-key-reused")));
    }
    serde_json::from_str(&answer).map(Some).map_err(|error| Error::Internal(error.to_string()))
}

fn store_answer<T: Serialize>(connection: &mut AnyConnection, context: &Context, result: &T) -> Result<(), Error> {
    let (Some(request), Some(person)) = (&context.request, context.actor) else {
        return Ok(());
    };
    let answer = serde_json::to_string(result).map_err(|error| Error::Internal(error.to_string()))?;
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::person_id.eq(person),
            idempotency::request_key.eq(&request.key),
            idempotency::request_hash.eq(&request.hash),
            idempotency::answer.eq(answer),
            idempotency::created_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// A transaction that is rolled back unless it is committed, also when the work panics.
pub(super) struct Transaction<'a> {
    connection: &'a mut AnyConnection,
    open: bool,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(
        connection: &'a mut AnyConnection,
        how: fn(&mut AnyConnection) -> QueryResult<()>,
    ) -> Result<Self, Error> {
        how(connection)?;
        Ok(Self { connection, open: true })
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    pub(super) fn commit(mut self) -> Result<(), Error> {
        self.open = false;
        commit(self.connection)?;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // A connection that cannot roll back is broken; the pool finds that out by its next ping.
            let _ = roll_back(self.connection);
        }
    }
}
