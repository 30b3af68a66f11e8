//! Identifiers as people type them: the one place where two spellings of a number become the same key.
//!
//! [`text_input::key`] decides which characters are the same. Keys are in upper case, as stored rows have them.

use crate::domain::text_input;

/// Returns the key of an identifier, such as a voucher number.
pub fn fold_identifier(typed: &str) -> String {
    text_input::key(typed).to_uppercase()
}

/// Returns the key of an invoice number, in which dashes only separate groups of digits.
pub fn fold_number(typed: &str) -> String {
    fold_identifier(typed).replace('-', "")
}
