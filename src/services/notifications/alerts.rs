//! Alerts: notices by email about a breach, a payment, a decision, or a task that is due.
//!
//! An alert is written and queued in the transaction that causes it. Each recipient gets one email for a kind, subject
//! and day, however often the causing job runs. Emails are sent by `delivery`, not here.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::domain::alerts::{recipients_of, tells_of_act};
use crate::domain::codes::{AlertKind, ChangeRequestKind, Language, Role};
use crate::domain::details::Details;
use crate::domain::facts::{Decision, Verdict};
use crate::domain::money::{Money, Sum};
use crate::domain::subject::{Subject, Target};
use crate::domain::tasks::{TaskKind, reminder_stage};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::documents::words;
use crate::services::identity::caller::acting_organisation;
use crate::services::notifications::audience::Audience;
use crate::services::notifications::change_request_subject::{ChangeRequestSubject, load_facts};
use crate::services::notifications::templates::OwnTexts;
use crate::services::objections::subject;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::amendments::Amendment;
use crate::storage::change_requests;
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::TaskRow;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::notifications::email_queue::{self, NewEmail};
use crate::storage::notifications::recipients::{self, Recipient};
use crate::storage::objections;
use crate::storage::payments::{self, PaymentRequest, Requested};
use crate::storage::write::Tx;

