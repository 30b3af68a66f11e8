//! Whatever is changed behind the program's back in an amendment, its steps or its version is found by `luyue check`.

use diesel::connection::SimpleConnection;
use luyue::storage::AnyConnection;

use crate::amendments::setup::{assert_clean, body, proposed, running, terms, through, with_lessons};
use crate::on_both_engines;
use crate::support::app::{TestApp, unsealed_differences};

on_both_engines! { every_changed_column_is_found }

fn run(test: &TestApp, sql: &str) {
    match &mut *test.app.pool.get().expect("a connection") {
        AnyConnection::Sqlite(connection) => connection.batch_execute(sql),
        AnyConnection::Postgres(connection) => connection.batch_execute(sql),
    }
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn every_changed_column_is_found(test: &TestApp) {
    let id = running(test);
    let amendment = proposed(test, &id, &body(&with_lessons(terms(test, &id, "2026-01-13"), 100), "supplement"));
    through(test, &amendment, 3);
    assert_clean(test);
    for (table, column, other) in [
        ("amendments", "ground", "'clauses'"),
        ("amendments", "effective_on", "'2026-02-09'"),
        ("amendments", "base_version", "7"),
        ("amendments", "reason", "'x'"),
        ("amendments", "details", "'{}'"),
        ("amendments", "hash", "'x'"),
        ("amendments", "grows", "false"),
        ("amendments", "state", "'refused'"),
        ("amendment_steps", "note", "'x'"),
        ("amendment_steps", "for_id", "person_id"),
        ("amendment_steps", "at", "'2026-01-01 00:00:00'"),
        ("contract_terms", "effective_on", "'2026-01-20'"),
    ] {
        run(test, &format!("CREATE TABLE kept AS SELECT * FROM {table}"));
        let which = if table == "contract_terms" { " WHERE version = 2" } else { "" };
        run(test, &format!("UPDATE {table} SET {column} = {other}{which}"));
        assert_ne!(unsealed_differences(test), [], "{table}.{column} was changed unnoticed");
        let key = if table == "amendment_steps" {
            "seq"
        } else if table == "amendments" {
            "id"
        } else {
            "version"
        };
        let of = if table == "contract_terms" {
            format!(" AND kept.contract_id = {table}.contract_id")
        } else {
            String::new()
        };
        run(
            test,
            &format!(
                "UPDATE {table} SET {column} = (SELECT kept.{column} FROM kept WHERE kept.{key} = {table}.{key}{of})"
            ),
        );
        run(test, "DROP TABLE kept");
    }
    assert_clean(test);
}
