//! The complete chain of a payment: the amount that may be requested, the four steps, the recorded fact and the
//! figures. Returned requests and steps out of order are covered too.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::payments::setup::{
    NUMBER, STEPS, advance, ask, asked, body_of, count, happened, id_of, letters_of, midyear, milestone, paid,
    recorded, shown, step, through,
};
use crate::support::app::{CONTRACTOR, TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    amounts_not_payable_are_refused
    a_changed_account_bars_the_steps_before_the_payment
}

on_sqlite_first! {
    the_example_is_reproduced_to_the_fen
    a_payment_shows_who_did_what_and_who_is_next
    a_requested_amount_cannot_be_requested_twice
    returning_a_payment_requires_a_reason
    a_step_out_of_order_changes_nothing
    the_bank_day_lies_in_the_past
    only_authorised_users_take_a_step
    the_same_step_has_its_effect_once
}

fn the_example_is_reproduced_to_the_fen(test: &TestApp) {
    let id = advance(test);
    let example = programme::example("programme-midyear");
    for (kind, body) in happened() {
        let on = body["on"].as_str().expect("a day");
        if on > "2026-02-25" && count(test, FactKind::Payment) == 0 {
            test.at("2026-02-25", 9);
            let advance = paid(test, &id, "ADVANCE");
            assert_eq!(shown(test, &advance)["amount"], "93600.00");
        }
        recorded(test, kind, &body);
    }
    test.at("2026-08-17", 9);
    let part = asked(test, &id, "MIDYEAR", &json!({"amount": "100000.00"}));
    through(test, &part, 4);
    assert_eq!(milestone(test, &id, "MIDYEAR")["paid"], "100000.00");
    test.at("2026-09-21", 9);
    let more = json!({"deliverable": "EDU-H2", "days": 7, "reason": "汛期"});
    let more = id_of(&test.by("justice").post(&format!("contracts/{id}/extensions"), &more).expect_status(201));
    test.by("justice-leader").post(&format!("extensions/{more}/actions/grant"), &json!({})).expect_status(200);
    test.at("2026-09-30", 9);
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    assert_eq!(without_trails(standing), without_trails(example["standing"].clone()));
    let rest = paid(test, &id, "MIDYEAR");
    assert_eq!(shown(test, &rest)["amount"], "53665.60");
    assert_eq!(milestone(test, &id, "MIDYEAR")["state"], "paid");
    assert_eq!(letters_of(test, "payment-paid").len(), 3, "three payments, to the payee alone");
}

fn without_trails(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            object.remove("trail");
            for (_, inner) in object.iter_mut() {
                *inner = without_trails(inner.take());
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| *inner = without_trails(inner.take())),
        _ => {}
    }
    value
}

fn a_payment_shows_who_did_what_and_who_is_next(test: &TestApp) {
    let id = advance(test);
    let answer = ask(test, "contractor", &id, "ADVANCE", &json!({}));
    assert!(!answer.header("etag").is_empty());
    let answer = answer.expect_status(201);
    assert_eq!((&answer["state"], &answer["amount"]), (&json!("requested"), &json!("93600.00")));
    let payment = id_of(&answer);
    let seen = shown(test, &payment);
    assert_eq!(
        (&seen["number"], &seen["contract"], &seen["milestone"]),
        (&json!(NUMBER), &json!(id), &json!("ADVANCE"))
    );
    assert_eq!(seen["account"]["number"], "6222000011112222");
    let next = json!({"step": "confirm", "role": "officer", "organisation": "XC-JUSTICE", "due_on": "2026-02-11",
        "provisional": false});
    assert_eq!(seen["next"], next);
    through(test, &payment, 3);
    let body = json!({"voucher": " 2026-0113 ", "on": "2026-01-13"});
    assert_eq!(step(test, "finance-pay", &payment, "pay", &body).expect_status(200)["state"], "paid");
    let answer = test.by("contractor").get(&format!("payments/{payment}"));
    assert!(!answer.header("etag").is_empty());
    let seen = answer.expect_status(200);
    let steps: Vec<_> = seen["steps"].as_array().expect("steps").iter().map(|s| (&s["step"], &s["by"])).collect();
    let expected = ["request", "confirm", "review", "approve", "pay"].map(|name| json!(name));
    let people = ["contractor", "justice", "finance-review", "finance-approve", "finance-pay"].map(|name| json!(name));
    assert_eq!(steps, expected.iter().zip(&people).collect::<Vec<_>>());
    assert_eq!((&seen["voucher"], &seen["paid_on"]), (&json!("2026-0113"), &json!("2026-01-13")));
    assert_eq!(seen["next"], Value::Null);
    let list = test.by("justice").get(&format!("contracts/{id}/payments")).expect_status(200);
    assert_eq!((&list["items"], &list["next"]), (&json!([seen]), &Value::Null));
    let by_audit = test.by("audit").get(&format!("payments/{payment}")).expect_status(200);
    assert_eq!(by_audit["account"], Value::Null, "who is no party sees no account");
}

