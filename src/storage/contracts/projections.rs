//! Projections of a contract: rows of its tasks, milestones and breaches, replaced with every change of the contract.
//!
//! They contain thresholds as days, never "overdue" or an accruing amount, so no row is rewritten because a day passed.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::Role;
use crate::schema::{breaches, contracts, milestones, tasks};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::statements::{change_kept, insert_few, read_rows};

/// A task of a role in an organisation, due by a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub struct TaskRow {
    /// Stored name of the task's kind.
    pub kind: String,
    /// Code or identifier of the task's object: a deliverable, milestone, payment request and so on.
    pub subject: String,
    /// Responsible organisation.
    pub organisation_id: OrganisationId,
    /// Responsible role in that organisation.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    pub due_on: NaiveDate,
    /// Next day for a reminder by email.
    pub alert_on: NaiveDate,
    /// Day on which the task arose.
    pub since: NaiveDate,
}

/// Figures of a milestone as of the last change, in fen.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = milestones)]
pub struct MilestoneRow {
    pub code: String,
    /// Position in the terms, from 0.
    pub place: i32,
    /// Day on which the milestone was satisfied, or `FOR_EVER`.
    pub satisfied_on: NaiveDate,
    pub gross_fen: i64,
    pub deductions_fen: i64,
    pub payable_fen: i64,
    /// Day on which payment is due, or `FOR_EVER`.
    pub due_on: NaiveDate,
    pub paid_fen: i64,
    /// Day on which the rest is expected to be paid, or `FOR_EVER` if no payment is; `None` in rows of an earlier
    /// version.
    pub expected_on: Option<NaiveDate>,
    /// Expected rest in fen; `None` in rows of an earlier version.
    pub expected_fen: Option<i64>,
}

/// A breach as of the last change. An accruing amount stays 0 until it is final.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = breaches)]
pub struct BreachRow {
    /// Code of the clause.
    pub clause: String,
    /// Deliverable, milestone, month or incident of the breach.
    pub subject: String,
    /// First day of the breach.
    pub since: NaiveDate,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Charged in fen.
    pub charged_fen: i64,
    pub waived: bool,
    /// True while the amount still grows.
    pub accruing: bool,
    /// Milestone in which the breach is settled; empty if it is not.
    pub settled_in: String,
    /// Time at which the program recorded the breach, in UTC.
    pub found_at: NaiveDateTime,
}

/// Returns the tasks of a contract.
pub fn tasks_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<TaskRow>> {
    let own = tasks::table.filter(tasks::contract_id.eq(contract.0));
    let own = own.order((tasks::kind, tasks::subject, tasks::role));
    Ok(read_rows!(connection, own.select(TaskRow::as_select()))?)
}

/// Returns the milestones of a contract.
pub fn milestones_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<MilestoneRow>> {
    Ok(milestones::table
        .filter(milestones::contract_id.eq(contract.0))
        .order(milestones::place)
        .select(MilestoneRow::as_select())
        .load(connection)?)
}

/// Returns the milestones of several contracts, each with its contract.
pub fn milestones_of_contracts(
    connection: &mut AnyConnection,
    contracts: &[ContractId],
) -> Result<Vec<(ContractId, MilestoneRow)>> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(milestones::table
        .filter(milestones::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .select((milestones::contract_id, MilestoneRow::as_select()))
        .load(connection)?)
}

/// Returns the breaches of a contract.
pub fn breaches_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<BreachRow>> {
    let own = breaches::table.filter(breaches::contract_id.eq(contract.0));
    let own = own.order((breaches::clause, breaches::subject));
    Ok(read_rows!(connection, own.select(BreachRow::as_select()))?)
}

/// Returns the stored day of a contract's first task, and its stored services.
pub fn derived_columns(connection: &mut AnyConnection, id: ContractId) -> Result<(NaiveDate, Option<String>)> {
    Ok(contracts::table.find(id.0).select((contracts::next_task_on, contracts::services)).first(connection)?)
}

/// Stores the services of the newest terms, as `Details::listed_services` writes them.
pub fn set_services(connection: &mut AnyConnection, id: ContractId, services: &str) -> Result<()> {
    diesel::update(contracts::table.find(id.0)).set(contracts::services.eq(services)).execute(connection)?;
    Ok(())
}

/// Replaces the tasks of a contract.
pub fn replace_tasks(connection: &mut AnyConnection, contract: ContractId, rows: &[TaskRow]) -> Result<()> {
    diesel::delete(tasks::table.filter(tasks::contract_id.eq(contract.0))).execute(connection)?;
    insert_tasks(connection, &rows.iter().map(|task| (contract, task)).collect::<Vec<_>>())
}

