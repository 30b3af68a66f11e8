//! Checks on free text in inputs: reasons, notes and voucher numbers must be printable and of limited length.

use crate::error::{Error, Message};

/// Maximum length of a line, such as a voucher number, in characters.
const LINE: usize = 100;
/// Maximum length of a reason or a note in characters.
pub const TEXT: usize = 2_000;

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

/// Checks an optional text and returns it trimmed.
///
/// # Errors
/// `Refused` for over 2,000 characters, or control characters other than line breaks and tabs.
pub fn text<'a>(path: &str, given: &'a str) -> Result<&'a str, Error> {
    let given = given.trim();
    if !is_valid_text(given) {
        return Err(Error::refused_at("length", path, Message::new("text-length").with("most", TEXT)));
    }
    Ok(given)
}

/// Returns whether a text has at most 2,000 characters and no control characters but line breaks and tabs.
pub fn is_valid_text(text: &str) -> bool {
    let is_hidden = |c: char| c.is_control() && c != '\n' && c != '\t';
    text.chars().count() <= TEXT && !text.chars().any(is_hidden)
}

/// Checks a required line and returns it trimmed.
///
/// # Errors
/// `Refused` for an empty line, over 100 characters, or control characters.
pub fn line<'a>(path: &str, given: Option<&'a str>) -> Result<&'a str, Error> {
    let given = given.unwrap_or_default().trim();
    if given.is_empty() || given.chars().count() > LINE || given.chars().any(char::is_control) {
        return Err(Error::refused_at("length", path, Message::new("line-given").with("most", LINE)));
    }
    Ok(given)
}
