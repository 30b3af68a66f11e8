//! Projections: the rows of tasks, milestones and breaches that lists read, derived from a contract's terms and facts.
//!
//! [`refresh_projections`] rewrites them in the transaction of each change of terms or facts, and in a job on the day
//! stored as `next_change`. [`refresh_tasks`] rewrites only tasks, after a step of a payment request that is not a fact.
//! New breaches and tasks alert the people concerned. `luyue check` derives the rows again and compares.

use chrono::NaiveDate;

use crate::clock::civil_day;
use crate::domain::change_requests::is_pending;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState};
use crate::domain::guarantees::claimed_fen;
use crate::domain::ledger;
use crate::domain::objections::contested_fen;
use crate::domain::payments::is_open;
use crate::domain::recoveries::received_fen;
use crate::domain::service_records::WaitingRecords;
use crate::domain::standing::{Standing, Trails, expected_payments};
use crate::domain::subject::BreachKey;
use crate::domain::tasks::{self, OpenChangeRequest, OpenPayment, Situation, TaskKind};
use crate::domain::yearly_shares::{Uses, used_by_year};
use crate::error::Error;
use crate::services::contracts::moved_days;
use crate::services::contracts::projected_rows::{breach_rows, milestone_rows};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::sign_offs;
use crate::services::contracts::undecided::{Awaited, Undecided};
use crate::services::identity::caller::acting_organisation;
use crate::services::ledger::post::post;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::notifications::breach_alerts;
use crate::services::objections::subject::open_objections;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::projections::{self as rows, BreachRow, MilestoneRow, TaskRow};
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::payments::{self, PaymentRequest, Requested};
use crate::storage::registry::calendar;
use crate::storage::write::{Event, Tx};

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
    /// Amounts that the contract uses of its appropriations.
    pub uses: Uses,
}

/// Loads a contract's payment requests and everything else that may wait for someone, and derives its projection as of
/// a day.
///
/// # Errors
/// Database errors; `Internal` for a stored fact that cannot be read.
pub fn project(connection: &mut AnyConnection, record: &ContractRecord, today: NaiveDate) -> Result<Projection, Error> {
    if !was_signed(record.contract.state) {
        let turn = sign_offs::turn(connection, &record.chains, &record.contract)?;
        let sign_off = turn.next.map(|next| next.role);
        return derive(record, Vec::new(), Undecided { sign_off, ..Undecided::default() }, today);
    }
    let payments = payments::of_contract(connection, record.contract.id)?;
    derive(record, payments, Undecided::load(connection, record)?, today)
}

/// Returns the payment requests that wait for a step.
fn open_payments(record: &ContractRecord, payments: Vec<PaymentRequest>) -> Vec<OpenPayment> {
    let open = payments.into_iter().filter(|payment| is_open(payment.state));
    open.map(|payment| OpenPayment {
        next: record.payment_chain(&payment).next(payment.state),
        id: payment.public_id,
        milestone: payment.milestone,
        kind: payment.kind,
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
        is_at_finance: request.state == ChangeRequestState::AtFinance,
        since: civil_day(request.endorsed_at.unwrap_or(request.requested_at)),
    })
    .collect()
}

/// Returns the next day on which a running contract's standing or tasks change. A score is due from `not_before` on, and a
/// right to end the contract lapses: these days change a task but not the standing.
fn next_change(record: &ContractRecord, standing: &Standing, today: NaiveDate) -> Result<NaiveDate, Error> {
    let score_days = record.terms_on(today).milestones.iter().filter_map(|agreed| agreed.not_before);
    let next_score_day = score_days.filter(|day| *day > today).min();
    let lapse = tasks::right_to_end_lapses(standing, &record.days.calendar).and_then(|last| last.succ_opt());
    let of_tasks = next_score_day.into_iter().chain(lapse.filter(|day| *day > today));
    Ok(record.next_change(today)?.into_iter().chain(of_tasks).min().unwrap_or(FOR_EVER))
}

