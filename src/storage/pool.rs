//! Connections: a few readers and, on SQLite, one writer at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::r2d2::{Pool as R2d2, PooledConnection};

use crate::error::Error;
use crate::storage::backend::{AnyConnection, Engine, Manager, begin_read};
use crate::storage::write::Transaction;

/// The connections to the database.
#[derive(Clone)]
pub struct Pool {
    connections: R2d2<Manager>,
    engine: Engine,
    /// Writers of this process wait here for each other instead of polling SQLite's lock.
    writer: Arc<Mutex<()>>,
}

impl Pool {
    /// Opens a pool.
    ///
    /// # Errors
    /// An address that is not understood, or a database that does not answer.
    pub fn open(url: &str, size: u32) -> Result<Self, Error> {
        let engine = Engine::parse(url)?;
        let connections = R2d2::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(10))
            .test_on_check_out(matches!(engine, Engine::Postgres(_)))
            .build(Manager { engine: engine.clone() })
            .map_err(|error| Error::Unavailable(format!("the database cannot be opened: {error}")))?;
        Ok(Self { connections, engine, writer: Arc::default() })
    }

    /// Which engine this is.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A connection.
    ///
    /// # Errors
    /// None is free in time, or the database does not answer.
    pub fn get(&self) -> Result<PooledConnection<Manager>, Error> {
        self.connections.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// How many connections are in use, and how many are open.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.connections.state();
        (state.connections.saturating_sub(state.idle_connections), state.connections)
    }

    /// Runs reads that must agree with each other.
    ///
    /// # Errors
    /// Those of `work`, or a database that does not answer.
    pub fn read<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.get()?;
        let mut open = Transaction::begin(&mut connection, begin_read)?;
        let result = work(open.connection())?;
        open.commit()?;
        Ok(result)
    }

    /// On SQLite the right to write, held by one writer of this process at a time.
    pub(super) fn writer(&self) -> Option<MutexGuard<'_, ()>> {
        match self.engine {
            Engine::Sqlite(_) => Some(self.writer.lock().unwrap_or_else(PoisonError::into_inner)),
            Engine::Postgres(_) => None,
        }
    }
}
