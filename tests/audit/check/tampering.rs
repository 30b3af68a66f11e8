//! Records changed, deleted, reordered, truncated and inserted directly in the database: `luyue check` finds each.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::app::App;
use luyue::clock::{Clock, Ids};
use luyue::config::Settings;
use luyue::services::audit::check;
use luyue::storage::audit::hash_chains::digest;
use luyue::storage::contracts;

use crate::audit::check::written;
use crate::payments::setup::NUMBER;
use crate::support::app::TestApp;

/// A change to the database, the place at which a difference must be reported, and a part of its description.
type Tampering = (String, &'static str, &'static str);

/// Statements that each change one column of one row, with the expected difference.
fn flips(table: &str, one: &str, columns: &[(&str, &str)], at: &'static str, what: &'static str) -> Vec<Tampering> {
    let flip =
        |(column, value): &(&str, &str)| (format!("UPDATE {table} SET {column} = {value} WHERE {one}"), at, what);
    columns.iter().map(flip).collect()
}

fn sql(statement: &str, at: &'static str, what: &'static str) -> Tampering {
    (statement.to_owned(), at, what)
}

/// Swaps the numbers of two records.
fn swap(table: &str, which: &str, a: i64, b: i64) -> String {
    format!(
        "UPDATE {table} SET seq = -1 WHERE {which} AND seq = {a}; UPDATE {table} SET seq = {a} WHERE {which} AND seq = {b};
         UPDATE {table} SET seq = {b} WHERE {which} AND seq = -1;"
    )
}

fn facts() -> Vec<Tampering> {
    let third = "the chain of facts is broken at number 3";
    let mut all = flips(
        "facts",
        "seq = 3",
        &[
            ("on_day", "'2026-05-01'"),
            ("recorded_at", "'2026-01-01 00:00:00'"),
            ("actor_id", "2"),
            ("for_id", "2"),
            ("body", "replace(body, '1', '2')"),
            ("words", "'{\"note\":\"x\"}'"),
            ("prev_hash", "hash"),
            ("hash", "prev_hash"),
            ("kind", "'survey'"),
        ],
        NUMBER,
        third,
    );
    all.extend([
        sql("DELETE FROM facts WHERE seq = 3", NUMBER, "the chain of facts is broken at number 4"),
        sql("DELETE FROM facts WHERE seq = (SELECT max(seq) FROM facts)", NUMBER, "the head of the chain of facts"),
        sql("DELETE FROM facts WHERE seq > 2", NUMBER, "the head of the chain of facts"),
        sql("DELETE FROM facts", NUMBER, "the head of the chain of facts"),
        (swap("facts", "1", 3, 4), NUMBER, third),
        sql(
            "INSERT INTO facts SELECT contract_id, seq + 1, kind, on_day, recorded_at, actor_id, for_id, body, words, hash, hash
             FROM facts ORDER BY seq DESC LIMIT 1",
            NUMBER,
            "the chain of facts",
        ),
        sql("UPDATE contracts SET fact_seq = fact_seq - 1", NUMBER, "the head of the chain of facts"),
        sql("UPDATE contracts SET fact_hash = ''", NUMBER, "the head of the chain of facts"),
    ]);
    all
}

