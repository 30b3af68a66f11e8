//! Collects every fault of an input, each with its path, so that one refusal can name them all.

use crate::error::{Error, FieldError, Message};

/// Maximum length of a line of text in characters.
pub const LINE: usize = 200;

/// Faults of an input found so far.
#[derive(Debug)]
pub struct Faults {
    rule: &'static str,
    errors: Vec<FieldError>,
}

impl Faults {
    /// Starts without faults; `rule` is the rule that a refusal names.
    pub fn new(rule: &'static str) -> Self {
        Self { rule, errors: Vec::new() }
    }

    /// Adds a fault at a path of the input.
    pub fn add(&mut self, path: impl Into<String>, message: Message) {
        self.errors.push(FieldError { path: path.into(), message });
    }

    /// Checks a required line: 1 to 200 characters, no control or invisible characters.
    pub fn line(&mut self, path: impl Into<String>, text: &str) {
        let path = path.into();
        self.visible(&path, text);
        if text.trim().is_empty() || !is_valid_line(text) {
            self.add(path, Message::new("line-length"));
        }
    }

    /// Checks an optional line: up to 200 characters, no control or invisible characters.
    pub fn optional_line(&mut self, path: impl Into<String>, text: &str) {
        let path = path.into();
        self.visible(&path, text);
        if !is_valid_line(text) {
            self.add(path, Message::new("line-length"));
        }
    }

    fn visible(&mut self, path: &str, text: &str) {
        if text.chars().any(is_invisible) {
            self.add(path, Message::new("line-invisible"));
        }
    }

    /// Checks a code: 1 to 64 ASCII letters, digits and `-_.`.
    pub fn code(&mut self, path: impl Into<String>, code: &str) {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if code.is_empty() || code.len() > 64 || !code.chars().all(known) {
            self.add(path, Message::new("register-code"));
        }
    }

    /// Ends the check.
    ///
    /// # Errors
    /// `Refused` with every fault, if there are any.
    pub fn finish(self) -> Result<(), Error> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Error::Refused { rule: self.rule.to_owned(), errors: self.errors })
    }
}

/// Returns whether a character has no shape of its own and can make two names look alike, or one read backwards: marks
/// of direction, zero-width characters, invisible operators, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Returns whether a line has at most 200 characters and no control characters.
pub fn is_valid_line(text: &str) -> bool {
    text.chars().count() <= LINE && !text.chars().any(char::is_control)
}
