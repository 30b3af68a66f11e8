//! Alerts: what people are told by mail, put into words when it happens and queued with what causes it.
//!
//! A letter goes once to each recipient for a kind, subject and day, however often and late the job runs.

use chrono::NaiveDate;

use super::caller::organisation_of;
use super::ledger::Ledger;
use crate::domain::codes::{AlertKind, Role};
use crate::domain::duties::{DutyKind, alert_stage};
use crate::domain::money::{Money, Sum};
use crate::error::Error;
use crate::storage::letters::{self, NewLetter};
use crate::storage::payments::Payment;
use crate::storage::projections::{BreachRow, Duty};
use crate::storage::write::Tx;
use crate::text;

/// Something that people in certain roles of a contract's parties are told.
#[derive(Debug, Clone)]
pub struct Alert {
    /// What about.
    pub kind: AlertKind,
    /// The deliverable, milestone, payment, breach …; with kind and day it makes the letter the only one.
    pub subject: String,
    /// In which roles.
    pub to: &'static [Role],
    /// The day that it is about.
    pub day: NaiveDate,
    /// Values of its words.
    pub args: Vec<(&'static str, String)>,
}

impl Alert {
    /// A breach was found: the contractor and the officer hear of it.
    pub fn breach_found(ledger: &Ledger, breach: &BreachRow) -> Self {
        let clause = ledger.details.clause(&breach.clause).unwrap_or(&breach.clause).to_owned();
        Self {
            kind: AlertKind::BreachFound,
            subject: format!("{}/{}", breach.clause, breach.subject),
            to: &[Role::Contractor, Role::Officer],
            day: breach.since,
            args: vec![
                ("clause", clause),
                ("code", breach.clause.clone()),
                ("subject", breach.subject.clone()),
                ("since", breach.since.to_string()),
                ("accruing", breach.accruing.to_string()),
                (
                    "charged",
                    text::money::grouped(
                        &Sum::from(Money::from_fen(breach.charged_fen).unwrap_or(Money::ZERO)).to_string(),
                    ),
                ),
            ],
        }
    }

    /// A payment came to somebody's desk.
    pub fn duty_is_new(ledger: &Ledger, duty: &Duty) -> Option<Self> {
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
            args: duty_args(ledger, duty, duty.due_on),
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

    /// A duty has reached a stage of recall by a day; none if it is still far.
    pub fn duty_recalled(ledger: &Ledger, duty: &Duty, today: NaiveDate) -> Option<Self> {
        let (stage, _) = alert_stage(duty.due_on, today)?;
        let kind = match stage {
            7 => AlertKind::Due7,
            3 => AlertKind::Due3,
            1 => AlertKind::Due1,
            _ => AlertKind::Overdue,
        };
        let to = Role::ALL.iter().find(|role| **role == duty.role).map(std::slice::from_ref)?;
        let args = duty_args(ledger, duty, today);
        Some(Self { kind, subject: format!("{}/{}", duty.kind, duty.subject), to, day: duty.due_on, args })
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

fn duty_args(_ledger: &Ledger, duty: &Duty, today: NaiveDate) -> Vec<(&'static str, String)> {
    vec![
        ("duty", duty.kind.clone()),
        ("subject", duty.subject.clone()),
        ("due", duty.due_on.to_string()),
        ("days", (duty.due_on - today).num_days().abs().to_string()),
    ]
}

/// Queues letters for alerts, one for each recipient who has not had it yet.
///
/// # Errors
/// The database's.
pub fn enqueue(tx: &mut Tx<'_>, ledger: &Ledger, alerts: &[Alert]) -> Result<(), Error> {
    if alerts.is_empty() {
        return Ok(());
    }
    let known = letters::keys_of(tx.connection, ledger.contract.id)?;
    let today = tx.context.today();
    let mut new: Vec<NewLetter> = Vec::new();
    for alert in alerts {
        for role in alert.to {
            for to in letters::recipients(tx.connection, organisation_of(&ledger.contract, *role), *role, today)? {
                let key = (alert.kind.as_str().to_owned(), alert.subject.clone(), to.person_id, alert.day);
                let again = |letter: &NewLetter| {
                    (&letter.kind, &letter.subject_key, letter.to.person_id, letter.due_on)
                        == (&key.0, &key.1, key.2, key.3)
                };
                if !known.contains(&key) && !new.iter().any(again) {
                    new.push(letter(tx, ledger, alert, to));
                }
            }
        }
    }
    letters::insert(tx.connection, &new, tx.context.now)
}

fn letter(tx: &Tx<'_>, ledger: &Ledger, alert: &Alert, to: letters::Recipient) -> NewLetter {
    let mut args = alert.args.clone();
    args.push(("number", ledger.contract.number.clone()));
    args.push(("title", ledger.contract.title.clone()));
    args.push(("name", to.name.clone()));
    let words = |part: &str| text::message(to.language, &format!("mail-{}-{part}", alert.kind), &args);
    let public_id = tx.context.ids.uuid();
    NewLetter {
        message_id: format!("<{public_id}@luyue>"),
        kind: alert.kind.as_str().to_owned(),
        contract_id: ledger.contract.id.0,
        subject_key: alert.subject.clone(),
        due_on: alert.day,
        subject: words("subject"),
        body: words("body"),
        html: String::new(),
        public_id,
        to,
    }
}
