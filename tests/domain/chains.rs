//! Chains as data: their steps, and whose turn it is.

use chrono::NaiveDate;
use luyue::domain::approval_chains::{
    ApprovalChain, ChainAct, ChainFault, ChainStep, ChainSubject, ContractChain, PaymentChain, faults as all_faults,
    passages,
};
use luyue::domain::codes::{PaymentState, Role};
use luyue::domain::payments::{PAYMENT_ACTIONS, PaymentStep};
use luyue::domain::policy::{Action, Side, side_may};

const fn step(act: ChainAct, role: Role, amount_fen: i64) -> ChainStep {
    ChainStep { act, role, amount_fen, people: 1 }
}

/// Finance checks, and the accountant of the purchaser pays.
const BY_ACCOUNTANT: [ChainStep; 3] = [
    step(ChainAct::Confirm, Role::Officer, 0),
    step(ChainAct::Approve, Role::Reviewer, 0),
    step(ChainAct::Pay, Role::Accountant, 0),
];

fn faults(steps: &[ChainStep]) -> Vec<(usize, ChainFault)> {
    all_faults(ChainSubject::Payment, steps)
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).expect("a day")
}

fn chain(from: u32, steps: &[ChainStep]) -> ApprovalChain {
    ApprovalChain { subject: ChainSubject::Payment, from_on: day(from), steps: steps.to_vec() }
}

/// Returns the steps of a request with their roles, each taken in its turn.
fn path(chains: &[ApprovalChain], amount_fen: i64, on: u32) -> Vec<(PaymentStep, Role)> {
    let chain = PaymentChain::of(chains, amount_fen, day(on));
    let mut state = PaymentState::Requested;
    let mut taken = Vec::new();
    while let Some(next) = chain.next(state) {
        assert_eq!(chain.to_come(state).first().map(|step| step.kind), Some(next.kind));
        taken.push((next.kind, next.role));
        state = next.to;
    }
    assert_eq!(state, PaymentState::Paid);
    taken
}

#[test]
fn without_a_chain_the_steps_are_those_of_finance() {
    use PaymentStep::{Approve, Confirm, Pay, Review};
    let own = [(Confirm, Role::Officer), (Review, Role::Reviewer), (Approve, Role::Approver), (Pay, Role::Cashier)];
    assert_eq!(path(&[], 1, 1), own);
    assert_eq!(path(&[chain(2, &BY_ACCOUNTANT)], 1, 1), own, "the chain has not begun");
}

#[test]
fn finance_checks_and_the_accountant_pays_where_the_chain_says_so() {
    use PaymentStep::{Approve, Confirm, Pay};
    let chains = [chain(2, &BY_ACCOUNTANT)];
    assert_eq!(path(&chains, 1, 2), [(Confirm, Role::Officer), (Approve, Role::Reviewer), (Pay, Role::Accountant)]);
    let chain = PaymentChain::of(&chains, 1, day(2));
    assert_eq!(chain.role_of(Action::ReviewPayment, PaymentState::Confirmed), None, "there is no review");
    assert_eq!(chain.role_of(Action::PayPayment, PaymentState::Requested), Some(Role::Accountant));
    let consents = chain.role_of(Action::AllowPaymentDay, PaymentState::Backdated);
    assert_eq!(consents, Some(Role::Reviewer), "who approves agrees to the day");
    let consent = chain.next(PaymentState::Backdated).expect("a step");
    assert_eq!((consent.kind, consent.role), (PaymentStep::Allow, Role::Reviewer));
    assert_eq!(chain.stage(PaymentState::Confirmed), PaymentState::Reviewed, "it waits for the approval");
}

#[test]
fn a_step_is_taken_from_its_amount_on() {
    let steps = [
        step(ChainAct::Confirm, Role::Leader, 0),
        step(ChainAct::Review, Role::Reviewer, 500),
        step(ChainAct::Approve, Role::Approver, 0),
        step(ChainAct::Pay, Role::Cashier, 0),
    ];
    let chains = [chain(1, &steps)];
    let acts = |amount| path(&chains, amount, 1).into_iter().map(|(step, _)| step.as_str()).collect::<Vec<_>>();
    assert_eq!(acts(499), ["confirm", "approve", "pay"]);
    assert_eq!(acts(500), ["confirm", "review", "approve", "pay"]);
}

