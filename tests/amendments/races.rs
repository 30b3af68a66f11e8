//! Concurrency: one of several last consents counts, supplements that race for the same room do not pass it, and an
//! acceptance at the same time leaves a contract that `luyue check` finds in order.

use serde_json::{Value, json};

use crate::amendments::setup::{
    act, assert_clean, body, listed, proposed, running, terms, through, with_due_day, with_lessons,
};
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::race::race;

on_both_engines! {
    one_of_several_last_consents_counts
    two_supplements_race_for_the_room
    an_acceptance_races_with_the_last_consent
}

fn one_of_several_last_consents_counts(test: &TestApp) {
    let id = running(test);
    let amendment = proposed(test, &id, &body(&with_lessons(terms(test, &id, "2026-01-13"), 100), "supplement"));
    through(test, &amendment, 2);
    let statuses = race(6, |_| act(test, "finance-review", &amendment, "fund", &json!({})).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
    assert_eq!(terms(test, &id, "2026-12-31")["amount"], "471000.00");
    assert_clean(test);
}

fn two_supplements_race_for_the_room(test: &TestApp) {
    let id = running(test);
    let signed = terms(test, &id, "2026-01-13");
    let of = |terms: &Value, day: &str| {
        let mut input = body(terms, "supplement");
        input["effective_on"] = day.into();
        proposed(test, &id, &input)
    };
    let first = of(&with_lessons(signed.clone(), 1000), "2026-02-02");
    let second = of(&with_due_day(with_lessons(signed, 1100), "2026-11-16"), "2026-02-03");
    for amendment in [&first, &second] {
        through(test, amendment, 2);
    }
    let both = [&first, &second];
    let statuses = race(2, |one| act(test, "finance-review", both[one], "fund", &json!({})).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 422].contains(status)), "{statuses:?}");
    assert_clean(test);
}

fn an_acceptance_races_with_the_last_consent(test: &TestApp) {
    let id = running(test);
    let submissions = format!("contracts/{id}/deliverables/EDU-H1/submissions");
    let file = [("签到表.csv", "编号,人数\nE1,24\n".as_bytes())];
    test.by("contractor").upload(&submissions, &[("quantity", "24")], &file).expect_status(201);
    let mut larger = terms(test, &id, "2026-01-13");
    larger["items"][2]["quantity"] = json!("49");
    larger["deliverables"][2]["quantity"] = json!("25");
    larger["milestones"][2]["amount"] = json!("190200.00");
    larger["amount"] = json!("471000.00");
    let amendment = proposed(test, &id, &body(&larger, "supplement"));
    through(test, &amendment, 2);
    let decision = json!({"decision": "accepted", "quantity": "24", "measured": {"ATTEND": "95"}, "note": "",
        "members": ["张敏", "李强"]});
    let statuses = race(2, |one| {
        if one == 0 {
            act(test, "finance-review", &amendment, "fund", &json!({})).status
        } else {
            test.by("justice").post(&format!("{submissions}/1/decision"), &decision).status
        }
    });
    assert_eq!(statuses[1], 200, "the acceptance is recorded: {statuses:?}");
    assert!([200, 422].contains(&statuses[0]), "{statuses:?}");
    // Accepted before the effective day, the deliverable keeps its quantity either way.
    assert_eq!(listed(test, &id)[0]["in_force_would"], false);
    assert_eq!(terms(test, &id, "2026-12-31")["amount"], "468000.00");
    assert_clean(test);
}
