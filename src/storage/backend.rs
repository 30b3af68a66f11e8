//! The two database engines and the differences between them: connecting, beginning transactions, migrating.

use diesel::connection::{AnsiTransactionManager, CacheSize, SimpleConnection, TransactionManager};
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::Error;
use crate::storage::audit::row_records;
use crate::storage::ledger;
use crate::storage::server_address;
use crate::storage::text_keys;
use crate::storage::transfer::lines;
use crate::storage::written_tables::Listener;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// SQLite, bundled with the program.
    Sqlite(SqliteConnection),
    /// PostgreSQL or a server compatible with it.
    Postgres(PgConnection),
}

/// Engine named by a database URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, with the path of its file.
    Sqlite(String),
    /// PostgreSQL, with the whole URL, which says how its certificate is verified.
    Postgres(String),
}

impl Engine {
    /// Parses `sqlite:///path`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// `Internal` for any other scheme.
    pub fn parse(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(server_address::with_verification(url)));
        }
        Err(Error::Internal("the database URL must begin with sqlite:// or postgres://".to_owned()))
    }
}

/// Normal durability, and a cache of 2 MiB per connection. Lists are read through indexes, so a larger cache gains
/// little.
pub(super) const SQLITE_USUAL: &str = "PRAGMA synchronous = FULL; PRAGMA cache_size = -2048;";

/// For the connection on which a server writes: keys of search words are written all over their index, so a larger cache,
/// and checkpoints at four times the usual size, since the same pages are changed by one transaction after the other.
const SQLITE_WRITER: &str = "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000;";

/// Times in UTC, no statement without an end, and no notices in the log.
const POSTGRES_USUAL: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; SET client_min_messages = warning;";

/// Opens connections to one engine. The derived `establish` would try every engine and hide the reason of a failure.
#[derive(Debug, Clone)]
pub struct Manager {
    /// Engine to connect to.
    pub engine: Engine,
    /// True if the server's connection may change between transactions, so that no prepared statement outlives one.
    pub through_pooler: bool,
}

impl Manager {
    /// Opens the connection on which a process writes to SQLite.
    ///
    /// # Errors
    /// `Unavailable` if the database cannot be opened.
    pub(super) fn connect_writer(&self) -> Result<AnyConnection, Error> {
        let failed = |error: String| Error::Unavailable(format!("the database cannot be opened: {error}"));
        let mut connection = self.connect().map_err(|error| failed(error.to_string()))?;
        connection.batch_execute(SQLITE_WRITER).map_err(|error| failed(error.to_string()))?;
        Ok(connection)
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.engine {
            Engine::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path).map_err(ConnectionError)?;
                connection.set_instrumentation(Listener::new());
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
                connection.set_instrumentation(Listener::new());
                if self.through_pooler {
                    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
                }
                connection.batch_execute(POSTGRES_USUAL).map_err(QueryError)?;
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

/// Begins a write transaction. `BEGIN IMMEDIATE` keeps SQLite from failing when a read becomes a write. On PostgreSQL
/// the locks of a `Scope` replace SERIALIZABLE, so each statement must see what was committed before it.
pub fn begin_write(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
    }
}

/// Begins a read transaction with one consistent view.
pub fn begin_read(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
}

/// Begins a part of the open transaction, which [`commit`] and [`roll_back`] then end alone.
pub fn begin_part(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// Returns whether a transaction is open, and no part of it.
pub fn is_in_transaction(connection: &mut AnyConnection) -> bool {
    let status = match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
    };
    matches!(status.transaction_depth(), Ok(Some(depth)) if depth.get() == 1)
}

/// Commits the open transaction.
pub fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

/// Rolls the open transaction back.
pub fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        AnyConnection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    }
}

/// Inserts many rows in one statement, which the derived multi-connection does not support.
macro_rules! insert_many {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::storage::AnyConnection::Sqlite(c) => diesel::insert_into($table).values($rows).execute(c),
            $crate::storage::AnyConnection::Postgres(c) => diesel::insert_into($table).values($rows).execute(c),
        }
    };
}
pub(super) use insert_many;

/// Maximum number of rows in one INSERT: with the widest table (29 columns) this stays below SQLite's limit of 32,766
/// bound values.
pub(super) const ROWS_AT_ONCE: usize = 1000;

/// Number of rows from which PostgreSQL takes them by COPY: an INSERT of many rows costs the server more to parse and
/// plan than to carry out.
pub(super) const COPIED_ROWS: usize = 64;

/// Inserts any number of rows, `ROWS_AT_ONCE` per statement. The values of a row are one flat tuple.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr, $values:expr) => {
        for part in $rows.chunks($crate::storage::backend::ROWS_AT_ONCE) {
            let values: Vec<_> = part.iter().map($values).collect();
            match &mut *$connection {
                $crate::storage::AnyConnection::Postgres(c)
                    if values.len() >= $crate::storage::backend::COPIED_ROWS =>
                {
                    diesel::copy_from($table).from_insertable(&values).execute(c)?
                }
                connection => $crate::storage::backend::insert_many!(connection, $table, &values)?,
            };
        }
    };
}
pub(super) use insert_rows;

