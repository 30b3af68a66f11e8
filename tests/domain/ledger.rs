//! The ledger's pure functions: postings of random acts of several contracts on one appropriation, and the amounts that
//! the examples' contracts use.

use std::collections::BTreeSet;

use chrono::Days;
use luyue::domain::case::Case;
use luyue::domain::codes::ContractState;
use luyue::domain::json;
use luyue::domain::ledger::{Balances, LedgerAccount, Posting, differences, in_use, target};
use luyue::domain::standing::{Standing, Trails, is_never_due, standing};
use proptest::prelude::*;

use crate::standing::support::examples;

const CONTRACTS: usize = 3;
const APPROPRIATED: i64 = 1_000;

/// Accounts between which an act moves the money that a contract uses.
const USED: [LedgerAccount; 5] = [
    LedgerAccount::Committed,
    LedgerAccount::Earned,
    LedgerAccount::Deducted,
    LedgerAccount::Payable,
    LedgerAccount::Paid,
];

/// A contract, what it uses after an act, by account, and its interest paid and amounts recovered.
type Act = (usize, [i64; 5], [i64; 2]);

/// Random acts.
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (used, outside) = (prop::array::uniform5(0..250_i64), prop::array::uniform2(0..250_i64));
    prop::collection::vec((0..CONTRACTS, used, outside), 1..30)
}

/// Returns whether an account is of money that belongs to no appropriation.
fn is_outside(account: LedgerAccount) -> bool {
    [LedgerAccount::Interest, LedgerAccount::Recovered, LedgerAccount::Outside].contains(&account)
}

/// Returns the balances of an appropriation of an amount, with those of its contracts.
fn with_own(approved: i64, contracts: &Balances) -> Balances {
    let mut balances = Balances::own(approved, 0, 0);
    balances.add(contracts);
    balances
}

