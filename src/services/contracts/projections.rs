//! Projections: the rows of tasks, milestones and breaches that lists read, derived from a contract's terms and facts.
//!
//! They are refreshed in the transaction that changes the contract, and by a job on the day on which they change by
//! themselves. New breaches and tasks alert the people concerned. `luyue check` derives them again and compares.

use chrono::NaiveDate;

use crate::clock::civil_day;
use crate::domain::amendments::{self as rules, OpenAmendment};
use crate::domain::change_requests::is_pending;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState, FactKind, PublicationState};
use crate::domain::evaluations::OpenEvaluation;
use crate::domain::guarantees::{Guarantee, claimed_fen};
use crate::domain::ledger::{self, Balances};
use crate::domain::objections::contested_fen;
use crate::domain::payments::is_open;
use crate::domain::publications::OpenPublication;
use crate::domain::recoveries::{Recovery, has_ended, received_fen};
use crate::domain::service_records::WaitingRecords;
use crate::domain::standing::{Trails, expected_payments};
use crate::domain::subject::{BreachKey, Target};
use crate::domain::tasks::{self, OpenChangeRequest, OpenPayment, Situation, TaskKind};
use crate::error::Error;
use crate::services::contracts::moved_days;
use crate::services::contracts::projected_rows::{breach_rows, milestone_rows};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::evaluations::awaited_by;
use crate::services::guarantees;
use crate::services::identity::caller::acting_organisation;
use crate::services::ledger::post::post;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::objections::subject::open_objections;
use crate::services::recoveries;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::change_requests::{self, ChangeRequest};
use crate::storage::contracts::projections::{self as rows, BreachRow, MilestoneRow, TaskRow};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::OrganisationId;
use crate::storage::objections::{self, Objection};
use crate::storage::payments::{self, PaymentRequest, Requested};
use crate::storage::registry::{calendar, organisations};
use crate::storage::write::{Event, Tx};
use crate::storage::{AnyConnection, amendments, contracts, evaluations, publications, records};

/// Derived rows of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Tasks, without the day of their next reminder.
    pub tasks: Vec<TaskRow>,
    pub milestones: Vec<MilestoneRow>,
    /// Breaches, without the time at which they were recorded.
    pub breaches: Vec<BreachRow>,
    /// Next day on which the standing changes if nothing more happens.
    pub next_change: NaiveDate,
    /// Amounts that the contract uses of its appropriation, by account of the ledger.
    pub in_use: Balances,
}

/// Loads a contract's payment requests and everything else that may wait for someone, and derives its projection as of
/// a day.
///
/// # Errors
/// Database errors; `Internal` for a stored fact that cannot be read.
pub fn project(connection: &mut AnyConnection, record: &ContractRecord, today: NaiveDate) -> Result<Projection, Error> {
    if !was_signed(record.contract.state) {
        return derive(record, Vec::new(), Undecided::default(), today);
    }
    let payments = payments::of_contract(connection, record.contract.id)?;
    derive(record, payments, Undecided::load(connection, record)?, today)
}

/// Service records that await a justice station, with the key of the station.
pub type Awaited = (OrganisationId, WaitingRecords);

