//! The working calendar by year: what is known, and the import of the next year when the State Council has announced it.
//!
//! An import changes days after today alone, so that nothing that was found, settled or paid by today changes (`docs/rules.md`).
//! It is a row more, whatever the number of contracts: jobs work their projections out anew (`services::changes`).

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::calendar::Calendar;
use crate::domain::calendar_year::YearDays;
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations::PersonRef;
use crate::services::registry::calendar_files;
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::faults::Faults;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people;
use crate::storage::registry::calendar::{self as rows, CalendarRow};
use crate::storage::write::{Event, write};

/// The chain of events of imports.
pub const STREAM: &str = "calendar";

/// A year that is to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarInput {
    /// The year.
    pub year: i32,
    /// The State Council's notice.
    pub notice: String,
    /// Days that are off.
    pub holidays: Vec<CalendarDay>,
    /// Weekend days that are worked in exchange.
    #[serde(default)]
    pub workdays: Vec<CalendarDay>,
    /// The version of the year that was looked at, 0 where it was not imported yet: nothing that somebody else imported
    /// meanwhile is replaced unseen.
    pub version: i64,
}

/// A civil day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct CalendarDay(#[serde(deserialize_with = "date")] pub NaiveDate);

/// What an import would change, or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarChange {
    /// The year.
    pub year: i32,
    /// The notice.
    pub notice: String,
    /// The version of the year: that which would be replaced, or the new one.
    pub version: i64,
    /// Days that would be off and are worked so far.
    pub off: Vec<CalendarDay>,
    /// Days that would be worked and are off so far.
    pub worked: Vec<CalendarDay>,
    /// Days up to today of which the notice says otherwise: they stay as they were reckoned.
    pub kept: Vec<CalendarDay>,
}

/// A year of the calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// `program`, `imported`, or `none`: then weekends alone are off.
    pub source: String,
    /// The notice of an import; where the program's own are from.
    pub notice: String,
    /// The version of the year, 0 where it was not imported.
    pub version: i64,
    /// When it was imported, in UTC.
    pub imported_at: Option<DateTime<Utc>>,
    /// By whom.
    pub imported_by: Option<PersonRef>,
    /// Weekdays that are off.
    pub holidays: Vec<NaiveDate>,
    /// Weekend days that are worked.
    pub workdays: Vec<NaiveDate>,
}

/// The years that are known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarYears {
    /// The years, in their order.
    pub years: Vec<CalendarYear>,
    /// The first year from this one on that is not known: in it, weekends alone are off.
    pub first_unknown: i32,
    /// Contracts whose projections the jobs have yet to work out by the last import.
    pub contracts_waiting: i64,
}

/// The years that are known.
///
/// # Errors
/// `Forbidden` for somebody without a seat.
pub fn list(app: &App, caller: &Caller) -> Result<CalendarYears, Error> {
    caller.may(Action::ReadRules)?;
    let today = caller.today();
    app.pool.read(|connection| {
        let imports = rows::all(connection)?;
        let held = WorkingDays::up_to(&imports, i64::MAX)?;
        let ids: Vec<_> = imports.iter().map(|row| row.imported_by).collect();
        let people = if ids.is_empty() { Vec::new() } else { people::by_ids(connection, &ids)? };
        let by = |row: &CalendarRow| {
            let person = people.iter().find(|person| person.id == row.imported_by)?;
            Some(PersonRef { username: person.username.clone(), name: person.name.clone() })
        };
        let (built_in, source) = Calendar::prc_years();
        let mut known: Vec<i32> = built_in.clone().chain(imports.iter().map(|row| row.year)).collect();
        known.sort_unstable();
        known.dedup();
        let years = known.iter().map(|year| {
            let import = imports.iter().rfind(|row| row.year == *year);
            let YearDays { holidays, workdays, .. } = YearDays::of(&held.calendar, *year);
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
            first_unknown: (today.year()..).find(|year| !known.contains(year)).unwrap_or(today.year()),
            contracts_waiting: if held.version == 0 { 0 } else { rows::count_behind(connection, held.version)? },
        })
    })
}

/// Asks, before a file is read, whether its sender may import a year.
///
/// # Errors
/// `Forbidden`.
pub fn may_import(caller: Caller) -> Result<Caller, Error> {
    caller.may(Action::ManageCalendar)?;
    Ok(caller)
}

