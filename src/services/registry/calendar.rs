//! The working calendar by year, and the import of the next year once the State Council has announced it. One person
//! proposes an import, another puts it in force (`calendar_imports`).
//!
//! An import changes only days after today, so that everything found, settled or paid so far stays (`docs/rules.md`).
//! It adds one row; background jobs then refresh the projections of the contracts (`services::contracts::due_changes`).

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::calendar::Calendar;
use crate::domain::calendar_year::YearDays;
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::text_input::clean;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::PersonRef;
use crate::services::registry::calendar_files;
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::faults::Faults;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people;
use crate::storage::registry::calendar::{self as rows, CalendarRow};
use crate::storage::write::{Event, Tx};

/// Audit stream of calendar imports.
pub const STREAM: &str = "calendar";

/// A year to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarInput {
    /// Calendar year.
    pub year: i32,
    /// Citation of the State Council's notice.
    pub notice: String,
    /// Days off.
    pub holidays: Vec<CalendarDay>,
    /// Weekend days worked in exchange.
    #[serde(default)]
    pub workdays: Vec<CalendarDay>,
    /// Version of the year on which this import is based, 0 if it was never imported. A different current version is a
    /// conflict, so that no one overwrites an import without having seen it.
    pub version: i64,
}

/// A civil day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct CalendarDay(#[serde(deserialize_with = "date")] pub NaiveDate);

/// Changes that an import would make today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarChange {
    /// Calendar year.
    pub year: i32,
    /// Citation of the notice.
    pub notice: String,
    /// Version of the year that it would replace.
    pub version: i64,
    /// Working days that become days off.
    pub off: Vec<CalendarDay>,
    /// Days off that become working days.
    pub worked: Vec<CalendarDay>,
    /// Number of days off that were read.
    #[serde(default)]
    pub holidays_read: usize,
    /// Number of worked weekend days that were read.
    #[serde(default)]
    pub workdays_read: usize,
    /// Days up to today on which the notice differs; they stay as they are.
    pub kept: Vec<CalendarDay>,
}

/// A year of the working calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarYear {
    /// Calendar year.
    pub year: i32,
    /// Source of the days: `program` or `imported`.
    pub source: String,
    /// Citation of the notice, or the source of the built-in days.
    pub notice: String,
    /// Version of the year, 0 if it was never imported.
    pub version: i64,
    /// Time of the import in UTC.
    pub imported_at: Option<DateTime<Utc>>,
    /// Person who put the import in force.
    pub imported_by: Option<PersonRef>,
    /// Weekdays off.
    pub holidays: Vec<NaiveDate>,
    /// Weekend days worked.
    pub workdays: Vec<NaiveDate>,
}

/// The known years of the working calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarYears {
    /// Known years in ascending order.
    pub years: Vec<CalendarYear>,
    /// First unknown year from the current one on; in that year only weekends are off.
    pub first_unknown: i32,
    /// Number of contracts whose projections do not yet follow the last import.
    pub contracts_waiting: i64,
}

/// Lists the known years.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn list(app: &App, caller: &Caller) -> Result<CalendarYears, Error> {
    caller.may(Action::ReadRules)?;
    let today = caller.today();
    app.pool.read(|connection| {
        let imports = rows::load_all(connection)?;
        let held = WorkingDays::from_imports(&imports, i64::MAX)?;
        let ids: Vec<_> = imports.iter().map(|row| row.imported_by).collect();
        let people = if ids.is_empty() { Vec::new() } else { people::by_ids(connection, &ids)? };
        let by = |row: &CalendarRow| {
            let person = people.iter().find(|person| person.id == row.imported_by)?;
            Some(PersonRef { username: person.username.clone(), name: person.name.clone() })
        };
        let (_, source) = Calendar::prc_years();
        let years = held.announced.iter().map(|year| {
            let import = imports.iter().rfind(|row| row.year == *year);
            let YearDays { holidays, workdays, .. } = YearDays::from_calendar(&held.calendar, *year);
            CalendarYear {
                year: *year,
                source: if import.is_some() { "imported" } else { "program" }.to_owned(),
                notice: import.map_or_else(|| source.to_owned(), |row| row.notice.clone()),
                version: import.map_or(0, |row| row.version),
                imported_at: import.map(|row| row.imported_at.and_utc()),
                imported_by: import.and_then(by),
                holidays,
                workdays,
            }
        });
        Ok(CalendarYears {
            years: years.collect(),
            first_unknown: (today.year()..).find(|year| !held.announced.contains(year)).unwrap_or(today.year()),
            contracts_waiting: if held.version == 0 {
                0
            } else {
                rows::count_contracts_behind(connection, held.version)?
            },
        })
    })
}

/// Permits an upload, before the file is read.
///
/// # Errors
/// `Forbidden` without the right to import.
pub fn authorize_import(caller: Caller) -> Result<Caller, Error> {
    caller.may(Action::ManageCalendar)?;
    Ok(caller)
}

