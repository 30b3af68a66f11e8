//! Approval chains: proposed by a finance reviewer, approved by another person.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::payments::approval_chains::{self, ChainInput, ChainView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the chains of the caller's finance bureau or purchaser.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<ChainView>)))]
#[get("/api/v1/approval-chains")]
pub async fn list_approval_chains(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| approval_chains::list(app, caller, page)).await
}

/// Proposes the steps that payment requests of the caller's finance bureau pass, each with the role that takes it and
/// the amount from which it is taken: `confirm` by `officer` or `leader`, `review` by `reviewer`, `approve` by `approver`
/// or `reviewer`, and from an amount on again by the other of the two, `pay` by `cashier` or `accountant`. With the
/// subject `contract`, the steps are those before finance sees a contract; an officer proposes more of them for the
/// contracts of their purchaser.
#[utoipa::path(tag = "register", request_body = ChainInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/approval-chains")]
pub async fn propose_approval_chain(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| approval_chains::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a chain: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/approval-chains/{id}/actions/{name}")]
pub async fn act_on_approval_chain(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, approval_chains::decide).await
}
