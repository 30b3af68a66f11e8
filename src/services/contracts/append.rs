//! Appending facts: the only way in which an event becomes part of a contract.
//!
//! A fact may count from a day before it is recorded, unless that would change the settlement of a milestone with an
//! approved or paid payment. The same holds for a reversal. Facts are never edited or removed.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::codes::{FactKind, PaymentKind, PaymentState};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::standing::{Standing, Trails, check, standing};
use crate::domain::subject::BreachKey;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::projections;
use crate::services::contracts::record::{ContractRecord, Reversal, add, assemble, refusal, stored};
use crate::services::notifications::alerts::{self, Alert};
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::contracts::facts::{self, NewFact};
use crate::storage::ledger::FACT;
use crate::storage::payments::{self, PaymentRequest, Requested};
use crate::storage::write::Tx;

/// Records a fact, refreshes the contract's projections and raises its version. Afterwards `record` includes the fact.
///
/// # Errors
/// `Refused` if the fact breaks a rule of standing, is on an impossible day or changes what is settled; database
/// errors.
pub fn append_fact(tx: &mut Tx<'_>, record: &mut ContractRecord, fact: &NewFact) -> Result<(), Error> {
    let facts = check_fact(tx, record, fact)?;
    let actor = tx.person()?;
    let row = facts::append(tx.connection, tx.context, &record.contract, actor, fact)?;
    tx.set_cause(format!("{FACT}{}", fact.kind), row.seq);
    record.contract.fact_seq = row.seq;
    record.contract.fact_hash.clone_from(&row.hash);
    record.rows.push(row);
    record.facts = facts;
    record.decide_amendments()?;
    save_change(tx, record)
}

/// Checks that a fact could be recorded now and returns the facts including it. Writes nothing.
///
/// # Errors
/// As [`append_fact`].
pub fn check_fact(tx: &mut Tx<'_>, record: &ContractRecord, fact: &NewFact) -> Result<Facts, Error> {
    let today = tx.context.today();
    clock_is_not_behind(tx, record)?;
    check_day(record, fact.kind, fact.on, today)?;
    let facts = with(record, fact)?;
    if fact.on < today || fact.kind == FactKind::Reversal {
        settled_stays(tx, record, &facts, today)?;
    }
    let broken = |invalid: Invalid| {
        // The rule reads the other way round for who accepts on the day of an extension.
        let is_acceptance = fact.kind == FactKind::Decision && invalid.code == "extension-after-acceptance";
        let invalid = if is_acceptance { Invalid { code: "acceptance-before-extension", ..invalid } } else { invalid };
        let named = |fault: FieldError| FieldError { message: record.named(fault.message, today), ..fault };
        match refusal(invalid) {
            Error::Refused { rule, errors } => Error::Refused { rule, errors: errors.into_iter().map(named).collect() },
            other => other,
        }
    };
    check(record.agreement(), &facts, &record.days.calendar, today).map_err(broken)?;
    reject_undone_amendments(record, &facts, today)?;
    Ok(facts)
}

/// Refuses facts with which an amendment in force would never have come into force, because everything since was done
/// under its terms.
fn reject_undone_amendments(record: &ContractRecord, facts: &Facts, today: NaiveDate) -> Result<(), Error> {
    match record.amendment_undone_by(facts, today).map_err(refusal)? {
        None => Ok(()),
        Some(effective_on) => {
            let message = Message::new("amendment-undone").with("effective_on", effective_on);
            Err(Error::refused_at("settled-stays", "on", message))
        }
    }
}

/// Raises a contract's version and refreshes its projections. Every change of a contract ends here.
///
/// # Errors
/// Database errors.
pub fn save_change(tx: &mut Tx<'_>, record: &mut ContractRecord) -> Result<(), Error> {
    clock_is_not_behind(tx, record)?;
    tx.touch_named(ObjectKind::Contract, record.contract.id.0, &record.contract.public_id);
    record.contract.version += 1;
    record.contract.recorded_at = tx.context.now.max(record.contract.recorded_at);
    projections::refresh_projections(tx, record)
}

