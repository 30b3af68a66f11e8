//! The text of emails: subject, plain text and HTML, in the recipient's language. The caller decides what is sent to
//! whom.
//!
//! The texts are `mail-<kind>-subject` and `mail-<kind>-body` in `locales/*/mail.ftl`. Each paragraph of a body is one
//! line; the first says what happened, to which contract, and what to do by when.

use chrono::NaiveDate;

use crate::domain::codes::{AlertKind, Language};
use crate::domain::tasks::TaskKind;
use crate::text::templates::{Part, Template};
use crate::text::{dates, message, money};

/// Values that are days (2026-09-30), to be written out.
const DAYS: &[&str] = &["due", "since", "on", "until"];
/// Values in yuan (1234.50), to be grouped by thousands.
const MONEY: &[&str] = &["amount", "charged"];
/// Values that may be missing; the email then says `mail-none`.
const OPTIONAL: &[&str] = &[
    "amount",
    "charged",
    "milestone",
    "subject",
    "reason",
    "note",
    "on",
    "voucher",
    "quantity",
    "decision",
    "clause",
    "more_days",
    "seq",
    "steps",
    "until",
];

/// Names chosen by people, which are cut if the subject line would grow too long.
const NAMES: &[&str] = &["subject", "milestone", "clause", "sender", "number"];
/// Maximum length of a subject line, in characters.
pub const SUBJECT: usize = 90;
/// Minimum and maximum length of a name in a subject line, in characters.
const NAME: std::ops::RangeInclusive<usize> = 12..=40;

/// The content of an email, without link and footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailText {
    pub subject: String,
    /// Plain text; paragraphs are separated by an empty line.
    pub text: String,
    /// The same paragraphs in HTML, escaped.
    pub html: String,
}

