//! Alerts: what people are told by mail, put into words when it happens and queued with what causes it.
//!
//! A letter goes once to each recipient for a kind, subject and day, however often and late the job runs. It must not
//! send: a job does (`services::mail`).

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use crate::domain::codes::{AlertKind, Role};
use crate::domain::details::Details;
use crate::domain::duties::{DutyKind, alert_stage};
use crate::domain::facts::{Decision, Verdict};
use crate::domain::money::{Money, Sum};
use crate::error::Error;
use crate::services::contracts::record::Ledger;
use crate::services::identity::caller::acting_organisation;
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::{BreachRow, Duty};
use crate::storage::identity::people::Person;
use crate::storage::ids::OrganisationId;
use crate::storage::notifications::email_queue::{self, Addressee, LetterKey, NO_CONTRACT, NewLetter, Recipient};
use crate::storage::payments::Payment;
use crate::storage::write::Tx;
use crate::text;

/// Something that people in certain roles of a contract's parties are told.
#[derive(Debug, Clone)]
pub struct Alert {
    /// What about.
    pub kind: AlertKind,
    /// The deliverable, milestone, payment, breach …; with kind and day it makes the letter the only one. What can
    /// happen twice to the same thing on one day has a number in it, as `D1/2`.
    pub subject: String,
    /// In which roles.
    pub to: &'static [Role],
    /// The day that it is about.
    pub day: NaiveDate,
    /// Values of its words, see [`text::mail::letter`]: days as 2026-09-30, money as 1234.50. Number and title of the
    /// contract, the recipient's name and, where it is not among them, the subject's name are added.
    pub args: Vec<(&'static str, String)>,
}

/// A contract as letters name it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Its row.
    pub contract: &'a Contract,
    /// Its words.
    pub details: &'a Details,
}

impl Alert {
    /// A breach was found: the contractor and the officer hear of it.
    pub fn breach_found(ledger: &Ledger, breach: &BreachRow) -> Self {
        let term = ledger.terms.breach_terms.iter().find(|term| term.code.as_str() == breach.clause);
        let subject = ledger.details.deliverable(&breach.subject);
        let subject = if subject == breach.subject { ledger.details.milestone(&breach.subject) } else { subject };
        Self {
            kind: AlertKind::BreachFound,
            subject: format!("{}/{}", breach.clause, breach.subject),
            to: &[Role::Contractor, Role::Officer],
            day: breach.since,
            args: vec![
                ("clause", ledger.details.clause(&breach.clause).unwrap_or(&breach.clause).to_owned()),
                ("breach", term.map_or("", |term| term.clause.kind().as_str()).to_owned()),
                ("subject", subject.to_owned()),
                ("since", breach.since.to_string()),
                ("accruing", breach.accruing.to_string()),
                ("charged", yuan(breach.charged_fen)),
            ],
        }
    }

    /// A payment came to somebody's desk.
    pub fn duty_is_new(_ledger: &Ledger, duty: &Duty) -> Option<Self> {
        let to: &'static [Role] = match DutyKind::parse(&duty.kind)? {
            DutyKind::ConfirmPayment => &[Role::Officer],
            DutyKind::ReviewPayment => &[Role::Reviewer],
            DutyKind::ApprovePayment => &[Role::Approver],
            DutyKind::PayPayment => &[Role::Cashier],
            _ => return None,
        };
        Some(Self {
            kind: AlertKind::PaymentWaiting,
            subject: format!("{}/{}", duty.kind, duty.subject),
            to,
            day: duty.due_on,
            args: vec![("duty", duty.kind.clone()), ("due", duty.due_on.to_string())],
        })
    }

    /// A payment was made: the contractor and the officer hear of it.
    pub fn payment_paid(ledger: &Ledger, payment: &Payment, voucher: &str, on: NaiveDate) -> Self {
        let mut args = payment_args(ledger, payment);
        args.push(("voucher", voucher.to_owned()));
        args.push(("on", on.to_string()));
        Self {
            kind: AlertKind::PaymentPaid,
            subject: payment.public_id.clone(),
            to: &[Role::Contractor, Role::Officer],
            day: on,
            args,
        }
    }

    /// A payment was sent back: the contractor and the officer hear why.
    pub fn payment_returned(ledger: &Ledger, payment: &Payment, reason: &str, today: NaiveDate) -> Self {
        let mut args = payment_args(ledger, payment);
        args.push(("reason", reason.to_owned()));
        args.push(("state", payment.state.as_str().to_owned()));
        Self {
            kind: AlertKind::PaymentReturned,
            subject: payment.public_id.clone(),
            to: &[Role::Contractor, Role::Officer],
            day: today,
            args,
        }
    }

    /// A submission was decided on: the contractor hears of it.
    pub fn deliverable_decided(ledger: &Ledger, decision: &Decision, note: &str) -> Self {
        let (kind, word, quantity) = match &decision.verdict {
            Verdict::Accepted(found) => (AlertKind::DeliverableAccepted, "accepted", found.quantity.to_string()),
            Verdict::Partial(found) => (AlertKind::DeliverableAccepted, "partial", found.quantity.to_string()),
            Verdict::Rejected => (AlertKind::DeliverableReturned, "rejected", String::new()),
        };
        let code = decision.deliverable.as_str();
        Self {
            kind,
            // With the fact's number: a decision that was undone and taken anew is told anew.
            subject: format!("{code}/{}/{}", decision.no, ledger.contract.fact_seq),
            to: &[Role::Contractor],
            day: decision.on,
            args: vec![
                ("deliverable", ledger.details.deliverable(code).to_owned()),
                ("code", code.to_owned()),
                ("no", decision.no.to_string()),
                ("decision", word.to_owned()),
                ("quantity", quantity),
                ("note", note.to_owned()),
                ("on", decision.on.to_string()),
            ],
        }
    }

    /// A duty has reached a stage of recall by a day; none if it is still far.
    pub fn duty_recalled(duty: &Duty, today: NaiveDate) -> Option<Self> {
        let (stage, _) = alert_stage(duty.due_on, today)?;
        let kind = match stage {
            7 => AlertKind::Due7,
            3 => AlertKind::Due3,
            1 => AlertKind::Due1,
            _ => AlertKind::Overdue,
        };
        let days = (duty.due_on - today).num_days().abs();
        Some(Self {
            kind,
            subject: format!("{}/{}", duty.kind, duty.subject),
            to: Role::ALL.iter().find(|role| **role == duty.role).map(std::slice::from_ref)?,
            day: duty.due_on,
            args: vec![("duty", duty.kind.clone()), ("due", duty.due_on.to_string()), ("days", days.to_string())],
        })
    }
}

