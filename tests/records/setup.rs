//! Helpers of the tests of service records.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::payments::setup::{newcomer, seated};
use crate::support::app::{Reply, TestApp};

/// Returns the body of one record of 5 January 2026, of so many minutes.
pub fn body(minutes: i64) -> Value {
    json!({"rows": [with(&row("XZ-1"), &json!({"on": "2026-01-05", "minutes": minutes}))]})
}

/// Returns a row that can be entered from 2026-01-12 on.
pub fn row(subject: &str) -> Value {
    json!({"on": "2026-01-12", "service": "VISIT", "place": "西林街道社区", "worker": "林晓东", "subject": subject,
        "minutes": 45})
}

/// Returns the same row with other values.
pub fn with(row: &Value, values: &Value) -> Value {
    let mut row = row.clone();
    for (name, value) in values.as_object().expect("an object") {
        row[name] = value.clone();
    }
    row
}

/// Enters rows.
pub fn enter(test: &TestApp, who: &str, contract: &str, rows: &[Value]) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/records"), &json!({"rows": rows}))
}

/// Enters rows, which must be possible, and returns their identifiers.
pub fn entered(test: &TestApp, contract: &str, rows: &[Value]) -> Vec<String> {
    let done = enter(test, "contractor", contract, rows).expect_status(201);
    let ids = done["ids"].as_array().expect("a list");
    ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
}

/// Uploads a file of records.
pub fn upload(test: &TestApp, who: &str, contract: &str, file: (&str, &[u8])) -> Reply {
    test.by(who).upload_as("file", &format!("contracts/{contract}/records/import"), &[], &[file])
}

/// Takes a step on a record.
pub fn act(test: &TestApp, who: &str, record: &str, name: &str, reason: &str) -> Reply {
    test.by(who).post(&format!("records/{record}/actions/{name}"), &json!({ "reason": reason }))
}

/// Returns the records of a contract as the API lists them.
pub fn listed(test: &TestApp, contract: &str, query: &str) -> Vec<Value> {
    let list = test.by("audit").get(&format!("contracts/{contract}/records?{query}")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Returns path and message of each fault of a refusal.
pub fn faults(refused: &Value) -> Vec<(String, String)> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    let faults = refused["errors"].as_array().expect("faults");
    faults.iter().map(|fault| (text(fault, "path"), text(fault, "message"))).collect()
}

/// Returns the due days of a person's tasks to confirm records.
pub fn tasks_of(test: &TestApp, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let items = list["items"].as_array().expect("a list");
    let own = items.iter().filter(|task| task["own"] == true && task["kind"] == "confirm_records");
    own.map(|task| task["due_on"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Registers a second township with a station, and a person there called `station-2`.
pub fn second_station(test: &TestApp) {
    let admin = || test.by("admin");
    admin().post("regions", &json!({"code": "341800002", "name": "济川街道", "parent": "341800"})).expect_status(201);
    let station = json!({"code": "XC-STATION-2", "name": "济川司法所", "function": "justice_station",
        "region": "341800002"});
    admin().post("organisations", &station).expect_status(201);
    newcomer(test, "station-2");
    seated(test, "station-2", "XC-STATION-2", Role::Station);
}
