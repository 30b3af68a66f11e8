//! Guarantees: their total on each day of a period, what needs to be renewed, and their part in a settlement.

use chrono::{Days, NaiveDate};
use luyue::domain::codes::ContractState;
use luyue::domain::guarantees::{Guarantee, highest_total_fen};
use luyue::domain::interest::RecordedInterest;
use luyue::domain::settlement::Settled;
use luyue::domain::standing::Trails;
use proptest::prelude::*;

use crate::standing::support::evaluate;
use crate::support::app::day;
use crate::support::programme::example;

fn after(days: u64) -> NaiveDate {
    day("2026-01-05").checked_add_days(Days::new(days)).expect("a day")
}

fn guarantee(id: usize, amount_fen: i64, (from, days): (u64, u64)) -> Guarantee {
    Guarantee {
        id: id.to_string(),
        number: id.to_string(),
        amount_fen,
        valid_from: after(from),
        valid_until: after(from + days),
        return_on: after(from + days),
        is_held: true,
        claimed_fen: 0,
        claimed_for_recovery_fen: 0,
        claim_since: None,
    }
}

proptest! {
    /// The highest total is that of the days of the period, counted one by one.
    #[test]
    fn the_highest_total_is_that_of_some_day(
        all in prop::collection::vec((0..1_000_i64, 0..40_u64, 0..20_u64, any::<bool>()), 0..8),
        (from, length) in (0..40_u64, 0..30_u64),
    ) {
        let all: Vec<Guarantee> = all
            .into_iter()
            .enumerate()
            .map(|(id, (fen, from, days, is_held))| Guarantee { is_held, ..guarantee(id, fen, (from, days)) })
            .collect();
        let total = |on: NaiveDate| {
            let valid = all.iter().filter(|one| one.is_held && one.valid_from <= on && on <= one.valid_until);
            valid.map(|one| i128::from(one.amount_fen)).sum::<i128>()
        };
        let by_days = (from..=from + length).map(|number| total(after(number))).max();
        prop_assert_eq!(Some(highest_total_fen(&all, (after(from), after(from + length)))), by_days);
    }
}

#[test]
fn a_guarantee_needs_renewal_unless_another_follows_it_at_once() {
    let ends_on = after(100);
    let first = guarantee(1, 1, (0, 50));
    let needs = |others: &[Guarantee]| first.needs_renewal(ends_on, others);
    assert!(needs(&[]) && needs(std::slice::from_ref(&first)), "it does not follow itself");
    assert!(!first.needs_renewal(first.valid_until, &[]), "it lasts to the end");
    assert!(!needs(&[guarantee(2, 1, (51, 10))]));
    assert!(!needs(&[guarantee(2, 1, (40, 30))]));
    assert!(needs(&[guarantee(2, 1, (52, 60))]), "there is a day between them");
    assert!(needs(&[guarantee(2, 1, (0, 50))]), "the other one expires on the same day");
    assert!(needs(&[Guarantee { is_held: false, ..guarantee(2, 1, (51, 10)) }]), "the other one was returned");
    assert!(!Guarantee { is_held: false, ..first.clone() }.needs_renewal(ends_on, &[]));
}

/// The programme on 2026-09-30, ended: what was claimed for recovery is no longer to be recovered, and what is held and
/// not claimed is owed back.
#[test]
fn a_settlement_counts_what_is_held_and_what_was_claimed_for_recovery() {
    let standing = evaluate(&example("programme-midyear")["case"], Trails::Off).expect("a valid case");
    let interest = RecordedInterest::default();
    let of = |guarantees: &[Guarantee]| {
        let state = ContractState::Terminated;
        let settled =
            Settled { state, standing: &standing, interest: &interest, guarantees, recoveries: &[], used_fen: 0 };
        let net = settled.net_to_contractor().fen() - settled.net_to_purchaser().fen();
        (
            settled.guarantees().fen(),
            settled.recovering().recoverable().fen(),
            settled.recovering().to_recover().fen(),
            net,
        )
    };
    let outstanding = standing.totals.outstanding.fen();
    let (_, recoverable, left, net) = of(&[]);
    assert_eq!((recoverable, left), (outstanding, outstanding));
    let claimed_fen = 1_000;
    let held = Guarantee { claimed_fen, ..guarantee(1, 5_000, (0, 50)) };
    assert_eq!(of(std::slice::from_ref(&held)), (4_000, outstanding, outstanding, net + 4_000));
    let recovering = Guarantee { claimed_for_recovery_fen: claimed_fen, ..held };
    let rest = (outstanding - 1_000).max(0);
    assert_eq!(of(std::slice::from_ref(&recovering)), (4_000, outstanding, rest, net + 4_000 + outstanding - rest));
    let returned = Guarantee { is_held: false, ..recovering };
    assert_eq!(of(&[returned]), (0, outstanding, rest, net + outstanding - rest));
}
