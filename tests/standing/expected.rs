//! Expected payments, which forecasts add up: what is left of satisfied milestones, and stable from day to day, because
//! they are stored.

use luyue::domain::money::Money;
use luyue::domain::standing::{Trails, expected_payments, standing, without_daily_growth};
use proptest::prelude::*;
use serde_json::json;

use crate::standing::contracts::{contracts, days};
use crate::standing::support::evaluate;
use crate::support::programme::example;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn expected_payments_change_only_with_the_standing(contract in contracts()) {
        let on = |day| standing(&contract.terms, &contract.facts, &contract.calendar, day, Trails::Off).expect("valid");
        let mut before = None;
        for standing in days().map(on) {
            let expected = expected_payments(&contract.terms, &standing, &contract.calendar, contract.facts.end.is_some());
            for (milestone, expected) in standing.milestones.iter().zip(&expected) {
                if milestone.satisfied_on.is_some() {
                    let left = milestone.payable.checked_sub(milestone.paid).filter(|left| *left != Money::ZERO);
                    prop_assert_eq!(expected.map(|expected| expected.amount), left);
                    prop_assert!(expected.is_none_or(|expected| milestone.due_on.is_none_or(|due_on| expected.on == due_on)));
                }
            }
            let today = (without_daily_growth(standing), expected);
            if let Some((same, known)) = &before {
                prop_assert!(today.0 != *same || today.1 == *known, "{:?}", known);
            }
            before = Some(today);
        }
    }
}

#[test]
fn nothing_is_expected_of_a_cancelled_milestone() {
    let mut case = example("programme-day-one")["case"].clone();
    let expected = |case: &serde_json::Value| {
        let read: luyue::domain::case::Case =
            luyue::domain::json::parse_object(case.to_string().as_bytes()).expect("a case");
        let standing = evaluate(case, Trails::Off).expect("valid");
        let found = expected_payments(read.agreement().terms, &standing, read.calendar(), read.facts.end.is_some());
        found
            .into_iter()
            .map(|found| found.map(|found| (found.on.to_string(), found.amount.to_string())))
            .collect::<Vec<_>>()
    };
    let some = |on: &str, amount: &str| Some((on.to_owned(), amount.to_owned()));
    let half_year = [some("2026-08-10", "187200.00"), some("2027-02-23", "187200.00")];
    assert_eq!(expected(&case)[1..], half_year, "as the terms promise them");
    let later = json!([{"deliverable": "VISIT-H1", "on": case["as_of"], "days": 10}]);
    case["facts"]["extensions"] = later;
    assert_eq!(expected(&case)[1], some("2026-08-19", "187200.00"), "an extension moves the day");
    // The example's facts are later, and so cannot follow an early end.
    case["facts"] = json!({"end": {"on": case["as_of"]}});
    assert_eq!(expected(&case), [None, None, None]);
}
