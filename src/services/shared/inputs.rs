//! Words that people give with what they do: reasons, vouchers, notes; held to a length and to characters that show.

use crate::error::{Error, Message};

/// Most characters of a line: a voucher's number.
const LINE: usize = 100;
/// Most characters of a reason or a note.
const TEXT: usize = 2_000;

/// A reason that must be given.
///
/// # Errors
/// `Refused` where there is none, or it is too long.
pub fn reason(given: Option<&str>) -> Result<&str, Error> {
    let given = text("reason", given.unwrap_or_default())?;
    if given.is_empty() {
        return Err(Error::refused_at("reason", "reason", Message::new("reason-missing")));
    }
    Ok(given)
}

/// A note that may be empty.
///
/// # Errors
/// `Refused` where it is too long or holds what does not show.
pub fn text<'a>(path: &str, given: &'a str) -> Result<&'a str, Error> {
    let given = given.trim();
    let hidden = |c: char| c.is_control() && c != '\n' && c != '\t';
    if given.chars().count() > TEXT || given.chars().any(hidden) {
        return Err(Error::refused_at("length", path, Message::new("text-length").with("most", TEXT)));
    }
    Ok(given)
}

/// A line that must be given.
///
/// # Errors
/// `Refused` where there is none, or it is more than a line.
pub fn line<'a>(path: &str, given: Option<&'a str>) -> Result<&'a str, Error> {
    let given = given.unwrap_or_default().trim();
    if given.is_empty() || given.chars().count() > LINE || given.chars().any(char::is_control) {
        return Err(Error::refused_at("length", path, Message::new("line-given").with("most", LINE)));
    }
    Ok(given)
}
