//! Imported years of the working calendar. Rows are only added: the calendar at a version consists of all rows up to
//! that version.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{calendars, contracts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::unique::or_again;

/// A stored import of one year.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendars)]
pub struct CalendarRow {
    /// Number of the import among all years, from 1.
    pub version: i64,
    /// Calendar year.
    pub year: i32,
    /// Citation of the notice.
    pub notice: String,
    /// Weekdays off, as a JSON list.
    pub holidays: String,
    /// Weekend days worked, as a JSON list.
    pub workdays: String,
    /// Person who imported the year.
    pub imported_by: PersonId,
    /// Time of the import in UTC.
    pub imported_at: NaiveDateTime,
}

/// Loads all imports by version; there are one or two a year.
pub fn load_all(connection: &mut AnyConnection) -> Result<Vec<CalendarRow>> {
    Ok(calendars::table.order(calendars::version).select(CalendarRow::as_select()).load(connection)?)
}

/// Returns the version of the last import, 0 before the first.
pub fn latest_version(connection: &mut AnyConnection) -> Result<i64> {
    let last = calendars::table.order(calendars::version.desc()).select(calendars::version).first(connection);
    Ok(last.optional()?.unwrap_or(0))
}

/// Inserts an import.
pub fn insert(connection: &mut AnyConnection, row: &CalendarRow) -> Result<()> {
    diesel::insert_into(calendars::table).values(row).execute(connection).map(|_| ()).map_err(or_again)
}

/// A contract whose projections follow an earlier calendar version, and its place in the list of such contracts.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct ContractBehind {
    /// Calendar version of the contract's projections.
    pub version: Option<i64>,
    /// Key of the contract.
    pub contract: ContractId,
}

impl ContractBehind {
    /// Returns the place before the first contract.
    pub fn before_all() -> Self {
        Self { version: Some(0), contract: ContractId(0) }
    }
}

/// Lists contracts whose projections follow an earlier calendar version, after a place.
pub fn contracts_behind(
    connection: &mut AnyConnection,
    version: i64,
    after: ContractBehind,
    limit: i64,
) -> Result<Vec<ContractBehind>> {
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

/// Counts the contracts whose projections follow an earlier calendar version.
pub fn count_contracts_behind(connection: &mut AnyConnection, version: i64) -> Result<i64> {
    Ok(contracts::table.filter(contracts::calendar_version.lt(version)).count().get_result(connection)?)
}

/// Sets the calendar version of a contract's projections.
pub fn set_contract_version(connection: &mut AnyConnection, contract: ContractId, version: i64) -> Result<()> {
    diesel::update(contracts::table.find(contract.0))
        .set(contracts::calendar_version.eq(Some(version)))
        .execute(connection)?;
    Ok(())
}

/// Formats days as the stored JSON list.
pub fn json_days(list: &[NaiveDate]) -> String {
    let days: Vec<String> = list.iter().map(|day| format!("\"{day}\"")).collect();
    format!("[{}]", days.join(","))
}