fn events() -> Vec<Tampering> {
    let which = "stream LIKE 'contract:%'";
    let second = "the chain of events is broken at number 2";
    let mut all = flips(
        "events",
        "stream LIKE 'contract:%' AND seq = 2",
        &[
            ("at", "'2026-01-01 00:00:00'"),
            ("actor_id", "2"),
            ("for_id", "2"),
            ("action", "'contracts.withdraw'"),
            ("object", "'x'"),
            ("body", "'{}'"),
            ("prev_hash", "hash"),
            ("hash", "prev_hash"),
        ],
        "contract:",
        second,
    );
    all.extend([
        sql("DELETE FROM events WHERE stream LIKE 'contract:%' AND seq = 2", "contract:", "the chain of events is broken at number 3"),
        sql(
            "DELETE FROM events WHERE stream LIKE 'contract:%' AND seq = (SELECT max(seq) FROM events WHERE stream LIKE 'contract:%')",
            "contract:",
            "the head of the chain of events",
        ),
        sql("DELETE FROM events", "contract:", "the head of the chain of events"),
        (swap("events", which, 2, 3), "contract:", second),
        sql("UPDATE events SET stream = 'contract:other' WHERE stream LIKE 'contract:%'", "contract:", "the chain of events"),
        // Truncated together with the head: the seal still has the former head.
        sql(
            "DELETE FROM events WHERE stream LIKE 'contract:%' AND seq > 2;
             UPDATE hash_chains SET seq = 2, hash = (SELECT hash FROM events WHERE stream LIKE 'contract:%' AND seq = 2)
             WHERE stream LIKE 'contract:%'",
            "contract:",
            "sealed record",
        ),
    ]);
    let head = "the head of the chain of events";
    all.extend(flips("hash_chains", which, &[("seq", "seq + 1"), ("hash", "''")], "contract:", head));
    all.extend([
        sql("DELETE FROM hash_chains WHERE stream LIKE 'contract:%'", "contract:", head),
        sql("INSERT INTO hash_chains VALUES ('contract:other', 1, 'x')", "contract:other", head),
    ]);
    all
}

fn terms() -> Vec<Tampering> {
    let hash = "the hash of terms version 1";
    let mut all = flips(
        "contract_terms",
        "version = 1",
        &[
            ("terms", "replace(terms, '0.0005', '0.0001')"),
            ("terms", "'{'"),
            ("details", "replace(details, '上门走访', '电话走访')"),
            ("hash", "''"),
        ],
        NUMBER,
        hash,
    );
    all.extend([
        sql("DELETE FROM contract_terms", NUMBER, "the versions of the terms"),
        sql("UPDATE contract_terms SET version = 2", NUMBER, "the versions of the terms"),
        sql("UPDATE contracts SET terms_version = 2", NUMBER, "the versions of the terms"),
    ]);
    all
}

fn projections() -> Vec<Tampering> {
    let one = |table: &str, key: &str| format!("({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1)");
    let mut all = Vec::new();
    let task = one("tasks", "id");
    let columns = [("kind", "'sign'"), ("subject", "'x'"), ("organisation_id", "organisation_id + 1")];
    all.extend(flips("tasks", &task, &columns, NUMBER, "tasks"));
    all.extend(flips("tasks", &task, &[("due_on", "'2030-01-01'")], NUMBER, ": due_on is 2030-01-01 instead of"));
    all.extend(flips("tasks", &task, &[("role", "'cashier'")], NUMBER, ": role is cashier instead of"));
    all.extend([
        sql("DELETE FROM tasks WHERE id = (SELECT min(id) FROM tasks)", NUMBER, "tasks"),
        sql("DELETE FROM tasks", NUMBER, "tasks"),
        sql(
            "INSERT INTO tasks SELECT NULL, contract_id, kind, 'x', organisation_id, role, due_on, alert_on, since FROM tasks LIMIT 1",
            NUMBER,
            "tasks",
        ),
    ]);
    let columns = [
        ("place", "7"),
        ("satisfied_on", "'2026-01-01'"),
        ("gross_fen", "gross_fen + 1"),
        ("deductions_fen", "deductions_fen + 1"),
        ("payable_fen", "payable_fen + 1"),
        ("due_on", "'2026-01-01'"),
        ("paid_fen", "paid_fen + 1"),
        ("code", "'X'"),
    ];
    all.extend(flips("milestones", "code = 'MIDYEAR'", &columns, NUMBER, "milestones"));
    all.push(sql("DELETE FROM milestones WHERE code = 'FINAL'", NUMBER, "milestones: row FINAL is missing"));
    all.extend([
        sql(
            "UPDATE milestones SET place = 7 WHERE code = 'MIDYEAR'",
            NUMBER,
            "milestones: row MIDYEAR: place is 7 instead of",
        ),
        sql("UPDATE milestones SET code = 'X' WHERE code = 'MIDYEAR'", NUMBER, "row X should not be there"),
    ]);
    let columns = [
        ("clause", "'X'"),
        ("subject", "'X'"),
        ("since", "'2026-01-01'"),
        ("amount_fen", "amount_fen + 1"),
        ("charged_fen", "charged_fen + 1"),
        ("waived", "NOT waived"),
        ("accruing", "NOT accruing"),
        ("settled_in", "'X'"),
    ];
    all.extend(flips("breaches", &one("breaches", "clause, subject"), &columns, NUMBER, "breaches"));
    all.push(sql("DELETE FROM breaches", NUMBER, "breaches"));
    let columns = [("next_change", "'2027-01-01'")];
    all.extend(flips("contracts", "1", &columns, NUMBER, "the next change"));
    all.extend(flips("contracts", "1", &[("next_task_on", "'2027-01-01'")], NUMBER, "the due day of its first task"));
    all.extend(flips("contracts", "1", &[("services", "''")], NUMBER, "the services by which boards group it"));
    all.extend(flips(
        "contracts",
        "1",
        &[("amount_fen", "1"), ("starts_on", "'2026-01-06'"), ("ends_on", "'2027-01-01'")],
        NUMBER,
        "the amount or the days",
    ));
    all
}

