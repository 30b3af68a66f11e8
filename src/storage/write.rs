//! The write transaction: the only way to change the database.
//!
//! It carries the actor, the time and the idempotency key, and appends events to the audit log's hash chains. The work
//! may run again after a lost race, so it must have no effect outside the database. Services open the transaction; it
//! never nests.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::{Ids, civil_day};
use crate::error::{Error, Message};
use crate::schema::idempotency;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::audit::recorded_rows::{ObjectKind, RowDigests};
use crate::storage::audit::row_records::{self, Touched};
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::identity::kept_forms;
use crate::storage::ids::PersonId;
use crate::storage::locks::{Scope, lock};
use crate::storage::pool::Pool;
use crate::storage::registry::version;
use crate::storage::unique::or_again;
use crate::storage::written_tables;

/// Retries after a lost race before the caller gets a conflict.
const MAX_RETRIES: u64 = 12;

/// Key of a request that must take effect only once, with a hash that tells a repetition from another request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// Value of the `Idempotency-Key` header.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub hash: String,
    /// Kept form that the request sends again; deleted in the same transaction.
    pub sent_form: Option<SentForm>,
    /// Set to try the request: its transaction is rolled back once the work has succeeded.
    pub is_rehearsal: bool,
}

impl IdempotencyKey {
    /// Builds the key of a request that sends no kept form again and takes effect.
    pub fn new(key: String, hash: String) -> Self {
        Self { key, hash, sent_form: None, is_rehearsal: false }
    }
}

/// A form that was kept for its sender and is now sent again.
#[derive(Debug, Clone)]
pub struct SentForm {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Path to which the form is sent; a kept form of another path stays.
    pub path: String,
}

/// Actor, time and idempotency key of a write.
#[derive(Debug, Clone)]
pub struct Context {
    /// Acting person; `None` for the program itself.
    pub actor: Option<PersonId>,
    /// Person whom the actor stands in for as a deputy (AB 岗).
    pub on_behalf_of: Option<PersonId>,
    /// Time of the write, in UTC.
    pub now: NaiveDateTime,
    /// Idempotency key, if the request has one.
    pub idempotency_key: Option<IdempotencyKey>,
    /// Source of identifiers.
    pub ids: Ids,
}

impl Context {
    /// Builds the context of a write by the program itself.
    pub fn of_program(now: NaiveDateTime, ids: Ids) -> Self {
        Self { actor: None, on_behalf_of: None, now, idempotency_key: None, ids }
    }

    /// Builds the context of a write by a person in no seat, such as signing in.
    pub fn of_person(person: PersonId, now: NaiveDateTime, ids: Ids) -> Self {
        Self { actor: Some(person), ..Self::of_program(now, ids) }
    }

    /// Civil day of `now` in Asia/Shanghai.
    pub fn today(&self) -> NaiveDate {
        civil_day(self.now)
    }
}

/// An open write transaction.
pub struct Tx<'a> {
    /// Connection with the open transaction.
    pub connection: &'a mut AnyConnection,
    /// Actor, time and idempotency key.
    pub context: &'a Context,
    /// Objects whose rows are recorded when the work is done.
    touched: Touched,
    /// Stored name and number of the last act on a contract that was recorded.
    cause: Option<(String, i64)>,
}

/// An entry of the audit log. Facts of a contract are recorded separately and need no event.
pub struct Event<'a> {
    /// Name of its hash chain, such as `contract:ID`, `person:ID` or `register`.
    pub stream: &'a str,
    /// Recorded action.
    pub action: EventAction,
    /// Random identifier of the object acted on.
    pub object: &'a str,
    /// Details, without secrets.
    pub body: serde_json::Value,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a mut AnyConnection, context: &'a Context) -> Self {
        written_tables::begin();
        Self { connection, context, touched: Touched::default(), cause: None }
    }

    /// Appends an event to its hash chain. The rows of the object that it is about are recorded with it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let object = object_of(event);
        if let Some((kind, name)) = object {
            self.touched.add_name(kind, name);
        }
        let is_own = object.is_some_and(|(kind, name)| kind.stream(name) == event.stream);
        let seq = if is_own {
            let head = self.touched.load_heads(self.connection, event.stream)?;
            hash_chains::append_after(self.connection, self.context, event, head)?
        } else {
            hash_chains::append_event(self.connection, self.context, event)?
        };
        if matches!(object, Some((ObjectKind::Contract, _))) && event.action.is_act() {
            self.set_cause(event.action.as_str().to_owned(), seq);
        }
        Ok(())
    }

    /// Remembers an act on a contract, by its stored name and its number in the contract's chain, as the cause of what
    /// is posted in the ledger from now on.
    pub fn set_cause(&mut self, name: String, seq: i64) {
        self.cause = Some((name, seq));
    }

    /// Returns the last act on a contract that this transaction recorded; `None` where only a day has come.
    pub fn cause(&self) -> Option<(String, i64)> {
        self.cause.clone()
    }

    /// Appends the first event of an object that this transaction adds, and has its rows recorded by these digests.
    ///
    /// # Errors
    /// Those of the database; `Internal` for an event of another chain than an object's own.
    pub fn first_event(&mut self, event: &Event<'_>, digests: RowDigests) -> Result<(), Error> {
        let (kind, name) = ObjectKind::of_stream(event.stream)
            .ok_or_else(|| Error::Internal(format!("{} is no object's chain", event.stream)))?;
        self.touched.add_new(kind, name, digests);
        hash_chains::append_first_event(self.connection, self.context, event)
    }

    /// Has the rows of an object recorded at the end of the transaction. Needed where a change appends no event to the
    /// object's own chain.
    pub fn touch(&mut self, kind: ObjectKind, id: i64) {
        self.touched.add_id(kind, id);
    }

    /// As [`Tx::touch`], for an object whose name is known too and need not be read.
    pub fn touch_named(&mut self, kind: ObjectKind, id: i64, name: &str) {
        self.touched.add_object(kind, id, name);
    }

    /// Declares that this transaction changes the rows of an object in these tables alone, and their digests after it.
    /// The object's events then have no other rows read; `touch` still does.
    pub fn touch_tables(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.touched.add_tables(kind, name, digests);
    }

    /// Records the rows of all objects that were touched.
    pub(super) fn record_rows(&mut self) -> Result<(), Error> {
        row_records::record(self.connection, self.context.now, &self.touched, &written_tables::take())
    }

    /// Returns the acting person.
    ///
    /// # Errors
    /// `Internal` when the program itself acts.
    pub fn person(&self) -> Result<PersonId, Error> {
        self.context.actor.ok_or_else(|| Error::Internal("this write needs an acting person".to_owned()))
    }
}

