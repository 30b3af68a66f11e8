//! Reading fields one by one: each fault at its field, in words for somebody who types. No rule of a contract is here.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::json;
use crate::domain::numbers::Rate;
use crate::error::{FieldError, Message};
use crate::services::contracts::drafts::fields::Fields;

/// Most characters of a line and of a text.
const LINE: usize = 200;
const TEXT: usize = 2_000;

/// What a value's own reading says, and how it is said beside a field.
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

/// What is said beside a field of what a value's own reading says to programs.
pub fn beside_a_field(code: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}

/// Fields on their way to values, and what is wrong with them.
pub struct Reader<'a> {
    /// What was typed.
    pub fields: &'a Fields,
    /// What is wrong so far.
    pub faults: Vec<FieldError>,
}

impl Reader<'_> {
    /// Something is wrong with a field.
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

    /// What a field says, if it says anything.
    pub fn given<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.fields.value(name);
        if text.is_empty() {
            return None;
        }
        let value = Value::String(text.to_owned());
        self.read(name, value)
    }

    /// What a field must say.
    pub fn needed<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.filled(name)?;
        self.given(name)
    }

    /// A whole number, if there is one.
    pub fn number<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.fields.value(name);
        if text.is_empty() {
            return None;
        }
        // What is no number is read as a text, and said to be none.
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

    /// A whole number that must be there.
    pub fn needed_number<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.filled(name)?;
        self.number(name)
    }

    /// Reads a rate that is typed as a percentage, if there is one.
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

    /// Reads a rate that must be there.
    pub fn needed_percent(&mut self, name: &str) -> Option<Rate> {
        self.filled(name)?;
        self.percent(name)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.fields.is_filled(name)
    }

    /// Says so where a field that must hold something is empty.
    pub fn filled(&mut self, name: &str) -> Option<()> {
        if self.fields.is_filled(name) {
            return Some(());
        }
        self.wrong(name, Message::new("draft-empty"));
        None
    }

    /// A line of words, which may be empty.
    pub fn line(&mut self, name: &str) -> String {
        let text = self.fields.value(name).to_owned();
        if text.chars().count() > LINE || text.chars().any(char::is_control) {
            self.wrong(name, Message::new("line-length"));
        }
        text
    }

    /// Several lines of words, which may be empty.
    pub fn text(&mut self, name: &str) -> String {
        let text = self.fields.value(name).replace("\r\n", "\n");
        if text.chars().count() > TEXT || text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.wrong(name, Message::new("text-length").with("most", TEXT));
        }
        text
    }
}
