//! Bulk load: many transactions on one connection, into an otherwise unused database.
//!
//! Commits do not wait for the disk. After a crash the last transactions may be missing, each as a whole; the load is
//! then discarded and run again. Must not be used on a database in use.

use diesel::connection::SimpleConnection;
use diesel::r2d2::PooledConnection;

use crate::storage::Result;
use crate::storage::backend::{AnyConnection, Manager, SQLITE_USUAL, begin_write};
use crate::storage::pool::Pool;
use crate::storage::registry::version;
use crate::storage::signatures::RowKey;
use crate::storage::write::{Context, Transaction, Tx};
use crate::storage::writer::Turn;

/// WAL with `synchronous = NORMAL` keeps every commit atomic and loses at most the last ones in a crash; 256 MiB of
/// cache are enough for the inner pages of the indexes, which grow at random places.
const SQLITE_FAST: &str = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;";
/// The PostgreSQL counterpart: commits are atomic, the last ones may be lost in a crash.
const POSTGRES_FAST: &str = "SET synchronous_commit = off";
/// Advances the sequences past the keys that the loader assigned itself.
const POSTGRES_KEYS: &str = "SELECT setval(pg_get_serial_sequence('contracts', 'id'), (SELECT coalesce(max(id), 1) FROM contracts), EXISTS (SELECT 1 FROM contracts)); \
                             SELECT setval(pg_get_serial_sequence('payments', 'id'), (SELECT coalesce(max(id), 1) FROM payments), EXISTS (SELECT 1 FROM payments));";

/// An open bulk load.
pub struct Loading<'a> {
    connection: PooledConnection<Manager>,
    key: &'a RowKey,
    _writer: Option<Turn<'a>>,
}

impl<'a> Loading<'a> {
    /// Takes a connection for the load and, on SQLite, the write lock until the load is finished.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer.
    pub fn begin(pool: &'a Pool) -> Result<Self> {
        let mut connection = pool.get()?;
        match &mut *connection {
            AnyConnection::Sqlite(c) => c.batch_execute(SQLITE_FAST)?,
            AnyConnection::Postgres(c) => c.batch_execute(POSTGRES_FAST)?,
        }
        Ok(Self { connection, key: pool.key(), _writer: pool.lock_writer(false)? })
    }

    /// Runs `work` in one transaction.
    ///
    /// # Errors
    /// Errors of `work` and of the commit.
    pub fn write<T>(&mut self, context: &Context, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        begin_write(&mut self.connection)?;
        let mut open = Transaction::begun(&mut self.connection);
        version::begin_change(open.connection())?;
        let result = {
            let mut tx = Tx::new(open.connection(), (context, self.key));
            let result = work(&mut tx)?;
            tx.record_rows()?;
            result
        };
        version::end_change(open.connection())?;
        if let AnyConnection::Postgres(c) = open.connection() {
            c.batch_execute(POSTGRES_KEYS)?;
        }
        open.commit()?;
        Ok(result)
    }

    /// Finishes the load: forces it to disk and restores normal durability. On PostgreSQL it also runs ANALYZE; SQLite
    /// plans only from the indexes.
    ///
    /// # Errors
    /// Database errors.
    pub fn finish(mut self) -> Result<()> {
        match &mut *self.connection {
            AnyConnection::Sqlite(c) => {
                c.batch_execute(SQLITE_USUAL)?;
                c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
            }
            AnyConnection::Postgres(c) => {
                // The first synchronous commit flushes the earlier ones too.
                c.batch_execute(
                    "RESET synchronous_commit; SET statement_timeout = 0; ANALYZE; SET statement_timeout = '60s'",
                )?;
            }
        }
        Ok(())
    }
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        // A failure means a broken connection, which the pool discards at its next check.
        let _ = match &mut *self.connection {
            AnyConnection::Sqlite(c) => c.batch_execute(SQLITE_USUAL),
            AnyConnection::Postgres(c) => c.batch_execute("RESET synchronous_commit"),
        };
    }
}
