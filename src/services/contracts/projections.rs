//! Projections of a contract: worked out from terms and facts within the transaction that changes them, and by the job
//! on the day on which they change by themselves. Breaches that are new open their case and tell the people concerned.

use chrono::NaiveDate;

use crate::clock::civil_day;
use crate::domain::codes::{AskState, ContractState, PaymentState};
use crate::domain::duties::{self, OpenAsk, OpenPayment, Situation};
use crate::domain::standing::{Standing, Trails, next_change};
use crate::error::Error;
use crate::services::contracts::record::Ledger;
use crate::services::identity::caller::acting_organisation;
use crate::services::notifications::alerts::{self, Alert};
use crate::storage::change_requests::{self, Ask};
use crate::storage::contracts::projections::{self as rows, BreachRow, Duty, MilestoneRow};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::payments::{self, Payment};
use crate::storage::registry::calendar;
use crate::storage::write::{Event, Tx};
use crate::storage::{AnyConnection, contracts};

/// What the tables say of a contract beside its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Duties, without the day of their next recall.
    pub duties: Vec<Duty>,
    /// Milestones.
    pub milestones: Vec<MilestoneRow>,
    /// Breaches, without the time at which they were found.
    pub breaches: Vec<BreachRow>,
    /// The next day on which the standing changes by itself.
    pub next_change: NaiveDate,
}

/// Works a contract's projection out as of a day.
///
/// # Errors
/// The database's, or a stored fact that cannot be read.
pub fn project(connection: &mut AnyConnection, ledger: &Ledger, today: NaiveDate) -> Result<Projection, Error> {
    let payments = payments::of_contract(connection, ledger.contract.id)?;
    let asks = change_requests::of_contract(connection, ledger.contract.id)?;
    derive(ledger, payments, asks, today)
}

/// What follows from a contract's terms and facts, its payments and what was asked for, as of a day.
///
/// # Errors
/// `Internal` for a stored fact that does not fit.
pub fn derive(ledger: &Ledger, payments: Vec<Payment>, asks: Vec<Ask>, today: NaiveDate) -> Result<Projection, Error> {
    let standing = ledger.standing(today, Trails::Off)?;
    let contract = &ledger.contract;
    let open_payments: Vec<OpenPayment> = payments
        .into_iter()
        .filter(|payment| !matches!(payment.state, PaymentState::Paid | PaymentState::Returned))
        .map(|payment| OpenPayment {
            id: payment.public_id,
            milestone: payment.milestone,
            state: payment.state,
            amount_fen: payment.amount_fen,
            requested_on: civil_day(payment.requested_at),
        })
        .collect();
    let open_asks: Vec<OpenAsk> = asks
        .into_iter()
        .filter(|ask| ask.state == AskState::Asked)
        .map(|ask| OpenAsk { id: ask.public_id, kind: ask.kind, asked_on: civil_day(ask.asked_at) })
        .collect();
    let situation = Situation {
        state: contract.state,
        regime: contract.regime,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        terms: &ledger.terms,
        facts: &ledger.facts,
        standing: &standing,
        payments: &open_payments,
        asks: &open_asks,
        calendar: &ledger.days.calendar,
    };
    let mut duties: Vec<Duty> = situation.duties().into_iter().map(|duty| duty_row(ledger, duty, today)).collect();
    duties.sort_unstable();
    let runs = matches!(contract.state, ContractState::Active | ContractState::Terminated);
    // A score is waited for from `not_before` on, a day that changes a duty and not the standing.
    let awaited =
        ledger.terms.milestones.iter().filter_map(|agreed| agreed.not_before).filter(|day| *day > today).min();
    let next = if runs {
        next_change(&ledger.terms, &ledger.facts, &ledger.days.calendar, today)
            .map_err(crate::services::contracts::record::refusal)?
            .into_iter()
            .chain(awaited)
            .min()
            .unwrap_or(FOR_EVER)
    } else {
        FOR_EVER
    };
    let signed = !matches!(
        contract.state,
        ContractState::Draft | ContractState::Submitted | ContractState::Funded | ContractState::Withdrawn
    );
    Ok(Projection {
        duties,
        milestones: if signed { milestone_rows(&standing) } else { Vec::new() },
        breaches: if signed { breach_rows(&standing) } else { Vec::new() },
        next_change: next,
    })
}

