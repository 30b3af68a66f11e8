//! Writing rows into an empty database, all of them in one transaction.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;
use serde_json::Value;

use crate::error::Error;
use crate::storage::audit::row_records;
use crate::storage::backend::begin_read;
use crate::storage::locks::{Scope, lock};
use crate::storage::transfer::read::{Line, without_time_limit};
use crate::storage::transfer::tables::{Cell, Kind, Table};
use crate::storage::write::Transaction;
use crate::storage::{AnyConnection, Pool, Result};

/// Maximum number of values in one INSERT: below SQLite's limit of 32,766, and few enough for rows with a large text.
const VALUES_AT_ONCE: usize = 16_000;
/// Maximum number of rows in one INSERT.
const ROWS_AT_ONCE: usize = 500;

/// Runs `work` in one transaction while no other transaction writes.
///
/// # Errors
/// Those of `work`, after which nothing was written; `Unavailable` if the database does not answer.
pub fn in_one_transaction<T, E: From<Error>>(
    pool: &Pool,
    work: impl FnOnce(&mut AnyConnection) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    pool.on_writer(true, |mut open| {
        without_time_limit(open.connection())?;
        lock(open.connection(), Scope::Everything).map_err(Error::from)?;
        let done = work(open.connection())?;
        open.commit()?;
        Ok(done)
    })?
}

/// Runs `work` in one read transaction, however long it takes.
///
/// # Errors
/// Those of `work`; `Unavailable` if the database does not answer.
pub fn in_one_snapshot<T, E: From<Error>>(
    pool: &Pool,
    work: impl FnOnce(&mut AnyConnection) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let mut connection = pool.begin(begin_read)?;
    let mut open = Transaction::begun(&mut connection);
    without_time_limit(open.connection())?;
    let done = work(open.connection())?;
    open.commit()?;
    Ok(done)
}

