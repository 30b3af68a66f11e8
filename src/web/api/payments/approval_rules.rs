//! Rules on how many people approve a payment request: proposed by a finance reviewer, approved by another person.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::payments::rules::{self, ApprovalRuleInput, ApprovalRuleView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the rules of the caller's finance bureau.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<ApprovalRuleView>)))]
#[get("/api/v1/approval-rules")]
pub async fn list_approval_rules(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| rules::list(app, caller, page)).await
}

/// Proposes a rule for the payments of the caller's finance bureau. It takes effect when an approver approves it, for
/// payment requests from its day on.
#[utoipa::path(tag = "register", request_body = ApprovalRuleInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/approval-rules")]
pub async fn propose_approval_rule(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| rules::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a rule: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/approval-rules/{id}/actions/{name}")]
pub async fn act_on_approval_rule(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, rules::decide).await
}