/// A notice to the people in certain roles of a contract's parties.
#[derive(Debug, Clone)]
pub struct Alert {
    pub kind: AlertKind,
    /// Subject, part of the email's unique key with kind and day.
    pub subject: Subject,
    /// Roles of the recipients.
    pub to: &'static [Role],
    /// Day that the alert is about.
    pub day: NaiveDate,
    /// Values for the text, see [`compose_email`](crate::text::mail::compose_email): days as 2026-09-30, money in yuan as 1234.50. The
    /// contract's number and title, the recipient's name and, if absent, the subject's name are added when the email is
    /// queued.
    pub args: Vec<(&'static str, String)>,
    /// Values that differ by the recipient's language.
    pub spoken: Vec<Spoken>,
    /// People in these roles who get no email of it.
    pub except: Vec<PersonId>,
}

/// A value in one language: the language, the value's name and its text.
pub type Spoken = (Language, &'static str, String);

/// The contract that an alert is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub contract: &'a Contract,
    pub details: &'a Details,
    /// Organisation that has the task, if it is not a party of the contract.
    pub holder: Option<OrganisationId>,
}

impl Alert {
    /// Builds an alert to the roles that `domain::alerts` lists for its kind.
    pub fn inform(kind: AlertKind, subject: Subject, day: NaiveDate, args: Vec<(&'static str, String)>) -> Self {
        Self { kind, subject, to: recipients_of(kind), day, args, spoken: Vec::new(), except: Vec::new() }
    }

    /// Builds the alert to the people who have a new task of a kind that is notified at once; `None` for other kinds,
    /// and if the task's reminder is already due, which says the same.
    pub fn task_assigned(task: &TaskRow, days: &WorkingDays, today: NaiveDate) -> Option<Self> {
        let kind = TaskKind::parse(&task.kind).filter(|kind| kind.is_notified_at_once())?;
        Self::of_task(task, kind, days, today)
    }

    /// Builds the alert to the people who have a new task; `None` if its reminder is already due.
    pub fn of_task(task: &TaskRow, kind: TaskKind, days: &WorkingDays, today: NaiveDate) -> Option<Self> {
        if reminder_stage((&task.kind, task.due_on), today).is_some() {
            return None;
        }
        let alert = match kind.target(()) {
            Target::Amendment(()) => AlertKind::AmendmentWaiting,
            Target::Objection(()) => AlertKind::ObjectionWaiting,
            Target::ChangeRequest(()) => AlertKind::ApplicationWaiting,
            Target::Evaluation(()) => AlertKind::EvaluationWaiting,
            Target::PaymentRequest(()) => AlertKind::PaymentWaiting,
            Target::Deliverable(())
            | Target::Milestone(())
            | Target::Publication(())
            | Target::Suspension(())
            | Target::Guarantee(())
            | Target::Recovery(())
            | Target::Contract => return None,
        };
        Some(Self {
            kind: alert,
            subject: Subject::Task { kind, about: task.subject.clone() },
            to: role_of(task)?,
            day: task.due_on,
            args: task_args(task, days),
            spoken: Vec::new(),
            except: Vec::new(),
        })
    }

    /// Builds the alert to the people who have a new task of a kind that the jobs announce; `None` for other kinds.
    /// `version` is that of the contract.
    pub fn task_announced(task: &TaskRow, version: i64, days: &WorkingDays) -> Option<Self> {
        let kind = TaskKind::parse(&task.kind).filter(|kind| kind.is_announced())?;
        Some(Self {
            kind: AlertKind::TaskWaiting,
            subject: subject_of(kind, task, version),
            to: role_of(task)?,
            day: task.due_on,
            args: task_args(task, days),
            spoken: Vec::new(),
            except: Vec::new(),
        })
    }

    /// Builds the alert that a payment was made.
    pub fn payment_paid(payment: &PaymentRequest, voucher: &str, on: NaiveDate) -> Self {
        let args = vec![("voucher", voucher.to_owned()), ("on", on.to_string())];
        Self::inform(AlertKind::PaymentPaid, Subject::PaymentRequest(payment.public_id.clone()), on, args)
    }

    /// Builds the alert that a payment request was returned, with the reason.
    pub fn payment_returned(payment: &PaymentRequest, reason: &str, today: NaiveDate) -> Self {
        let args = vec![("reason", reason.to_owned()), ("state", payment.state.as_str().to_owned())];
        Self::inform(AlertKind::PaymentReturned, Subject::PaymentRequest(payment.public_id.clone()), today, args)
    }

    /// Builds the alert that an amendment was agreed on, withdrawn or refused.
    pub fn amendment_ended(amendment: &Amendment, today: NaiveDate) -> Self {
        let args = vec![("state", amendment.state.as_str().to_owned()), ("on", amendment.effective_on.to_string())];
        Self::inform(AlertKind::AmendmentEnded, Subject::Amendment(amendment.public_id.clone()), today, args)
    }

    /// Builds the alert that a submission was inspected, with the remark and the last day to put it right.
    pub fn deliverable_decided(
        record: &ContractRecord,
        decision: &Decision,
        (note, cure_until): (&str, Option<NaiveDate>),
    ) -> Self {
        let (kind, word, quantity) = match &decision.verdict {
            Verdict::Accepted(found) => (AlertKind::DeliverableAccepted, "accepted", found.quantity.to_string()),
            Verdict::Partial(found) => (AlertKind::DeliverableAccepted, "partial", found.quantity.to_string()),
            Verdict::Rejected => (AlertKind::DeliverableReturned, "rejected", String::new()),
        };
        let code = decision.deliverable.as_str();
        let subject =
            Subject::Decision { deliverable: code.to_owned(), no: decision.no.get(), fact: record.contract.fact_seq };
        let args = vec![
            ("deliverable", record.details_on(decision.on).deliverable(code).to_owned()),
            ("code", code.to_owned()),
            ("no", decision.no.to_string()),
            ("decision", word.to_owned()),
            ("quantity", quantity),
            ("note", note.to_owned()),
            ("on", decision.on.to_string()),
            ("until", cure_until.map(|day| day.to_string()).unwrap_or_default()),
        ];
        Self::inform(kind, subject, decision.on, args)
    }

    /// Returns the identifier or code of the thing to be acted on; empty if the alert only informs.
    fn asked_about(&self) -> &str {
        match &self.subject {
            Subject::Task { about, .. } => about,
            Subject::Breach(_)
            | Subject::Decision { .. }
            | Subject::Submission { .. }
            | Subject::OfMilestone { .. }
            | Subject::Claim { .. }
            | Subject::Recovery(_)
            | Subject::Suspension(_)
            | Subject::ContractState { .. }
            | Subject::PaymentRequest(_)
            | Subject::Amendment(_)
            | Subject::Objection(_)
            | Subject::ChangeRequest(_)
            | Subject::Evaluation(_)
            | Subject::Message(_)
            | Subject::Worker(_) => "",
        }
    }

    /// Builds the reminder of a task for its current stage; `None` before the first stage. `version` is that of the
    /// contract.
    pub fn task_reminder(task: &TaskRow, version: i64, days: &WorkingDays, today: NaiveDate) -> Option<Self> {
        let (kind, _) = reminder_stage((&task.kind, task.due_on), today)?;
        let subject = subject_of(TaskKind::parse(&task.kind)?, task, version);
        let mut args = task_args(task, days);
        args.push(("days", (task.due_on - today).num_days().abs().to_string()));
        Some(Self { kind, subject, to: role_of(task)?, day: task.due_on, args, spoken: Vec::new(), except: Vec::new() })
    }
}

/// Returns the subject of an alert about a task. A contract can come to the same step again on the same day, and its
/// version distinguishes the emails.
fn subject_of(kind: TaskKind, task: &TaskRow, version: i64) -> Subject {
    let about = if kind.is_of_a_step() { version.to_string() } else { task.subject.clone() };
    Subject::Task { kind, about }
}

/// Returns the role of a task as a list of recipients.
fn role_of(task: &TaskRow) -> Option<&'static [Role]> {
    Role::ALL.iter().find(|role| **role == task.role).map(std::slice::from_ref)
}

/// Returns the values for a task's text; `provisional` is the due day's year while its holidays are not announced.
fn task_args(task: &TaskRow, days: &WorkingDays) -> Vec<(&'static str, String)> {
    let mut args = vec![("task", task.kind.clone()), ("due", task.due_on.to_string())];
    if days.is_provisional(task.due_on) {
        args.push(("provisional", task.due_on.year().to_string()));
    }
    args
}

/// Queues emails for alerts of one contract, one for each recipient who has none yet.
///
/// # Errors
/// Database errors.
pub fn enqueue(tx: &mut Tx<'_>, record: &ContractRecord, alerts: &[Alert]) -> Result<(), Error> {
    if alerts.is_empty() {
        return Ok(());
    }
    let (payments, _) = named_requests(alerts.iter().map(|alert| alert.subject.target()));
    let requests = if payments.is_empty() { Vec::new() } else { payments::with_steps(tx.connection, &payments)? };
    enqueue_about_payments(tx, record, alerts, &requests)
}

/// Queues emails as [`enqueue`], given the payment requests that the alerts name, with their steps.
///
/// # Errors
/// Database errors.
pub fn enqueue_about_payments(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    alerts: &[Alert],
    requests: &[Requested],
) -> Result<(), Error> {
    let about = About { contract: &record.contract, details: record.details_on(tx.context.today()), holder: None };
    let alerts: Vec<_> = alerts.iter().map(|alert| (about, alert)).collect();
    if alerts.is_empty() {
        return Ok(());
    }
    let (organisations, roles) = addressed(&alerts);
    let today = tx.context.today();
    let holders = recipients::remembered(tx.connection, &record.registers, (&organisations, &roles), today)?;
    let (_, others) = named_requests(alerts.iter().map(|(_, alert)| alert.subject.target()));
    let audience = Audience::of_requests(tx.connection, holders, requests, &others)?;
    let payments = requests.iter().map(|taken| taken.request.clone()).collect();
    let names = Names::gather(tx.connection, payments, &others)?;
    let texts = OwnTexts::remembered(tx.connection, &record.registers)?;
    queue(tx, &alerts, &audience, (&names, &texts))
}

/// Queues emails for alerts of several contracts. The number of queries does not depend on the number of alerts.
///
/// # Errors
/// Database errors.
pub fn enqueue_all(tx: &mut Tx<'_>, alerts: &[(About<'_>, &Alert)]) -> Result<(), Error> {
    if alerts.is_empty() {
        return Ok(());
    }
    let audience = load_audience(tx, alerts)?;
    let (payments, others) = named_requests(alerts.iter().map(|(_, alert)| alert.subject.target()));
    let payments = payments::by_public_ids(tx.connection, &payments)?;
    let names = Names::gather(tx.connection, payments, &others)?;
    let texts = OwnTexts::load(tx.connection)?;
    queue(tx, alerts, &audience, (&names, &texts))
}

