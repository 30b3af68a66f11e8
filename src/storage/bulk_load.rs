//! Writing very many rows into an empty database, a transaction after the other on one connection.
//!
//! Nothing here waits for the disk at each commit: what a crash cuts off is the end of the load and never a part of a
//! transaction, and whoever loaded throws the rest away. It must not be used on a register that somebody works with.

use diesel::connection::SimpleConnection;
use diesel::r2d2::PooledConnection;
use std::sync::MutexGuard;

use crate::storage::Result;
use crate::storage::backend::{AnyConnection, Manager, SQLITE_USUAL, begin_load};
use crate::storage::pool::Pool;
use crate::storage::write::{Context, Transaction, Tx};

/// WAL with `NORMAL` keeps every commit whole and loses at most the last ones (SQLite: PRAGMA synchronous); 256 MiB hold
/// the inner pages of indexes that grow everywhere.
const SQLITE_FAST: &str = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;";
/// The same of PostgreSQL: commits are whole, the last may be lost (PostgreSQL: synchronous_commit).
const POSTGRES_FAST: &str = "SET synchronous_commit = off";
/// Keys that were given by the loader are not given again.
const POSTGRES_KEYS: &str = "SELECT setval(pg_get_serial_sequence('contracts', 'id'), (SELECT coalesce(max(id), 1) FROM contracts), EXISTS (SELECT 1 FROM contracts)); \
                             SELECT setval(pg_get_serial_sequence('payments', 'id'), (SELECT coalesce(max(id), 1) FROM payments), EXISTS (SELECT 1 FROM payments));";

/// A connection that loads.
pub struct Loading<'a> {
    connection: PooledConnection<Manager>,
    _writer: Option<MutexGuard<'a, ()>>,
}

impl<'a> Loading<'a> {
    /// Takes a connection for the load, and on SQLite the right to write until it is over.
    ///
    /// # Errors
    /// The database does not answer.
    pub fn begin(pool: &'a Pool) -> Result<Self> {
        let mut connection = pool.get()?;
        match &mut *connection {
            AnyConnection::Sqlite(c) => c.batch_execute(SQLITE_FAST)?,
            AnyConnection::Postgres(c) => c.batch_execute(POSTGRES_FAST)?,
        }
        Ok(Self { connection, _writer: pool.writer() })
    }

    /// Writes in one transaction.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn write<T>(&mut self, context: &Context, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut open = Transaction::begin(&mut self.connection, begin_load)?;
        let result = work(&mut Tx { connection: open.connection(), context })?;
        if let AnyConnection::Postgres(c) = open.connection() {
            c.batch_execute(POSTGRES_KEYS)?;
        }
        open.commit()?;
        Ok(result)
    }

    /// Ends the load: what was written is on the disk. PostgreSQL learns how the values lie; SQLite's plans follow from the
    /// indexes alone.
    ///
    /// # Errors
    /// The database's.
    pub fn finish(mut self) -> Result<()> {
        match &mut *self.connection {
            AnyConnection::Sqlite(c) => {
                c.batch_execute(SQLITE_USUAL)?;
                c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
            }
            AnyConnection::Postgres(c) => {
                // The first commit that is waited for puts those before it on the disk too.
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
        // A connection that cannot be set back is broken; the pool finds that out by its next ping.
        let _ = match &mut *self.connection {
            AnyConnection::Sqlite(c) => c.batch_execute(SQLITE_USUAL),
            AnyConnection::Postgres(c) => c.batch_execute("RESET synchronous_commit"),
        };
    }
}
