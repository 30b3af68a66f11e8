//! Concurrency: of several simultaneous attempts, one approves or pays a payment, and an amount is requested only once.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::{advance, ask, asked, body_of, count, midyear, milestone, shown, step, through};
use crate::support::app::TestApp;
use crate::support::race::race;

on_both_engines! {
    one_of_fifty_approvals_and_payments_succeeds
    racing_requests_stay_within_what_is_payable
    the_same_key_at_once_has_its_effect_once
}

fn one_of_fifty_approvals_and_payments_succeeds(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 2);
    for (name, who) in [("approve", "finance-approve"), ("pay", "finance-pay")] {
        let statuses = race(50, |_| step(test, who, &payment, name, &body_of(name)).status);
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{name}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49, "{name}: {statuses:?}");
    }
    assert_eq!(count(test, FactKind::Payment), 1);
    assert_eq!(shown(test, &payment)["steps"].as_array().map(Vec::len), Some(5));
    assert_eq!(milestone(test, &id, "ADVANCE")["paid"], "93600.00");
}

fn racing_requests_stay_within_what_is_payable(test: &TestApp) {
    let id = midyear(test);
    let statuses = race(2, |_| ask(test, "contractor", &id, "MIDYEAR", &json!({})).status);
    let mut sorted = statuses.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [201, 409], "all of it is asked for once: {statuses:?}");
    let parts = race(6, |_| ask(test, "contractor", &id, "ADVANCE", &json!({"amount": "40000.00"})).status);
    let asked = parts.iter().filter(|status| **status == 201).count();
    assert!((1..=2).contains(&asked), "2 × 40,000 of 93,600: {parts:?}");
    assert!(parts.iter().all(|status| [201, 409, 422].contains(status)), "{parts:?}");
}

fn the_same_key_at_once_has_its_effect_once(test: &TestApp) {
    let id = advance(test);
    let path = format!("contracts/{id}/milestones/ADVANCE/payments");
    let answers: Vec<Value> = race(4, |_| {
        let contractor = test.by("contractor").with("Idempotency-Key", "once");
        contractor.post(&path, &json!({"amount": "100.00"})).expect_status(201)
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let list = test.by("justice").get(&format!("contracts/{id}/payments")).expect_status(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
}
