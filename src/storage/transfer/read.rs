//! Reading the rows of tables, one at a time, and their digests.

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::storage::audit::hash_chains::hex;
use crate::storage::transfer::tables::{Cell, Table};
use crate::storage::{AnyConnection, Result};

/// Number and digest of a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDigest {
    pub rows: u64,
    /// Bytes of all lines.
    pub bytes: u64,
    /// Digest of all lines, each with its line feed, in lower-case hexadecimal.
    pub sha256: String,
}

/// Computes the digest of a table from its lines.
#[derive(Default)]
pub struct TableHasher {
    rows: u64,
    bytes: u64,
    hash: Sha256,
}

impl TableHasher {
    /// Adds a line without its line feed.
    pub fn add(&mut self, line: &str) {
        self.rows += 1;
        self.bytes += line.len() as u64 + 1;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
    }

    /// Returns the number of rows, the size in bytes and the SHA-256 of the table.
    pub fn finish(self) -> TableDigest {
        TableDigest { rows: self.rows, bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

#[derive(QueryableByName)]
pub(super) struct Line {
    #[diesel(sql_type = Text)]
    pub line: String,
}

/// Lifts PostgreSQL's limit on the duration of a statement for the open transaction, since reading a large table takes
/// longer.
///
/// # Errors
/// Database errors.
pub(super) fn without_time_limit(connection: &mut AnyConnection) -> Result<()> {
    if let AnyConnection::Postgres(connection) = connection {
        connection.batch_execute("SET LOCAL statement_timeout = 0")?;
    }
    Ok(())
}

/// Passes the line of each row to `each`, in the order of the table's key.
///
/// # Errors
/// Database errors and those of `each`; `Internal` for a value that is not of its column's type.
pub fn pass_rows<E: From<Error>>(
    connection: &mut AnyConnection,
    table: &Table,
    mut each: impl FnMut(String) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut pass = |row: QueryResult<Line>| each(line(table, &row.map_err(Error::from)?.line)?);
    match connection {
        AnyConnection::Sqlite(connection) => {
            let query = diesel::sql_query(statement("json_array", table));
            let rows = query.load_iter::<Line, DefaultLoadingMode>(connection).map_err(Error::from)?;
            rows.into_iter().try_for_each(&mut pass)
        }
        AnyConnection::Postgres(connection) => {
            let query = diesel::sql_query(statement("json_build_array", table));
            let rows = query.load_iter::<Line, PgRowByRowLoadingMode>(connection).map_err(Error::from)?;
            rows.into_iter().try_for_each(&mut pass)
        }
    }
}

/// Returns the number and digest of a table's rows.
///
/// # Errors
/// As [`pass_rows`].
pub fn digest(connection: &mut AnyConnection, table: &Table) -> Result<TableDigest> {
    let mut hasher = TableHasher::default();
    pass_rows(connection, table, |line| {
        hasher.add(&line);
        Ok::<(), Error>(())
    })?;
    Ok(hasher.finish())
}

/// Builds the statement that selects each row as one array. The names are those of the schema, or of a backup whose
/// names were checked (`Table::has_plain_names`); values are never part of it.
fn statement(array: &str, table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    format!(
        "SELECT CAST({array}(\"{}\") AS TEXT) AS line FROM \"{}\" ORDER BY \"{}\"",
        columns.join("\", \""),
        table.name,
        table.key.join("\", \"")
    )
}

/// Writes a row as both engines' rows are written.
fn line(table: &Table, printed: &str) -> Result<String> {
    let strange = |what: &str| Error::Internal(format!("a row of {} is not as its table says: {what}", table.name));
    let values: Vec<Value> = serde_json::from_str(printed).map_err(|error| strange(&error.to_string()))?;
    let mut row = Vec::with_capacity(values.len());
    for (column, value) in table.columns.iter().zip(values) {
        let cell = Cell::parse(column.kind, value).ok_or_else(|| strange(&column.name))?;
        row.push(cell.to_json());
    }
    serde_json::to_string(&row).map_err(|error| strange(&error.to_string()))
}
