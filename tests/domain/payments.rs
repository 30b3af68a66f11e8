//! The approval chain of a payment request.

use chrono::NaiveDate;
use luyue::domain::codes::PaymentState;
use luyue::domain::payments::{
    APPROVAL_CHAIN, Actor, PAYMENT_ACTIONS, is_open, may_follow, needs_day_consent, next_step, remaining_fen,
};

#[test]
fn the_chain_leads_from_the_request_to_the_payment() {
    let mut state = PaymentState::Requested;
    let mut steps = Vec::new();
    while let Some(step) = next_step(state) {
        steps.push(step.kind.as_str());
        state = step.to;
    }
    assert_eq!((steps, state), (vec!["confirm", "review", "approve", "pay"], PaymentState::Paid));
    assert!(!is_open(PaymentState::Returned));
}

#[test]
fn every_step_requires_the_right_of_its_name() {
    for step in APPROVAL_CHAIN {
        assert!(PAYMENT_ACTIONS.contains(&(step.kind.as_str(), step.action)), "{}", step.kind);
    }
}

#[test]
fn only_a_day_before_yesterday_needs_consent() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    for (on, needs) in [(10, false), (9, false), (8, true), (1, true)] {
        assert_eq!(needs_day_consent(day(on), day(10)), needs, "{on}");
    }
    assert_eq!(next_step(PaymentState::Backdated).map(|step| step.to), Some(PaymentState::Paid));
}

#[test]
fn a_deputy_counts_as_both() {
    let own = |person| Actor { person, on_behalf_of: None };
    let deputy = |person, holder| Actor { person, on_behalf_of: Some(holder) };
    assert!(may_follow(&[own(1), own(2)], &own(3)));
    assert!(!may_follow(&[own(1), own(2)], &own(1)));
    assert!(!may_follow(&[deputy(1, 2)], &own(2)));
    assert!(!may_follow(&[own(1)], &deputy(3, 1)));
    assert!(!may_follow(&[deputy(1, 2)], &deputy(3, 2)));
    assert!(!may_follow(&[deputy(1, 2)], &deputy(1, 4)));
    assert!(may_follow(&[deputy(1, 2)], &deputy(3, 4)));
}

#[test]
fn the_remaining_amount_is_never_negative() {
    assert_eq!(remaining_fen(100, 30, 50), 20);
    assert_eq!(remaining_fen(100, 30, 80), 0);
}
