//! Returned payment requests and recorded payments: the work list of who puts them right says why, by whom and what to do.

use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{advance, asked, step, through};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite_first! {
    a_returned_request_is_red_until_it_is_made_again
    a_day_that_was_not_agreed_to_is_red
    a_returned_contract_names_who_returned_it
}

/// Returns reason and person of the return that a person's task of a kind is to put right; null for none.
fn returned(test: &TestApp, who: &str, kind: &str, subject: &str) -> (Value, Value) {
    let list = test.by(who).get("worklist").expect_status(200);
    let mut tasks = list["items"].as_array().expect("a list").iter();
    let task = tasks.find(|task| task["kind"] == kind && task["subject"] == subject);
    let task = task.unwrap_or_else(|| panic!("no task {kind} of {subject}: {list}"));
    (task["returned"].clone(), task["returned_by"].clone())
}

/// Returns the red tasks of a person's page.
fn red(test: &TestApp, who: &str) -> Vec<String> {
    Visitor::signed_in(test, who).get("/work").expect_status(200).texts(".work__item--late")
}

fn a_returned_request_is_red_until_it_is_made_again(test: &TestApp) {
    let contract = advance(test);
    let other = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &other);
    test.at("2026-01-13", 10);
    let none = (Value::Null, Value::Null);
    assert_eq!(returned(test, "contractor", "request_payment", "ADVANCE"), none);
    let payment = asked(test, &contract, "ADVANCE", &json!({"amount": "101.00"}));
    through(test, &payment, 1);
    step(test, "finance-review", &payment, "return", &json!({"reason": "发票抬头有误"})).expect_status(200);
    let list = test.by("contractor").get("worklist").expect_status(200);
    let told: Vec<&Value> = list["items"].as_array().expect("a list").iter().map(|task| &task["returned"]).collect();
    assert_eq!(told.iter().filter(|reason| !reason.is_null()).count(), 1, "only of this contract: {list}");
    let shown = red(test, "contractor");
    assert_eq!(shown.len(), 1, "{shown:?}");
    for words in ["发票抬头有误", "finance-review", "重新申请付款", "XCSF-2026-001"] {
        assert!(shown[0].contains(words), "{words}: {shown:?}");
    }
    asked(test, &contract, "ADVANCE", &json!({"amount": "50.00"}));
    assert_eq!(returned(test, "contractor", "request_payment", "ADVANCE"), none, "it was made again, for a part");
    assert_eq!(red(test, "contractor"), Vec::<String>::new());
}

fn a_day_that_was_not_agreed_to_is_red(test: &TestApp) {
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({"amount": "101.00"}));
    through(test, &payment, 3);
    assert_eq!(returned(test, "finance-pay", "pay_payment", &payment), (Value::Null, Value::Null));
    test.at("2026-01-20", 9);
    let early = json!({"voucher": "V", "on": "2026-01-14"});
    step(test, "finance-pay", &payment, "pay", &early).expect_status(200);
    let why = json!({"reason": "银行回单日期为 1 月 15 日"});
    step(test, "finance-approve", &payment, "disallow", &why).expect_status(200);
    let told = (why["reason"].clone(), json!("finance-approve"));
    assert_eq!(returned(test, "finance-pay", "pay_payment", &payment), told);
    assert!(red(test, "finance-pay").iter().any(|task| task.contains("重新登记付款")));
}

fn a_returned_contract_names_who_returned_it(test: &TestApp) {
    let contract = programme::registered(test, "XCSF-2026-003");
    test.by("justice").post(&format!("contracts/{contract}/actions/submit"), &json!({})).expect_status(200);
    let why = json!({"reason": "指标文号有误"});
    test.by("finance-review").post(&format!("contracts/{contract}/actions/return"), &why).expect_status(200);
    assert_eq!(returned(test, "justice", "submit", ""), (why["reason"].clone(), json!("finance-review")));
    assert!(red(test, "justice").iter().any(|task| task.contains("重新提交")));
}
