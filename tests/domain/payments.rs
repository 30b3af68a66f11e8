//! The approval chain of a payment request.

use chrono::NaiveDate;
use luyue::domain::approval_chains::PaymentChain;
use luyue::domain::codes::{AlertKind, PaymentState};
use luyue::domain::payments::{
    APPROVAL_CHAIN, Actor, ApprovalRule, DAY_CONSENT, PAYMENT_ACTIONS, PaymentStep, approvers_needed, is_open,
    may_follow, needs_day_consent, remaining_fen, state_after, unlawful_excuse,
};
use luyue::domain::policy::Action;
use luyue::domain::tasks::{next_reminder, reminder_stage};

use crate::support::app::day;

#[test]
fn the_chain_leads_from_the_request_to_the_payment() {
    let mut state = PaymentState::Requested;
    let mut steps = Vec::new();
    while let Some(step) = PaymentChain::default().next(state) {
        steps.push(step.kind.as_str());
        state = step.to;
    }
    assert_eq!((steps, state), (vec!["confirm", "review", "approve", "pay"], PaymentState::Paid));
    assert!(!is_open(PaymentState::Returned) && !is_open(PaymentState::Paid));
    let before = [PaymentState::Requested, PaymentState::Confirmed, PaymentState::Reviewed, PaymentState::Approved];
    assert!(before.iter().chain([&PaymentState::Backdated]).all(|state| is_open(*state)));
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

#[test]
fn the_newest_rule_that_had_begun_says_how_many_approve() {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let rule = |from_on, amount_fen, approvers| ApprovalRule { from_on, amount_fen, approvers };
    let rules = [rule(day(3, 1), 1000, 2), rule(day(6, 1), 5000, 3), rule(day(6, 1), 2000, 2), rule(day(9, 1), 1, 0)];
    for (amount, requested_on, needed) in [
        (1_000_000, day(2, 28), 1),
        (1000, day(3, 1), 2),
        (999, day(3, 1), 1),
        (2000, day(6, 1), 2),
        (1999, day(8, 31), 1),
        // One person approves, whatever a rule says.
        (1_000_000, day(9, 1), 1),
    ] {
        assert_eq!(approvers_needed(&rules, amount, requested_on), needed, "{amount} on {requested_on}");
    }
    assert_eq!(approvers_needed(&[], i64::MAX, day(1, 1)), 1);
}

#[test]
fn a_request_waits_for_the_approver_until_all_have_approved() {
    let [confirm, _, approve, pay] = APPROVAL_CHAIN else { panic!("four steps") };
    for (approved, needed, state) in [
        (0, 1, PaymentState::Approved),
        (0, 2, PaymentState::Reviewed),
        (1, 2, PaymentState::Approved),
        (1, 3, PaymentState::Reviewed),
        (2, 2, PaymentState::Approved),
    ] {
        assert_eq!(state_after(PaymentState::Reviewed, approve, approved, needed), state, "{approved} of {needed}");
    }
    assert_eq!(state_after(PaymentState::Requested, confirm, 0, 3), PaymentState::Confirmed);
    assert_eq!(state_after(PaymentState::Approved, pay, 0, 3), PaymentState::Paid);
}

#[test]
fn a_ground_that_the_law_does_not_allow_is_found_in_a_reason() {
    assert_eq!(unlawful_excuse("因单位领导换届，暂缓支付"), Some("领导换届"));
    assert_eq!(unlawful_excuse("Awaiting Audit of the year"), Some("awaiting audit"));
    assert_eq!(unlawful_excuse("发票金额与验收数量不符"), None);
}

#[test]
fn a_payment_is_reminded_of_ten_five_and_one_day_ahead_and_when_late() {
    let days = |kind: &str| {
        let after = |today: &NaiveDate| next_reminder((kind, day("2026-06-30")), *today);
        std::iter::successors(after(&day("2026-06-01")), after).map(|on| on.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(days("approve_payment"), ["2026-06-20", "2026-06-25", "2026-06-29", "2026-07-01"]);
    assert_eq!(days("deliver"), ["2026-06-23", "2026-06-27", "2026-06-29", "2026-07-01"]);
    let stage = |on: &str| reminder_stage(("pay_payment", day("2026-06-30")), day(on)).map(|(kind, _)| kind);
    let found = ["2026-06-19", "2026-06-24", "2026-06-25", "2026-07-05"].map(stage);
    assert_eq!(found, [None, Some(AlertKind::Due10), Some(AlertKind::Due5), Some(AlertKind::Overdue)]);
}