fn a_requested_amount_cannot_be_requested_twice(test: &TestApp) {
    let id = midyear(test);
    let first = asked(test, &id, "MIDYEAR", &json!({"amount": "100000.00"}));
    let second = ask(test, "justice", &id, "MIDYEAR", &json!({})).expect_status(201);
    assert_eq!(second["amount"], "53665.60", "only what is left");
    for body in [json!({}), json!({"amount": "0.01"})] {
        let refused = ask(test, "contractor", &id, "MIDYEAR", &body).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("within-payable"), &json!("amount")));
    }
    step(test, "justice", &first, "return", &json!({"reason": "发票抬头有误"})).expect_status(200);
    let again = ask(test, "contractor", &id, "MIDYEAR", &json!({"amount": "100000.01"})).expect_status(422);
    assert_eq!(again["rule"], "within-payable");
    let again = asked(test, &id, "MIDYEAR", &json!({"amount": "100000.00"}));
    through(test, &again, 4);
    assert_eq!(ask(test, "contractor", &id, "MIDYEAR", &json!({})).expect_status(422)["rule"], "within-payable");
}

fn amounts_not_payable_are_refused(test: &TestApp) {
    let id = advance(test);
    let early = ask(test, "contractor", &id, "MIDYEAR", &json!({})).expect_status(422);
    assert_eq!(early["rule"], "milestone-satisfied");
    assert_eq!(ask(test, "contractor", &id, "NOWHERE", &json!({})).status, 404);
    for amount in ["93600.01", "0", "0.00"] {
        let refused = ask(test, "contractor", &id, "ADVANCE", &json!({"amount": amount})).expect_status(422);
        assert_eq!(refused["rule"], "within-payable", "{amount}");
    }
    for body in [json!({"amount": "-1"}), json!({"amount": 1}), json!({"amount": "1.001"}), json!({"sum": "1"})] {
        assert_eq!(ask(test, "contractor", &id, "ADVANCE", &body).status, 400, "{body}");
    }
    without_account(test);
    let refused = ask(test, "contractor", &id, "ADVANCE", &json!({})).expect_status(422);
    assert_eq!(refused["rule"], "payee-account");
    let message = refused["errors"][0]["message"].as_str().expect("a message");
    assert!(message.contains("approve"), "it says how to mend it: {message}");
}

