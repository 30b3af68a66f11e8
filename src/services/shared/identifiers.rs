//! Identifiers as people type them: the only place where two spellings of a number become the same key.
//!
//! [`text_input::key`] decides which characters are equal. Keys are in upper case, as in stored rows.

use crate::domain::text_input;

/// Returns the key of an identifier, such as a voucher number.
pub fn fold_identifier(typed: &str) -> String {
    text_input::key(typed).to_uppercase()
}

/// Returns an invoice number in its stored form: without spaces, and without the dashes that only group digits.
pub fn invoice_number(typed: &str) -> String {
    let number: Vec<char> = text_input::identifier(typed).chars().collect();
    let is_digit = |place: Option<usize>| place.and_then(|at| number.get(at)).is_some_and(char::is_ascii_digit);
    let groups =
        |place: usize| number.get(place) == Some(&'-') && is_digit(place.checked_sub(1)) && is_digit(Some(place + 1));
    number.iter().enumerate().filter(|(place, _)| !groups(*place)).map(|(_, character)| *character).collect()
}

/// Returns the key of an invoice number, in which dashes only group digits.
pub fn fold_number(typed: &str) -> String {
    fold_identifier(typed).replace('-', "")
}
