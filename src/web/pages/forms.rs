//! Forms: what was typed is kept, what is wrong is said at its field and, together, at the top.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::domain::codes::Language;
use crate::domain::statutes::STATUTES;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::drafts::beside_a_field;
use crate::web::failure::Failure;
use crate::web::pages::shell::Shell;
use crate::web::request::read_json;

/// Families of words that say what is asked for, but not of which field.
const NAMELESS: &[&str] = &["draft-", "malformed-", "form-unreadable", "line-", "text-length", "register-text-length"];
/// The words that say that a field is empty.
const EMPTY: &[&str] = &["draft-empty", "reason-missing"];

/// A form as it was typed, and what is wrong with it.
#[derive(Debug, Default, Clone)]
pub struct Form {
    values: Vec<(String, String)>,
    /// What is wrong: the field's name, empty for the whole, and the words.
    pub faults: Vec<(String, String)>,
    /// The rule of law that refuses, if it is one.
    pub rule: Option<&'static str>,
    /// Whether somebody else has changed in between what the form is about.
    pub is_stale: bool,
    /// The keys of the words of what is wrong, in their order.
    keys: Vec<&'static str>,
}

impl Form {
    /// A form of fields and what they hold.
    pub fn of(values: Vec<(String, String)>) -> Self {
        Self { values, ..Self::default() }
    }

    /// What a field holds; nothing for one that is not there.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// What a field holds, blanks at its ends included.
    pub fn untrimmed(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Everything that a field holds that is there several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(field, _)| field == name).map(|(_, value)| value.trim()).collect()
    }

    /// What a field holds, if it holds anything.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.value(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// The fields whose names begin so, without the beginning.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> Vec<(&'a str, &'a str)> {
        let fields = self.values.iter().filter_map(|(field, value)| Some((field.strip_prefix(start)?, value.trim())));
        fields.collect()
    }

    /// Puts something into a field.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.values.retain(|(field, _)| field != name);
        self.values.push((name.to_owned(), value.to_string()));
    }

    /// What is wrong with a field.
    pub fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(field, _)| field == name).map(|(_, words)| words.as_str())
    }

    /// The same form with what a service finds wrong with it, and the status to show it with.
    ///
    /// # Errors
    /// Those that are no fault of the form: not signed in, not there, not allowed, ours.
    pub fn refused(mut self, error: Error, language: Language) -> Result<(u16, Self), Error> {
        match &error {
            Error::Unauthenticated(_) | Error::NotFound | Error::Forbidden(_) | Error::Internal(_) | Error::Retry => {
                return Err(error);
            }
            _ => {}
        }
        let error = for_people(error);
        self.is_stale = matches!(error, Error::VersionMismatch);
        self.keys = match &error {
            Error::Malformed(fields) | Error::Refused { errors: fields, .. } => {
                fields.iter().map(|field| field.message.key).collect()
            }
            _ => Vec::new(),
        };
        let failure = Failure { error, language };
        let problem = failure.problem();
        let of_law = STATUTES.iter().find(|statute| problem.rule.as_deref() == Some(statute.id));
        self.rule = of_law.map(|statute| statute.id);
        self.faults = problem.errors.into_iter().map(|field| (field.path, field.message)).collect();
        if self.faults.is_empty() {
            self.faults.push((String::new(), problem.title));
        }
        Ok((problem.status, self))
    }

    /// Ties what is wrong to the fields that the page has, by a path or its last part. What is about none of them is said of
    /// the whole, so that nothing leads nowhere; what does not say which field it is about is given the field's label.
    pub fn tied(mut self, page: &Shell, label: impl Fn(&str) -> Option<String>) -> Self {
        for (at, (name, words)) in self.faults.iter_mut().enumerate() {
            if label(name).is_none() {
                let last = name.rsplit('.').next().filter(|last| label(last).is_some()).unwrap_or_default().to_owned();
                *name = last;
            }
            if let (Some(label), Some(key)) = (label(name), self.keys.get(at)) {
                *words = naming(page, key, &label, words);
            }
        }
        self
    }

    /// The same form, where a field that must be filled in is empty and nothing else is said of it.
    pub fn needing(mut self, page: &Shell, name: &str, label: &str) -> Self {
        if self.value(name).is_empty() && self.fault(name).is_none() {
            self.faults.push((name.to_owned(), page.with("form-empty", "field", label)));
        }
        self
    }
}

