//! Counts of the list of contracts: exact up to 1,000 for every filter, and honest beyond.

use diesel::connection::SimpleConnection;
use luyue::services::contracts::list::{self, ContractQuery, Counted};
use luyue::services::identity::sessions;
use luyue::storage::AnyConnection;

use crate::on_both_engines;
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::digest::columns;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    contracts_are_counted_exactly_up_to_a_thousand
}

/// Copies the rows of the first contract in a table, shifted by 1 to `last`.
fn copy_rows(test: &TestApp, table: &str, (from, last): (i64, i64), of: &str) {
    let connection = &mut *test.app.pool.get().expect("a connection");
    let names = columns(connection, table);
    let value = |name: &String| match name.as_str() {
        "id" if table == "contracts" => "id + n.i".to_owned(),
        "contract_id" => "contract_id + n.i".to_owned(),
        "public_id" | "number" | "number_key" => format!("{name} || '-' || n.i"),
        _ => name.clone(),
    };
    let values: Vec<String> = names.iter().map(value).collect();
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) \
         INSERT INTO {table} ({}) SELECT {} FROM {table}, n WHERE {of}",
        names.join(", "),
        values.join(", ")
    );
    match connection {
        AnyConnection::Sqlite(connection) => connection.batch_execute(&sql),
        AnyConnection::Postgres(connection) => connection.batch_execute(&sql),
    }
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Adds copies of the only contract.
fn copy_contract(test: &TestApp, numbers: (i64, i64)) {
    for (table, of) in [
        ("contracts", "id = (SELECT MIN(id) FROM contracts)"),
        ("contract_access", "contract_id = (SELECT MIN(id) FROM contracts)"),
        ("contract_pairs", "contract_id = (SELECT MIN(id) FROM contracts)"),
    ] {
        copy_rows(test, table, numbers, of);
    }
}

fn contracts_are_counted_exactly_up_to_a_thousand(test: &TestApp) {
    programme::registered(test, "C-1");
    let officer = sessions::local_caller(&test.app, "justice").expect("the officer");
    let text = |text: &str| Some(text.to_owned());
    let filters = [
        ContractQuery::default(),
        ContractQuery { year: Some(2026), ..ContractQuery::default() },
        ContractQuery { state: text("draft"), ..ContractQuery::default() },
        ContractQuery { contractor: text(CONTRACTOR), ..ContractQuery::default() },
        ContractQuery { purchaser: text("XC-JUSTICE"), ..ContractQuery::default() },
        ContractQuery { region: text("341800"), ..ContractQuery::default() },
        ContractQuery { q: text("矫正"), ..ContractQuery::default() },
    ];
    let counts = || -> Vec<Counted> {
        filters.iter().map(|filter| list::count(&test.app, &officer, filter).expect("counted")).collect()
    };
    let all = |number: usize, is_least: bool| vec![Counted { number, is_least }; filters.len()];
    assert_eq!(counts(), all(1, false));
    copy_contract(test, (1, 249));
    assert_eq!(counts(), all(250, false));
    let visitor = Visitor::signed_in(test, "justice");
    let shown = |query: &str| visitor.get(&format!("/contracts{query}")).expect_status(200).text;
    assert!(shown("").contains("共 250 条") && shown("?year=2026").contains("共 250 条"), "{}", shown(""));
    copy_contract(test, (250, 999));
    assert_eq!(counts(), all(1000, false));
    assert!(shown("").contains("共 1,000 条"));
    copy_contract(test, (1000, 1000));
    assert_eq!(counts(), all(1000, true));
    assert!(shown("").contains("超过 1,000 条"));
    assert_eq!(
        list::count(&test.app, &officer, &ContractQuery { year: Some(2025), ..ContractQuery::default() })
            .expect("counted"),
        Counted { number: 0, is_least: false }
    );
    let exact = ContractQuery { q: text("C-1"), ..ContractQuery::default() };
    assert_eq!(list::count(&test.app, &officer, &exact).expect("counted"), Counted { number: 1001, is_least: false });
}
