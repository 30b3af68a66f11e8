//! Annexes: documents of a contract or an amendment. Once the contract is signed or the amendment agreed on, annexes
//! can be added but no longer removed.

use crate::domain::codes::{AmendmentState, ContractState};

codes! {
    /// The kinds of annex.
    pub enum AnnexKind {
        /// The text that the parties signed.
        SignedText = "signed_text",
        /// A part of the contract, such as a price list.
        Schedule = "schedule",
        /// The notice of the award.
        Award = "award",
        /// The signed and stamped copy of a document that the program printed.
        SignedDocument = "signed_document",
        /// Minutes of negotiations or meetings.
        Minutes = "minutes",
        Other = "other",
    }
}

/// Maximum number of annexes of a contract, those removed included.
pub const MAX_ANNEXES: usize = 200;

/// Returns whether an annex of a contract, or of the amendment in the given state, can still be removed.
pub fn is_removable(contract: ContractState, amendment: Option<AmendmentState>) -> bool {
    match amendment {
        Some(state) => state == AmendmentState::Proposed,
        None => matches!(contract, ContractState::Draft | ContractState::Submitted | ContractState::Funded),
    }
}
