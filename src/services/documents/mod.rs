//! Documents about a contract, such as its summary and the forms of bureaus, as PDF.
//!
//! `issue` and `load` load the data and sign the verification code; everything else here is pure and turns the data
//! into blocks and sentences. No figure is computed here: all come from `domain::standing`.

pub mod brief;
mod canonical;
mod clauses;
pub mod code;
pub mod forms;
mod frame;
pub mod issue;
mod load;
mod payments;
mod steps;
mod summary;
mod terms;
mod voice;
pub mod words;

use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::adapters::pdf::{self, PdfError};
use crate::domain::calendar_year::is_provisional;
use crate::domain::codes::ContractState;
use crate::domain::details::Details;
use crate::domain::standing::{MilestoneStanding, Standing, is_never_due};
use crate::domain::terms::Terms;

pub use voice::DocumentLang;

/// Data of a contract on a day, for its summary.
#[derive(Debug, Clone, Serialize)]
pub struct ContractSnapshot {
    pub number: String,
    pub title: String,
    /// Names of the parties, as in the contract.
    pub purchaser: String,
    pub contractor: String,
    pub funder: String,
    pub state: ContractState,
    pub details: Details,
    /// Terms in force on `as_of`.
    pub terms: Terms,
    pub standing: Standing,
    pub as_of: NaiveDate,
    /// Day of an early end, if it is not after `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// Day on which the document is prepared.
    pub prepared_on: NaiveDate,
    /// Last year whose holidays have been announced; due days after it may still move. Not part of the fingerprint.
    #[serde(skip)]
    pub announced_until: Option<i32>,
    /// Address at which the verification code is checked; not part of the fingerprint.
    #[serde(skip)]
    pub verification_url: String,
    /// Verification code; not part of the fingerprint, from which it is derived.
    #[serde(skip)]
    pub code: String,
}

impl ContractSnapshot {
    /// Returns whether a day is in a year whose holidays have not been announced yet.
    pub fn is_provisional(&self, day: &NaiveDate) -> bool {
        is_provisional(*day, self.announced_until)
    }

    /// Returns whether a milestone can no longer be reached, because the contract was ended early.
    pub fn is_never_due(&self, milestone: &MilestoneStanding) -> bool {
        is_never_due(milestone, (&self.terms, self.ended_on), &self.standing)
    }

    /// Writes the data as canonical JSON, with absent values as null.
    pub fn canonical_json(&self) -> String {
        // Every part serialises to JSON with text keys, so `to_value` cannot fail.
        serde_json::to_value(self).map(|value| canonical::write(&value)).unwrap_or_default()
    }

    /// Computes the SHA-256 of the canonical JSON, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.canonical_json())
    }
}

fn fingerprint(json: &str) -> String {
    Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Renders the contract's summary as PDF: terms, deliverables, payments, breaches and performance as of a day, with the
/// steps of each payable amount. The same input gives the same bytes.
///
/// # Errors
/// Errors of the PDF writer; no text of a contract causes one.
pub fn summary(snapshot: &ContractSnapshot, lang: DocumentLang) -> Result<Vec<u8>, PdfError> {
    pdf::render(&summary::document(snapshot, lang))
}
