//! Helpers of the amendment tests: the programme with money to spare, changes of its terms, and the steps.

use serde_json::{Value, json};

use crate::payments::setup::{NUMBER, id_of};
use crate::support::app::{Reply, TestApp, unsealed_differences};
use crate::support::programme;

/// The steps after the proposal, each with the user who takes it.
pub const STEPS: [(&str, &str); 3] =
    [("consent", "contractor"), ("approve", "justice-leader"), ("fund", "finance-review")];

/// Effective day of the amendments.
pub const EFFECTIVE_ON: &str = "2026-02-02";

/// Creates the active programme of 468,000.00 from an appropriation of 600,000.00, on 2026-01-13. ADVANCE was satisfied
/// the day before.
pub fn running(test: &TestApp) -> String {
    let money = programme::appropriation(test, "600000.00");
    let id = programme::registered_from(test, NUMBER, &money);
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    id
}

/// Returns the terms in force on a day.
pub fn terms(test: &TestApp, id: &str, on: &str) -> Value {
    test.by("justice").get(&format!("contracts/{id}/terms?on={on}")).expect_status(200)["terms"].clone()
}

/// Returns the body that proposes terms.
pub fn body(terms: &Value, ground: &str) -> Value {
    json!({"effective_on": EFFECTIVE_ON, "terms": terms, "reason": "受援人数变化", "ground": ground})
}

/// Adds lessons at 3,000.00 each to the second half; the last milestone pays them.
pub fn with_lessons(mut terms: Value, hundredths: i64) -> Value {
    let lessons = |base: i64| {
        let all = base * 100 + hundredths;
        format!("{}.{:02}", all / 100, all % 100)
    };
    let yuan = |base: i64| format!("{}.00", base + hundredths * 30);
    terms["items"][2]["quantity"] = lessons(48).into();
    terms["deliverables"][5]["quantity"] = lessons(24).into();
    terms["milestones"][2]["amount"] = yuan(187_200).into();
    terms["amount"] = yuan(468_000).into();
    terms
}

/// Moves the due day of the visits of the second half.
pub fn with_due_day(mut terms: Value, due_on: &str) -> Value {
    terms["deliverables"][3]["due_on"] = due_on.into();
    terms
}

/// Proposes an amendment.
pub fn propose(test: &TestApp, id: &str, body: &Value) -> Reply {
    test.by("justice").post(&format!("contracts/{id}/amendments"), body)
}

/// Proposes an amendment, which must be possible, and returns its identifier.
pub fn proposed(test: &TestApp, id: &str, body: &Value) -> String {
    id_of(&propose(test, id, body).expect_status(201))
}

/// Takes a step of an amendment.
pub fn act(test: &TestApp, who: &str, amendment: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("amendments/{amendment}/actions/{name}"), body)
}

/// Takes the first `steps` steps of an amendment and returns the state after the last.
pub fn through(test: &TestApp, amendment: &str, steps: usize) -> Value {
    let mut state = Value::Null;
    for (name, who) in STEPS.iter().take(steps) {
        state = act(test, who, amendment, name, &json!({})).expect_status(200)["state"].clone();
    }
    state
}

/// Returns the amendments of a contract as the API lists them.
pub fn listed(test: &TestApp, id: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{id}/amendments")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Checks that `luyue check` finds no difference. The clock of these tests jumps over days without sealing them, so
/// missing seals do not count.
pub fn assert_clean(test: &TestApp) {
    assert_eq!(unsealed_differences(test), []);
}