/// Queues the emails for alerts. Emails that are already in the queue are left out, and those that would tell people of
/// their own act.
fn queue(
    tx: &mut Tx<'_>,
    alerts: &[(About<'_>, &Alert)],
    audience: &Audience,
    words: (&Names, &OwnTexts),
) -> Result<(), Error> {
    let mut new: Vec<NewEmail> = Vec::new();
    let actor = tx.context.actor;
    for (about, alert) in alerts {
        let except = actor.filter(|_| tells_of_act(alert.kind));
        for role in alert.to {
            let organisation = about.holder.unwrap_or_else(|| acting_organisation(about.contract, *role));
            let to = audience.of(organisation, *role, alert.asked_about());
            let is_told = |to: &&Recipient| Some(to.person_id) != except && !alert.except.contains(&to.person_id);
            let to = to.into_iter().filter(is_told);
            new.extend(to.map(|to| build_email(tx, about, alert, words, to)));
        }
    }
    email_queue::insert(tx, &new)
}

/// Returns the organisations and roles to which alerts are addressed.
fn addressed(alerts: &[(About<'_>, &Alert)]) -> (Vec<OrganisationId>, Vec<Role>) {
    let (mut organisations, mut roles) = (Vec::new(), Vec::new());
    for (about, alert) in alerts {
        roles.extend(alert.to);
        let acting = |role: &Role| about.holder.unwrap_or_else(|| acting_organisation(about.contract, *role));
        organisations.extend(alert.to.iter().map(acting));
    }
    sort_unique(&mut organisations);
    sort_unique(&mut roles);
    (organisations, roles)
}

fn load_audience(tx: &mut Tx<'_>, alerts: &[(About<'_>, &Alert)]) -> Result<Audience, Error> {
    let (organisations, roles) = addressed(alerts);
    let about: (Vec<&str>, Vec<&str>) = named_requests(alerts.iter().map(|(_, alert)| alert.subject.target()));
    Audience::load(tx.connection, &organisations, &roles, (&about.0, &about.1), tx.context.today())
}

/// Separates the identifiers of payment requests from those of the other requests that people decide on.
pub(super) fn named_requests<'a>(targets: impl Iterator<Item = Target<&'a str>>) -> (Vec<&'a str>, Vec<&'a str>) {
    use Target::{Amendment, ChangeRequest, Evaluation, Guarantee, Objection, Publication, Recovery, Suspension};
    let (mut payments, mut requests) = (Vec::new(), Vec::new());
    for target in targets {
        match target {
            Target::PaymentRequest(id) => payments.push(id),
            ChangeRequest(id) | Amendment(id) | Objection(id) | Publication(id) => requests.push(id),
            Guarantee(id) | Recovery(id) | Evaluation(id) | Suspension(id) => requests.push(id),
            Target::Deliverable(_) | Target::Milestone(_) | Target::Contract => {}
        }
    }
    (payments, requests)
}

fn sort_unique<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// Names for things with only a random identifier, which emails do not show.
struct Names {
    payments: BTreeMap<String, PaymentRequest>,
    /// Kind and fact of each change request.
    change_requests: BTreeMap<String, (ChangeRequestKind, serde_json::Value)>,
    /// Codes of the thing that each objection is about.
    objections: BTreeMap<String, serde_json::Value>,
}

impl Names {
    /// Takes payment requests that are already loaded, and loads the change requests and objections among other
    /// identifiers; those that are neither are left out.
    fn gather(connection: &mut AnyConnection, payments: Vec<PaymentRequest>, others: &[&str]) -> Result<Self, Error> {
        let (requests, raised) = match others {
            [] => (Vec::new(), Vec::new()),
            ids => (change_requests::by_public_ids(connection, ids)?, objections::by_public_ids(connection, ids)?),
        };
        Ok(Self {
            objections: raised
                .into_iter()
                .map(|objection| Ok((objection.public_id.clone(), subject::of(&objection)?.codes())))
                .collect::<Result<_, Error>>()?,
            payments: payments.into_iter().map(|request| (request.public_id.clone(), request)).collect(),
            change_requests: load_facts(connection, &requests)?,
        })
    }

    /// Returns the values that name the alert's subject.
    fn args(&self, about: &About<'_>, alert: &Alert, language: Language) -> Vec<(&'static str, String)> {
        match alert.subject.target() {
            Target::Deliverable(code) => vec![("subject", about.details.deliverable(code).to_owned())],
            Target::Milestone(code) => vec![("subject", about.details.milestone(code).to_owned())],
            Target::PaymentRequest(id) => self.payments.get(id).map_or_else(Vec::new, |request| {
                let name = words::payment(about.details.milestone(&request.milestone), request.kind, language);
                vec![("subject", name.clone()), ("milestone", name), ("amount", format_yuan(request.amount_fen))]
            }),
            Target::ChangeRequest(id) => self.change_requests.get(id).map_or_else(Vec::new, |(kind, fact)| {
                let mut args = ChangeRequestSubject::new(fact, about.details).email_args(about.details);
                args.push(("change_request", kind.to_string()));
                args
            }),
            Target::Objection(id) => self.objections.get(id).map_or_else(Vec::new, |codes| {
                ChangeRequestSubject::new(codes, about.details).email_args(about.details)
            }),
            Target::Amendment(_)
            | Target::Publication(_)
            | Target::Suspension(_)
            | Target::Guarantee(_)
            | Target::Recovery(_)
            | Target::Evaluation(_)
            | Target::Contract => Vec::new(),
        }
    }
}

/// Builds the email of an alert to one recipient.
fn build_email(
    tx: &Tx<'_>,
    about: &About<'_>,
    alert: &Alert,
    (names, texts): (&Names, &OwnTexts),
    to: &Recipient,
) -> NewEmail {
    let mut args = alert.args.clone();
    let spoken = alert.spoken.iter().filter(|(language, ..)| *language == to.language);
    args.extend(spoken.map(|(_, name, value)| (*name, value.clone())));
    for (name, value) in names.args(about, alert, to.language) {
        if args.iter().all(|(known, _)| *known != name) {
            args.push((name, value));
        }
    }
    args.push(("number", about.contract.number.clone()));
    args.push(("title", about.contract.title.clone()));
    args.push(("name", to.name.clone()));
    let words = texts.compose(to.language, alert.kind, &args);
    let public_id = tx.context.ids.uuid();
    NewEmail {
        message_id: format!("<{public_id}@luyue>"),
        kind: alert.kind,
        contract_id: about.contract.id,
        subject_key: alert.subject.to_string(),
        due_on: alert.day,
        subject: words.subject,
        body: words.text,
        html: words.html,
        public_id,
        to: to.clone(),
    }
}

/// Formats fen as yuan with two decimal places.
pub(super) fn format_yuan(fen: i64) -> String {
    Sum::from(Money::from_fen(fen).unwrap_or(Money::ZERO)).to_string()
}
