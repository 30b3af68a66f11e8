//! Amendments: the steps by which both sides agree on new terms, the grounds for an amendment, and the limit on
//! supplements (政府采购法 49). Whether new terms come into force is decided in `standing`, not here.

use chrono::NaiveDate;

use crate::domain::codes::{AmendmentState, Role};
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;
use crate::domain::terms::Terms;

codes! {
    /// The legal ground of an amendment.
    pub enum AmendmentGround {
        /// More of the same service, for more money.
        Supplement = "supplement",
        /// Less of the service, for less money.
        Reduction = "reduction",
        /// Other days or parts for the same money.
        Schedule = "schedule",
        /// Other clauses or rates for the same money.
        Clauses = "clauses",
        /// Another account, contact or person in charge; the terms stay.
        Parties = "parties",
        /// Continuing as agreed would harm the public interest (政府采购法 50).
        PublicInterest = "public_interest",
        /// An event that no one could foresee, avoid or overcome (民法典 180).
        ForceMajeure = "force_majeure",
    }
}

codes! {
    /// A step of an amendment, as it is stored in its history.
    pub enum AmendmentStepKind {
        Propose = "propose",
        Consent = "consent",
        Approve = "approve",
        Fund = "fund",
        Withdraw = "withdraw",
        Refuse = "refuse",
    }
}

/// A step that a person takes on an amendment.
#[derive(Debug)]
pub struct AmendmentStep {
    pub kind: AmendmentStepKind,
    /// States in which the step may be taken.
    pub from: &'static [AmendmentState],
    /// State after the step where the amount of the contract does not grow.
    pub to: AmendmentState,
    /// State after the step where the amount grows.
    pub to_growing: AmendmentState,
    pub action: Action,
    /// Role that the amendment waits for, and its task; `None` for a step that ends the amendment.
    pub waits_for: Option<(Role, TaskKind)>,
}

const OPEN: &[AmendmentState] = &[AmendmentState::Proposed, AmendmentState::Consented, AmendmentState::Approved];

/// The steps after the proposal, in their order: first the consents, then the steps that end the amendment.
pub const AMENDMENT_STEPS: &[AmendmentStep] = &[
    AmendmentStep {
        kind: AmendmentStepKind::Consent,
        from: &[AmendmentState::Proposed],
        to: AmendmentState::Consented,
        to_growing: AmendmentState::Consented,
        action: Action::ConsentToAmendment,
        waits_for: Some((Role::Contractor, TaskKind::ConsentAmendment)),
    },
    AmendmentStep {
        kind: AmendmentStepKind::Approve,
        from: &[AmendmentState::Consented],
        to: AmendmentState::Agreed,
        to_growing: AmendmentState::Approved,
        action: Action::ApproveAmendment,
        waits_for: Some((Role::Leader, TaskKind::ApproveAmendment)),
    },
    AmendmentStep {
        kind: AmendmentStepKind::Fund,
        from: &[AmendmentState::Approved],
        to: AmendmentState::Agreed,
        to_growing: AmendmentState::Agreed,
        action: Action::FundAmendment,
        waits_for: Some((Role::Reviewer, TaskKind::FundAmendment)),
    },
    AmendmentStep {
        kind: AmendmentStepKind::Withdraw,
        from: OPEN,
        to: AmendmentState::Withdrawn,
        to_growing: AmendmentState::Withdrawn,
        action: Action::WithdrawAmendment,
        waits_for: None,
    },
    AmendmentStep {
        kind: AmendmentStepKind::Refuse,
        from: OPEN,
        to: AmendmentState::Refused,
        to_growing: AmendmentState::Refused,
        action: Action::RefuseAmendment,
        waits_for: None,
    },
];

/// The steps by the names used in addresses, each with its right.
pub const AMENDMENT_ACTIONS: &[(&str, Action)] = &{
    let mut pairs = [("", Action::ReadContract); AMENDMENT_STEPS.len()];
    let mut place = 0;
    while place < pairs.len() {
        pairs[place] = (AMENDMENT_STEPS[place].kind.as_str(), AMENDMENT_STEPS[place].action);
        place += 1;
    }
    pairs
};

