//! Collecting everything that is wrong with an input before it is refused, each fault at its place.

use crate::error::{Error, FieldError, Message};

/// Most characters of a line of words.
pub const LINE: usize = 200;

/// What is wrong with an input so far.
#[derive(Debug)]
pub struct Faults {
    rule: &'static str,
    errors: Vec<FieldError>,
}

impl Faults {
    /// Nothing yet; `rule` is what will refuse.
    pub fn new(rule: &'static str) -> Self {
        Self { rule, errors: Vec::new() }
    }

    /// Something is wrong at a place.
    pub fn add(&mut self, path: impl Into<String>, message: Message) {
        self.errors.push(FieldError { path: path.into(), message });
    }

    /// A line of words: 1 to 200 characters, no control characters.
    pub fn line(&mut self, path: impl Into<String>, text: &str) {
        if text.trim().is_empty() || !is_short(text) {
            self.add(path, Message::new("line-length"));
        }
    }

    /// A line of words that may be left out.
    pub fn optional_line(&mut self, path: impl Into<String>, text: &str) {
        if !is_short(text) {
            self.add(path, Message::new("line-length"));
        }
    }

    /// A code: letters, digits and `-_.` of ASCII, at most 64.
    pub fn code(&mut self, path: impl Into<String>, code: &str) {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if code.is_empty() || code.len() > 64 || !code.chars().all(known) {
            self.add(path, Message::new("register-code"));
        }
    }

    /// Nothing is wrong.
    ///
    /// # Errors
    /// `Refused` with everything that is.
    pub fn none(self) -> Result<(), Error> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Error::Refused { rule: self.rule.to_owned(), errors: self.errors })
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= LINE && !text.chars().any(char::is_control)
}
