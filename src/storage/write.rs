//! The write transaction: the only way to change the database.
//!
//! It carries the actor, the time and the idempotency key, and appends events to the audit log's hash chains. The work
//! may run again after a lost race, so it must have no effect outside the database. Services open the transaction; it
//! never nests.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::{Ids, civil_day};
use crate::domain::ledger::Balances;
use crate::error::Error;
use crate::schema::idempotency;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::audit::recorded_rows::{ObjectKind, RowDigests};
use crate::storage::audit::row_records;
use crate::storage::audit::touched::Touched;
use crate::storage::backend::{AnyConnection, commit, roll_back};
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::{self, TaskRow};
use crate::storage::idempotency_keys::{delete_sent_form, find_answer, store_answer};
use crate::storage::ids::{AppropriationId, ContractId, PersonId};
use crate::storage::locks::{ContractName, Scope, lock, lock_named};
use crate::storage::pool::Pool;
use crate::storage::registry::version;
use crate::storage::signatures::RowKey;
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
    /// Key that signs rows.
    pub key: &'a RowKey,
    /// Objects whose rows are recorded when the work is done.
    touched: Touched,
    /// Stored name and number of the last act on a contract that was recorded.
    cause: Option<(String, i64)>,
    /// Balances of an appropriation whose lock is held, and the place among the changes at which they were read.
    budget: Option<(AppropriationId, Balances, usize)>,
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
    pub(super) fn new(connection: &'a mut AnyConnection, (context, key): (&'a Context, &'a RowKey)) -> Self {
        written_tables::begin();
        Self { connection, context, key, touched: Touched::default(), cause: None, budget: None }
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
            let head = self.touched.event_head(self.connection, event.stream)?;
            let head = hash_chains::append_after(self.connection, self.context, event, head)?;
            let seq = head.0;
            self.touched.set_event_head(event.stream, head);
            seq
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

    /// Remembers the digests of all rows of an object in some tables, as they were just written or read, so that they
    /// are not read again to be recorded. A later change of a table ends that.
    pub fn know_rows(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.touched.know_rows(kind, name, digests);
    }

    /// As [`Tx::know_rows`], for rows that were just inserted. They count where the object had none in the table
    /// before.
    pub fn know_inserted(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.touched.know_inserted(kind, name, digests);
    }

    /// Returns the stored tasks of a contract, which may have been loaded with the head of its events.
    pub fn tasks_of(&mut self, contract: &Contract) -> Result<Vec<TaskRow>, Error> {
        match self.touched.take_tasks(&contract.public_id) {
            Some(tasks) => Ok(tasks),
            None => projections::tasks_of(self.connection, contract.id),
        }
    }

    /// Remembers the balances of an appropriation that was locked before they were read.
    pub fn remember_budget(&mut self, appropriation: AppropriationId, balances: Balances) {
        self.budget = Some((appropriation, balances, written_tables::place()));
    }

    /// Returns the balances of an appropriation that this transaction has locked and read, unless it has changed them.
    pub fn remembered_budget(&self, appropriation: AppropriationId) -> Option<Balances> {
        let (_, balances, place) = self.budget.as_ref().filter(|(known, ..)| *known == appropriation)?;
        written_tables::are_unchanged_after(&["appropriations", "ledger_balances"], *place).then_some(*balances)
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
    let take_locks = |connection: &mut AnyConnection| -> Result<(), Error> { Ok(lock(connection, scope)?) };
    let find = |_: &mut AnyConnection, ()| -> Result<_, Error> { Ok(((), Cow::Borrowed(context))) };
    retry(pool, scope == Scope::Everything, (&take_locks, &find), &|tx: &mut Tx<'_>, ()| work(tx))
}

/// Runs `work` in one transaction in the scope of a contract, of which the caller knows only a name. `find` loads what
/// it is about under the locks, checks the caller's right to it, and gives the context in which `work` runs.
///
/// # Errors
/// `NotFound` for an unknown name; those of `find`, even where an answer to the same request is stored; as [`write`].
pub fn write_named<F, T>(
    pool: &Pool,
    name: ContractName<'_>,
    find: impl Fn(&mut AnyConnection, ContractId) -> Result<(F, Context), Error>,
    work: impl Fn(&mut Tx<'_>, F) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let take_locks = |connection: &mut AnyConnection| -> Result<ContractId, Error> {
        lock_named(connection, name)?.ok_or(Error::NotFound)
    };
    let find = |connection: &mut AnyConnection, id: ContractId| -> Result<_, Error> {
        let (found, context) = find(connection, id)?;
        Ok((found, Cow::<Context>::Owned(context)))
    };
    retry(pool, false, (&take_locks, &find), &work)
}

/// A failed transaction: its error, and its context if it failed after the caller's right was checked.
type Failure<'c> = Box<(Error, Option<Cow<'c, Context>>)>;

/// Runs a transaction again after a lost race, `MAX_RETRIES` times at most.
fn retry<'c, L, F, T>(
    pool: &Pool,
    changes_registers: bool,
    (take_locks, find): (
        &impl Fn(&mut AnyConnection) -> Result<L, Error>,
        &impl Fn(&mut AnyConnection, L) -> Result<(F, Cow<'c, Context>), Error>,
    ),
    work: &impl Fn(&mut Tx<'_>, F) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    let mut retries = 0;
    loop {
        match try_transaction(pool, changes_registers, (take_locks, find), work).map_err(|failure| *failure) {
            Err((Error::Retry, _)) if retries < MAX_RETRIES => {
                retries += 1;
                // Backs off before retrying; the delay grows with the attempt.
                std::thread::sleep(std::time::Duration::from_millis(retries * retries));
            }
            Err((Error::Retry, _)) => return Err(Error::conflict("lost-race")),
            // A repeated request may find what the first one did before that has stored its answer in another scope.
            // The work then fails on it, although the right answer is the first one's.
            Err((error, Some(context))) => return stored_answer(pool, &context).ok().flatten().ok_or(error),
            Err((error, None)) => return Err(error),
            Ok(done) => return Ok(done),
        }
    }
}

/// Loads the stored answer to the same request, for work that begins outside the transaction.
///
/// # Errors
/// `Refused` when the idempotency key was used for another request; `Unavailable` when the database does not answer.
pub fn stored_answer<T: DeserializeOwned>(pool: &Pool, context: &Context) -> Result<Option<T>, Error> {
    find_answer(&mut *pool.get()?, pool.key(), context)
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

fn try_transaction<'c, L, F, T>(
    pool: &Pool,
    changes_registers: bool,
    (take_locks, find): (
        &impl Fn(&mut AnyConnection) -> Result<L, Error>,
        &impl Fn(&mut AnyConnection, L) -> Result<(F, Cow<'c, Context>), Error>,
    ),
    work: &impl Fn(&mut Tx<'_>, F) -> Result<T, Error>,
) -> Result<T, Failure<'c>>
where
    T: Serialize + DeserializeOwned,
{
    let unknown = |error: Error| Box::new((error, None));
    let attempt = |connection: &mut AnyConnection| {
        let mut open = Transaction::begun(connection);
        let locked = take_locks(open.connection()).map_err(unknown)?;
        let (found, context) = find(open.connection(), locked).map_err(unknown)?;
        run(open, changes_registers, (&context, pool.key()), |tx| work(tx, found))
            .map_err(|error| Box::new((error, Some(context))))
    };
    pool.on_writer(attempt).map_err(unknown)?
}

/// Runs `work` in an open transaction and commits it, unless the answer to the same request is stored.
fn run<T>(
    mut open: Transaction<'_>,
    changes_registers: bool,
    (context, key): (&Context, &RowKey),
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    if let Some(answer) = find_answer(open.connection(), key, context)? {
        return Ok(answer);
    }
    if changes_registers {
        version::begin_change(open.connection())?;
    }
    let result = {
        let mut tx = Tx::new(open.connection(), (context, key));
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
    store_answer(open.connection(), key, context, &result)?;
    delete_sent_form(open.connection(), context)?;
    open.commit()?;
    Ok(result)
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
