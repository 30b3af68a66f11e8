//! The ledger of public money: double entry in fen. Every posting debits one account and credits another, so all
//! balances (debits less credits) add up to zero.
//!
//! An appropriation is credited to `appropriated` and debited to `unassigned`; a budget change posts the same to the
//! receiving appropriation, and the reverse to the giving one. A contract takes its amount from `unassigned`; each fen
//! that it uses is in exactly one account, which follows from its state and standing. Each change is posted as the
//! differences between the last balances and the new ones, so that balances always agree with the standing. Late
//! interest paid and amounts recovered use nothing of an appropriation; the other side of their postings is `outside`.
//! The payable amount is computed in `standing`, not here.

use crate::domain::codes::ContractState;
use crate::domain::facts::End;
use crate::domain::policy::Action;
use crate::domain::standing::{MilestoneStanding, Standing, all_attainable_fen};
use crate::domain::terms::Terms;

codes! {
    /// An account of the ledger.
    pub enum LedgerAccount {
        /// Source of the money: the approved amounts of appropriations, on the credit side.
        Appropriated = "appropriated",
        /// Not yet used by a contract.
        Unassigned = "unassigned",
        /// Set aside for a purchase before there is a contract.
        Reserved = "reserved",
        /// Committed to contracts and not yet earned.
        Committed = "committed",
        /// Earned by satisfied milestones whose time for payment has not begun, because an invoice is missing.
        Earned = "earned",
        /// Kept back for breaches that are disputed or not ruled on.
        Held = "held",
        /// Deducted for breaches.
        Deducted = "deducted",
        /// Payable and not paid.
        Payable = "payable",
        Paid = "paid",
        /// Paid as late interest, which is not charged to an appropriation.
        Interest = "interest",
        /// Recovered from the contractor, which returns nothing to an appropriation.
        Recovered = "recovered",
        /// Released by contracts that did not use it; free for other contracts.
        Released = "released",
        /// Other side of `interest` and `recovered`: money that belongs to no appropriation.
        Outside = "outside",
    }
}

codes! {
    /// The kinds of budget change, which takes effect when a second person approves it.
    pub enum BudgetChangeKind {
        /// 调剂: to another appropriation of the same bureau and year.
        Adjustment = "adjustment",
        /// 划转: to an appropriation of another bureau in the same year.
        Transfer = "transfer",
        /// 结转: of what is left of a lapsed appropriation, to the next year.
        CarryOver = "carry_over",
    }
}

/// Act by which the proposer recalls a budget change or a ledger.
pub const RECALL: &str = "recall";

/// Acts on a proposed ledger of running contracts, by the names used in addresses, each with its right.
pub const LEDGER_IMPORT_ACTIONS: &[(&str, Action)] = &[
    ("approve", Action::ApproveLedgerImport),
    ("refuse", Action::ApproveLedgerImport),
    (RECALL, Action::ProposeLedgerImport),
];

/// Acts on a proposed budget change, by the names used in addresses, each with its right.
pub const BUDGET_CHANGE_ACTIONS: &[(&str, Action)] = &[
    ("approve", Action::ApproveBudgetChange),
    ("refuse", Action::ApproveBudgetChange),
    (RECALL, Action::RecallBudgetChange),
];

codes! {
    /// The state of a purchase plan.
    pub enum PlanState {
        /// Its amount is reserved.
        Open = "open",
        /// A contract was funded from it; what that saves is reserved until it is signed.
        Used = "used",
        Cancelled = "cancelled",
    }
}

/// Accounts whose money a contract uses.
const IN_USE: [LedgerAccount; 6] = [
    LedgerAccount::Committed,
    LedgerAccount::Earned,
    LedgerAccount::Held,
    LedgerAccount::Deducted,
    LedgerAccount::Payable,
    LedgerAccount::Paid,
];

/// Accounts whose money an appropriation of the next year bears after a carry-over: what was paid stays.
const CARRIED: [LedgerAccount; 6] = [
    LedgerAccount::Reserved,
    LedgerAccount::Committed,
    LedgerAccount::Earned,
    LedgerAccount::Held,
    LedgerAccount::Deducted,
    LedgerAccount::Payable,
];

/// Accounts of money that belongs to no appropriation; their balances add up to zero by themselves.
const OUTSIDE: [LedgerAccount; 3] = [LedgerAccount::Interest, LedgerAccount::Recovered, LedgerAccount::Outside];

/// Balance of every account: its debits less its credits, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balances([i64; LedgerAccount::ALL.len()]);

impl Balances {
    /// Returns the balance of an account, in fen.
    pub const fn of(&self, account: LedgerAccount) -> i64 {
        self.0[account as usize]
    }

    /// Sets the balance of an account, in fen.
    pub const fn set(&mut self, account: LedgerAccount, fen: i64) {
        self.0[account as usize] = fen;
    }

