//! Ageing: amounts due and not paid, by purchaser and by the days since the due day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::money::Sum;
use crate::error::Error;
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{Names, Report, ReportQuery, add, seen, titled, total};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::ids::OrganisationId;
use crate::storage::reports as rows;
use crate::text;

/// Unpaid amounts by age.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgeingReport {
    /// Day up to which days are counted.
    pub as_of: NaiveDate,
    pub rows: Vec<AgeingRow>,
    pub total: AgeingFigures,
}

/// Unpaid amounts of one purchaser by age.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgeingRow {
    pub bureau: Party,
    #[serde(flatten)]
    pub figures: AgeingFigures,
}

/// Unpaid amounts in yuan, by the days since the due day.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct AgeingFigures {
    /// Payable amounts whose due day has not passed.
    #[schema(value_type = String)]
    pub not_overdue: Sum,
    #[schema(value_type = String)]
    pub days_1_to_30: Sum,
    #[schema(value_type = String)]
    pub days_31_to_60: Sum,
    #[schema(value_type = String)]
    pub days_61_to_90: Sum,
    #[schema(value_type = String)]
    pub days_over_90: Sum,
    /// Sum of the overdue amounts.
    #[schema(value_type = String)]
    pub overdue: Sum,
    #[schema(value_type = String)]
    pub total: Sum,
    /// Number of milestones.
    pub count: i64,
    /// Earliest due day that has passed.
    pub oldest_due_on: Option<NaiveDate>,
}

impl AgeingFigures {
    fn add(&mut self, (due_on, fen, count): (NaiveDate, i64, i64), today: NaiveDate) {
        let days = (today - due_on).num_days();
        let place = match days {
            ..=0 => &mut self.not_overdue,
            1..=30 => &mut self.days_1_to_30,
            31..=60 => &mut self.days_31_to_60,
            61..=90 => &mut self.days_61_to_90,
            _ => &mut self.days_over_90,
        };
        add(place, fen);
        add(&mut self.total, fen);
        self.count += count;
        if days > 0 {
            add(&mut self.overdue, fen);
            self.oldest_due_on = Some(self.oldest_due_on.map_or(due_on, |known| known.min(due_on)));
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let amounts = [
            self.not_overdue,
            self.days_1_to_30,
            self.days_31_to_60,
            self.days_61_to_90,
            self.days_over_90,
            self.overdue,
            self.total,
        ];
        let mut cells: Vec<Cell> = amounts.into_iter().map(Cell::Amount).collect();
        cells.extend([Cell::Number(self.count), self.oldest_due_on.into()]);
        cells
    }
}

/// Computes the ageing of the amounts due today, over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year, although the year does not limit this report.
pub fn report(app: &App, caller: &Caller, query: &ReportQuery) -> Result<AgeingReport, Error> {
    let today = caller.today();
    query.year_or(chrono::Datelike::year(&today))?;
    app.pool.read(|connection| {
        let seen = seen(connection, caller, query)?;
        let mut bureaus: BTreeMap<OrganisationId, AgeingFigures> = BTreeMap::new();
        for (purchaser, due_on, fen, count) in rows::due_by_purchaser(connection, &seen)? {
            bureaus.entry(purchaser).or_default().add((due_on, fen, count), today);
        }
        let names = Names::load(connection, bureaus.keys().copied())?;
        let mut rows: Vec<AgeingRow> =
            bureaus.into_iter().map(|(id, figures)| AgeingRow { bureau: names.party(id), figures }).collect();
        rows.sort_by(|one, other| one.bureau.code.cmp(&other.bureau.code));
        let total = sum_up(&rows);
        Ok(AgeingReport { as_of: today, rows, total })
    })
}

fn sum_up(rows: &[AgeingRow]) -> AgeingFigures {
    AgeingFigures {
        not_overdue: total(rows, |row| row.figures.not_overdue),
        days_1_to_30: total(rows, |row| row.figures.days_1_to_30),
        days_31_to_60: total(rows, |row| row.figures.days_31_to_60),
        days_61_to_90: total(rows, |row| row.figures.days_61_to_90),
        days_over_90: total(rows, |row| row.figures.days_over_90),
        overdue: total(rows, |row| row.figures.overdue),
        total: total(rows, |row| row.figures.total),
        count: rows.iter().map(|row| row.figures.count).sum(),
        oldest_due_on: rows.iter().filter_map(|row| row.figures.oldest_due_on).min(),
    }
}

impl Report for AgeingReport {
    fn table(&self, language: Language) -> Table {
        let title = text::message(language, "report-ageing-of-day", &[("day", self.as_of.to_string())]);
        let columns = [
            "report-bureau",
            "report-not-overdue",
            "report-days-1-30",
            "report-days-31-60",
            "report-days-61-90",
            "report-days-over-90",
            "report-overdue",
            "report-total",
            "report-count",
            "report-oldest",
        ];
        let mut table = titled(language, title, &columns);
        for row in &self.rows {
            table.add_row([row.bureau.name.clone().into()], row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
