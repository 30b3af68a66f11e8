//! The promises of `docs/standing.md` for amended contracts, checked on every day of random ones.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use luyue::domain::facts::Facts;
use luyue::domain::standing::{
    BreachStanding, MilestoneStanding, Standing, Trails, amendments_in_force, check, next_change, standing,
    without_daily_growth,
};
use luyue::domain::terms::{Agreement, Amendment, Terms};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::standing::contracts::{Contract, agreement, amended_contracts, contracts, days, on};
use crate::standing::{promises, trails};

/// Returns the standing on a day without the list of amendments.
fn figures(agreement: Agreement, facts: &Facts, contract: &Contract, day: NaiveDate) -> Standing {
    let standing = standing(agreement, facts, &contract.calendar, day, Trails::Off);
    Standing { amendments: None, ..standing.unwrap_or_else(|invalid| panic!("{day}: {invalid:?}")) }
}

fn on_each_day(contract: &Contract) -> Vec<Standing> {
    let on = |day| standing(contract.agreement(), &contract.facts, &contract.calendar, day, Trails::Off);
    days().map(|day| on(day).unwrap_or_else(|invalid| panic!("{day}: {invalid:?}"))).collect()
}

/// Returns the amendments that came into force, with the days on which they did.
fn in_force(contract: &Contract) -> Vec<Amendment> {
    let decided = amendments_in_force(contract.agreement(), &contract.facts, &contract.calendar).unwrap();
    let each = contract.amendments.iter().zip(decided);
    each.filter(|(_, (_, conflict))| conflict.is_none()).map(|(amendment, _)| amendment.clone()).collect()
}

fn terms_on<'c>(contract: &'c Contract, in_force: &'c [Amendment], day: NaiveDate) -> &'c Terms {
    in_force.iter().rfind(|amendment| amendment.effective_on <= day).map_or(&contract.terms, |found| &found.terms)
}

