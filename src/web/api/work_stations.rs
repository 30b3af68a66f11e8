//! Work stations of villages, their funds, and correction groups.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::work_stations::funds::{self, StationFundInput, StationFundView};
use crate::services::work_stations::groups::{self, CorrectionGroupInput, CorrectionGroupView};
use crate::services::work_stations::{self, EnteredSummary, WorkStationInput, WorkStationView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the work stations of the caller's justice station, or of the caller's region and below, with the funds of the
/// year.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<WorkStationView>)))]
#[get("/api/v1/work-stations")]
pub async fn list_work_stations(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| work_stations::list(app, caller, page)).await
}

/// Enters a work station of the caller's justice station.
#[utoipa::path(tag = "register", request_body = WorkStationInput, responses((status = 201, body = EnteredSummary)))]
#[post("/api/v1/work-stations")]
pub async fn enter_work_station(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| work_stations::enter(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Closes a work station today, with a reason: `close`.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = EnteredSummary)))]
#[post("/api/v1/work-stations/{id}/actions/{name}")]
pub async fn act_on_work_station(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: ProposalDecisionInput| {
            work_stations::close(app, caller, &id, &name, &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Lists the funds of the work stations that the caller may see.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<StationFundView>)))]
#[get("/api/v1/station-funds")]
pub async fn list_station_funds(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| funds::list(app, caller, page)).await
}

/// Records the funds that were assigned to a work station for a year.
#[utoipa::path(tag = "register", request_body = StationFundInput, responses((status = 201, body = EnteredSummary)))]
#[post("/api/v1/station-funds")]
pub async fn record_station_funds(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| funds::record(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Lists the correction groups of the caller's justice station, or of the caller's region and below.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<CorrectionGroupView>)))]
#[get("/api/v1/correction-groups")]
pub async fn list_correction_groups(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| groups::list(app, caller, page)).await
}

/// Forms a correction group of at least three people for a person, who is named by a pseudonymous code.
#[utoipa::path(tag = "register", request_body = CorrectionGroupInput,
    responses((status = 201, body = EnteredSummary)))]
#[post("/api/v1/correction-groups")]
pub async fn form_correction_group(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| groups::form(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Dissolves a correction group today, with a reason: `dissolve`.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = EnteredSummary)))]
#[post("/api/v1/correction-groups/{id}/actions/{name}")]
pub async fn act_on_correction_group(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: ProposalDecisionInput| groups::dissolve(app, caller, &id, &name, &input))
        .await?;
    Ok(json(StatusCode::OK, &done))
}
