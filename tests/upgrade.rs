//! Upgrades from the first released schema to the current one: rows are preserved, and both engines match `schema.rs`.

mod next_change;

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use luyue::storage::backend::{migrate, migrations_pending};
use luyue::storage::{AnyConnection, Pool};

use crate::support::digest::{columns, lines, rows, tables};
use crate::support::files;
use crate::support::postgres::{self, TestDatabase};

/// An empty database, kept as long as it is used.
struct Empty {
    url: String,
    _database: Option<TestDatabase>,
    _folder: tempfile::TempDir,
}

impl Empty {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { url: format!("sqlite://{}", folder.path().join("luyue.db").display()), _database: None, _folder: folder }
    }

    fn postgres() -> Self {
        let database = postgres::empty_database();
        let folder = tempfile::tempdir().expect("a folder");
        Self { url: database.url.clone(), _database: Some(database), _folder: folder }
    }

    fn pool(&self) -> Pool {
        Pool::open(&self.url, 1).expect("the database opens")
    }
}

/// Name after that of the first migration.
const SECOND: &str = "2026-11-22-000001";

/// Runs the migrations whose names are before this one.
fn before(connection: &mut AnyConnection, name: &str) {
    assert!(migrations_pending(connection).expect("the list of migrations is made"));
    between(connection, ("", name));
}

/// Runs the migrations from the first of two names on, up to those before the second.
fn between(connection: &mut AnyConnection, names: (&str, &str)) {
    fn named<DB: diesel::backend::Backend>(folder: &str, names: (&str, &str)) -> Vec<Box<dyn Migration<DB>>> {
        let path = files::package().join("migrations").join(folder);
        let source = FileBasedMigrations::from_path(path).expect("the migrations are there");
        let mut all = MigrationSource::<DB>::migrations(&source).expect("migrations can be read");
        all.sort_by_key(|migration| migration.name().to_string());
        all.retain(|migration| (names.0..names.1).contains(&migration.name().to_string().as_str()));
        assert!(!all.is_empty());
        all
    }
    match connection {
        AnyConnection::Sqlite(c) => {
            for migration in named::<Sqlite>("sqlite", names) {
                c.run_migration(&*migration).expect("the migration runs");
            }
        }
        AnyConnection::Postgres(c) => {
            for migration in named::<Pg>("postgres", names) {
                c.run_migration(&*migration).expect("the migration runs");
            }
        }
    }
}

/// Inserts one row into every table; each key, and each reference to one, is 1001.
pub fn fill(connection: &mut AnyConnection) {
    match connection {
        AnyConnection::Sqlite(c) => c.batch_execute("PRAGMA foreign_keys = OFF").expect("rows in any order"),
        AnyConnection::Postgres(c) => {
            c.batch_execute("SET session_replication_role = replica").expect("rows in any order");
        }
    }
    for table in tables(connection) {
        let columns = catalogue(connection, &table);
        let values: Vec<String> = columns
            .iter()
            .map(|(name, column)| match column.kind.as_str() {
                "BigInt" => "1001".to_owned(),
                "Integer" => "7".to_owned(),
                "Bool" => "TRUE".to_owned(),
                "Date" => "'2026-01-05'".to_owned(),
                "Timestamp" => "'2026-01-05 01:00:00'".to_owned(),
                "Text" => format!("'{name} 宣城'"),
                other => panic!("{table}.{name}: {other}"),
            })
            .collect();
        let names: Vec<&str> = columns.keys().map(String::as_str).collect();
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        connection.batch_execute(&insert).unwrap_or_else(|error| panic!("{insert}: {error}"));
    }
    match connection {
        AnyConnection::Sqlite(c) => c.batch_execute("PRAGMA foreign_keys = ON").expect("as it was"),
        AnyConnection::Postgres(c) => c.batch_execute("SET session_replication_role = origin").expect("as it was"),
    }
}

/// A column in terms common to both engines and `schema.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    kind: String,
    nullable: bool,
    /// Its position in the primary key from 1, or 0 if it is not part of it.
    pub key: usize,
}