/// Reads an import from a file and adds the current version of its year. A given `notice` overrides the source in the
/// file.
///
/// # Errors
/// `Forbidden`; `Refused` for a file that cannot be parsed.
pub fn read_file(app: &App, caller: &Caller, notice: &str, file: &[u8]) -> Result<CalendarInput, Error> {
    caller.may(Action::ManageCalendar)?;
    let read = calendar_files::parse(file)?;
    let imports = app.pool.read(rows::load_all)?;
    let version = imports.iter().rfind(|row| row.year == read.days.year).map_or(0, |row| row.version);
    let days = |list: Vec<NaiveDate>| list.into_iter().map(CalendarDay).collect();
    Ok(CalendarInput {
        year: read.days.year,
        notice: if clean(notice).is_empty() { read.source } else { clean(notice).into_owned() },
        holidays: days(read.days.holidays),
        workdays: days(read.days.workdays),
        version,
    })
}

/// Computes the changes that an import would make. Writes nothing.
///
/// # Errors
/// `Forbidden`; `Refused` for an impossible year, or if nothing would change; `Conflict` if the year was imported
/// since.
pub fn check(app: &App, caller: &Caller, input: &CalendarInput) -> Result<CalendarChange, Error> {
    caller.may(Action::ManageCalendar)?;
    check_form(input)?;
    let imports = app.pool.read(rows::load_all)?;
    Ok(plan(&imports, input, caller.today())?.0)
}

/// Checks that an import would change something today.
///
/// # Errors
/// Those of [`check`], except `Forbidden`.
pub(super) fn check_in(tx: &mut Tx<'_>, input: &CalendarInput) -> Result<(), Error> {
    check_form(input)?;
    plan(&rows::load_all(tx.connection)?, input, tx.context.today())?;
    Ok(())
}

/// Puts a year in force from tomorrow on, whatever day it was proposed.
///
/// # Errors
/// Those of [`check`], except `Forbidden`.
pub(super) fn put_in_force(tx: &mut Tx<'_>, input: &CalendarInput) -> Result<(), Error> {
    let imports = rows::load_all(tx.connection)?;
    let (change, held) = plan(&imports, input, tx.context.today())?;
    let row = CalendarRow {
        version: imports.last().map_or(0, |row| row.version) + 1,
        year: held.year,
        notice: change.notice,
        holidays: rows::json_days(&held.holidays),
        workdays: rows::json_days(&held.workdays),
        imported_by: tx.person()?,
        imported_at: tx.context.now,
    };
    rows::insert(tx.connection, &row)?;
    let mut body = event_body(&row)?;
    body["kept"] = serde_json::json!(change.kept);
    tx.event(&Event { stream: STREAM, action: EventAction::CalendarImport, object: &row.version.to_string(), body })
}

/// Builds the event body of a stored import, which `luyue check` compares with the recorded event.
///
/// # Errors
/// `Internal` for an import that cannot be parsed.
pub(crate) fn event_body(row: &CalendarRow) -> Result<serde_json::Value, Error> {
    let days = crate::services::registry::working_days::days_of(row)?;
    Ok(serde_json::json!({
        "version": row.version, "year": row.year, "notice": row.notice,
        "holidays": days.holidays, "workdays": days.workdays,
    }))
}

fn check_form(input: &CalendarInput) -> Result<(), Error> {
    let mut faults = Faults::new("calendar");
    faults.line("notice", &input.notice);
    for fault in days_of(input).faults() {
        faults.add(fault.path, Message { key: fault.code, args: fault.args });
    }
    faults.finish()
}

fn days_of(input: &CalendarInput) -> YearDays {
    let days = |list: &[CalendarDay]| list.iter().map(|CalendarDay(day)| *day).collect();
    YearDays { year: input.year, holidays: days(&input.holidays), workdays: days(&input.workdays) }
}

/// Computes the changes of an import, and the year as it would be stored.
fn plan(imports: &[CalendarRow], input: &CalendarInput, today: NaiveDate) -> Result<(CalendarChange, YearDays), Error> {
    let version = imports.iter().rfind(|row| row.year == input.year).map_or(0, |row| row.version);
    if version != input.version {
        return Err(Error::conflict("calendar-changed"));
    }
    let so_far = WorkingDays::from_imports(imports, i64::MAX)?.calendar;
    let (held, kept) = days_of(input).from_tomorrow(&so_far, today);
    let changes = held.changed_days(&so_far);
    if changes.is_empty() {
        return Err(Error::refused_at("calendar", "holidays", Message::new("calendar-nothing-changes")));
    }
    let days = |works| {
        let changed = changes.iter().filter(|change| change.works == works);
        changed.map(|change| CalendarDay(change.day)).collect()
    };
    let change = CalendarChange {
        year: input.year,
        notice: input.notice.trim().to_owned(),
        version,
        holidays_read: input.holidays.len(),
        workdays_read: input.workdays.len(),
        off: days(false),
        worked: days(true),
        kept: kept.into_iter().map(CalendarDay).collect(),
    };
    Ok((change, held))
}
