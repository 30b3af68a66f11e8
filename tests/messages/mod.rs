//! The two sides of a contract: extensions and waivers that the contractor requests and the officer endorses, messages
//! between the parties, and the files of both and of objections.

mod applications;
mod attachments;
mod pages;
mod sent;

use serde_json::{Value, json};

use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp};

/// Requests an extension as the contractor and returns its identifier.
fn applied(test: &TestApp, contract: &str, deliverable: &str) -> String {
    let body = json!({"deliverable": deliverable, "days": 7, "reason": "汛期道路中断"});
    let made = test.by("contractor").post(&format!("contracts/{contract}/extensions"), &body).expect_status(201);
    assert_eq!(made["state"], "applied");
    id_of(&made)
}

/// Takes a step of an extension.
fn step(test: &TestApp, who: &str, request: &str, name: &str) -> Reply {
    test.by(who).post(&format!("extensions/{request}/actions/{name}"), &json!({"reason": "情况属实"}))
}

/// Returns the change requests of a contract as the API lists them.
fn requests_of(test: &TestApp, contract: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{contract}/change-requests")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Returns the kinds of a person's own tasks about change requests.
fn own_tasks(test: &TestApp, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let own = list["items"].as_array().expect("a list").iter().filter(|task| task["own"] == true);
    let kinds = own.filter_map(|task| task["kind"].as_str().map(str::to_owned));
    kinds.filter(|kind| ["endorse", "decide"].contains(&kind.as_str())).collect()
}

/// Sends a message and returns the answer.
fn write(test: &TestApp, who: &str, contract: &str, about: &str, text: &str) -> Reply {
    let about = Some(about).filter(|about| !about.is_empty());
    test.by(who).post(&format!("contracts/{contract}/messages"), &json!({"about": about, "text": text}))
}
