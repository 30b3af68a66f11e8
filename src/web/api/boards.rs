//! Boards, each as JSON, CSV or XLSX of the same rows.

use actix_web::get;
use actix_web::web::Path;

use crate::services::boards::BoardQuery;
use crate::services::boards::justice::{self, JusticeBoard};
use crate::web::api::reports::answer;
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest};

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
