//! Documents about a contract: what is known of it, as pages. The part here is pure: it reads no table, no clock and no chance, and
//! computes no figure that `domain::standing` gives.

mod canonical;
mod clauses;
pub mod issue;
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
use crate::domain::codes::ContractState;
use crate::domain::details::Details;
use crate::domain::standing::Standing;
use crate::domain::terms::Terms;

pub use voice::DocumentLang;

/// What a contract's summary is made from.
#[derive(Debug, Clone, Serialize)]
pub struct SummaryInput {
    pub number: String,
    pub title: String,
    /// Names, as the contract has them.
    pub purchaser: String,
    pub contractor: String,
    pub funder: String,
    pub state: ContractState,
    pub details: Details,
    /// The terms in force on `as_of`.
    pub terms: Terms,
    pub standing: Standing,
    pub as_of: NaiveDate,
    /// The day that the document bears.
    pub prepared_on: NaiveDate,
    /// Where the code is checked; not part of the data.
    #[serde(skip)]
    pub verification_url: String,
    /// What is checked there; not part of the data, so that it may be made from its hash.
    #[serde(skip)]
    pub code: String,
}

impl SummaryInput {
    /// The data in one form only: keys in the order of their characters, no spaces, absent values as null.
    pub fn canonical_json(&self) -> String {
        // Every part serialises to JSON with text keys: `to_value` cannot fail, and an empty object would be seen at once.
        serde_json::to_value(self).map(|value| canonical::write(&value)).unwrap_or_default()
    }

    /// SHA-256 of the canonical JSON, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.canonical_json())
    }
}

fn fingerprint(json: &str) -> String {
    Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The contract's summary as a PDF: its terms, deliverables, payments, breaches and performance as of a day, with the steps behind what
/// is payable. The same input gives the same bytes.
///
/// # Errors
/// `PdfError::MissingGlyphs` where a name has a character that no embedded font has.
pub fn summary(input: &SummaryInput, lang: DocumentLang) -> Result<Vec<u8>, PdfError> {
    pdf::render(&summary::document(input, lang))
}
