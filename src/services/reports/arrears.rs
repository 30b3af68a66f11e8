//! Arrears to small and medium enterprises at the end of a year, which a purchaser must publish by 31 March of the next
//! year (decree 802, art. 18): contracts with an amount that was due by 31 December and not paid by then.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, ReportName};
use crate::domain::money::Sum;
use crate::error::{Error, Message};
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::reports::{
    Names, Report, ReportQuery, add, days_of_year, seen, this_year, title_of_year, titled, total,
};
use crate::services::shared::tables::{Cell, Table};
use crate::storage::ids::ContractId;
use crate::storage::reports::{self as rows, OwedRow};

/// Arrears at the end of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArrearsReport {
    /// Year at whose end the amounts were overdue.
    pub year: i32,
    /// Last day for publication, 31 March of the next year.
    pub publish_by: Option<NaiveDate>,
    pub rows: Vec<ArrearsRow>,
    pub total: ArrearsFigures,
    /// Number of contracts.
    pub count: usize,
}

/// Arrears of one contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArrearsRow {
    pub bureau: Party,
    /// Random identifier of the contract.
    pub contract: String,
    pub number: String,
    pub title: String,
    pub contractor: Party,
    /// Earliest due day of an overdue amount.
    pub due_on: NaiveDate,
    /// Days from `due_on` to the end of the year.
    pub days_overdue: i64,
    #[serde(flatten)]
    pub figures: ArrearsFigures,
}

/// Amounts of arrears, in yuan.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ArrearsFigures {
    /// Overdue at the end of the year.
    #[schema(value_type = String)]
    pub overdue: Sum,
    /// Part that was paid afterwards.
    #[schema(value_type = String)]
    pub paid_since: Sum,
    /// Part that is still not paid.
    #[schema(value_type = String)]
    pub unpaid: Sum,
}

impl ArrearsFigures {
    fn cells(&self) -> [Cell; 3] {
        [self.overdue, self.paid_since, self.unpaid].map(Cell::Amount)
    }
}

/// Computes the arrears of a year, over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year, or one that has not ended.
pub fn report(app: &App, caller: &Caller, query: &ReportQuery) -> Result<ArrearsReport, Error> {
    let year = query.year_or(this_year(caller) - 1)?;
    if year >= this_year(caller) {
        return Err(Error::malformed("year", Message::new("report-year-not-over")));
    }
    let (_, last_day) = days_of_year(year);
    app.pool.read(|connection| {
        let seen = seen(connection, caller, query)?;
        let mut contracts: BTreeMap<ContractId, (OwedRow, ArrearsFigures)> = BTreeMap::new();
        let unpaid = rows::owed_since(connection, &seen, last_day)?.into_iter().map(|row| (row, false));
        let paid = rows::paid_since(connection, &seen, last_day)?.into_iter().map(|row| (row, true));
        for (row, is_paid) in unpaid.chain(paid) {
            let (fen, due_on) = (row.fen, row.due_on);
            let (known, figures) = contracts.entry(row.contract).or_insert_with(|| (row, ArrearsFigures::default()));
            known.due_on = known.due_on.min(due_on);
            add(if is_paid { &mut figures.paid_since } else { &mut figures.unpaid }, fen);
            add(&mut figures.overdue, fen);
        }
        let parties = contracts.values().flat_map(|(row, _)| [row.purchaser_id, row.contractor_id]);
        let names = Names::load(connection, parties)?;
        let mut rows: Vec<ArrearsRow> = contracts
            .into_values()
            .map(|(row, figures)| {
                let due_on = row.due_on.unwrap_or(last_day);
                ArrearsRow {
                    bureau: names.party(row.purchaser_id),
                    contract: row.public_id,
                    number: row.number,
                    title: row.title,
                    contractor: names.party(row.contractor_id),
                    due_on,
                    days_overdue: (last_day - due_on).num_days(),
                    figures,
                }
            })
            .collect();
        rows.sort_by(|one, other| (&one.bureau.code, &one.number).cmp(&(&other.bureau.code, &other.number)));
        let total = ArrearsFigures {
            overdue: total(&rows, |row| row.figures.overdue),
            paid_since: total(&rows, |row| row.figures.paid_since),
            unpaid: total(&rows, |row| row.figures.unpaid),
        };
        let publish_by = NaiveDate::from_ymd_opt(year + 1, 3, 31);
        Ok(ArrearsReport { year, publish_by, count: rows.len(), rows, total })
    })
}

impl Report for ArrearsReport {
    fn table(&self, language: Language) -> Table {
        let columns = [
            "report-bureau",
            "report-number",
            "report-contract",
            "report-contractor",
            "report-due-on",
            "report-days-overdue",
            "report-overdue",
            "report-paid-since",
            "report-unpaid",
        ];
        let mut table = titled(language, title_of_year(language, ReportName::Arrears, self.year), &columns);
        for row in &self.rows {
            table.add_row(
                [
                    row.bureau.name.clone().into(),
                    row.number.clone().into(),
                    row.title.clone().into(),
                    row.contractor.name.clone().into(),
                    row.due_on.into(),
                    Cell::Number(row.days_overdue),
                ],
                row.figures.cells(),
            );
        }
        table.add_total(language, self.total.cells());
        table
    }
}
