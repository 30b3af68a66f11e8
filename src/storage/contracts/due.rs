//! What falls due over all contracts: those whose standing changes by itself, and duties whose day of recall has come, with
//! the words by which people know them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{contract_terms, contracts, duties};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::projections::Duty;
use crate::storage::ids::ContractId;

/// A duty of a contract.
#[derive(Debug, Clone, Queryable)]
pub struct DueDuty {
    /// Key.
    pub id: i64,
    /// The contract.
    pub contract: ContractId,
    /// The duty.
    pub duty: Duty,
}

/// Duties that are to be recalled by a day, of contracts whose projections are those of that day, by the calendar of this version.
pub fn reminders_due(
    connection: &mut AnyConnection,
    today: NaiveDate,
    calendar: i64,
    limit: i64,
) -> Result<Vec<DueDuty>> {
    Ok(duties::table
        .inner_join(contracts::table)
        .filter(duties::alert_on.le(today))
        .filter(contracts::next_change.gt(today))
        .filter(contracts::calendar_version.ge(calendar))
        .order((duties::alert_on, duties::id))
        .limit(limit)
        .select((duties::id, duties::contract_id, Duty::as_select()))
        .load(connection)?)
}

/// Contracts with the words beside their terms (JSON).
pub fn contracts_with_words(connection: &mut AnyConnection, ids: &[ContractId]) -> Result<Vec<(Contract, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(contracts::table
        .inner_join(contract_terms::table)
        .filter(contract_terms::version.eq(contracts::terms_version))
        .filter(contracts::id.eq_any(ids.iter().map(|id| id.0)))
        .order(contracts::id)
        .select((Contract::as_select(), contract_terms::details))
        .load(connection)?)
}

/// Sets the next day of recall of some duties.
pub fn set_next_reminder(connection: &mut AnyConnection, ids: &[i64], day: NaiveDate) -> Result<()> {
    diesel::update(duties::table.filter(duties::id.eq_any(ids))).set(duties::alert_on.eq(day)).execute(connection)?;
    Ok(())
}

/// A contract whose standing changes by itself, and the place that it has among them.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Changing {
    /// The day.
    pub day: NaiveDate,
    /// The contract.
    pub contract: ContractId,
}

impl Changing {
    /// Before the first: no contract is older than 1970, and PostgreSQL knows no day as early as chrono's first.
    pub fn before_all() -> Self {
        Self { day: NaiveDate::default(), contract: ContractId(0) }
    }
}

/// Contracts whose standing has changed by itself by a day, after a place; none of which something was recorded later than
/// `now`, as on a clock that was set back.
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
