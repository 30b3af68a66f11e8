//! Imported years of the working calendar. Rows are only added: the calendar at a version consists of all rows up to
//! that version.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::schema::{calendar_imports, calendars, contracts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{CalendarImportId, ContractId, OrganisationId, PersonId};
use crate::storage::register_rows::{decision_writer, reader_by_public_id};
use crate::storage::unique::or_again;
use crate::storage::write::Context;

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

/// A year that was proposed for import.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = calendar_imports)]
pub struct CalendarImport {
    pub id: CalendarImportId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Organisation of the proposer.
    pub organisation_id: OrganisationId,
    /// Calendar year.
    pub year: i32,
    /// Version of the year that it is to replace; 0 for a year that was never imported.
    pub version: i64,
    /// Citation of the notice.
    pub notice: String,
    /// Weekdays off, as a JSON list.
    pub holidays: String,
    /// Weekend days worked, as a JSON list.
    pub workdays: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
}

reader_by_public_id!(calendar_imports, CalendarImport);
decision_writer!(calendar_imports, CalendarImportId);

/// A year to insert, proposed by the acting person.
#[derive(Debug)]
pub struct NewCalendarImport<'a> {
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    pub year: i32,
    pub version: i64,
    pub notice: &'a str,
    /// Days off and days worked, each as a JSON list.
    pub days: (String, String),
}

/// Inserts a proposed year.
pub fn propose(
    connection: &mut AnyConnection,
    context: &Context,
    new: &NewCalendarImport<'_>,
    by: PersonId,
) -> Result<()> {
    let (holidays, workdays) = &new.days;
    diesel::insert_into(calendar_imports::table)
        .values((
            calendar_imports::public_id.eq(new.public_id),
            calendar_imports::organisation_id.eq(new.organisation.0),
            calendar_imports::year.eq(new.year),
            calendar_imports::version.eq(new.version),
            calendar_imports::notice.eq(new.notice),
            calendar_imports::holidays.eq(holidays),
            calendar_imports::workdays.eq(workdays),
            calendar_imports::state.eq(ProposalState::Proposed.as_str()),
            calendar_imports::proposed_by.eq(by),
            calendar_imports::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            calendar_imports::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the random identifier of the proposal of a year that waits for its approval.
pub fn waiting(connection: &mut AnyConnection, year: i32) -> Result<Option<String>> {
    Ok(calendar_imports::table
        .filter(calendar_imports::state.eq(ProposalState::Proposed.as_str()))
        .filter(calendar_imports::year.eq(year))
        .select(calendar_imports::public_id)
        .first(connection)
        .optional()?)
}

/// Lists proposed years, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<CalendarImport>> {
    Ok(calendar_imports::table
        .filter(calendar_imports::id.gt(after))
        .order(calendar_imports::id)
        .limit(limit)
        .select(CalendarImport::as_select())
        .load(connection)?)
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
