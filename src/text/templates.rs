//! Texts of emails in the notation of the locales (Fluent), with values such as `{ $number }`: the program's own as
//! their source, and those that an administrator writes in their place, checked before they are used.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fluent_templates::fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use fluent_templates::{LanguageIdentifier, langid};

use crate::domain::codes::{AlertKind, Language};

/// Sources of the program's own texts, which are also compiled into the locales.
const SOURCES: [(Language, &str); 4] = [
    (Language::Zh, include_str!("../../locales/zh-CN/mail.ftl")),
    (Language::Zh, include_str!("../../locales/zh-CN/evaluations.ftl")),
    (Language::En, include_str!("../../locales/en/mail.ftl")),
    (Language::En, include_str!("../../locales/en/evaluations.ftl")),
];
/// Locale of the numbers in a text; all values are texts.
const LOCALE: LanguageIdentifier = langid!("zh-CN");
/// Maximum lengths of a subject line and of a body, in characters.
const MAX_SUBJECT: usize = 500;
const MAX_BODY: usize = 6000;
/// Values that every text may use.
const ALWAYS: &[&str] = &["name"];

/// Subject line and body of an email as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub subject: String,
    pub body: String,
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Subject,
    Body,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

/// A reason for which a template cannot be used, at a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFault {
    /// Nothing is written.
    Empty,
    /// Longer than so many characters.
    TooLong(usize),
    /// Not in the notation.
    Notation,
    /// A value that emails of this kind do not have.
    UnknownValue(String),
    /// The number of the contract is missing.
    WithoutNumber,
}

impl Template {
    /// Returns the program's own texts of a kind, as they are written in the locales.
    pub fn original(language: Language, kind: AlertKind) -> Self {
        let of = |part: Part| source_of(language, &format!("mail-{kind}-{}", part.as_str())).unwrap_or_default();
        Self { subject: of(Part::Subject), body: of(Part::Body) }
    }

    /// Checks both parts for emails of a kind.
    pub fn faults(&self, kind: AlertKind) -> Vec<(Part, TemplateFault)> {
        let known = values_of(kind);
        let of = |part, text: &str, most| fault_of(text, most, &known).map(|fault| (part, fault));
        [of(Part::Subject, &self.subject, MAX_SUBJECT), of(Part::Body, &self.body, MAX_BODY)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Formats a part; `None` if a value is missing, so that the program's own text is used instead.
    pub fn format(&self, part: Part, args: &[(&'static str, String)]) -> Option<String> {
        let text = match part {
            Part::Subject => &self.subject,
            Part::Body => &self.body,
        };
        format(text, args)
    }
}

/// Lists the values that emails of a kind have.
pub fn values_of(kind: AlertKind) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = ALWAYS.iter().map(|name| (*name).to_owned()).collect();
    for language in Language::ALL {
        let Template { subject, body } = Template::original(*language, kind);
        known.extend(values_in(&subject));
        known.extend(values_in(&body));
    }
    known
}

fn fault_of(text: &str, most: usize, known: &BTreeSet<String>) -> Option<TemplateFault> {
    if text.trim().is_empty() {
        return Some(TemplateFault::Empty);
    }
    if text.chars().count() > most {
        return Some(TemplateFault::TooLong(most));
    }
    let used = values_in(text);
    if let Some(unknown) = used.iter().find(|name| !known.contains(*name)) {
        return Some(TemplateFault::UnknownValue(unknown.clone()));
    }
    if known.contains("number") && !used.contains("number") {
        return Some(TemplateFault::WithoutNumber);
    }
    // With every value at hand, whatever else does not format is a function or another message.
    let args: Vec<(&str, String)> = known.iter().map(|name| (name.as_str(), "x".to_owned())).collect();
    format(text, &args).is_none().then_some(TemplateFault::Notation)
}

/// Returns the names of the values in a text.
fn values_in(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let names = text.split('$').skip(1).map(|rest| rest.chars().take_while(|c| is_part(*c)).collect::<String>());
    names.filter(|name| !name.is_empty()).collect()
}

fn format(text: &str, args: &[(&str, String)]) -> Option<String> {
    let lines: Vec<String> = text.lines().map(|line| format!("    {}", line.trim_end())).collect();
    let resource = FluentResource::try_new(format!("text =\n{}\n", lines.join("\n"))).ok()?;
    let mut bundle = FluentBundle::new(vec![LOCALE]);
    bundle.set_use_isolating(false);
    bundle.add_resource(&resource).ok()?;
    let pattern = bundle.get_message("text")?.value()?;
    let values: FluentArgs<'_> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_str()))).collect();
    let mut errors = Vec::new();
    let formatted = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
    errors.is_empty().then_some(formatted)
}

/// Returns a message as it is written in the locales, without its indentation.
fn source_of(language: Language, key: &str) -> Option<String> {
    let beginning = format!("{key} =");
    let sources = SOURCES.iter().filter(|(of, _)| *of == language);
    sources
        .flat_map(|(_, source)| source.split('\n').position(|line| line.starts_with(&beginning)).map(|at| (source, at)))
        .find_map(|(source, at)| {
            let mut lines = source.split('\n').skip(at);
            let first = lines.next()?.strip_prefix(&beginning)?.trim();
            let rest = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
            let indent = |line: &str| line.strip_prefix("    ").unwrap_or(line.trim_start()).trim_end().to_owned();
            let mut text: Vec<String> = std::iter::once(first.to_owned()).chain(rest.map(indent)).collect();
            if first.is_empty() {
                text.remove(0);
            }
            Some(text.join("\n").trim_end().to_owned())
        })
}
