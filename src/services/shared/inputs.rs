//! Checks on free text in inputs: reasons, notes, names and numbers must be fully visible and of limited length.

use crate::domain::text_input::{code_point, hidden, identifier};
use crate::error::{Error, Message};

/// Maximum length of a line, such as a voucher number, in characters.
const LINE: usize = 100;
/// Maximum length of a reason or a note in characters.
const TEXT: usize = 2_000;

/// Checks a required reason and returns it trimmed.
///
/// # Errors
/// `Refused` for an empty reason, over 2,000 characters, or control characters.
pub fn reason(given: Option<&str>) -> Result<&str, Error> {
    let given = text("reason", given.unwrap_or_default())?;
    if given.is_empty() {
        return Err(Error::refused_at("reason", "reason", Message::new("reason-missing")));
    }
    Ok(given)
}

/// Checks a reason that may be missing, and returns it trimmed.
///
/// # Errors
/// `Refused` for over 2,000 characters, or hidden characters.
pub fn optional_reason(given: Option<&str>) -> Result<&str, Error> {
    text("reason", given.unwrap_or_default())
}

/// Checks an optional text and returns it trimmed.
///
/// # Errors
/// `Refused` for over 2,000 characters, or hidden characters.
pub fn text<'a>(path: &str, given: &'a str) -> Result<&'a str, Error> {
    let given = given.trim();
    match text_fault(given) {
        Some(message) => Err(Error::refused_at("length", path, message)),
        None => Ok(given),
    }
}

/// Returns the fault of a text of several lines: hidden characters, or over 2,000 characters.
pub fn text_fault(text: &str) -> Option<Message> {
    let is_long = text.chars().count() > TEXT;
    hidden_fault(text).or_else(|| is_long.then(|| Message::new("text-length").with("most", TEXT)))
}

/// Checks a required number, such as that of a voucher, and returns it in the stored form of an identifier.
///
/// # Errors
/// `Refused` for an empty number, or a number of over 100 characters.
pub fn number(path: &str, given: Option<&str>) -> Result<String, Error> {
    let given = identifier(given.unwrap_or_default());
    if given.is_empty() || given.chars().count() > LINE {
        return Err(Error::refused_at("length", path, Message::new("line-given").with("most", LINE)));
    }
    Ok(given)
}

/// Returns the fault of a text with a character that would be invisible or would turn the text around.
pub fn hidden_fault(text: &str) -> Option<Message> {
    let (character, place) = hidden(text)?;
    Some(Message::new("text-hidden").with("character", code_point(character)).with("place", place))
}

/// Returns the fault of a line that may be empty: hidden characters, line breaks, tabs, or over `most` characters.
pub fn line_fault(text: &str, most: usize) -> Option<Message> {
    let is_long = text.chars().count() > most || text.chars().any(char::is_control);
    hidden_fault(text).or_else(|| is_long.then(|| Message::new("line-length")))
}
