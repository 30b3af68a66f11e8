//! The panels of the justice bureau's board.

use std::cmp::Reverse;

use crate::domain::boards::{Grouping, Having};
use crate::domain::codes::ContractState;
use crate::services::boards::justice::{JusticeBoard, JusticeFigures};
use crate::services::contracts::registration::Party;
use crate::services::shared::tables::Cell;
use crate::web::pages::boards::panel::{Figure, Panel, PanelRow, address, contracts};
use crate::web::pages::shell::Shell;

/// The board with the filters that its addresses keep.
pub struct Shown<'a> {
    pub page: &'a Shell,
    pub board: &'a JusticeBoard,
    /// Code of the chosen region; empty for all.
    pub region: &'a str,
}

impl Shown<'_> {
    /// Returns the panels of the board.
    pub fn panels(&self) -> Vec<Panel> {
        vec![self.states(), self.deliveries(), self.breaches(), self.scores()]
    }

    /// Returns the heading of the names and those of figures.
    fn columns<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Vec<String> {
        let names = self.page.word("board", self.board.by);
        std::iter::once(names).chain(keys.into_iter().map(|key| self.page.say(key))).collect()
    }

    /// Returns the address of the contracts of a row, or of all rows, with further filters; `None` for the contracts
    /// that name no service, by which no list is filtered.
    fn list(&self, group: Option<&Party>, further: &[(&str, &str)]) -> Option<String> {
        let mut filters: Vec<(&str, &str)> = further.to_vec();
        match (group, self.board.by) {
            (Some(group), _) if group.code.is_empty() => return None,
            (Some(group), Grouping::County) => filters.extend([("region", group.code.as_str()), ("alone", "true")]),
            (Some(group), Grouping::Service) => {
                filters.extend([("region", self.region), ("service", group.code.as_str())]);
            }
            (Some(group), Grouping::Contractor) => {
                filters.extend([("region", self.region), ("contractor", group.code.as_str())]);
            }
            (None, _) => filters.push(("region", self.region)),
        }
        Some(contracts(&filters))
    }

    /// Returns the address of the contracts of a row that have something.
    fn having(&self, group: Option<&Party>, having: Having) -> Option<String> {
        let year = self.board.year.to_string();
        let dated = matches!(having, Having::Breach | Having::Evaluation);
        let year = if dated { year.as_str() } else { "" };
        self.list(group, &[("having", having.as_str()), ("having_year", year)])
    }

    /// Builds the rows of a panel in an order, without those that have nothing to show.
    fn rows<O: Ord>(
        &self,
        has: impl Fn(&JusticeFigures) -> bool,
        order: impl Fn(&JusticeFigures) -> O,
        figures: impl Fn(Option<&Party>, &JusticeFigures) -> Vec<Figure>,
    ) -> (Vec<PanelRow>, Vec<Figure>) {
        let mut found: Vec<_> = self.board.rows.iter().filter(|row| has(&row.figures)).collect();
        found.sort_by_key(|row| order(&row.figures));
        let rows = found.into_iter().map(|row| PanelRow {
            name: if row.group.name.is_empty() { self.page.say("board-no-service") } else { row.group.name.clone() },
            address: self.about(&row.group),
            figures: figures(Some(&row.group), &row.figures),
        });
        (rows.collect(), figures(None, &self.board.total))
    }

    /// Returns the address of more about a row: the contractors of a county, the record of a contractor, the contracts
    /// with a service.
    fn about(&self, group: &Party) -> Option<String> {
        match self.board.by {
            _ if group.code.is_empty() => None,
            Grouping::County => {
                let year = self.board.year.to_string();
                Some(address("/boards/justice", &[("by", "contractor"), ("year", &year), ("region", &group.code)]))
            }
            Grouping::Contractor => Some(format!("/contractors/{}/record", group.code)),
            Grouping::Service => self.list(Some(group), &[]),
        }
    }

    fn states(&self) -> Panel {
        let keys: Vec<String> = ContractState::ALL.iter().map(|state| format!("document-state-{state}")).collect();
        let columns = self.columns(keys.iter().map(String::as_str).chain(["board-contracts"]));
        let (rows, total) = self.rows(
            |figures| figures.contracts > 0,
            |figures| Reverse((figures.in_state(ContractState::Active), figures.contracts)),
            |group, figures| {
                let states = figures
                    .states
                    .iter()
                    .map(|known| Figure::count(known.count, self.list(group, &[("state", known.state.as_str())])));
                states.chain([Figure::count(figures.contracts, self.list(group, &[]))]).collect()
            },
        );
        Panel::new("states", columns, rows, total, &[1, 2, 3, 4, 5, 6, 7, 8]).stacked()
    }

    fn deliveries(&self) -> Panel {
        let (rows, total) = self.rows(
            |figures| figures.overdue + figures.due_soon > 0,
            |figures| Reverse((figures.overdue, figures.due_soon)),
            |group, figures| {
                vec![
                    Figure::count(figures.overdue, self.having(group, Having::OverdueDeliverable)),
                    Figure::count(figures.due_soon, self.having(group, Having::DueDeliverable)),
                ]
            },
        );
        Panel::new("deliveries", self.columns(["board-overdue", "board-due-soon"]), rows, total, &[1, 2]).stacked()
    }

    fn breaches(&self) -> Panel {
        let (rows, total) = self.rows(
            |figures| figures.breaches > 0,
            |figures| Reverse((figures.breaches, figures.charged.fen())),
            |group, figures| {
                vec![
                    Figure::count(figures.breaches, self.having(group, Having::Breach)),
                    Figure::of(Cell::Amount(figures.charged)),
                ]
            },
        );
        Panel::new("breaches", self.columns(["board-breach-count", "board-charged"]), rows, total, &[1])
    }

    fn scores(&self) -> Panel {
        let (rows, total) = self.rows(
            |figures| figures.evaluations > 0,
            JusticeFigures::mean,
            |group, figures| {
                vec![
                    Figure::of(figures.mean().map_or(Cell::Empty, Cell::Tenths)),
                    Figure::count(figures.evaluations, self.having(group, Having::Evaluation)),
                ]
            },
        );
        Panel::new("scores", self.columns(["board-mean-score", "board-evaluations"]), rows, total, &[1])
    }
}