/// Returns the facts dated before a day.
fn before(facts: &Facts, day: NaiveDate) -> Facts {
    let mut facts = facts.clone();
    facts.extensions.retain(|fact| fact.on < day);
    facts.submissions.retain(|fact| fact.on < day);
    facts.decisions.retain(|fact| fact.on < day);
    facts.invoices.retain(|fact| fact.on < day);
    facts.scores.retain(|fact| fact.on < day);
    facts.payments.retain(|fact| fact.on < day);
    facts.headcounts.retain(|fact| fact.on < day);
    facts.incidents.retain(|fact| fact.on < day);
    facts.waivers.retain(|fact| fact.on < day);
    facts.surveys.retain(|fact| fact.on < day);
    facts.end = facts.end.filter(|end| end.on < day);
    facts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_breach_moves_or_vanishes_only_unsettled_and_on_the_day_of_an_amendment(contract in amended_contracts()) {
        let changes: Vec<NaiveDate> = in_force(&contract).iter().map(|amendment| amendment.effective_on).collect();
        let mut known: BTreeMap<(String, String), (NaiveDate, bool)> = BTreeMap::new();
        for standing in on_each_day(&contract) {
            let key = |breach: &BreachStanding| (breach.clause.to_string(), breach.subject.clone());
            let found: BTreeMap<_, _> =
                standing.breaches.iter().map(|b| (key(b), (b.since, b.settled_in.is_some()))).collect();
            prop_assert_eq!(found.len(), standing.breaches.len(), "a breach stands once");
            let amended = changes.contains(&standing.as_of);
            for (breach, (since, settled)) in &known {
                match found.get(breach) {
                    Some((now, _)) => prop_assert!(now == since || amended && !settled && now > since, "{breach:?}"),
                    None => prop_assert!(amended && !settled, "{:?} on {}", breach, standing.as_of),
                }
            }
            for (breach, (since, _)) in &found {
                let first_looked_at = standing.as_of == days().next().unwrap();
                let is_new = !known.contains_key(breach);
                prop_assert!(!is_new || *since == standing.as_of || first_looked_at && *since < standing.as_of,
                    "{:?} since {} found on {}", breach, since, standing.as_of);
            }
            known = found;
        }
    }

    #[test]
    fn settled_amounts_never_change_and_payable_never_falls(contract in amended_contracts()) {
        let standings = on_each_day(&contract);
        for (before, after) in standings.iter().zip(standings.iter().skip(1)) {
            for breach in before.breaches.iter().filter(|breach| breach.settled_in.is_some()) {
                let same = |b: &&BreachStanding| b.clause == breach.clause && b.subject == breach.subject;
                let later = after.breaches.iter().find(same).expect("it does not vanish");
                prop_assert_eq!((&later.settled_in, later.amount, later.since), (&breach.settled_in, breach.amount, breach.since));
                prop_assert!(later.charged == breach.charged && later.waived == breach.waived || later.waived && !breach.waived);
            }
            for milestone in before.milestones.iter().filter(|milestone| milestone.satisfied_on.is_some()) {
                let same = |later: &&MilestoneStanding| later.code == milestone.code;
                let later = after.milestones.iter().find(same).expect("it stays");
                prop_assert_eq!((later.satisfied_on, later.gross), (milestone.satisfied_on, milestone.gross));
                prop_assert!(milestone.due_on.is_none() || later.due_on == milestone.due_on);
                prop_assert!(later.payable >= milestone.payable, "{} on {}", milestone.code, after.as_of);
                prop_assert!(later.late_interest >= milestone.late_interest);
                let waived = contract.facts.waivers.iter().any(|waiver| waiver.on == after.as_of);
                prop_assert!(waived || later.payable == milestone.payable);
            }
            for later in &after.milestones {
                let known = before.milestones.iter().find(|known| known.code == later.code);
                let was = known.and_then(|known| known.satisfied_on);
                prop_assert!(was.is_some() || later.satisfied_on.is_none_or(|on| on == after.as_of), "found on its day");
            }
        }
    }

    #[test]
    fn no_later_fact_or_amendment_makes_a_payment_wrong(contract in amended_contracts()) {
        for day in days() {
            prop_assert_eq!(check(contract.agreement(), &contract.facts, &contract.calendar, day), Ok(()));
        }
    }

    #[test]
    fn an_amendment_changes_no_figure_of_an_earlier_day(contract in amended_contracts()) {
        for (n, amendment) in contract.amendments.iter().enumerate() {
            let facts = before(&contract.facts, amendment.effective_on);
            for day in days().filter(|day| *day < amendment.effective_on) {
                let without = agreement(&contract.terms, &contract.amendments[..n]);
                prop_assert_eq!(
                    figures(contract.agreement(), &contract.facts, &contract, day),
                    figures(without, &facts, &contract, day)
                );
            }
        }
    }

    #[test]
    fn an_amendment_that_changes_nothing_changes_no_figure(contract in contracts(), from in 0_u64..150) {
        let effective_on = contract.terms.starts_on.max(on(from));
        let amendments = [Amendment { effective_on, terms: contract.terms.clone() }];
        let amended = || agreement(&contract.terms, &amendments);
        let decided = amendments_in_force(amended(), &contract.facts, &contract.calendar);
        prop_assert_eq!(decided, Ok(vec![(effective_on, None)]));
        for day in days() {
            prop_assert_eq!(
                figures(amended(), &contract.facts, &contract, day),
                figures(contract.agreement(), &contract.facts, &contract, day)
            );
        }
    }

    #[test]
    fn an_amendment_that_is_not_in_force_changes_no_figure(contract in amended_contracts()) {
        let kept = in_force(&contract);
        for day in days() {
            prop_assert_eq!(
                figures(contract.agreement(), &contract.facts, &contract, day),
                figures(agreement(&contract.terms, &kept), &contract.facts, &contract, day)
            );
        }
    }

    #[test]
    fn the_next_change_is_the_next_day_that_differs(contract in amended_contracts(), from in 0_usize..100) {
        let standings: Vec<Standing> = on_each_day(&contract).into_iter().map(without_daily_growth).collect();
        let days: Vec<NaiveDate> = days().collect();
        for from in [from, from + 17, from + 31] {
            let differs = (from + 1..standings.len()).find(|later| standings[*later] != standings[from]);
            let found = next_change(contract.agreement(), &contract.facts, &contract.calendar, days[from]).unwrap();
            match differs {
                Some(later) => prop_assert_eq!(found, Some(days[later]), "after {}", days[from]),
                None => prop_assert!(found.is_none_or(|day| day > *days.last().unwrap()), "{:?} after {}", found, days[from]),
            }
        }
    }

    #[test]
    fn the_right_to_end_starts_on_the_first_day_that_qualifies_by_the_terms_then_in_force(contract in amended_contracts()) {
        let in_force = in_force(&contract);
        let mut since = None;
        for standing in on_each_day(&contract) {
            let terms = terms_on(&contract, &in_force, standing.as_of);
            if since.is_none() && standing.as_of >= terms.starts_on && promises::gives_the_right(terms, &standing) {
                since = Some(standing.as_of);
            }
            prop_assert_eq!(standing.termination_right_since, since, "as of {}", standing.as_of);
        }
    }

    #[test]
    fn figures_follow_from_their_steps(contract in amended_contracts(), days in [0_u64..150, 0..150, 0..400]) {
        for day in days {
            let standing = standing(contract.agreement(), &contract.facts, &contract.calendar, on(day), Trails::On).unwrap();
            trails::check(&serde_json::to_value(standing).unwrap());
        }
    }
}

#[test]
fn the_random_amendments_are_of_every_sort() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut with, mut without, mut kept, mut gone) = (0, 0, 0, 0);
    for _ in 0..200 {
        let contract = amended_contracts().new_tree(&mut runner).unwrap().current();
        let in_force = in_force(&contract);
        with += in_force.len();
        without += contract.amendments.len() - in_force.len();
        for amendment in in_force {
            let before =
                figures(contract.agreement(), &contract.facts, &contract, amendment.effective_on.pred_opt().unwrap());
            let after = figures(contract.agreement(), &contract.facts, &contract, amendment.effective_on);
            let settled = |standing: &Standing| standing.breaches.iter().filter(|b| b.settled_in.is_some()).count();
            kept += settled(&before);
            let codes: Vec<_> = after.milestones.iter().map(|milestone| &milestone.code).collect();
            gone += before.milestones.iter().filter(|milestone| !codes.contains(&&milestone.code)).count();
        }
    }
    assert!(with > 50 && without > 20 && kept > 50 && gone > 10, "{with} {without} {kept} {gone}");
}
