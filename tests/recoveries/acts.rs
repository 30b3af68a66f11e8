//! Demanding, receiving, claiming from a guarantee and writing off: together they settle what is to be recovered.

use serde_json::{Value, json};

use crate::guarantees::setup::{act, recorded};
use crate::on_both_engines;
use crate::payments::setup::{advance, deputed, id_of, seated};
use crate::recoveries::setup::{decide, demand, end, receipt, send, write_off};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use luyue::domain::codes::Role;

on_both_engines! {
    a_contract_is_closed_once_nothing_is_to_be_recovered
}

fn a_contract_is_closed_once_nothing_is_to_be_recovered(test: &TestApp) {
    let id = advance(test);
    let early = send(test, "justice", &id, "", &demand("1.00")).expect_status(409);
    assert_eq!(early["type"], "/problems/wrong-state", "later milestones may bear it");
    let guarantee = recorded(test, &id, &[]);
    end(test, &id);
    let sheet = || test.by("audit").get(&format!("contracts/{id}/settlement")).expect_status(200);
    let figures = |names: [&str; 5]| {
        let sheet = sheet();
        names.map(|name| sheet[name].as_str().unwrap_or_default().to_owned())
    };
    let names = ["recoverable", "claimed", "recovered", "written_off", "to_recover"];
    assert_eq!(figures(names), ["20000.00", "0.00", "0.00", "0.00", "20000.00"]);
    // 40,000.00 of the guarantee, less what is to be recovered.
    assert_eq!(sheet()["net"], json!({"to_contractor": "20000.00", "to_purchaser": "0.00"}));
    assert!(tasks(test, "justice").contains(&"recover".to_owned()));
    only_the_purchaser_demands(test, &id);

    let body = |amount: &str| json!({"amount": amount, "reason": "违约金未能扣减", "purpose": "recovery"});
    act(test, "justice", &guarantee, "claim", &body("20000.01")).expect_status(422);
    act(test, "justice", &guarantee, "claim", &body("8000.00")).expect_status(200);
    act(test, "justice-leader", &guarantee, "grant", &json!({})).expect_status(200);
    money_is_received(test, &id);
    let second = a_write_off_is_decided_by_another(test, &id);

    let close = || test.by("finance-review").post(&format!("contracts/{id}/actions/close"), &json!({}));
    let paths = |refused: &Value| {
        let errors = refused["errors"].as_array().expect("errors").iter();
        errors.map(|error| error["path"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let open =
        [format!("open.guarantee.{guarantee}"), "open.recovery.rest".to_owned(), format!("open.recovery.{second}")];
    assert_eq!(paths(&close().expect_status(422)), open);
    decide(test, "finance-approve", &second, "grant", &json!({})).expect_status(200);
    assert_eq!(figures(names), ["20000.00", "8000.00", "5000.00", "7000.00", "0.00"]);
    assert_eq!(paths(&close().expect_status(422)), open[..1]);
    act(test, "justice", &guarantee, "return", &json!({"reason": "合同终止"})).expect_status(200);
    assert!(!tasks(test, "justice").contains(&"recover".to_owned()));
    assert!(tasks(test, "finance-review").contains(&"close".to_owned()));
    let list = test.by("finance-review").get("worklist").expect_status(200);
    let closing = list["items"].as_array().expect("a list").iter().find(|task| task["kind"] == "close").cloned();
    assert_eq!(closing.expect("the task")["due_on"], "2026-02-12", "30 days from the early end");
    assert_eq!(unsealed_differences(test), []);
    assert_eq!(close().expect_status(200)["state"], "closed");
}

/// Returns the kinds of the tasks of a person.
fn tasks(test: &TestApp, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let kinds = list["items"].as_array().expect("a list").iter().filter_map(|task| task["kind"].as_str());
    kinds.map(str::to_owned).collect()
}

fn only_the_purchaser_demands(test: &TestApp, id: &str) {
    for (who, status) in [("contractor", 403), ("finance-review", 403), ("other-justice", 404)] {
        assert_eq!(send(test, who, id, "", &demand("1.00")).status, status, "{who}");
    }
    let with = |name: &str, value: &str| {
        let mut body = demand("20000.00");
        body[name] = value.into();
        body
    };
    for (name, value, path) in [
        ("amount", "20000.01", "amount"),
        ("amount", "0.00", "amount"),
        ("due_on", "2026-01-12", "due_on"),
        ("reason", " ", "reason"),
    ] {
        let refused = send(test, "justice", id, "", &with(name, value)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{name} {value}");
    }
    let demanded = id_of(&send(test, "justice-leader", id, "", &demand("20000.00")).expect_status(201));
    let again = send(test, "justice", id, "", &demand("20000.00")).expect_status(409);
    assert_eq!(again["conflict"]["address"], format!("/contracts/{id}#recovery-{demanded}"), "it is not overdue yet");
}

fn money_is_received(test: &TestApp, id: &str) {
    assert_eq!(send(test, "justice", id, "receipts", &receipt("1.00", "SK-1")).status, 403);
    let on = |day: &str| {
        let mut body = receipt("5000.00", "SK-1");
        body["on"] = day.into();
        body
    };
    for (refused, path) in [
        (receipt("12000.01", "SK-1"), "amount"),
        (receipt("5000.00", " "), "receipt"),
        (on("2026-01-14"), "on"),
        (on("2025-12-31"), "on"),
    ] {
        let refused = send(test, "finance-pay", id, "receipts", &refused).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path);
    }
    send(test, "finance-pay", id, "receipts", &receipt("5000.00", "SK-1")).expect_status(201);
    let known = send(test, "finance-pay", id, "receipts", &receipt("5000.00", "sk－1")).expect_status(409);
    assert_eq!(known["conflict"]["contract"], id);
}

/// Returns the write-off that waits in the end.
fn a_write_off_is_decided_by_another(test: &TestApp, id: &str) -> String {
    assert_eq!(send(test, "finance-approve", id, "write-offs", &write_off("1.00")).status, 403);
    send(test, "justice", id, "write-offs", &write_off("7000.01")).expect_status(422);
    let first = id_of(&send(test, "justice", id, "write-offs", &write_off("7000.00")).expect_status(201));
    let again = send(test, "justice", id, "write-offs", &write_off("1.00")).expect_status(409);
    assert_eq!(again["conflict"]["address"], format!("/contracts/{id}#recovery-{first}"), "one waits at a time");
    assert!(tasks(test, "finance-approve").contains(&"decide_write_off".to_owned()));
    for (who, status) in [("justice-leader", 403), ("finance-review", 403), ("other-finance", 403)] {
        assert_eq!(decide(test, who, &first, "grant", &json!({})).status, status, "{who}");
    }
    // The officer who proposed it deputises for the approver.
    seated(test, "justice", "XC-FINANCE", Role::Reviewer);
    deputed(test, "justice", "finance-approve", Role::Approver);
    let own = decide(test, "justice", &first, "grant", &json!({})).expect_status(403);
    assert_eq!(own["type"], "/problems/self-approval");
    assert_eq!(decide(test, "finance-approve", &first, "refuse", &json!({})).expect_status(422)["rule"], "reason");
    let reason = json!({"reason": "应继续追缴"});
    decide(test, "finance-approve", &first, "refuse", &reason).expect_status(200);
    assert_eq!(decide(test, "finance-approve", &first, "grant", &json!({})).status, 409);
    id_of(&send(test, "justice-leader", id, "write-offs", &write_off("7000.00")).expect_status(201))
}