/// An account that is changed by two people bars the steps before the payment; what the bank has paid is recorded.
fn a_changed_account_bars_the_steps_before_the_payment(test: &TestApp) {
    let id = midyear(test);
    let [approved, waiting] =
        ["100.00", "200.00"].map(|amount| asked(test, &id, "MIDYEAR", &json!({"amount": amount, "another": true})));
    through(test, &approved, 3);
    step(test, "justice", &waiting, "confirm", &json!({})).expect_status(200);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let opened = reviewer.get(&format!("/payments/check?do=review&line={waiting}")).form("/payments/decide");
    let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"});
    let path = format!("contractors/{CONTRACTOR}/accounts");
    let change = id_of(&test.by("contractor").post(&path, &account).expect_status(201));
    test.by("finance-review").post(&format!("accounts/{change}/actions/approve"), &json!({})).expect_status(200);
    // The form that was opened before does not turn a review into a return.
    let held = reviewer.led(&opened.with(&[("lines.0.reason", "同意支付")]).send(&reviewer, ""));
    let again = reviewer.get(&held.dom_link("/payments/decide?kept=")).form("/payments/decide");
    assert_eq!(again.value("lines.0.do"), Some("leave"), "a person chooses to return it");
    let refused = step(test, "finance-review", &waiting, "review", &json!({})).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("payee-account"), &json!("account")));
    let shown = |who: &str, act: &str, payment: &str| {
        let page = Visitor::signed_in(test, who).get(&format!("/contracts/{id}/act/{act}?subject={payment}"));
        (page.texts(".checks .fails").join(" "), page.has("main button[type=submit]"))
    };
    let (fails, is_open) = shown("finance-review", "review", &waiting);
    assert!(fails.contains("请退回重新申请") && fails.contains("不满 30 日") && !is_open, "{fails}");
    let (fails, is_open) = shown("finance-pay", "pay", &approved);
    assert!(fails.contains("不满 30 日") && is_open, "{fails}");
    step(test, "finance-pay", &approved, "pay", &json!({"voucher": "V-1"})).expect_status(200);
    step(test, "finance-review", &waiting, "return", &json!({"reason": "账户已变更"})).expect_status(200);
    let again = asked(test, &id, "MIDYEAR", &json!({"amount": "200.00"}));
    through(test, &again, 3);
    assert_eq!(differences(test), []);
}

fn without_account(test: &TestApp) {
    use diesel::prelude::*;
    use luyue::schema::contractors;
    let mut connection = test.app.pool.get().expect("a connection");
    diesel::update(contractors::table).set(contractors::account_number.eq("")).execute(&mut *connection).expect("set");
}

fn returning_a_payment_requires_a_reason(test: &TestApp) {
    let id = advance(test);
    for (steps, (_, who)) in STEPS.iter().enumerate() {
        let who = *who;
        let payment = asked(test, &id, "ADVANCE", &json!({}));
        through(test, &payment, steps);
        for body in [json!({}), json!({"reason": "  "})] {
            assert_eq!(step(test, who, &payment, "return", &body).expect_status(422)["rule"], "reason");
        }
        let excuse = step(test, who, &payment, "return", &json!({"reason": "主要负责人变更，暂缓"})).expect_status(422);
        assert_eq!(excuse["rule"], "no-excuse");
        for other in ["justice", "finance-review", "finance-approve", "finance-pay"].iter().filter(|o| **o != who) {
            let refused = step(test, other, &payment, "return", &json!({"reason": "x"})).expect_status(403);
            assert_eq!(refused["type"], "/problems/payment-return-elsewhere", "{other}: it may have moved on");
        }
        assert_eq!(step(test, "contractor", &payment, "return", &json!({"reason": "x"})).status, 403);
        let answer = step(test, who, &payment, "return", &json!({"reason": "发票抬头有误"})).expect_status(200);
        assert_eq!(answer["state"], "returned");
        let seen = shown(test, &payment);
        let last = seen["steps"].as_array().and_then(|steps| steps.last()).expect("a step").clone();
        assert_eq!((&last["step"], &last["note"]), (&json!("return"), &json!("发票抬头有误")));
    }
    assert_eq!(count(test, FactKind::Payment), 0);
    assert_eq!(milestone(test, &id, "ADVANCE")["due_on"], "2026-02-11", "the days of payment run on");
    let told = letters_of(test, "payment-returned");
    assert_eq!(told.len(), 11, "four returns to the contractor and two officers, but not to who returned it: {told:?}");
    assert_eq!(told.iter().filter(|to| *to == "justice@luyue.test").count(), 3, "{told:?}");
    let notices = test.by("contractor").get("notices").expect_status(200);
    let text = notices["items"][0]["text"].as_str().and_then(|text| text.lines().next()).expect("a notice");
    assert!(text.contains("退回原因：发票抬头有误"), "{text}");
}

