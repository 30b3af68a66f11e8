//! Performance guarantees (履约保证金): documents by which a bank, insurer or other issuer answers for the contractor. Cash
//! is never accepted, and the guarantees valid on any one day add up to at most a tenth of the contract's amount.
//!
//! An officer records guarantees, returns them and claims on them; a leader decides on a claim. Claims move no money of
//! an appropriation: the issuer pays outside the program.

use chrono::NaiveDate;

use crate::domain::policy::Action;

codes! {
    /// The kinds of performance guarantee (实施条例 48). There is none for cash.
    pub enum GuaranteeKind {
        /// Letter of guarantee of a bank.
        BankGuarantee = "bank_guarantee",
        /// Letter of guarantee of a guarantee company.
        SuretyGuarantee = "surety_guarantee",
        /// Guarantee insurance.
        Insurance = "insurance",
        Cheque = "cheque",
        /// Draft or bill of exchange.
        Draft = "draft",
        /// Promissory note of a bank.
        PromissoryNote = "promissory_note",
    }
}

codes! {
    /// The state of a guarantee.
    pub enum GuaranteeState {
        Held = "held",
        Returned = "returned",
    }
}

codes! {
    /// The state of a claim on a guarantee.
    pub enum ClaimState {
        Proposed = "proposed",
        Granted = "granted",
        Refused = "refused",
    }
}

codes! {
    /// The purpose of a claim on a guarantee.
    pub enum ClaimPurpose {
        /// Penalties that deductions could not bear.
        Recovery = "recovery",
        /// Any other loss.
        Damages = "damages",
    }
}

/// Acts on a guarantee by name, each with the right that it needs.
pub const GUARANTEE_ACTIONS: &[(&str, Action)] = &[
    ("return", Action::ReturnGuarantee),
    ("claim", Action::ProposeClaim),
    ("grant", Action::DecideClaim),
    ("refuse", Action::DecideClaim),
];

/// A guarantee as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// Random identifier.
    pub id: String,
    /// Number given by the issuer.
    pub number: String,
    pub amount_fen: i64,
    pub valid_from: NaiveDate,
    /// Last day of its validity.
    pub valid_until: NaiveDate,
    /// Day by which the guarantee is to be returned to the contractor.
    pub return_on: NaiveDate,
    /// True until the guarantee is returned.
    pub is_held: bool,
    /// Sum of the granted claims, in fen.
    pub claimed_fen: i64,
    /// Part of the granted claims that covers penalties which deductions could not bear, in fen.
    pub claimed_for_recovery_fen: i64,
    /// Day on which the claim that waits for the leader was proposed.
    pub claim_since: Option<NaiveDate>,
}

impl Guarantee {
    /// Returns the amount that can still be claimed, in fen.
    pub fn outstanding_fen(&self) -> i64 {
        self.amount_fen.saturating_sub(self.claimed_fen).max(0)
    }

    /// Returns whether a day is within the guarantee's validity, both ends included.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && day <= self.valid_until
    }

    /// Returns whether the guarantee expires before a contract ends, and no other held one of `all` is valid on the
    /// next day.
    pub fn needs_renewal(&self, contract_ends_on: NaiveDate, all: &[Self]) -> bool {
        let Some(next) = self.valid_until.succ_opt() else { return false };
        let is_followed = all.iter().any(|other| other.is_held && other.id != self.id && other.is_valid_on(next));
        self.is_held && self.valid_until < contract_ends_on && !is_followed
    }
}

/// Returns the sum of the granted claims on guarantees, in fen.
pub fn claimed_fen(guarantees: &[Guarantee]) -> i64 {
    guarantees.iter().fold(0, |sum, guarantee| sum.saturating_add(guarantee.claimed_fen))
}

/// Returns the largest sum of the held guarantees that are valid on one day of a period, in fen.
pub fn highest_total_fen(guarantees: &[Guarantee], (from, until): (NaiveDate, NaiveDate)) -> i128 {
    let held = || guarantees.iter().filter(|guarantee| guarantee.is_held);
    // The sum grows only on days on which a guarantee begins.
    let begins = held().map(|guarantee| guarantee.valid_from).filter(|day| from < *day && *day <= until);
    let total = |day| held().filter(|one| one.is_valid_on(day)).map(|one| i128::from(one.amount_fen)).sum::<i128>();
    begins.chain([from]).map(total).max().unwrap_or_default()
}
