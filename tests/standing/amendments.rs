//! Amendments: settled amounts stay, and everything else follows the new terms.

use chrono::NaiveDate;
use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::{AmendmentRefused, allows_amendment};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::standing::contracts::{contracts, on};
use crate::standing::validity::{base, put};

fn case(changes: &[(&str, Value)]) -> Case {
    let mut case = base();
    changes.iter().for_each(|(place, value)| put(&mut case, place, value.clone()));
    json::parse_object(case.to_string().as_bytes()).unwrap()
}

fn amended(changes: &[(&str, Value)], from: &str) -> Result<(), AmendmentRefused> {
    let (old, new) = (case(&[]), case(changes));
    allows_amendment(&old.terms, &new.terms, &old.facts, old.calendar(), from.parse().unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn unsettled_terms_may_change() {
    let from = "2026-04-01";
    assert_eq!(amended(&[], from), Ok(()));
    assert_eq!(amended(&[("/terms/deliverables/1/due_on", json!("2026-08-03"))], from), Ok(()));
    assert_eq!(amended(&[("/terms/milestones/2/payment_days", json!(5))], from), Ok(()));
    let split = [
        ("/terms/items/1/quantity", json!("8")),
        ("/terms/items/1/unit_price", json!("50")),
        ("/terms/deliverables/1/quantity", json!("8")),
    ];
    assert_eq!(amended(&split, from), Ok(()));
}

#[test]
fn settled_amounts_stay() {
    let from = "2026-04-01";
    let milestone = |code: &str, on: &str| Err(AmendmentRefused::Milestone { code: code.to_owned(), on: day(on) });
    assert_eq!(amended(&[("/terms/milestones/1/payment_days", json!(31))], from), milestone("M1", from));
    let moved = [("/terms/milestones/0/amount", json!("110")), ("/terms/milestones/1/amount", json!("490"))];
    assert_eq!(amended(&moved, from), milestone("M0", from));
    let breach = AmendmentRefused::Breach { clause: "B3".to_owned(), subject: "N1".to_owned(), on: day(from) };
    assert_eq!(amended(&[("/terms/breach_terms/2/amount", json!("6.00"))], from), Err(breach));
    // More future work increases the contract's amount, and with it a settled penalty that is a rate of that amount.
    let more = [
        ("/terms/items/1/quantity", json!("5")),
        ("/terms/deliverables/1/quantity", json!("5")),
        ("/terms/amount", json!("1100.00")),
    ];
    assert_eq!(amended(&more, from), milestone("M1", from));
    // Only the new terms settle a breach here: their earlier due day makes the submission of D1 late.
    let late = [("/terms/deliverables/0/due_on", json!("2026-02-02")), ("/terms/milestones/0/payment_days", json!(30))];
    assert!(matches!(amended(&late, from), Err(AmendmentRefused::Milestone { .. } | AmendmentRefused::Breach { .. })));
}

#[test]
fn settlements_within_a_year_are_compared() {
    // A later day for M0, set before it was satisfied, is noticed on the day on which M0 would have been satisfied.
    let later = [("/terms/milestones/0/not_before", json!("2026-01-07"))];
    let found = amended(&later, "2026-01-05");
    assert_eq!(found, Err(AmendmentRefused::Milestone { code: "M0".to_owned(), on: day("2026-01-06") }));
    let (old, mut new) = (case(&[]), case(&[]));
    new.terms.milestones[0].not_before = Some(day("2027-06-01"));
    let mut facts = old.facts.clone();
    facts.payments.clear();
    let mut old_terms = old.terms.clone();
    old_terms.milestones[0].not_before = Some(day("2027-04-01"));
    assert_eq!(
        allows_amendment(&old_terms, &new.terms, &facts, old.calendar(), day("2026-01-05")),
        Ok(()),
        "over a year away"
    );
}

#[test]
fn terms_that_contradict_the_facts_are_refused() {
    let found = amended(&[("/terms/milestones/1/requires_score", json!(false))], "2026-04-01");
    assert!(matches!(found, Err(AmendmentRefused::Invalid(invalid)) if invalid.path == "facts.scores[0].milestone"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn unchanged_terms_are_always_accepted(contract in contracts(), from in 0_u64..150) {
        let terms = &contract.terms;
        prop_assert_eq!(allows_amendment(terms, terms, &contract.facts, &contract.calendar, on(from)), Ok(()));
    }
}
