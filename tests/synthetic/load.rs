//! The command `luyue load`: its register is consistent, follows from the seed and has every state; it refuses a
//! database that is not empty.

use std::collections::BTreeSet;
use std::process::Command;

use luyue::services::audit::check;
use luyue::synthetic::load::load;

use crate::support::app::{TestApp, postgres_place, sqlite_place};
use crate::support::digest::{Dump, lines};

const PASSWORD: &str = "guimo-shiyan-2026";
const TODAY: &str = "2026-09-30";

fn loaded(test: &TestApp, contracts: usize, seed: u64) {
    test.at(TODAY, 12);
    load(&test.app, contracts, seed, PASSWORD, |_| {}).expect("the register is written");
}

fn a_loaded_register_is_consistent(test: &TestApp) {
    let mut seen = Vec::new();
    test.at(TODAY, 12);
    load(&test.app, 150, 7, PASSWORD, |contracts| seen.push(contracts)).expect("the register is written");
    assert_eq!(seen, [150]);
    let report = check::check(&test.app, |_| {}).expect("the check runs");
    assert_eq!(report.differences, []);
    assert_eq!(report.contracts, 150);
    assert!(report.facts > 700 && report.events > 1500 && report.appropriations > 50, "{report:?}");
    let connection = &mut *test.app.pool.get().expect("a connection");
    let of = |connection: &mut _, sql: &str| lines(connection, sql, sql);
    let states: BTreeSet<String> = of(connection, "SELECT DISTINCT state AS line FROM contracts").into_iter().collect();
    assert_eq!(states.len(), 8, "{states:?}");
    let kinds: BTreeSet<String> = of(connection, "SELECT DISTINCT kind AS line FROM facts").into_iter().collect();
    for kind in ["submission", "decision", "score", "invoice", "headcount", "survey", "extension", "payment"] {
        assert!(kinds.contains(kind), "no fact is a {kind}");
    }
    for table in
        ["tasks", "milestones", "breaches", "contract_access", "contract_pairs", "payment_steps", "change_requests"]
    {
        assert_ne!(of(connection, &format!("SELECT CAST(count(*) AS TEXT) AS line FROM {table}")), ["0"], "{table}");
    }
    // The jobs had nothing left to do.
    let waiting = "SELECT number AS line FROM contracts WHERE next_change <= '2026-09-30'";
    assert_eq!(of(connection, waiting), Vec::<String>::new());
}

fn people_of_a_loaded_register_sign_in_and_go_on_with_it(test: &TestApp) {
    loaded(test, 150, 7);
    let session = serde_json::json!({"username": "officer-341800-sf", "password": PASSWORD});
    test.nobody().post("session", &session).expect_status(200);
    let found = test.by("audit").get("contracts?limit=200").expect_status(200);
    assert_eq!(found["items"].as_array().expect("items").len(), 150);
    // New keys continue after those that the load assigned.
    let app = &test.app;
    let officer = luyue::services::identity::sessions::local_caller(app, "officer-341800-sf").expect("there");
    let contractor = test.by("audit").get("contractors").expect_status(200)["items"][0]["credit_code"].clone();
    let input = serde_json::json!({
        "number": "HT-NEW", "title": "新合同", "purchaser": "341800-SF", "funder": "341800-CZ", "contractor": contractor,
        "regime": "other", "method": "竞争性磋商",
        "terms": {"amount": "10.00", "starts_on": "2026-10-01", "ends_on": "2026-12-31",
            "items": [{"code": "A", "quantity": "1", "unit_price": "10.00"}],
            "deliverables": [{"code": "D", "item": "A", "quantity": "1", "due_on": "2026-12-01"}],
            "milestones": [{"code": "M", "requires": ["D"]}]},
    });
    let input = serde_json::from_value(input).expect("an input");
    luyue::services::contracts::registration::create(app, &officer, &input).expect("a contract more");
    luyue::jobs::run_until_idle(app).expect("the jobs run");
    assert_eq!(check::check(app, |_| {}).expect("the check runs").differences, []);
}

mod sqlite {
    use super::*;

    #[test]
    fn consistent() {
        a_loaded_register_is_consistent(&TestApp::empty(sqlite_place));
    }

    #[test]
    fn goes_on() {
        people_of_a_loaded_register_sign_in_and_go_on_with_it(&TestApp::empty(sqlite_place));
    }
}

mod postgres {
    use super::*;

    #[test]
    fn consistent() {
        a_loaded_register_is_consistent(&TestApp::empty(postgres_place));
    }

    #[test]
    fn goes_on() {
        people_of_a_loaded_register_sign_in_and_go_on_with_it(&TestApp::empty(postgres_place));
    }
}

/// Dumps every row except the salted passwords, the random version of the registers and, because the installation's
/// secret signs it, the seal with its letter.
fn dump(test: &TestApp) -> Dump {
    let mut dump = Dump::of(&test.app.pool);
    for table in ["people", "register_version", "seals", "emails"] {
        dump.0.remove(table).expect("a table");
    }
    dump
}

#[test]
fn the_seed_determines_the_register() {
    let of = |seed| {
        let test = TestApp::empty(sqlite_place);
        loaded(&test, 60, seed);
        dump(&test)
    };
    let first = of(3);
    assert_eq!(first.changes(&of(3)), Vec::<String>::new());
    assert_ne!(first, of(4));
    for table in ["contracts", "facts", "events", "payments", "tasks"] {
        assert!(!first.0[table].is_empty(), "{table}");
    }
}

#[test]
fn many_seeds_make_consistent_registers() {
    for seed in 100..103 {
        let test = TestApp::empty(sqlite_place);
        loaded(&test, 250, seed);
        assert_eq!(check::check(&test.app, |_| {}).expect("the check runs").differences, [], "seed {seed}");
    }
}

#[test]
fn a_database_that_is_not_empty_is_refused() {
    let test = TestApp::sqlite();
    let before = Dump::of(&test.app.pool);
    let refused = load(&test.app, 10, 1, PASSWORD, |_| {}).expect_err("there are organisations").to_string();
    assert!(refused.contains("empty"), "{refused}");
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new());
}

#[test]
fn the_command_prints_who_can_sign_in_and_fails_a_second_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["load", "--contracts", "20", "--seed", "5"])
            .env("LUYUE_DATA", folder.path())
            .env("LUYUE_CLOCK", "2026-09-30T09:00:00+08:00")
            .env("LUYUE_DEMO_PASSWORD", PASSWORD)
            .output()
            .expect("the command runs")
    };
    let first = run();
    let out = String::from_utf8_lossy(&first.stdout);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert!(out.contains("officer-341800-sf") && out.contains(PASSWORD), "{out}");
    let second = run();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("empty") && !said.contains("panic"), "{said}");
}