/// Raises a contract's version after a step of a payment request that is not a fact. Such a step changes no standing,
/// so only tasks are refreshed. `requests` are all requests of the contract after the step; the caller has declared the
/// tables that it changed (`Tx::touch_tables`). `alert` informs of the step.
///
/// # Errors
/// `Refused` if the clock is behind the contract's last record; database errors.
pub fn save_payment_step(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    requests: &[Requested],
    alert: Option<Alert>,
) -> Result<(), Error> {
    if !projections::is_current(record, tx.context.today()) {
        save_change(tx, record)?;
        return alerts::enqueue(tx, record, alert.as_slice());
    }
    clock_is_not_behind(tx, record)?;
    record.contract.version += 1;
    record.contract.recorded_at = tx.context.now.max(record.contract.recorded_at);
    projections::refresh_tasks(tx, record, requests, alert)
}

/// Tolerated lag of a request's time behind the last record: it may have waited for another writer.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// Refuses to write while the clock is behind the contract's last record, since history would be out of order.
fn clock_is_not_behind(tx: &Tx<'_>, record: &ContractRecord) -> Result<(), Error> {
    if tx.context.now + CLOCK_TOLERANCE < record.contract.recorded_at {
        return Err(Error::Unavailable("the clock is behind the contract's last record".to_owned()));
    }
    Ok(())
}

/// Refuses a day in the future, a day before the contract and, for facts about the service, a day before it begins.
///
/// # Errors
/// `Refused` at the day.
pub(in crate::services) fn check_day(
    record: &ContractRecord,
    kind: FactKind,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), Error> {
    if on > today {
        return Err(Error::refused_at(
            "not-in-the-future",
            "on",
            Message::new("day-in-the-future").with("today", today),
        ));
    }
    let contract = &record.contract;
    if is_of_service(kind) && on < contract.starts_on {
        let message = Message::new("day-before-service").with("first", contract.starts_on);
        return Err(Error::refused_at("not-before-the-service", "on", message));
    }
    let first = contract.signed_on.map_or(contract.starts_on, |signed| signed.min(contract.starts_on));
    if on < first {
        let message = Message::new("day-before-contract").with("first", first);
        return Err(Error::refused_at("not-before-the-contract", "on", message));
    }
    Ok(())
}

/// Returns whether a fact is about the service itself, so that it cannot be before the service begins. Invoices,
/// payments and agreed changes can be.
fn is_of_service(kind: FactKind) -> bool {
    match kind {
        FactKind::Submission
        | FactKind::Decision
        | FactKind::Score
        | FactKind::Headcount
        | FactKind::Incident
        | FactKind::Survey => true,
        FactKind::Extension
        | FactKind::Invoice
        | FactKind::Payment
        | FactKind::Waiver
        | FactKind::End
        | FactKind::Interest
        | FactKind::InterestWaiver
        | FactKind::Reversal => false,
    }
}

/// Returns the contract's facts with one more.
pub(super) fn with(record: &ContractRecord, fact: &NewFact) -> Result<Facts, Error> {
    let body = fact.body.to_string();
    if fact.kind != FactKind::Reversal {
        let mut facts = record.facts.clone();
        add(&mut facts, fact.kind, &body)?;
        return Ok(facts);
    }
    let undone = stored::<Reversal>(&body)?.seq;
    let already = |seq| {
        record
            .rows
            .iter()
            .filter(|row| row.kind == FactKind::Reversal)
            .any(|row| stored::<Reversal>(&row.body).is_ok_and(|reversal| reversal.seq == seq))
    };
    let target = record.rows.iter().find(|row| row.seq == undone && row.kind != FactKind::Reversal);
    if target.is_none() || already(undone) {
        return Err(Error::refused_at("reversal", "seq", Message::new("nothing-to-reverse")));
    }
    let rest: Vec<_> = record.rows.iter().filter(|row| row.seq != undone).cloned().collect();
    assemble(&rest)
}

/// Refuses facts that would change the settlement of milestones with an approved or paid payment, or reduce late
/// interest that was approved, paid or waived.
fn settled_stays(tx: &mut Tx<'_>, record: &ContractRecord, facts: &Facts, today: NaiveDate) -> Result<(), Error> {
    let mut requests = payments::of_contract(tx.connection, record.contract.id)?;
    requests.retain(|payment| {
        matches!(payment.state, PaymentState::Approved | PaymentState::Backdated | PaymentState::Paid)
    });
    let lowered = lowered_interest(record, facts, &requests, today)?;
    if !lowered.is_empty() {
        return Err(Error::Refused { rule: "settled-stays".to_owned(), errors: lowered });
    }
    let held: Vec<String> = requests.into_iter().map(|payment| payment.milestone).collect();
    if held.is_empty() {
        return Ok(());
    }
    // Settlement does not depend on payments. Without them, a payment that would lose its basis (rule 16) cannot hide
    // the
    // figures that would change.
    let settled = |facts: &Facts| {
        let unpaid = Facts { payments: Vec::new(), ..facts.clone() };
        standing(record.agreement(), &unpaid, &record.days.calendar, today, Trails::Off).map_err(refusal)
    };
    let (before, after) = (settled(&record.facts)?, settled(facts)?);
    let errors = differences(&before, &after, &held);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::Refused { rule: "settled-stays".to_owned(), errors })
}