fn rows() -> Vec<Tampering> {
    vec![
        sql("UPDATE contracts SET state = 'closed'", NUMBER, "the state is closed instead of active"),
        // Also when the copy in the access rows is changed with it.
        sql(
            "UPDATE contracts SET state = 'closed'; UPDATE contract_access SET state = 'closed'",
            NUMBER,
            "the state is closed instead of active",
        ),
        sql("UPDATE contracts SET state = 'lost'", "contract 1", "unreadable"),
        sql("UPDATE facts SET kind = 'gift' WHERE seq = 3", "contract 1", "unreadable"),
        sql(
            "UPDATE contract_access SET state = 'draft' WHERE organisation_id = 1",
            NUMBER,
            "the organisations that can see it",
        ),
        sql(
            "UPDATE contract_access SET year = 2000 WHERE organisation_id = 1",
            NUMBER,
            "the organisations that can see it",
        ),
        sql(
            "UPDATE contract_access SET next_task_on = '2027-01-01' WHERE organisation_id = 1",
            NUMBER,
            "the organisations that can see it",
        ),
        sql("DELETE FROM contract_access WHERE organisation_id = 1", NUMBER, "the organisations that can see it"),
        sql("DELETE FROM contract_access", NUMBER, "the organisations that can see it"),
        sql(
            "INSERT INTO contract_access SELECT id, 1, 'active', 2026, '2026-01-05' FROM organisations
                 WHERE code = 'JX-JUSTICE'",
            NUMBER,
            "the organisations that can see it",
        ),
        sql("UPDATE commitments SET amount_fen = amount_fen - 1", NUMBER, "fen are committed instead of"),
        sql("UPDATE commitments SET released_at = committed_at", NUMBER, "fen are committed instead of"),
        sql("UPDATE commitments SET appropriation_id = 99", NUMBER, "fen are committed instead of"),
        sql("DELETE FROM commitments", NUMBER, "fen are committed instead of"),
        sql(
            "UPDATE ledger_balances SET unassigned_fen = unassigned_fen - 1, committed_fen = committed_fen + 1",
            "",
            "fen committed of",
        ),
        sql(
            "UPDATE ledger_balances SET unassigned_fen = unassigned_fen - 1, committed_fen = committed_fen + 1",
            NUMBER,
            "the balances of the ledger are not the sums of its postings",
        ),
        sql("DELETE FROM ledger_postings WHERE seq = 2", NUMBER, "of the ledger is missing or wrong"),
        sql("UPDATE ledger_postings SET debit = credit", NUMBER, "of the ledger is missing or wrong"),
        sql("UPDATE ledger_postings SET cause = 'contracts.close'", NUMBER, "of the ledger names no act"),
        sql(
            "UPDATE ledger_postings SET debit = 'paid' WHERE debit = 'payable'; UPDATE ledger_balances SET
             paid_fen = paid_fen + payable_fen, payable_fen = 0",
            NUMBER,
            "the balances of the ledger are not those of the standing",
        ),
        sql("UPDATE appropriations SET amount_fen = amount_fen - 1", "", "fen committed of"),
        sql("UPDATE payments SET state = 'approved' WHERE state = 'requested'", NUMBER, "the state of payment request"),
        sql("UPDATE payments SET state = 'returned' WHERE state = 'paid'", NUMBER, "the state of payment request"),
        sql("DELETE FROM payment_steps WHERE action = 'approve'", NUMBER, "the state of payment request"),
        sql("DELETE FROM payment_steps", NUMBER, "the state of payment request"),
        sql("UPDATE seals SET digest = 'x'", "seal ", "invalid signature"),
        sql("UPDATE seals SET signature = 'x'", "seal ", "invalid signature"),
        sql("UPDATE seals SET day = '2026-07-16'", "seal ", "invalid signature"),
    ]
}

