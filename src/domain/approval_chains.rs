//! Approval chains as data: the steps that a payment request passes, or a contract before finance sees it, in order,
//! each with the role that takes it and the amount from which it is taken. A role belongs to one party of a contract,
//! so it also says whose turn it is: the purchaser's (officer, leader, accountant) or that of finance (reviewer,
//! approver, cashier).
//!
//! A finance bureau has a chain from a day on; before, and without one, the steps of `payments::APPROVAL_CHAIN` hold,
//! and a contract goes to finance at once. A purchaser can have a chain of its own for its contracts, which adds steps
//! to those of its finance bureau. [`PaymentChain::next`] and [`ContractChain::next`] alone say whose turn it is: for
//! work lists, pages, the API and the check.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::codes::{PaymentState, Role};
use crate::domain::payments::{APPROVAL_CHAIN, ApprovalStep, DAY_CONSENT, PaymentStep, state_after};
use crate::domain::policy::Action;

codes! {
    /// Subject of a chain: the thing that passes its steps.
    pub enum ChainSubject {
        /// The payment requests of the contracts that a finance bureau funds.
        Payment = "payment",
        /// The contracts that a finance bureau is to fund, or that a purchaser makes, before finance sees them.
        Contract = "contract",
    }
}

codes! {
    /// An act of a chain. Those on a payment request are in the order in which a chain can have them.
    pub enum ChainAct {
        Confirm = "confirm",
        Review = "review",
        Approve = "approve",
        Pay = "pay",
        /// The leader in charge signs off a contract (分管领导审签).
        Lead = "lead",
        /// Review of a contract's legality (合法性审查).
        Legality = "legality",
        /// Several people sign off a contract (会签).
        Countersign = "countersign",
        /// The chief leader signs off a contract (主要领导审签), where another leader is in charge.
        Chief = "chief",
    }
}

/// Largest number of people who countersign.
pub const MOST_COUNTERSIGNERS: u32 = 5;

impl ChainAct {
    /// Returns what passes the act.
    pub const fn subject(self) -> ChainSubject {
        match self {
            Self::Confirm | Self::Review | Self::Approve | Self::Pay => ChainSubject::Payment,
            Self::Lead | Self::Legality | Self::Countersign | Self::Chief => ChainSubject::Contract,
        }
    }

    /// Returns the roles that a chain can name for the act, the one by default first.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Confirm => &[Role::Officer, Role::Leader],
            Self::Review => &[Role::Reviewer],
            Self::Approve => &[Role::Approver, Role::Reviewer],
            Self::Pay => &[Role::Cashier, Role::Accountant],
            Self::Lead | Self::Chief => &[Role::Leader],
            Self::Legality => &[Role::Officer, Role::Leader],
            Self::Countersign => &[Role::Officer, Role::Leader, Role::Accountant],
        }
    }

    /// Returns whether every chain of its subject has the act, for any amount: a payment is released by an approval.
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::Approve | Self::Pay)
    }

    /// Returns the step of a payment request.
    fn step(self) -> Option<&'static ApprovalStep> {
        APPROVAL_CHAIN.iter().find(|step| step.kind.as_str() == self.as_str())
    }
}

/// A step of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainStep {
    pub act: ChainAct,
    pub role: Role,
    /// Smallest amount for which it is taken, in fen.
    pub amount_fen: i64,
    /// Number of people who take it, one after the other.
    pub people: u32,
}

/// A fault of a chain's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFault {
    /// The step is one of another subject.
    Subject,
    /// The step repeats an act, or comes after one that follows it. Only an approval is repeated, by another role.
    Order,
    /// The role cannot take the act.
    Role,
    /// A step that every request needs is left out below an amount; of two approvals, every request needs the first.
    Amount,
    /// Too many people take the step, or none.
    People,
    /// The chain lacks an act that every request needs.
    Lacking(ChainAct),
}

