//! Verification codes of printed documents. A code contains the contract or year, the day shown, the day of printing
//! and the beginning of the data's hash, and is signed with the installation's key for its kind of document. So
//! printing stores nothing.

use chrono::{NaiveDate, TimeDelta};

use crate::adapters::secrets::{Key, Secret};
use crate::domain::codes::DocumentKind;
use crate::domain::text_input::identifier;
use crate::storage::ids::ContractId;

/// Hexadecimal digits of a code's parts: masked key of the contract or year, day shown, day printed, beginning of the
/// data's SHA-256, signature.
const PARTS: [usize; 5] = [8, 4, 4, 16, 12];
/// Digits between two hyphens of a printed code.
const GROUP: usize = 4;

/// The thing that a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Contract(ContractId),
    /// Year of arrears or of a report, over all contracts that the reader may see.
    Year(i32),
}

impl About {
    /// Returns the number in the code: key of the contract, or year.
    fn number(self) -> u32 {
        match self {
            Self::Contract(id) => u32::try_from(id.0).unwrap_or(u32::MAX),
            Self::Year(year) => u32::try_from(year).unwrap_or_default(),
        }
    }

    /// Reads the number in a code of a kind of document; `None` if it does not fit.
    fn from_number(kind: DocumentKind, number: u32) -> Option<Self> {
        match kind {
            DocumentKind::Arrears | DocumentKind::Annual => i32::try_from(number).ok().map(Self::Year),
            DocumentKind::Summary
            | DocumentKind::Settlement
            | DocumentKind::Payment
            | DocumentKind::Acceptance
            | DocumentKind::Breach => Some(Self::Contract(ContractId(i64::from(number)))),
        }
    }
}

/// Content of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentCode {
    pub kind: DocumentKind,
    pub about: About,
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
    /// Day of printing.
    pub prepared_on: NaiveDate,
    /// First 16 hexadecimal digits of the SHA-256 of the document's data.
    pub fingerprint: String,
}

impl DocumentCode {
    /// Writes the code in groups of four digits.
    pub fn write(&self, secret: &Secret) -> String {
        let key = key(secret, self.kind);
        let fingerprint: String = self.fingerprint.chars().take(PARTS[3]).collect();
        let days = format!("{:04x}{:04x}", number(self.as_of), number(self.prepared_on));
        let masked = self.about.number() ^ mask(&key, &format!("{days}{fingerprint}"));
        let content = format!("{masked:08x}{days}{fingerprint}");
        let code = format!("{content}{}", signature(&key, &content)).to_uppercase();
        let digits: Vec<char> = code.chars().collect();
        digits.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// Reads a typed code; `None` if the installation did not issue it. Dashes, spaces, width and case do not matter.
    pub fn verify(typed: &str, secret: &Secret) -> Option<Self> {
        let code = identifier(typed).replace('-', "").to_ascii_lowercase();
        if !code.is_ascii() || code.len() != PARTS.iter().sum::<usize>() {
            return None;
        }
        let (content, signed) = code.split_at(code.len() - PARTS[4]);
        let mut kinds = DocumentKind::ALL.iter().map(|kind| (*kind, key(secret, *kind)));
        let (kind, key) = kinds.find(|(_, key)| signature(key, content) == signed)?;
        let (masked, rest) = content.split_at(PARTS[0]);
        let (as_of, rest_of_days) = rest.split_at(PARTS[1]);
        let (prepared_on, fingerprint) = rest_of_days.split_at(PARTS[2]);
        let number = u32::from_str_radix(masked, 16).ok()? ^ mask(&key, rest);
        Some(Self {
            kind,
            about: About::from_number(kind, number)?,
            as_of: day(as_of)?,
            prepared_on: day(prepared_on)?,
            fingerprint: fingerprint.to_owned(),
        })
    }
}

fn key(secret: &Secret, kind: DocumentKind) -> Key {
    secret.derive(&format!("document-codes {kind}"))
}

fn signature(key: &Key, content: &str) -> String {
    key.sign(format!("code {content}").as_bytes()).chars().take(PARTS[4]).collect()
}

/// Returns the mask that hides a contract's key, which must not leave the program.
fn mask(key: &Key, rest: &str) -> u32 {
    let sign = key.sign(format!("mask {rest}").as_bytes());
    u32::from_str_radix(&sign.chars().take(PARTS[0]).collect::<String>(), 16).unwrap_or_default()
}

/// Returns the number of a day from 2000-01-01, the first day of any contract; later days than fit count as the last.
fn number(day: NaiveDate) -> u16 {
    let days = (day - EPOCH).num_days().max(0);
    u16::try_from(days).unwrap_or(u16::MAX)
}

fn day(digits: &str) -> Option<NaiveDate> {
    EPOCH.checked_add_signed(TimeDelta::days(i64::from(u16::from_str_radix(digits, 16).ok()?)))
}

// Evaluated at compile time: an invalid date would not compile.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day of the calendar");