/// Runs the pending migrations, and fills the columns that they leave to the program.
///
/// # Errors
/// `Internal` if a migration fails.
pub fn migrate(connection: &mut AnyConnection) -> Result<(), Error> {
    migrate_empty(connection)?;
    text_keys::fill_missing(connection).map_err(text_keys::failed)?;
    ledger::open_earlier(connection).map_err(|error| Error::Internal(format!("cannot open the ledger: {error}")))?;
    row_records::adopt(connection)
        .map_err(|error| Error::Internal(format!("cannot create records for older rows: {error}")))
}

/// Runs the pending migrations on a database without rows, which have no columns to be filled.
///
/// # Errors
/// `Internal` if a migration fails.
pub(super) fn migrate_empty(connection: &mut AnyConnection) -> Result<(), Error> {
    let done = match connection {
        AnyConnection::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|_| ()),
        AnyConnection::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|_| ()),
    };
    done.map_err(|error| Error::Internal(format!("migration failed: {error}")))
}

/// Returns whether any migration is pending.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn migrations_pending(connection: &mut AnyConnection) -> Result<bool, Error> {
    let pending = match connection {
        AnyConnection::Sqlite(c) => c.has_pending_migration(SQLITE),
        AnyConnection::Postgres(c) => c.has_pending_migration(POSTGRES),
    };
    pending.map_err(|error| Error::Unavailable(format!("cannot read the migration state: {error}")))
}

/// Returns the versions of all migrations of this program, in order.
///
/// # Errors
/// `Internal` when the embedded migrations cannot be read.
pub fn known_migrations() -> Result<Vec<String>, Error> {
    Ok(in_order::<Sqlite>(SQLITE)?.into_iter().map(|(version, _)| version).collect())
}

/// Returns the versions of the migrations in a database, in order; empty for an empty database.
///
/// # Errors
/// Database errors.
pub fn applied_migrations(connection: &mut AnyConnection) -> Result<Vec<String>, Error> {
    let tables = lines(
        connection,
        "SELECT name AS line FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
        "SELECT CAST(tablename AS TEXT) AS line FROM pg_tables WHERE tablename = '__diesel_schema_migrations' \
         AND schemaname = current_schema()",
    )?;
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    // Not through the harness, which creates the table first and so fails in a read transaction.
    let all = "SELECT CAST(version AS TEXT) AS line FROM __diesel_schema_migrations ORDER BY version";
    lines(connection, all, all)
}

/// Returns whether a database has people or seals, which depend on the key of their installation.
///
/// # Errors
/// Database errors.
pub fn is_used(connection: &mut AnyConnection) -> Result<bool, Error> {
    if applied_migrations(connection)?.is_empty() {
        return Ok(false);
    }
    let any = "SELECT 'row' AS line FROM people UNION ALL SELECT 'row' AS line FROM seals LIMIT 1";
    Ok(!lines(connection, any, any)?.is_empty())
}

/// Runs those of the named migrations that a database does not have yet.
///
/// # Errors
/// `Internal` if a migration fails.
pub fn run_migrations(connection: &mut AnyConnection, versions: &[String]) -> Result<(), Error> {
    let done = applied_migrations(connection)?;
    let is_due = |version: &String| versions.contains(version) && !done.contains(version);
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Internal(format!("migration: {error}"));
    match connection {
        AnyConnection::Sqlite(connection) => {
            connection.applied_migrations().map_err(failed)?;
            for (version, migration) in in_order::<Sqlite>(SQLITE)? {
                if is_due(&version) {
                    connection.run_migration(&*migration).map_err(failed)?;
                }
            }
        }
        AnyConnection::Postgres(connection) => {
            connection.applied_migrations().map_err(failed)?;
            for (version, migration) in in_order::<Pg>(POSTGRES)? {
                if is_due(&version) {
                    connection.run_migration(&*migration).map_err(failed)?;
                }
            }
        }
    }
    Ok(())
}

/// A migration with its version.
type Versioned<DB> = (String, Box<dyn Migration<DB>>);

fn in_order<DB: diesel::backend::Backend>(embedded: EmbeddedMigrations) -> Result<Vec<Versioned<DB>>, Error> {
    let all = MigrationSource::<DB>::migrations(&embedded);
    let all = all.map_err(|error| Error::Internal(format!("migrations: {error}")))?;
    let mut all: Vec<Versioned<DB>> =
        all.into_iter().map(|migration| (migration.name().version().to_string(), migration)).collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(all)
}

#[derive(QueryableByName)]
struct Time {
    #[diesel(sql_type = diesel::sql_types::Timestamp)]
    at: chrono::NaiveDateTime,
}

/// Returns the time of PostgreSQL's clock, in UTC; `None` on SQLite, which has no clock of its own.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn database_time(connection: &mut AnyConnection) -> Result<Option<chrono::NaiveDateTime>, Error> {
    let AnyConnection::Postgres(connection) = connection else { return Ok(None) };
    let time: Time = diesel::sql_query("SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at").get_result(connection)?;
    Ok(Some(time.at))
}
