//! Payment time: the days from the day on which a milestone was satisfied to the bank's day of each of its payments,
//! for the payments of a year (decree 802, art. 9: 30 days, by agreement up to 60).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, ReportName};
use crate::domain::money::Sum;
use crate::error::Error;
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{
    Names, Report, ReportQuery, add, days_of_year, decimal, seen, tenths, this_year, title_of_year, titled, total,
};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::ids::OrganisationId;
use crate::storage::reports as rows;

/// Payment time of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentTimeReport {
    /// Year of the payments.
    pub year: i32,
    pub rows: Vec<PaymentTimeRow>,
    pub total: PaymentTimeFigures,
}

/// Payment time of one purchaser.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentTimeRow {
    pub bureau: Party,
    #[serde(flatten)]
    pub figures: PaymentTimeFigures,
}

/// Number and time of payments.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct PaymentTimeFigures {
    /// Number of payments.
    pub count: i64,
    /// Sum of the payments in yuan.
    #[schema(value_type = String)]
    pub amount: Sum,
    /// Mean number of days, rounded to tenths; each payment counts once. Null without payments.
    pub mean_days: Option<String>,
    /// Number of payments within 30 days.
    pub within_30: i64,
    /// Number of payments after 31 to 60 days.
    pub from_31_to_60: i64,
    /// Number of payments after more than 60 days.
    pub over_60: i64,
    /// Sum of the days of all payments.
    #[serde(skip)]
    #[schema(ignore)]
    days: i64,
}

impl PaymentTimeFigures {
    /// Adds payments that took so many days.
    fn add(&mut self, days: i64, fen: i64, count: i64) {
        let place = match days {
            ..=30 => &mut self.within_30,
            31..=60 => &mut self.from_31_to_60,
            _ => &mut self.over_60,
        };
        *place += count;
        self.count += count;
        self.days += days * count;
        add(&mut self.amount, fen);
    }

    /// Returns the mean days in tenths; `None` without payments.
    pub fn mean(&self) -> Option<i64> {
        tenths(self.days.into(), self.count.into())
    }

    /// Computes the mean days from the sum of days and the count.
    fn with_mean(self) -> Self {
        Self { mean_days: decimal(self.mean()), ..self }
    }

    fn cells(&self) -> [Cell; 6] {
        [
            Cell::Number(self.count),
            Cell::Amount(self.amount),
            self.mean().map_or(Cell::Empty, Cell::Tenths),
            Cell::Number(self.within_30),
            Cell::Number(self.from_31_to_60),
            Cell::Number(self.over_60),
        ]
    }
}

/// Computes the payment time of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn report(app: &App, caller: &Caller, query: &ReportQuery) -> Result<PaymentTimeReport, Error> {
    let year = query.year_or(this_year(caller))?;
    app.pool.read(|connection| {
        let seen = seen(connection, caller, query)?;
        let mut bureaus: BTreeMap<OrganisationId, PaymentTimeFigures> = BTreeMap::new();
        for (purchaser, satisfied_on, paid_on, fen, count) in rows::paid_by_days(connection, &seen, days_of_year(year))?
        {
            let Some(paid_on) = paid_on else { continue };
            bureaus.entry(purchaser).or_default().add((paid_on - satisfied_on).num_days(), fen, count);
        }
        let names = Names::load(connection, bureaus.keys().copied())?;
        let mut rows: Vec<PaymentTimeRow> = bureaus
            .into_iter()
            .map(|(id, figures)| PaymentTimeRow { bureau: names.party(id), figures: figures.with_mean() })
            .collect();
        rows.sort_by(|one, other| one.bureau.code.cmp(&other.bureau.code));
        let total = sum_up(&rows);
        Ok(PaymentTimeReport { year, rows, total })
    })
}

fn sum_up(rows: &[PaymentTimeRow]) -> PaymentTimeFigures {
    let sum = |figure: fn(&PaymentTimeFigures) -> i64| rows.iter().map(|row| figure(&row.figures)).sum();
    let sums = PaymentTimeFigures {
        count: sum(|of| of.count),
        amount: total(rows, |row| row.figures.amount),
        mean_days: None,
        within_30: sum(|of| of.within_30),
        from_31_to_60: sum(|of| of.from_31_to_60),
        over_60: sum(|of| of.over_60),
        days: sum(|of| of.days),
    };
    sums.with_mean()
}

impl Report for PaymentTimeReport {
    fn table(&self, language: Language) -> Table {
        let columns = [
            "report-bureau",
            "report-payments",
            "report-amount",
            "report-mean-days",
            "report-within-30",
            "report-from-31-to-60",
            "report-over-60",
        ];
        let mut table = titled(language, title_of_year(language, ReportName::PaymentTime, self.year), &columns);
        for row in &self.rows {
            table.add_row([row.bureau.name.clone().into()], row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