fn sum(contracts: &[Balances]) -> Balances {
    contracts.iter().fold(Balances::default(), |mut sum, balances| {
        sum.add(balances);
        sum
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_acts_keep_the_ledger_balanced_and_never_give_more_than_is_free(acts in acts()) {
        let mut contracts = [Balances::default(); CONTRACTS];
        for (contract, amounts, [interest, recovered]) in acts {
            let kept = contracts[contract];
            let before = with_own(APPROPRIATED, &sum(&contracts));
            let mut uses = Balances::default();
            USED.iter().zip(amounts).for_each(|(account, fen)| uses.set(*account, fen));
            uses.set_outside(interest, recovered);
            let growth = uses.in_use_fen() - kept.in_use_fen();
            let Some(target) = target(&kept, &before, &uses) else {
                prop_assert!(growth > before.free_fen(), "refused although {growth} of {} are free", before.free_fen());
                continue;
            };
            let postings = differences(&kept, &target);
            let mut posted = kept;
            for posting in &postings {
                prop_assert!(posting.fen > 0 && posting.debit != posting.credit, "{posting:?}");
                prop_assert_eq!(is_outside(posting.debit), is_outside(posting.credit), "{:?}", posting);
                posted.post(posting);
            }
            prop_assert_eq!(posted, target);
            prop_assert!(target.is_balanced());
            prop_assert!(USED.iter().all(|account| target.of(*account) == uses.of(*account)));
            prop_assert_eq!(target.of(LedgerAccount::Outside), -interest - recovered);
            prop_assert_eq!(differences(&target, &target), []);
            contracts[contract] = target;
            let after = with_own(APPROPRIATED, &sum(&contracts));
            prop_assert!(after.is_balanced());
            prop_assert_eq!(after.free_fen(), before.free_fen() - growth);
            let least = [after.free_fen(), after.of(LedgerAccount::Unassigned), after.of(LedgerAccount::Released)];
            prop_assert!(least.iter().all(|fen| *fen >= 0), "{least:?}");
            let used: i64 = contracts.iter().map(Balances::in_use_fen).sum();
            prop_assert_eq!(after.free_fen() + used, APPROPRIATED);
        }
    }
}

#[test]
fn a_posting_names_where_the_money_comes_from_and_goes_to() {
    let mut kept = Balances::default();
    let mut uses = Balances::default();
    let mut step = |changes: &[(LedgerAccount, i64)]| {
        changes.iter().for_each(|(account, fen)| uses.set(*account, *fen));
        let target = target(&kept, &with_own(1_000, &kept), &uses).expect("enough is free");
        let postings = differences(&kept, &target);
        kept = target;
        postings
    };
    let posting = |debit, credit, fen| Posting { debit, credit, fen };
    use LedgerAccount::{Committed, Deducted, Paid, Payable, Released, Unassigned};
    assert_eq!(step(&[(Committed, 600)]), [posting(Committed, Unassigned, 600)]);
    let satisfied = [(Committed, 400), (Deducted, 20), (Payable, 180)];
    assert_eq!(step(&satisfied), [posting(Deducted, Committed, 20), posting(Payable, Committed, 180)]);
    assert_eq!(step(&[(Payable, 0), (Paid, 180)]), [posting(Paid, Payable, 180)]);
    let closed = [(Committed, 0), (Deducted, 0)];
    assert_eq!(step(&closed), [posting(Released, Committed, 400), posting(Released, Deducted, 20)]);
    assert_eq!(step(&[(Committed, 30)]), [posting(Committed, Released, 30)], "its own released money first");
}

/// Returns the standing of a case on a day, if its facts are valid.
fn on(case: &Case, day: chrono::NaiveDate) -> Option<Standing> {
    standing(case.agreement(), &case.facts, case.calendar(), day, Trails::Off).ok()
}

#[test]
fn what_an_example_uses_is_its_amount_and_after_an_end_never_grows() {
    let (mut ended, mut never) = (0, 0);
    for (name, case, _) in examples() {
        let Ok(case) = json::parse_object::<Case>(case.to_string().as_bytes()) else { continue };
        let Some(standing) = on(&case, case.as_of) else { continue };
        let amounts = case.amendments.iter().map(|amendment| amendment.terms.amount.fen());
        let committed = amounts.chain([case.terms.amount.fen()]).max().unwrap_or_default();
        let used = |state, standing: &Standing| {
            let used = in_use(state, committed, (&case.terms, case.facts.end.as_ref()), standing);
            assert!(LedgerAccount::ALL.iter().all(|account| used.of(*account) >= 0), "{name}: {used:?}");
            used
        };
        let running = used(ContractState::Active, &standing);
        assert_eq!(running.in_use_fen(), committed, "{name}");
        assert_eq!(i128::from(running.of(LedgerAccount::Paid)), standing.totals.paid.fen(), "{name}");
        assert_eq!(i128::from(running.of(LedgerAccount::Deducted)), standing.totals.settled.fen(), "{name}");
        let closed = used(ContractState::Closed, &standing);
        assert_eq!(i128::from(closed.in_use_fen()), standing.totals.paid.fen(), "{name}");
        assert_eq!(used(ContractState::Draft, &standing), Balances::default());
        let Some(end) = case.facts.end.as_ref().filter(|_| case.amendments.is_empty()) else { continue };
        let later = [0, 30, 90, 400].map(|days| on(&case, end.on + Days::new(days)));
        let left: Vec<i64> =
            later.iter().flatten().map(|standing| used(ContractState::Terminated, standing).in_use_fen()).collect();
        assert!(left.is_sorted_by(|before, after| before >= after) && left[0] <= committed, "{name}: {left:?}");
        let mut gone = BTreeSet::new();
        for standing in later.iter().flatten() {
            for milestone in &standing.milestones {
                let is_never = is_never_due(milestone, (&case.terms, Some(end.on)), standing);
                assert!(is_never || !gone.contains(&milestone.code), "{name}: {} came back", milestone.code);
                assert!(!is_never_due(milestone, (&case.terms, None), standing), "{name}: not without an end");
                if is_never {
                    gone.insert(milestone.code.clone());
                }
            }
        }
        never += gone.len();
        ended += 1;
    }
    assert!(ended > 5 && never > 5, "{ended} examples ended early, with {never} milestones that are never due");
}
