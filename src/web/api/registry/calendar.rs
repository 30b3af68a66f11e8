//! The working calendar: public holidays and make-up working days by year.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::registry::calendar::{self, CalendarChange, CalendarInput, CalendarYears};
use crate::services::registry::calendar_imports::{self, CalendarImportView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Returns the known years with the days that differ from the ordinary week.
#[utoipa::path(tag = "rules", responses((status = 200, body = CalendarYears)))]
#[get("/api/v1/calendar")]
pub async fn show_calendar(request: ApiRequest) -> Answer {
    let found = request.read(calendar::list).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Previews the import of a year without writing anything.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses(
    (status = 200, body = CalendarChange)))]
#[post("/api/v1/calendar/check")]
pub async fn check_calendar(request: ApiRequest, body: Bytes) -> Answer {
    let found = request.write(body, |app, caller, input: CalendarInput| calendar::check(app, caller, &input)).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Proposes the import of a year. It is in force once a finance approver approves it.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/calendar-imports")]
pub async fn propose_calendar_import(request: ApiRequest, body: Bytes) -> Answer {
    let done =
        request.write(body, |app, caller, input: CalendarInput| calendar_imports::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Lists the years that were proposed. Those in force are in `GET /api/v1/calendar`.
#[utoipa::path(tag = "rules", params(PageQuery), responses((status = 200, body = List<CalendarImportView>)))]
#[get("/api/v1/calendar-imports")]
pub async fn list_calendar_imports(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| calendar_imports::list(app, caller, page)).await
}

/// Decides on a proposed year: `approve`, or `refuse` with a reason. The proposer may not decide. On approval, days
/// after today change, and background jobs recompute every contract.
#[utoipa::path(tag = "rules", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/calendar-imports/{id}/actions/{name}")]
pub async fn act_on_calendar_import(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, calendar_imports::decide).await
}
