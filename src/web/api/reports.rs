//! Reports of finance, each as JSON, CSV or XLSX of the same rows; arrears also as PDF.

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::error::Error;
use crate::services::documents::DocumentLang;
use crate::services::documents::issue;
use crate::services::identity::caller::Caller;
use crate::services::reports::ageing::{self, AgeingReport};
use crate::services::reports::arrears::{self, ArrearsReport};
use crate::services::reports::execution::{self, ExecutionReport};
use crate::services::reports::forecast::{self, ForecastReport};
use crate::services::reports::payment_time::{self, PaymentTimeReport};
use crate::services::reports::{Report, ReportQuery};
use crate::services::shared::tables;
use crate::web::api::contracts::pdf_response;
use crate::web::failure::{Failure, Problem};
use crate::web::files::table_response;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Computes a report.
type Compute<T, Q> = fn(&App, &Caller, &Q) -> Result<T, Error>;

/// Answers with a report in the format of the address: `json`, or that of a file.
pub(super) async fn answer<T: Report + Serialize + Send + 'static, Q: Send + 'static>(
    request: ApiRequest,
    format: &str,
    query: Q,
    compute: Compute<T, Q>,
) -> Answer {
    let language = request.language();
    if format == "json" {
        let report = request.read(move |app, caller| compute(app, caller, &query)).await?;
        return Ok(json(StatusCode::OK, &report));
    }
    let Some(format) = FileFormat::parse(format) else { return Err(Failure { error: Error::NotFound, language }) };
    let work = move |app: &App, caller: &Caller| {
        let table = compute(app, caller, &query)?.table(language);
        tables::write_file(&table, format, caller.today())
    };
    Ok(table_response(request.rate_limited().read(work).await?))
}

/// Returns the budget execution of a year, by bureau and budget line, month by month.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), ReportQuery), responses(
    (status = 200, description = "The report; a file ends with a row of totals.", content(
        (ExecutionReport = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/execution.{format}")]
pub async fn report_execution(request: ApiRequest, format: Path<String>, query: Query<ReportQuery>) -> Answer {
    answer(request, &format, query.into_inner(), execution::report).await
}

/// Returns the payments that are expected in twelve months.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), ReportQuery), responses(
    (status = 200, description = "The report; a file ends with a row of totals.", content(
        (ForecastReport = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/forecast.{format}")]
pub async fn report_forecast(request: ApiRequest, format: Path<String>, query: Query<ReportQuery>) -> Answer {
    answer(request, &format, query.into_inner(), forecast::report).await
}

/// Returns the amounts that are due and not paid, by bureau and age.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), ReportQuery), responses(
    (status = 200, description = "The report; a file ends with a row of totals.", content(
        (AgeingReport = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/ageing.{format}")]
pub async fn report_ageing(request: ApiRequest, format: Path<String>, query: Query<ReportQuery>) -> Answer {
    answer(request, &format, query.into_inner(), ageing::report).await
}

/// Returns the payment time of a year, by bureau.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), ReportQuery), responses(
    (status = 200, description = "The report; a file ends with a row of totals.", content(
        (PaymentTimeReport = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/payment-time.{format}")]
pub async fn report_payment_time(request: ApiRequest, format: Path<String>, query: Query<ReportQuery>) -> Answer {
    answer(request, &format, query.into_inner(), payment_time::report).await
}

/// Year, bureau and language of the printed table of arrears.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ArrearsPrintQuery {
    /// A past year; last year by default.
    year: Option<i32>,
    /// Only contracts of the bureau with this code.
    bureau: Option<String>,
    /// Language: `zh` (default), `en` or `both`.
    #[param(value_type = Option<String>)]
    lang: Option<DocumentLang>,
}

/// Prints the arrears at the end of a year as PDF, with a verification code.
#[utoipa::path(tag = "reports", params(ArrearsPrintQuery), responses(
    (status = 200, content_type = "application/pdf", description = "The table."), (status = 422, body = Problem),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/arrears.pdf")]
pub async fn print_arrears(request: ApiRequest, query: Query<ArrearsPrintQuery>) -> Answer {
    let (app, language) = (request.app().clone(), request.language());
    let ArrearsPrintQuery { year, bureau, lang } = query.into_inner();
    let (query, lang) = (ReportQuery { year, bureau }, lang.unwrap_or(DocumentLang::Zh));
    let load = move |app: &App, caller: &Caller| issue::prepare_arrears(app, caller, &query, lang);
    let prepared = request.rate_limited().read(load).await?;
    let file = prepared.render_in_turn(&app).await.map_err(|error| Failure { error, language })?;
    Ok(pdf_response(file))
}

/// Returns the arrears to small and medium enterprises at the end of a year, by contract.
#[utoipa::path(tag = "reports", params(("format" = String, Path, description = "`json`, `csv` or `xlsx`."), ReportQuery), responses(
    (status = 200, description = "The report; a file ends with a row of totals.", content(
        (ArrearsReport = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 429, body = Problem)))]
#[get("/api/v1/reports/arrears.{format}")]
pub async fn report_arrears(request: ApiRequest, format: Path<String>, query: Query<ReportQuery>) -> Answer {
    answer(request, &format, query.into_inner(), arrears::report).await
}
