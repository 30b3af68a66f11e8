//! Suspensions and resumptions of contracts: proposed by an officer, approved by a leader.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::services::suspensions::{self, SuspensionInput, SuspensionView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the suspensions and resumptions of the contracts that the caller may see.
#[utoipa::path(tag = "contracts", params(PageQuery), responses((status = 200, body = List<SuspensionView>)))]
#[get("/api/v1/suspensions")]
pub async fn list_suspensions(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| suspensions::list(app, caller, page)).await
}

/// Proposes that a contract be suspended, by its ground, or resumed. No figure and no due day changes.
#[utoipa::path(tag = "contracts", request_body = SuspensionInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/suspensions")]
pub async fn propose_suspension(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| suspensions::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a suspension or resumption: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "contracts", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/suspensions/{id}/actions/{name}")]
pub async fn act_on_suspension(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, suspensions::decide).await
}
