//! Settled amounts do not change: backdated facts and reversals are accepted only if they leave every settled amount
//! alone.

use luyue::domain::codes::FactKind;
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{
    asked, count, id_of, incident, last, letters_of, midyear, milestone, paid, shown, step, through,
};
use crate::support::app::TestApp;

on_sqlite_first! {
    a_backdated_fact_that_changes_a_settlement_is_refused
    a_reversal_that_changes_a_settlement_is_refused
    a_payment_is_reversed_and_its_row_goes_back
    only_authorised_users_request_a_reversal
    each_step_checks_the_payable_amount_again
    an_ended_contract_goes_on_when_its_end_is_undone
}

fn post(test: &TestApp, who: &str, id: &str, what: &str, body: &Value) -> crate::support::app::Reply {
    test.by(who).post(&format!("contracts/{id}/{what}"), body)
}

fn leak(name: &str, on: &str) -> Value {
    json!({"id": name, "clause": "LEAK", "on": on})
}

/// Requests a reversal, which must be possible, and has it granted.
fn reversed(test: &TestApp, id: &str, seq: i64) {
    let asked = post(test, "justice", id, "reversals", &json!({"seq": seq, "reason": "误录"})).expect_status(201);
    let path = format!("reversals/{}/actions/grant", id_of(&asked));
    assert_eq!(test.by("justice-leader").post(&path, &json!({})).expect_status(200)["state"], "granted");
}

fn a_backdated_fact_that_changes_a_settlement_is_refused(test: &TestApp) {
    let id = midyear(test);
    test.at("2026-08-20", 9);
    let payment = asked(test, &id, "MIDYEAR", &json!({"amount": "1000.00"}));
    through(test, &payment, 2);
    // No payment is approved yet, so a backdated incident is accepted, and so is its reversal.
    incident(test, &id, &leak("early", "2026-07-10"));
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "133665.60");
    reversed(test, &id, last(test, FactKind::Incident));
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "153665.60");
    step(test, "finance-approve", &payment, "approve", &json!({})).expect_status(200);
    let before = milestone(test, &id, "MIDYEAR");
    let refused = post(test, "justice", &id, "incidents", &leak("late-found", "2026-07-10")).expect_status(422);
    assert_eq!(refused["rule"], "settled-stays");
    let errors = refused["errors"].as_array().expect("what would have changed").clone();
    let of = |path: &str| {
        let found = errors.iter().find(|error| error["path"] == path);
        found.and_then(|error| error["message"].as_str()).unwrap_or_else(|| panic!("{path} in {errors:?}")).to_owned()
    };
    let (deductions, payable) = (of("milestones.MIDYEAR.deductions"), of("milestones.MIDYEAR.payable"));
    assert!(deductions.contains("33,534.40") && deductions.contains("53,534.40"), "{deductions}");
    assert!(payable.contains("153,665.60") && payable.contains("133,665.60"), "{payable}");
    of("breaches.LEAK/late-found");
    assert_eq!(milestone(test, &id, "MIDYEAR"), before);
    // MIDYEAR is already satisfied, so the incident reduces FINAL; and a survey affects no payment.
    incident(test, &id, &leak("after", "2026-07-28"));
    post(test, "station", &id, "surveys", &json!({"score": "88", "on": "2026-07-01"})).expect_status(201);
    assert_eq!(milestone(test, &id, "MIDYEAR"), before);
    // A backdated waiver would have changed the settled amount; a waiver from today on only adds to what is payable.
    let waiver = json!({"clause": "LEAK", "subject": "2026-05-LEAK", "reason": "不可抗力", "on": "2026-07-10"});
    assert_eq!(post(test, "justice", &id, "waivers", &waiver).expect_status(422)["rule"], "settled-stays");
    let mut from_today = waiver;
    from_today.as_object_mut().map(|object| object.remove("on"));
    let waiver = id_of(&post(test, "justice", &id, "waivers", &from_today).expect_status(201));
    test.by("justice-leader").post(&format!("waivers/{waiver}/actions/grant"), &json!({})).expect_status(200);
    assert_eq!(milestone(test, &id, "MIDYEAR")["payable"], "173665.60");
}

fn a_reversal_that_changes_a_settlement_is_refused(test: &TestApp) {
    let id = midyear(test);
    test.at("2026-08-17", 9);
    paid(test, &id, "MIDYEAR");
    for kind in [FactKind::Score, FactKind::Decision, FactKind::Incident] {
        let seq = last(test, kind);
        let refused =
            post(test, "justice", &id, "reversals", &json!({"seq": seq, "reason": "误录"})).expect_status(422);
        assert_eq!(refused["rule"], "settled-stays", "{kind}: {refused}");
        assert!(
            refused["errors"].as_array().is_some_and(|errors| errors
                .iter()
                .any(|error| { error["path"].as_str().is_some_and(|path| path.starts_with("milestones.MIDYEAR.")) })),
            "{refused}"
        );
    }
    // A survey affects no payment.
    reversed(test, &id, last(test, FactKind::Survey));
    assert_eq!(count(test, FactKind::Reversal), 1);
    let again = json!({"seq": last(test, FactKind::Survey), "reason": "误录"});
    assert_eq!(
        post(test, "justice", &id, "reversals", &again).expect_status(422)["rule"],
        "reversal",
        "it is undone already"
    );
    let reversal = json!({"seq": last(test, FactKind::Reversal), "reason": "误录"});
    assert_eq!(post(test, "justice", &id, "reversals", &reversal).expect_status(422)["rule"], "reversal");
}

