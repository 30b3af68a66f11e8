//! The annual report: contracts, deliverables, breaches and scores of a year, and for readers of money its budget
//! execution and payments. It has the figures of the boards; nothing is computed twice.

use chrono::NaiveDate;
use serde::Serialize;

use crate::app::App;
use crate::domain::boards::Grouping;
use crate::domain::money::Sum;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::boards::finance::{self, FinanceBoard};
use crate::services::boards::justice::{self, JusticeBoard};
use crate::services::boards::{BoardQuery, begun};
use crate::services::identity::caller::Caller;
use crate::services::reports::ReportQuery;

/// Contractors that are listed at most: those with the most contracts.
const CONTRACTORS: usize = 30;

/// The annual report.
#[derive(Debug, Clone, Serialize)]
pub struct AnnualReport {
    pub year: i32,
    /// Day of the figures that have no year, such as the states of contracts.
    pub as_of: NaiveDate,
    /// Number and amount, in yuan, of the contracts put in force that start in the year.
    pub begun: (i64, Sum),
    pub counties: JusticeBoard,
    pub services: JusticeBoard,
    /// Contractors with the most contracts.
    pub contractors: JusticeBoard,
    /// Reports of finance; null for a reader who may not read them.
    pub money: Option<FinanceBoard>,
}

/// Computes the annual report over the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn report(app: &App, caller: &Caller, year: Option<i32>) -> Result<AnnualReport, Error> {
    caller.may(Action::ReadBoards)?;
    let by = |by: Grouping| justice::board(app, caller, &BoardQuery { by: Some(by), year, region: None });
    let counties = by(Grouping::County)?;
    let mut contractors = by(Grouping::Contractor)?;
    contractors.rows.sort_by_key(|row| std::cmp::Reverse(row.figures.contracts));
    contractors.rows.truncate(CONTRACTORS);
    let money = match caller.may(Action::ReadReports) {
        Ok(_) => Some(finance::board(app, caller, &ReportQuery { year: Some(counties.year), bureau: None })?),
        Err(_) => None,
    };
    Ok(AnnualReport {
        year: counties.year,
        as_of: counties.as_of,
        begun: begun(app, caller, counties.year)?,
        services: by(Grouping::Service)?,
        counties,
        contractors,
        money,
    })
}