/// Composes the email of an alert. Values: `number` and `title` of the contract, `name` of the recipient, `subject`;
/// for a task `task` (its kind), `due`, `days` (until then, or since) and `provisional` (a year without announced
/// holidays); for a breach `clause`, `breach` (its kind), `since`, `accruing`, `charged`, `on` (day of
/// the amount), `steps` (of the amount) and `answer_days`; for a payment `milestone`,
/// `amount`, `reason`, `on`, `voucher`; for a decision `decision`, `quantity`, `note` (the reason of a rejection) and
/// `until` (the last day to put it right); for a change request `change_request` (its kind), `clause`, `more_days`,
/// `seq`; for a message `sender`. Days are passed as 2026-09-30, money as 1234.50.
pub fn compose_email(language: Language, kind: AlertKind, values: &[(&'static str, String)]) -> EmailText {
    compose(language, kind, values, None)
}

/// Composes the email of an alert as [`compose_email`], with a text that an administrator wrote.
pub fn compose_own(
    language: Language,
    kind: AlertKind,
    values: &[(&'static str, String)],
    own: &Template,
) -> EmailText {
    compose(language, kind, values, Some(own))
}

fn compose(
    language: Language,
    kind: AlertKind,
    values: &[(&'static str, String)],
    own: Option<&Template>,
) -> EmailText {
    let mut args: Vec<(&'static str, String)> =
        values.iter().map(|(name, value)| (*name, format_arg(language, name, value))).collect();
    // A clause without a name of its own is called after its kind.
    if find(&args, "clause").is_some_and(|(_, name)| name.is_empty())
        && let Some((_, kind)) = find(&args, "breach").cloned()
    {
        args.retain(|(name, _)| *name != "clause");
        args.push(("clause", kind));
    }
    let is_cure_agreed = find(values, "until").is_some_and(|(_, day)| !day.is_empty());
    args.push(("cure", if is_cure_agreed { "agreed" } else { "none" }.to_owned()));
    let note = find(&args, "note").map(|(_, note)| note.clone());
    if find(&args, "reason").is_none() {
        args.extend(note.map(|note| ("reason", note)));
    }
    for name in OPTIONAL {
        if find(&args, name).is_none_or(|(_, value)| value.trim().is_empty()) {
            args.retain(|(known, _)| known != name);
            args.push((name, message(language, "mail-none", &[])));
        }
    }
    let asked = find(&args, "change_request").map(|(_, kind)| kind.clone());
    say_change_request(language, asked.as_deref(), &mut args);
    let task = find(values, "task").and_then(|(_, code)| TaskKind::parse(code));
    if let Some((_, days)) = find(values, "days") {
        let count = match days.as_str() {
            "0" => "none",
            "1" => "one",
            _ => "other",
        };
        args.push(("count", count.to_owned()));
        args.push(("left", message(language, "mail-left", &args)));
        args.push(("late", message(language, late_key(task), &args)));
    }
    if let Some(task) = task {
        args.retain(|(name, _)| *name != "task");
        args.push(("hint", message(language, &format!("mail-hint-{task}"), &args)));
        args.push(("task_in_full", message(language, &format!("mail-task-in-full-{task}"), &args)));
    }
    let own_body = own.and_then(|own| own.format(Part::Body, &args));
    let mut body = own_body.unwrap_or_else(|| message(language, &format!("mail-{kind}-body"), &args));
    if find(&args, "provisional").is_some() {
        body += "\n";
        body += &message(language, "mail-provisional", &args);
    }
    let paragraphs: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    EmailText {
        subject: subject_line((language, kind, own), (task, asked.as_deref()), &args),
        text: paragraphs.join("\n\n"),
        html: paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", escape_html(paragraph))).collect(),
    }
}

/// Returns the key of the words for a day that has passed: for a step of a payment it is the payment that is late.
pub fn late_key(task: Option<TaskKind>) -> &'static str {
    if task.is_some_and(TaskKind::is_step_of_payment) { "mail-late-payment" } else { "mail-late" }
}

/// Composes the subject line, with names as long as there is room for.
fn subject_line(
    (language, kind, own): (Language, AlertKind, Option<&Template>),
    (task, asked): (Option<TaskKind>, Option<&str>),
    args: &[(&'static str, String)],
) -> String {
    let with_names_of = |most: usize| {
        let mut args: Vec<(&'static str, String)> = args
            .iter()
            .map(|(name, value)| (*name, if NAMES.contains(name) { truncate(value, most) } else { value.clone() }))
            .collect();
        say_change_request(language, asked, &mut args);
        if let Some(task) = task {
            args.push(("task", message(language, &format!("mail-task-{task}"), &args)));
        }
        let line = own.and_then(|own| own.format(Part::Subject, &args));
        let line = line.unwrap_or_else(|| message(language, &format!("mail-{kind}-subject"), &args));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let fits = |line: &String| line.chars().count() <= SUBJECT;
    NAME.rev().map(with_names_of).find(fits).unwrap_or_else(|| with_names_of(*NAME.start()))
}

/// Describes a change request of a kind, with the names in `args`.
fn say_change_request(language: Language, kind: Option<&str>, args: &mut Vec<(&'static str, String)>) {
    if let Some(kind) = kind {
        args.retain(|(name, _)| *name != "change_request");
        args.push(("change_request", change_request(language, kind, args)));
    }
}

/// Describes a change request of a kind. A reversal is named by the record that it cancels: its kind and subject.
pub fn change_request(language: Language, kind: &str, args: &[(&'static str, String)]) -> String {
    let given = |name: &str| find(args, name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty());
    let record = given("reversed").map(|code| message(language, &format!("fact-{code}"), &[]));
    let what = record.map(|record| given("subject").map_or_else(|| record.clone(), |of| format!("{record} · {of}")));
    let mut args = args.to_vec();
    if what.is_none() {
        args.retain(|(name, _)| *name != "reversed");
        args.push(("reversed", "none".to_owned()));
    }
    args.push(("what", what.unwrap_or_default()));
    message(language, &format!("mail-change-request-{kind}"), &args)
}

/// Shortens a text to `most` characters, the last of them an ellipsis.
fn truncate(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The contents of an email that lists others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Tasks, of which some are overdue.
    Tasks { overdue: usize },
    /// Notices of a day.
    Daily,
}

/// Composes one email about several others: a line for each, with its address.
pub fn compose_digest(language: Language, name: &str, items: &[(String, String)], of: List) -> EmailText {
    let (overdue, subject, body) = match of {
        List::Tasks { overdue } => (overdue, "mail-digest-subject", "mail-digest-body"),
        List::Daily => (0, "mail-daily-subject", "mail-daily-body"),
    };
    let args = [
        ("name", name.split_whitespace().collect::<Vec<_>>().join(" ")),
        ("count", items.len().to_string()),
        ("overdue", overdue.to_string()),
        ("late", if overdue == 0 { "none" } else { "some" }.to_owned()),
    ];
    let opening = message(language, body, &args);
    let text = items.iter().zip(1..).map(|((line, address), number)| format!("{number}. {line}\n   {address}"));
    let html = items
        .iter()
        .map(|(line, address)| format!("<li><a href=\"{}\">{}</a></li>\n", escape_html(address), escape_html(line)));
    EmailText {
        subject: message(language, subject, &args),
        text: std::iter::once(opening.clone()).chain(text).collect::<Vec<_>>().join("\n\n"),
        html: format!("<p>{}</p>\n<ol>\n{}</ol>\n", escape_html(&opening), html.collect::<String>()),
    }
}

/// A link below an email: its address, and the key of the words before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub address: String,
    pub key: &'static str,
}

/// Adds a link and the footer, and returns the plain text and the HTML document to send.
pub fn render_email(language: Language, words: &EmailText, link: Option<&Link>) -> (String, String) {
    let footer = message(language, "mail-footer", &[]);
    let tag = match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    };
    let (mut text, mut body) = (words.text.clone(), words.html.clone());
    if let Some(Link { address, key }) = link {
        let open = message(language, key, &[]);
        text += &format!("\n\n{open}\n{address}");
        body += &format!("<p><a href=\"{}\">{}</a></p>\n", escape_html(address), escape_html(&open));
    }
    text += &format!("\n\n-- \n{footer}\n");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font: 16px/1.6 'Noto Sans SC', 'Microsoft YaHei', sans-serif; max-width: 40em\">\n\
         {body}<p style=\"color: #505a5f; font-size: 14px\">{}</p>\n</body>\n</html>\n",
        escape_html(&words.subject),
        escape_html(&footer)
    );
    (text, html)
}

fn find<'a>(values: &'a [(&'static str, String)], name: &str) -> Option<&'a (&'static str, String)> {
    values.iter().find(|(known, _)| *known == name)
}

fn format_arg(language: Language, name: &str, value: &str) -> String {
    if DAYS.contains(&name) {
        return value.parse::<NaiveDate>().map_or_else(|_| value.to_owned(), |day| dates::long(day, language));
    }
    if MONEY.contains(&name) {
        return money::group_thousands(&value.replace(',', ""));
    }
    match name {
        "breach" => message(language, &format!("mail-breach-{value}"), &[]),
        // Text typed by people becomes one line, so that it cannot add paragraphs.
        _ => value.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
