//! Messages to be sent: one for each email, except that a person with more than a few reminders due at once gets one
//! message that lists them, as do those who chose a daily list.
//!
//! An email that requests a task is void once the task is done, its day has moved, its recipient no longer acts in the
//! role, or a later reminder of the same task waits too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::adapters::mail::{Attachment, Correspondent, Email};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::alerts::is_about_task;
use crate::domain::codes::{AlertKind, DocumentKind, Language, Role};
use crate::domain::subject::Subject;
use crate::error::Error;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, PdfFile, PreparedDocument, Wanted};
use crate::services::identity::password_links;
use crate::services::notifications::alerts::named_requests;
use crate::services::notifications::audience::Audience;
use crate::services::notifications::links;
use crate::storage::AnyConnection;
use crate::storage::contracts::due;
use crate::storage::ids::{ContractId, EmailId, OrganisationId, PersonId};
use crate::storage::notifications::leases::LeasedEmail;
use crate::text::mail::{EmailText, Link, List, compose_digest, render_email};

/// Media type of a printed document.
const PDF: &str = "application/pdf";
/// Maximum number of reminders to one person that are sent separately.
const MOST_APART: usize = 3;

/// Emails to one person that are sent as one message.
pub struct Message {
    first: LeasedEmail,
    others: Vec<LeasedEmail>,
    /// True for a daily list, of one or more emails.
    is_daily: bool,
}

