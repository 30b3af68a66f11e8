//! The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015) and its check character.

use serde::{Deserialize, Serialize};

use crate::domain::text_input::identifier;

/// Characters of the code in the order of their values (GB 32100-2015, table 2: without I, O, S, V, Z).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A credit code with a valid check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// The reason a text is not a credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters of the code's alphabet (digits and capitals without I, O, S, V, Z).
    #[error("a credit code has 18 characters: digits and capital letters without I, O, S, V, Z")]
    Shape,
    /// The check character does not match the others.
    #[error("the check character does not match: a character of the credit code is mistyped")]
    Check,
}

impl CreditCode {
    /// Parses a code typed in any width and case.
    ///
    /// # Errors
    /// `Shape` for a wrong length or character, `Check` for a wrong check character.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let text = identifier(text).to_uppercase();
        let body = text.as_bytes();
        let (first, last) = match body {
            [first @ .., last] if first.len() == 17 => (first, *last),
            _ => return Err(CreditCodeError::Shape),
        };
        let check = check_character(first).ok_or(CreditCodeError::Shape)?;
        if value(last).is_none() {
            return Err(CreditCodeError::Shape);
        }
        if check != last {
            return Err(CreditCodeError::Check);
        }
        Ok(Self(text))
    }

    /// Returns the 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the division of registration, characters 3 to 8 (GB 32100-2015, table 1; GB/T 2260).
    pub fn division(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }
}

/// Computes the check character of the first 17 characters (GB 32100-2015, 5.2: the weights are powers of 3 modulo 31).
pub fn check_character(first: &[u8]) -> Option<u8> {
    let mut sum = 0;
    let mut weight = 1;
    for character in first {
        sum += value(*character)? * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.get((31 - sum % 31) % 31).copied()
}

/// Returns the value of a character of the alphabet.
fn value(character: u8) -> Option<usize> {
    ALPHABET.iter().position(|c| *c == character)
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;
    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}
