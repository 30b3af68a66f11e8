//! The ledger's pure functions: postings of random acts of several contracts on one appropriation, and the amounts that
//! the examples' contracts use.

use std::collections::BTreeSet;

use chrono::Days;
use luyue::domain::case::Case;
use luyue::domain::codes::ContractState;
use luyue::domain::json;
use luyue::domain::ledger::{
    Balances, LedgerAccount, Posting, carried_over, differences, given, in_use, moved_out, target,
};
use luyue::domain::standing::{Standing, Trails, is_never_due, standing};
use proptest::prelude::*;

use crate::standing::support::examples;
use crate::support::by_hand::setting;

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
    let mut balances = Balances::own_money(approved, 0, 0);
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

/// Two appropriations with their own balances and those of each contract, and the appropriation that bears each
/// contract.
#[derive(Debug, Default)]
struct Books {
    own: [Balances; 2],
    contracts: [[Balances; CONTRACTS]; 2],
    borne_by: [usize; CONTRACTS],
    /// Sum of the approved amounts.
    given: i64,
}

/// An act on the books: what is done, the contract or appropriation, the amounts.
type BookAct = (u8, usize, [i64; 5]);

impl Books {
    fn new() -> Self {
        let mut books = Self { given: 2 * APPROPRIATED, ..Self::default() };
        books.own.iter_mut().for_each(|own| own.post(&given(APPROPRIATED)));
        books
    }

    fn total(&self, of: usize) -> Balances {
        let mut total = self.own[of];
        self.contracts[of].iter().for_each(|contract| total.add(contract));
        total
    }

    /// Moves what is free of an appropriation to another account of its own, if there is enough.
    fn move_out(&mut self, of: usize, fen: i64, debit: LedgerAccount) -> bool {
        let Some(postings) = moved_out(&self.total(of), fen, debit) else { return false };
        assert_eq!(postings.iter().map(|posting| posting.fen).sum::<i64>(), fen);
        postings.iter().for_each(|posting| self.own[of].post(posting));
        true
    }

    fn uses(&mut self, contract: usize, amounts: [i64; 5]) {
        let of = self.borne_by[contract];
        let (kept, earlier) = (self.contracts[of][contract], self.contracts[1 - of][contract]);
        let mut uses = Balances::default();
        USED.iter().zip(amounts).for_each(|(account, fen)| uses.set(*account, fen + earlier.of(*account)));
        let mine = uses.less_used(&earlier);
        if let Some(target) = target(&kept, &self.total(of), &mine) {
            let mut posted = kept;
            differences(&kept, &target).iter().for_each(|posting| posted.post(posting));
            assert_eq!(posted, target);
            self.contracts[of][contract] = target;
        }
    }

    /// Carries the first appropriation over to the second.
    fn carry_over(&mut self) {
        let reserved = self.own[0].of(LedgerAccount::Reserved);
        let mut total = self.total(0).free_fen() + reserved;
        for contract in 0..CONTRACTS {
            if self.borne_by[contract] == 0 {
                let (left, carried) = carried_over(&self.contracts[0][contract]);
                assert!(left.is_balanced() && carried.is_balanced());
                total += carried.in_use_fen();
                (self.contracts[0][contract], self.contracts[1][contract]) = (left, carried);
                self.borne_by[contract] = 1;
            }
        }
        self.own[1].post(&given(total));
        if reserved > 0 {
            let (debit, credit) = (LedgerAccount::Unassigned, LedgerAccount::Reserved);
            self.own[0].post(&Posting { debit, credit, fen: reserved });
            self.own[1].post(&Posting { debit: credit, credit: debit, fen: reserved });
        }
        assert!(self.move_out(0, total, LedgerAccount::Appropriated), "{total} of {:?}", self.total(0));
        assert_eq!(self.total(0).free_fen(), 0, "nothing is left");
    }

    fn act(&mut self, (what, which, amounts): BookAct) {
        let (of, fen) = (which % 2, amounts[0]);
        match what {
            0..=3 => self.uses(which % CONTRACTS, amounts),
            4 => drop(self.move_out(of, fen, LedgerAccount::Reserved)),
            // A contract draws on what is reserved, or what it saved is released.
            5 => {
                let fen = fen.min(self.own[of].of(LedgerAccount::Reserved));
                let debit = if which < 3 { LedgerAccount::Unassigned } else { LedgerAccount::Released };
                self.own[of].post(&Posting { debit, credit: LedgerAccount::Reserved, fen });
            }
            6 => {
                if self.move_out(of, fen, LedgerAccount::Appropriated) {
                    self.own[1 - of].post(&given(fen));
                }
            }
            _ => self.carry_over(),
        }
    }

    /// Fails unless both appropriations balance, have given no more than they have, and hold all that was approved.
    fn hold(&self) {
        for of in 0..2 {
            let total = self.total(of);
            let least = [LedgerAccount::Unassigned, LedgerAccount::Released, LedgerAccount::Reserved];
            assert!(total.is_balanced() && least.iter().all(|account| total.of(*account) >= 0), "{total:?}");
            let parts = total.free_fen() + total.in_use_fen() + total.of(LedgerAccount::Reserved);
            assert_eq!(parts, -total.of(LedgerAccount::Appropriated), "{total:?}");
        }
        let approved: i64 = (0..2).map(|of| -self.total(of).of(LedgerAccount::Appropriated)).sum();
        assert_eq!(approved, self.given, "nothing comes from nowhere");
    }
}

/// Random acts on the books; one in twenty is a carry-over.
fn book_acts() -> impl Strategy<Value = Vec<BookAct>> {
    let what = prop_oneof![19 => 0..7_u8, 1 => Just(7_u8)];
    prop::collection::vec((what, 0..6_usize, prop::array::uniform5(0..300_i64)), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: u32::try_from(setting("LEDGER_BOOKS", 20_000)).expect("a number of sequences"),
        ..ProptestConfig::default()
    })]

    #[test]
    fn plans_changes_and_carry_overs_keep_the_ledger_whole(acts in book_acts()) {
        let mut books = Books::new();
        for act in acts {
            books.act(act);
            books.hold();
        }
    }
}