impl Message {
    /// Iterates over the message's emails, of which there is at least one.
    pub fn emails(&self) -> impl Iterator<Item = &LeasedEmail> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// Groups emails into messages, in the order of the emails. `daily` leave in daily lists.
pub fn group(emails: Vec<LeasedEmail>, daily: &BTreeSet<i64>) -> Vec<Message> {
    let mut reminders: BTreeMap<PersonId, usize> = BTreeMap::new();
    for email in emails.iter().filter(|email| is_about_task(email.kind) && !daily.contains(&email.id.0)) {
        *reminders.entry(email.person_id).or_default() += 1;
    }
    let mut messages: Vec<Message> = Vec::new();
    let mut digests: BTreeMap<(PersonId, bool), usize> = BTreeMap::new();
    for email in emails {
        let is_daily = daily.contains(&email.id.0);
        let key = (email.person_id, is_daily);
        let is_many = || reminders.get(&email.person_id).is_some_and(|count| *count > MOST_APART);
        let is_listed = is_daily || is_about_task(email.kind) && is_many();
        match digests.get(&key).and_then(|at| messages.get_mut(*at)) {
            Some(message) if is_listed => message.others.push(email),
            _ => {
                if is_listed {
                    digests.insert(key, messages.len());
                }
                messages.push(Message { first: email, others: Vec::new(), is_daily });
            }
        }
    }
    messages
}

/// Returns the emails that are void on a day.
///
/// # Errors
/// Database errors.
pub fn find_void(
    connection: &mut AnyConnection,
    emails: &[LeasedEmail],
    today: NaiveDate,
) -> Result<BTreeSet<EmailId>, Error> {
    let asking: Vec<&LeasedEmail> = emails.iter().filter(|email| is_about_task(email.kind)).collect();
    if asking.is_empty() {
        return Ok(BTreeSet::new());
    }
    let contracts: BTreeSet<ContractId> = asking.iter().map(|email| email.contract_id).collect();
    let tasks = due::tasks_of_contracts(connection, &contracts.into_iter().collect::<Vec<_>>())?;
    let organisations: BTreeSet<OrganisationId> = tasks.iter().map(|found| found.task.organisation_id).collect();
    let roles: BTreeSet<Role> = tasks.iter().map(|found| found.task.role).collect();
    let subjects = asking.iter().filter_map(|email| Subject::parse_task(&email.subject_key));
    let (payments, requests) = named_requests(subjects.map(|(kind, about)| kind.target(about)));
    let (organisations, roles): (Vec<_>, Vec<_>) = (organisations.into_iter().collect(), roles.into_iter().collect());
    let audience = Audience::load(connection, &organisations, &roles, (&payments, &requests), today)?;
    let still_holds = |email: &LeasedEmail| {
        let Some((kind, about)) = Subject::parse_task(&email.subject_key) else { return false };
        tasks.iter().filter(|found| found.contract == email.contract_id).map(|found| &found.task).any(|task| {
            task.kind == kind.as_str()
                // An email about the contract as a whole names its version instead.
                && (task.subject == about || task.subject.is_empty())
                && task.due_on == email.due_on
                && audience.includes(email.person_id, task.organisation_id, task.role, about)
        })
    };
    let is_outdated = |email: &LeasedEmail| {
        let same = |other: &&&LeasedEmail| {
            (other.person_id, other.contract_id, &other.subject_key)
                == (email.person_id, email.contract_id, &email.subject_key)
        };
        asking.iter().filter(same).any(|other| other.id > email.id)
    };
    let is_void = |email: &&&LeasedEmail| !still_holds(email) || is_outdated(email);
    Ok(asking.iter().filter(is_void).map(|email| email.id).collect())
}

/// Composes the email to send.
pub fn compose(app: &App, message: &Message) -> Email {
    let base = app.settings.public_url();
    let link = |email: &LeasedEmail| match email.kind {
        AlertKind::PasswordLink | AlertKind::PasswordForgotten => {
            Some(password_links::address(app, &email.subject_key))
        }
        kind => {
            let contract = email.contract.as_ref()?;
            Some(format!("{base}{}", links::of_email(contract, kind, &email.subject_key)))
        }
    };
    let first = &message.first;
    let is_list = !message.others.is_empty() || message.is_daily;
    let (message_id, words, target) = if !is_list {
        let words = EmailText { subject: first.subject.clone(), text: first.body.clone(), html: first.html.clone() };
        let target = link(first).map(|address| Link { address, key: words_of_link(first.kind) });
        (first.message_id.clone(), words, target)
    } else {
        let items: Vec<(String, String)> = message
            .emails()
            .map(|email| (email.subject.clone(), link(email).unwrap_or_else(|| format!("{base}/work"))))
            .collect();
        let overdue = message.emails().filter(|email| email.kind == AlertKind::Overdue).count();
        let of = if message.is_daily { List::Daily } else { List::Tasks { overdue } };
        let words = compose_digest(first.language, &first.name, &items, of);
        let target = Some(match of {
            List::Daily => Link { address: format!("{base}/notices"), key: "mail-open-notices" },
            List::Tasks { .. } => Link { address: format!("{base}/work"), key: "mail-open-work" },
        });
        (digest_id(message), words, target)
    };
    let (text, html) = render_email(first.language, &words, target.as_ref());
    Email {
        message_id,
        holds: if is_list { message.emails().map(LeasedEmail::random_id).collect() } else { Vec::new() },
        from: sender(app, message),
        to: Correspondent { name: first.name.clone(), address: first.address.clone() },
        subject: words.subject,
        text,
        html,
        attachments: if is_list { Vec::new() } else { print_notice(app, first) },
        date: first.created_at.and_utc(),
        language: match first.language {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
        .to_owned(),
    }
}

/// Returns the program's address under the name of the bureau that buys what the message is about, so that people
/// recognise who writes; under its own name if that is not about one bureau.
fn sender(app: &App, message: &Message) -> Correspondent {
    let bureau = message.first.bureau.as_ref();
    let is_of_one = message.emails().all(|email| email.bureau.as_ref() == bureau);
    let name = bureau.filter(|_| is_of_one).unwrap_or(&app.sender.name);
    Correspondent { name: name.clone(), address: app.sender.address.clone() }
}

/// Prints the notice of breach that an email to the contractor carries, as of the day of the email, so that each
/// attempt carries the same. An email whose breach has gone since leaves without it.
fn print_notice(app: &App, email: &LeasedEmail) -> Vec<Attachment> {
    let Some(number) = email.number.as_ref().filter(|_| email.kind == AlertKind::BreachFound) else {
        return Vec::new();
    };
    let wanted = Wanted {
        kind: DocumentKind::Breach,
        subject: Some(email.subject_key.clone()),
        as_of: Some(civil_day(email.created_at)),
        lang: match email.language {
            Language::Zh => DocumentLang::Zh,
            Language::En => DocumentLang::En,
        },
    };
    match issue::prepare_by_number(app, number, &wanted).and_then(PreparedDocument::render) {
        Ok(PdfFile { name, bytes }) => vec![Attachment { name, media_type: PDF.to_owned(), bytes }],
        Err(error) => {
            tracing::warn!(%error, message_id = %email.message_id, "an email leaves without its notice of breach");
            Vec::new()
        }
    }
}

/// Returns the key of the text above an email's link.
fn words_of_link(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::PasswordLink | AlertKind::PasswordForgotten => "mail-set-password",
        AlertKind::DeliverableReturned | AlertKind::ProposalWaiting => "mail-open-task",
        AlertKind::BreachFound => "mail-object",
        kind if is_about_task(kind) => "mail-open-task",
        _ => "mail-open",
    }
}

/// Derives the Message-ID of a list from those of its emails, so that the same list has the same ID at every attempt.
fn digest_id(message: &Message) -> String {
    let mut hash = Sha256::new();
    for email in message.emails() {
        hash.update(&email.message_id);
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("<{hex}.tasks@luyue>")
}
