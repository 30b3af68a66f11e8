//! Texts of emails as an administrator edits them, in both languages: shown with the program's own, previewed with
//! sample values, saved and restored. A text that cannot be formatted is never saved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::clauses::ClauseKind;
use crate::domain::codes::{AlertKind, ChangeRequestKind, Language};
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::notifications::templates as rows;
use crate::storage::registry::version::{self, RegisterVersion};
use crate::storage::write::{Event, write};
use crate::text::mail::{EmailText, compose_email, compose_own};
use crate::text::templates::{Part, Template, TemplateFault, values_of};

/// Hash chain of the events about texts of emails.
const STREAM: &str = "mail-templates";
/// Rule that refuses a text.
const RULE: &str = "mail-template";

/// Texts that administrators wrote, for the emails of one transaction.
pub struct OwnTexts(rows::StoredTexts);

impl OwnTexts {
    /// Returns the texts, from memory if the registers are still of this version.
    ///
    /// # Errors
    /// Database errors.
    pub(super) fn remembered(connection: &mut AnyConnection, registers: &RegisterVersion) -> Result<Self, Error> {
        Ok(Self(rows::remembered(connection, registers)?))
    }

    /// Returns the texts of the present registers.
    ///
    /// # Errors
    /// Database errors.
    pub(super) fn load(connection: &mut AnyConnection) -> Result<Self, Error> {
        let registers = version::load(connection)?;
        Self::remembered(connection, &registers)
    }

    /// Composes an email with the text of an administrator, or with the program's own.
    pub(super) fn compose(&self, language: Language, kind: AlertKind, values: &[(&'static str, String)]) -> EmailText {
        match self.0.get(&(kind, language)) {
            Some((subject, body)) => {
                let own = Template { subject: subject.clone(), body: body.clone() };
                compose_own(language, kind, values, &own)
            }
            None => compose_email(language, kind, values),
        }
    }
}

/// A kind of email with texts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TemplateKind {
    pub kind: AlertKind,
    /// True if an administrator wrote a text of this kind.
    pub own: bool,
}

/// Subject line and body of an email, with values such as `{ $number }`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// Subject line, at most 500 characters.
    pub subject: String,
    /// Body, one paragraph a line, at most 6,000 characters.
    pub body: String,
}

/// The texts of a kind of email in both languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateTexts {
    pub zh: TemplateText,
    pub en: TemplateText,
}

/// The texts of a kind of email for editing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateView {
    pub kind: AlertKind,
    /// True if an administrator wrote the texts, false for the program's own.
    pub own: bool,
    /// Values that the texts may use.
    pub values: Vec<String>,
    pub texts: TemplateTexts,
}

/// An email with sample values.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TemplateSample {
    pub subject: String,
    /// Text, with an empty line between paragraphs.
    pub text: String,
}

/// Emails with sample values in both languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TemplateSamples {
    pub zh: TemplateSample,
    pub en: TemplateSample,
}

impl TemplateSamples {
    /// Returns the emails in the order of the languages.
    pub fn both(&self) -> [&TemplateSample; 2] {
        [&self.zh, &self.en]
    }
}

impl TemplateTexts {
    fn of(&self, language: Language) -> &TemplateText {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

impl From<Template> for TemplateText {
    fn from(template: Template) -> Self {
        Self { subject: template.subject, body: template.body }
    }
}

impl TemplateText {
    fn template(&self) -> Template {
        let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        Template { subject: plain(&self.subject), body: plain(&self.body) }
    }
}

/// Lists the kinds of email.
///
/// # Errors
/// `Forbidden`.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<TemplateKind>, Error> {
    caller.may(Action::ManageMailTemplates)?;
    let stored = app.pool.read(rows::all)?;
    let is_own = |kind: AlertKind| stored.iter().any(|row| row.kind == kind);
    Ok(AlertKind::ALL.iter().map(|kind| TemplateKind { kind: *kind, own: is_own(*kind) }).collect())
}

/// Returns the texts of a kind of email.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown kind.
pub fn show(app: &App, caller: &Caller, kind: &str) -> Result<TemplateView, Error> {
    caller.may(Action::ManageMailTemplates)?;
    let kind = AlertKind::parse(kind).ok_or(Error::NotFound)?;
    let stored = app.pool.read(rows::all)?;
    let of = |language: Language| {
        let own = stored.iter().find(|row| (row.kind, row.language) == (kind, language));
        own.map_or_else(
            || Template::original(language, kind).into(),
            |row| TemplateText { subject: row.subject.clone(), body: row.body.clone() },
        )
    };
    Ok(TemplateView {
        kind,
        own: stored.iter().any(|row| row.kind == kind),
        values: values_of(kind).into_iter().collect(),
        texts: TemplateTexts { zh: of(Language::Zh), en: of(Language::En) },
    })
}

/// Composes emails of a kind from texts, with sample values.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown kind; `Refused` for a text that cannot be used.
pub fn preview(caller: &Caller, kind: &str, input: &TemplateTexts) -> Result<TemplateSamples, Error> {
    caller.may(Action::ManageMailTemplates)?;
    let kind = AlertKind::parse(kind).ok_or(Error::NotFound)?;
    check(kind, input)?;
    let values = sample_values(&caller.name, caller.today());
    let of = |language: Language| {
        let EmailText { subject, text, .. } = compose_own(language, kind, &values, &input.of(language).template());
        TemplateSample { subject, text }
    };
    Ok(TemplateSamples { zh: of(Language::Zh), en: of(Language::En) })
}

/// Saves the texts of a kind of email. Emails that are queued already keep theirs.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown kind; `Refused` for a text that cannot be used.
pub fn save(app: &App, caller: &Caller, kind: &str, input: &TemplateTexts) -> Result<TemplateKind, Error> {
    let seat = caller.seat(Action::ManageMailTemplates)?;
    let kind = AlertKind::parse(kind).ok_or(Error::NotFound)?;
    check(kind, input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let mut body = BTreeMap::new();
        for language in Language::ALL {
            let Template { subject, body: text } = input.of(*language).template();
            rows::save(tx.connection, (kind, *language), (&subject, &text))?;
            body.insert(language.as_str(), [subject, text]);
        }
        let body = serde_json::json!({ "texts": body });
        tx.event(&Event { stream: STREAM, action: EventAction::MailTemplateSave, object: kind.as_str(), body })?;
        Ok(TemplateKind { kind, own: true })
    })
}

