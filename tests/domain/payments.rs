//! The approval chain of a payment request.

use chrono::NaiveDate;
use luyue::domain::chains::PaymentChain;
use luyue::domain::codes::PaymentState;
use luyue::domain::payments::{
    APPROVAL_CHAIN, Actor, DAY_CONSENT, PAYMENT_ACTIONS, PaymentStep, is_open, may_follow, needs_day_consent,
    remaining_fen,
};
use luyue::domain::policy::Action;

#[test]
fn the_chain_leads_from_the_request_to_the_payment() {
    let mut state = PaymentState::Requested;
    let mut steps = Vec::new();
    while let Some(step) = PaymentChain::default().next(state) {
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
fn every_name_in_an_address_is_a_step_that_a_person_takes() {
    for step in PaymentStep::ALL {
        let taken = PAYMENT_ACTIONS.iter().filter(|(name, _)| *name == step.as_str()).count();
        let by_itself =
            matches!(step, PaymentStep::Request | PaymentStep::Backdate | PaymentStep::Reverse | PaymentStep::Import);
        assert_eq!(taken, usize::from(!by_itself), "{step}");
    }
    assert!(PAYMENT_ACTIONS.iter().all(|(name, _)| PaymentStep::parse(name).is_some()));
}

#[test]
fn steps_that_release_money_are_those_of_the_approver_and_the_cashier() {
    let releasing: Vec<_> = PaymentStep::ALL.iter().filter(|step| step.releases_money()).collect();
    assert_eq!(releasing, [&PaymentStep::Approve, &PaymentStep::Pay, &PaymentStep::Allow]);
}

#[test]
fn every_step_of_the_chain_is_a_task_that_is_notified_at_once() {
    for step in APPROVAL_CHAIN.iter().chain([&DAY_CONSENT]) {
        assert!(step.task.is_notified_at_once(), "{}", step.kind);
        assert_ne!(step.action, Action::ReturnPayment);
    }
}

#[test]
fn only_a_day_before_yesterday_needs_consent() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    for (on, needs) in [(10, false), (9, false), (8, true), (1, true)] {
        assert_eq!(needs_day_consent(day(on), day(10)), needs, "{on}");
    }
    assert_eq!(PaymentChain::default().next(PaymentState::Backdated).map(|step| step.to), Some(PaymentState::Paid));
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