/// Removes the program's own mark from a database that was never used, and returns the name of a table with rows, if
/// any: such a database is in use. Tables of other programs count.
///
/// # Errors
/// Database errors.
pub fn clear_unused(connection: &mut AnyConnection) -> Result<Option<String>> {
    let names = lines(
        connection,
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
         AND name <> '__diesel_schema_migrations' ORDER BY name",
        "SELECT quote_ident(tablename) AS line FROM pg_tables WHERE schemaname = current_schema() \
         AND tablename <> '__diesel_schema_migrations' ORDER BY tablename",
    )?;
    if names.iter().any(|name| name == "row_heads") {
        row_records::forget_adoption(connection)?;
    }
    for name in names {
        let sqlite = format!("SELECT 'row' AS line FROM \"{}\" LIMIT 1", name.replace('"', "\"\""));
        let postgres = format!("SELECT 'row' AS line FROM {name} LIMIT 1");
        if !lines(connection, &sqlite, &postgres)?.is_empty() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Returns the only column of a query, written for either engine.
pub(in crate::storage) fn lines(connection: &mut AnyConnection, sqlite: &str, postgres: &str) -> Result<Vec<String>> {
    let rows: Vec<Line> = match connection {
        AnyConnection::Sqlite(connection) => diesel::sql_query(sqlite).load(connection)?,
        AnyConnection::Postgres(connection) => diesel::sql_query(postgres).load(connection)?,
    };
    Ok(rows.into_iter().map(|row| row.line).collect())
}

/// Inserts rows, each a line as [`super::pass_rows`] returns it.
///
/// # Errors
/// `Internal` for a line that does not fit the table; database errors.
pub fn insert(connection: &mut AnyConnection, table: &Table, rows: &[String]) -> Result<()> {
    let at_once = (VALUES_AT_ONCE / table.columns.len().max(1)).clamp(1, ROWS_AT_ONCE);
    for part in rows.chunks(at_once) {
        let cells = part.iter().map(|line| cells(table, line)).collect::<Result<Vec<_>>>()?;
        insert_part(connection, table, cells)?;
    }
    Ok(())
}

fn cells(table: &Table, line: &str) -> Result<Vec<Cell>> {
    let strange = || Error::Internal(format!("a line is not a row of {}", table.name));
    let values: Vec<Value> = serde_json::from_str(line).map_err(|_| strange())?;
    if values.len() != table.columns.len() {
        return Err(strange());
    }
    let cells = table.columns.iter().zip(values).map(|(column, value)| Cell::parse(column.kind, value));
    cells.collect::<Option<Vec<_>>>().ok_or_else(strange)
}

/// Binds the values of all rows, in order.
macro_rules! bind_all {
    ($statement:expr, $engine:ty, $table:expr, $rows:expr) => {{
        let mut query = diesel::sql_query($statement).into_boxed::<$engine>();
        for (column, cell) in $rows.into_iter().flat_map(|row| $table.columns.iter().zip(row)) {
            query = match (column.kind, cell) {
                (Kind::Integer, Cell::Number(number)) => query.bind::<Nullable<Integer>, _>(i32::try_from(number).ok()),
                (Kind::Integer, _) => query.bind::<Nullable<Integer>, _>(None::<i32>),
                (Kind::Bigint, Cell::Number(number)) => query.bind::<Nullable<BigInt>, _>(Some(number)),
                (Kind::Bigint, _) => query.bind::<Nullable<BigInt>, _>(None::<i64>),
                (Kind::Text, Cell::Text(text)) => query.bind::<Nullable<Text>, _>(Some(text)),
                (Kind::Text, _) => query.bind::<Nullable<Text>, _>(None::<String>),
                (Kind::Boolean, Cell::Boolean(truth)) => query.bind::<Nullable<Bool>, _>(Some(truth)),
                (Kind::Boolean, _) => query.bind::<Nullable<Bool>, _>(None::<bool>),
                (Kind::Date, Cell::Date(day)) => query.bind::<Nullable<Date>, _>(Some(day)),
                (Kind::Date, _) => query.bind::<Nullable<Date>, _>(None::<chrono::NaiveDate>),
                (Kind::Timestamp, Cell::Timestamp(at)) => query.bind::<Nullable<Timestamp>, _>(Some(at)),
                (Kind::Timestamp, _) => query.bind::<Nullable<Timestamp>, _>(None::<chrono::NaiveDateTime>),
            };
        }
        query
    }};
}

fn insert_part(connection: &mut AnyConnection, table: &Table, rows: Vec<Vec<Cell>>) -> Result<()> {
    match connection {
        AnyConnection::Sqlite(connection) => {
            let statement = statement(table, rows.len(), |_| "?".to_owned());
            bind_all!(statement, Sqlite, table, rows).execute(connection)?;
        }
        AnyConnection::Postgres(connection) => {
            let statement = statement(table, rows.len(), |place| format!("${place}"));
            bind_all!(statement, Pg, table, rows).execute(connection)?;
        }
    }
    Ok(())
}

/// Builds the INSERT with a place for each value. The names were checked as for reading.
fn statement(table: &Table, rows: usize, place: impl Fn(usize) -> String) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let width = columns.len();
    let row = |number: usize| {
        let places: Vec<String> = (1..=width).map(|column| place(number * width + column)).collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    format!("INSERT INTO \"{}\" (\"{}\") VALUES {}", table.name, columns.join("\", \""), values.join(", "))
}

/// Makes PostgreSQL continue each table's keys after the largest one. SQLite does so by itself.
///
/// # Errors
/// Database errors.
pub fn set_sequences(connection: &mut AnyConnection, tables: &[Table]) -> Result<()> {
    let AnyConnection::Postgres(connection) = connection else { return Ok(()) };
    for table in tables.iter().filter(|table| table.key == ["id"]) {
        let next = format!(
            "SELECT CAST(setval(pg_get_serial_sequence('\"{0}\"', 'id'), coalesce(max(id), 0) + 1, false) AS TEXT) \
             AS line FROM \"{0}\"",
            table.name
        );
        diesel::sql_query(next).execute(connection)?;
    }
    Ok(())
}