fn a_step_out_of_order_changes_nothing(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    for taken in 0..=4 {
        let before = shown(test, &payment);
        for (place, (name, who)) in STEPS.iter().enumerate().filter(|(place, _)| *place != taken) {
            let reply = step(test, who, &payment, name, &body_of(name));
            assert_eq!(reply.status, 409, "{name} ({place}) after {taken} steps");
        }
        assert_eq!(shown(test, &payment), before);
        if let Some((name, who)) = STEPS.get(taken) {
            step(test, who, &payment, name, &body_of(name)).expect_status(200);
        }
    }
    for who in ["justice", "finance-pay"] {
        assert_eq!(step(test, who, &payment, "return", &json!({"reason": "x"})).status, 409, "it is paid");
    }
    assert_eq!(step(test, "finance-pay", &payment, "steal", &json!({})).status, 404);
    assert_eq!(step(test, "finance-pay", "no-such-payment", "pay", &body_of("pay")).status, 404);
    assert_eq!(count(test, FactKind::Payment), 1);
}

fn the_bank_day_lies_in_the_past(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    through(test, &payment, 3);
    test.at("2026-01-20", 9);
    let before = shown(test, &payment);
    let cases = [
        (json!({}), "voucher"),
        (json!({"voucher": " "}), "voucher"),
        (json!({"voucher": "V", "on": "2026-01-21"}), "on"),
        // It was approved on the 13th.
        (json!({"voucher": "V", "on": "2026-01-12"}), "on"),
    ];
    for (body, path) in cases {
        let refused = step(test, "finance-pay", &payment, "pay", &body).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], path, "{body}");
    }
    assert_eq!(shown(test, &payment), before);
    step(test, "finance-pay", &payment, "pay", &json!({"voucher": "V", "on": "2026-01-19"})).expect_status(200);
    assert_eq!(shown(test, &payment)["paid_on"], "2026-01-19");
}

fn only_authorised_users_take_a_step(test: &TestApp) {
    let id = advance(test);
    for who in ["station", "audit", "finance-review", "finance-pay", "justice-leader", "admin"] {
        assert_eq!(ask(test, who, &id, "ADVANCE", &json!({})).status, 403, "{who}");
    }
    for who in ["contractor-2", "other-justice"] {
        assert_eq!(ask(test, who, &id, "ADVANCE", &json!({})).status, 404, "{who}");
    }
    let payment = asked(test, &id, "ADVANCE", &json!({}));
    for (name, taker) in STEPS {
        for who in ["contractor", "justice", "justice-leader", "finance-review", "finance-approve", "finance-pay"] {
            if who != taker {
                assert_eq!(step(test, who, &payment, name, &body_of(name)).status, 403, "{who} {name}");
            }
        }
        step(test, taker, &payment, name, &body_of(name)).expect_status(200);
    }
    assert_eq!(step(test, "other-justice", &payment, "confirm", &json!({})).status, 404);
    assert_eq!(test.by("contractor-2").get(&format!("payments/{payment}")).status, 404);
    assert_eq!(test.by("contractor-2").get(&format!("contracts/{id}/payments")).status, 404);
    assert_eq!(test.by("admin").get(&format!("payments/{payment}")).status, 403);
    assert_eq!(test.nobody().get(&format!("payments/{payment}")).status, 401);
}

fn the_same_step_has_its_effect_once(test: &TestApp) {
    let id = advance(test);
    let path = format!("contracts/{id}/milestones/ADVANCE/payments");
    let body = json!({"amount": "1000.00"});
    let request = |body: &Value| test.by("contractor").with("Idempotency-Key", "k-1").post(&path, body);
    let first = request(&body).expect_status(201);
    assert_eq!(request(&body).expect_status(201), first);
    assert_eq!(request(&json!({"amount": "2000.00"})).expect_status(422)["rule"], "idempotency-key");
    let list = test.by("justice").get(&format!("contracts/{id}/payments")).expect_status(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let payment = id_of(&first);
    through(test, &payment, 3);
    let pay = || {
        let cashier = test.by("finance-pay").with("Idempotency-Key", "k-2");
        cashier.post(&format!("payments/{payment}/actions/pay"), &body_of("pay")).expect_status(200)
    };
    assert_eq!(pay(), pay());
    assert_eq!(count(test, FactKind::Payment), 1);
    assert_eq!(
        step(test, "finance-pay", &payment, "pay", &body_of("pay")).status,
        409,
        "without the key it is another"
    );
}
