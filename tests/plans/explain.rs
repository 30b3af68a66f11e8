//! The query plans of both engines, and the rules by which a plan is a fault.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use luyue::storage::AnyConnection;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::digest::{lines, tables};
use crate::support::queries::Query;

/// Number of contracts for each row from which on a table counts as big.
const CONTRACTS_PER_BIG: i64 = 15;
/// Number of rows up to which no table counts as big: the synthetic city has 352 appropriations in any register.
const SMALL: i64 = 400;
/// Number of contracts for each row that a page may sort or discard.
const CONTRACTS_PER_SORTED: usize = 12;
/// Number of rows that a page may sort or discard in any register, fewer than an officer sees of the one on PostgreSQL.
/// Searches and passes over records read up to a thousand at a time.
const BOUNDED: usize = 2_500;

/// Explains queries on one connection and checks their plans.
pub struct Judge<'a> {
    test: &'a TestApp,
    big: BTreeSet<String>,
    /// Number of rows that a page may sort or discard.
    many: f64,
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

impl<'a> Judge<'a> {
    pub fn new(test: &'a TestApp, contracts: usize) -> Self {
        let limit = (i64::try_from(contracts).expect("a number") / CONTRACTS_PER_BIG).max(SMALL);
        let connection = &mut *test.app.pool.get().expect("a connection");
        let rows = |connection: &mut AnyConnection, table: &str| {
            let count = format!("SELECT CAST(count(*) AS TEXT) AS line FROM {table}");
            lines(connection, &count, &count)[0].parse::<i64>().expect("a number")
        };
        let counted: BTreeMap<String, i64> =
            tables(connection).into_iter().map(|table| (table.clone(), rows(connection, &table))).collect();
        println!("{counted:?}");
        let big = counted.into_iter().filter(|(_, rows)| *rows > limit).map(|(table, _)| table).collect();
        let many = (contracts / CONTRACTS_PER_SORTED).max(BOUNDED);
        Self { test, big, many: f64::from(u32::try_from(many).expect("a number")) }
    }

    /// Returns the faults in the plans of the given queries.
    pub fn faults(&self, queries: &[Query]) -> Vec<String> {
        let connection = &mut *self.test.app.pool.get().expect("a connection");
        let mut faults = Vec::new();
        for query in queries {
            let found = match connection {
                AnyConnection::Sqlite(c) => on_sqlite(c, query, &self.big),
                AnyConnection::Postgres(c) => on_postgres(c, query, (&self.big, self.many)),
            };
            faults.extend(found.iter().map(|fault| format!("{fault}\n    {}\n    {}", query.sql, query.binds)));
        }
        faults
    }
}

