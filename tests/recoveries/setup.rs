//! Helpers of the recovery tests.

use luyue::domain::recoveries::{RecoveryKind, RecoveryState};
use luyue::storage::contracts;
use luyue::storage::identity::people;
use luyue::storage::recoveries::{self, NewRecovery};
use luyue::storage::write::{Context, Tx, write};
use serde_json::{Value, json};

use crate::payments::setup::{advance, incident, paid};
use crate::support::app::{Reply, TestApp};

/// Ends a contract early with an incident of 20,000.00 that no milestone bears, and returns its identifier.
pub fn ended(test: &TestApp) -> String {
    let id = advance(test);
    end(test, &id);
    id
}

/// Pays the advance of a contract, records an incident of 20,000.00 and ends it early.
pub fn end(test: &TestApp, id: &str) {
    paid(test, id, "ADVANCE");
    incident(test, id, &json!({"id": "I-1", "clause": "LEAK", "note": ""}));
    for (who, name) in [("justice-leader", "terminate"), ("finance-review", "consent")] {
        let reason = json!({"reason": "停止服务"});
        test.by(who).post(&format!("contracts/{id}/actions/{name}"), &reason).expect_status(200);
    }
}

/// Returns the body of a demand.
pub fn demand(amount: &str) -> Value {
    json!({"amount": amount, "reason": "违约金未能扣减", "due_on": "2026-02-13"})
}

/// Returns the body of an amount received.
pub fn receipt(amount: &str, receipt: &str) -> Value {
    json!({"amount": amount, "receipt": receipt})
}

/// Returns the body of a write-off.
pub fn write_off(amount: &str) -> Value {
    json!({"amount": amount, "reason": "已注销登记，无财产可供执行"})
}

/// Sends a step of the recovery: a demand for the empty part, `receipts` or `write-offs`.
pub fn send(test: &TestApp, who: &str, contract: &str, part: &str, body: &Value) -> Reply {
    let path = format!("contracts/{contract}/recoveries/{part}");
    test.by(who).post(path.trim_end_matches('/'), body)
}

/// Decides on a write-off.
pub fn decide(test: &TestApp, who: &str, write_off: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("recoveries/{write_off}/actions/{name}"), body)
}

/// Inserts a write-off of 0.50 that waits for finance, in whatever state its contract is.
pub fn insert(tx: &mut Tx<'_>, number: &str, id: &str) -> Result<(), luyue::error::Error> {
    let by = people::by_username(tx.connection, "justice-2")?.expect("they are there").id;
    let contract = contracts::by_number(tx.connection, number)?.expect("the contract is there");
    let new = NewRecovery {
        public_id: id,
        contract_id: contract.id,
        funder_id: contract.funder_id,
        kind: RecoveryKind::WriteOff,
        state: RecoveryState::Proposed,
        amount_fen: 50,
        reason: "无财产可供执行",
        due_on: None,
        received_on: None,
        receipt: None,
    };
    recoveries::insert(tx.connection, tx.context, &new, by)
}

/// Inserts a write-off as [`insert`] in a transaction of its own, and returns its identifier.
pub fn inserted(test: &TestApp, number: &str) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| insert(tx, number, &id)).expect("the write-off is there");
    id
}
