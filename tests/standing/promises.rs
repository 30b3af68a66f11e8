//! The guarantees in the first section of `docs/standing.md`, checked on every day of random contracts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use luyue::domain::standing::{Standing, Trails, next_change, standing, without_daily_growth};
use luyue::domain::terms::Terms;
use proptest::prelude::*;

use crate::standing::contracts::{Contract, contracts, days};

fn on_each_day(contract: &Contract) -> Vec<Standing> {
    let on = |day| standing(&contract.terms, &contract.facts, &contract.calendar, day, Trails::Off);
    days().map(|day| on(day).unwrap_or_else(|invalid| panic!("{day}: {invalid:?}"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_breach_is_found_on_the_day_it_names_and_neither_moves_nor_vanishes(contract in contracts()) {
        let mut known: BTreeMap<(String, String), NaiveDate> = BTreeMap::new();
        for standing in on_each_day(&contract) {
            let found: BTreeMap<_, _> = standing
                .breaches
                .iter()
                .map(|breach| ((breach.clause.to_string(), breach.subject.clone()), breach.since))
                .collect();
            prop_assert_eq!(found.len(), standing.breaches.len(), "a breach stands once");
            for (breach, since) in &known {
                prop_assert_eq!(found.get(breach), Some(since), "{:?} on {}", breach, standing.as_of);
            }
            for (breach, since) in &found {
                let first_looked_at = standing.as_of == days().next().unwrap();
                let is_new = !known.contains_key(breach);
                prop_assert!(!is_new || *since == standing.as_of || first_looked_at && *since < standing.as_of,
                    "{:?} since {} found on {}", breach, since, standing.as_of);
            }
            known = found;
        }
    }

    #[test]
    fn settled_amounts_never_change_and_payable_never_falls(contract in contracts()) {
        let standings = on_each_day(&contract);
        for (before, after) in standings.iter().zip(standings.iter().skip(1)) {
            for breach in before.breaches.iter().filter(|breach| breach.settled_in.is_some()) {
                let same = |b: &&luyue::domain::standing::BreachStanding| b.clause == breach.clause && b.subject == breach.subject;
                let later = after.breaches.iter().find(same).expect("it does not vanish");
                prop_assert_eq!((&later.settled_in, later.amount, later.accruing), (&breach.settled_in, breach.amount, false));
                prop_assert!(later.charged == breach.charged && later.waived == breach.waived || later.waived && !breach.waived);
            }
            for (milestone, later) in before.milestones.iter().zip(&after.milestones) {
                if milestone.satisfied_on.is_some() {
                    prop_assert_eq!((later.satisfied_on, later.gross), (milestone.satisfied_on, milestone.gross));
                    prop_assert!(milestone.due_on.is_none() || later.due_on == milestone.due_on);
                    prop_assert!(later.payable >= milestone.payable, "{} on {}", milestone.code, after.as_of);
                    let waived = contract.facts.waivers.iter().any(|waiver| waiver.on == after.as_of);
                    prop_assert!(waived || later.payable == milestone.payable);
                } else {
                    prop_assert!(later.satisfied_on.is_none_or(|on| on == after.as_of), "found on its day");
                }
            }
        }
    }

    #[test]
    fn totals_and_caps_hold(contract in contracts()) {
        for standing in on_each_day(&contract) {
            let charged: i128 = standing.breaches.iter().map(|breach| breach.charged.fen()).sum();
            let of = |figure: fn(&luyue::domain::standing::MilestoneStanding) -> i128| standing.milestones.iter().map(figure).sum::<i128>();
            let totals = &standing.totals;
            prop_assert_eq!(totals.charged.fen(), charged);
            prop_assert_eq!(totals.settled.fen(), of(|m| m.deductions.fen().into()));
            prop_assert_eq!(totals.outstanding.fen(), totals.charged.fen() - totals.settled.fen());
            prop_assert!(totals.outstanding.fen() >= 0);
            prop_assert_eq!(totals.payable.fen(), of(|m| m.payable.fen().into()));
            prop_assert_eq!(totals.paid.fen(), of(|m| m.paid.fen().into()));
            prop_assert_eq!(totals.late_interest.fen(), of(|m| m.late_interest.fen()));
            for milestone in &standing.milestones {
                let left = milestone.gross.fen() - milestone.deductions.fen();
                prop_assert!(left >= 0);
                prop_assert_eq!(milestone.payable.fen(), if milestone.satisfied_on.is_some() { left } else { 0 });
                prop_assert!(milestone.paid <= milestone.payable);
            }
            if let Some(cap) = contract.terms.penalty_cap {
                let outside = |code| contract.terms.breach_terms.iter().any(|term| term.code == code && term.outside_cap);
                let under = standing.breaches.iter().filter(|breach| !outside(breach.clause.clone()));
                let fen: i128 = under.map(|breach| breach.charged.fen()).sum();
                let cap = i128::from(contract.terms.amount.fen()) * i128::from(cap.units());
                prop_assert!(fen * 10_000_000_000 <= cap + 5_000_000_000, "{} under {:?}", fen, cap);
            }
        }
    }

    #[test]
    fn the_next_change_is_the_next_day_that_differs(contract in contracts(), from in 0_usize..100) {
        let standings: Vec<Standing> = on_each_day(&contract).into_iter().map(without_daily_growth).collect();
        let days: Vec<NaiveDate> = days().collect();
        for from in [from, from + 17, from + 31] {
            let differs = (from + 1..standings.len()).find(|later| standings[*later] != standings[from]);
            let found = next_change(&contract.terms, &contract.facts, &contract.calendar, days[from]).unwrap();
            match differs {
                Some(later) => prop_assert_eq!(found, Some(days[later]), "after {}", days[from]),
                None => prop_assert!(found.is_none_or(|day| day > *days.last().unwrap()), "{:?} after {}", found, days[from]),
            }
        }
    }

    #[test]
    fn the_right_to_end_starts_on_the_first_qualifying_day(contract in contracts()) {
        let mut since = None;
        for standing in on_each_day(&contract) {
            if since.is_none() && standing.as_of >= contract.terms.starts_on && gives_the_right(&contract.terms, &standing) {
                since = Some(standing.as_of);
            }
            // The period may have begun before the first day that is checked.
            prop_assert_eq!(standing.termination_right_since, since, "as of {}", standing.as_of);
        }
    }
}

/// Returns whether a condition for ending the contract is met on the day, following the wording of `docs/standing.md`.
pub fn gives_the_right(terms: &Terms, standing: &Standing) -> bool {
    let Some(termination) = &terms.termination else { return false };
    let charged = termination.penalty_fraction.is_some_and(|fraction| {
        let exact = i128::from(terms.amount.fen()) * i128::from(fraction.units());
        let rounded = (exact * 2 + 10_000_000_000) / 20_000_000_000;
        standing.totals.charged.fen() > 0 && standing.totals.charged.fen() >= rounded
    });
    let late = termination
        .days_late
        .is_some_and(|days| standing.deliverables.iter().any(|d| d.days_late > i32::from(days.get())));
    let counted = termination
        .breaches
        .is_some_and(|count| standing.breaches.iter().filter(|breach| !breach.waived).count() as u64 >= count.get());
    charged || late || counted
}
