//! Boards, each as JSON, CSV or XLSX of the same rows, and the annual report that has their figures.

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::services::boards::BoardQuery;
use crate::services::boards::counties::{self, CountiesBoard, CountiesQuery};
use crate::services::boards::finance::{self, FinanceBoard};
use crate::services::boards::justice::{self, JusticeBoard};
use crate::services::documents::DocumentLang;
use crate::services::documents::issue::{self, PreparedDocument};
use crate::services::reports::ReportQuery;
use crate::web::api::contracts::pdf_response;
use crate::web::api::reports::answer;
use crate::web::failure::{Failure, Problem};
use crate::web::files::word_response;
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

/// Year and language of the annual report.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AnnualQuery {
    /// Year of the report; by default this year.
    year: Option<i32>,
    /// Language: `zh` (default), `en` or `both`.
    #[param(value_type = Option<String>)]
    lang: Option<DocumentLang>,
}

/// Prepares the annual report.
async fn prepare(request: ApiRequest, query: AnnualQuery) -> Result<PreparedDocument, Failure> {
    let (year, lang) = (query.year, query.lang.unwrap_or(DocumentLang::Zh));
    request.rate_limited().read(move |app, caller| issue::prepare_annual(app, caller, year, lang)).await
}

/// Prints the report of a year as PDF, with a verification code; the parts about money are for those who may read reports.
#[utoipa::path(tag = "reports", params(AnnualQuery), responses(
    (status = 200, content_type = "application/pdf", description = "The report."), (status = 429, body = Problem)))]
#[get("/api/v1/reports/annual.pdf")]
pub async fn print_annual_report(request: ApiRequest, query: Query<AnnualQuery>) -> Answer {
    let (app, language) = (request.app().clone(), request.language());
    let prepared = prepare(request, query.into_inner()).await?;
    let file = prepared.render_in_turn(&app).await.map_err(|error| Failure { error, language })?;
    Ok(pdf_response(file))
}

/// Writes the same report as a Word document, to be edited.
#[utoipa::path(tag = "reports", params(AnnualQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     description = "The report."),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/annual.docx")]
pub async fn write_annual_report(request: ApiRequest, query: Query<AnnualQuery>) -> Answer {
    let language = request.language();
    let prepared = prepare(request, query.into_inner()).await?;
    Ok(word_response(prepared.into_word().map_err(|error| Failure { error, language })?))
}
