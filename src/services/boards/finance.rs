//! The board of finance: the reports of budget execution, forecast, ageing and payment time together.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::reports::ReportQuery;
use crate::services::reports::ageing::{self, AgeingReport};
use crate::services::reports::execution::{self, ExecutionReport};
use crate::services::reports::forecast::{self, ForecastReport};
use crate::services::reports::payment_time::{self, PaymentTimeReport};

/// The board of finance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FinanceBoard {
    pub execution: ExecutionReport,
    pub forecast: ForecastReport,
    pub ageing: AgeingReport,
    pub payment_time: PaymentTimeReport,
}

/// Computes the reports of the board.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid year.
pub fn board(app: &App, caller: &Caller, query: &ReportQuery) -> Result<FinanceBoard, Error> {
    caller.may(Action::ReadReports)?;
    Ok(FinanceBoard {
        execution: execution::report(app, caller, query)?,
        forecast: forecast::report(app, caller, query)?,
        ageing: ageing::report(app, caller, query)?,
        payment_time: payment_time::report(app, caller, query)?,
    })
}