    /// Sets what was paid as late interest and what was recovered from the contractor, in fen, with the other side.
    pub const fn set_outside(&mut self, interest_fen: i64, recovered_fen: i64) {
        self.set(LedgerAccount::Interest, interest_fen);
        self.set(LedgerAccount::Recovered, recovered_fen);
        self.set(LedgerAccount::Outside, interest_fen.saturating_add(recovered_fen).saturating_neg());
    }

    /// Keeps an amount in fen, of what is deducted, as held until its breaches are ruled on.
    pub fn hold(&mut self, fen: i64) {
        let held = fen.clamp(0, self.of(LedgerAccount::Deducted).max(0));
        self.set(LedgerAccount::Held, self.of(LedgerAccount::Held).saturating_add(held));
        self.set(LedgerAccount::Deducted, self.of(LedgerAccount::Deducted).saturating_sub(held));
    }

    /// Adds other balances, account by account.
    pub fn add(&mut self, other: &Self) {
        for (own, more) in self.0.iter_mut().zip(other.0) {
            *own = own.saturating_add(more);
        }
    }

    /// Returns these amounts less those that a contract uses in another of its appropriations.
    pub fn less_used(mut self, other: &Self) -> Self {
        for account in IN_USE.into_iter().chain(OUTSIDE) {
            self.set(account, self.of(account).saturating_sub(other.of(account)));
        }
        self
    }

    /// Adds a posting to both of its accounts.
    pub fn post(&mut self, posting: &Posting) {
        let (debit, credit) = (posting.debit as usize, posting.credit as usize);
        self.0[debit] = self.0[debit].saturating_add(posting.fen);
        self.0[credit] = self.0[credit].saturating_sub(posting.fen);
    }

    /// Returns whether debits equal credits.
    pub fn is_balanced(&self) -> bool {
        self.0.iter().map(|fen| i128::from(*fen)).sum::<i128>() == 0
    }

    /// Returns the amount that a contract can still commit of an appropriation with these balances, in fen.
    pub const fn free_fen(&self) -> i64 {
        self.of(LedgerAccount::Unassigned).saturating_add(self.of(LedgerAccount::Released))
    }

    /// Returns the amount that contracts use, paid or not, in fen.
    pub fn in_use_fen(&self) -> i64 {
        IN_USE.iter().fold(0, |sum, account| sum.saturating_add(self.of(*account)))
    }

    /// Returns the balances of an appropriation's own money: its approved amount, 0 before the approval, less what it
    /// reserves. `reclaimed_fen` is the part that was taken of what contracts had released, less what plans released.
    pub const fn own_money(approved_fen: i64, reserved_fen: i64, reclaimed_fen: i64) -> Self {
        let mut own = Self([0; LedgerAccount::ALL.len()]);
        let unassigned = approved_fen.saturating_add(reclaimed_fen).saturating_sub(reserved_fen);
        own.set(LedgerAccount::Appropriated, approved_fen.saturating_neg());
        own.set(LedgerAccount::Reserved, reserved_fen);
        own.set(LedgerAccount::Released, reclaimed_fen.saturating_neg());
        own.set(LedgerAccount::Unassigned, unassigned);
        own
    }
}

/// A posting: an amount in fen, above 0, on the debit side of one account and the credit side of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    pub debit: LedgerAccount,
    pub credit: LedgerAccount,
    pub fen: i64,
}

/// Returns the posting of an amount that an appropriation is given.
pub const fn given(fen: i64) -> Posting {
    Posting { debit: LedgerAccount::Unassigned, credit: LedgerAccount::Appropriated, fen }
}

/// Returns the postings that move an amount that is free in an appropriation with these balances to another account,
/// first of what was never assigned; `None` if it is more than what is free.
pub fn moved_out(appropriation: &Balances, fen: i64, debit: LedgerAccount) -> Option<Vec<Posting>> {
    if fen > appropriation.free_fen() {
        return None;
    }
    let unassigned = appropriation.of(LedgerAccount::Unassigned).clamp(0, fen.max(0));
    let parts = [(LedgerAccount::Unassigned, unassigned), (LedgerAccount::Released, fen.saturating_sub(unassigned))];
    let posting = |(credit, fen)| Posting { debit, credit, fen };
    Some(parts.into_iter().filter(|(_, fen)| *fen > 0).map(posting).collect())
}

/// Returns the postings that lead from the balances `kept` to `target`, both balanced. No posting crosses between the
/// accounts of the appropriation and those outside of it.
pub fn differences(kept: &Balances, target: &Balances) -> Vec<Posting> {
    let (outside, inside): (Vec<LedgerAccount>, Vec<LedgerAccount>) =
        LedgerAccount::ALL.iter().copied().partition(|account| OUTSIDE.contains(account));
    [inside, outside].iter().flat_map(|accounts| differences_of(accounts, kept, target)).collect()
}