fn payment_args(ledger: &Ledger, payment: &Payment) -> Vec<(&'static str, String)> {
    let amount = Sum::from(Money::from_fen(payment.amount_fen).unwrap_or(Money::ZERO));
    vec![
        ("payment", payment.public_id.clone()),
        ("milestone", ledger.details.milestone(&payment.milestone).to_owned()),
        ("code", payment.milestone.clone()),
        ("amount", text::money::grouped(&amount.to_string())),
    ]
}

/// Queues letters for alerts of one contract, one for each recipient who has not had it yet.
///
/// # Errors
/// The database's.
pub fn enqueue(tx: &mut Tx<'_>, ledger: &Ledger, alerts: &[Alert]) -> Result<(), Error> {
    let about = About { contract: &ledger.contract, details: &ledger.details };
    enqueue_all(tx, &alerts.iter().map(|alert| (about, alert)).collect::<Vec<_>>())
}

/// Queues letters for alerts of several contracts. It asks the database the same few questions however many they are.
///
/// # Errors
/// The database's.
pub fn enqueue_all(tx: &mut Tx<'_>, alerts: &[(About<'_>, &Alert)]) -> Result<(), Error> {
    if alerts.is_empty() {
        return Ok(());
    }
    let people = recipients(tx, alerts)?;
    let names = Names::load(tx.connection, alerts)?;
    let mut known = known(tx.connection, alerts)?;
    let mut new: Vec<NewLetter> = Vec::new();
    for (about, alert) in alerts {
        for role in alert.to {
            let of = (acting_organisation(about.contract, *role), *role);
            for to in people.iter().filter(|person| (person.organisation, person.role) == of) {
                let key = (
                    alert.kind.as_str().to_owned(),
                    about.contract.id,
                    alert.subject.clone(),
                    to.person.person_id,
                    alert.day,
                );
                if known.insert(key) {
                    new.push(letter(tx, about, alert, &names, to));
                }
            }
        }
    }
    email_queue::insert(tx.connection, &new, tx.context.now)
}

fn recipients(tx: &mut Tx<'_>, alerts: &[(About<'_>, &Alert)]) -> Result<Vec<Addressee>, Error> {
    let mut organisations: Vec<OrganisationId> = Vec::new();
    let mut roles: Vec<Role> = Vec::new();
    for (about, alert) in alerts {
        roles.extend(alert.to);
        organisations.extend(alert.to.iter().map(|role| acting_organisation(about.contract, *role)));
    }
    for_once(&mut organisations);
    for_once(&mut roles);
    email_queue::recipients(tx.connection, &organisations, &roles, tx.context.today())
}