/// Returns the columns of a table from the catalogue of its database.
pub fn catalogue(connection: &mut AnyConnection, table: &str) -> BTreeMap<String, Column> {
    let found = lines(
        connection,
        &format!(
            "SELECT name || '|' || type || '|' || (CASE \"notnull\" WHEN 0 THEN 'YES' ELSE 'NO' END) || '|' || pk AS line
             FROM pragma_table_info('{table}')"
        ),
        &format!(
            "SELECT column_name || '|' || data_type || '|' || is_nullable || '|' || coalesce((
                 SELECT array_position(i.indkey::smallint[], a.attnum) + 1 - array_lower(i.indkey::smallint[], 1)
                 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = c.column_name
                 WHERE i.indrelid = '{table}'::regclass AND i.indisprimary), 0) AS line
             FROM information_schema.columns c WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
    );
    let column = |line: String| {
        let [name, kind, nullable, key] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let key: usize = key.parse().expect("a number");
        let kind = match kind.to_lowercase().as_str() {
            "bigint" => "BigInt",
            // SQLite's auto-incremented key is 64 bits wide, whatever its declared type.
            "integer" if name == "id" && key == 1 => "BigInt",
            "integer" => "Integer",
            "text" => "Text",
            "boolean" => "Bool",
            "date" => "Date",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            other => panic!("{table}.{name}: {other}"),
        };
        (name.to_owned(), Column { kind: kind.to_owned(), nullable: nullable == "YES", key })
    };
    found.into_iter().map(column).collect()
}

/// Returns the tables as `schema.rs` declares them.
fn schema() -> BTreeMap<String, BTreeMap<String, Column>> {
    let source = std::fs::read_to_string(files::package().join("src/schema.rs")).expect("schema.rs is there");
    let mut schema = BTreeMap::new();
    for block in source.split("diesel::table! {").skip(1) {
        let (head, rest) = block.split_once('{').expect("a table has columns");
        let (name, keys) = head.trim().split_once(" (").expect("a table has a key");
        let keys: Vec<&str> = keys.trim_end_matches(')').split(", ").collect();
        let (body, _) = rest.split_once('}').expect("the columns end");
        let column = |line: &str| {
            let (name, kind) = line.trim().trim_end_matches(',').split_once(" -> ")?;
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let key = keys.iter().position(|key| *key == name).map_or(0, |place| place + 1);
            let column = Column { kind: inner.unwrap_or(kind).to_owned(), nullable: inner.is_some(), key };
            Some((name.to_owned(), column))
        };
        schema.insert(name.to_owned(), body.lines().filter_map(column).collect());
    }
    schema
}

/// Tables and columns that a later migration renamed: the first schema's name and today's.
const RENAMED_TABLES: &[(&str, &str)] =
    &[("asks", "change_requests"), ("duties", "tasks"), ("letters", "emails"), ("chains", "hash_chains")];
const RENAMED_COLUMNS: &[(&str, &str)] = &[
    ("asked_by", "requested_by"),
    ("asked_for", "requested_for"),
    ("asked_at", "requested_at"),
    ("next_duty_on", "next_task_on"),
];

/// Returns today's name of a table or column of the first schema.
fn todays_name(renamed: &[(&str, &str)], name: &str) -> String {
    renamed.iter().find(|(first, _)| *first == name).map_or(name, |(_, today)| today).to_owned()
}

fn rows_of_the_first_schema_stay_as_they_were(empty: &Empty) {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    before(&mut connection, SECOND);
    fill(&mut connection);
    let known = tables(&mut connection);
    assert!(known.len() >= 28, "{known:?}");
    let read =
        |connection: &mut AnyConnection, columns: &BTreeMap<String, Vec<String>>| -> BTreeMap<String, Vec<String>> {
            columns.iter().map(|(table, columns)| (table.clone(), rows(connection, table, columns))).collect()
        };
    let of_first: BTreeMap<String, Vec<String>> =
        known.iter().map(|table| (table.clone(), columns(&mut connection, table))).collect();
    let before: BTreeMap<String, Vec<String>> = read(&mut connection, &of_first)
        .into_iter()
        .map(|(table, rows)| (todays_name(RENAMED_TABLES, &table), rows))
        .collect();
    assert!(before.values().all(|rows| rows.len() == 1));
    migrate(&mut connection).expect("the other migrations run");
    assert!(!migrations_pending(&mut connection).expect("migrations can be read"));
    let of_today: BTreeMap<String, Vec<String>> = of_first
        .iter()
        .map(|(table, columns)| {
            let columns = columns.iter().map(|column| todays_name(RENAMED_COLUMNS, column)).collect();
            (todays_name(RENAMED_TABLES, table), columns)
        })
        .collect();
    // Search words are derived; the program computes them again when their rule changes.
    let kept = |mut rows: BTreeMap<String, Vec<String>>| {
        rows.retain(|table, _| !table.ends_with("_pairs"));
        rows
    };
    let before = kept(before);
    assert_eq!(kept(read(&mut connection, &of_today)), before);
    let repeated = "SELECT CAST(year AS TEXT) || '|' || CAST(next_task_on AS TEXT) AS line FROM contract_access";
    assert_eq!(lines(&mut connection, repeated, repeated), ["7|2026-01-05"], "where a contract is seen it is repeated");
    let folded = "SELECT number_key || '|' || (SELECT search_key FROM services) || '|' || (SELECT search_key FROM regions) AS line FROM contracts";
    assert_eq!(
        lines(&mut connection, folded, folded),
        ["number宣城| code宣城 name宣城 | code宣城 name宣城 "],
        "older rows have keys"
    );
    let words = "SELECT pair AS line FROM contract_pairs WHERE pair IN ('=number宣城', '宣') ORDER BY pair";
    assert_eq!(lines(&mut connection, words, words), ["=number宣城", "宣"]);
    migrate(&mut connection).expect("once more changes nothing");
    assert_eq!(kept(read(&mut connection, &of_today)), before);
}

