//! Recalling a payment request until the one whose turn it is has opened it.

use luyue::domain::codes::Role;
use serde_json::{Value, json};

use crate::payments::setup::{advance, ask, asked, deputed, id_of, step, through};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_recall_races_with_an_opening_and_a_decision
}

on_sqlite_first! {
    who_requested_recalls_until_the_officer_opens
    the_officer_opens_a_request_by_its_check_alone_or_in_a_batch
    a_deputy_of_who_requested_recalls
    the_page_recalls_or_says_who_opened_and_when
}

fn recall(test: &TestApp, who: &str, payment: &str) -> Reply {
    step(test, who, payment, "recall", &json!({}))
}

/// Returns the payment request as one reads it who opens nothing.
fn seen(test: &TestApp, payment: &str) -> Value {
    test.by("audit").get(&format!("payments/{payment}")).expect_status(200)
}

fn who_requested_recalls_until_the_officer_opens(test: &TestApp) {
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    recall(test, "justice", &payment).expect_status(403);
    recall(test, "finance-review", &payment).expect_status(403);
    test.by("contractor").get(&format!("payments/{payment}")).expect_status(200);
    assert_eq!(recall(test, "contractor", &payment).expect_status(200)["state"], "returned");
    assert_eq!(seen(test, &payment)["steps"][1]["step"], "recall");
    recall(test, "contractor", &payment).expect_status(409);
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(409);
    // The amount can be requested again, and opened.
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    test.by("justice").get(&format!("payments/{payment}")).expect_status(200);
    let refused = recall(test, "contractor", &payment).expect_status(409);
    let told = refused.to_string();
    assert!(told.contains("justice") && told.contains("2026-01-13 09:"), "{told}");
    assert_eq!(seen(test, &payment)["state"], "requested");
    step(test, "justice", &payment, "confirm", &json!({})).expect_status(200);
    recall(test, "contractor", &payment).expect_status(409);
    // What the officer requested, another officer opens.
    let again = json!({"reason": "金额有误"});
    step(test, "finance-review", &payment, "return", &again).expect_status(200);
    let payment = id_of(&ask(test, "justice", &contract, "ADVANCE", &json!({})).expect_status(201));
    test.by("justice").get(&format!("payments/{payment}")).expect_status(200);
    recall(test, "justice", &payment).expect_status(200);
    let payment = id_of(&ask(test, "justice", &contract, "ADVANCE", &json!({})).expect_status(201));
    test.by("justice-2").get(&format!("payments/{payment}")).expect_status(200);
    recall(test, "justice", &payment).expect_status(409);
    assert_eq!(differences(test), []);
}

fn the_officer_opens_a_request_by_its_check_alone_or_in_a_batch(test: &TestApp) {
    let contract = advance(test);
    let amounts = ["101.00", "102.00", "103.00", "104.00"];
    let payments = amounts.map(|amount| asked(test, &contract, "ADVANCE", &json!({ "amount": amount })));
    let officer = Visitor::signed_in(test, "justice");
    officer.get(&format!("/contracts/{contract}")).expect_status(200);
    officer.get("/payments").expect_status(200);
    recall(test, "contractor", &payments[0]).expect_status(200);
    officer.get(&format!("/contracts/{contract}/act/confirm?subject={}", payments[1])).expect_status(200);
    recall(test, "contractor", &payments[1]).expect_status(409);
    // Those of finance see them, and it is not their turn.
    let check = format!("/payments/check?do=confirm&line={}&line={}", payments[2], payments[3]);
    Visitor::signed_in(test, "finance-review").get(&check).expect_status(200);
    recall(test, "contractor", &payments[2]).expect_status(200);
    let check = format!("/payments/check?do=confirm&line={}", payments[3]);
    officer.get(&check).expect_status(200);
    recall(test, "contractor", &payments[3]).expect_status(409);
    assert_eq!(differences(test), []);
}

fn a_deputy_of_who_requested_recalls(test: &TestApp) {
    let contract = advance(test);
    deputed(test, "justice-2", "justice", Role::Officer);
    let payment = id_of(&ask(test, "justice", &contract, "ADVANCE", &json!({})).expect_status(201));
    // The deputy has a seat of their own, in which they made nothing.
    recall(test, "justice-2", &payment).expect_status(403);
    recall(test, "justice", &payment).expect_status(200);
    through(test, &asked(test, &contract, "ADVANCE", &json!({})), 4);
    assert_eq!(differences(test), []);
}

fn the_page_recalls_or_says_who_opened_and_when(test: &TestApp) {
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    let form = format!("/contracts/{contract}/act/payment-recall");
    let page = format!("{form}?subject={payment}");
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = contractor.get(&format!("/contracts/{contract}")).expect_status(200);
    assert!(shown.attrs("a", "href").contains(&page), "the recall is offered");
    contractor.post_from(&page, &form, &[("subject", &payment)]).expect_status(303);
    assert_eq!(seen(test, &payment)["state"], "returned");
    let payment = asked(test, &contract, "ADVANCE", &json!({}));
    let page = format!("{form}?subject={payment}");
    let act = format!("/contracts/{contract}/act/confirm?subject={payment}");
    Visitor::signed_in(test, "justice").get(&act).expect_status(200);
    let barred = contractor.get(&page).expect_status(200);
    assert!(barred.text.contains("justice 已于 2026-01-13 09:") && !barred.has("#page-form"), "{}", barred.text);
}

fn a_recall_races_with_an_opening_and_a_decision(test: &TestApp) {
    let contract = advance(test);
    for round in 0..4 {
        let request = |part: usize| {
            asked(test, &contract, "ADVANCE", &json!({ "amount": format!("{}.00", 100 + 2 * round + part) }))
        };
        let payment = request(0);
        let statuses = race(2, |racer| match racer {
            0 => recall(test, "contractor", &payment).status,
            _ => test.by("justice").get(&format!("payments/{payment}")).status,
        });
        let is_recalled = seen(test, &payment)["state"] == "returned";
        assert_eq!(statuses, [if is_recalled { 200 } else { 409 }, 200]);
        let payment = request(1);
        let statuses = race(2, |racer| match racer {
            0 => recall(test, "contractor", &payment).status,
            _ => step(test, "justice", &payment, "confirm", &json!({})).status,
        });
        let is_recalled = seen(test, &payment)["state"] == "returned";
        assert_eq!(statuses, if is_recalled { [200, 409] } else { [409, 200] }, "one of them comes first");
    }
    assert_eq!(differences(test), []);
}