/// Restores the program's own texts of a kind of email.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown kind.
pub fn restore(app: &App, caller: &Caller, kind: &str) -> Result<TemplateKind, Error> {
    let seat = caller.seat(Action::ManageMailTemplates)?;
    let kind = AlertKind::parse(kind).ok_or(Error::NotFound)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        for language in Language::ALL {
            rows::delete(tx.connection, kind, *language)?;
        }
        let body = serde_json::json!({});
        tx.event(&Event { stream: STREAM, action: EventAction::MailTemplateRestore, object: kind.as_str(), body })?;
        Ok(TemplateKind { kind, own: false })
    })
}

/// Refuses texts that cannot be used, each at its field: `zh.subject`, `zh.body`, `en.subject` or `en.body`.
fn check(kind: AlertKind, input: &TemplateTexts) -> Result<(), Error> {
    let mut errors = Vec::new();
    for language in Language::ALL {
        for (part, fault) in input.of(*language).template().faults(kind) {
            let part = if part == Part::Subject { "subject" } else { "body" };
            errors.push(FieldError { path: format!("{language}.{part}"), message: words(fault) });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Refused { rule: RULE.to_owned(), errors }) }
}

fn words(fault: TemplateFault) -> Message {
    match fault {
        TemplateFault::Empty => Message::new("draft-empty"),
        TemplateFault::TooLong(most) => Message::new("template-too-long").with("most", most),
        TemplateFault::Notation => Message::new("template-notation"),
        TemplateFault::UnknownValue(name) => Message::new("template-unknown-value").with("value", name),
        TemplateFault::WithoutNumber => Message::new("template-without-number"),
    }
}

/// Returns sample values for every kind of email.
fn sample_values(name: &str, day: chrono::NaiveDate) -> Vec<(&'static str, String)> {
    [
        ("number", "XCSF-2026-001"),
        ("title", "社区矫正社会工作服务"),
        ("name", name),
        ("subject", "上半年个别教育"),
        ("milestone", "年中付款"),
        ("clause", "逾期提交"),
        ("breach", ClauseKind::LateDelivery.as_str()),
        ("accruing", "true"),
        ("charged", "1234.50"),
        ("amount", "93600.00"),
        ("steps", "1 × 2 = 3"),
        ("answer_days", "10"),
        ("task", TaskKind::Inspect.as_str()),
        ("days", "7"),
        ("change_request", ChangeRequestKind::Extension.as_str()),
        ("more_days", "7"),
        ("seq", "3"),
        ("reason", "材料不全"),
        ("note", "符合要求"),
        ("state", "granted"),
        ("decision", "accepted"),
        ("quantity", "1"),
        ("voucher", "ZF-2026-001"),
        ("score", "92.5"),
        ("sender", "宣城市司法局"),
        ("account", "****3333"),
        ("bank", "徽商银行"),
        ("codes", "9"),
        ("seal", "0123abcd"),
        ("register", "statute-settings"),
        ("count", "3"),
    ]
    .into_iter()
    .map(|(key, value)| (key, value.to_owned()))
    .chain(["due", "since", "on", "until"].map(|key| (key, day.to_string())))
    .collect()
}
