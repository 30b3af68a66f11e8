//! Reading a posted form into a typed input: every problem is collected at its field, so that a person sees all of them
//! at once. A reader does not know the rules of a contract; valid values are defined in
//! [`typed_values`](super::typed_values) and in the services that take the input.

use crate::domain::numbers::Rate;
use crate::domain::text_input::clean;
use crate::error::{Error, FieldError, Message};
use crate::services::shared::faults::LINE;
use crate::services::shared::inputs::{line_fault, text_fault};
use crate::services::shared::typed_values::parse_percent;

/// A posted form: text by the name of its field.
pub trait TypedFields {
    /// Returns the text of a field, trimmed; empty for a field that was not sent.
    fn value(&self, name: &str) -> &str;

    /// Returns whether a field was sent, even if it is empty.
    fn is_sent(&self, name: &str) -> bool;
}

/// Collects the values of a form and the problems with them.
pub struct FormReader<'a, F> {
    fields: &'a F,
    problems: Vec<FieldError>,
}

impl<'a, F: TypedFields> FormReader<'a, F> {
    /// Starts reading a form.
    pub fn new(fields: &'a F) -> Self {
        Self { fields, problems: Vec::new() }
    }

    /// Returns the form.
    pub fn fields(&self) -> &'a F {
        self.fields
    }

    /// Returns whether no problem has been found so far.
    pub fn is_faultless(&self) -> bool {
        self.problems.is_empty()
    }

    /// Ends the reading and returns the problems found.
    pub fn into_problems(self) -> Vec<FieldError> {
        self.problems
    }

    /// Records problems that were found elsewhere.
    pub fn add_problems(&mut self, problems: impl IntoIterator<Item = FieldError>) {
        self.problems.extend(problems);
    }

    /// Records a problem with a field.
    pub fn reject(&mut self, name: &str, message: Message) {
        self.problems.push(FieldError { path: name.to_owned(), message });
    }

    /// Returns the text of a field that may be empty.
    pub fn text(&self, name: &str) -> String {
        clean(self.fields.value(name)).into_owned()
    }

    /// Returns the text of a field; `None` if it is empty.
    pub fn optional_text(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Returns the text of a field that must not be empty.
    pub fn required_text(&mut self, name: &str) -> String {
        if self.fields.value(name).is_empty() {
            self.reject(name, Message::new("draft-empty"));
        }
        self.text(name)
    }

    /// Returns a line, which may be empty: at most 200 characters, all of them visible.
    pub fn line(&mut self, name: &str) -> String {
        let line = self.text(name);
        if let Some(message) = line_fault(&line, LINE) {
            self.reject(name, message);
        }
        line
    }

    /// Returns a text of several lines, which may be empty: at most 2,000 characters.
    pub fn lines(&mut self, name: &str) -> String {
        let text = self.text(name);
        if let Some(message) = text_fault(&text) {
            self.reject(name, message);
        }
        text
    }

    /// Returns a text of several lines that must not be empty.
    pub fn required_lines(&mut self, name: &str) -> String {
        if self.fields.value(name).is_empty() {
            self.reject(name, Message::new("draft-empty"));
        }
        self.lines(name)
    }

    /// Returns whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.fields.value(name).is_empty()
    }

    /// Returns a rate typed as a percentage, which may be empty.
    pub fn percent(&mut self, name: &str) -> Option<Rate> {
        self.optional(name, parse_percent)
    }

    /// Returns a rate typed as a percentage, which must be filled in.
    pub fn required_percent(&mut self, name: &str) -> Option<Rate> {
        self.required(name, parse_percent)
    }

    /// Returns the value of a field that may be empty; a value that cannot be parsed is a problem.
    pub fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Message>) -> Option<T> {
        let typed = self.fields.value(name);
        if typed.is_empty() {
            return None;
        }
        parse(typed).map_err(|message| self.reject(name, message)).ok()
    }

    /// Returns the value of a field that the page filled in beforehand. Emptying it is a problem: what the service would
    /// take by default is not what the person sees. Nothing for a field that was not sent.
    pub fn prefilled<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Message>) -> Option<T> {
        if self.fields.is_sent(name) { self.required(name, parse) } else { None }
    }

    /// Returns the value of a field that must be filled in.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Message>) -> Option<T> {
        if self.required_text(name).is_empty() {
            return None;
        }
        self.optional(name, parse)
    }

    /// Returns the input. It is `None` only if a required field had a problem.
    ///
    /// # Errors
    /// `Malformed` with every problem.
    pub fn finish<T>(self, input: Option<T>) -> Result<T, Error> {
        match input {
            Some(input) if self.problems.is_empty() => Ok(input),
            _ => Err(Error::Malformed(self.problems)),
        }
    }

    /// Returns the input. If the form has problems, those that `check` finds in other fields are added to them;
    /// placeholders for unreadable fields are never returned.
    ///
    /// # Errors
    /// `Malformed` with every problem.
    pub fn finish_checked<T>(mut self, input: T, check: impl FnOnce(&T) -> Result<(), Error>) -> Result<T, Error> {
        if self.problems.is_empty() {
            return Ok(input);
        }
        if let Err(Error::Refused { errors, .. }) = check(&input) {
            let is_new = |error: &FieldError| self.problems.iter().all(|known| known.path != error.path);
            let others: Vec<FieldError> = errors.into_iter().filter(is_new).collect();
            self.problems.extend(others);
        }
        Err(Error::Malformed(self.problems))
    }
}
