//! Fields of a registration: typed text by name, with rows as `items.0.code`. Values are stored as typed and validated
//! in `reading`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::shape::LIST_BOUND;
use crate::error::{Error, Message};
use crate::services::contracts::drafts::paste::RANGE_FIELD;
use crate::services::shared::faults::Faults;
use crate::services::shared::form_reader::{FormReader, TypedFields};

/// Separates the values of a field that holds several.
const BETWEEN: char = '\n';

/// References between rows: a list, and the list and field that name its codes.
const NAMED: &[(&str, &str, &str)] = &[
    ("items", "deliverables", "item"),
    ("deliverables", "clauses", "deliverables"),
    ("milestones", "deliverables", "milestone"),
];

/// Fields that are preselected: a row in which no other field is filled counts as empty.
pub(super) const KINDS: &[&str] = &["kind", "severity", "base", "direction", "milestone"];

/// A row that a field names by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The field.
    pub field: String,
    /// List of the row.
    pub list: &'static str,
    pub code: &'a str,
}

/// Maximum length of a field's text, in characters; no input of a contract is longer.
const FIELD: usize = 4_000;
/// Maximum length of a field's name, in bytes.
const FIELD_NAME: usize = 100;

/// Typed fields of a registration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

/// Reads the fields of a registration into values.
pub type DraftReader<'a> = FormReader<'a, Fields>;

impl TypedFields for Fields {
    fn value(&self, name: &str) -> &str {
        Self::value(self, name)
    }