/// Returns the faults of a chain's steps, each with the place of the step; the number of steps for a missing one.
pub fn faults(subject: ChainSubject, steps: &[ChainStep]) -> Vec<(usize, ChainFault)> {
    let mut found = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let before = || steps.iter().take(place);
        let is_second = step.act == ChainAct::Approve && before().any(|earlier| earlier.act == step.act);
        let is_before = |earlier: &ChainStep| match subject {
            ChainSubject::Payment if is_second && earlier.act == step.act => earlier.role == step.role,
            ChainSubject::Payment => earlier.act >= step.act,
            ChainSubject::Contract => earlier.act == step.act,
        };
        let most = if step.act == ChainAct::Countersign { MOST_COUNTERSIGNERS } else { 1 };
        let faults = [
            (ChainFault::Subject, step.act.subject() != subject),
            (ChainFault::Order, before().any(is_before)),
            (ChainFault::Role, !step.act.roles().contains(&step.role)),
            (ChainFault::Amount, step.act.is_needed() && !is_second && step.amount_fen != 0),
            (ChainFault::People, step.people == 0 || step.people > most),
        ];
        found.extend(faults.into_iter().filter(|(_, is_there)| *is_there).map(|(fault, _)| (place, fault)));
    }
    let needed = ChainAct::ALL.iter().filter(|act| act.subject() == subject && act.is_needed());
    let lacking = needed.filter(|act| steps.iter().all(|step| step.act != **act));
    found.extend(lacking.map(|act| (steps.len(), ChainFault::Lacking(*act))));
    found
}

/// A chain of a finance bureau, or of a purchaser for its contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalChain {
    pub subject: ChainSubject,
    /// First day of what passes it.
    pub from_on: NaiveDate,
    pub steps: Vec<ChainStep>,
}

/// Returns the chain of a subject that begins on a day: the newest that had begun, of several from one day the last.
fn begun(chains: &[ApprovalChain], subject: ChainSubject, on: NaiveDate) -> Option<&ApprovalChain> {
    chains.iter().filter(|chain| chain.subject == subject && chain.from_on <= on).max_by_key(|chain| chain.from_on)
}

/// The steps that one payment request passes, in order.
#[derive(Debug, Clone)]
pub struct PaymentChain(Vec<ApprovalStep>);

impl PaymentChain {
    /// Returns the steps of a payment request of an amount in fen, made on a day.
    pub fn of(chains: &[ApprovalChain], amount_fen: i64, requested_on: NaiveDate) -> Self {
        let Some(chain) = begun(chains, ChainSubject::Payment, requested_on) else { return Self::default() };
        let taken = chain.steps.iter().filter(|step| amount_fen >= step.amount_fen);
        let steps = taken.filter_map(|step| Some(ApprovalStep { role: step.role, ..*step.act.step()? }));
        let mut chain = Self(steps.collect());
        if chain.approvals() > 1
            && let Some(first) = chain.0.iter_mut().find(|step| step.action == Action::ApprovePayment)
        {
            first.to = PaymentState::PartlyApproved;
        }
        chain
    }

    /// Returns the step that a payment request in this state waits for; `None` once it is paid or returned.
    pub fn next(&self, state: PaymentState) -> Option<ApprovalStep> {
        match state {
            PaymentState::Backdated => Some(self.day_consent()),
            PaymentState::Paid | PaymentState::Returned => None,
            // The states are in the order in which a request passes them.
            PaymentState::Requested
            | PaymentState::Confirmed
            | PaymentState::Reviewed
            | PaymentState::PartlyApproved
            | PaymentState::Approved => self.0.iter().copied().find(|step| step.to > state),
        }
    }

    /// Returns the number of roles that approve a payment request, one after the other.
    pub fn approvals(&self) -> usize {
        self.0.iter().filter(|step| step.action == Action::ApprovePayment).count()
    }

    /// Returns the state to which a number of approvals lead from `state`, of a request that `needed` people approve.
    pub fn approved(&self, state: PaymentState, approvals: usize, needed: usize) -> PaymentState {
        let after = |state, before| self.next(state).map_or(state, |next| state_after(state, &next, before, needed));
        (0..approvals).fold(state, after)
    }

    /// Returns the steps from the next one on.
    pub fn to_come(&self, state: PaymentState) -> Vec<ApprovalStep> {
        let next = self.next(state).map(|next| (next.kind, next.role));
        self.0.iter().copied().skip_while(|step| Some((step.kind, step.role)) != next).collect()
    }

