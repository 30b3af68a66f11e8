//! Forms: what was typed is kept, what is wrong is said at its field and, together, at the top.

use crate::domain::codes::Language;
use crate::domain::statutes::STATUTES;
use crate::error::{Error, FieldError, Message};
use crate::services::drafts::beside_a_field;
use crate::web::failure::Failure;

/// A form as it was typed, and what is wrong with it.
#[derive(Debug, Default, Clone)]
pub struct Form {
    values: Vec<(String, String)>,
    /// What is wrong: the field's name, empty for the whole, and the words.
    pub faults: Vec<(String, String)>,
    /// The rule of law that refuses, if it is one.
    pub rule: Option<&'static str>,
}

impl Form {
    /// A form of fields and what they hold.
    pub fn of(values: Vec<(String, String)>) -> Self {
        Self { values, faults: Vec::new(), rule: None }
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
            Error::Unauthenticated(_) | Error::NotFound | Error::Forbidden(_) | Error::Internal(_) | Error::Again => {
                return Err(error);
            }
            _ => {}
        }
        let failure = Failure { error: for_people(error), language };
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
    /// the whole, so that nothing leads nowhere.
    pub fn tied(mut self, has: impl Fn(&str) -> bool) -> Self {
        for (name, _) in self.faults.iter_mut().filter(|(name, _)| !has(name)) {
            let last = name.rsplit('.').next().filter(|last| has(last)).unwrap_or_default().to_owned();
            *name = last;
        }
        self
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
