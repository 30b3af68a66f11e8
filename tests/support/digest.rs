//! A dump of every row of every table as text, on either engine, used to show that nothing was changed.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use luyue::storage::{AnyConnection, Pool};

/// The rows of each table as lines of JSON, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump(pub BTreeMap<String, Vec<String>>);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Returns the first column of a query's result.
pub fn lines(connection: &mut AnyConnection, sqlite: &str, postgres: &str) -> Vec<String> {
    let rows: QueryResult<Vec<Line>> = match connection {
        AnyConnection::Sqlite(c) => diesel::sql_query(sqlite).load(c),
        AnyConnection::Postgres(c) => diesel::sql_query(postgres).load(c),
    };
    let rows = rows.unwrap_or_else(|error| panic!("{sqlite} / {postgres}: {error}"));
    rows.into_iter().map(|row| row.line).collect()
}

/// Returns the names of all tables except those of the engine and of the migrations.
pub fn tables(connection: &mut AnyConnection) -> Vec<String> {
    let own = "NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";
    lines(
        connection,
        &format!(
            "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name {own} ORDER BY name"
        ),
        &format!(
            "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' AND tablename {own} ORDER BY tablename"
        ),
    )
}

/// Returns the names of a table's columns in their order.
pub fn columns(connection: &mut AnyConnection, table: &str) -> Vec<String> {
    lines(
        connection,
        &format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid"),
        &format!(
            "SELECT attname::text AS line FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ),
    )
}

/// Returns the given columns of every row of a table.
pub fn rows(connection: &mut AnyConnection, table: &str, columns: &[String]) -> Vec<String> {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let list = quoted.join(", ");
    let mut rows = lines(
        connection,
        &format!("SELECT json_array({list}) AS line FROM {table}"),
        &format!("SELECT json_build_array({list})::text AS line FROM {table}"),
    );
    rows.sort_unstable();
    rows
}

impl Dump {
    /// Dumps the current content of the database.
    pub fn of(pool: &Pool) -> Self {
        let connection = &mut *pool.get().expect("a connection");
        let all = tables(connection).into_iter().map(|table| {
            let columns = columns(connection, &table);
            let rows = rows(connection, &table, &columns);
            (table, rows)
        });
        Self(all.collect())
    }

    /// Returns the differences between two dumps as lines `table: - row` and `table: + row`.
    pub fn changes(&self, after: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        let none = Vec::new();
        let tables: std::collections::BTreeSet<&String> = self.0.keys().chain(after.0.keys()).collect();
        for table in tables {
            let (old, new) = (self.0.get(table).unwrap_or(&none), after.0.get(table).unwrap_or(&none));
            changes.extend(old.iter().filter(|row| !new.contains(row)).map(|row| format!("{table}: - {row}")));
            changes.extend(new.iter().filter(|row| !old.contains(row)).map(|row| format!("{table}: + {row}")));
            if old.len() != new.len() {
                changes.push(format!("{table}: {} rows instead of {}", new.len(), old.len()));
            }
        }
        changes
    }

    /// Returns the numbers of removed and added rows of each changed table.
    pub fn shape(&self, after: &Self) -> BTreeMap<String, (usize, usize)> {
        let mut shape = BTreeMap::new();
        for change in self.changes(after) {
            let Some((table, row)) = change.split_once(": ") else { continue };
            let (gone, come) = shape.entry(table.to_owned()).or_insert((0, 0));
            match row.as_bytes() {
                [b'-', ..] => *gone += 1,
                [b'+', ..] => *come += 1,
                _ => {}
            }
        }
        shape
    }
}
