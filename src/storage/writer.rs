//! The writer of SQLite: the queue of this process's writes, of which those that wait share a transaction and its commit.
//!
//! SQLite writes one transaction at a time, and ending a short one takes as long as the rest of it. So each write runs in
//! a savepoint, on its own thread, and hands the connection with the open transaction to the write that waits next. The
//! last one commits, and only then does any of them return. None waits for others to come: a lone one is a group of its
//! own.
//!
//! | event | effect |
//! |---|---|
//! | a write is refused, or panics | its savepoint alone is rolled back |
//! | the commit fails | nothing of the group is kept, and each of its writes fails |
//! | SQLite gives the transaction up, as on a full disk | the write that met it fails; those before it are retried |

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::{self, SendError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::panicking;

use diesel::r2d2::R2D2Connection;

use crate::error::{Error, is_locked};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, begin_part, begin_write, commit, is_in_transaction, roll_back};
use crate::storage::write::Transaction;

/// Maximum number of writes in a group, so that the first need not wait long for the last.
const MOST: usize = 32;

/// The queue of this process's writes.
#[derive(Default)]
pub(super) struct Writer(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    /// True while a write has its turn.
    is_busy: bool,
    waiting: VecDeque<Waiting>,
    /// The connection on which all write, while none does: SQLite empties the cache of every other one with each commit.
    connection: Option<AnyConnection>,
}

/// A write that waits for its turn.
struct Waiting {
    turn: Sender<Group>,
    may_share: bool,
}

/// Writes in one transaction, or just the connection before it has begun.
#[derive(Default)]
struct Group {
    connection: Option<AnyConnection>,
    /// The writes that have been done and wait for the commit.
    done: Vec<Sender<Result<()>>>,
    /// True if one of them is to be kept; others were refused or only tried.
    has_changes: bool,
}

/// The right to write, until it is dropped. It then goes to the write that waits next.
pub(super) struct Turn<'a> {
    writer: &'a Writer,
    group: Group,
    may_share: bool,
}

impl Writer {
    /// Waits until this thread may write. A long write must not share its transaction: others would wait for its end.
    ///
    /// # Errors
    /// `Internal` if the turn was lost, which no write causes.
    pub(super) fn take_turn(&self, may_share: bool) -> Result<Turn<'_>> {
        let mut queue = self.lock();
        let group = if queue.is_busy {
            let (turn, turns) = mpsc::channel();
            queue.waiting.push_back(Waiting { turn, may_share });
            drop(queue);
            turns.recv().map_err(|_| lost())?
        } else {
            queue.is_busy = true;
            Group { connection: queue.connection.take(), ..Group::default() }
        };
        Ok(Turn { writer: self, group, may_share })
    }

    /// Returns the number of writes that wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Hands an open transaction to the write that waits next; returns it if none waits that may share it.
    fn share(&self, group: Group) -> Option<Group> {
        let mut queue = self.lock();
        if !queue.waiting.front().is_some_and(|next| next.may_share) {
            return Some(group);
        }
        match queue.waiting.pop_front() {
            Some(next) => next.turn.send(group).err().map(|SendError(group)| group),
            None => Some(group),
        }
    }

    /// Gives the turn to the write that waits next, for a transaction of its own.
    fn pass_on(&self, connection: Option<AnyConnection>) {
        let mut group = Group { connection, ..Group::default() };
        let mut queue = self.lock();
        while let Some(next) = queue.waiting.pop_front() {
            match next.turn.send(group) {
                Ok(()) => return,
                Err(SendError(unsent)) => group = unsent,
            }
        }
        queue.connection = group.connection;
        queue.is_busy = false;
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn is_open(&mut self) -> bool {
        self.connection.as_mut().is_some_and(is_in_transaction)
    }

    /// Begins the part of a write, and for the first one the transaction.
    fn begin(&mut self, connect: impl FnOnce() -> Result<AnyConnection>) -> Result<&mut AnyConnection> {
        if !self.is_open() {
            let mut connection = self.connection.take().map_or_else(connect, Ok)?;
            let begun = begin_write(&mut connection);
            // The lock of another program passes, and the connection is as good as before.
            if begun.as_ref().map_or_else(is_locked, |()| true) {
                self.connection = Some(connection);
            }
            begun?;
        }
        let connection = self.connection.as_mut().ok_or_else(lost)?;
        begin_part(connection)?;
        Ok(connection)
    }

    /// Ends the transaction, and tells each write that waits for it the outcome.
    fn end(&mut self) {
        let is_open = self.is_open();
        let outcome = match &mut self.connection {
            Some(connection) if is_open => {
                let ended = if self.has_changes { commit(connection) } else { roll_back(connection) };
                ended.map_err(Error::from)
            }
            _ => Err(Error::Retry),
        };
        for write in mem::take(&mut self.done) {
            // A write that does not wait any more needs no outcome.
            let _ = write.send(outcome.as_ref().map_err(of_each).copied());
        }
    }
}

impl Turn<'_> {
    /// Runs `work` in the group's transaction, and returns after its commit.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer; `work` then has not run. The error of the commit, or `Retry` if
    /// another write lost the transaction; nothing is kept of `work` then.
    pub(super) fn write<T>(
        mut self,
        connect: impl FnOnce() -> Result<AnyConnection>,
        work: impl FnOnce(Transaction<'_>) -> T,
    ) -> Result<T> {
        let connection = self.group.begin(connect)?;
        let mut is_kept = false;
        let done = work(Transaction::part(connection, &mut is_kept));
        if !self.group.is_open() {
            // It could not be rolled back alone, so it failed, and knows why.
            return Ok(done);
        }
        self.group.has_changes |= is_kept;
        let (write, outcome) = mpsc::channel();
        self.group.done.push(write);
        drop(self);
        outcome.recv().unwrap_or_else(|_| Err(lost()))?;
        Ok(done)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut group = mem::take(&mut self.group);
        if self.may_share && !panicking() && group.done.len() < MOST && group.is_open() {
            match self.writer.share(group) {
                Some(unshared) => group = unshared,
                None => return,
            }
        }
        group.end();
        // After an error or a panic the connection is not kept, and the next write opens another.
        let kept = group.connection.take().and_then(|mut connection| {
            let is_sound = !panicking() && !connection.is_broken();
            is_sound.then_some(connection)
        });
        self.writer.pass_on(kept);
    }
}

/// Returns the error of a commit for one of its writes.
fn of_each(error: &Error) -> Error {
    match error {
        Error::Retry => Error::Retry,
        Error::Unavailable(why) => Error::Unavailable(why.clone()),
        other => Error::Internal(other.to_string()),
    }
}

fn lost() -> Error {
    Error::Internal("a turn to write was lost".to_owned())
}
