//! Working calendars of years that were imported. Rows are added and never changed: the calendar at an earlier version is what the
//! rows up to it say.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{calendars, contracts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::unique::or_again;

/// A year as it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendars)]
pub struct CalendarRow {
    /// Its number among all imports, from 1.
    pub version: i64,
    /// The year.
    pub year: i32,
    /// The notice.
    pub notice: String,
    /// Weekdays that are off, a JSON list.
    pub holidays: String,
    /// Weekend days that are worked, a JSON list.
    pub workdays: String,
    /// By whom.
    pub imported_by: PersonId,
    /// When (UTC).
    pub imported_at: NaiveDateTime,
}

/// All imports in their order: one or two a year.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<CalendarRow>> {
    Ok(calendars::table.order(calendars::version).select(CalendarRow::as_select()).load(connection)?)
}

/// The number of the last import, 0 before the first.
pub fn version(connection: &mut AnyConnection) -> Result<i64> {
    let last = calendars::table.order(calendars::version.desc()).select(calendars::version).first(connection);
    Ok(last.optional()?.unwrap_or(0))
}

/// Adds an import.
pub fn insert(connection: &mut AnyConnection, row: &CalendarRow) -> Result<()> {
    diesel::insert_into(calendars::table).values(row).execute(connection).map(|_| ()).map_err(or_again)
}

/// A contract whose projections were made by an earlier calendar, and the place that it has among them.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Behind {
    /// The version.
    pub version: Option<i64>,
    /// The contract.
    pub contract: ContractId,
}

impl Behind {
    /// Before the first.
    pub fn before_all() -> Self {
        Self { version: Some(0), contract: ContractId(0) }
    }
}

/// Contracts whose projections were made by an earlier version, after a place.
pub fn behind(connection: &mut AnyConnection, version: i64, after: Behind, limit: i64) -> Result<Vec<Behind>> {
    let from = after.version.unwrap_or(0);
    Ok(contracts::table
        .filter(contracts::calendar_version.lt(version))
        .filter(contracts::calendar_version.ge(from))
        .filter(contracts::calendar_version.gt(from).or(contracts::id.gt(after.contract.0)))
        .order((contracts::calendar_version, contracts::id))
        .limit(limit)
        .select((contracts::calendar_version, contracts::id))
        .load(connection)?)
}

/// How many contracts' projections were made by an earlier version.
pub fn count_behind(connection: &mut AnyConnection, version: i64) -> Result<i64> {
    Ok(contracts::table.filter(contracts::calendar_version.lt(version)).count().get_result(connection)?)
}

/// Notes by which version a contract's projections were made.
pub fn follow(connection: &mut AnyConnection, contract: ContractId, version: i64) -> Result<()> {
    diesel::update(contracts::table.find(contract.0))
        .set(contracts::calendar_version.eq(Some(version)))
        .execute(connection)?;
    Ok(())
}

/// A list of days as it is kept.
pub fn days(list: &[NaiveDate]) -> String {
    let days: Vec<String> = list.iter().map(|day| format!("\"{day}\"")).collect();
    format!("[{}]", days.join(","))
}
