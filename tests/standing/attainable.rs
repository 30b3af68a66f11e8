//! Amounts that open milestones can still earn: never less than they earn later, and no part of what was finally not accepted.

use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::{Trails, all_attainable_fen, standing};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::standing::contracts::{Contract, DAYS, contracts, on};
use crate::standing::support::evaluate;
use crate::support::programme::example;

/// Returns what was earned by a day and can still be earned, in fen.
fn bound(contract: &Contract, day: u64) -> i64 {
    let ended_on = contract.facts.end.as_ref().map(|end| end.on).filter(|end| *end <= on(day));
    let agreement = contract.agreement();
    let found = standing(agreement, &contract.facts, &contract.calendar, on(day), Trails::Off).expect("it is valid");
    let settled = found.milestones.iter().filter(|milestone| milestone.satisfied_on.is_some());
    let earned: i64 = settled.map(|milestone| milestone.gross.fen()).sum();
    earned + all_attainable_fen(&contract.terms, ended_on, &found)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    /// From the amount of the contract on, what can be earned only falls, down to what was earned in the end.
    #[test]
    fn what_can_be_earned_only_falls(contract in contracts()) {
        let mut most = contract.terms.amount.fen();
        for day in (0..DAYS).step_by(10) {
            let bound = bound(&contract, day);
            prop_assert!(bound <= most, "day {}: {} after {}", day, bound, most);
            most = bound;
        }
    }
}

#[test]
fn what_was_finally_not_accepted_is_never_earned() {
    let mut case = example("programme-midyear")["case"].clone();
    case["terms"]["milestones"][1]["amount"] = Value::Null;
    case["terms"]["milestones"][2]["amount"] = json!("140400.00");
    case["facts"]["payments"] = json!([]);
    for (as_of, open) in [("2026-07-01", 37_440_000), ("2026-07-14", 36_860_000), ("2026-07-17", 14_040_000)] {
        case["as_of"] = json!(as_of);
        let found = evaluate(&case, Trails::Off).expect("it is valid");
        let terms = json::parse_object::<Case>(case.to_string().as_bytes()).expect("it is read").terms;
        assert_eq!(all_attainable_fen(&terms, None, &found), open, "{as_of}");
    }
}
