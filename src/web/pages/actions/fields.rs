//! What an act asks for: fields with their kind, what they propose, and what can be chosen.

use crate::domain::clauses::Clause;
use crate::error::Error;
use crate::services::change_requests::{self, ChangeRequestView};
use crate::services::deliverables::{self, SubmissionView};
use crate::services::documents::words;
use crate::services::payments::{self, PaymentRequestView};
use crate::services::performance::scores;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page};
use crate::web::pages::actions::Setting;
use crate::web::pages::forms::Form;
use crate::web::pages::shell::Shell;

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Line,
    /// Several lines.
    Text,
    /// A number.
    Number,
    /// A day.
    Day,
    /// A month.
    Month,
    /// One of several.
    Choice,
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// Its name; its label is `field-NAME` unless it has one of its own.
    pub name: String,
    /// A label that is no key.
    pub label: Option<String>,
    /// How it is typed.
    pub kind: Kind,
    /// What it proposes.
    pub value: String,
    /// Key of its hint; empty for none.
    pub hint: &'static str,
    /// What can be chosen: values and their words.
    pub options: Vec<(String, String)>,
}

/// The fields of an act.
pub type Fields = fn(&Setting<'_>) -> Result<Vec<Field>, Error>;

/// A form that holds what the fields propose.
pub fn proposed(fields: &[Field]) -> Form {
    Form::of(fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect())
}

/// A form whose faults stand in the order of the fields; what is about none of them stands first.
pub fn in_order(mut form: Form, fields: &[Field]) -> Form {
    let place = |name: &str| fields.iter().position(|field| field.name == name).unwrap_or(fields.len()) + 1;
    form.faults.sort_by_key(|(name, _)| if name.is_empty() { 0 } else { place(name) });
    form
}

/// A field that proposes nothing.
pub fn field(name: &str, kind: Kind) -> Field {
    Field { name: name.to_owned(), label: None, kind, value: String::new(), hint: "", options: Vec::new() }
}

impl Field {
    /// What it is called.
    pub fn called(&self, page: &Shell) -> String {
        self.label.clone().unwrap_or_else(|| page.word("field", &self.name))
    }

    /// The same, with a hint.
    fn hint(mut self, key: &'static str) -> Self {
        self.hint = key;
        self
    }

    /// The same, with what it proposes.
    pub fn propose(mut self, value: impl ToString) -> Self {
        self.value = value.to_string();
        self
    }

    /// The same, with what can be chosen.
    pub fn choose(mut self, options: Vec<(String, String)>) -> Self {
        self.options = options;
        self
    }
}

fn day(setting: &Setting<'_>, name: &str) -> Field {
    field(name, Kind::Day).propose(setting.page.today)
}

/// The day of a fact, called what that day is of it.
fn on(setting: &Setting<'_>, key: &'static str) -> Field {
    Field { label: Some(setting.page.say(key)), ..day(setting, "on") }.hint("field-on-hint")
}

/// Nothing.
pub fn none(_: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(Vec::new())
}

/// Why.
pub fn reason(_: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("reason", Kind::Text)])
}

/// The day of signing.
pub fn signed(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let signed = field("signed_on", Kind::Day);
    Ok(vec![signed.propose(setting.dossier.signed_on.unwrap_or(setting.page.today))])
}

/// Why, and on which day it ends.
pub fn terminated(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("reason", Kind::Text), on(setting, "field-on-terminate")])
}

/// The day of the announcement.
pub fn announced(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![Field { hint: "", ..on(setting, "field-on-publish") }])
}

/// The bank's voucher and day.
pub fn paid(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("voucher", Kind::Line), on(setting, "field-on-pay").hint("field-bank-day-hint")])
}

/// How much is asked for.
pub fn request(_: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("amount", Kind::Number).hint("field-amount-hint")])
}

/// A score, proposed from the measures.
pub fn score(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let view = scores::load_proposal(setting.app, setting.caller, &setting.dossier.id, &setting.about.subject)?;
    let proposed = view.proposed.map(|points| points.to_string()).unwrap_or_default();
    Ok(vec![
        field("score", Kind::Number).propose(proposed).hint("field-score-hint"),
        field("note", Kind::Text),
        on(setting, "field-on-score"),
    ])
}

/// A submission's quantity and words.
pub fn submission(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let terms = &setting.dossier.input.terms;
    let agreed = terms.deliverables.iter().find(|d| d.code.as_str() == setting.about.subject).ok_or(Error::NotFound)?;
    let quantity = field("quantity", Kind::Number).propose(agreed.quantity);
    Ok(vec![quantity.hint("field-submitted-hint"), field("note", Kind::Text), on(setting, "field-on-submission")])
}

