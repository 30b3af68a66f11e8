//! Late interest: what is left of it, and the figures of a settlement.

use chrono::NaiveDate;
use luyue::domain::calendar::Calendar;
use luyue::domain::codes::ContractState;
use luyue::domain::interest::{InterestRecord, MilestoneInterest, RecordedInterest, pay_by};
use luyue::domain::money::{Money, Sum};
use luyue::domain::numbers::{Code, Days};
use luyue::domain::settlement::Settled;
use luyue::domain::standing::{Standing, Trails};
use proptest::prelude::*;

use crate::standing::support::evaluate;
use crate::support::programme::example;

proptest! {
    /// Whatever order parts are requested, paid, returned and waived in, and however the interest grows: as long as
    /// each request and waiver is within what is left, the parts never exceed it.
    #[test]
    fn parts_within_what_is_left_never_exceed_the_interest(acts in prop::collection::vec((0..5_u8, 0..1_000_i128), 1..80)) {
        let mut interest = MilestoneInterest::default();
        let add = |sum: Sum, fen: i128| Sum::from_fen(sum.fen() + fen);
        for (act, fen) in acts {
            let within = fen.min(interest.requestable().fen());
            let moved = fen.min(interest.requested.fen());
            match act {
                0 => interest.accrued = add(interest.accrued, fen),
                1 => interest.requested = add(interest.requested, within),
                2 => interest.waived = add(interest.waived, within),
                3 => {
                    interest.requested = add(interest.requested, -moved);
                    interest.paid = add(interest.paid, moved);
                }
                _ => interest.requested = add(interest.requested, -moved),
            }
            prop_assert!(!interest.is_exceeded());
            prop_assert_eq!(interest.unpaid().fen(), interest.requestable().fen() + interest.requested.fen());
        }
    }
}

#[test]
fn requested_interest_is_paid_within_the_days_of_the_milestone() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let days = Days::new(30).expect("within bounds");
    assert_eq!(pay_by(Calendar::prc(), day("2026-02-27"), days), day("2026-03-30"), "a Sunday moves to Monday");
}

fn midyear() -> Standing {
    evaluate(&example("programme-midyear")["case"], Trails::Off).expect("a valid case")
}

fn record(milestone: &str, fen: i64) -> InterestRecord {
    let amount = Money::from_fen(fen).expect("an amount");
    InterestRecord { milestone: Code::new(milestone).expect("a code"), on: midyear().as_of, amount }
}

/// The programme on 2026-09-30: 53,665.60 of MIDYEAR is overdue, and interest of 655.20 and 1,564.81 has accrued.
#[test]
fn a_settlement_takes_every_figure_from_the_standing() {
    let standing = midyear();
    let interest = RecordedInterest { paid: vec![record("ADVANCE", 60_000)], waived: vec![record("MIDYEAR", 100_000)] };
    let of = |state| Settled {
        state,
        standing: &standing,
        interest: &interest,
        guarantees: &[],
        recoveries: &[],
        used_fen: 46_800_000,
    };
    let running = of(ContractState::Active);
    let yuan = |sum: Sum| sum.to_string();
    assert_eq!(
        [running.accepted(), running.deducted(), running.payable(), running.paid()].map(yuan),
        ["280800.00", "33534.40", "247265.60", "193600.00"]
    );
    assert_eq!(
        [running.interest(), running.interest_paid(), running.interest_waived()].map(yuan),
        ["2220.01", "600.00", "1000.00"]
    );
    assert_eq!(running.to_release(), Sum::ZERO, "later milestones may need it");
    assert_eq!(running.recovering().recoverable(), Sum::ZERO, "later milestones may bear it");
    // 53,665.60 of the milestone, 55.20 and 564.81 of interest.
    assert_eq!((yuan(running.net_to_contractor()), running.net_to_purchaser()), ("54285.61".to_owned(), Sum::ZERO));
    let ended = of(ContractState::Terminated);
    assert_eq!(yuan(ended.to_release()), "220734.40");
    assert_eq!(ended.recovering().recoverable(), standing.totals.outstanding);
    let net = 5_428_561 - standing.totals.outstanding.fen();
    assert_eq!(ended.net_to_contractor().fen() - ended.net_to_purchaser().fen(), net);
    assert!(ended.net_to_contractor() == Sum::ZERO || ended.net_to_purchaser() == Sum::ZERO);
}