/// Returns the postings between the given accounts: what rises in one is taken from those that fall.
fn differences_of(accounts: &[LedgerAccount], kept: &Balances, target: &Balances) -> Vec<Posting> {
    let change = |account: &LedgerAccount| target.of(*account).saturating_sub(kept.of(*account));
    let mut credits: Vec<(LedgerAccount, i64)> =
        accounts.iter().map(|account| (*account, -change(account))).filter(|(_, fen)| *fen > 0).collect();
    credits.reverse();
    let mut postings = Vec::new();
    for debit in accounts.iter().copied() {
        let mut left = change(&debit);
        while left > 0 {
            let Some((credit, open)) = credits.last_mut() else { break };
            let fen = left.min(*open);
            postings.push(Posting { debit, credit: *credit, fen });
            left -= fen;
            *open -= fen;
            if *open == 0 {
                credits.pop();
            }
        }
    }
    postings
}

/// Returns the new balances of a contract that uses the amounts in `in_use`, given its last balances and those of its
/// appropriation. An increase is taken first from what the contract itself released, then from `unassigned`, then from
/// what other contracts released; a decrease is released. `None` if the increase exceeds what is free.
pub fn target(kept: &Balances, appropriation: &Balances, in_use: &Balances) -> Option<Balances> {
    let growth = in_use.in_use_fen().saturating_sub(kept.in_use_fen());
    let (unassigned, released) =
        (appropriation.of(LedgerAccount::Unassigned), appropriation.of(LedgerAccount::Released));
    if growth > 0 && growth > appropriation.free_fen() {
        return None;
    }
    let own = growth.min(kept.of(LedgerAccount::Released)).min(released).max(0);
    let first = growth.saturating_sub(own).min(unassigned).max(0);
    let from_released = if growth > 0 { growth - first } else { growth };
    let mut target = *in_use;
    target.set(LedgerAccount::Reserved, kept.of(LedgerAccount::Reserved));
    target.set(LedgerAccount::Unassigned, kept.of(LedgerAccount::Unassigned).saturating_sub(first));
    target.set(LedgerAccount::Released, kept.of(LedgerAccount::Released).saturating_sub(from_released));
    Some(target)
}

/// Splits the balances of a contract for a carry-over: what stays in its appropriation, which has the rest released,
/// and what it takes in that of the next year.
pub fn carried_over(kept: &Balances) -> (Balances, Balances) {
    let (mut left, mut carried) = (*kept, Balances::default());
    let mut sum = 0_i64;
    for account in CARRIED {
        let fen = kept.of(account);
        carried.set(account, fen);
        left.set(account, 0);
        sum = sum.saturating_add(fen);
    }
    left.set(LedgerAccount::Released, kept.of(LedgerAccount::Released).saturating_add(sum));
    carried.set(LedgerAccount::Unassigned, sum.saturating_neg());
    (left, carried)
}

/// Computes the amounts that a contract uses of its appropriation, by account. `committed_fen` is the commitment of a
/// contract that is funded.
pub fn in_use(
    state: ContractState,
    committed_fen: i64,
    (terms, end): (&Terms, Option<&End>),
    standing: &Standing,
) -> Balances {
    let mut uses = Balances::default();
    match state {
        ContractState::Draft | ContractState::Submitted | ContractState::Withdrawn => {}
        ContractState::Funded => uses.set(LedgerAccount::Committed, committed_fen),
        ContractState::Active | ContractState::Terminated => {
            let settled = standing.milestones.iter().filter(|milestone| milestone.satisfied_on.is_some());
            let gross = settled.map(|milestone| add_milestone(&mut uses, milestone));
            let rest = committed_fen.saturating_sub(gross.fold(0, i64::saturating_add)).max(0);
            let can_follow = end.filter(|_| state == ContractState::Terminated);
            let rest = can_follow.map_or(rest, |end| rest.min(all_attainable_fen(terms, Some(end.on), standing)));
            uses.set(LedgerAccount::Committed, rest);
        }
        // Nothing more becomes payable, so whatever was not paid is released.
        ContractState::Completed | ContractState::Closed => {
            let paid = standing.milestones.iter().map(|milestone| milestone.paid.fen());
            uses.set(LedgerAccount::Paid, paid.fold(0, i64::saturating_add));
        }
    }
    uses
}

/// Adds a satisfied milestone to its accounts and returns the amount added, in fen.
pub(in crate::domain) fn add_milestone(uses: &mut Balances, milestone: &MilestoneStanding) -> i64 {
    let (deducted, paid) = (milestone.deductions.fen(), milestone.paid.fen());
    let open = milestone.payable.fen().saturating_sub(paid).max(0);
    let account = if milestone.due_on.is_some() { LedgerAccount::Payable } else { LedgerAccount::Earned };
    for (account, fen) in [(LedgerAccount::Deducted, deducted), (LedgerAccount::Paid, paid), (account, open)] {
        uses.set(account, uses.of(account).saturating_add(fen));
    }
    deducted.saturating_add(paid).saturating_add(open)
}