    fn is_sent(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

impl Fields {
    /// Checks that no name and no text is longer than an input of a contract can be.
    ///
    /// # Errors
    /// `Refused` with every field that is too long.
    pub(super) fn check_lengths(&self) -> Result<(), Error> {
        let mut faults = Faults::new("length");
        // A pasted range is checked cell by cell.
        for (name, value) in self.all().filter(|(name, _)| !name.starts_with(RANGE_FIELD)) {
            if name.len() > FIELD_NAME {
                faults.add("", Message::new("malformed-unknown-key"));
            } else if value.chars().count() > FIELD {
                // The field's own limit may be lower, and is said once the text is short enough to be saved.
                faults.add(name, Message::new("draft-not-saved").with("most", FIELD));
            }
        }
        faults.finish()
    }

    /// Returns a field's text without surrounding spaces; empty if absent.
    pub fn value(&self, name: &str) -> &str {
        self.untrimmed(name).trim()
    }

    /// Returns a field's text as it was typed; empty if absent.
    pub fn untrimmed(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Returns whether a field is not empty.
    pub fn is_filled(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// Returns the text of a field in the row with this number; empty if absent.
    pub fn of(&self, list: &str, row: usize, field: &str) -> &str {
        self.value(&format!("{list}.{row}.{field}"))
    }

    /// Returns the values of a field that contains several.
    pub fn several(&self, name: &str) -> Vec<&str> {
        self.value(name).split(BETWEEN).map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    /// Sets a field; an empty value removes it.
    pub fn set(&mut self, name: impl Into<String>, value: impl ToString) {
        let (name, value) = (name.into(), value.to_string());
        if value.trim().is_empty() {
            self.0.remove(&name);
        } else {
            self.0.insert(name, value);
        }
    }

    /// Adds a value to a field that contains several.
    pub fn add(&mut self, name: &str, value: &str) {
        let value =
            if self.is_filled(name) { format!("{}{BETWEEN}{value}", self.value(name)) } else { value.to_owned() };
        self.set(name, value);
    }

    /// Iterates over all fields with their text.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the number of rows of a list: one more than the highest row that is not empty.
    pub fn rows(&self, list: &str) -> usize {
        let start = format!("{list}.");
        let number = |name: &String| name.strip_prefix(&start)?.split('.').next()?.parse::<usize>().ok();
        let most = self.0.keys().filter_map(number).filter(|row| *row < LIST_BOUND).max();
        most.map_or(0, |row| row + 1)
    }

    /// Returns whether a row is not empty.
    pub fn is_row(&self, list: &str, row: usize) -> bool {
        let start = format!("{list}.{row}.");
        self.0.keys().any(|name| name.starts_with(&start))
    }

    /// Finds the number of the row of a list that has a code.
    pub fn row_of(&self, list: &str, code: &str) -> Option<usize> {
        (0..self.rows(list)).find(|row| self.of(list, *row, "code") == code)
    }

    /// Returns the name of a row, or its code without one.
    pub fn title(&self, list: &str, row: usize) -> &str {
        let name = self.of(list, row, "name");
        if name.is_empty() { self.of(list, row, "code") } else { name }
    }

    /// Lists the rows that other rows name, whether they are there or were removed.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let of_row = |(list, other, field): &(&'static str, &'static str, &str), row: usize| {
            let field = format!("{other}.{row}.{field}");
            let codes = self.several(&field).into_iter();
            let list = *list;
            codes.map(|code| Reference { field: field.clone(), list, code }).collect::<Vec<_>>()
        };
        NAMED.iter().flat_map(|named| (0..self.rows(named.1)).flat_map(move |row| of_row(named, row))).collect()
    }

    /// Replaces the fields for which `owns` is true by the typed ones. References to a row whose code changed are
    /// updated.
    pub fn replace(&mut self, owns: impl Fn(&str) -> bool, typed: &Fields) {
        let before = self.clone();
        self.0.retain(|name, _| !owns(name));
        for (name, value) in typed.all().filter(|(name, _)| owns(name)) {
            self.set(name, value);
        }
        for (list, other, field) in NAMED {
            for row in 0..before.rows(list) {
                let (old, new) = (before.of(list, row, "code"), self.of(list, row, "code").to_owned());
                if !old.is_empty() && !new.is_empty() && old != new && self.row_of(list, old).is_none() {
                    self.rename(other, field, old, &new);
                }
            }
        }
    }

    /// Replaces a code in the fields of other lists that name it.
    fn rename(&mut self, list: &str, field: &str, old: &str, new: &str) {
        for row in 0..self.rows(list) {
            let name = format!("{list}.{row}.{field}");
            let values = self.several(&name);
            if values.contains(&old) {
                let values: Vec<&str> =
                    values.into_iter().map(|value| if value == old { new } else { value }).collect();
                self.set(name, values.join(&BETWEEN.to_string()));
            }
        }
    }

    /// Removes a row; later rows move up.
    pub fn remove(&mut self, list: &str, row: usize) {
        self.renumber(list, |number| match number.cmp(&row) {
            std::cmp::Ordering::Less => Some(number),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(number - 1),
        });
    }

    /// Moves a row and those after it down by one.
    pub fn make_room(&mut self, list: &str, row: usize) {
        self.renumber(list, |number| Some(if number < row { number } else { number + 1 }));
    }

    /// Removes the rows for which `wanted` is false; later rows move up.
    pub fn keep(&mut self, list: &str, wanted: impl Fn(&Self, usize) -> bool) {
        let mut places = Vec::new();
        let mut next = 0;
        for row in 0..self.rows(list) {
            let is_wanted = self.is_row(list, row) && wanted(self, row);
            places.push(is_wanted.then_some(next));
            next += usize::from(is_wanted);
        }
        self.renumber(list, |number| places.get(number).copied().flatten());
    }

    /// Moves the rows of a list to the numbers that `place` returns; rows with `None` are removed.
    fn renumber(&mut self, list: &str, place: impl Fn(usize) -> Option<usize>) {
        let start = format!("{list}.");
        let fields = std::mem::take(&mut self.0);
        for (name, value) in fields {
            let Some((number, rest)) = name.strip_prefix(&start).and_then(|rest| rest.split_once('.')) else {
                self.0.insert(name, value);
                continue;
            };
            if let Some(number) = number.parse().ok().and_then(&place) {
                self.0.insert(format!("{start}{number}.{rest}"), value);
            }
        }
    }
}
