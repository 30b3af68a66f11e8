//! The board of supervisors: counties side by side, those that differ most from all first, and the purchasers that pay
//! late.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::boards::{Grouping, Measure, excess};
use crate::domain::codes::{ContractState, Language};
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::boards::BoardQuery;
use crate::services::boards::justice::{self, JusticeFigures};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{Report, ReportQuery, ageing, decimal, payment_time, tenths, titled};
use crate::services::shared::tables::{Cell, Table};
use crate::text;

/// Year of the board.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CountiesQuery {
    /// Year of the breaches, evaluations and payments; by default this year.
    pub year: Option<i32>,
}

/// Counties side by side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountiesBoard {
    /// Day of the board.
    pub as_of: NaiveDate,
    /// Year of the breaches, evaluations and payments.
    pub year: i32,
    /// The county that differs most from all comes first.
    pub rows: Vec<CountyRow>,
    pub total: CountyFigures,
    /// The purchaser with the largest overdue amount comes first.
    pub late_payers: Vec<LatePayer>,
}

/// A county.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountyRow {
    pub county: Party,
    /// The measure in which the county is worse than all together by most; null if it is worse in none.
    #[schema(value_type = Option<String>)]
    pub outlier: Option<Measure>,
    /// By how many percent it is worse.
    pub worse_percent: i64,
    #[serde(flatten)]
    pub figures: CountyFigures,
}

/// Figures by which counties are compared.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountyFigures {
    /// Number of running contracts.
    pub active: i64,
    /// Deliverables overdue for each hundred running contracts, rounded to tenths; null without running contracts.
    pub overdue_per_100: Option<String>,
    /// Breaches of the year for each hundred contracts, rounded to tenths; null without contracts.
    pub breaches_per_100: Option<String>,
    /// Mean score of the final evaluations of the year, rounded to tenths; null without any.
    pub mean_score: Option<String>,
    /// The three measures in tenths.
    #[serde(skip)]
    #[schema(ignore)]
    pub tenths: Rates,
}

/// Overdue deliverables and breaches for each hundred contracts, and the mean score, in tenths.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub overdue: Option<i64>,
    pub breaches: Option<i64>,
    pub score: Option<i64>,
}

/// A purchaser that has not paid in time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LatePayer {
    pub bureau: Party,
    /// Amounts, in yuan, whose last day for payment has passed.
    #[schema(value_type = String)]
    pub overdue: Sum,
    /// Earliest day for payment that has passed.
    pub oldest_due_on: Option<NaiveDate>,
    /// Number of payments of the year.
    pub payments: i64,
    /// Number of these after more than 60 days.
    pub over_60: i64,
    /// Mean number of days of these payments, rounded to tenths; null without payments.
    pub mean_days: Option<String>,
    /// The mean in tenths.
    #[serde(skip)]
    #[schema(ignore)]
    pub mean_tenths: Option<i64>,
}

impl CountyFigures {
    fn of(figures: &JusticeFigures) -> Self {
        let active = figures.in_state(ContractState::Active);
        let of_hundred = |count: i64, all: i64| tenths(i128::from(count) * 100, all.into());
        let rates = Rates {
            overdue: of_hundred(figures.overdue, active),
            breaches: of_hundred(figures.breaches, figures.contracts),
            score: figures.mean(),
        };
        Self {
            active,
            overdue_per_100: decimal(rates.overdue),
            breaches_per_100: decimal(rates.breaches),
            mean_score: decimal(rates.score),
            tenths: rates,
        }
    }

    fn cells(&self) -> [Cell; 4] {
        let Rates { overdue, breaches, score } = self.tenths;
        let tenths = |figure: Option<i64>| figure.map_or(Cell::Empty, Cell::Tenths);
        [Cell::Number(self.active), tenths(overdue), tenths(breaches), tenths(score)]
    }
}

impl Rates {
    /// Returns the measure that is worse than that of all by most, and by how many percent.
    fn worst(self, all: Self) -> Option<(Measure, i64)> {
        let worse = [
            (Measure::Overdue, excess(self.overdue, all.overdue)),
            (Measure::Breaches, excess(self.breaches, all.breaches)),
            // A low score is the worse one.
            (Measure::Score, excess(all.score, self.score)),
        ];
        worse
            .into_iter()
            .filter(|(_, percent)| *percent > 0)
            .max_by_key(|(measure, percent)| (*percent, Reverse(*measure)))
    }
}

/// Computes the board over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn board(app: &App, caller: &Caller, query: &CountiesQuery) -> Result<CountiesBoard, Error> {
    caller.may(Action::ReadReports)?;
    let by_county = BoardQuery { by: Some(Grouping::County), year: query.year, region: None };
    let found = justice::board(app, caller, &by_county)?;
    let total = CountyFigures::of(&found.total);
    let row = |row: justice::JusticeRow| {
        let figures = CountyFigures::of(&row.figures);
        let worst = figures.tenths.worst(total.tenths);
        let (outlier, worse_percent) = (worst.map(|(measure, _)| measure), worst.map_or(0, |(_, percent)| percent));
        CountyRow { county: row.group, outlier, worse_percent, figures }
    };
    let mut rows: Vec<CountyRow> = found.rows.into_iter().map(row).collect();
    rows.sort_by_key(|row| Reverse(row.worse_percent));
    let late_payers = late_payers(app, caller, query.year)?;
    Ok(CountiesBoard { as_of: found.as_of, year: found.year, rows, total, late_payers })
}

/// Joins what each purchaser has not paid in time with the time of its payments.
fn late_payers(app: &App, caller: &Caller, year: Option<i32>) -> Result<Vec<LatePayer>, Error> {
    let query = ReportQuery { year, bureau: None };
    let times = payment_time::report(app, caller, &query)?;
    let times: BTreeMap<&str, _> = times.rows.iter().map(|row| (row.bureau.code.as_str(), &row.figures)).collect();
    let payer = |row: ageing::AgeingRow| {
        let time = times.get(row.bureau.code.as_str());
        LatePayer {
            overdue: row.figures.overdue,
            oldest_due_on: row.figures.oldest_due_on,
            payments: time.map_or(0, |time| time.count),
            over_60: time.map_or(0, |time| time.over_60),
            mean_days: time.and_then(|time| time.mean_days.clone()),
            mean_tenths: time.and_then(|time| time.mean()),
            bureau: row.bureau,
        }
    };
    let unpaid = ageing::report(app, caller, &query)?.rows.into_iter();
    let mut payers: Vec<LatePayer> = unpaid.filter(|row| row.figures.overdue.fen() > 0).map(payer).collect();
    payers.sort_by_key(|payer| Reverse(payer.overdue.fen()));
    Ok(payers)
}

impl Report for CountiesBoard {
    fn table(&self, language: Language) -> Table {
        let say = |key: &str| text::message(language, key, &[]);
        let columns = [
            "board-county",
            "board-outlier",
            "board-worse-percent",
            "document-state-active",
            "board-overdue-per-100",
            "board-breaches-per-100",
            "board-mean-score",
        ];
        let mut table = titled(language, say("board-counties"), &columns);
        for row in &self.rows {
            let outlier = row.outlier.map(|measure| say(&format!("board-measure-{measure}")));
            let labels = [row.county.name.clone().into(), outlier.into(), Cell::Number(row.worse_percent)];
            table.add_row(labels, row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