#[test]
fn from_an_amount_on_a_second_role_approves() {
    use PaymentStep::{Approve, Confirm, Pay};
    let [confirm, approve, pay] = BY_ACCOUNTANT;
    let second = step(ChainAct::Approve, Role::Approver, 500);
    let chains = [chain(1, &[confirm, approve, second, pay])];
    let small = [(Confirm, Role::Officer), (Approve, Role::Reviewer), (Pay, Role::Accountant)];
    assert_eq!(path(&chains, 499, 1), small);
    let large = [small[0], small[1], (Approve, Role::Approver), small[2]];
    assert_eq!(path(&chains, 500, 1), large);
    let chain = PaymentChain::of(&chains, 500, day(1));
    let role = |state| chain.role_of(Action::ApprovePayment, state);
    assert_eq!(role(PaymentState::Confirmed), Some(Role::Reviewer));
    assert_eq!(role(PaymentState::PartlyApproved), Some(Role::Approver));
    assert_eq!(chain.to_come(PaymentState::PartlyApproved).len(), 2, "the second approval, and the payment");
    assert_eq!(chain.role_of(Action::AllowPaymentDay, PaymentState::Backdated), Some(Role::Approver));
    // A rule can want more people than there are roles; the last role gives what is missing.
    let after = |approvals, needed| chain.approved(PaymentState::Confirmed, approvals, needed);
    assert_eq!([after(0, 2), after(1, 2)], [PaymentState::Confirmed, PaymentState::PartlyApproved]);
    assert_eq!([after(2, 2), after(2, 3)], [PaymentState::Approved, PaymentState::PartlyApproved]);
    assert_eq!(after(3, 3), PaymentState::Approved);
    assert_eq!(faults(&[confirm, approve, second, pay]), []);
    assert_eq!(faults(&[approve, approve, pay]), [(1, ChainFault::Order)], "by another role");
    assert_eq!(faults(&[approve, second, approve, pay]), [(2, ChainFault::Order)], "by two roles at most");
    assert_eq!(faults(&[second, approve, pay]), [(0, ChainFault::Amount)], "the first approves every amount");
}

#[test]
fn a_purchaser_adds_steps_to_those_of_finance() {
    let of = |steps: &[ChainStep]| {
        [ApprovalChain { subject: ChainSubject::Contract, from_on: day(1), steps: steps.to_vec() }]
    };
    let many = |role, people| ChainStep { people, ..step(ChainAct::Countersign, role, 0) };
    let own = of(&[step(ChainAct::Lead, Role::Leader, 0), many(Role::Officer, 2)]);
    let finance = of(&[
        many(Role::Accountant, 1),
        step(ChainAct::Legality, Role::Officer, 0),
        step(ChainAct::Lead, Role::Leader, 500),
    ]);
    let steps = |chains, amount| {
        let chain = ContractChain::of(chains, amount, day(1));
        (0..).map_while(|signed_off| chain.next(signed_off)).map(|step| (step.act, step.role)).collect::<Vec<_>>()
    };
    let both = [
        (ChainAct::Lead, Role::Leader),
        (ChainAct::Countersign, Role::Accountant),
        (ChainAct::Countersign, Role::Accountant),
        (ChainAct::Legality, Role::Officer),
    ];
    assert_eq!(steps([&own, &finance], 1), both);
    assert_eq!(steps([&own, &finance], 500), both, "the leader signs off once");
    assert_eq!(steps([&own, &[]], 1).len(), 3);
    assert_eq!(steps([&[], &finance], 1).len(), 2);
}

#[test]
fn the_newest_chain_holds_of_one_day_the_last() {
    let leader = [
        step(ChainAct::Confirm, Role::Leader, 0),
        step(ChainAct::Approve, Role::Approver, 0),
        step(ChainAct::Pay, Role::Cashier, 0),
    ];
    let chains = [chain(5, &BY_ACCOUNTANT), chain(5, &leader), chain(3, &BY_ACCOUNTANT)];
    assert_eq!(path(&chains, 1, 4)[0].1, Role::Officer);
    assert_eq!(path(&chains, 1, 5)[0].1, Role::Leader);
}

