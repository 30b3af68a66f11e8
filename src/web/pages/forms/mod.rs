//! Posted forms: the typed values are kept, and every fault is shown at its field and again at the top of the page.
//!
//! A form is read into a service's input by [`FormReader`](crate::services::shared::form_reader::FormReader); its
//! fields are shown by [`field::Field`] and `templates/forms/field.html`.

pub mod field;
pub mod named;
pub mod understood;

use actix_web::http::StatusCode;

use crate::domain::codes::Language;
use crate::domain::statutes::STATUTES;
use crate::error::{Error, FieldError, Message};
use crate::services::shared::form_reader::TypedFields;
use crate::services::shared::paging::Page;
use crate::services::shared::typed_values::beside_a_field;
use crate::web::failure::Failure;
use crate::web::pages::forms::named::{Understood, choices};
use crate::web::pages::shell::Shell;
use crate::web::refusals::RefusalNote;

/// Name of the checkbox by which a person confirms that a duplicate is intended.
const ANOTHER: &str = "another";
/// Name of the checkbox that confirms a doubtful value, and of the rule that requires the confirmation.
const CONFIRMED: &str = "confirmed";
const UNCONFIRMED: &str = "unconfirmed";
/// Rule that refuses a form whose sender has not seen its effects.
const UNSEEN: &str = "effects";
/// Rule that refuses a different form under a used idempotency key: a page is sent once.
const REUSED_KEY: &str = "idempotency-key";
/// Messages about an empty field.
const EMPTY: &[&str] = &["draft-empty", "reason-missing"];

/// A form as typed, with its faults.
#[derive(Debug, Default, Clone)]
pub struct Form {
    values: Vec<(String, String)>,
    /// Field of each fault, empty for the whole form, and its message.
    pub faults: Vec<(String, String)>,
    /// The rule of law that the form breaks, if any.
    pub rule: Option<&'static str>,
    /// Address of the identical record, if one exists.
    pub existing: Option<String>,
    /// True if the person may confirm that a second identical record is intended.
    pub is_repeatable: bool,
    /// True if the form is accepted once the person confirms a doubtful value.
    pub is_unconfirmed: bool,
    /// True if the form has no fault, but the person has not seen its effects.
    pub is_unseen: bool,
    /// Set when another person has changed the record since the form was shown.
    pub is_stale: bool,
    /// Choices for a filter that may mean several: the address of each, and its name.
    pub choices: Vec<(String, String)>,
    /// Filters that give only a part of a name, each with the whole name.
    pub understood: Understood,
    /// Message keys of `faults`, in the same order.
    keys: Vec<&'static str>,
    note: RefusalNote,
}

impl TypedFields for Form {
    fn value(&self, name: &str) -> &str {
        Self::value(self, name)
    }

    fn is_sent(&self, name: &str) -> bool {
        self.values.iter().any(|(field, _)| field == name)
    }
}

impl Form {
    /// Creates a form from field names and values.
    pub fn new(values: Vec<(String, String)>) -> Self {
        Self { values, ..Self::default() }
    }

    /// Creates an empty form with faults by field.
    pub fn with_faults(faults: Vec<(String, String)>) -> Self {
        Self { faults, ..Self::default() }
    }

    /// Allows refusals of the form to be logged.
    pub fn noting(mut self, note: RefusalNote) -> Self {
        self.note = note;
        self
    }

    /// Records the error with which the form is shown again.
    pub fn note(&self, error: &Error) {
        self.note.error(error);
    }

