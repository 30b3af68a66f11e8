//! The connection pool. On SQLite, one writer of this process runs at a time, on a connection of its own.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::QueryResult;
use diesel::r2d2::{Pool as R2d2, PooledConnection, R2D2Connection};

use crate::error::Error;
use crate::storage::backend::{AnyConnection, Engine, Manager, begin_read, begin_write};
use crate::storage::signatures::RowKey;
use crate::storage::write::Transaction;
use crate::storage::writer::{Turn, Writer};

/// Time after which an idle connection is closed, with its cache and its prepared statements; one stays open.
const IDLE: Duration = Duration::from_secs(60);

/// Pool of database connections.
#[derive(Clone)]
pub struct Pool {
    connections: R2d2<Manager>,
    manager: Manager,
    /// Serialises the writes of this process on SQLite, so that they do not poll its file lock.
    writer: Arc<Writer>,
    /// Signs the rows that the program writes.
    key: RowKey,
}

impl Pool {
    /// Opens a pool of at most `size` connections.
    ///
    /// # Errors
    /// `Internal` for an unknown URL scheme; `Unavailable` if the database does not answer.
    pub fn open(url: &str, size: u32) -> Result<Self, Error> {
        Self::connect(url, size, false)
    }

    /// Opens a pool whose connections go through a pooler of PostgreSQL in transaction mode, such as PgBouncer: each
    /// transaction may reach another connection of the server.
    ///
    /// # Errors
    /// As [`Pool::open`].
    pub fn open_through_pooler(url: &str, size: u32) -> Result<Self, Error> {
        Self::connect(url, size, true)
    }

    fn connect(url: &str, size: u32, through_pooler: bool) -> Result<Self, Error> {
        let manager = Manager { engine: Engine::parse(url)?, through_pooler };
        let connections = R2d2::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .idle_timeout(Some(IDLE))
            .test_on_check_out(false)
            .build(manager.clone())
            .map_err(|error| Error::Unavailable(format!("the database cannot be opened: {error}")))?;
        Ok(Self { connections, manager, writer: Arc::default(), key: RowKey::none() })
    }

    /// Has all rows that are written through the pool signed with a key.
    #[must_use]
    pub fn signing_with(self, key: RowKey) -> Self {
        Self { key, ..self }
    }

    /// The key that signs rows.
    pub fn key(&self) -> &RowKey {
        &self.key
    }

    /// The engine that the pool connects to.
    pub fn engine(&self) -> &Engine {
        &self.manager.engine
    }

    /// Takes a connection from the pool, waiting at most ten seconds.
    ///
    /// # Errors
    /// `Unavailable` if none becomes free in time or the database does not answer.
    pub fn get(&self) -> Result<PooledConnection<Manager>, Error> {
        match self.manager.engine {
            Engine::Sqlite(_) => self.checkout(),
            Engine::Postgres(_) => {
                self.get_after(|connection| Ok(connection.ping()?)).map(|(connection, ())| connection)
            }
        }
    }

    /// Takes a connection and begins a transaction on it.
    ///
    /// # Errors
    /// As [`Pool::get`].
    pub(super) fn begin(
        &self,
        how: fn(&mut AnyConnection) -> QueryResult<()>,
    ) -> Result<PooledConnection<Manager>, Error> {
        self.get_after(|connection| Ok(how(connection)?)).map(|(connection, ())| connection)
    }

    /// Takes a connection on which a first statement succeeds. One whose server has gone is discarded for the next, so
    /// a restart of PostgreSQL fails no later request and no statement is spent on asking.
    ///
    /// # Errors
    /// Those of `first`, which may be sent more than once and must only read; as [`Pool::get`].
    pub fn get_after<T>(
        &self,
        first: impl Fn(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<(PooledConnection<Manager>, T), Error> {
        let mut tries = self.connections.max_size();
        loop {
            let mut connection = self.checkout()?;
            let error = match first(&mut connection) {
                Ok(answer) => return Ok((connection, answer)),
                Err(error) => error,
            };
            tries = tries.saturating_sub(1);
            match (&mut *connection, &error) {
                (AnyConnection::Postgres(gone), Error::Unavailable(_)) if tries > 0 => {
                    // The pool drops a connection that is in error.
                    AnsiTransactionManager::transaction_manager_status_mut(gone).set_in_error();
                }
                _ => return Err(error),
            }
        }
    }

    fn checkout(&self) -> Result<PooledConnection<Manager>, Error> {
        self.connections.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Numbers of connections in use and open.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.connections.state();
        (state.connections.saturating_sub(state.idle_connections), state.connections)
    }

    /// Runs `work` in one read transaction, so that all its queries see the same state.
    ///
    /// # Errors
    /// Errors of `work`; `Unavailable` if the database does not answer.
    pub fn read<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.begin(begin_read)?;
        let mut open = Transaction::begun(&mut connection);
        let result = work(open.connection())?;
        open.commit()?;
        Ok(result)
    }

    /// Runs `work` in a write transaction. On SQLite, one writer of this process runs at a time, and those that wait may
    /// share the transaction, unless one is long; this returns only after the commit.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer; `work` then has not run. On SQLite, errors of the commit and
    /// `Retry`; nothing is kept of `work` then.
    pub(super) fn on_writer<T>(&self, is_long: bool, work: impl FnOnce(Transaction<'_>) -> T) -> Result<T, Error> {
        match self.lock_writer(!is_long)? {
            Some(turn) => turn.write(|| self.manager.connect_writer(), work),
            None => Ok(work(Transaction::begun(&mut *self.begin(begin_write)?))),
        }
    }

    /// Locks SQLite for one writer of this process; PostgreSQL needs no lock.
    pub(super) fn lock_writer(&self, may_share: bool) -> Result<Option<Turn<'_>>, Error> {
        match self.manager.engine {
            Engine::Sqlite(_) => self.writer.take_turn(may_share).map(Some),
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// Number of writes of this process that wait for their turn on SQLite.
    pub fn writes_waiting(&self) -> usize {
        self.writer.waiting()
    }
}
