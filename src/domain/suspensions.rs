//! Suspensions (中止) and resumptions of a contract. They are recorded and change no figure: due days move only by an
//! extension or an amendment (`docs/standing.md` knows no suspension).
//!
//! The purchaser alone can suspend a contract only in the public interest or for force majeure (政府采购法 50, 民法典 590); both
//! sides agree on anything else by an amendment.

use chrono::NaiveDate;

codes! {
    /// A step: a suspension, by its ground, or the resumption.
    pub enum SuspensionStep {
        PublicInterest = "public_interest",
        ForceMajeure = "force_majeure",
        Resumption = "resumption",
    }
}

impl SuspensionStep {
    /// Returns whether the step suspends the contract.
    pub fn suspends(self) -> bool {
        self != Self::Resumption
    }
}

/// A step that a leader has not decided on.
#[derive(Debug, Clone)]
pub struct OpenSuspension {
    /// Random identifier.
    pub id: String,
    pub proposed_on: NaiveDate,
}