/// Lists the milestones whose late interest would fall below the sum that was approved, paid and waived.
fn lowered_interest(
    record: &ContractRecord,
    facts: &Facts,
    approved: &[PaymentRequest],
    today: NaiveDate,
) -> Result<Vec<FieldError>, Error> {
    let recorded = record.interest()?;
    // Paid requests are recorded facts.
    let waiting =
        |request: &&PaymentRequest| request.kind == PaymentKind::Interest && request.state != PaymentState::Paid;
    let waiting: Vec<&PaymentRequest> = approved.iter().filter(waiting).collect();
    if waiting.is_empty() && recorded.paid.is_empty() && recorded.waived.is_empty() {
        return Ok(Vec::new());
    }
    let stand = |facts: &Facts| standing(record.agreement(), facts, &record.days.calendar, today, Trails::Off);
    // A broken rule is reported by the check of the rules.
    let (Ok(before), Ok(after)) = (stand(&record.facts), stand(facts)) else { return Ok(Vec::new()) };
    let mut errors = Vec::new();
    for new in &after.milestones {
        let Some(old) = before.milestones.iter().find(|old| old.code == new.code) else { continue };
        let requested = waiting.iter().filter(|request| request.milestone == new.code.as_str());
        let requested_fen = requested.fold(0, |sum: i64, request| sum.saturating_add(request.amount_fen));
        if new.late_interest < old.late_interest && recorded.of(new, requested_fen).is_exceeded() {
            let message =
                Message::new("would-have-changed").with("old", old.late_interest).with("new", new.late_interest);
            errors.push(FieldError { path: format!("milestones.{}.late_interest", new.code), message });
        }
    }
    Ok(errors)
}

/// Lists the figures that differ between two standings, of the milestones in `held` and of the breaches settled in
/// them.
fn differences(before: &Standing, after: &Standing, held: &[String]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut differs = |path: String, old: String, new: String| {
        if old != new {
            errors.push(FieldError {
                path,
                message: Message::new("would-have-changed").with("old", old).with("new", new),
            });
        }
    };
    for old in &before.milestones {
        let code = old.code.as_str();
        if !held.iter().any(|milestone| milestone == code) {
            continue;
        }
        let Some(new) = after.milestones.iter().find(|new| new.code == old.code) else {
            differs(format!("milestones.{code}.gross"), old.gross.to_string(), "-".to_owned());
            continue;
        };
        let day = |d: Option<NaiveDate>| d.map_or_else(|| "-".to_owned(), |d| d.to_string());
        differs(format!("milestones.{code}.satisfied_on"), day(old.satisfied_on), day(new.satisfied_on));
        for (figure, a, b) in [
            ("gross", old.gross, new.gross),
            ("deductions", old.deductions, new.deductions),
            ("payable", old.payable, new.payable),
        ] {
            differs(format!("milestones.{code}.{figure}"), a.to_string(), b.to_string());
        }
        let settled = |standing: &Standing| -> Vec<(String, String)> {
            let of = standing.breaches.iter().filter(|b| b.settled_in.as_ref() == Some(&old.code));
            of.map(|b| {
                (BreachKey::new(&b.clause, &b.subject).to_string(), format!("{} {} {}", b.since, b.amount, b.charged))
            })
            .collect()
        };
        let (olds, news) = (settled(before), settled(after));
        let find = |list: &[(String, String)], name: &str| {
            list.iter().find(|(n, _)| n == name).map_or_else(|| "-".to_owned(), |(_, figures)| figures.clone())
        };
        let mut names: Vec<&String> = olds.iter().chain(&news).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            differs(format!("breaches.{name}"), find(&olds, name), find(&news, name));
        }
    }
    errors
}

/// Returns the day from which a fact counts: the given one, otherwise today.
pub fn effective_day(tx: &Tx<'_>, on: Option<NaiveDate>) -> NaiveDate {
    on.unwrap_or_else(|| tx.context.today())
}
