//! The panels of the board of finance, each with a link to its report.

use crate::domain::boards::Having;
use crate::domain::codes::ReportName;
use crate::services::boards::finance::FinanceBoard;
use crate::services::reports::{Report, ReportQuery};
use crate::services::shared::tables::Cell;
use crate::web::pages::boards::panel::{Figure, Panel, PanelRow, address, contracts};
use crate::web::pages::shell::Shell;

/// The board with the query whose filters its addresses keep.
pub struct Shown<'a> {
    pub page: &'a Shell,
    pub board: &'a FinanceBoard,
    pub query: &'a ReportQuery,
}

impl Shown<'_> {
    /// Returns the panels of the board.
    pub fn panels(&self) -> Vec<Panel> {
        vec![self.execution(), self.forecast(), self.ageing(), self.payment_time()]
    }

    /// Returns headings of a report's table by their places.
    fn columns(&self, report: &impl Report, places: &[usize]) -> Vec<String> {
        let all = report.table(self.page.language).columns;
        places.iter().filter_map(|place| all.get(*place).cloned()).collect()
    }

    /// Adds the address of the whole report.
    fn with_report(&self, panel: Panel, name: ReportName) -> Panel {
        let year = self.query.year.filter(|_| name != ReportName::Ageing).map(|year| year.to_string());
        let bureau = self.query.bureau.as_deref().unwrap_or_default();
        let filters = [("year", year.as_deref().unwrap_or_default()), ("bureau", bureau)];
        Panel { report: Some(address(&format!("/reports/{name}"), &filters)), ..panel }
    }

    fn execution(&self) -> Panel {
        let report = &self.board.execution;
        let year = report.year.to_string();
        let rows = report.rows.iter().map(|row| {
            let (figures, bureau) = (&row.figures, row.bureau.code.as_str());
            let ledger = address("/ledger", &[("year", &year), ("bureau", bureau), ("line", &row.line)]);
            PanelRow {
                name: self.page.noted(&row.bureau.name, &row.line),
                address: Some(ledger),
                figures: vec![
                    Figure::of(Cell::Amount(figures.amount)),
                    Figure::of(Cell::Amount(figures.committed)),
                    Figure::led(Cell::Amount(figures.paid), paid(bureau)),
                    Figure::of(figures.percent().map_or(Cell::Empty, Cell::Tenths)),
                ],
            }
        });
        let all = &report.total;
        let total = vec![
            Figure::of(Cell::Amount(all.amount)),
            Figure::of(Cell::Amount(all.committed)),
            Figure::of(Cell::Amount(all.paid)),
            Figure::of(all.percent().map_or(Cell::Empty, Cell::Tenths)),
        ];
        let columns = self.columns(report, &[0, 2, 3, 5, 6]);
        let panel = Panel::new("execution", columns, rows.collect(), total, &[1, 2, 3]);
        self.with_report(panel, ReportName::Execution)
    }

    fn forecast(&self) -> Panel {
        let report = &self.board.forecast;
        let figures = |figures: &crate::services::reports::forecast::ForecastFigures| {
            let amounts = [figures.due, figures.awaited, figures.total].map(|sum| Figure::of(Cell::Amount(sum)));
            amounts.into_iter().chain([Figure::of(Cell::Number(figures.count))]).collect::<Vec<Figure>>()
        };
        let rows = report.rows.iter().map(|row| PanelRow {
            name: row.month.clone().unwrap_or_else(|| self.page.say("report-earlier")),
            address: None,
            figures: figures(&row.figures),
        });
        let columns = self.columns(report, &[0, 1, 2, 3, 4]);
        let panel = Panel::new("forecast", columns, rows.collect(), figures(&report.total), &[1, 2]);
        self.with_report(panel.stacked().upright(), ReportName::Forecast)
    }

    fn ageing(&self) -> Panel {
        let report = &self.board.ageing;
        let figures = |of: &crate::services::reports::ageing::AgeingFigures, list: Option<String>| {
            let ages = [of.not_overdue, of.days_1_to_30, of.days_31_to_60, of.days_61_to_90, of.days_over_90];
            let mut all: Vec<Figure> = ages.into_iter().map(|sum| Figure::of(Cell::Amount(sum))).collect();
            all.push(Figure { cell: Cell::Amount(of.overdue), address: list.filter(|_| of.overdue.fen() > 0) });
            all
        };
        let having = ("having", Having::OverduePayment.as_str());
        let rows = report.rows.iter().map(|row| PanelRow {
            name: row.bureau.name.clone(),
            address: None,
            figures: figures(&row.figures, Some(contracts(&[having, ("purchaser", &row.bureau.code)]))),
        });
        let purchaser = self.query.bureau.as_deref().unwrap_or_default();
        let total = figures(&report.total, Some(contracts(&[having, ("purchaser", purchaser)])));
        let columns = self.columns(report, &[0, 1, 2, 3, 4, 5, 6]);
        let panel = Panel::new("ageing", columns, rows.collect(), total, &[1, 2, 3, 4, 5]);
        self.with_report(panel.stacked(), ReportName::Ageing)
    }

    fn payment_time(&self) -> Panel {
        let report = &self.board.payment_time;
        let figures = |of: &crate::services::reports::payment_time::PaymentTimeFigures, list: Option<String>| {
            vec![
                Figure::count(of.count, list),
                Figure::of(of.mean().map_or(Cell::Empty, Cell::Tenths)),
                Figure::of(Cell::Number(of.within_30)),
                Figure::of(Cell::Number(of.from_31_to_60)),
                Figure::of(Cell::Number(of.over_60)),
            ]
        };
        let rows = report.rows.iter().map(|row| PanelRow {
            name: row.bureau.name.clone(),
            address: None,
            figures: figures(&row.figures, Some(paid(&row.bureau.code))),
        });
        let columns = self.columns(report, &[0, 1, 3, 4, 5, 6]);
        let panel = Panel::new("payment-time", columns, rows.collect(), figures(&report.total, None), &[3, 4, 5]);
        self.with_report(panel.stacked(), ReportName::PaymentTime)
    }
}

/// Returns the address of the payments of a purchaser that were made.
fn paid(bureau: &str) -> String {
    address("/payments", &[("stage", "paid"), ("bureau", bureau)])
}
