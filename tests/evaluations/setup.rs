//! Helpers of the evaluation tests.

use luyue::domain::evaluations::{EvaluationState, EvaluationStepKind};
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::contracts;
use luyue::storage::evaluations::{self, EvaluationChange, NewEvaluation};
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp, day};

/// Returns the body that opens an evaluation of a period.
pub fn period(from: &str, to: &str) -> Value {
    json!({"from": from, "to": to})
}

/// Opens an evaluation.
pub fn open(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/evaluations"), body)
}

/// Opens an evaluation of the first half of 2026 as the officer and returns its identifier.
pub fn opened(test: &TestApp, contract: &str) -> String {
    id_of(&open(test, "justice", contract, &period("2026-01-05", "2026-06-30")).expect_status(201))
}

/// Takes a step on an evaluation.
pub fn act(test: &TestApp, who: &str, evaluation: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("evaluations/{evaluation}/actions/{name}"), body)
}

/// Assesses, proposes and comments, so that a leader can make the result final.
pub fn commented(test: &TestApp, evaluation: &str) {
    act(test, "contractor", evaluation, "assess", &json!({"text": "已按约定完成"})).expect_status(200);
    act(test, "justice", evaluation, "propose", &json!({})).expect_status(200);
    act(test, "contractor", evaluation, "comment", &json!({"text": "无意见"})).expect_status(200);
}

/// Returns the evaluations of a contract.
pub fn listed(test: &TestApp, contract: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{contract}/evaluations")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Inserts an evaluation of a period directly, whatever the state of its contract: final with a score, otherwise a
/// draft.
pub fn inserted(test: &TestApp, number: &str, (from, to): (&str, &str), score: Option<&str>) -> String {
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    let inputs = json!({
        "measures": [{"measure": "timeliness", "score": "90", "weight": 20, "count": 1}], "score": "90", "trail": [],
    });
    write(&test.app.pool, &context, |tx| {
        let by = people::by_username(tx.connection, "justice-2")?.expect("they are there").id;
        let contract = contracts::by_number(tx.connection, number)?.expect("the contract is there");
        let new = NewEvaluation {
            public_id: &id,
            contract_id: contract.id.0,
            contractor_id: contract.contractor_id.0,
            region_id: contract.region_id.0,
            from_on: day(from),
            to_on: day(to),
            measured_on: day(to),
            inputs: &inputs.to_string(),
            services: r#"["上门走访"]"#,
            state: EvaluationState::Draft.as_str(),
            answer_by: day(to),
            views: "{}",
            adjustments: "{}",
        };
        let key = evaluations::insert(tx.connection, &new)?;
        evaluations::insert_step(tx.connection, tx.context, key, (1, EvaluationStepKind::Open, by, ""))?;
        if let Some(score) = score {
            let change = EvaluationChange {
                state: Some(EvaluationState::Final.as_str()),
                score: Some(score.to_owned()),
                ..EvaluationChange::default()
            };
            evaluations::update(tx.connection, key, &change)?;
        }
        tx.touch(ObjectKind::Contract, contract.id.0);
        Ok(())
    })
    .expect("the evaluation is there");
    id
}