fn numbers_that_turn_out_to_be_the_same_do_not_stop_an_upgrade(empty: &Empty) {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    before(&mut connection, SECOND);
    fill(&mut connection);
    let columns = columns(&mut connection, "contracts");
    for (id, number) in [(1002, "ＮＵＭＢＥＲ　宣城"), (1003, "Number-宣城")] {
        let value = |name: &String| match name.as_str() {
            "id" => id.to_string(),
            "number" => format!("'{number}'"),
            "public_id" => format!("'contract {id}'"),
            _ => name.clone(),
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let copy = format!(
            "INSERT INTO contracts ({}) SELECT {} FROM contracts WHERE id = 1001",
            columns.join(", "),
            values.join(", ")
        );
        connection.batch_execute(&copy).expect("another contract");
    }
    migrate(&mut connection).expect("the migrations run");
    let keys = "SELECT number_key AS line FROM contracts ORDER BY id";
    assert_eq!(lines(&mut connection, keys, keys), ["number宣城", "number宣城 1002", "number-宣城"]);
}

#[test]
fn same_numbers_on_sqlite() {
    numbers_that_turn_out_to_be_the_same_do_not_stop_an_upgrade(&Empty::sqlite());
}

#[test]
fn same_numbers_on_postgres() {
    numbers_that_turn_out_to_be_the_same_do_not_stop_an_upgrade(&Empty::postgres());
}

fn the_database_has_what_schema_rs_says(empty: &Empty) {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    migrate(&mut connection).expect("the migrations run");
    let schema = schema();
    let found = tables(&mut connection);
    assert_eq!(found, schema.keys().cloned().collect::<Vec<_>>(), "tables");
    for (table, columns) in &schema {
        assert!(!columns.is_empty(), "{table}");
        assert_eq!(catalogue(&mut connection, table), *columns, "{table}");
    }
}

/// Rows from before numbers were unique: a reversed invoice, one that repeats another, and two payments with one
/// voucher.
const NOT_UNIQUE: &str = "
    INSERT INTO facts (contract_id, seq, kind, on_day, recorded_at, actor_id, for_id, body, words, prev_hash, hash) VALUES
        (1001, 1, 'invoice', '2026-01-05', '2026-01-05 01:00:00', 1001, NULL, '{\"milestone\":\"M\",\"on\":\"2026-01-05\"}',
            '{\"milestone\":\"M\",\"no\":1,\"number\":\"111\",\"amount\":\"10.00\"}', '', ''),
        (1001, 2, 'reversal', '2026-01-05', '2026-01-05 02:00:00', 1001, NULL, '{\"seq\":1}', '{}', '', ''),
        (1001, 3, 'invoice', '2026-01-05', '2026-01-05 03:00:00', 1001, NULL, '{\"milestone\":\"M\",\"on\":\"2026-01-05\"}',
            '{\"milestone\":\"M\",\"no\":2,\"number\":\"2495 ２０００a\",\"amount\":\"10.00\"}', '', ''),
        (1001, 4, 'invoice', '2026-01-05', '2026-01-05 03:00:00', 1001, NULL, '{\"milestone\":\"N\",\"on\":\"2026-01-05\"}', '{}', '', '');
    INSERT INTO events (stream, seq, at, actor_id, for_id, action, object, body, prev_hash, hash) VALUES
        ('contract:public_id 宣城', 1, '2026-01-06 01:00:00', 1001, NULL, 'invoices.document', '',
            '{\"milestone\":\"M\",\"no\":3,\"number\":\"2495-2000A\",\"amount\":\"-10.00\"}', '', ''),
        ('contract:public_id 宣城', 2, '2026-01-06 02:00:00', 1001, NULL, 'invoices.document', '',
            '{\"milestone\":\"M\",\"no\":4,\"number\":\"24952000A\",\"amount\":\"20.00\"}', '', '');
    INSERT INTO payments (id, public_id, contract_id, milestone, amount_fen, state, requested_at, voucher, paid_on, account) VALUES
        (1, 'p1', 1001, 'M', 1, 'paid', '2026-01-05 01:00:00', 'zf １', '2026-01-05', '{}'),
        (2, 'p2', 1001, 'M', 1, 'paid', '2026-01-05 01:00:00', 'ZF1', '2026-01-06', '{}'),
        (3, 'p3', 1001, 'M', 1, 'paid', '2026-01-05 01:00:00', 'ZF1', '2027-01-06', '{}'),
        (4, 'p4', 1001, 'M', 1, 'returned', '2026-01-05 01:00:00', 'ZF2', '2026-01-06', '{}');";

fn numbers_that_were_not_unique_stay_recorded(empty: &Empty) {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    before(&mut connection, "2026-11-28-040000");
    fill(&mut connection);
    connection.batch_execute(NOT_UNIQUE).expect("rows of an earlier version");
    let tables = ["facts", "events", "payments"].map(|table| (table, columns(&mut connection, table)));
    let kept = |connection: &mut AnyConnection| tables.each_ref().map(|(table, known)| rows(connection, table, known));
    let earlier = kept(&mut connection);
    migrate(&mut connection).expect("the other migrations run");
    assert_eq!(kept(&mut connection), earlier);
    let invoices = "SELECT number_key || '|' || colour || '|' || milestone || '|' || CAST(no AS TEXT) AS line FROM invoice_numbers";
    let held: BTreeSet<String> = lines(&mut connection, invoices, invoices).into_iter().collect();
    assert_eq!(held, ["24952000A|blue|M|2", "24952000A|red|M|3"].map(str::to_owned).into());
    let vouchers =
        "SELECT voucher_key || '|' || CAST(year AS TEXT) || '|' || CAST(payment_id AS TEXT) AS line FROM vouchers";
    let held: BTreeSet<String> = lines(&mut connection, vouchers, vouchers).into_iter().collect();
    assert_eq!(held, ["ZF1|2026|1", "ZF1|2027|3"].map(str::to_owned).into());
}

#[test]
fn numbers_stay_on_sqlite() {
    numbers_that_were_not_unique_stay_recorded(&Empty::sqlite());
}

#[test]
fn numbers_stay_on_postgres() {
    numbers_that_were_not_unique_stay_recorded(&Empty::postgres());
}

fn requests_for_a_link_stay(empty: &Empty) {
    let pool = empty.pool();
    let mut connection = pool.get().expect("a connection");
    before(&mut connection, "2026-11-28-110000");
    fill(&mut connection);
    let asked = |table: &str, kind: &str| {
        format!(
            "SELECT CAST(person_id AS TEXT) || {kind} || CAST(requested_by AS TEXT) || CAST(requested_at AS TEXT) AS line \
             FROM {table}"
        )
    };
    let earlier = asked("link_requests", "'|link|'");
    let earlier = lines(&mut connection, &earlier, &earlier);
    migrate(&mut connection).expect("the other migrations run");
    let today = asked("administrator_requests", "'|' || kind || '|'");
    assert_eq!(lines(&mut connection, &today, &today), earlier);
    assert_eq!(earlier.len(), 1);
}

#[test]
fn requests_stay_on_sqlite() {
    requests_for_a_link_stay(&Empty::sqlite());
}

#[test]
fn requests_stay_on_postgres() {
    requests_for_a_link_stay(&Empty::postgres());
}

#[test]
fn rows_stay_on_sqlite() {
    rows_of_the_first_schema_stay_as_they_were(&Empty::sqlite());
}

#[test]
fn rows_stay_on_postgres() {
    rows_of_the_first_schema_stay_as_they_were(&Empty::postgres());
}

#[test]
fn schema_rs_is_what_sqlite_has() {
    the_database_has_what_schema_rs_says(&Empty::sqlite());
}

#[test]
fn schema_rs_is_what_postgres_has() {
    the_database_has_what_schema_rs_says(&Empty::postgres());
}

#[test]
fn both_engines_have_the_same_indexes_and_references() {
    let made = |empty: &Empty| {
        let pool = empty.pool();
        let mut connection = pool.get().expect("a connection");
        migrate(&mut connection).expect("the migrations run");
        let indexes = lines(
            &mut connection,
            "SELECT name || ' ' || (sql LIKE 'CREATE UNIQUE%') AS line FROM sqlite_master
             WHERE type = 'index' AND sql IS NOT NULL",
            "SELECT indexname || ' ' || (indexdef LIKE 'CREATE UNIQUE%')::int AS line FROM pg_indexes
             WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey'",
        );
        let references = lines(
            &mut connection,
            "SELECT m.name || '.' || f.\"from\" || ' ' || f.\"table\" AS line
             FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
            "SELECT c.conrelid::regclass || '.' || a.attname || ' ' || c.confrelid::regclass AS line
             FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f'",
        );
        indexes.into_iter().chain(references).collect::<BTreeSet<String>>()
    };
    let (sqlite, postgres) = (made(&Empty::sqlite()), made(&Empty::postgres()));
    assert_eq!(sqlite, postgres);
    assert!(sqlite.len() > 80, "{}", sqlite.len());
}