/// Returns the day of an award to come, from which the task of signing follows what then holds.
fn next_award(contract: &Contract, today: NaiveDate) -> NaiveDate {
    let to_come = contract.award_on.filter(|award| *award > today && !was_signed(contract.state));
    to_come.unwrap_or(FOR_EVER)
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
        to_announce_from: record.to_announce_from(today),
        published_on: contract.published_on,
        statutes: &record.settings,
        terms: record.terms_on(today),
        facts: &record.facts,
        standing: &standing,
        sign_off: undecided.sign_off,
        payments: &open_payments(record, payments),
        interest: &interest,
        change_requests: &open_change_requests(undecided.change_requests),
        amendments: &undecided.amendments,
        objections: &objections,
        records: &records,
        publication: undecided.publication.as_ref(),
        suspension: undecided.suspension.as_ref(),
        guarantees: &undecided.guarantees,
        recoveries: &undecided.recoveries,
        evaluations: &undecided.evaluations,
        calendar: &record.days.calendar,
    };
    let mut tasks: Vec<TaskRow> =
        situation.tasks().into_iter().map(|task| task_row(record, task, &undecided.records, today)).collect();
    tasks.sort_unstable();
    let runs = matches!(contract.state, ContractState::Active | ContractState::Terminated);
    let next = if runs { next_change(record, &standing, today)? } else { next_award(contract, today) };
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
    let agreed = (record.terms_on(today), record.facts.end.as_ref());
    let mut in_use = ledger::in_use(contract.state, record.largest_amount_fen(), agreed, &standing);
    in_use.hold(contested);
    let recovered = received_fen(&undecided.recoveries).saturating_add(claimed_fen(&undecided.guarantees));
    in_use.set_outside(interest.paid_fen(), recovered);
    let by_year = used_by_year(contract.state, agreed, |day| record.terms_on(day), &standing);
    Ok(Projection { tasks, milestones, breaches, next_change: next, uses: Uses { all: in_use, by_year } })
}

/// Returns whether a contract was in force at some time. Before that there are no submissions, requests or breaches.
pub(in crate::services) const fn was_signed(state: ContractState) -> bool {
    match state {
        ContractState::Draft | ContractState::Submitted | ContractState::Funded | ContractState::Withdrawn => false,
        ContractState::Active | ContractState::Terminated | ContractState::Completed | ContractState::Closed => true,
    }
}

/// Rewrites a contract's projection, posts what changed in the ledger, and alerts people to new breaches and tasks. The
/// order of the steps matters: each says why it comes where it does.
///
/// # Errors
/// `Refused` if the contract would use more of its appropriation than is free; database errors.
pub fn refresh_projections(tx: &mut Tx<'_>, record: &ContractRecord) -> Result<(), Error> {
    let today = tx.context.today();
    let id = record.contract.id;
    // 1. Take the cause and derive everything before anything is written.
    let cause = tx.cause();
    let mut projection = project(tx.connection, record, today)?;
    // 2. Give each breach the time at which it was first found, which the comparison in step 5 needs.
    let signed = was_signed(record.contract.state);
    let known = if signed { rows::breaches_of(tx.connection, id)? } else { Vec::new() };
    let mut found = Vec::new();
    for breach in &mut projection.breaches {
        match known.iter().find(|old| old.clause == breach.clause && old.subject == breach.subject) {
            Some(old) => breach.found_at = old.found_at,
            None => {
                breach.found_at = tx.context.now;
                found.push(breach.clone());
            }
        }
    }
    // 3. Log what came and went. The first event of the transaction loads the stored tasks along with the heads.
    for breach in known
        .iter()
        .filter(|old| !projection.breaches.iter().any(|new| new.clause == old.clause && new.subject == old.subject))
    {
        log_breach(tx, record, EventAction::BreachGone, breach)?;
    }
    for breach in projection.breaches.iter().filter(|new| new.found_at == tx.context.now) {
        log_breach(tx, record, EventAction::BreachFound, breach)?;
    }
    // 4. Replace the tasks, keeping the days of those that stay.
    let tasks = tx.tasks_of(&record.contract)?;
    let mut alerts = breach_alerts::found(record, &found, today)?;
    alerts.extend(replace_tasks(tx, record, &tasks, &mut projection.tasks)?);
    // 5. Replace milestones and breaches.
    if signed {
        rows::replace_milestones(tx.connection, id, &projection.milestones)?;
    }
    if known != projection.breaches {
        rows::replace_breaches(tx.connection, id, &projection.breaches)?;
    }
    // 6. Save the head with the first day of the tasks. Its digest is known until the table is written again.
    let first = first_day(&projection.tasks);
    let head = contracts::save_head(tx.connection, &record.contract, projection.next_change, first)?;
    tx.know_rows(ObjectKind::Contract, &record.contract.public_id, head);
    contracts::copy_to_access_rows(tx.connection, id, record.contract.state, first)?;
    // 7. Record due days that a newer calendar moved, by comparison with the version stored until now.
    if record.contract.calendar_version != Some(record.days.version) {
        moved_days::record(tx, record)?;
        calendar::set_contract_version(tx.connection, id, record.days.version)?;
    }
    // 8. Post, which may refuse the whole change, and queue the emails last.
    post(tx, record, &projection.uses, cause)?;
    alerts::enqueue(tx, record, &alerts)
}

