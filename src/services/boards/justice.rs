//! The board of the justice bureau: contracts by state, deliverables due, breaches and scores.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::boards::{Grouping, Having};
use crate::domain::codes::{ContractState, Language};
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::boards::{BoardQuery, Scope, Sums};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{Report, add, decimal, tenths, titled};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::boards as rows;
use crate::text;

/// Hundredths of a point.
const HUNDREDTHS: i128 = 100;

/// The board of the justice bureau.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JusticeBoard {
    /// Day of the board.
    pub as_of: NaiveDate,
    /// Year of the breaches and evaluations.
    pub year: i32,
    /// Kind of a row.
    #[schema(value_type = String)]
    pub by: Grouping,
    pub rows: Vec<JusticeRow>,
    /// Figures of all contracts. One with several services counts once here.
    pub total: JusticeFigures,
}

/// Figures of one county, service or contractor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JusticeRow {
    /// Code and name of the county or contractor, or the service; empty for contracts that name no service.
    pub group: Party,
    #[serde(flatten)]
    pub figures: JusticeFigures,
}

/// Number of contracts in a state.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct StateCount {
    #[schema(value_type = String)]
    pub state: ContractState,
    pub count: i64,
}

/// Figures of the board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JusticeFigures {
    /// Number of contracts.
    pub contracts: i64,
    /// Number of contracts in each state.
    pub states: Vec<StateCount>,
    /// Number of deliverables whose due date has passed and that are not submitted.
    pub overdue: i64,
    /// Number of deliverables to submit within 30 days.
    pub due_soon: i64,
    /// Number of breaches of the year that were not waived.
    pub breaches: i64,
    /// Sum charged for these breaches, in yuan, without amounts that still grow.
    #[schema(value_type = String)]
    pub charged: Sum,
    /// Number of final evaluations of periods that end in the year.
    pub evaluations: i64,
    /// Mean score of these evaluations, rounded to tenths; null without any.
    pub mean_score: Option<String>,
    /// Sum of the scores in hundredths of a point.
    #[serde(skip)]
    #[schema(ignore)]
    scores: i64,
}

impl Default for JusticeFigures {
    fn default() -> Self {
        Self {
            contracts: 0,
            states: ContractState::ALL.iter().map(|state| StateCount { state: *state, count: 0 }).collect(),
            overdue: 0,
            due_soon: 0,
            breaches: 0,
            charged: Sum::ZERO,
            evaluations: 0,
            mean_score: None,
            scores: 0,
        }
    }
}

impl JusticeFigures {
    fn add_state(&mut self, state: &str, count: i64) {
        self.contracts += count;
        if let Some(known) = self.states.iter_mut().find(|known| known.state.as_str() == state) {
            known.count += count;
        }
    }

    /// Returns the number of contracts in a state.
    pub fn in_state(&self, state: ContractState) -> i64 {
        self.states.iter().find(|known| known.state == state).map_or(0, |known| known.count)
    }

    /// Returns the mean score in tenths; `None` without evaluations.
    pub fn mean(&self) -> Option<i64> {
        tenths(self.scores.into(), i128::from(self.evaluations) * HUNDREDTHS)
    }

    fn with_mean(self) -> Self {
        Self { mean_score: decimal(self.mean()), ..self }
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(self.contracts)];
        cells.extend(self.states.iter().map(|state| Cell::Number(state.count)));
        cells.extend([self.overdue, self.due_soon, self.breaches].map(Cell::Number));
        cells.extend([Cell::Amount(self.charged), Cell::Number(self.evaluations)]);
        cells.push(self.mean().map_or(Cell::Empty, Cell::Tenths));
        cells
    }
}

/// Computes the board over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn board(app: &App, caller: &Caller, query: &BoardQuery) -> Result<JusticeBoard, Error> {
    let seats = caller.may(Action::ReadBoards)?;
    let (by, year, today) = (query.grouping(), query.year(caller)?, caller.today());
    app.pool.read(|connection| {
        let scope = Scope::load(connection, seats.iter().map(|seat| seat.organisation), query)?;
        let days = |having: Having| having.days(year, today);
        let mut sums: Sums<'_, JusticeFigures> = Sums::new(by, &scope);
        for (group, state, count) in rows::by_state(connection, by, &scope.sight.purchasers())? {
            sums.add(&group, |figures| figures.add_state(&state, count));
        }
        for (group, count) in rows::to_deliver(connection, by, days(Having::OverdueDeliverable))? {
            sums.add(&group, |figures| figures.overdue += count);
        }
        for (group, count) in rows::to_deliver(connection, by, days(Having::DueDeliverable))? {
            sums.add(&group, |figures| figures.due_soon += count);
        }
        for (group, count, fen) in rows::breaches(connection, by, days(Having::Breach))? {
            sums.add(&group, |figures| {
                figures.breaches += count;
                add(&mut figures.charged, fen);
            });
        }
        for (group, count, scores) in rows::evaluations(connection, by, days(Having::Evaluation))? {
            sums.add(&group, |figures| {
                figures.evaluations += count;
                figures.scores += scores;
            });
        }
        let (found, total) = sums.named(connection)?;
        let row = |(group, figures): (Party, JusticeFigures)| JusticeRow { group, figures: figures.with_mean() };
        let rows = found.into_iter().map(row).collect();
        Ok(JusticeBoard { as_of: today, year, by, rows, total: total.with_mean() })
    })
}

impl Report for JusticeBoard {
    fn table(&self, language: Language) -> Table {
        let title = text::message(language, "board-justice", &[]);
        let group = format!("board-{}", self.by);
        let mut table = titled(language, title, &[group.as_str(), "board-contracts"]);
        let say = |key: &str| text::message(language, key, &[]);
        table.columns.extend(ContractState::ALL.iter().map(|state| say(&format!("document-state-{state}"))));
        let others = [
            "board-overdue",
            "board-due-soon",
            "board-breach-count",
            "board-charged",
            "board-evaluations",
            "board-mean-score",
        ];
        table.columns.extend(others.map(say));
        for row in &self.rows {
            table.add_row([row.group.name.clone().into()], row.figures.cells());
        }
        table.add_total(language, self.total.cells());
        table
    }
}
