//! The panels of the supervisors' board: counties side by side, and purchasers that pay late.

use crate::domain::boards::Having;
use crate::domain::codes::ContractState;
use crate::services::boards::counties::{CountiesBoard, CountyFigures};
use crate::services::shared::tables::Cell;
use crate::web::pages::boards::panel::{Figure, Panel, PanelRow, address, contracts};
use crate::web::pages::shell::Shell;

/// The board as it is shown.
pub struct Shown<'a> {
    pub page: &'a Shell,
    pub board: &'a CountiesBoard,
}

impl Shown<'_> {
    /// Returns the panels of the board.
    pub fn panels(&self) -> Vec<Panel> {
        vec![self.side_by_side(), self.late_payers()]
    }

    fn columns(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| self.page.say(key)).collect()
    }

    fn side_by_side(&self) -> Panel {
        let year = self.board.year.to_string();
        let figures = |county: Option<&str>, of: &CountyFigures| {
            let list = |further: &[(&str, &str)]| {
                let alone = if county.is_some() { "true" } else { "" };
                let of_county = [("region", county.unwrap_or_default()), ("alone", alone)];
                contracts(&[further, &of_county].concat())
            };
            let tenths = |figure: Option<i64>, having: Having, year: &str| {
                let list = list(&[("having", having.as_str()), ("having_year", year)]);
                figure.map_or(Figure::of(Cell::Empty), |figure| Figure::led(Cell::Tenths(figure), list))
            };
            vec![
                Figure::count(of.active, Some(list(&[("state", ContractState::Active.as_str())]))),
                tenths(of.tenths.overdue, Having::OverdueDeliverable, ""),
                tenths(of.tenths.breaches, Having::Breach, &year),
                tenths(of.tenths.score, Having::Evaluation, &year),
            ]
        };
        let rows = self.board.rows.iter().map(|row| {
            let worse = row
                .outlier
                .map(|measure| self.page.with(&format!("board-worse-{measure}"), "percent", row.worse_percent));
            let region = [("by", "contractor"), ("year", year.as_str()), ("region", row.county.code.as_str())];
            PanelRow {
                name: row.county.name.clone(),
                address: Some(address("/boards/justice", &region)),
                figures: [Figure::of(worse.into())]
                    .into_iter()
                    .chain(figures(Some(&row.county.code), &row.figures))
                    .collect(),
            }
        });
        let total = [Figure::of(Cell::Empty)].into_iter().chain(figures(None, &self.board.total)).collect();
        let keys = [
            "board-county",
            "board-outlier",
            "document-state-active",
            "board-overdue-per-100",
            "board-breaches-per-100",
            "board-mean-score",
        ];
        Panel::new("counties-compared", self.columns(&keys), rows.collect(), total, &[3, 4, 5])
    }

    fn late_payers(&self) -> Panel {
        let rows = self.board.late_payers.iter().map(|payer| {
            let code = payer.bureau.code.as_str();
            let unpaid = contracts(&[("having", Having::OverduePayment.as_str()), ("purchaser", code)]);
            let paid = address("/payments", &[("stage", "paid"), ("bureau", code)]);
            PanelRow {
                name: payer.bureau.name.clone(),
                address: Some(address("/boards/finance", &[("bureau", code)])),
                figures: vec![
                    Figure::led(Cell::Amount(payer.overdue), unpaid),
                    Figure::of(payer.oldest_due_on.into()),
                    Figure::count(payer.payments, Some(paid)),
                    Figure::of(payer.mean_tenths.map_or(Cell::Empty, Cell::Tenths)),
                    Figure::of(Cell::Number(payer.over_60)),
                ],
            }
        });
        let keys = [
            "report-bureau",
            "report-overdue",
            "report-oldest",
            "report-payments",
            "report-mean-days",
            "report-over-60",
        ];
        Panel::new("late-payers", self.columns(&keys), rows.collect(), Vec::new(), &[1])
    }
}
