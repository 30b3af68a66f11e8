//! Boards, each as JSON, CSV or XLSX of the same rows.

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::services::boards::BoardQuery;
use crate::services::boards::counties::{self, CountiesBoard, CountiesQuery};
use crate::services::boards::finance::{self, FinanceBoard};
use crate::services::boards::justice::{self, JusticeBoard};
use crate::services::reports::ReportQuery;
use crate::web::api::reports::answer;
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Returns contracts by state, deliverables due, breaches and scores, by county, service or contractor.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), BoardQuery), responses(
    (status = 200, description = "The board; a file ends with a row of totals.", content(
        (JusticeBoard = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/boards/justice.{format}")]
pub async fn show_justice_board(request: ApiRequest, format: Path<String>, query: Query<BoardQuery>) -> Answer {
    answer(request, &format, query.into_inner(), justice::board).await
}

/// Returns the reports of budget execution, forecast, ageing and payment time together; each is a file by itself.
#[utoipa::path(tag = "reports", params(ReportQuery), responses((status = 200, description = "The board.", body = FinanceBoard)))]
#[get("/api/v1/boards/finance.json")]
pub async fn show_finance_board(request: ApiRequest, query: Query<ReportQuery>) -> Answer {
    let board = request.read(move |app, caller| finance::board(app, caller, &query)).await?;
    Ok(json(StatusCode::OK, &board))
}

/// Returns counties side by side, those that differ most from all first, and the purchasers that pay late.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), CountiesQuery), responses(
    (status = 200, description = "The board; a file has the counties, and ends with a row of totals.", content(
        (CountiesBoard = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/boards/counties.{format}")]
pub async fn show_counties_board(request: ApiRequest, format: Path<String>, query: Query<CountiesQuery>) -> Answer {
    answer(request, &format, query.into_inner(), counties::board).await
}
