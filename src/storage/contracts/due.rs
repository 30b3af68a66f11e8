//! Due work over all contracts: contracts whose standing changes by a day, and tasks whose reminder is due.
//!
//! The jobs page through these queries; each walks an index by day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{contract_terms, contracts, tasks};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::TaskRow;
use crate::storage::ids::ContractId;
use crate::storage::statements::{lengthened, load_listed};

/// Day of the next change of a contract whose tasks a migration left to the jobs to derive again. No contract changes
/// on this day by itself.
// Evaluated at compile time: an invalid date would not compile.
pub const TO_BE_DERIVED: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day of the calendar");

/// A task with its key and contract.
#[derive(Debug, Clone, Queryable)]
pub struct DueTask {
    pub id: i64,
    pub contract: ContractId,
    pub task: TaskRow,
}

/// Lists the tasks with a reminder due by a day, of contracts whose projections are those of that day, by the calendar
/// of this version.
pub fn reminders_due(
    connection: &mut AnyConnection,
    today: NaiveDate,
    calendar: i64,
    limit: i64,
) -> Result<Vec<DueTask>> {
    Ok(tasks::table
        .inner_join(contracts::table)
        .filter(tasks::alert_on.le(today))
        .filter(contracts::next_change.gt(today))
        .filter(contracts::calendar_version.ge(calendar))
        .order((tasks::alert_on, tasks::id))
        .limit(limit)
        .select((tasks::id, tasks::contract_id, TaskRow::as_select()))
        .load(connection)?)
}

/// Loads the tasks of several contracts.
pub fn tasks_of_contracts(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<Vec<DueTask>> {
    Ok(tasks::table
        .filter(tasks::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .select((tasks::id, tasks::contract_id, TaskRow::as_select()))
        .load(connection)?)
}

/// A contract with its terms and their details, both as stored JSON.
pub type WithWords = (Contract, String, String);

/// Returns contracts with the terms in force on a day and their details.
pub fn contracts_with_words(
    connection: &mut AnyConnection,
    ids: &[ContractId],
    today: NaiveDate,
) -> Result<Vec<WithWords>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let in_force = contract_terms::version
        .eq(contracts::terms_version)
        .or(contract_terms::version.gt(contracts::terms_version).and(contract_terms::effective_on.le(today)));
    let ids = lengthened(ids.iter().map(|id| id.0));
    let mut found: Vec<WithWords> = load_listed!(
        connection,
        ids,
        contracts::table
            .inner_join(contract_terms::table)
            .filter(in_force)
            .filter(contracts::id.eq_any(&ids))
            .order((contracts::id, contract_terms::version.desc()))
            .select((Contract::as_select(), contract_terms::terms, contract_terms::details))
    )?;
    // The newest version in force comes first.
    found.dedup_by_key(|(contract, _, _)| contract.id);
    Ok(found)
}

/// Sets the next day on which some tasks are checked for a reminder.
pub fn set_next_reminder(connection: &mut AnyConnection, ids: &[i64], day: NaiveDate) -> Result<()> {
    diesel::update(tasks::table.filter(tasks::id.eq_any(ids))).set(tasks::alert_on.eq(day)).execute(connection)?;
    Ok(())
}

/// A contract whose standing changes on a day; also the place in the list of such contracts.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Changing {
    pub day: NaiveDate,
    pub contract: ContractId,
}

impl Changing {
    /// Returns a place before every contract: none changes before 1970, and PostgreSQL cannot store chrono's earliest
    /// day.
    pub fn before_all() -> Self {
        Self { day: TO_BE_DERIVED, contract: ContractId(0) }
    }
}

/// Returns contracts after a place whose standing changes by a day, except those recorded later than `now`, as after a
/// clock was set back.
pub fn changing(
    connection: &mut AnyConnection,
    today: NaiveDate,
    now: NaiveDateTime,
    after: Changing,
    limit: i64,
) -> Result<Vec<Changing>> {
    Ok(contracts::table
        .filter(contracts::next_change.le(today))
        .filter(contracts::recorded_at.le(now))
        .filter(contracts::next_change.ge(after.day))
        .filter(contracts::next_change.gt(after.day).or(contracts::id.gt(after.contract.0)))
        .order((contracts::next_change, contracts::id))
        .limit(limit)
        .select((contracts::next_change, contracts::id))
        .load(connection)?)
}

/// Counts the contracts whose standing changes by a day.
pub fn count_changing_by(connection: &mut AnyConnection, day: NaiveDate) -> Result<i64> {
    Ok(contracts::table.filter(contracts::next_change.le(day)).count().get_result(connection)?)
}
