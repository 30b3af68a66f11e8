//! Rosters of workers: proposed by the contractor, consented to by the purchaser, counted for the headcount.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::services::workers::staffing::{self, Staffing};
use crate::services::workers::{self, WorkerInput, WorkerQuery, WorkerView};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filters and page of a list of workers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WorkerListQuery {
    /// Number of a contract.
    contract: Option<String>,
    /// Part of the worker's name.
    name: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(WorkerListQuery);

/// Lists the workers on the rosters of the contracts that the caller may see, also those proposed, refused and gone.
#[utoipa::path(tag = "contracts", params(WorkerListQuery), responses((status = 200, body = List<WorkerView>)))]
#[get("/api/v1/workers")]
pub async fn list_workers(request: ApiRequest, query: Query<WorkerListQuery>) -> Answer {
    answer_list(request, query, |app, caller, asked, page| {
        let filters = WorkerQuery { contract: asked.contract.clone(), name: asked.name.clone() };
        workers::list(app, caller, &filters, page)
    })
    .await
}

/// Proposes a worker for the roster of a contract, also in the place of another.
#[utoipa::path(tag = "contracts", request_body = WorkerInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/workers")]
pub async fn propose_worker(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| workers::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Acts on a worker: the purchaser consents (`approve`), or refuses (`refuse`) with a reason; the contractor takes back
/// a worker who awaits consent (`recall`), or records with a reason that one has left today (`leave`).
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/workers/{id}/actions/{name}")]
pub async fn act_on_worker(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: ProposalDecisionInput| {
            workers::take_step(app, caller, &id, &name, &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Month of a staffing.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct StaffingQuery {
    /// Month, as 2026-09; the present one by default.
    month: Option<String>,
}

/// Returns the number of workers that the roster proposes for the headcount of a month, beside the recorded one.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), StaffingQuery), responses(
    (status = 200, body = Staffing)))]
#[get("/api/v1/contracts/{id}/staffing")]
pub async fn show_staffing(request: ApiRequest, id: Path<String>, query: Query<StaffingQuery>) -> Answer {
    let month = query.into_inner().month;
    let found = request.read(move |app, caller| staffing::show(app, caller, &id, month.as_deref())).await?;
    Ok(json(StatusCode::OK, &found))
}
