//! Recalling a budget change until an approver has listed it.

use serde_json::{Value, json};

use crate::matrix::rows::budget_change;
use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::registry::{added, column};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::programme;
use crate::support::race::race;
use crate::support::visitor::Visitor;

on_both_engines! {
    who_proposed_recalls_until_an_approver_lists_it
    the_page_recalls_a_change
    a_recall_races_with_an_opening_and_a_decision
}

fn appropriations(test: &TestApp) -> (String, String) {
    let other = programme::appropriation_named(test, ("宣财指〔2026〕20号", 2026), "100000.00");
    (programme::appropriation(test, "700000.00"), other)
}

fn propose(test: &TestApp, (from, to): &(String, String), amount: &str) -> String {
    id_of(&test.by("finance-review").post("budget-changes", &budget_change((from, to), amount)).expect_status(201))
}

fn act(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    test.by(who).post(&format!("budget-changes/{id}/actions/{name}"), &json!({}))
}

fn list(test: &TestApp, who: &str) -> Value {
    test.by(who).get("budget-changes").expect_status(200)
}

fn who_proposed_recalls_until_an_approver_lists_it(test: &TestApp) {
    added(test, "review-2", "reviewer", "XC-FINANCE");
    let sides = appropriations(test);
    let change = propose(test, &sides, "10.00");
    for who in ["finance-review", "review-2", "finance-pay", "justice", "audit"] {
        assert_eq!(list(test, who)["items"][0]["opened_at"], Value::Null, "{who} opens nothing");
    }
    act(test, "review-2", &change, "recall").expect_status(403);
    act(test, "finance-approve", &change, "recall").expect_status(403);
    assert_eq!(act(test, "finance-review", &change, "recall").expect_status(200)["state"], "recalled");
    act(test, "finance-review", &change, "recall").expect_status(409);
    act(test, "finance-approve", &change, "approve").expect_status(409);
    let change = propose(test, &sides, "10.00");
    list(test, "finance-approve");
    let refused = act(test, "finance-review", &change, "recall").expect_status(409);
    let told = refused.to_string();
    assert!(told.contains("finance-approve") && told.contains("2026-01-05 09:"), "{told}");
    act(test, "finance-approve", &change, "approve").expect_status(200);
    assert_eq!(column(&list(test, "finance-review"), "state"), ["recalled", "approved"]);
    assert_eq!(differences(test), []);
}

fn the_page_recalls_a_change(test: &TestApp) {
    let sides = appropriations(test);
    let change = propose(test, &sides, "10.00");
    let register = "/registers/budget-changes";
    let form = format!("{register}/{change}/recall");
    let reviewer = Visitor::signed_in(test, "finance-review");
    assert_eq!(reviewer.get(register).attrs("form.row-act", "action"), [form.as_str()]);
    reviewer.post_from(register, &form, &[]).expect_status(303);
    assert_eq!(column(&list(test, "finance-review"), "state"), ["recalled"]);
    let change = propose(test, &sides, "10.00");
    let approver = Visitor::signed_in(test, "finance-approve").get(register);
    let decisions = ["approve", "refuse"].map(|name| format!("{register}/{change}/{name}"));
    assert_eq!(approver.attrs("form.row-act", "action"), decisions);
    assert!(!reviewer.get(register).has("form.row-act"), "an approver has opened it");
}

fn a_recall_races_with_an_opening_and_a_decision(test: &TestApp) {
    let sides = appropriations(test);
    for round in 0..4 {
        let change = propose(test, &sides, &format!("{}.00", 10 + round));
        let statuses = race(2, |racer| match racer {
            0 => act(test, "finance-review", &change, "recall").status,
            _ => test.by("finance-approve").get("budget-changes").status,
        });
        let listed = list(test, "audit");
        let last = listed["items"].as_array().and_then(|items| items.last()).expect("a change").clone();
        let is_recalled = last["state"] == "recalled";
        assert_eq!(statuses, [if is_recalled { 200 } else { 409 }, 200]);
        assert_eq!(last["opened_at"].is_null(), is_recalled);
        let change = propose(test, &sides, &format!("{}.00", 20 + round));
        let statuses = race(2, |racer| match racer {
            0 => act(test, "finance-review", &change, "recall").status,
            _ => act(test, "finance-approve", &change, "approve").status,
        });
        let mut sorted = statuses.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [200, 409], "one of them comes first: {statuses:?}");
    }
    assert_eq!(differences(test), []);
}