/// What is wrong with a field, in words that name it.
fn naming(page: &Shell, key: &str, label: &str, words: &str) -> String {
    if EMPTY.contains(&key) {
        page.with("form-empty", "field", label)
    } else if NAMELESS.iter().any(|family| key.starts_with(family)) {
        format!("{}{words}", page.with("draft-told", "place", label))
    } else {
        words.to_owned()
    }
}

/// Reads what a form holds as a service takes it, and says everything that is wrong with it at once: what cannot be read is
/// left aside until all of it is known, and `check` says what else the service would say of the rest.
///
/// # Errors
/// `Malformed` with everything that cannot be read or is missing.
pub fn read_all<T: DeserializeOwned>(
    mut object: Map<String, Value>,
    check: impl Fn(&T) -> Result<(), Error>,
) -> Result<T, Error> {
    let mut faults: Vec<FieldError> = Vec::new();
    let mut places: Vec<String> = Vec::new();
    loop {
        let found = match read::<T>(&object) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(value) => {
                if let Err(Error::Refused { errors, .. }) = check(&value) {
                    faults.extend(errors.into_iter().filter(|error| !places.contains(&error.path)));
                }
                return Err(Error::Malformed(faults));
            }
            Err(Error::Malformed(found)) => found,
            Err(other) => return Err(other),
        };
        let place = found.first().map(place_of).unwrap_or_default();
        if place.is_empty() || places.contains(&place) {
            return Err(Error::Malformed(if faults.is_empty() { found } else { faults }));
        }
        faults.extend(found);
        fill::<T>(&mut object, &place);
        places.push(place);
    }
}

fn read<T: DeserializeOwned>(object: &Map<String, Value>) -> Result<T, Error> {
    let text = serde_json::to_vec(object).map_err(|error| Error::Internal(error.to_string()))?;
    read_json(&text)
}

/// The field that a fault is about.
fn place_of(fault: &FieldError) -> String {
    match fault.message.args.iter().find(|(name, _)| *name == "key") {
        Some((_, key)) if fault.path.is_empty() => key.clone(),
        Some((_, key)) if fault.path != *key => format!("{}.{key}", fault.path),
        _ => fault.path.clone(),
    }
}

/// Puts something that can be read in a place where nothing can, so that what is read after it is looked at too.
fn fill<T: DeserializeOwned>(object: &mut Map<String, Value>, place: &str) {
    let readable = [json!("1"), json!(1), json!("2026-01-01"), json!("2026-01"), json!([]), json!({})];
    for value in readable {
        let (first, rest) = place.split_once('.').unwrap_or((place, ""));
        // Of a list, one thing that cannot be read is told at a time.
        if first.contains('[') {
            return;
        }
        match object.get_mut(first).and_then(Value::as_object_mut) {
            Some(within) if !rest.is_empty() => drop(within.insert(rest.to_owned(), value)),
            _ => drop(object.insert(first.to_owned(), value)),
        }
        match read::<T>(object) {
            Err(Error::Malformed(found)) if found.first().map(place_of).as_deref() == Some(place) => {}
            _ => return,
        }
    }
}

/// What is malformed, as it is said to somebody who typed it into a field and not to a program that wrote JSON.
fn for_people(error: Error) -> Error {
    let Error::Malformed(fields) = error else { return error };
    let said = fields.into_iter().map(|FieldError { path, message }| match message.key {
        "malformed-missing-key" => {
            let key = message.args.iter().find(|(name, _)| *name == "key").map_or("", |(_, key)| key.as_str());
            let is_named = path.rsplit('.').next() == Some(key);
            let path = if is_named || path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            FieldError { path, message: Message::new("draft-empty") }
        }
        "unreadable" | "malformed-type" => FieldError { path, message: Message::new("form-unreadable") },
        code => FieldError { message: beside_a_field(code).map_or(message, Message::new), path },
    });
    Error::Malformed(said.collect())
}