#[test]
fn every_request_is_in_the_one_passage_of_its_steps() {
    let steps = [
        step(ChainAct::Confirm, Role::Officer, 0),
        step(ChainAct::Review, Role::Reviewer, 500),
        step(ChainAct::Approve, Role::Reviewer, 0),
        step(ChainAct::Pay, Role::Cashier, 0),
    ];
    let chains = [chain(5, &steps), chain(3, &BY_ACCOUNTANT)];
    let all = passages(&chains);
    assert_eq!(all.len(), 4, "before, from the 3rd, and from the 5th below and from 500");
    for (on, fen) in [(1, 1), (3, 499), (4, 900), (5, 0), (5, 499), (6, 500)] {
        let holds = |(from, until): (Option<NaiveDate>, Option<NaiveDate>)| {
            from.is_none_or(|from| from <= day(on)) && until.is_none_or(|until| day(on) < until)
        };
        let own = all.iter().filter(|one| holds(one.days) && one.amounts_fen.0 <= fen);
        let own: Vec<_> = own.filter(|one| one.amounts_fen.1.is_none_or(|below| fen < below)).collect();
        let [one] = own[..] else { panic!("{on} {fen}: {own:?}") };
        let chain = PaymentChain::of(&chains, fen, day(on));
        for state in PaymentState::ALL {
            assert_eq!(one.chain.next(*state).map(|next| next.kind), chain.next(*state).map(|next| next.kind));
        }
    }
}

#[test]
fn faults_of_a_chain_are_named() {
    assert_eq!(faults(&BY_ACCOUNTANT), []);
    let mut turned = BY_ACCOUNTANT;
    turned.swap(0, 1);
    assert_eq!(faults(&turned), [(1, ChainFault::Order)]);
    let [confirm, approve, pay] = BY_ACCOUNTANT;
    assert_eq!(faults(&[confirm, confirm, approve, pay]), [(1, ChainFault::Order)]);
    assert_eq!(faults(&[approve, step(ChainAct::Pay, Role::Officer, 0)]), [(1, ChainFault::Role)]);
    assert_eq!(faults(&[step(ChainAct::Approve, Role::Approver, 1), pay]), [(0, ChainFault::Amount)]);
    let lacking = [(1, ChainFault::Lacking(ChainAct::Approve)), (1, ChainFault::Lacking(ChainAct::Pay))];
    assert_eq!(faults(&[confirm]), lacking);
}

#[test]
fn every_role_that_a_chain_can_name_has_the_right_to_the_step() {
    let sides = [Side::Sees, Side::Purchaser, Side::Funder];
    for act in ChainAct::ALL.iter().filter(|act| act.subject() == ChainSubject::Payment) {
        let (_, action) = PAYMENT_ACTIONS.iter().find(|(name, _)| *name == act.as_str()).expect("an action");
        let named: Vec<Role> = act.roles().to_vec();
        let able: Vec<Role> = Role::ALL.iter().copied().filter(|role| side_may(*role, &sides, *action)).collect();
        assert!(named.iter().all(|role| able.contains(role)) && named.len() == able.len(), "{act}: {able:?}");
        assert!(named.iter().all(|role| side_may(*role, &sides, Action::ReturnPayment)), "{act}");
        let consents = named.iter().all(|role| side_may(*role, &sides, Action::AllowPaymentDay));
        assert!(consents || *act != ChainAct::Approve, "who approves agrees to an earlier day");
    }
}

#[test]
fn a_contract_passes_its_steps_in_order_before_finance() {
    let steps = [
        step(ChainAct::Legality, Role::Officer, 0),
        ChainStep { people: 2, ..step(ChainAct::Countersign, Role::Officer, 0) },
        step(ChainAct::Lead, Role::Leader, 500),
    ];
    assert_eq!(all_faults(ChainSubject::Contract, &steps), []);
    let chains = [ApprovalChain { subject: ChainSubject::Contract, from_on: day(2), steps: steps.to_vec() }];
    let acts = |amount, on| {
        let chain = ContractChain::of([&[], &chains], amount, day(on));
        (0..).map_while(|signed_off| chain.next(signed_off)).map(|step| step.act.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(acts(500, 1), [""; 0], "the chain has not begun");
    assert_eq!(acts(499, 2), ["legality", "countersign", "countersign"]);
    assert_eq!(acts(500, 2), ["legality", "countersign", "countersign", "lead"]);
    assert!(PaymentChain::of(&chains, 500, day(2)).next(PaymentState::Confirmed).is_some(), "payments have their own");
    let many = |people| [ChainStep { people, ..step(ChainAct::Countersign, Role::Officer, 0) }];
    for people in [0, 6] {
        assert_eq!(all_faults(ChainSubject::Contract, &many(people)), [(0, ChainFault::People)]);
    }
    assert_eq!(all_faults(ChainSubject::Contract, &BY_ACCOUNTANT[..1]), [(0, ChainFault::Subject)]);
    let sides = [Side::Sees, Side::Purchaser];
    for act in ChainAct::ALL.iter().filter(|act| act.subject() == ChainSubject::Contract) {
        for action in [Action::SignOffContract, Action::ReturnInChain] {
            assert!(act.roles().iter().all(|role| side_may(*role, &sides, action)), "{act}");
        }
    }
}