    /// Returns the state whose name says for which step a payment request in this state waits: a chain without a review
    /// leads from the confirmation to the approval.
    pub fn stage(&self, state: PaymentState) -> PaymentState {
        match self.next(state).map(|next| next.kind) {
            Some(PaymentStep::Review) => PaymentState::Confirmed,
            Some(PaymentStep::Approve) if state < PaymentState::Reviewed => PaymentState::Reviewed,
            _ => state,
        }
    }

    /// Returns the role that takes the step of an action on this request in a state, the first of two that approve if
    /// none is next; `None` if the request does not pass it.
    pub fn role_of(&self, action: Action, state: PaymentState) -> Option<Role> {
        let (next, consent) = (self.next(state), self.day_consent());
        next.iter().chain(&self.0).chain([&consent]).find(|step| step.action == action).map(|step| step.role)
    }

    /// Returns the consent to an earlier day of payment, which the last role that approves gives.
    fn day_consent(&self) -> ApprovalStep {
        let approves = self.0.iter().rfind(|step| step.action == Action::ApprovePayment);
        ApprovalStep { role: approves.map_or(DAY_CONSENT.role, |step| step.role), ..DAY_CONSENT }
    }
}

impl Default for PaymentChain {
    fn default() -> Self {
        Self(APPROVAL_CHAIN.to_vec())
    }
}

/// The payment requests of a finance bureau that pass the same steps.
#[derive(Debug, Clone)]
pub struct Passage {
    /// Days of the request, from the first until before the second; without one, with no first or no last day.
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
    /// Amounts in fen, from the first until before the second.
    pub amounts_fen: (i64, Option<i64>),
    pub chain: PaymentChain,
}

/// Divides the payment requests of a finance bureau with these chains by the steps that they pass.
pub fn passages(chains: &[ApprovalChain]) -> Vec<Passage> {
    let own = chains.iter().filter(|chain| chain.subject == ChainSubject::Payment);
    let mut first_days: Vec<Option<NaiveDate>> = own.map(|chain| Some(chain.from_on)).chain([None]).collect();
    first_days.sort_unstable();
    first_days.dedup();
    let mut found = Vec::new();
    for (place, first) in first_days.iter().enumerate() {
        let days = (*first, first_days.get(place + 1).copied().flatten());
        let chain = first.and_then(|day| begun(chains, ChainSubject::Payment, day));
        let steps = chain.map_or(&[][..], |chain| &chain.steps);
        let mut amounts: Vec<i64> = steps.iter().map(|step| step.amount_fen).chain([0]).collect();
        amounts.sort_unstable();
        amounts.dedup();
        found.extend(amounts.iter().enumerate().map(|(place, fen)| Passage {
            days,
            amounts_fen: (*fen, amounts.get(place + 1).copied()),
            chain: first.map_or_else(PaymentChain::default, |day| PaymentChain::of(chains, *fen, day)),
        }));
    }
    found
}

/// The steps that one contract passes before finance sees it, in order.
#[derive(Debug, Clone, Default)]
pub struct ContractChain(Vec<ChainStep>);

impl ContractChain {
    /// Returns the steps of a contract of an amount in fen, submitted on a day, by the chains of its purchaser and of its
    /// finance bureau; none without a chain. Of an act in both, the finance bureau names the role, and neither lets fewer
    /// people take it than the other.
    pub fn of([own, finance]: [&[ApprovalChain]; 2], amount_fen: i64, submitted_on: NaiveDate) -> Self {
        let taken = |chains| {
            let steps = begun(chains, ChainSubject::Contract, submitted_on).map_or(&[][..], |chain| &chain.steps);
            steps.iter().copied().filter(|step| amount_fen >= step.amount_fen)
        };
        let mut steps: Vec<ChainStep> = taken(own).collect();
        for step in taken(finance) {
            match steps.iter_mut().find(|known| known.act == step.act) {
                Some(known) => *known = ChainStep { people: step.people.max(known.people), ..step },
                None => steps.push(step),
            }
        }
        Self(steps)
    }

    /// Returns the step that a contract waits for after a number of people have signed off; `None` once it is finance's
    /// turn.
    pub fn next(&self, signed_off: usize) -> Option<ChainStep> {
        let mut needed = 0_usize;
        self.0.iter().copied().find(|step| {
            needed = needed.saturating_add(usize::try_from(step.people).unwrap_or(1));
            signed_off < needed
        })
    }
}
