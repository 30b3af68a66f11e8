//! Reports of finance: budget execution, cash forecast, ageing, payment time and the table of arrears. They are grouped
//! sums over projections and payments; no standing is computed, so figures are those of the last change or of the last
//! run of the jobs.
//!
//! A report is computed once, as typed rows; JSON, files and pages show the same rows.

pub mod ageing;
pub mod annual;
pub mod arrears;
pub mod execution;
pub mod forecast;
pub mod payment_time;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::codes::{Language, ReportName};
use crate::domain::fixed;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::domain::shape::YEARS;
use crate::error::{Error, Message};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::shared::tables::{Cell, Table};
use crate::storage::AnyConnection;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::organisations::{self, Organisation};
use crate::storage::reports::Seen;
use crate::text;

/// Year and bureau of a report.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Year of the report; by default this year. Arrears are of a year that has ended, by default the last one. A
    /// forecast begins in January of the year, by default with the current month; ageing is always of today.
    pub year: Option<i32>,
    /// Only contracts, or appropriations, of the bureau with this code.
    pub bureau: Option<String>,
}

impl ReportQuery {
    /// Returns the year of the report, or `usual` if none was given.
    ///
    /// # Errors
    /// `Malformed` for a year that no contract can have.
    fn year_or(&self, usual: i32) -> Result<i32, Error> {
        let year = self.year.unwrap_or(usual);
        if YEARS.contains(&year) {
            return Ok(year);
        }
        Err(Error::malformed("year", Message::new("register-year")))
    }
}

/// A report that can be shown as a table.
pub trait Report {
    /// Returns the report as a table with headings in a language.
    fn table(&self, language: Language) -> Table;
}

/// Computes a report as a table.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn table(
    app: &App,
    caller: &Caller,
    name: ReportName,
    query: &ReportQuery,
    language: Language,
) -> Result<Table, Error> {
    Ok(match name {
        ReportName::Execution => execution::report(app, caller, query)?.table(language),
        ReportName::Forecast => forecast::report(app, caller, query)?.table(language),
        ReportName::Ageing => ageing::report(app, caller, query)?.table(language),
        ReportName::PaymentTime => payment_time::report(app, caller, query)?.table(language),
        ReportName::Arrears => arrears::report(app, caller, query)?.table(language),
    })
}

/// Returns the contracts that a report for the caller covers.
fn seen(connection: &mut AnyConnection, caller: &Caller, query: &ReportQuery) -> Result<Seen, Error> {
    let seats = caller.may(Action::ReadReports)?;
    let mut organisations: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    organisations.sort_unstable();
    organisations.dedup();
    Ok(Seen { organisations, purchaser: bureau(connection, query)? })
}

/// Returns the key of the query's bureau. An unknown bureau has a key without contracts.
fn bureau(connection: &mut AnyConnection, query: &ReportQuery) -> Result<Option<OrganisationId>, Error> {
    let Some(code) = &query.bureau else { return Ok(None) };
    Ok(Some(organisations::by_code(connection, code)?.map_or(OrganisationId(0), |found| found.id)))
}

/// Organisations by key, for the rows of a report.
pub(in crate::services) struct Names(Vec<Organisation>);

impl Names {
    pub(in crate::services) fn load(
        connection: &mut AnyConnection,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Self, Error> {
        let mut ids: Vec<OrganisationId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found = organisations::by_ids(connection, &ids)?;
        found.sort_unstable_by_key(|organisation| organisation.id);
        Ok(Self(found))
    }

    pub(in crate::services) fn party(&self, id: OrganisationId) -> Party {
        let place = self.0.binary_search_by_key(&id, |organisation| organisation.id);
        let found = place.ok().and_then(|place| self.0.get(place));
        found.map_or_else(
            || Party { code: String::new(), name: String::new() },
            |organisation| Party { code: organisation.code.clone(), name: organisation.name.clone() },
        )
    }
}

/// Adds fen to a sum.
pub(in crate::services) fn add(sum: &mut Sum, fen: i64) {
    *sum = Sum::from_fen(sum.fen() + i128::from(fen));
}

/// Adds up a figure of all rows.
fn total<T>(rows: &[T], figure: impl Fn(&T) -> Sum) -> Sum {
    Sum::from_fen(rows.iter().map(|row| figure(row).fen()).sum())
}

/// Divides and rounds half up to tenths; `None` for a division by zero.
pub(in crate::services) fn tenths(dividend: i128, divisor: i128) -> Option<i64> {
    if divisor == 0 {
        return None;
    }
    i64::try_from(fixed::div_round(dividend * 10, divisor)).ok()
}

/// Writes a number of tenths as a decimal, such as `12.5`.
pub(in crate::services) fn decimal(tenths: Option<i64>) -> Option<String> {
    tenths.map(|tenths| fixed::format_units(i128::from(tenths), 1))
}

/// Builds a table with a title and headings, all of them messages.
pub(in crate::services) fn titled(language: Language, title: String, columns: &[&str]) -> Table {
    let say = |key: &str| text::message(language, key, &[]);
    Table { title, columns: columns.iter().map(|key| say(key)).collect(), rows: Vec::new(), total: Vec::new() }
}

/// Returns the title of a report for a year.
fn title_of_year(language: Language, name: ReportName, year: i32) -> String {
    let name = text::message(language, &format!("report-{name}"), &[]);
    text::message(language, "report-of-year", &[("name", name), ("year", year.to_string())])
}

impl Table {
    /// Adds a row: its labels, then its figures.
    pub(in crate::services) fn add_row(
        &mut self,
        labels: impl IntoIterator<Item = Cell>,
        figures: impl IntoIterator<Item = Cell>,
    ) {
        self.rows.push(labels.into_iter().chain(figures).collect());
    }

    /// Adds the line of totals, with its figures in the last columns.
    pub(in crate::services) fn add_total(&mut self, language: Language, figures: impl IntoIterator<Item = Cell>) {
        let figures: Vec<Cell> = figures.into_iter().collect();
        let unlabelled = self.columns.len().saturating_sub(figures.len() + 1);
        self.total.push(Cell::Text(text::message(language, "report-total", &[])));
        self.total.extend(std::iter::repeat_n(Cell::Empty, unlabelled));
        self.total.extend(figures);
    }
}

/// Returns the first and last day of a year.
fn days_of_year(year: i32) -> (NaiveDate, NaiveDate) {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1), day(12, 31))
}

/// Returns the year of the caller's day.
pub(in crate::services) fn this_year(caller: &Caller) -> i32 {
    caller.today().year()
}
