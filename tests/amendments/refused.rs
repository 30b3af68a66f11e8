//! Amendments that a rule refuses: the limit on supplements, grounds that do not fit, days in the past, what is
//! settled, money that is not there.

use serde_json::{Value, json};

use crate::amendments::setup::{
    EFFECTIVE_ON, act, assert_clean, body, listed, propose, proposed, running, terms, through, with_due_day,
    with_lessons,
};
use crate::on_sqlite_first;
use crate::payments::setup::advance;
use crate::support::app::TestApp;

on_sqlite_first! {
    supplements_add_up_to_a_tenth_of_the_original
    a_contract_outside_the_procurement_law_has_no_limit
    the_ground_fits_what_changes
    an_effective_day_does_not_pass_before_the_last_consent
    what_is_settled_stays
    the_appropriation_bears_the_increase
    an_amendment_of_earlier_terms_is_outdated
    terms_are_checked_like_those_of_a_registration
}

/// Adds one thing at 0.01 yuan to the last milestone.
fn with_a_fen(mut terms: Value, amount: &str, last: &str) -> Value {
    let list = |terms: &mut Value, name: &str, row: Value| terms[name].as_array_mut().expect("a list").push(row);
    list(&mut terms, "items", json!({"code": "FEN", "quantity": "1", "unit_price": "0.01"}));
    list(&mut terms, "deliverables", json!({"code": "FEN-1", "item": "FEN", "quantity": "1", "due_on": "2026-12-15"}));
    terms["milestones"][2]["requires"].as_array_mut().expect("a list").push("FEN-1".into());
    terms["milestones"][2]["amount"] = last.into();
    terms["amount"] = amount.into();
    terms
}

fn supplements_add_up_to_a_tenth_of_the_original(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let over = propose(test, &id, &body(&with_lessons(signed.clone(), 1561), "supplement")).expect_status(422);
    assert_eq!((&over["rule"], &over["errors"][0]["path"]), (&json!("supplement-10pct"), &json!("terms.amount")));
    let said = over["errors"][0]["message"].as_str().expect("words");
    assert!(said.contains("46,800.00") && said.contains("46,830.00") && said.contains("art. 49"), "{said}");
    let first = proposed(test, &id, &body(&with_lessons(signed.clone(), 1000), "supplement"));
    assert_eq!(through(test, &first, 3), "agreed");
    let next =
        |terms: &Value| json!({"effective_on": "2026-02-03", "terms": terms, "reason": "增加", "ground": "supplement"});
    let over = propose(test, &id, &next(&with_lessons(signed.clone(), 1561))).expect_status(422);
    assert!(over["errors"][0]["message"].as_str().expect("words").contains("16,800.00"), "what is left: {over}");
    let second = proposed(test, &id, &next(&with_lessons(signed, 1560)));
    assert_eq!(through(test, &second, 3), "agreed", "exactly a tenth");
    let full = terms(test, &id, "2026-02-03");
    let fen = json!({"effective_on": "2026-02-04", "terms": with_a_fen(full, "514800.01", "234000.01"), "reason": "增加",
        "ground": "supplement"});
    assert_eq!(propose(test, &id, &fen).expect_status(422)["rule"], "supplement-10pct", "one fen more");
    assert_clean(test);
}

fn a_contract_outside_the_procurement_law_has_no_limit(test: &TestApp) {
    use crate::payments::setup::{NUMBER, id_of};
    use crate::support::programme;
    let money = programme::appropriation(test, "600000.00");
    let mut input = programme::input_from(NUMBER, &money);
    input["regime"] = json!("below_threshold");
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    propose(test, &id, &body(&with_lessons(terms(test, &id, "2026-01-13"), 2000), "supplement")).expect_status(201);
}

fn the_ground_fits_what_changes(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let mut clauses = signed.clone();
    clauses["penalty_cap"] = json!("0.1");
    let [more, less, moved] = [
        with_lessons(signed.clone(), 100),
        with_lessons(signed.clone(), -100),
        with_due_day(signed.clone(), "2026-11-16"),
    ];
    for (new, ground, fits) in [
        (&more, "supplement", true),
        (&more, "reduction", false),
        (&more, "schedule", false),
        (&more, "public_interest", false),
        (&more, "force_majeure", false),
        (&less, "reduction", true),
        (&less, "public_interest", true),
        (&less, "supplement", false),
        (&less, "schedule", false),
        (&less, "parties", false),
        (&moved, "schedule", true),
        (&moved, "force_majeure", true),
        (&moved, "clauses", false),
        (&moved, "parties", false),
        (&moved, "supplement", false),
        (&clauses, "clauses", true),
        (&clauses, "schedule", false),
        (&signed, "schedule", false),
        (&signed, "public_interest", false),
    ] {
        let reply = propose(test, &id, &body(new, ground));
        if fits {
            reply.expect_status(201);
        } else {
            let refused = reply.expect_status(422);
            assert_eq!(
                (&refused["rule"], &refused["errors"][0]["path"]),
                (&json!("amendment-ground"), &json!("ground"))
            );
        }
    }
    let unknown = propose(test, &id, &body(&moved, "whim"));
    assert_eq!(unknown.status, 400);
}

