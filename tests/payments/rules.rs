//! Rules on approvals as data: how many people approve a payment request of an amount, from a day on.

use std::thread;

use serde_json::{Value, json};

use crate::matrix::rows::approval_rule;
use crate::payments::setup::{self, id_of};
use crate::registry::{added, column, leads_to_row, text};
use crate::support::app::{TestApp, differences};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    of_three_approvers_at_once_two_approve
    the_same_rule_sent_at_once_is_proposed_once
}

on_sqlite_first! {
    two_people_approve_from_an_amount_and_a_day_on
    a_rule_is_proposed_and_approved_by_two_people_before_its_day
    an_approver_reads_which_approval_is_next
    the_same_rule_is_proposed_once
}

fn propose(test: &TestApp, body: &Value) -> String {
    id_of(&test.by("finance-review").post("approval-rules", body).expect_status(201))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> u16 {
    let body = if name == "refuse" { json!({"reason": "人手不足"}) } else { json!({}) };
    test.by(who).post(&format!("approval-rules/{id}/actions/{name}"), &body).status
}

/// Has a rule approved that begins on 2026-01-13, the day on which the advance of 93,600.00 can be requested.
fn ruled(test: &TestApp, amount: &str, approvers: u32) {
    let id = propose(test, &approval_rule(amount, approvers, "2026-01-13"));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
}

/// Requests the advance and has it confirmed and reviewed.
fn reviewed(test: &TestApp) -> String {
    let contract = setup::advance(test);
    let payment = setup::asked(test, &contract, "ADVANCE", &json!({}));
    setup::through(test, &payment, 2);
    payment
}

fn approve(test: &TestApp, who: &str, payment: &str) -> u16 {
    setup::step(test, who, payment, "approve", &json!({})).status
}

fn state(test: &TestApp, payment: &str) -> String {
    text(&setup::shown(test, payment)["state"])
}

fn two_people_approve_from_an_amount_and_a_day_on(test: &TestApp) {
    added(test, "approver-2", "approver", "XC-FINANCE");
    ruled(test, "93600.00", 2);
    let payment = reviewed(test);
    assert_eq!(approve(test, "finance-approve", &payment), 200);
    assert_eq!(state(test, &payment), "reviewed", "another approver is next");
    assert_eq!(setup::shown(test, &payment)["next"]["step"], "approve");
    assert_eq!(setup::letters_of(test, "payment-approved"), Vec::<String>::new(), "the contractor is not told yet");
    assert_eq!(differences(test), []);
    assert_eq!(approve(test, "finance-approve", &payment), 403, "not the same person again");
    let pay = json!({"voucher": "V-1"});
    assert_eq!(setup::step(test, "finance-pay", &payment, "pay", &pay).status, 409);
    assert_eq!(approve(test, "approver-2", &payment), 200);
    assert_eq!(state(test, &payment), "approved");
    assert!(!setup::letters_of(test, "payment-approved").is_empty());
    setup::step(test, "finance-pay", &payment, "pay", &pay).expect_status(200);
    let steps: Vec<String> = setup::shown(test, &payment)["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| text(&step["step"]))
        .collect();
    assert_eq!(steps, ["request", "confirm", "review", "approve", "approve", "pay"]);
    assert_eq!(differences(test), []);
}

fn a_rule_is_proposed_and_approved_by_two_people_before_its_day(test: &TestApp) {
    for (body, at) in [
        (approval_rule("0.00", 2, "2026-02-01"), "amount"),
        (approval_rule("1.00", 0, "2026-02-01"), "approvers"),
        (approval_rule("1.00", 4, "2026-02-01"), "approvers"),
        (approval_rule("1.00", 2, "2026-01-05"), "from_on"),
    ] {
        let refused = test.by("finance-review").post("approval-rules", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{body}");
    }
    let rule = propose(test, &approval_rule("93600.01", 2, "2026-01-13"));
    assert_eq!(test.by("finance-approve").post("approval-rules", &approval_rule("1.00", 2, "2026-02-01")).status, 403);
    added(test, "other-approve", "approver", "JX-FINANCE");
    assert_eq!(decide(test, "finance-review", &rule, "approve"), 403);
    assert_eq!(decide(test, "other-approve", &rule, "approve"), 404, "each bureau has its own rules");
    let late = propose(test, &approval_rule("1.00", 2, "2026-01-12"));
    assert_eq!(decide(test, "finance-approve", &rule, "approve"), 200);
    assert_eq!(decide(test, "finance-approve", &rule, "approve"), 409);
    let refused = propose(test, &approval_rule("1.00", 2, "2026-01-13"));
    assert_eq!(decide(test, "finance-approve", &refused, "refuse"), 200);
    let payment = reviewed(test);
    assert_eq!(decide(test, "finance-approve", &late, "approve"), 422, "its day has come");
    assert_eq!(approve(test, "finance-approve", &payment), 200);
    assert_eq!(state(test, &payment), "approved", "the advance is less than the rule's amount");
    let seen = column(&test.by("finance-pay").get("approval-rules").expect_status(200), "state");
    assert_eq!(seen, ["approved", "proposed", "refused"]);
    assert_eq!(test.by("other-finance").get("approval-rules").expect_status(200)["items"], json!([]));
    assert_eq!(differences(test), []);
}

fn of_three_approvers_at_once_two_approve(test: &TestApp) {
    let names = ["approver-2", "approver-3"].map(|name| added(test, name, "approver", "XC-FINANCE"));
    assert_eq!(names.len(), 2);
    ruled(test, "1.00", 2);
    let payment = reviewed(test);
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let who = ["finance-approve", "approver-2", "approver-3"];
        let payment = &payment;
        let racers = who.map(|who| scope.spawn(move || approve(test, who, payment)));
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!((statuses, state(test, &payment)), (vec![200, 200, 409], "approved".to_owned()));
    assert_eq!(differences(test), []);
}

fn an_approver_reads_which_approval_is_next(test: &TestApp) {
    ruled(test, "90000.00", 2);
    let payment = reviewed(test);
    let contract = text(&setup::shown(test, &payment)["contract"]);
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(&format!("/contracts/{contract}/act/approve?subject={payment}")).expect_status(200);
    assert!(page.text.contains("本笔付款须由 2 名审批人先后批准，本次为第 1 名"), "{}", page.text);
    let shown = approver.get("/registers/approval-rules").expect_status(200);
    assert!(shown.text.contains("宣财办〔2026〕5号") && shown.text.contains("90,000.00"), "{}", shown.text);
}

fn the_same_rule_is_proposed_once(test: &TestApp) {
    let body = approval_rule("5000.00", 2, "2026-02-01");
    let again = |body: &Value| test.by("finance-review").post("approval-rules", body);
    let id = propose(test, &body);
    let mut spelt = body.clone();
    spelt["document_no"] = json!("宣财办[2026] ５号");
    let reviewer = Visitor::signed_in(test, "finance-review");
    let path = "/registers/approval-rules";
    let typed =
        [("amount", "5,000元"), ("approvers", "2"), ("from_on", "2026年2月1日"), ("document_no", "宣财办〔2026〕5号")];
    // While it waits, and while it is the newest for its amount.
    for kind in ["proposal-waiting", "approval-rule-known"] {
        for body in [&body, &spelt] {
            let refused = again(body).expect_status(409);
            assert_eq!(refused["type"], format!("/problems/{kind}"));
            leads_to_row(test, &refused, ("finance-review", "approval-rules", &id));
        }
        let page = reviewer.post_from(path, path, &typed).expect_status(409);
        assert!(page.text.contains(&format!("{path}?at={id}#row-{id}")), "{}", page.text);
        assert!(page.has("details[open] #page-form"), "what was typed stays to be seen: {}", page.text);
        if kind == "proposal-waiting" {
            assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
        }
    }
    let path = format!("approval-rules/{id}/actions/approve");
    let decided = test.by("finance-approve").post(&path, &json!({})).expect_status(409);
    leads_to_row(test, &decided, ("finance-approve", "approval-rules", &id));
    // Another amount, number of people, day or document makes another rule; then the first may be set again.
    let mut others = vec![approval_rule("5000.01", 2, "2026-02-01"), approval_rule("5000.00", 2, "2026-02-02")];
    others.push(approval_rule("5000.00", 3, "2026-02-01"));
    for other in &others {
        let id = propose(test, other);
        assert_eq!(decide(test, "finance-approve", &id, "approve"), 200, "{other}");
    }
    let restored = propose(test, &body);
    assert_eq!(decide(test, "finance-approve", &restored, "refuse"), 200);
    propose(test, &body);
    assert_eq!(differences(test), []);
}

fn the_same_rule_sent_at_once_is_proposed_once(test: &TestApp) {
    let body = approval_rule("7000.00", 2, "2026-02-01");
    let mut statuses: Vec<u16> = thread::scope(|scope| {
        let send = || test.by("finance-review").post("approval-rules", &body).status;
        let racers: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
}