impl AmendmentStep {
    /// Finds a step by its name in addresses.
    pub fn find(name: &str) -> Option<&'static Self> {
        AMENDMENT_STEPS.iter().find(|step| step.kind.as_str() == name)
    }

    /// Returns the state after the step, given whether the amount of the contract grows.
    pub fn leads_to(&self, grows: bool) -> AmendmentState {
        if grows { self.to_growing } else { self.to }
    }
}

/// Returns the consent that an amendment waits for; `None` once it is agreed, withdrawn or refused.
pub fn next_consent(state: AmendmentState) -> Option<&'static AmendmentStep> {
    AMENDMENT_STEPS.iter().find(|step| step.waits_for.is_some() && step.from.contains(&state))
}

/// Returns whether an amendment is not yet agreed, withdrawn or refused.
pub fn is_open(state: AmendmentState) -> bool {
    OPEN.contains(&state)
}

/// Terms with their names and texts.
pub type Worded<'a> = (&'a Terms, &'a Details);

/// Returns whether the amendment raises the amount of the contract.
pub fn grows(before: &Terms, after: &Terms) -> bool {
    after.amount.fen() > before.amount.fen()
}

/// Returns the key of the message that says why a ground does not fit what changes; `None` if it fits.
pub fn ground_fault(ground: AmendmentGround, before: Worded<'_>, after: Worded<'_>) -> Option<&'static str> {
    use AmendmentGround as Ground;
    if before == after {
        return Some("amendment-changes-nothing");
    }
    let (grows, falls) = (grows(before.0, after.0), grows(after.0, before.0));
    match ground {
        Ground::Supplement => (!grows).then_some("amendment-ground-supplement"),
        _ if grows => Some("amendment-ground-growth"),
        Ground::Reduction => (!falls).then_some("amendment-ground-reduction"),
        Ground::PublicInterest | Ground::ForceMajeure => None,
        _ if falls => Some("amendment-ground-amount"),
        Ground::Schedule => is_same_schedule(before.0, after.0).then_some("amendment-ground-schedule"),
        Ground::Clauses => is_same_clauses(before, after).then_some("amendment-ground-clauses"),
        Ground::Parties => (before.0 != after.0).then_some("amendment-ground-parties"),
    }
}

/// Returns whether quantities, days and milestones stay as they are.
fn is_same_schedule(before: &Terms, after: &Terms) -> bool {
    let days = |terms: &Terms| (terms.ends_on, terms.inspection_days, terms.deemed_acceptance, terms.cure_days);
    days(before) == days(after)
        && before.items == after.items
        && before.deliverables == after.deliverables
        && before.milestones == after.milestones
}

/// Returns whether penalties, rates and the wording of clauses stay as they are.
fn is_same_clauses(before: Worded<'_>, after: Worded<'_>) -> bool {
    let rates = |terms: &Terms| (terms.penalty_cap, terms.late_payment_daily_rate, terms.payment_from);
    rates(before.0) == rates(after.0)
        && before.0.breach_terms == after.0.breach_terms
        && before.0.termination == after.0.termination
        && before.0.scorecard == after.0.scorecard
        && before.1.clauses == after.1.clauses
}

/// The limit on the supplements of a contract and what they have used of it, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupplementRoom {
    /// Part of the original amount that supplements may reach (政府采购法 49).
    pub limit_fen: i64,
    /// Sum of the increases of the agreed supplements.
    pub used_fen: i64,
}

impl SupplementRoom {
    /// Returns the amount in fen by which further supplements may raise the contract, never below 0.
    pub fn left_fen(&self) -> i64 {
        self.limit_fen.saturating_sub(self.used_fen).max(0)
    }
}

/// An amendment that waits for a consent.
#[derive(Debug, Clone)]
pub struct OpenAmendment {
    /// Public id.
    pub id: String,
    pub state: AmendmentState,
    /// Day of its last step.
    pub since: NaiveDate,
    /// First day on which the new terms are in force, which is also the last day for the last consent.
    pub effective_on: NaiveDate,
}