/// Returns whether the stored milestones and breaches are those of today, so that a change without a fact leaves them
/// as they are.
pub fn is_current(record: &ContractRecord, today: NaiveDate) -> bool {
    record.contract.next_change > today && record.contract.calendar_version == Some(record.days.version)
}

/// Rewrites the tasks of a contract whose standing [`is_current`], stores its version, and alerts people to new tasks.
/// `requests` are all payment requests of the contract; `alert` is queued with the alerts to new tasks.
///
/// # Errors
/// `Internal` for a stored fact that does not fit; database errors.
pub fn refresh_tasks(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    requests: &[Requested],
    alert: Option<Alert>,
) -> Result<(), Error> {
    let known = tx.tasks_of(&record.contract)?;
    // Whatever is undecided has a task, so without one there is nothing to load.
    let waits = |task: &TaskRow| TaskKind::parse(&task.kind).is_some_and(TaskKind::is_about_undecided);
    let undecided =
        if known.iter().any(waits) { Undecided::load(tx.connection, record)? } else { Undecided::default() };
    let payments = requests.iter().map(|taken| taken.request.clone()).collect();
    let mut projection = derive(record, payments, undecided, tx.context.today())?;
    let mut alerts = replace_tasks(tx, record, &known, &mut projection.tasks)?;
    alerts.extend(alert);
    let first = first_day(&projection.tasks);
    contracts::save_unrecorded_head(tx.connection, &record.contract, projection.next_change, first)?;
    if first != first_day(&known) {
        contracts::copy_to_access_rows(tx.connection, record.contract.id, record.contract.state, first)?;
    }
    alerts::enqueue_about_payments(tx, record, &alerts, requests)
}

/// Replaces the stored tasks. A task that stays keeps the day since which it is open and that of its next reminder.
/// Returns the alerts to new tasks.
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
            let today = tx.context.today();
            alerts.extend(Alert::task_assigned(task, &record.days, today));
            if TaskKind::parse(&task.kind).is_some_and(TaskKind::is_announced) {
                task.alert_on = task.alert_on.min(today);
            }
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

/// Returns the earliest day by which a task is due; [`FOR_EVER`] without tasks.
fn first_day(tasks: &[TaskRow]) -> NaiveDate {
    tasks.iter().map(|task| task.due_on).min().unwrap_or(FOR_EVER)
}

/// Appends an event about a breach to the contract's chain.
fn log_breach(tx: &mut Tx<'_>, record: &ContractRecord, action: EventAction, breach: &BreachRow) -> Result<(), Error> {
    let stream = format!("contract:{}", record.contract.public_id);
    let body = serde_json::json!({ "clause": breach.clause, "subject": breach.subject, "since": breach.since });
    tx.event(&Event { stream: &stream, action, object: &record.contract.public_id, body })
}

/// Builds the row of a task. `awaited` gives the key of the justice station that a task to confirm records is for.
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
        alert_on: tasks::reminder_stage((task.kind.as_str(), task.due_on), today)
            .map(|(_, day)| day)
            .or_else(|| tasks::next_reminder((task.kind.as_str(), task.due_on), today))
            .unwrap_or(FOR_EVER),
        since: today,
    }
}