/// `SCAN table` reads every row, with an index or without, unless the index has only some of the rows. SQLite does not say how many rows a sort has, so sorts
/// (`TEMP B-TREE`) are only printed here; they are bounded on PostgreSQL, whose plan counts rows.
fn on_sqlite(connection: &mut SqliteConnection, query: &Query, big: &BTreeSet<String>) -> Vec<String> {
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {}", query.sql))
        .load(connection)
        .unwrap_or_else(|error| panic!("{}: {error}", query.sql));
    let partial: Vec<Index> =
        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
            .load(connection)
            .expect("the indexes");
    let scans = |detail: &str| {
        let scanned = detail.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
        let is_partial = partial.iter().any(|index| detail.ends_with(&format!(" {}", index.name)));
        !is_partial && scanned.is_some_and(|table| big.contains(table.trim_matches('`')))
    };
    for step in steps.iter().filter(|step| step.detail.contains("TEMP B-TREE")) {
        println!("             {}", step.detail);
    }
    steps.iter().filter(|step| scans(&step.detail)).map(|step| format!("SQLite: {}", step.detail)).collect()
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Plans and executes the query with its actual values; the nodes of the plan say how many rows were read.
fn on_postgres(connection: &mut PgConnection, query: &Query, limits: (&BTreeSet<String>, f64)) -> Vec<String> {
    let values = literals(&query.binds);
    let call = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    connection
        .batch_execute(&format!("SET plan_cache_mode = force_custom_plan; PREPARE trial AS {}", query.sql))
        .unwrap_or_else(|error| panic!("{}: {error}", query.sql));
    let plan: Vec<Plan> = diesel::sql_query(format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE trial{call}"))
        .load(connection)
        .unwrap_or_else(|error| panic!("{} {call}: {error}", query.sql));
    connection.batch_execute("DEALLOCATE trial; RESET plan_cache_mode").expect("it was prepared");
    let mut faults = Vec::new();
    let read: Value = serde_json::from_str(&plan[0].plan).expect("a plan in JSON");
    // A report sums up a large part of a table, for which reading all of it is a good plan.
    if !query.sql.contains(" GROUP BY ") {
        node_faults(&read[0]["Plan"], limits, query.sql.contains(" LIMIT "), &mut faults);
    }
    faults
}

fn node_faults(node: &Value, (big, many): (&BTreeSet<String>, f64), paged: bool, faults: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let number = |key: &str| node[key].as_f64().unwrap_or(0.0);
    let relation = node["Relation Name"].as_str().unwrap_or_default();
    let loops = number("Actual Loops").max(1.0);
    let (read, left_out) = (number("Actual Rows") * loops, number("Rows Removed by Filter") * loops);
    if kind == "Seq Scan" && big.contains(relation) {
        faults.push(format!("PostgreSQL: Seq Scan on {relation} ({left_out} rows left out)"));
    }
    if left_out > many && kind != "Seq Scan" {
        faults.push(format!("PostgreSQL: {kind} on {relation} reads {left_out} rows that it leaves out"));
    }
    let input = node["Plans"][0]["Actual Rows"].as_f64().unwrap_or(0.0);
    if paged && kind == "Sort" && input > many {
        faults.push(format!("PostgreSQL: Sort of {input} rows"));
    }
    if paged && read > 10.0 * many {
        faults.push(format!("PostgreSQL: {kind} {relation} gives {read} rows"));
    }
    for inner in node["Plans"].as_array().into_iter().flatten() {
        node_faults(inner, (big, many), paged, faults);
    }
}

/// Converts the values of a query from Rust's debug format, such as `[1, "a", Some(2), [3, 4]]`, to SQL literals.
fn literals(binds: &str) -> Vec<String> {
    let inner = binds.trim().strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or_default();
    split(inner).into_iter().map(|value| literal(&value)).collect()
}

/// Splits a list at its commas, except those within quotes and brackets.
fn split(list: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quoted, mut escaped) = (Vec::new(), String::new(), 0, false, false);
    for c in list.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        part.push(c);
    }
    if !part.trim().is_empty() {
        parts.push(part);
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

fn plain(value: &str) -> String {
    let value = match value.strip_suffix(')').and_then(|value| value.split_once('(')) {
        // A wrapped value such as `Some(1)` or `PersonId(1)`.
        Some((_, inner)) => inner,
        None => value,
    };
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned())
}

fn literal(value: &str) -> String {
    if value == "None" {
        return "NULL".to_owned();
    }
    let text = match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => {
            let items = split(list).iter().map(|item| format!("\"{}\"", plain(item))).collect::<Vec<_>>();
            format!("{{{}}}", items.join(","))
        }
        None => plain(value),
    };
    format!("'{}'", text.replace('\'', "''"))
}

#[test]
fn values_are_read_as_rust_shows_them() {
    assert_eq!(literals("[]"), Vec::<String>::new());
    let shown = r#"[1, "a, 'b'", [2, 3], Some(4), None, 2026-09-30, ["x"], PersonId(7), 2026-09-30T01:00:00]"#;
    let read = [
        "'1'",
        "'a, ''b'''",
        "'{\"2\",\"3\"}'",
        "'4'",
        "NULL",
        "'2026-09-30'",
        "'{\"x\"}'",
        "'7'",
        "'2026-09-30T01:00:00'",
    ];
    assert_eq!(literals(shown), read);
}
