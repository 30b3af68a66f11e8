//! The validity of amendments: each rule of `docs/standing.md`, Amendments, is violated separately and reported at its
//! path, and facts are held to the terms in force on their days.

use luyue::domain::standing::Trails;
use serde_json::{Value, json};

use crate::standing::support::evaluate;
use crate::standing::validity::{base, put};

/// Returns the base case with one amendment from 2026-04-01, changed at the given places of the case.
fn amended(changes: &[(&str, Value)]) -> Value {
    let mut case = base();
    case["amendments"] = json!([{"effective_on": "2026-04-01", "terms": case["terms"].clone()}]);
    changes.iter().for_each(|(place, value)| put(&mut case, place, value.clone()));
    case
}

fn path(case: &Value) -> Option<String> {
    evaluate(case, Trails::Off).err().map(|invalid| invalid.path)
}

#[test]
fn each_rule_on_amendments_is_reported_at_its_path() {
    let second = json!({"effective_on": "2026-04-01", "terms": base()["terms"]});
    let mut late = second.clone();
    late["effective_on"] = json!("2026-04-02");
    late["terms"]["amount"] = json!("999.00");
    type Changes<'a> = &'a [(&'a str, Value)];
    let cases: &[(Changes<'_>, Option<&str>)] = &[
        (&[], None),
        (&[("/amendments/0/effective_on", json!("2026-01-05"))], None),
        (&[("/amendments/0/effective_on", json!("2026-01-04"))], Some("amendments[0].effective_on")),
        (&[("/amendments/1", second)], Some("amendments[1].effective_on")),
        (&[("/amendments/1", late)], Some("amendments[1].terms.amount")),
        (&[("/amendments/0/terms/starts_on", json!("2026-01-06"))], Some("amendments[0].terms.starts_on")),
        (&[("/amendments/0/terms/ends_on", json!("2026-01-04"))], Some("amendments[0].terms.ends_on")),
        (&[("/amendments/0/terms/amount", json!("1000.01"))], Some("amendments[0].terms.amount")),
        (&[("/amendments/0/terms/amount", json!("1e3"))], Some("amendments[0].terms.amount")),
        (&[("/amendments/0/terms/milestones/0/code", json!("M1"))], Some("amendments[0].terms.milestones[1].code")),
        // The signed terms come first, whatever else is wrong.
        (
            &[("/terms/amount", json!("1000.01")), ("/amendments/0/effective_on", json!("2026-01-04"))],
            Some("terms.amount"),
        ),
        // Amendments come before facts.
        (
            &[("/facts/extensions/0/deliverable", json!("D9")), ("/amendments/0/effective_on", json!("2026-01-04"))],
            Some("amendments[0].effective_on"),
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(path(&amended(changes)).as_deref(), *expected, "{changes:?}");
    }
}

#[test]
fn facts_are_held_to_the_terms_of_their_day_stretch_by_stretch() {
    let submitted = |on: &str| json!({"deliverable": "D2", "no": 1, "on": on, "quantity": "4"});
    let renamed = [
        ("/amendments/0/terms/deliverables/1/code", json!("D3")),
        ("/amendments/0/terms/milestones/2/requires", json!(["D3"])),
    ];
    let with = |more: &[(&str, Value)]| path(&amended(&[&renamed, more].concat()));
    assert_eq!(with(&[]), None);
    assert_eq!(with(&[("/facts/submissions/2", submitted("2026-03-31"))]), None, "D2 is there until then");
    let gone = with(&[("/facts/submissions/2", submitted("2026-04-01"))]);
    assert_eq!(gone.as_deref(), Some("facts.submissions[2].deliverable"));
    let decided = json!({"deliverable": "D2", "no": 1, "on": "2026-04-02", "decision": "rejected"});
    let gone = with(&[("/facts/submissions/2", submitted("2026-03-31")), ("/facts/decisions/2", decided)]);
    assert_eq!(gone.as_deref(), Some("facts.decisions[2].no"));
    // A later rule broken in the first stretch comes before an earlier rule broken in the second.
    let both = with(&[
        ("/facts/submissions/2", submitted("2026-04-01")),
        ("/facts/waivers/0", json!({"clause": "B9", "subject": "D1", "on": "2026-03-01"})),
    ]);
    assert_eq!(both.as_deref(), Some("facts.waivers[0].clause"));
    // A clause of earlier terms can be waived later, but there is no new incident of it.
    let dropped = |more: &[(&str, Value)]| {
        path(&amended(&[&[("/amendments/0/terms/breach_terms/2/code", json!("B4"))], more].concat()))
    };
    assert_eq!(dropped(&[("/facts/waivers/0/on", json!("2026-05-01"))]), None);
    let new = dropped(&[("/facts/incidents/0/on", json!("2026-04-01"))]);
    assert_eq!(new.as_deref(), Some("facts.incidents[0].clause"));
    let early = dropped(&[("/facts/waivers/0/clause", json!("B4"))]);
    assert_eq!(early.as_deref(), Some("facts.waivers[0].clause"), "not agreed yet");
}

#[test]
fn an_amendment_of_something_settled_does_not_come_into_force() {
    let settled = [
        ("/amendments/0/terms/deliverables/0/item", json!("I2")),
        ("/amendments/0/terms/deliverables/0/indicators/0/target", json!("91")),
        ("/amendments/0/terms/deliverables/0/due_on", json!("2026-03-03")),
        ("/amendments/0/terms/milestones/1/requires", json!(["D2"])),
        ("/amendments/0/terms/milestones/0/code", json!("M9")),
    ];
    let in_force = |changes: &[(&str, Value)]| {
        let standing = evaluate(&amended(changes), Trails::Off).map(|standing| standing.amendments);
        standing.ok().flatten().and_then(|amendments| amendments.first().map(|amendment| amendment.in_force))
    };
    for change in settled {
        let found = in_force(std::slice::from_ref(&change));
        assert!(found != Some(true), "{change:?} came into force: {found:?}");
    }
    assert_eq!(in_force(&[("/amendments/0/terms/deliverables/0/due_on", json!("2026-03-03"))]), Some(false));
    assert_eq!(in_force(&[("/amendments/0/terms/milestones/0/code", json!("M9"))]), Some(false));
    let due = json!("2026-03-09");
    assert_eq!(in_force(&[("/amendments/0/terms/deliverables/0/due_on", due)]), Some(true), "as it was extended");
    assert_eq!(in_force(&[("/amendments/0/terms/milestones/1/payment_days", json!(5))]), Some(true));
    assert_eq!(in_force(&[("/amendments/0/terms/deliverables/1/due_on", json!("2026-08-03"))]), Some(true));
}

#[test]
fn a_delay_that_an_extension_takes_back_keeps_the_right_to_end() {
    // The extension of 2026-04-08 is earlier in the list, so rule 10 counts it when it checks the one of 2026-03-05,
    // three days after the day on which D1 was due.
    let late_and_extended = [
        ("/terms/termination", json!({"days_late": 1})),
        ("/facts", json!({})),
        (
            "/facts/extensions",
            json!([
                {"deliverable": "D1", "on": "2026-04-08", "days": 5},
                {"deliverable": "D1", "on": "2026-03-05", "days": 14}
            ]),
        ),
        ("/amendments/0/terms/deliverables/0/due_on", json!("2026-04-10")),
    ];
    let mut case = amended(&late_and_extended);
    for (as_of, days_late, since) in [
        ("2026-03-03", 1, None),
        ("2026-03-04", 2, Some("2026-03-04")),
        ("2026-03-05", 0, Some("2026-03-04")),
        ("2026-04-02", 0, Some("2026-03-04")),
    ] {
        case["as_of"] = json!(as_of);
        let standing = evaluate(&case, Trails::Off).unwrap();
        let found = standing.termination_right_since.map(|day| day.to_string());
        assert_eq!((standing.deliverables[0].days_late, found.as_deref()), (days_late, since), "as of {as_of}");
    }
}