/// The year that a file has, with the version of that year; `notice` goes before what the file says of where it is from.
///
/// # Errors
/// `Forbidden`; `Refused` for a file that cannot be read.
pub fn of_file(app: &App, caller: &Caller, notice: &str, file: &[u8]) -> Result<CalendarInput, Error> {
    caller.may(Action::ManageCalendar)?;
    let read = calendar_files::read(file)?;
    let imports = app.pool.read(rows::all)?;
    let version = imports.iter().rfind(|row| row.year == read.days.year).map_or(0, |row| row.version);
    let days = |list: Vec<NaiveDate>| list.into_iter().map(CalendarDay).collect();
    Ok(CalendarInput {
        year: read.days.year,
        notice: if notice.trim().is_empty() { read.source } else { notice.trim().to_owned() },
        holidays: days(read.days.holidays),
        workdays: days(read.days.workdays),
        version,
    })
}

/// What an import would change; nothing is written.
///
/// # Errors
/// `Forbidden`; `Refused` for what cannot have been announced, or changes nothing; `Conflict` where somebody else imported the
/// year meanwhile.
pub fn check(app: &App, caller: &Caller, input: &CalendarInput) -> Result<CalendarChange, Error> {
    caller.may(Action::ManageCalendar)?;
    well_formed(input)?;
    let imports = app.pool.read(rows::all)?;
    Ok(plan(&imports, input, caller.today())?.0)
}

/// Imports a year.
///
/// # Errors
/// As `check`.
pub fn import(app: &App, caller: &Caller, input: &CalendarInput) -> Result<CalendarChange, Error> {
    let seat = caller.seat(Action::ManageCalendar)?;
    well_formed(input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let imports = rows::all(tx.connection)?;
        let (change, held) = plan(&imports, input, tx.context.today())?;
        let row = CalendarRow {
            version: imports.last().map_or(0, |row| row.version) + 1,
            year: held.year,
            notice: change.notice.clone(),
            holidays: rows::days(&held.holidays),
            workdays: rows::days(&held.workdays),
            imported_by: tx.person()?,
            imported_at: tx.context.now,
        };
        rows::insert(tx.connection, &row)?;
        let mut body = recorded(&row)?;
        body["kept"] = serde_json::json!(change.kept);
        tx.event(&Event {
            stream: STREAM,
            action: EventAction::CalendarImport,
            object: &row.version.to_string(),
            body,
        })?;
        Ok(CalendarChange { version: row.version, ..change })
    })
}

/// What an import's event says of its row; `check` compares the two.
///
/// # Errors
/// `Internal` for a row that no version of this program wrote.
pub(crate) fn recorded(row: &CalendarRow) -> Result<serde_json::Value, Error> {
    let days = crate::services::registry::working_days::days_of(row)?;
    Ok(serde_json::json!({
        "version": row.version, "year": row.year, "notice": row.notice,
        "holidays": days.holidays, "workdays": days.workdays,
    }))
}

fn well_formed(input: &CalendarInput) -> Result<(), Error> {
    let mut faults = Faults::new("calendar");
    faults.line("notice", &input.notice);
    for fault in days_of(input).faults() {
        faults.add(fault.path, Message { key: fault.code, args: fault.args });
    }
    faults.none()
}

fn days_of(input: &CalendarInput) -> YearDays {
    let days = |list: &[CalendarDay]| list.iter().map(|CalendarDay(day)| *day).collect();
    YearDays { year: input.year, holidays: days(&input.holidays), workdays: days(&input.workdays) }
}

/// What would change, and the year as it would be held.
fn plan(imports: &[CalendarRow], input: &CalendarInput, today: NaiveDate) -> Result<(CalendarChange, YearDays), Error> {
    let version = imports.iter().rfind(|row| row.year == input.year).map_or(0, |row| row.version);
    if version != input.version {
        return Err(Error::conflict("calendar-changed"));
    }
    let so_far = WorkingDays::up_to(imports, i64::MAX)?.calendar;
    let (held, kept) = days_of(input).from_tomorrow(&so_far, today);
    let changes = held.changes(&so_far);
    if changes.is_empty() {
        return Err(Error::refused_at("calendar", "holidays", Message::new("calendar-nothing-changes")));
    }
    let those = |works| {
        let those = changes.iter().filter(|change| change.works == works);
        those.map(|change| CalendarDay(change.day)).collect()
    };
    let change = CalendarChange {
        year: input.year,
        notice: input.notice.trim().to_owned(),
        version,
        off: those(false),
        worked: those(true),
        kept: kept.into_iter().map(CalendarDay).collect(),
    };
    Ok((change, held))
}
