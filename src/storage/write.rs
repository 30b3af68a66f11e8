//! The write transaction of a use case. Only migrations, bulk loading and transfers write without it.
//!
//! [`Tx`] carries the actor, the time and the idempotency key, and appends events to the audit log's hash chains. The
//! work may run again after a lost race (`run`), so it must have no effect outside the database. Services open the
//! transaction; it never nests.
//!
//! The rows of each object that the work touched are recorded at its end (`audit::row_records`). The work makes known
//! which they are by these calls:
//!
//! | call | when | forgetting it |
//! |---|---|---|
//! | [`Tx::event`], [`Tx::events`] | an act was done; touches its object | loses the event and the record |
//! | [`Tx::first_event`] | an object was added and changes no more | costs queries; `event` does too |
//! | [`Tx::touch`], [`Tx::touch_named`] | rows changed, but no event names the object | loses the record |
//! | [`Tx::touch_tables`] | only these tables of the object changed | costs queries |
//! | [`Tx::know_rows`], [`Tx::know_inserted`] | rows of an object were just written or read | costs queries |
//! | [`Tx::remember_budget`] | balances were read under their lock | costs queries |
//! | [`Tx::set_cause`] | a fact was recorded; acts need no call | the ledger names an earlier act or the day |
//!
//! `luyue check` reports an object without its record as changed from outside.

mod known;
mod run;

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
use crate::storage::audit::touched::{Touch, Touched};
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::{self, TaskRow};
use crate::storage::idempotency_keys::find_answer;
use crate::storage::ids::{AppropriationId, ContractId, PersonId};
use crate::storage::locks::{ContractName, Scope, lock, lock_named};
use crate::storage::pool::Pool;
use crate::storage::signatures::RowKey;
pub(super) use crate::storage::write::known::{Head, Known};
pub(super) use crate::storage::write::run::Transaction;
use crate::storage::write::run::retry;
use crate::storage::written_tables;

/// Key of a request that must take effect only once, with a hash that distinguishes a repetition from another request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// Value of the `Idempotency-Key` header.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub hash: String,
    /// Kept form that the request sends again; it is deleted in the same transaction.
    pub sent_form: Option<SentForm>,
    /// True to only try the request: its transaction is rolled back once the work has succeeded.
    pub is_rehearsal: bool,
}

impl IdempotencyKey {
    /// Builds the key of a request that takes effect and does not send a kept form again.
    pub fn new(key: String, hash: String) -> Self {
        Self { key, hash, sent_form: None, is_rehearsal: false }
    }
}

/// A kept form that its sender now sends again.
#[derive(Debug, Clone)]
pub struct SentForm {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Path to which the form is sent; a kept form for another path is not deleted.
    pub path: String,
}

/// Actor, time and idempotency key of a write.
#[derive(Debug, Clone)]
pub struct Context {
    /// Acting person; `None` for the program itself.
    pub actor: Option<PersonId>,
    /// Person represented, if the actor is a deputy (AB 岗).
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
    /// Rows that need not be read again.
    known: Known,
    /// Stored name and number of the last act on a contract or an appropriation that was recorded.
    cause: Option<(String, i64)>,
    /// Identifiers of queued emails, which are recorded at the end, so that a deleted one is told.
    pub(super) emails: Vec<String>,
}

/// An entry of the audit log. Facts of a contract are recorded separately and need no event.
pub struct Event<'a> {
    /// Name of the event's hash chain, such as `contract:ID`, `person:ID` or `register`.
    pub stream: &'a str,
    /// Recorded action.
    pub action: EventAction,
    /// Random identifier of the object acted on.
    pub object: &'a str,
    /// Details, without secrets.
    pub body: serde_json::Value,
}

impl<'a> Tx<'a> {
    /// Creates the handle of a transaction that was begun on a connection.
    pub(super) fn new(connection: &'a mut AnyConnection, (context, key): (&'a Context, &'a RowKey)) -> Self {
        written_tables::begin();
        let (touched, known) = (Touched::default(), Known::default());
        Self { connection, context, key, touched, known, cause: None, emails: Vec::new() }
    }

