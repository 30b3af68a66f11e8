//! Cash forecast: the payments expected in each of twelve months. Amounts already due are listed apart from amounts
//! that the terms promise. Payments expected before the first month come first, in a row of their own.

use chrono::{Months, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, ReportName};
use crate::domain::facts::Month;
use crate::domain::money::Sum;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::reports::{Report, ReportQuery, add, days_of_year, seen, this_year, title_of_year, titled, total};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::reports as rows;
use crate::text;

/// Months of a forecast.
const MONTHS: u32 = 12;

/// Cash forecast of twelve months.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ForecastReport {
    /// Day of the forecast.
    pub as_of: NaiveDate,
    /// Year of the query, for the title of the table.
    #[serde(skip)]
    pub year: Option<i32>,
    /// One row for all payments expected before the first month, then one for each month.
    pub rows: Vec<ForecastRow>,
    pub total: ForecastFigures,
}

/// Payments expected in one month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ForecastRow {
    /// Month, such as `2026-09`; null for all payments before the first month.
    pub month: Option<String>,
    #[serde(flatten)]
    pub figures: ForecastFigures,
}

/// Amounts of a forecast, in yuan, before deductions that are not settled yet.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ForecastFigures {
    /// Amount of milestones whose due day is known.
    #[schema(value_type = String)]
    pub due: Sum,
    /// Amount of milestones that wait for a deliverable, a score or an invoice, as promised by the terms.
    #[schema(value_type = String)]
    pub awaited: Sum,
    #[schema(value_type = String)]
    pub total: Sum,
    /// Number of milestones.
    pub count: i64,
}

impl ForecastFigures {
    fn cells(&self) -> [Cell; 4] {
        [Cell::Amount(self.due), Cell::Amount(self.awaited), Cell::Amount(self.total), Cell::Number(self.count)]
    }
}

/// Computes the cash forecast of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn report(app: &App, caller: &Caller, query: &ReportQuery) -> Result<ForecastReport, Error> {
    let first = match query.year {
        Some(_) => days_of_year(query.year_or(this_year(caller))?).0,
        None => Month::of(caller.today()).first_day(),
    };
    let months: Vec<Month> =
        (0..MONTHS).filter_map(|n| first.checked_add_months(Months::new(n))).map(Month::of).collect();
    let until = months.last().map_or(first, Month::last_day);
    let found = app.pool.read(|connection| {
        let seen = seen(connection, caller, query)?;
        rows::expected_by_day(connection, &seen, until)
    })?;
    let mut figures = vec![ForecastFigures::default(); months.len() + 1];
    for (expected_on, due_on, fen, count) in found {
        let month = expected_on.filter(|day| *day >= first).map(Month::of);
        let place = month.and_then(|month| months.iter().position(|known| *known == month));
        let Some(figures) = figures.get_mut(place.map_or(0, |place| place + 1)) else { continue };
        add(if due_on == FOR_EVER { &mut figures.awaited } else { &mut figures.due }, fen);
        add(&mut figures.total, fen);
        figures.count += count;
    }
    let names = [None].into_iter().chain(months.iter().map(|month| Some(month.to_string())));
    let rows: Vec<ForecastRow> = names.zip(figures).map(|(month, figures)| ForecastRow { month, figures }).collect();
    let total = ForecastFigures {
        due: total(&rows, |row| row.figures.due),
        awaited: total(&rows, |row| row.figures.awaited),
        total: total(&rows, |row| row.figures.total),
        count: rows.iter().map(|row| row.figures.count).sum(),
    };
    Ok(ForecastReport { as_of: caller.today(), year: query.year, rows, total })
}

impl Report for ForecastReport {
    fn table(&self, language: Language) -> Table {
        let title = match self.year {
            Some(year) => title_of_year(language, ReportName::Forecast, year),
            None => text::message(language, &format!("report-{}", ReportName::Forecast), &[]),
        };
        let columns = ["report-months", "report-due", "report-awaited", "report-total", "report-count"];
        let mut table = titled(language, title, &columns);
        let earlier = || text::message(language, "report-earlier", &[]);
        for row in &self.rows {
            table.add_row([row.month.clone().unwrap_or_else(earlier).into()], row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