/// Loads the stations that service records of a contract await.
fn waiting_records(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<Awaited>, Error> {
    let waiting = records::waiting(connection, record.contract.id)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let batches = records::batches_by_ids(connection, &waiting.iter().map(|(_, batch)| *batch).collect::<Vec<_>>())?;
    let stations = organisations::by_ids(connection, &waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    let found = stations.into_iter().filter_map(|station| {
        let own = waiting.iter().filter(|(id, _)| *id == station.id);
        let own = own.flat_map(|(_, of)| batches.iter().filter(move |batch| batch.id == *of));
        let since = civil_day(own.map(|batch| batch.recorded_at).min()?);
        Some((station.id, WaitingRecords { station: station.code, since }))
    });
    Ok(found.collect())
}

/// Loads guarantees and steps of the recovery.
fn held(connection: &mut AnyConnection, record: &ContractRecord) -> Result<(Vec<Guarantee>, Vec<Recovery>), Error> {
    let id = record.contract.id;
    // Amounts stay received when the end of a contract is reversed.
    let was_ended = has_ended(record.contract.state) || record.rows.iter().any(|row| row.kind == FactKind::End);
    let recoveries = if was_ended { recoveries::load(connection, id)? } else { Vec::new() };
    Ok((guarantees::load(connection, id)?, recoveries))
}

/// Loads the publication of a contract that waits for a leader.
fn open_publication(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Option<OpenPublication>, Error> {
    let current = publications::current_of(connection, record.contract.id)?;
    let proposed = current.filter(|publication| publication.state == PublicationState::Proposed);
    Ok(proposed.map(|publication| OpenPublication {
        proposed_on: civil_day(publication.proposed_at),
        id: publication.public_id,
    }))
}

/// Loads the evaluations of a contract that wait for a step.
fn open_evaluations(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<OpenEvaluation>, Error> {
    let open = evaluations::open_of_contract(connection, record.contract.id)?;
    let steps = evaluations::load_steps(connection, &open.iter().map(|evaluation| evaluation.id).collect::<Vec<_>>())?;
    let waiting = open.iter().filter_map(|evaluation| {
        let own = steps.iter().filter(|(key, _)| *key == evaluation.id);
        awaited_by(evaluation, &own.map(|(_, step)| step.clone()).collect::<Vec<_>>())
    });
    Ok(waiting.collect())
}

/// Loads the amendments of a contract in force that wait for a consent, each with the day of its last step.
fn open_amendments(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Vec<OpenAmendment>, Error> {
    if record.contract.state != ContractState::Active {
        return Ok(Vec::new());
    }
    let mut open = amendments::of_contract(connection, record.contract.id)?;
    open.retain(|amendment| rules::is_open(amendment.state));
    let steps = amendments::load_steps(connection, &open.iter().map(|amendment| amendment.id).collect::<Vec<_>>())?;
    let since = |id| steps.iter().rfind(|(of, _)| *of == id).map(|(_, step)| civil_day(step.at));
    let opened = open.into_iter().map(|amendment| OpenAmendment {
        since: since(amendment.id).unwrap_or(amendment.effective_on),
        id: amendment.public_id,
        state: amendment.state,
        effective_on: amendment.effective_on,
    });
    Ok(opened.collect())
}

/// Everything of a contract that may wait for someone.
#[derive(Debug, Default)]
pub struct Undecided {
    pub change_requests: Vec<ChangeRequest>,
    pub amendments: Vec<OpenAmendment>,
    pub objections: Vec<Objection>,
    pub records: Vec<Awaited>,
    pub publication: Option<OpenPublication>,
    pub guarantees: Vec<Guarantee>,
    pub recoveries: Vec<Recovery>,
    pub evaluations: Vec<OpenEvaluation>,
}

impl Undecided {
    fn load(connection: &mut AnyConnection, record: &ContractRecord) -> Result<Self, Error> {
        let (guarantees, recoveries) = held(connection, record)?;
        Ok(Self {
            change_requests: change_requests::of_contract(connection, record.contract.id)?,
            amendments: open_amendments(connection, record)?,
            objections: objections::of_contract(connection, record.contract.id)?,
            records: waiting_records(connection, record)?,
            publication: open_publication(connection, record)?,
            guarantees,
            recoveries,
            evaluations: open_evaluations(connection, record)?,
        })
    }
}

/// Returns the payment requests that wait for a step.
fn open_payments(payments: Vec<PaymentRequest>) -> Vec<OpenPayment> {
    let open = payments.into_iter().filter(|payment| is_open(payment.state));
    open.map(|payment| OpenPayment {
        id: payment.public_id,
        milestone: payment.milestone,
        kind: payment.kind,
        state: payment.state,
        amount_fen: payment.amount_fen,
        requested_on: civil_day(payment.requested_at),
    })
    .collect()
}

/// Returns the breaches for which a waiver waits for an endorsement or a decision.
fn open_waivers(requests: &[ChangeRequest]) -> Result<Vec<BreachKey>, Error> {
    let is_waiver = |request: &&ChangeRequest| request.kind == ChangeRequestKind::Waiver && is_pending(request.state);
    let key = |request: &ChangeRequest| {
        let body: serde_json::Value = stored(&request.body)?;
        let code = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Ok(BreachKey::new(code("clause"), code("subject")))
    };
    requests.iter().filter(is_waiver).map(key).collect()
}

/// Returns the change requests that wait for an endorsement or a decision.
fn open_change_requests(requests: Vec<ChangeRequest>) -> Vec<OpenChangeRequest> {
    let open = requests.into_iter().filter(|request| is_pending(request.state));
    open.map(|request| OpenChangeRequest {
        id: request.public_id,
        kind: request.kind,
        is_applied: request.state == ChangeRequestState::Applied,
        since: civil_day(request.endorsed_at.unwrap_or(request.requested_at)),
    })
    .collect()
}

/// Derives a contract's projection as of a day from its terms and facts, payment requests and what is undecided.
///
/// # Errors
/// `Internal` for a stored fact that does not fit.
pub fn derive(
    record: &ContractRecord,
    payments: Vec<PaymentRequest>,
    undecided: Undecided,
    today: NaiveDate,
) -> Result<Projection, Error> {
    let standing = record.standing(today, Trails::Off)?;
    let contract = &record.contract;
    let objections = open_objections(record, &standing, undecided.objections)?;
    let contested = contested_fen(&standing, &objections, &open_waivers(&undecided.change_requests)?);
    let records: Vec<WaitingRecords> = undecided.records.iter().map(|(_, waiting)| waiting.clone()).collect();
    let interest = record.interest()?;
    let situation = Situation {
        state: contract.state,
        regime: contract.regime,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        terms: record.terms_on(today),
        facts: &record.facts,
        standing: &standing,
        payments: &open_payments(payments),
        interest: &interest,
        change_requests: &open_change_requests(undecided.change_requests),
        amendments: &undecided.amendments,
        objections: &objections,
        records: &records,
        publication: undecided.publication.as_ref(),
        guarantees: &undecided.guarantees,
        recoveries: &undecided.recoveries,
        evaluations: &undecided.evaluations,
        calendar: &record.days.calendar,
    };
    let mut tasks: Vec<TaskRow> =
        situation.tasks().into_iter().map(|task| task_row(record, task, &undecided.records, today)).collect();
    tasks.sort_unstable();
    let runs = matches!(contract.state, ContractState::Active | ContractState::Terminated);
    // A score is due from `not_before` on: that day changes a task but not the standing.
    let awaited = record
        .terms_on(today)
        .milestones
        .iter()
        .filter_map(|agreed| agreed.not_before)
        .filter(|day| *day > today)
        .min();
    let next =
        if runs { record.next_change(today)?.into_iter().chain(awaited).min().unwrap_or(FOR_EVER) } else { FOR_EVER };
    let expected = if runs {
        let terms = record.newest_in_force().0;
        expected_payments(terms, &standing, &record.days.calendar, record.facts.end.is_some())
    } else {
        Vec::new()
    };
    let (milestones, breaches) = if was_signed(contract.state) {
        (milestone_rows(&standing, &expected), breach_rows(&standing))
    } else {
        (Vec::new(), Vec::new())
    };
    let mut in_use = ledger::in_use(
        contract.state,
        record.largest_amount_fen(),
        (record.terms_on(today), record.facts.end.as_ref()),
        &standing,
    );
    in_use.hold(contested);
    let recovered = received_fen(&undecided.recoveries).saturating_add(claimed_fen(&undecided.guarantees));
    in_use.set_outside(interest.paid_fen(), recovered);
    Ok(Projection { tasks, milestones, breaches, next_change: next, in_use })
}

/// Returns whether a contract was in force at some time. Before that nothing is delivered, asked for or breached.
pub(in crate::services) const fn was_signed(state: ContractState) -> bool {
    match state {
        ContractState::Draft | ContractState::Submitted | ContractState::Funded | ContractState::Withdrawn => false,
        ContractState::Active | ContractState::Terminated | ContractState::Completed | ContractState::Closed => true,
    }
}

/// Rewrites a contract's projection, posts what changed in the ledger, and alerts people to new breaches and tasks.
///
/// # Errors
/// `Refused` if the contract would use more of its appropriation than is free; database errors.
pub fn refresh_projections(tx: &mut Tx<'_>, record: &ContractRecord) -> Result<(), Error> {
    let today = tx.context.today();
    let id = record.contract.id;
    let cause = tx.cause();
    let mut projection = project(tx.connection, record, today)?;
    let signed = was_signed(record.contract.state);
    let known = if signed { rows::breaches_of(tx.connection, id)? } else { Vec::new() };
    let mut alerts = Vec::new();
    for breach in &mut projection.breaches {
        match known.iter().find(|old| old.clause == breach.clause && old.subject == breach.subject) {
            Some(old) => breach.found_at = old.found_at,
            None => {
                breach.found_at = tx.context.now;
                alerts.push(Alert::breach_found(record, breach));
            }
        }
    }
    for breach in known
        .iter()
        .filter(|old| !projection.breaches.iter().any(|new| new.clause == old.clause && new.subject == old.subject))
    {
        event(tx, record, EventAction::BreachGone, breach)?;
    }
    for breach in projection.breaches.iter().filter(|new| new.found_at == tx.context.now) {
        event(tx, record, EventAction::BreachFound, breach)?;
    }
    let tasks = tx.tasks_of(&record.contract)?;
    alerts.extend(replace_tasks(tx, record, &tasks, &mut projection.tasks)?);
    if signed {
        rows::replace_milestones(tx.connection, id, &projection.milestones)?;
    }
    if known != projection.breaches {
        rows::replace_breaches(tx.connection, id, &projection.breaches)?;
    }
    let first = first_day(&projection.tasks);
    let head = contracts::save_head(tx.connection, &record.contract, projection.next_change, first)?;
    tx.know_rows(ObjectKind::Contract, &record.contract.public_id, head);
    contracts::repeat_in_access(tx.connection, id, record.contract.state, first)?;
    if record.contract.calendar_version != Some(record.days.version) {
        moved_days::record(tx, record)?;
        calendar::set_contract_version(tx.connection, id, record.days.version)?;
    }
    post(tx, record, &projection.in_use, cause)?;
    alerts::enqueue(tx, record, &alerts)
}

/// Returns whether the stored milestones and breaches are those of today, so that a change without a fact leaves them
/// as they are.
pub fn is_current(record: &ContractRecord, today: NaiveDate) -> bool {
    record.contract.next_change > today && record.contract.calendar_version == Some(record.days.version)
}

/// Rewrites the tasks of a contract whose standing [`is_current`], stores its version, and alerts people to new tasks.
/// `requests` are all its payment requests; `alert` is queued with the others.
///
/// # Errors
/// The database's.
pub fn refresh_tasks(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    requests: &[Requested],
    alert: Option<Alert>,
) -> Result<(), Error> {
    let known = tx.tasks_of(&record.contract)?;
    // Whatever waits for a decision or a correction has a task, so without one there is nothing to load.
    let waits = |task: &TaskRow| {
        let target = TaskKind::parse(&task.kind).map(|kind| kind.target(()));
        use Target::{Amendment, ChangeRequest, Evaluation, Guarantee, Objection, Publication, Recovery};
        let is_about_one = |target| {
            let is_request = matches!(target, ChangeRequest(()) | Amendment(()) | Objection(()) | Publication(()));
            is_request || matches!(target, Guarantee(()) | Recovery(()) | Evaluation(()))
        };
        target.is_some_and(is_about_one)
            || [TaskKind::ConfirmRecords, TaskKind::Recover].iter().any(|kind| task.kind == kind.as_str())
    };
    let others = if known.iter().any(waits) { Undecided::load(tx.connection, record)? } else { Undecided::default() };
    let payments = requests.iter().map(|taken| taken.request.clone()).collect();
    let mut projection = derive(record, payments, others, tx.context.today())?;
    let mut alerts = replace_tasks(tx, record, &known, &mut projection.tasks)?;
    alerts.extend(alert);
    let first = first_day(&projection.tasks);
    contracts::save_unrecorded_head(tx.connection, &record.contract, projection.next_change, first)?;
    if first != first_day(&known) {
        contracts::repeat_in_access(tx.connection, record.contract.id, record.contract.state, first)?;
    }
    alerts::enqueue_about_payments(tx, record, &alerts, requests)
}

/// Replaces the stored tasks, keeping what is known of those that stay. Returns the alerts to the others.
fn replace_tasks(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    known: &[TaskRow],
    tasks: &mut [TaskRow],
) -> Result<Vec<Alert>, Error> {
    let mut alerts = Vec::new();
    for task in tasks.iter_mut() {
        let same =
            known.iter().find(|old| old.kind == task.kind && old.subject == task.subject && old.role == task.role);
        if let Some(old) = same.filter(|old| old.due_on == task.due_on) {
            (task.since, task.alert_on) = (old.since, old.alert_on);
        } else if same.is_none() {
            alerts.extend(Alert::task_assigned(task, &record.days, tx.context.today()));
        }
    }
    let gone: Vec<&TaskRow> = known.iter().filter(|old| !tasks.contains(old)).collect();
    let new: Vec<&TaskRow> = tasks.iter().filter(|task| !known.contains(task)).collect();
    match (&gone[..], &new[..]) {
        ([], []) => {}
        ([old], [task]) => rows::replace_task(tx.connection, record.contract.id, old, task)?,
        _ => rows::replace_tasks(tx.connection, record.contract.id, tasks)?,
    }
    Ok(alerts)
}

/// Returns the day of the first task.
fn first_day(tasks: &[TaskRow]) -> NaiveDate {
    tasks.iter().map(|task| task.due_on).min().unwrap_or(FOR_EVER)
}

fn event(tx: &mut Tx<'_>, record: &ContractRecord, action: EventAction, breach: &BreachRow) -> Result<(), Error> {
    let stream = format!("contract:{}", record.contract.public_id);
    let body = serde_json::json!({ "clause": breach.clause, "subject": breach.subject, "since": breach.since });
    tx.event(&Event { stream: &stream, action, object: &record.contract.public_id, body })
}

fn task_row(record: &ContractRecord, task: tasks::Task, awaited: &[Awaited], today: NaiveDate) -> TaskRow {
    // A station is not a party of the contract, so the task names it.
    let is_own = |(_, waiting): &&Awaited| task.kind == TaskKind::ConfirmRecords && waiting.station == task.subject;
    let station = awaited.iter().find(is_own).map(|(id, _)| *id);
    TaskRow {
        kind: task.kind.as_str().to_owned(),
        subject: task.subject,
        organisation_id: station.unwrap_or_else(|| acting_organisation(&record.contract, task.role)),
        role: task.role,
        due_on: task.due_on,
        alert_on: tasks::reminder_stage(task.due_on, today)
            .map(|(_, day)| day)
            .or_else(|| tasks::next_reminder(task.due_on, today))
            .unwrap_or(FOR_EVER),
        since: today,
    }
}