    /// Appends an event to its hash chain, and touches the object that it is about.
    ///
    /// # Errors
    /// Database errors.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let object = object_of(event);
        if let Some((kind, name)) = object {
            self.touched.add(kind, name, Touch::Named);
        }
        let is_own = object.is_some_and(|(kind, name)| kind.stream(name) == event.stream);
        let seq = if is_own {
            let head = self.known.event_head(self.connection, event.stream)?;
            let head = hash_chains::append_after(self.connection, self.context, event, head)?;
            let seq = head.0;
            self.known.set_event_head(event.stream, head);
            seq
        } else {
            hash_chains::append_event(self.connection, self.context, event)?
        };
        if matches!(object, Some((ObjectKind::Contract | ObjectKind::Appropriation, _))) && event.action.is_act() {
            self.set_cause(event.action.as_str().to_owned(), seq);
        }
        Ok(())
    }

    /// Appends an event to each of several chains, in a number of statements that does not grow with theirs, and touches
    /// the objects. Returns the events' numbers; sets no cause.
    ///
    /// # Errors
    /// Database errors.
    pub fn events(&mut self, events: &[Event<'_>]) -> Result<Vec<i64>, Error> {
        for (kind, name) in events.iter().filter_map(object_of) {
            self.touched.add(kind, name, Touch::Named);
        }
        let rows = hash_chains::append_to_each(self.connection, self.context, events)?;
        for row in &rows {
            self.known.set_event_head(&row.stream, (row.seq, row.hash.clone()));
        }
        Ok(rows.iter().map(|row| row.seq).collect())
    }

    /// Sets the cause of what is posted in the ledger from now on: an act on a contract, by its stored name and its
    /// number in the contract's chain.
    pub fn set_cause(&mut self, name: String, seq: i64) {
        self.cause = Some((name, seq));
    }

    /// Returns the last act on a contract or an appropriation that this transaction recorded; `None` if only a day has
    /// come.
    pub fn cause(&self) -> Option<(String, i64)> {
        self.cause.clone()
    }

    /// Appends the first event of an object that this transaction adds, and has the object's rows recorded by these
    /// digests.
    ///
    /// # Errors
    /// Database errors; `Internal` for an event in a chain of no object.
    pub fn first_event(&mut self, event: &Event<'_>, digests: RowDigests) -> Result<(), Error> {
        let (kind, name) = ObjectKind::of_stream(event.stream)
            .ok_or_else(|| Error::Internal(format!("{} is not the chain of an object", event.stream)))?;
        self.touched.add(kind, name, Touch::Added(digests));
        hash_chains::append_first_event(self.connection, self.context, event)
    }

    /// Has the rows of an object recorded at the end of the transaction. Needed if a change appends no event to the
    /// object's own chain.
    pub fn touch(&mut self, kind: ObjectKind, id: i64) {
        self.touched.add_id(kind, id);
    }

    /// As [`Tx::touch`], for an object whose name is known too and need not be read.
    pub fn touch_named(&mut self, kind: ObjectKind, id: i64, name: &str) {
        self.touched.add(kind, name, Touch::Whole(id));
    }

    /// Declares that this transaction changes the rows of an object in these tables alone, with their digests after the
    /// change. Events of the object then have no rows read; [`Tx::touch`] still does.
    pub fn touch_tables(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.touched.add(kind, name, Touch::Tables(digests));
    }

    /// Remembers the digests of all rows of an object in some tables, as they were just written or read, so that they
    /// are not read again to be recorded.
    pub fn know_rows(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.known.add_rows(kind, name, digests);
    }

    /// As [`Tx::know_rows`], for rows that were just inserted. The digests are used if the object had no rows in the
    /// table before.
    pub fn know_inserted(&mut self, kind: ObjectKind, name: &str, digests: RowDigests) {
        self.known.add_inserted(kind, name, digests);
    }

    /// Returns the stored tasks of a contract, which may have been loaded with the head of its events.
    ///
    /// # Errors
    /// Database errors.
    pub fn tasks_of(&mut self, contract: &Contract) -> Result<Vec<TaskRow>, Error> {
        match self.known.take_tasks(&contract.public_id) {
            Some(tasks) => Ok(tasks),
            None => projections::tasks_of(self.connection, contract.id),
        }
    }

    /// Remembers the balances of an appropriation, which must be locked before they were read.
    pub fn remember_budget(&mut self, appropriation: AppropriationId, balances: Balances) {
        self.known.set_budget(appropriation, balances);
    }

    /// Returns the balances of an appropriation that this transaction has locked and read, unless it has changed them.
    pub fn remembered_budget(&self, appropriation: AppropriationId) -> Option<Balances> {
        self.known.budget(appropriation)
    }

    /// Records the rows of all objects that were touched, and the emails that were queued.
    pub(super) fn record_rows(&mut self) -> Result<(), Error> {
        let changes = (&self.touched, &self.known, &self.emails[..]);
        row_records::record(self.connection, self.context.now, changes, &written_tables::take_written())
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

/// Runs `work` in one transaction while no other transaction writes: once for each idempotency key, and again after a
/// lost race. For acts on registers and people; use [`write_in`] for acts whose decisions depend on less.
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

/// Runs `work` in one transaction whose decisions depend only on the rows of `scope`, on registers and on unique keys.
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

/// Runs `work` in one transaction in the scope of a contract, of which the caller knows only a name. `find` loads,
/// under the locks, the part that the name means, checks the caller's right to it, and returns the context for `work`.
///
/// # Errors
/// `NotFound` for an unknown name; those of `find`, even if an answer to the same request is stored; as [`write`].
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

/// Loads the stored answer to the same request, for work that begins outside the transaction.
///
/// # Errors
/// `Refused` when the idempotency key was used for another request; `Unavailable` if the database does not answer.
pub fn stored_answer<T: DeserializeOwned>(pool: &Pool, context: &Context) -> Result<Option<T>, Error> {
    find_answer(&mut *pool.get()?, pool.key(), context)
}

/// Returns whether a person's request with this idempotency key took effect. False once its answer has been deleted.
///
/// # Errors
/// Database errors.
pub fn has_answer(connection: &mut AnyConnection, person: PersonId, key: &str) -> Result<bool, Error> {
    let found: Option<NaiveDateTime> =
        idempotency::table.find((person, key)).select(idempotency::created_at).first(connection).optional()?;
    Ok(found.is_some())
}
