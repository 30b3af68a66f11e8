//! Payments as approved: a payment request that was changed in the database after its approval is not
//! paid, neither through the API nor on the page.

use diesel::connection::SimpleConnection;
use luyue::storage::AnyConnection;
use serde_json::json;

use crate::on_both_engines;
use crate::payments::setup::{self, asked, midyear, shown, step};
use crate::support::app::{TestApp, differences};
use crate::support::visitor::Visitor;

on_both_engines! {
    a_changed_request_is_not_paid
    consent_to_an_earlier_day_compares_too
    an_approval_without_the_account_still_pays
}

fn run(test: &TestApp, sql: &str) {
    match &mut *test.app.pool.get().expect("a connection") {
        AnyConnection::Sqlite(connection) => connection.batch_execute(sql),
        AnyConnection::Postgres(connection) => connection.batch_execute(sql),
    }
    .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Changes to a payment request, each with the statement that undoes it.
const CHANGES: [(&str, &str); 3] = [
    (
        "UPDATE payments SET account = replace(account, '6222', '6333')",
        "UPDATE payments SET account = replace(account, '6333', '6222')",
    ),
    ("UPDATE payments SET amount_fen = amount_fen - 1", "UPDATE payments SET amount_fen = amount_fen + 1"),
    (
        "UPDATE events SET action = 'payments.other' WHERE action = 'payments.approve'",
        "UPDATE events SET action = 'payments.approve' WHERE action = 'payments.other'",
    ),
];

fn a_changed_request_is_not_paid(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "MIDYEAR", &json!({"amount": "100.00"}));
    setup::through(test, &payment, 3);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let page = format!("/contracts/{id}/act/pay");
    for (change, undo) in CHANGES {
        run(test, change);
        assert!(!differences(test).is_empty(), "{change}");
        let refused = step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(409);
        assert!(refused["title"].as_str().expect("words").contains("luyue check"), "{change}: {refused}");
        let fields = [("subject", payment.as_str()), ("voucher", "V-1"), ("on", "2026-07-17")];
        let answer = cashier.post_from(&format!("{page}?subject={payment}"), &page, &fields).expect_status(409);
        assert!(answer.text.contains("luyue check"), "{change}: {}", answer.text);
        assert_eq!(shown(test, &payment)["state"], "approved", "{change}");
        run(test, undo);
    }
    step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(200);
    assert_eq!(differences(test), []);
}

fn consent_to_an_earlier_day_compares_too(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "MIDYEAR", &json!({"amount": "100.00"}));
    setup::through(test, &payment, 3);
    test.at("2026-07-24", 9);
    let paid = json!({"voucher": "V-1", "on": "2026-07-20"});
    step(test, "finance-pay", &payment, "pay", &paid).expect_status(200);
    run(test, CHANGES[0].0);
    let refused = step(test, "finance-approve", &payment, "allow", &json!({})).expect_status(409);
    assert!(refused["title"].as_str().expect("words").contains("luyue check"), "{refused}");
    run(test, CHANGES[0].1);
    step(test, "finance-approve", &payment, "allow", &json!({})).expect_status(200);
}

/// Approvals that were recorded before events held the account are compared by their amount.
fn an_approval_without_the_account_still_pays(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "MIDYEAR", &json!({"amount": "100.00"}));
    setup::through(test, &payment, 3);
    run(test, "UPDATE events SET body = replace(body, 'account_sha256', 'other') WHERE action = 'payments.approve'");
    run(test, CHANGES[1].0);
    step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(409);
    run(test, CHANGES[1].1);
    step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V-1"})).expect_status(200);
}