fn known(connection: &mut AnyConnection, alerts: &[(About<'_>, &Alert)]) -> Result<HashSet<LetterKey>, Error> {
    let mut contracts: Vec<_> = alerts.iter().map(|(about, _)| about.contract.id).collect();
    let mut kinds: Vec<_> = alerts.iter().map(|(_, alert)| alert.kind.as_str()).collect();
    let mut days: Vec<_> = alerts.iter().map(|(_, alert)| alert.day).collect();
    for_once(&mut contracts);
    for_once(&mut kinds);
    for_once(&mut days);
    Ok(email_queue::keys_of(connection, &contracts, &kinds, &days)?.into_iter().collect())
}

fn for_once<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// What payments and requests are about, by their random identifiers, which no letter shows.
struct Names {
    payments: BTreeMap<String, (String, i64)>,
    asks: BTreeMap<String, String>,
}

impl Names {
    fn load(connection: &mut AnyConnection, alerts: &[(About<'_>, &Alert)]) -> Result<Self, Error> {
        let mut payments: Vec<&str> = Vec::new();
        let mut asks: Vec<&str> = Vec::new();
        for (_, alert) in alerts {
            match thing(alert) {
                Thing::Payment(id) => payments.push(id),
                Thing::Ask(id) => asks.push(id),
                Thing::Deliverable(_) | Thing::Milestone(_) | Thing::Contract => {}
            }
        }
        let payments = if payments.is_empty() { Vec::new() } else { email_queue::payments_of(connection, &payments)? };
        let asks = if asks.is_empty() { Vec::new() } else { email_queue::asks_of(connection, &asks)? };
        Ok(Self {
            payments: payments.into_iter().map(|(id, milestone, fen)| (id, (milestone, fen))).collect(),
            asks: asks.into_iter().collect(),
        })
    }

    /// What the letter says of the thing that the alert is about.
    fn args(&self, about: &About<'_>, alert: &Alert) -> Vec<(&'static str, String)> {
        match thing(alert) {
            Thing::Deliverable(code) => vec![("subject", about.details.deliverable(code).to_owned())],
            Thing::Milestone(code) => vec![("subject", about.details.milestone(code).to_owned())],
            Thing::Payment(id) => self.payments.get(id).map_or_else(Vec::new, |(milestone, fen)| {
                let name = about.details.milestone(milestone).to_owned();
                vec![("subject", name.clone()), ("milestone", name), ("amount", yuan(*fen))]
            }),
            Thing::Ask(id) => self.asks.get(id).map_or_else(Vec::new, |kind| vec![("ask", kind.clone())]),
            Thing::Contract => Vec::new(),
        }
    }
}

/// What an alert is about.
enum Thing<'a> {
    Deliverable(&'a str),
    Milestone(&'a str),
    Payment(&'a str),
    Ask(&'a str),
    Contract,
}

fn thing(alert: &Alert) -> Thing<'_> {
    let (first, second) = alert.subject.split_once('/').unwrap_or((&alert.subject, ""));
    match alert.kind {
        AlertKind::BreachFound | AlertKind::CodesReset => Thing::Contract,
        AlertKind::PaymentPaid | AlertKind::PaymentReturned => Thing::Payment(first),
        AlertKind::DeliverableAccepted | AlertKind::DeliverableReturned => Thing::Deliverable(first),
        AlertKind::Due7 | AlertKind::Due3 | AlertKind::Due1 | AlertKind::Overdue | AlertKind::PaymentWaiting => {
            match DutyKind::parse(first) {
                Some(DutyKind::Deliver | DutyKind::Inspect) => Thing::Deliverable(second),
                Some(DutyKind::Score | DutyKind::Invoice | DutyKind::RequestPayment) => Thing::Milestone(second),
                Some(
                    DutyKind::ConfirmPayment
                    | DutyKind::ReviewPayment
                    | DutyKind::ApprovePayment
                    | DutyKind::PayPayment,
                ) => Thing::Payment(second),
                Some(DutyKind::Decide | DutyKind::Consent) => Thing::Ask(second),
                _ => Thing::Contract,
            }
        }
    }
}

fn letter(tx: &Tx<'_>, about: &About<'_>, alert: &Alert, names: &Names, to: &Addressee) -> NewLetter {
    let to = &to.person;
    let mut args = alert.args.clone();
    for (name, value) in names.args(about, alert) {
        if args.iter().all(|(known, _)| *known != name) {
            args.push((name, value));
        }
    }
    args.push(("number", about.contract.number.clone()));
    args.push(("title", about.contract.title.clone()));
    args.push(("name", to.name.clone()));
    let words = text::mail::letter(to.language, alert.kind, &args);
    let public_id = tx.context.ids.uuid();
    NewLetter {
        message_id: format!("<{public_id}@luyue>"),
        kind: alert.kind.as_str().to_owned(),
        contract_id: about.contract.id,
        subject_key: alert.subject.clone(),
        due_on: alert.day,
        subject: words.subject,
        body: words.text,
        html: words.html,
        public_id,
        to: to.clone(),
    }
}

/// Queues a letter to somebody whose one-time codes were taken off. It is about no contract, and each time is told.
///
/// # Errors
/// The database's.
pub fn codes_reset(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    let words = text::mail::letter(person.language, AlertKind::CodesReset, &[("name", person.name.clone())]);
    let public_id = tx.context.ids.uuid();
    let to = Recipient {
        person_id: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        language: person.language,
    };
    let new = NewLetter {
        message_id: format!("<{public_id}@luyue>"),
        kind: AlertKind::CodesReset.as_str().to_owned(),
        contract_id: NO_CONTRACT,
        subject_key: public_id.clone(),
        due_on: tx.context.today(),
        subject: words.subject,
        body: words.text,
        html: words.html,
        public_id,
        to,
    };
    email_queue::insert(tx.connection, &[new], tx.context.now)
}

/// Fen as yuan with two places.
fn yuan(fen: i64) -> String {
    Sum::from(Money::from_fen(fen).unwrap_or(Money::ZERO)).to_string()
}
