//! A seal as text that leaves the machine, by email or in a file, and is later compared with the database.
//!
//! The text is a few words, so line breaks, quotation marks and surrounding text do no harm.

use chrono::NaiveDate;

use crate::adapters::secrets::Key;
use crate::storage::audit::hash_chains::digest;
use crate::storage::audit::seals::Seal;

/// Word with which a seal begins.
const BEGIN: &str = "luyue-seal";
/// Placeholder for the signature before the first seal.
const NONE: &str = "-";
/// Names of the values that follow the day.
const NAMES: [&str; 4] = ["digest", "before", "signature", "key"];

/// A seal with the signature of the seal before it, from which its own signature is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SealText {
    pub day: NaiveDate,
    /// SHA-256 over all heads, in hexadecimal.
    pub digest: String,
    /// Signature of the preceding seal; empty for the first one.
    pub before: String,
    /// Signature over day, digest and the preceding seal's signature.
    pub signature: String,
    /// Identifier of the signing key.
    pub key_id: String,
}

impl SealText {
    /// Builds the text of a seal; `before` is the signature of the preceding one.
    pub fn new(seal: &Seal, before: &str) -> Self {
        Self {
            day: seal.day,
            digest: seal.digest.clone(),
            before: before.to_owned(),
            signature: seal.signature.clone(),
            key_id: seal.key_id.clone(),
        }
    }

    /// Writes the seal, one value on each line.
    pub fn write(&self) -> String {
        let before = if self.before.is_empty() { NONE } else { &self.before };
        let values = [self.digest.as_str(), before, &self.signature, &self.key_id];
        let named: String = NAMES.iter().zip(values).map(|(name, value)| format!("\n{name} {value}")).collect();
        format!("{BEGIN} {}{named}", self.day)
    }

    /// Reads all seals in a text, each once. Incomplete seals are skipped.
    pub fn read_all(text: &str) -> Vec<Self> {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != ">").collect();
        let begins = words.iter().enumerate().filter(|(_, word)| word.ends_with(BEGIN));
        let mut all: Vec<Self> = Vec::new();
        for seal in begins.filter_map(|(place, _)| Self::parse(words.get(place + 1..)?)) {
            // An email contains the seal both in its text and in its HTML.
            if !all.contains(&seal) {
                all.push(seal);
            }
        }
        all
    }

    /// Reads a seal from the words that follow its beginning; `None` if one is missing or malformed.
    fn parse(words: &[&str]) -> Option<Self> {
        let day = words.first()?.parse().ok()?;
        let value = |number: usize| {
            let name = words.get(1 + 2 * number)?;
            let value = words.get(2 + 2 * number)?;
            (name.trim_start_matches('>') == *NAMES.get(number)?).then(|| (*value).to_owned())
        };
        let before = value(1)?;
        Some(Self {
            day,
            digest: value(0)?,
            before: if before == NONE { String::new() } else { before },
            signature: value(2)?,
            key_id: value(3)?,
        })
    }

    /// Returns whether the seal was signed with a key.
    pub fn is_signed_with(&self, key: &Key) -> bool {
        self.key_id == key.id && key.signed(message(self.day, &self.digest, &self.before).as_bytes(), &self.signature)
    }
}

/// Returns the message that the signature of a seal is computed from.
pub(super) fn message(day: NaiveDate, heads: &str, before: &str) -> String {
    digest(&[&day.to_string(), heads, before])
}