    /// Returns all names and values, in order.
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// Returns the trimmed value of a field; empty for a field that was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.untrimmed(name).trim()
    }

    /// Returns the value of a field with leading and trailing blanks, which are allowed in a password.
    pub fn untrimmed(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Returns the trimmed value of a field; `None` for an empty field.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.value(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Returns the fields whose names have a prefix: the rest of the name and the trimmed value.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(field, value)| Some((field.strip_prefix(prefix)?, value.trim())))
    }

    /// Returns whether the person chose to record a duplicate.
    pub fn wants_another(&self) -> bool {
        !self.value(ANOTHER).is_empty()
    }

    /// Returns whether the person confirmed a doubtful value.
    pub fn is_confirmed(&self) -> bool {
        !self.value(CONFIRMED).is_empty()
    }

    /// Replaces the value of a field.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.values.retain(|(field, _)| field != name);
        self.values.push((name.to_owned(), value.to_string()));
    }

    /// Returns whether the form is shown again without having been carried out, so that its values are stored nowhere
    /// else.
    pub fn is_unsent(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Returns the message of a field's first fault.
    pub fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(field, _)| field == name).map(|(_, words)| words.as_str())
    }

    /// Returns the whole name that a filter with a part of it means.
    pub fn understood(&self, name: &str) -> Option<&str> {
        self.understood.iter().find(|(field, _)| *field == name).map(|(_, whole)| whole.as_str())
    }

    /// Adds the faults that a service reported, and returns the HTTP status for showing the form.
    ///
    /// # Errors
    /// Errors that the person cannot correct in the form: not signed in, not found, not allowed, internal.
    pub fn refused(mut self, error: Error, language: Language) -> Result<(StatusCode, Self), Error> {
        match &error {
            Error::Unauthenticated(_) | Error::NotFound | Error::Forbidden(_) | Error::Internal(_) | Error::Retry => {
                return Err(error);
            }
            _ => self.note(&error),
        }
        let error = for_people(error);
        if let Error::Duplicate(found) = &error {
            self.existing = found.existing.as_ref().map(|existing| existing.address.clone());
            self.is_repeatable = found.is_repeatable;
        }
        self.is_unconfirmed = is_unconfirmed(&error);
        self.is_unseen = matches!(&error, Error::Refused { rule, .. } if rule == UNSEEN);
        self.is_stale = matches!(error, Error::VersionMismatch);
        self.keys = match &error {
            Error::Malformed(fields) | Error::Refused { errors: fields, .. } => {
                fields.iter().map(|field| field.message.key).collect()
            }
            _ => Vec::new(),
        };
        let problem = Failure { error, language }.problem();
        let statute = STATUTES.iter().find(|statute| problem.rule.as_deref() == Some(statute.id));
        self.rule = statute.map(|statute| statute.id);
        self.faults = problem.errors.into_iter().map(|field| (field.path, field.message)).collect();
        if self.faults.is_empty() {
            self.faults.push((String::new(), problem.title));
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok((status, self))
    }

    /// Attaches the faults to the fields of the page, by the full path or its last part. Any other fault is reported
    /// for the whole form, so that no link is dead. Messages that do not name their field get its label.
    pub fn attach_faults(mut self, page: &Shell, label: impl Fn(&str) -> Option<String>) -> Self {
        for (index, (name, words)) in self.faults.iter_mut().enumerate() {
            if label(name).is_none() {
                let last = name.rsplit('.').next().filter(|last| label(last).is_some()).unwrap_or_default().to_owned();
                *name = last;
            }
            if let Some(label) = label(name) {
                *words = with_label(page, name, self.keys.get(index).copied(), &label, words);
            }
        }
        self
    }
}

/// Returns whether a form is accepted once the person confirms a doubtful value.
pub fn is_unconfirmed(error: &Error) -> bool {
    matches!(error, Error::Refused { rule, .. } if rule == UNCONFIRMED)
}

