//! Service records that await a station keep a contract from being completed or closed, also in a race.

use serde_json::{Value, json};

use crate::payments::setup::{advance, paid};
use crate::records::setup::{act, enter, entered, listed, row};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    no_record_awaits_a_station_once_a_contract_is_closed
}

on_sqlite_first! {
    waiting_records_bar_completing_and_closing
}

/// Ends a contract early after its advance was paid.
fn ended(test: &TestApp) -> String {
    let id = advance(test);
    paid(test, &id, "ADVANCE");
    for (who, name) in [("justice-leader", "terminate"), ("finance-review", "consent")] {
        step(test, who, &id, name, &json!({"reason": "停止服务"})).expect_status(200);
    }
    id
}

fn step(test: &TestApp, who: &str, contract: &str, name: &str, body: &Value) -> Reply {
    test.by(who).post(&format!("contracts/{contract}/actions/{name}"), body)
}

/// Returns the message about waiting records in a refusal, if it has one.
fn told(refused: &Value) -> Option<String> {
    let faults = refused["errors"].as_array().expect("faults");
    let fault =
        faults.iter().find(|fault| fault["path"].as_str().is_some_and(|path| path.starts_with("open.records.")));
    fault.map(|fault| fault["message"].as_str().expect("a message").to_owned())
}

fn waiting_records_bar_completing_and_closing(test: &TestApp) {
    let id = advance(test);
    let ids = entered(test, &id, &[row("XZ-1"), row("XZ-2")]);
    let refused = step(test, "justice-leader", &id, "complete", &json!({})).expect_status(422);
    let message = told(&refused).expect("the records are named");
    assert!(message.contains("2 service records await XC-STATION") && message.contains("withdraws them"), "{message}");
    let leader = Visitor::signed_in(test, "justice-leader");
    let check = leader.get(&format!("/contracts/{id}/act/complete")).expect_status(200);
    assert!(check.texts(".checks .fails").iter().any(|words| words.contains("2 条服务记录")), "{}", check.text);
    let sheet = leader.get(&format!("/contracts/{id}/settlement")).expect_status(200);
    let waiting = leader.get(&sheet.dom_link(&format!("/contracts/{id}/records"))).expect_status(200);
    assert_eq!(waiting.rows("main table").len(), 2, "the link leads to them: {}", waiting.text);
    act(test, "station", &ids[0], "confirm", "").expect_status(200);
    act(test, "contractor", &ids[1], "withdraw", "").expect_status(200);
    let refused = step(test, "justice-leader", &id, "complete", &json!({})).expect_status(422);
    assert_eq!(told(&refused), None, "{refused}");
    assert_eq!(differences(test), []);
}

fn no_record_awaits_a_station_once_a_contract_is_closed(test: &TestApp) {
    let id = ended(test);
    let ids = entered(test, &id, &[row("XZ-1")]);
    let refused = step(test, "finance-review", &id, "close", &json!({})).expect_status(422);
    assert!(told(&refused).is_some(), "{refused}");
    act(test, "station", &ids[0], "confirm", "").expect_status(200);
    let answers = race(4, |number| {
        if number == 0 {
            return step(test, "finance-review", &id, "close", &json!({})).status;
        }
        enter(test, "contractor", &id, &[row(&format!("XZ-1{number}"))]).status
    });
    let is_closed = answers[0] == 200;
    let waiting = listed(test, &id, "state=waiting").len();
    let taken = answers[1..].iter().filter(|status| **status == 201).count();
    assert_eq!(waiting, taken, "{answers:?}");
    assert_ne!(is_closed, taken > 0, "closed, or records wait, but not both: {answers:?}");
    assert!(answers[1..].iter().all(|status| [201, 409].contains(status)), "{answers:?}");
    assert_eq!(differences(test), []);
}
