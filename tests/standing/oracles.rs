//! Oracles: figures that the program computes in closed form are recomputed day by day, such as late interest and days
//! late, following the wording of `docs/standing.md`.

use chrono::{Days as Later, NaiveDate};
use luyue::domain::facts::Verdict;
use luyue::domain::standing::{DeliverableState, MilestoneState, Standing, Trails, standing};
use luyue::domain::terms::Deliverable;
use proptest::prelude::*;

use crate::standing::contracts::{Contract, contracts, on};

/// Returns the standing on a day with the selected waivers and without payments.
fn with_waivers(contract: &Contract, day: NaiveDate, keep: impl Fn(NaiveDate) -> bool) -> Standing {
    let mut facts = contract.facts.clone();
    facts.payments.clear();
    facts.waivers.retain(|waiver| keep(waiver.on));
    standing(&contract.terms, &facts, &contract.calendar, day, Trails::Off).unwrap()
}

/// Returns the amount of a milestone, in fen, that is overdue on day `d` as seen on `as_of`, following the wording of
/// `docs/standing.md`, Payment.
fn fallen_due(contract: &Contract, place: usize, as_of: NaiveDate, d: NaiveDate) -> i64 {
    let now = with_waivers(contract, as_of, |on| on <= as_of);
    let (Some(due_on), Some(satisfied_on)) = (now.milestones[place].due_on, now.milestones[place].satisfied_on) else {
        return 0;
    };
    if d <= due_on {
        return 0;
    }
    let days = Later::new(contract.terms.milestones[place].payment_days.get().into());
    let own = |waived_on: NaiveDate| due_on.max(contract.calendar.roll(waived_on + days));
    with_waivers(contract, as_of, |on| on <= as_of && (on <= satisfied_on || own(on) < d)).milestones[place]
        .payable
        .fen()
}

fn paid_before(contract: &Contract, place: usize, day: NaiveDate) -> i64 {
    let code = &contract.terms.milestones[place].code;
    contract.facts.payments.iter().filter(|p| p.milestone == *code && p.on < day).map(|p| p.amount.fen()).sum()
}

/// Returns the days by which a deliverable is late, following the wording of `docs/standing.md`, Deliverables.
fn days_late(contract: &Contract, deliverable: &Deliverable, as_of: NaiveDate) -> i64 {
    let terms = &contract.terms;
    let facts = &contract.facts;
    let mine = |code: &luyue::domain::numbers::Code| *code == deliverable.code;
    let extended: u64 = facts
        .extensions
        .iter()
        .filter(|e| mine(&e.deliverable) && e.on <= as_of)
        .map(|e| u64::from(e.days.get()))
        .sum();
    let due = contract.calendar.roll(deliverable.due_on + Later::new(extended));
    let end = facts.end.as_ref().map(|end| end.on).filter(|on| *on <= as_of);
    let inspect_by =
        |on: NaiveDate| terms.inspection_days.map(|days| contract.calendar.roll(on + Later::new(days.get().into())));
    let (mut held, mut stop, mut first_rejection, mut second) = (0, None, None, None);
    for submission in facts.submissions.iter().filter(|s| mine(&s.deliverable) && s.on <= as_of) {
        if submission.no.get() == 2 {
            second = Some(submission.on);
        }
        let decision = facts.decisions.iter().find(|d| mine(&d.deliverable) && d.no == submission.no && d.on <= as_of);
        match decision {
            Some(decision) if decision.verdict == Verdict::Rejected => {
                let until = end.map_or(decision.on, |end| end.min(decision.on));
                held += inspect_by(submission.on).map_or(0, |by| (until - by).num_days().max(0));
                first_rejection.get_or_insert(decision.on);
            }
            _ => {
                stop = Some(submission.on);
                break;
            }
        }
    }
    let stop = stop.or(end).unwrap_or(as_of);
    if let Some(rejected_on) = first_rejection.filter(|_| terms.cure_days.get() > 0) {
        let cured = contract.calendar.roll(rejected_on + Later::new(terms.cure_days.get().into()));
        let until = cured.min(second.unwrap_or(cured)).min(stop);
        held += (until - due.max(rejected_on)).num_days().max(0);
    }
    ((stop - due).num_days() - held).max(0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn days_late_are_by_the_letter(contract in contracts(), days in prop::array::uniform8(0_u64..200)) {
        for day in days {
            let standing = standing(&contract.terms, &contract.facts, &contract.calendar, on(day), Trails::Off).unwrap();
            for (deliverable, found) in contract.terms.deliverables.iter().zip(&standing.deliverables) {
                prop_assert_eq!(i64::from(found.days_late), days_late(&contract, deliverable, on(day)), "{} on {}", found.code, on(day));
                let late = found.state == DeliverableState::Overdue;
                prop_assert!(!late || on(day) > found.due_on);
            }
        }
    }

    #[test]
    fn interest_is_the_sum_over_the_days(contract in contracts(), day in 60_u64..200) {
        let as_of = on(day);
        let standing = standing(&contract.terms, &contract.facts, &contract.calendar, as_of, Trails::Off).unwrap();
        for (place, milestone) in standing.milestones.iter().enumerate() {
            let mut owed = 0_i128;
            if let Some(due_on) = milestone.due_on {
                for day in due_on.iter_days().skip(1).take_while(|day| *day <= as_of) {
                    let due = fallen_due(&contract, place, as_of, day);
                    owed += i128::from((due - paid_before(&contract, place, day)).max(0));
                }
            }
            let rate = i128::from(contract.terms.late_payment_daily_rate.units());
            let exact = owed * rate;
            prop_assert_eq!(milestone.late_interest.fen(), (exact * 2 + 10_000_000_000) / 20_000_000_000, "{}", milestone.code);
            let due = fallen_due(&contract, place, as_of, as_of);
            let state = match () {
                () if milestone.satisfied_on.is_none() => MilestoneState::Waiting,
                () if milestone.paid >= milestone.payable => MilestoneState::Paid,
                () if milestone.due_on.is_none() => MilestoneState::Earned,
                () if milestone.paid.fen() < due => MilestoneState::Overdue,
                () => MilestoneState::Due,
            };
            prop_assert_eq!(milestone.state, state);
        }
    }
}