/// Writes a contract's projection anew, and tells of what is new in it.
///
/// # Errors
/// The database's.
pub fn refresh(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<(), Error> {
    let today = tx.context.today();
    let id = ledger.contract.id;
    let mut projection = project(tx.connection, ledger, today)?;
    let known = rows::breaches_of(tx.connection, id)?;
    let mut alerts = Vec::new();
    for breach in &mut projection.breaches {
        match known.iter().find(|old| old.clause == breach.clause && old.subject == breach.subject) {
            Some(old) => breach.found_at = old.found_at,
            None => {
                breach.found_at = tx.context.now;
                alerts.push(Alert::breach_found(ledger, breach));
            }
        }
    }
    for breach in known
        .iter()
        .filter(|old| !projection.breaches.iter().any(|new| new.clause == old.clause && new.subject == old.subject))
    {
        event(tx, ledger, "breach.gone", breach)?;
    }
    for breach in projection.breaches.iter().filter(|new| new.found_at == tx.context.now) {
        event(tx, ledger, "breach.found", breach)?;
    }
    let since = rows::duties_of(tx.connection, id)?;
    for duty in &mut projection.duties {
        let same =
            since.iter().find(|old| old.kind == duty.kind && old.subject == duty.subject && old.role == duty.role);
        if let Some(old) = same.filter(|old| old.due_on == duty.due_on) {
            (duty.since, duty.alert_on) = (old.since, old.alert_on);
        } else if same.is_none() {
            alerts.extend(Alert::duty_is_new(ledger, duty));
        }
    }
    let first_duty = projection.duties.iter().map(|duty| duty.due_on).min().unwrap_or(FOR_EVER);
    rows::replace_duties(tx.connection, id, &projection.duties)?;
    rows::replace_milestones(tx.connection, id, &projection.milestones)?;
    rows::replace_breaches(tx.connection, id, &projection.breaches)?;
    contracts::set_next(tx.connection, id, projection.next_change, first_duty)?;
    if ledger.contract.calendar_version != Some(ledger.days.version) {
        calendar::set_contract_version(tx.connection, id, ledger.days.version)?;
    }
    alerts::enqueue(tx, ledger, &alerts)
}

fn event(tx: &mut Tx<'_>, ledger: &Ledger, action: &str, breach: &BreachRow) -> Result<(), Error> {
    let stream = format!("contract:{}", ledger.contract.public_id);
    let body = serde_json::json!({ "clause": breach.clause, "subject": breach.subject, "since": breach.since });
    tx.event(&Event { stream: &stream, action, object: &ledger.contract.public_id, body })
}

fn duty_row(ledger: &Ledger, duty: duties::Duty, today: NaiveDate) -> Duty {
    Duty {
        kind: duty.kind.as_str().to_owned(),
        subject: duty.subject,
        organisation_id: acting_organisation(&ledger.contract, duty.role),
        role: duty.role,
        due_on: duty.due_on,
        alert_on: duties::alert_stage(duty.due_on, today)
            .map(|(_, day)| day)
            .or_else(|| duties::next_alert(duty.due_on, today))
            .unwrap_or(FOR_EVER),
        since: today,
    }
}

fn milestone_rows(standing: &Standing) -> Vec<MilestoneRow> {
    let each = standing.milestones.iter().zip(0..);
    each.map(|(milestone, place)| MilestoneRow {
        code: milestone.code.as_str().to_owned(),
        place,
        satisfied_on: milestone.satisfied_on.unwrap_or(FOR_EVER),
        gross_fen: milestone.gross.fen(),
        deductions_fen: milestone.deductions.fen(),
        payable_fen: milestone.payable.fen(),
        due_on: milestone.due_on.unwrap_or(FOR_EVER),
        paid_fen: milestone.paid.fen(),
    })
    .collect()
}

/// An amount that still grows is left at 0: it would be another tomorrow.
fn breach_rows(standing: &Standing) -> Vec<BreachRow> {
    let fen = |sum: crate::domain::money::Sum| i64::try_from(sum.fen()).unwrap_or(i64::MAX);
    let stands = standing.breaches.iter();
    let mut breaches: Vec<BreachRow> = stands
        .map(|breach| BreachRow {
            clause: breach.clause.as_str().to_owned(),
            subject: breach.subject.clone(),
            since: breach.since,
            amount_fen: if breach.accruing { 0 } else { fen(breach.amount) },
            charged_fen: if breach.accruing { 0 } else { fen(breach.charged) },
            waived: breach.waived,
            accruing: breach.accruing,
            settled_in: breach.settled_in.as_ref().map_or_else(String::new, |code| code.as_str().to_owned()),
            found_at: chrono::NaiveDateTime::MIN,
        })
        .collect();
    breaches.sort_by(|a, b| (&a.clause, &a.subject).cmp(&(&b.clause, &b.subject)));
    breaches
}
