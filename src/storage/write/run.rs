//! The run of a write transaction: begin, lock, work, record, commit, and again after a lost race.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::storage::backend::{AnyConnection, commit, roll_back};
use crate::storage::idempotency_keys::{delete_sent_form, find_answer, store_answer};
use crate::storage::pool::Pool;
use crate::storage::registry::version;
use crate::storage::signatures::RowKey;
use crate::storage::write::{Context, Tx, stored_answer};

/// Retries after a lost race before the caller gets a conflict.
const MAX_RETRIES: u64 = 12;

/// A failed transaction.
struct Failure<'c> {
    error: Error,
    /// Context of the write; `None` if it failed before the caller's right was checked.
    context: Option<Box<Cow<'c, Context>>>,
}

/// Runs a transaction, and again after each lost race, at most [`MAX_RETRIES`] times. `take_locks` runs first; `find`
/// loads what the locks protect and gives the context; `work` does the rest.
///
/// # Errors
/// Those of the three parts, and of [`super::write`].
pub(super) fn retry<'c, L, F, T>(
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
        let failure = match try_transaction(pool, changes_registers, (take_locks, find), work) {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        match (failure.error, failure.context) {
            (Error::Retry, _) if retries < MAX_RETRIES => {
                retries += 1;
                // Backs off before retrying; the delay grows with the attempt.
                std::thread::sleep(std::time::Duration::from_millis(retries * retries));
            }
            (Error::Retry, _) => return Err(Error::conflict("lost-race")),
            // A repeated request may run in another scope and see the effects of the first request before the answer
            // of the first is stored. The work then fails on them, although the right answer is the first one's.
            (error, Some(context)) => return stored_answer(pool, &context).ok().flatten().ok_or(error),
            (error, None) => return Err(error),
        }
    }
}

/// Runs one transaction: locks, finds, works and commits.
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
    let unknown = |error: Error| Failure { error, context: None };
    let attempt = |mut open: Transaction<'_>| {
        let locked = take_locks(open.connection()).map_err(unknown)?;
        let (found, context) = find(open.connection(), locked).map_err(unknown)?;
        run(open, changes_registers, (&context, pool.key()), |tx| work(tx, found))
            .map_err(|error| Failure { error, context: Some(Box::new(context)) })
    };
    // Changes of registers include imports, which are long.
    pool.on_writer(changes_registers, attempt).map_err(unknown)?
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

/// A transaction, or a part of one, that rolls back on drop unless committed, also when the work panics.
pub(in crate::storage) struct Transaction<'a> {
    connection: &'a mut AnyConnection,
    open: bool,
    /// For a part: set once it is to be kept.
    is_kept: Option<&'a mut bool>,
}

impl<'a> Transaction<'a> {
    /// Takes over a connection on which a transaction was begun.
    pub(in crate::storage) fn begun(connection: &'a mut AnyConnection) -> Self {
        Self { connection, open: true, is_kept: None }
    }

    /// Takes over a connection on which a part of a transaction was begun. The whole is committed later.
    pub(in crate::storage) fn part(connection: &'a mut AnyConnection, is_kept: &'a mut bool) -> Self {
        Self { connection, open: true, is_kept: Some(is_kept) }
    }

    /// Returns the connection of the transaction.
    pub(in crate::storage) fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// Commits the transaction, or keeps the part.
    pub(in crate::storage) fn commit(mut self) -> Result<(), Error> {
        self.open = false;
        commit(self.connection)?;
        if let Some(is_kept) = &mut self.is_kept {
            **is_kept = true;
        }
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
