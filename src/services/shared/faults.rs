//! Collects every fault of an input, each with its path, so that one refusal can list them all.

use serde_json::Value;

use crate::error::{Error, FieldError, Message};
use crate::services::shared::inputs::{hidden_fault, line_fault};

/// Maximum length of a line of text in characters.
pub const LINE: usize = 200;

/// Faults of an input found so far.
#[derive(Debug)]
pub struct Faults {
    rule: &'static str,
    errors: Vec<FieldError>,
}

impl Faults {
    /// Creates an empty collection; `rule` is the rule in the refusal.
    pub fn new(rule: &'static str) -> Self {
        Self { rule, errors: Vec::new() }
    }

    /// Adds a fault at a path of the input.
    pub fn add(&mut self, path: impl Into<String>, message: Message) {
        self.errors.push(FieldError { path: path.into(), message });
    }

    /// Checks a required line: 1 to 200 characters, all of them visible.
    pub fn line(&mut self, path: impl Into<String>, text: &str) {
        if text.trim().is_empty() {
            self.add(path, Message::new("line-length"));
        } else {
            self.optional_line(path, text);
        }
    }

    /// Checks an optional line: up to 200 characters, all of them visible.
    pub fn optional_line(&mut self, path: impl Into<String>, text: &str) {
        if let Some(message) = line_fault(text, LINE) {
            self.add(path, message);
        }
    }

    /// Checks a code: 1 to 64 ASCII letters, digits and `-_.`.
    pub fn code(&mut self, path: impl Into<String>, code: &str) {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if code.is_empty() || code.len() > 64 || !code.chars().all(known) {
            self.add(path, Message::new("register-code"));
        }
    }

    /// Adds a fault for every text within a JSON value that contains a hidden character, including keys.
    pub fn hidden_within(&mut self, path: &str, value: &Value) {
        let mut found = |at: &str, text: &str| hidden_fault(text).into_iter().for_each(|message| self.add(at, message));
        match value {
            Value::String(text) => found(path, text),
            Value::Array(values) => {
                for (place, value) in values.iter().enumerate() {
                    self.hidden_within(&format!("{path}[{place}]"), value);
                }
            }
            Value::Object(values) => {
                values.keys().for_each(|key| found(path, key));
                for (key, value) in values {
                    self.hidden_within(&format!("{path}.{key}"), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Returns the faults found so far.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.errors
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