fn a_payment_is_reversed_and_its_row_goes_back(test: &TestApp) {
    let id = midyear(test);
    test.at("2026-08-17", 9);
    let payment = paid(test, &id, "MIDYEAR");
    let seq = last(test, FactKind::Payment);
    let asked =
        post(test, "finance-pay", &id, "reversals", &json!({"seq": seq, "reason": "银行退票"})).expect_status(201);
    assert_eq!(shown(test, &payment)["state"], "paid", "asking alone undoes nothing");
    let path = format!("reversals/{}/actions/grant", id_of(&asked));
    test.by("finance-approve").post(&path, &json!({})).expect_status(200);
    let seen = shown(test, &payment);
    let step = seen["steps"].as_array().and_then(|steps| steps.last()).expect("a step").clone();
    assert_eq!(
        (&seen["state"], &step["step"], &step["note"]),
        (&json!("returned"), &json!("reverse"), &json!("银行退票"))
    );
    let standing = milestone(test, &id, "MIDYEAR");
    assert_eq!((&standing["paid"], &standing["payable"]), (&json!("0.00"), &json!("153665.60")));
    assert_eq!(letters_of(test, "payment-returned").len(), 3);
    let again = paid(test, &id, "MIDYEAR");
    assert_eq!(shown(test, &again)["amount"], "153665.60");
    assert_eq!(count(test, FactKind::Payment), 2);
}

fn only_authorised_users_request_a_reversal(test: &TestApp) {
    let id = midyear(test);
    let survey = json!({"seq": last(test, FactKind::Survey), "reason": "误录"});
    for (who, status) in [
        ("finance-pay", 403),
        ("contractor", 403),
        ("justice-leader", 403),
        ("station", 403),
        ("other-justice", 404),
        ("justice", 201),
    ] {
        assert_eq!(post(test, who, &id, "reversals", &survey).status, status, "{who}");
    }
    for seq in [0, -1, 9_999] {
        let body = json!({"seq": seq, "reason": "误录"});
        assert_eq!(post(test, "justice", &id, "reversals", &body).expect_status(422)["rule"], "reversal");
        assert_eq!(post(test, "finance-pay", &id, "reversals", &body).expect_status(422)["rule"], "reversal");
    }
    assert_eq!(post(test, "justice", &id, "reversals", &json!({"seq": 1})).expect_status(422)["rule"], "reason");
}

fn an_ended_contract_goes_on_when_its_end_is_undone(test: &TestApp) {
    let id = midyear(test);
    let act =
        |who: &str, name: &str, body: Value| post(test, who, &id, &format!("actions/{name}"), &body).expect_status(200);
    act("justice-leader", "terminate", json!({"reason": "承接单位申请解除"}));
    assert_eq!(act("finance-review", "consent", json!({}))["state"], "terminated");
    reversed(test, &id, last(test, FactKind::End));
    let contract = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    assert_eq!(contract["state"], "active");
}

fn each_step_checks_the_payable_amount_again(test: &TestApp) {
    let id = midyear(test);
    test.at("2026-08-17", 9);
    let most = asked(test, &id, "MIDYEAR", &json!({"amount": "150000.00"}));
    let rest = asked(test, &id, "MIDYEAR", &json!({}));
    through(test, &most, 1);
    incident(test, &id, &leak("early", "2026-07-10"));
    // 133,665.60 are payable now, and each request reduces what the other may claim.
    let before = (shown(test, &most)["steps"].clone(), shown(test, &rest)["steps"].clone());
    for (payment, name, who) in [(&most, "review", "finance-review"), (&rest, "confirm", "justice")] {
        let refused = step(test, who, payment, name, &json!({})).expect_status(422);
        assert_eq!(refused["rule"], "within-payable", "{name}");
    }
    assert_eq!((shown(test, &most)["steps"].clone(), shown(test, &rest)["steps"].clone()), before);
    step(test, "finance-review", &most, "return", &json!({"reason": "应付金额已变"})).expect_status(200);
    through(test, &rest, 4);
    assert_eq!(milestone(test, &id, "MIDYEAR")["paid"], "3665.60");
    let again = asked(test, &id, "MIDYEAR", &json!({}));
    assert_eq!(shown(test, &again)["amount"], "130000.00");
}