/// Returns the result of a filter, or an empty result with the faults of the filters, each to be shown at its field.
/// `labels` has the message key of the label of each field.
///
/// # Errors
/// Errors that are not caused by a filter.
pub fn or_faults<T: Default>(
    found: Result<T, Error>,
    page: &Shell,
    labels: &[(&str, &str)],
) -> Result<(T, Form), Error> {
    match found {
        Ok(list) => Ok((list, Form::default())),
        Err(error @ Error::Malformed(_)) => {
            let choices = choices(&error, &page.here);
            let (_, form) = Form { choices, ..Form::default() }.refused(error, page.language)?;
            let label = |name: &str| labels.iter().find(|(field, _)| *field == name).map(|(_, key)| page.say(key));
            Ok((T::default(), form.attach_faults(page, label)))
        }
        Err(error) => Err(error),
    }
}

/// The faults of filters, collected so that all of them are told at once.
#[derive(Debug, Default)]
pub struct FilterFaults(Vec<FieldError>);

impl FilterFaults {
    /// Returns what a filter reads, and collects its faults.
    ///
    /// # Errors
    /// Errors that are not faults of the filter.
    pub fn collect<T>(&mut self, read: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
        match read {
            Err(Error::Malformed(faults)) => {
                self.0.extend(faults);
                Ok(None)
            }
            other => other,
        }
    }

    /// Returns the query, if no filter has a fault.
    ///
    /// # Errors
    /// `Malformed` with every fault.
    pub fn finish<T>(self, query: T) -> Result<T, Error> {
        if self.0.is_empty() { Ok(query) } else { Err(Error::Malformed(self.0)) }
    }
}

/// Loads a part of a list, or the first part where the place in the address is none, which the page then tells.
///
/// # Errors
/// Errors of `load` for the first part.
pub fn part_or_first<T>(
    page: &mut Shell,
    part: &mut Page,
    load: impl Fn(&Shell, &Page) -> Result<T, Error>,
) -> Result<T, Error> {
    match load(page, part) {
        Err(Error::Malformed(faults)) if part.after.take().is_some() => {
            faults.iter().for_each(|fault| page.tell_unread(&fault.path));
            load(page, part)
        }
        found => found,
    }
}

/// Names the field at a path in the words of its fault. The unit in a label's brackets need not be among them.
fn with_label(page: &Shell, path: &str, key: Option<&str>, label: &str, words: &str) -> String {
    let bare = label.split(['(', '（']).next().unwrap_or(label).trim();
    if key.is_some_and(|key| EMPTY.contains(&key)) {
        // A day's label says when something happened, as in “Paid on”.
        return match path.rsplit('.').next() {
            Some("on") => page.with("form-empty-day", "field", bare),
            _ if bare.ends_with(['?', '？']) => page.with("form-empty-answer", "field", bare),
            _ => page.with("form-empty", "field", in_sentence(bare)),
        };
    }
    let name = bare.to_lowercase();
    if words.to_lowercase().contains(&name) {
        return words.to_owned();
    }
    format!("{}{words}", page.with("draft-told", "place", label))
}

/// Returns a label as it stands within a sentence: with a small first letter, unless it begins with an abbreviation.
fn in_sentence(label: &str) -> String {
    let mut rest = label.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(rest).collect(),
        _ => label.to_owned(),
    }
}

/// Replaces messages for programs that write JSON by messages for people who type into a field.
fn for_people(error: Error) -> Error {
    let fields = match error {
        Error::Malformed(fields) => fields,
        Error::Refused { rule, .. } if rule == REUSED_KEY => {
            return Error::refused(rule, Message::new("form-sent-before"));
        }
        other => return other,
    };
    let fields = fields.into_iter().map(|FieldError { path, message }| match message.key {
        "malformed-missing-key" => {
            let key = message.args.iter().find(|(name, _)| *name == "key").map_or("", |(_, key)| key.as_str());
            let is_named = path.rsplit('.').next() == Some(key);
            let path = if is_named || path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            FieldError { path, message: Message::new("draft-empty") }
        }
        "unreadable" | "malformed-type" => FieldError { path, message: Message::new("form-unreadable") },
        code => FieldError { message: beside_a_field(code).map_or(message, Message::new), path },
    });
    Error::Malformed(fields.collect())
}