/// Copies the database, for a program with the same secret and clock.
pub(crate) fn copy(test: &TestApp, name: &str) -> (App, String) {
    let path = test.app.settings.data.join(name).display().to_string();
    let mut connection = test.app.pool.get().expect("a connection");
    let luyue::storage::AnyConnection::Sqlite(connection) = &mut *connection else { panic!("copied on SQLite") };
    connection.batch_execute(&format!("VACUUM INTO '{path}'")).expect("a copy");
    let url = format!("sqlite://{path}");
    let settings =
        Settings { database_url: Some(url.clone()), database_connections: 2, ..(*test.app.settings).clone() };
    let app = App::start(settings, Clock::standing_at(test.now()), Ids::sequence()).expect("the copy opens");
    (app, path)
}

pub(crate) fn tamper(path: &str, statement: &str) {
    let mut raw = SqliteConnection::establish(path).expect("the file opens");
    // The copy's pool may still be opening connections.
    raw.batch_execute("PRAGMA busy_timeout = 20000; PRAGMA foreign_keys = OFF")
        .expect("rows may name what is not there");
    raw.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

#[test]
fn each_record_that_is_changed_behind_its_back_is_named() {
    let test = TestApp::sqlite();
    written(&test);
    let all = [facts(), events(), terms(), projections(), rows()].concat();
    let mut missed = Vec::new();
    for (number, (statement, at, what)) in all.iter().enumerate() {
        let (app, path) = copy(&test, &format!("copy-{number}.db"));
        tamper(&path, statement);
        let report = match check::check(&app, |_| ()) {
            Ok(report) => report,
            Err(error) => {
                missed.push(format!("{statement}: the check gave up: {error}"));
                continue;
            }
        };
        let told = |d: &check::Difference| (at.is_empty() || d.at.starts_with(at)) && d.what.contains(what);
        if !report.differences.iter().any(told) {
            missed.push(format!("{statement}: {what:?} is not told of, but {:?}", report.differences));
        }
    }
    assert!(missed.is_empty(), "{} of {}:\n{}", missed.len(), all.len(), missed.join("\n"));
    assert!(all.len() > 80, "{}", all.len());
}

#[test]
fn terms_that_are_changed_with_their_hash_are_not_those_that_were_recorded() {
    let test = TestApp::sqlite();
    written(&test);
    let (app, path) = copy(&test, "copy.db");
    let contract =
        contracts::by_number(&mut app.pool.get().expect("a connection"), NUMBER).expect("read").expect("there");
    let versions = contracts::all_terms(&mut app.pool.get().expect("a connection"), contract.id).expect("read");
    let terms = &versions[0];
    let changed = terms.details.replace("上门走访", "电话走访");
    assert_ne!(changed, terms.details);
    let hash = digest(&[&terms.terms, &changed]);
    tamper(&path, &format!("UPDATE contract_terms SET details = '{changed}', hash = '{hash}'"));
    let report = check::check(&app, |_| ()).expect("the check runs");
    let what: Vec<&str> = report.differences.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(what.len(), 3, "{what:?}");
    let told = |wanted: &str| what.iter().any(|found| found.starts_with(wanted));
    assert!(told("the rows in contract_terms are not those recorded at "), "{what:?}");
    assert!(told("terms version 1 is not the one that was recorded"), "{what:?}");
    assert!(told("the services by which boards group it"), "{what:?}");
}