/// Replaces one task of a contract by another.
pub fn replace_task(connection: &mut AnyConnection, contract: ContractId, old: &TaskRow, new: &TaskRow) -> Result<()> {
    let one = tasks::table
        .filter(tasks::contract_id.eq(contract.0))
        .filter(tasks::kind.eq(&old.kind))
        .filter(tasks::subject.eq(&old.subject))
        .filter(tasks::role.eq(old.role.as_str()));
    let update = diesel::update(one).set((
        tasks::kind.eq(&new.kind),
        tasks::subject.eq(&new.subject),
        tasks::organisation_id.eq(new.organisation_id.0),
        tasks::role.eq(new.role.as_str()),
        tasks::due_on.eq(new.due_on),
        tasks::alert_on.eq(new.alert_on),
        tasks::since.eq(new.since),
    ));
    change_kept!(connection, update)?;
    Ok(())
}

/// Inserts tasks.
pub fn insert_tasks(connection: &mut AnyConnection, rows: &[(ContractId, &TaskRow)]) -> Result<()> {
    insert_few!(connection, tasks::table, rows, |(contract, task)| {
        (
            tasks::contract_id.eq(contract.0),
            tasks::kind.eq(&task.kind),
            tasks::subject.eq(&task.subject),
            tasks::organisation_id.eq(task.organisation_id.0),
            tasks::role.eq(task.role.as_str()),
            tasks::due_on.eq(task.due_on),
            tasks::alert_on.eq(task.alert_on),
            tasks::since.eq(task.since),
        )
    });
    Ok(())
}

/// Replaces the milestones of a contract.
pub fn replace_milestones(connection: &mut AnyConnection, contract: ContractId, rows: &[MilestoneRow]) -> Result<()> {
    diesel::delete(milestones::table.filter(milestones::contract_id.eq(contract.0))).execute(connection)?;
    insert_milestones(connection, &rows.iter().map(|row| (contract, row)).collect::<Vec<_>>())
}

/// Inserts milestones.
pub fn insert_milestones(connection: &mut AnyConnection, rows: &[(ContractId, &MilestoneRow)]) -> Result<()> {
    insert_few!(connection, milestones::table, rows, |(contract, row)| {
        (
            milestones::contract_id.eq(contract.0),
            milestones::code.eq(&row.code),
            milestones::place.eq(row.place),
            milestones::satisfied_on.eq(row.satisfied_on),
            milestones::gross_fen.eq(row.gross_fen),
            milestones::deductions_fen.eq(row.deductions_fen),
            milestones::payable_fen.eq(row.payable_fen),
            milestones::due_on.eq(row.due_on),
            milestones::paid_fen.eq(row.paid_fen),
            milestones::expected_on.eq(row.expected_on),
            milestones::expected_fen.eq(row.expected_fen),
        )
    });
    Ok(())
}

/// Lists contracts with a milestone that has no expected payment, because an earlier version wrote the row.
pub fn contracts_without_expectation(
    connection: &mut AnyConnection,
    after: ContractId,
    limit: i64,
) -> Result<Vec<ContractId>> {
    Ok(milestones::table
        .filter(milestones::expected_on.is_null())
        .filter(milestones::contract_id.gt(after.0))
        .order(milestones::contract_id)
        .select(milestones::contract_id)
        .distinct()
        .limit(limit)
        .load(connection)?)
}

/// Replaces the breaches of a contract.
pub fn replace_breaches(connection: &mut AnyConnection, contract: ContractId, rows: &[BreachRow]) -> Result<()> {
    diesel::delete(breaches::table.filter(breaches::contract_id.eq(contract.0))).execute(connection)?;
    insert_breaches(connection, &rows.iter().map(|row| (contract, row)).collect::<Vec<_>>())
}

/// Inserts breaches.
pub fn insert_breaches(connection: &mut AnyConnection, rows: &[(ContractId, &BreachRow)]) -> Result<()> {
    insert_few!(connection, breaches::table, rows, |(contract, row)| {
        (
            breaches::contract_id.eq(contract.0),
            breaches::clause.eq(&row.clause),
            breaches::subject.eq(&row.subject),
            breaches::since.eq(row.since),
            breaches::amount_fen.eq(row.amount_fen),
            breaches::charged_fen.eq(row.charged_fen),
            breaches::waived.eq(row.waived),
            breaches::accruing.eq(row.accruing),
            breaches::settled_in.eq(&row.settled_in),
            breaches::found_at.eq(row.found_at),
        )
    });
    Ok(())
}

/// Counts the tasks of these seats, up to a limit.
pub fn count_work(connection: &mut AnyConnection, seats: &[(OrganisationId, Role)], limit: i64) -> Result<usize> {
    let seats: BTreeSet<&(OrganisationId, Role)> = seats.iter().collect();
    let most = usize::try_from(limit).unwrap_or(0);
    let mut count = 0;
    for (organisation, role) in seats {
        let waiting = tasks::table
            .filter(tasks::organisation_id.eq(organisation.0))
            .filter(tasks::role.eq(role.as_str()))
            .limit(limit)
            .select(tasks::id);
        let found: Vec<i64> = read_rows!(&mut *connection, waiting)?;
        count += found.len();
    }
    Ok(count.min(most))
}
