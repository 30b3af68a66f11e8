//! The two engines, and what differs between them.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::Error;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// The bundled engine.
    Sqlite(SqliteConnection),
    /// PostgreSQL, or what speaks its protocol.
    Postgres(PgConnection),
}

/// Which engine an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite(String),
    /// A server.
    Postgres(String),
}

impl Engine {
    /// Reads `sqlite:///path` or `postgres://…`.
    ///
    /// # Errors
    /// A text that is neither.
    pub fn parse(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Error::Internal("the database address begins with sqlite:// or postgres://".to_owned()))
    }
}

/// What a commit waits for and how much is kept in memory (4 MiB a connection: lists read by index, not by cache).
pub(super) const SQLITE_USUAL: &str = "PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;";

/// Opens connections by address (the derived `establish` would try every engine and hide the reason).
#[derive(Debug, Clone)]
pub struct Manager {
    /// What is connected to.
    pub engine: Engine,
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.engine {
            Engine::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path).map_err(ConnectionError)?;
                connection
                    .batch_execute(
                        "PRAGMA busy_timeout = 15000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                         PRAGMA temp_store = MEMORY;",
                    )
                    .map_err(QueryError)?;
                connection.batch_execute(SQLITE_USUAL).map_err(QueryError)?;
                Ok(AnyConnection::Sqlite(connection))
            }
            Engine::Postgres(url) => {
                let mut connection = PgConnection::establish(url).map_err(ConnectionError)?;
                connection
                    .batch_execute(
                        "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; SET client_min_messages = warning;",
                    )
                    .map_err(QueryError)?;
                Ok(AnyConnection::Postgres(connection))
            }
        }
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Self::Error> {
        connection.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        R2D2Connection::is_broken(connection)
    }
}

/// How a transaction is begun: `BEGIN IMMEDIATE` keeps SQLite from failing when a read turns into a write;
/// SERIALIZABLE keeps two fundings on PostgreSQL from overdrawing one appropriation.
pub fn begin_write(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL SERIALIZABLE")
        }
    }
}

/// How a transaction of a load is begun, which nobody else's can meet.
pub fn begin_load(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
    }
}

/// How a consistent view for several reads is begun.
pub fn begin_read(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
}

/// Ends a transaction well.
pub fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

/// Undoes a transaction.
pub fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    }
}

/// Adds many rows in one statement (the derived connection cannot).
macro_rules! insert_many {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::storage::AnyConnection::Sqlite(c) => diesel::insert_into($table).values($rows).execute(c),
            $crate::storage::AnyConnection::Postgres(c) => diesel::insert_into($table).values($rows).execute(c),
        }
    };
}
pub(super) use insert_many;

/// Rows of one statement: with the most columns of a table (29) fewer values than SQLite binds at once (32,766).
pub(super) const ROWS_AT_ONCE: usize = 1000;

/// Adds however many rows, a statement for each thousand.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr, $values:expr) => {
        for part in $rows.chunks($crate::storage::backend::ROWS_AT_ONCE) {
            let values: Vec<_> = part.iter().map($values).collect();
            $crate::storage::backend::insert_many!($connection, $table, &values)?;
        }
    };
}
pub(super) use insert_rows;

/// Brings the schema up to date.
///
/// # Errors
/// What the engine says of a migration.
pub fn migrate(connection: &mut AnyConnection) -> Result<(), Error> {
    let done = match connection {
        AnyConnection::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|_| ()),
        AnyConnection::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|_| ()),
    };
    done.map_err(|error| Error::Internal(format!("migration: {error}")))
}

/// Whether a migration has not been run yet.
///
/// # Errors
/// What the engine says.
pub fn migrations_pending(connection: &mut AnyConnection) -> Result<bool, Error> {
    let pending = match connection {
        AnyConnection::Sqlite(c) => c.has_pending_migration(SQLITE),
        AnyConnection::Postgres(c) => c.has_pending_migration(POSTGRES),
    };
    pending.map_err(|error| Error::Unavailable(format!("migrations: {error}")))
}
