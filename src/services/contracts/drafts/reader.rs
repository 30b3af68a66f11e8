//! Reading of typed fields into values, collecting every fault at its field in words for the person typing.
//!
//! Rules between fields are not checked here.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::json;
use crate::domain::numbers::Rate;
use crate::error::{FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;

/// Maximum number of characters of a line.
const LINE: usize = 200;
const TEXT: usize = 2_000;

/// Messages of the domain's parsers and their counterparts beside a form field.
const WORDS: &[(&str, &str)] = &[
    ("malformed-money", "draft-money"),
    ("malformed-quantity", "draft-quantity"),
    ("malformed-rate", "draft-rate"),
    ("malformed-score", "draft-score"),
    ("malformed-measured", "draft-measured"),
    ("malformed-days", "draft-days"),
    ("malformed-whole", "draft-whole"),
    ("malformed-code", "draft-code"),
    ("malformed-date", "draft-date"),
    ("malformed-month", "draft-month"),
];

/// Returns the message key shown beside a field for a parser's message key.
pub fn beside_a_field(code: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}

/// Reads fields and collects their faults.
pub struct Reader<'a> {
    /// Fields as typed.
    pub fields: &'a Fields,
    /// Faults found so far.
    pub faults: Vec<FieldError>,
}

impl Reader<'_> {
    /// Reports a fault of a field.
    pub fn wrong(&mut self, name: impl Into<String>, message: Message) {
        self.faults.push(FieldError { path: name.into(), message });
    }

    fn read<T: DeserializeOwned>(&mut self, name: &str, value: Value) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(value) => Some(value),
            Err(error) => {
                let code = json::known_code(&error.to_string()).unwrap_or("malformed-word");
                self.wrong(name, Message::new(beside_a_field(code).unwrap_or("draft-choice")));
                None
            }
        }
    }

    /// Reads an optional field.
    pub fn given<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.fields.value(name);
        if text.is_empty() {
            return None;
        }
        let value = Value::String(text.to_owned());
        self.read(name, value)
    }

    /// Reads a required field.
    pub fn needed<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.filled(name)?;
        self.given(name)
    }

    /// Reads an optional whole number.
    pub fn number<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.fields.value(name);
        if text.is_empty() {
            return None;
        }
        // A text that is not a number fails in the type's own deserialiser, which words the fault.
        let value = text.parse::<u64>().map_or_else(|_| Value::String(text.to_owned()), Value::from);
        match serde_json::from_value(value) {
            Ok(number) => Some(number),
            Err(error) => {
                let days =
                    error.to_string() == "malformed-days" || name.ends_with("days") || name.ends_with("days_late");
                self.wrong(name, Message::new(if days { "draft-days" } else { "draft-whole" }));
                None
            }
        }
    }

    /// Reads a required whole number.
    pub fn needed_number<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.filled(name)?;
        self.number(name)
    }

    /// Reads an optional rate typed as a percentage.
    pub fn percent(&mut self, name: &str) -> Option<Rate> {
        let text = self.fields.value(name);
        if text.is_empty() {
            return None;
        }
        let rate = Rate::from_percent(text.trim_end_matches(['%', '％']).trim_end()).ok();
        if rate.is_none() {
            self.wrong(name, Message::new("draft-rate"));
        }
        rate
    }

    /// Reads a required rate typed as a percentage.
    pub fn needed_percent(&mut self, name: &str) -> Option<Rate> {
        self.filled(name)?;
        self.percent(name)
    }

    /// Returns true if a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.fields.is_filled(name)
    }

    /// Reports an empty required field.
    pub fn filled(&mut self, name: &str) -> Option<()> {
        if self.fields.is_filled(name) {
            return Some(());
        }
        self.wrong(name, Message::new("draft-empty"));
        None
    }

    /// Reads a line of text, which may be empty.
    pub fn line(&mut self, name: &str) -> String {
        let text = self.fields.value(name).to_owned();
        if text.chars().count() > LINE || text.chars().any(char::is_control) {
            self.wrong(name, Message::new("line-length"));
        }
        text
    }

    /// Reads a text of several lines, which may be empty.
    pub fn text(&mut self, name: &str) -> String {
        let text = self.fields.value(name).replace("\r\n", "\n");
        if text.chars().count() > TEXT || text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.wrong(name, Message::new("text-length").with("most", TEXT));
        }
        text
    }
}
