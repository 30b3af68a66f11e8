//! Budget execution: for each bureau and budget line of a year, the amounts appropriated, committed by the ledger and
//! paid, month by month. A payment counts against the appropriation that funded its contract, on the bank's day. One
//! that is reversed after a carry-over stays there, and is taken from the appropriation that funds the contract then.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, ReportName};
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::registry::appropriation_authority::bureaus_visible_from;
use crate::services::reports::{
    Names, Report, ReportQuery, add, bureau, decimal, tenths, this_year, title_of_year, titled, total,
};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::ids::{AppropriationId, OrganisationId};
use crate::storage::ledger;
use crate::storage::reports as rows;
use crate::text;

/// Months of a year.
const MONTHS: usize = 12;

/// Budget execution of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExecutionReport {
    /// Budget year.
    pub year: i32,
    pub rows: Vec<ExecutionRow>,
    pub total: ExecutionFigures,
}

/// Budget execution of one line of one bureau.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExecutionRow {
    pub bureau: Party,
    /// Functional budget line, 功能科目.
    pub line: String,
    #[serde(flatten)]
    pub figures: ExecutionFigures,
}

/// Amounts of budget execution, in yuan.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ExecutionFigures {
    /// Sum of the approved appropriations.
    #[schema(value_type = String)]
    pub amount: Sum,
    /// Part that contracts use, paid or not.
    #[schema(value_type = String)]
    pub committed: Sum,
    /// Part that is reserved for purchase plans.
    #[serde(skip)]
    reserved: Sum,
    /// Part that can still be committed.
    #[schema(value_type = String)]
    pub free: Sum,
    /// Part that was paid, in any year.
    #[schema(value_type = String)]
    pub paid: Sum,
    /// Paid part in percent, rounded to tenths; null if nothing was appropriated.
    pub paid_percent: Option<String>,
    /// Payments in each month of the year, January first.
    #[schema(value_type = Vec<String>)]
    pub months: Vec<Sum>,
    /// Payments in other years, less payments of earlier years that were reversed after their carry-over.
    #[schema(value_type = String)]
    pub other_years: Sum,
}

impl ExecutionFigures {
    fn empty() -> Self {
        Self { months: vec![Sum::ZERO; MONTHS], ..Self::default() }
    }

    /// Returns the paid part in tenths of a percent; `None` if nothing was appropriated.
    pub fn percent(&self) -> Option<i64> {
        tenths(self.paid.fen() * 100, self.amount.fen())
    }

    /// Computes paid, free and percentage from months, other years, amount and commitment.
    fn with_derived(mut self) -> Self {
        self.paid = Sum::from_fen(total(&self.months, |month| *month).fen() + self.other_years.fen());
        self.free = Sum::from_fen((self.amount.fen() - self.committed.fen() - self.reserved.fen()).max(0));
        self.paid_percent = decimal(self.percent());
        self
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells: Vec<Cell> =
            [self.amount, self.committed, self.free, self.paid].into_iter().map(Cell::Amount).collect();
        cells.push(self.percent().map_or(Cell::Empty, Cell::Tenths));
        cells.extend(self.months.iter().map(|month| Cell::Amount(*month)));
        cells.push(Cell::Amount(self.other_years));
        cells
    }
}

/// Computes the budget execution of a year, over the bureaus whose appropriations the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn report(app: &App, caller: &Caller, query: &ReportQuery) -> Result<ExecutionReport, Error> {
    let seats = caller.may(Action::ReadReports)?;
    let year = query.year_or(this_year(caller))?;
    app.pool.read(|connection| {
        let wanted = bureau(connection, query)?;
        let mut bureaus = bureaus_visible_from(connection, &seats)?;
        bureaus.retain(|id| wanted.is_none_or(|wanted| wanted == *id));
        let budgets = rows::budgets(connection, year, &bureaus)?;
        let ids: Vec<AppropriationId> = budgets.iter().map(|budget| budget.id).collect();
        let names = Names::load(connection, budgets.iter().map(|budget| budget.bureau_id))?;
        let mut lines: BTreeMap<(OrganisationId, &str), ExecutionFigures> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for budget in &budgets {
            let place = (budget.bureau_id, budget.line.as_str());
            places.insert(budget.id, place);
            let figures = lines.entry(place).or_insert_with(ExecutionFigures::empty);
            add(&mut figures.amount, budget.amount_fen);
            add(&mut figures.reserved, budget.reserved_fen.unwrap_or(0));
        }
        for (id, balances) in ledger::sums(connection, &ids)? {
            if let Some(figures) = places.get(&id).and_then(|place| lines.get_mut(place)) {
                add(&mut figures.committed, balances.in_use_fen());
            }
        }
        for (id, paid_on, fen) in rows::spent(connection, &ids)? {
            let place = id.and_then(|id| places.get(&id));
            let Some(figures) = place.and_then(|place| lines.get_mut(place)) else { continue };
            let month = paid_on.filter(|day| day.year() == year).map(|day| day.month0() as usize);
            let sum = month.and_then(|month| figures.months.get_mut(month)).unwrap_or(&mut figures.other_years);
            add(sum, fen);
        }
        let mut rows: Vec<ExecutionRow> = lines
            .into_iter()
            .map(|((id, line), figures)| ExecutionRow {
                bureau: names.party(id),
                line: line.to_owned(),
                figures: figures.with_derived(),
            })
            .collect();
        rows.sort_by(|one, other| (&one.bureau.code, &one.line).cmp(&(&other.bureau.code, &other.line)));
        let total = sum_up(&rows);
        Ok(ExecutionReport { year, rows, total })
    })
}

fn sum_up(rows: &[ExecutionRow]) -> ExecutionFigures {
    let month = |at: usize| total(rows, |row| row.figures.months.get(at).copied().unwrap_or_default());
    let sums = ExecutionFigures {
        amount: total(rows, |row| row.figures.amount),
        committed: total(rows, |row| row.figures.committed),
        months: (0..MONTHS).map(month).collect(),
        other_years: total(rows, |row| row.figures.other_years),
        ..ExecutionFigures::default()
    };
    ExecutionFigures { free: total(rows, |row| row.figures.free), ..sums.with_derived() }
}

impl Report for ExecutionReport {
    fn table(&self, language: Language) -> Table {
        let title = title_of_year(language, ReportName::Execution, self.year);
        let mut table = titled(
            language,
            title,
            &[
                "report-bureau",
                "report-line",
                "report-appropriated",
                "report-committed",
                "report-free",
                "report-paid",
                "report-paid-percent",
            ],
        );
        let month = |month: usize| text::message(language, &format!("report-month-{month}"), &[]);
        table.columns.extend((1..=MONTHS).map(month));
        table.columns.push(text::message(language, "report-other-years", &[]));
        for row in &self.rows {
            table.add_row([row.bureau.name.clone().into(), row.line.clone().into()], row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