fn an_effective_day_does_not_pass_before_the_last_consent(test: &TestApp) {
    let id = running(test);
    let moved = with_due_day(terms(test, &id, "2026-01-13"), "2026-11-16");
    let mut past = body(&moved, "schedule");
    past["effective_on"] = json!("2026-01-12");
    let refused = propose(test, &id, &past).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("amendment-effective-day"), &json!("effective_on"))
    );
    let amendment = proposed(test, &id, &body(&moved, "schedule"));
    through(test, &amendment, 1);
    test.at("2026-02-03", 9);
    let late = act(test, "justice-leader", &amendment, "approve", &json!({})).expect_status(422);
    assert_eq!(late["rule"], "amendment-effective-day");
    act(test, "justice", &amendment, "withdraw", &json!({})).expect_status(200);
    // On the day itself there is still time.
    let mut today = body(&moved, "schedule");
    today["effective_on"] = json!("2026-02-03");
    let amendment = proposed(test, &id, &today);
    assert_eq!(through(test, &amendment, 2), "agreed");
    assert_eq!(terms(test, &id, "2026-02-03")["deliverables"][3]["due_on"], "2026-11-16");
    assert_clean(test);
}

fn what_is_settled_stays(test: &TestApp) {
    let id = running(test);
    let mut new = terms(test, &id, "2026-01-13");
    new["milestones"][0]["amount"] = json!("93500.00");
    new["milestones"][2]["amount"] = json!("187300.00");
    let refused = propose(test, &id, &body(&new, "schedule")).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("amendment-in-force"), &json!("terms.milestones[0]"))
    );
    let mut start = terms(test, &id, "2026-01-13");
    start["starts_on"] = json!("2026-01-06");
    let refused = propose(test, &id, &body(&start, "public_interest")).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("amendment-moves-start"), &json!("terms.starts_on"))
    );
    // What is settled after the proposal stops the next step.
    let mut larger = with_lessons(terms(test, &id, "2026-01-13"), 0);
    larger["items"][2]["quantity"] = json!("49");
    larger["deliverables"][2]["quantity"] = json!("25");
    larger["milestones"][2]["amount"] = json!("190200.00");
    larger["amount"] = json!("471000.00");
    let amendment = proposed(test, &id, &body(&larger, "supplement"));
    let submissions = format!("contracts/{id}/deliverables/EDU-H1/submissions");
    let file = [("签到表.csv", "编号,人数\nE1,24\n".as_bytes())];
    test.by("contractor").upload(&submissions, &[("quantity", "24")], &file).expect_status(201);
    let decision = json!({"decision": "accepted", "quantity": "24", "measured": {"ATTEND": "95"}, "note": "",
        "members": ["张敏", "李强"]});
    test.by("justice").post(&format!("{submissions}/1/decision"), &decision).expect_status(200);
    let refused = act(test, "contractor", &amendment, "consent", &json!({})).expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("amendment-in-force"), &json!("terms.deliverables[2]"))
    );
    assert_eq!(listed(test, &id)[0]["in_force_would"], false);
}

fn the_appropriation_bears_the_increase(test: &TestApp) {
    // The programme takes all of its appropriation.
    let id = advance(test);
    let more = with_lessons(terms(test, &id, "2026-01-13"), 100);
    let amendment = proposed(test, &id, &body(&more, "supplement"));
    through(test, &amendment, 2);
    let refused = act(test, "finance-review", &amendment, "fund", &json!({})).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("budget-first"), &json!("appropriation")));
    assert_eq!(listed(test, &id)[0]["state"], "approved", "it still waits");
    assert_eq!(terms(test, &id, EFFECTIVE_ON)["amount"], "468000.00");
    assert_clean(test);
}

fn an_amendment_of_earlier_terms_is_outdated(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let first = proposed(test, &id, &body(&with_due_day(signed.clone(), "2026-11-16"), "schedule"));
    let second = proposed(test, &id, &body(&with_lessons(signed, 100), "supplement"));
    through(test, &second, 2);
    assert_eq!(through(test, &first, 2), "agreed");
    let refused = act(test, "finance-review", &second, "fund", &json!({})).expect_status(409);
    assert_eq!(refused["type"], "/problems/amendment-outdated", "it would take the new day back");
    act(test, "justice", &second, "withdraw", &json!({})).expect_status(200);
    assert_clean(test);
}

fn terms_are_checked_like_those_of_a_registration(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let mut unequal = signed.clone();
    unequal["amount"] = json!("470000.00");
    let refused = propose(test, &id, &body(&unequal, "supplement")).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("amount-not-sum"), &json!("terms.amount")));
    let mut without = signed.clone();
    without["breach_terms"] = json!([]);
    let refused = propose(test, &id, &body(&without, "clauses")).expect_status(422);
    assert_eq!(refused["rule"], "five-terms");
    let mut silent = body(&with_due_day(signed, "2026-11-16"), "schedule");
    silent["reason"] = json!(" ");
    assert_eq!(propose(test, &id, &silent).expect_status(422)["rule"], "reason");
}
