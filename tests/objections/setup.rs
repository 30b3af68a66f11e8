//! Helpers of the objection tests.

use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp};

/// A thing of each kind at midyear, by kind and subject.
pub const THINGS: [(&str, &str); 4] =
    [("breach", "LATE/COUNSEL-H1"), ("decision", "COUNSEL-H1/2"), ("score", "MIDYEAR"), ("deduction", "MIDYEAR")];

/// Returns the body of an objection.
pub fn about(against: &str, subject: &str) -> Value {
    json!({"against": against, "subject": subject, "text": "验收当日系统停机，资料于七月一日已送达"})
}

/// Raises an objection.
pub fn raise(test: &TestApp, who: &str, contract: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/objections"), body)
}

/// Raises an objection, which must be possible, and returns its identifier.
pub fn raised(test: &TestApp, contract: &str, (against, subject): (&str, &str)) -> String {
    id_of(&raise(test, "contractor", contract, &about(against, subject)).expect_status(201))
}

/// Answers an objection with a reason.
pub fn answer(test: &TestApp, who: &str, objection: &str, name: &str) -> Reply {
    test.by(who).post(&format!("objections/{objection}/actions/{name}"), &json!({"reason": "经核对签收记录，情况属实"}))
}

/// Returns the objections of a contract as the API lists them.
pub fn listed(test: &TestApp, contract: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{contract}/objections")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Returns the tasks of a user that concern objections: kind, subject, due day.
pub fn tasks_of(test: &TestApp, who: &str) -> Vec<(String, String, String)> {
    let list = test.by(who).get("worklist").expect_status(200);
    let text = |task: &Value, name: &str| task[name].as_str().unwrap_or_default().to_owned();
    let items = list["items"].as_array().expect("a list");
    let tasks = items.iter().filter(|task| task["own"] == true && text(task, "kind").ends_with("_objection"));
    tasks.map(|task| (text(task, "kind"), text(task, "name"), text(task, "due_on"))).collect()
}