/// Returns the object that an event is about: that of its chain, or a new entry of a register.
fn object_of<'a>(event: &Event<'a>) -> Option<(ObjectKind, &'a str)> {
    ObjectKind::of_stream(event.stream).or(match event.action {
        EventAction::RegionAdd => Some((ObjectKind::Region, event.object)),
        EventAction::OrganisationAdd | EventAction::ContractorAdd => Some((ObjectKind::Organisation, event.object)),
        EventAction::ServiceAdd => Some((ObjectKind::Service, event.object)),
        _ => None,
    })
}

/// Runs `work` in one transaction beside which nothing else is written: once for each idempotency key, and again after
/// a lost race. For acts on registers and people; [`write_in`] is for those that decide by less.
///
/// # Errors
/// Those of `work`; `Refused` when the idempotency key was used for another request; `Unavailable` when the database
/// does not answer.
pub fn write<T>(pool: &Pool, context: &Context, work: impl Fn(&mut Tx<'_>) -> Result<T, Error>) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    write_in(pool, Scope::Everything, context, work)
}

/// Runs `work` in one transaction that decides only by the rows of `scope`, by registers and by unique keys.
///
/// # Errors
/// As [`write`].
pub fn write_in<T>(
    pool: &Pool,
    scope: Scope,
    context: &Context,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let mut retries = 0;
    loop {
        match try_transaction(pool, scope, context, &work) {
            Err(Error::Retry) if retries < MAX_RETRIES => {
                retries += 1;
                // Backs off before retrying; the delay grows with the attempt.
                std::thread::sleep(std::time::Duration::from_millis(retries * retries));
            }
            Err(Error::Retry) => return Err(Error::conflict("lost-race")),
            // A repeated request may find what the first one did before that has stored its answer in another scope.
            // The work then fails on it, although the right answer is the first one's.
            Err(error) => return stored_answer(pool, context).ok().flatten().ok_or(error),
            done => return done,
        }
    }
}

/// Loads the stored answer to the same request, for work that begins outside the transaction.
///
/// # Errors
/// `Refused` when the idempotency key was used for another request; `Unavailable` when the database does not answer.
pub fn stored_answer<T: DeserializeOwned>(pool: &Pool, context: &Context) -> Result<Option<T>, Error> {
    find_answer(&mut *pool.get()?, context)
}

/// Returns whether a person's request with this idempotency key took effect, as long as its answer is kept.
///
/// # Errors
/// Those of the database.
pub fn has_answer(connection: &mut AnyConnection, person: PersonId, key: &str) -> Result<bool, Error> {
    let found: Option<NaiveDateTime> =
        idempotency::table.find((person, key)).select(idempotency::created_at).first(connection).optional()?;
    Ok(found.is_some())
}

fn try_transaction<T>(
    pool: &Pool,
    scope: Scope,
    context: &Context,
    work: &impl Fn(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let _writer = pool.writer();
    let mut connection = pool.begin(begin_write)?;
    let mut open = Transaction::begun(&mut connection);
    lock(open.connection(), scope)?;
    if let Some(answer) = find_answer(open.connection(), context)? {
        return Ok(answer);
    }
    let changes_registers = scope == Scope::Everything;
    if changes_registers {
        version::begin_change(open.connection())?;
    }
    let result = {
        let mut tx = Tx::new(open.connection(), context);
        let result = work(&mut tx)?;
        tx.record_rows()?;
        result
    };
    if context.idempotency_key.as_ref().is_some_and(|key| key.is_rehearsal) {
        return Ok(result);
    }
    if changes_registers {
        version::end_change(open.connection())?;
    }
    store_answer(open.connection(), context, &result)?;
    delete_sent_form(open.connection(), context)?;
    open.commit()?;
    Ok(result)
}

fn find_answer<T: DeserializeOwned>(connection: &mut AnyConnection, context: &Context) -> Result<Option<T>, Error> {
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
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
    let (Some(request), Some(person)) = (&context.idempotency_key, context.actor) else {
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
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

fn delete_sent_form(connection: &mut AnyConnection, context: &Context) -> Result<(), Error> {
    let sent = context.idempotency_key.as_ref().and_then(|key| key.sent_form.as_ref());
    match (sent, context.actor) {
        (Some(sent), Some(person)) => kept_forms::delete_sent(connection, person, &sent.id, &sent.path),
        _ => Ok(()),
    }
}

/// A transaction that rolls back on drop unless committed, also when the work panics.
pub(super) struct Transaction<'a> {
    connection: &'a mut AnyConnection,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Takes over a connection on which a transaction was begun.
    pub(super) fn begun(connection: &'a mut AnyConnection) -> Self {
        Self { connection, open: true }
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
            // A failure means a broken connection, which the pool discards at its next check.
            let _ = roll_back(self.connection);
        }
    }
}
