//! Each statement of an operation that changes rows, interrupted in turn: no row of any table is changed.

use crate::faults::operations::OPERATIONS;
use crate::support::app::TestApp;
use crate::support::digest::Dump;
use crate::support::queries;

/// Operations that write most kinds of rows.
const CHOSEN: &[&str] = &["create contract", "fund", "submission", "decision", "pay", "grant extension"];

fn interrupt_each(app: fn() -> TestApp) {
    queries::listen();
    let chosen = OPERATIONS.iter().filter(|operation| CHOSEN.contains(&operation.name));
    let mut wrong = Vec::new();
    let mut tried = 0;
    for operation in chosen {
        let test = app();
        let call = (operation.prepare)(&test);
        let before = Dump::of(&test.app.pool);
        for number in 1.. {
            let reply = queries::interrupt_at(number, || call.send(test.by(operation.who)));
            if reply.status < 300 {
                assert!(number > 3, "{}: {number}", operation.name);
                break;
            }
            tried += 1;
            let changes = before.changes(&Dump::of(&test.app.pool));
            if reply.status != 500 || !changes.is_empty() {
                wrong.push(format!("{} at {number}: {} {}", operation.name, reply.status, changes.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 6 * CHOSEN.len(), "{tried} statements were interrupted");
}

#[test]
fn every_statement_is_interrupted_on_sqlite() {
    interrupt_each(TestApp::sqlite);
}

#[test]
fn every_statement_is_interrupted_on_postgres() {
    interrupt_each(TestApp::postgres);
}