/// An invoice's number and amount.
pub fn invoice(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let line = field("number", Kind::Line);
    let number = Field { label: Some(setting.page.say("field-invoice-number")), ..line };
    let amount = field("amount", Kind::Number).hint("field-invoice-amount-hint");
    Ok(vec![number, amount, on(setting, "field-on-invoice")])
}

/// What an acceptance says: decision, quantity, each indicator, words, who took part.
pub fn decision(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let submitted = submitted(setting)?;
    let terms = &setting.dossier.input.terms;
    let agreed = terms.deliverables.iter().find(|d| d.code.as_str() == setting.about.subject).ok_or(Error::NotFound)?;
    let words = ["accepted", "partial", "rejected"];
    let options = words.map(|word| (word.to_owned(), setting.page.word("decision", word)));
    let mut fields = vec![
        field("decision", Kind::Choice).choose(options.into()).propose("accepted"),
        field("quantity", Kind::Number).propose(submitted.quantity).hint("field-accepted-hint"),
    ];
    fields.extend(agreed.indicators.iter().map(|indicator| {
        let target = setting.page.with2(
            "field-measured",
            "code",
            &indicator.code,
            "target",
            format!("{} {}", setting.page.word("direction", indicator.direction), indicator.target),
        );
        Field { label: Some(target), ..field(&format!("measured.{}", indicator.code), Kind::Number) }
    }));
    fields.push(field("note", Kind::Text).hint("field-decision-note-hint"));
    fields.push(field("members", Kind::Line).propose(&setting.caller.name).hint("field-members-hint"));
    fields.push(on(setting, "field-on-decision"));
    Ok(fields)
}

/// More time for a deliverable.
pub fn extension(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let input = &setting.dossier.input;
    let options = input.terms.deliverables.iter().map(|deliverable| {
        let code = deliverable.code.as_str();
        (code.to_owned(), input.details.deliverable(code).to_owned())
    });
    let deliverable = field("deliverable", Kind::Choice).choose(options.collect()).propose(&setting.about.subject);
    Ok(vec![deliverable, field("days", Kind::Number), field("reason", Kind::Text), on(setting, "field-on-extension")])
}

/// A breach that is to be waived.
pub fn waiver(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("reason", Kind::Text), on(setting, "field-on-waiver")])
}

/// An incident under one of the clauses on incidents.
pub fn incident(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let input = &setting.dossier.input;
    let clauses = input.terms.breach_terms.iter().filter(|term| matches!(term.clause, Clause::Incident { .. }));
    let options =
        clauses.map(|term| (term.code.to_string(), words::clause(term.code.as_str(), input, setting.page.language)));
    let clause = field("clause", Kind::Choice).choose(options.collect());
    Ok(vec![
        field("id", Kind::Line).hint("field-id-hint"),
        clause,
        field("note", Kind::Text),
        on(setting, "field-on-incident"),
    ])
}

/// Clients and workers of a month.
pub fn headcount(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    let month = field("month", Kind::Month).propose(setting.page.today.format("%Y-%m"));
    Ok(vec![
        month,
        field("clients", Kind::Number),
        field("workers", Kind::Number),
        field("note", Kind::Text),
        on(setting, "field-on-headcount"),
    ])
}

/// A survey's score.
pub fn survey(setting: &Setting<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![field("score", Kind::Number), field("note", Kind::Text), on(setting, "field-on-survey")])
}

/// The payment that an act is about.
pub fn payment(setting: &Setting<'_>) -> Result<PaymentRequestView, Error> {
    let found = payments::load_payment_request(setting.app, setting.caller, &setting.about.subject)?;
    if found.contract == setting.dossier.id { Ok(found) } else { Err(Error::NotFound) }
}

/// What was asked for on the contract.
pub fn requests(setting: &Setting<'_>) -> Result<Vec<ChangeRequestView>, Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    Ok(change_requests::list(setting.app, setting.caller, &setting.dossier.id, &every)?.items)
}

/// The request that an act is about.
pub fn request_of(setting: &Setting<'_>) -> Result<ChangeRequestView, Error> {
    requests(setting)?.into_iter().find(|ask| ask.id == setting.about.subject).ok_or(Error::NotFound)
}

/// The submission that an act is about.
pub fn submitted(setting: &Setting<'_>) -> Result<SubmissionView, Error> {
    let list = deliverables::list(setting.app, setting.caller, &setting.dossier.id)?;
    let of = list.into_iter().find(|deliverable| deliverable.code == setting.about.subject).ok_or(Error::NotFound)?;
    of.submissions.into_iter().find(|one| one.no.to_string() == setting.about.no).ok_or(Error::NotFound)
}
