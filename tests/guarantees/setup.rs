//! Helpers of the guarantee tests.

use luyue::domain::guarantees::{ClaimPurpose, GuaranteeKind};
use luyue::storage::contracts;
use luyue::storage::guarantees::{self, NewGuarantee};
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp, day};

/// Returns the body of a guarantee of 40,000.00 that is valid beyond the programme, with other values of some fields.
pub fn guarantee(fields: &[(&str, &str)]) -> Value {
    let mut body = json!({
        "kind": "bank_guarantee", "amount": "40000.00", "issuer": "中国银行宣城分行", "number": "BH-2026-001",
        "valid_from": "2026-01-05", "valid_until": "2027-03-31", "return_on": "2027-02-26",
        "confirmed": true,
    });
    for (name, value) in fields {
        body[*name] = (*value).into();
    }
    body
}

/// Records a guarantee.
pub fn record(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/guarantees"), body)
}

/// Records a guarantee by the officer, which must be possible, and returns its identifier.
pub fn recorded(test: &TestApp, contract: &str, fields: &[(&str, &str)]) -> String {
    id_of(&record(test, "justice", contract, &guarantee(fields)).expect_status(201))
}

/// Acts on a guarantee.
pub fn act(test: &TestApp, who: &str, guarantee: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("guarantees/{guarantee}/actions/{name}"), body)
}

/// Returns the guarantees of a contract.
pub fn listed(test: &TestApp, contract: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{contract}/guarantees")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Inserts a guarantee of 1.00 directly, with a claim that waits for the leader.
pub fn inserted(test: &TestApp, number: &str) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, "justice-2")?.expect("they are there").id;
        let contract_id = contracts::by_number(tx.connection, number)?.expect("the contract is there").id;
        let new = NewGuarantee {
            public_id: &id,
            contract_id,
            kind: GuaranteeKind::BankGuarantee,
            amount_fen: 100,
            issuer: ("徽商银行", "徽商银行"),
            number: ("HS-1", "hs-1"),
            valid: (day("2026-01-05"), day("2027-03-31")),
            return_on: day("2027-02-26"),
        };
        guarantees::insert(tx.connection, tx.context, &new, by)?;
        let row = guarantees::one_of_contract(tx.connection, contract_id, &id)?.expect("it was just inserted");
        guarantees::insert_claim(tx.connection, tx.context, row.id, (50, ClaimPurpose::Damages, "损失", by))
    })
    .expect("the guarantee is there");
    id
}
