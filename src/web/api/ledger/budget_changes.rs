//! Budget changes: proposed by a finance reviewer, approved by another person.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::ledger::changes::{self, BudgetChangeInput, BudgetChangeView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists budget changes, by the bureau of the appropriation that gives.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, body = List<BudgetChangeView>)))]
#[get("/api/v1/budget-changes")]
pub async fn list_budget_changes(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| changes::list(app, caller, page)).await
}

/// Proposes a budget change: an `adjustment` between two appropriations of one bureau, or a `transfer` to an
/// appropriation of another bureau, both within one year that has not ended; or a `carry_over` of a lapsed
/// appropriation, without `to` and `amount`, which moves everything that is free or not yet paid to an appropriation of
/// the next year under `document_no`. The change takes effect when an approver approves it.
#[utoipa::path(tag = "register", request_body = BudgetChangeInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/budget-changes")]
pub async fn propose_budget_change(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| changes::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a budget change: `approve`, or `refuse` with a reason. The proposer may not decide, but can `recall` the
/// change until an approver has listed it.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/budget-changes/{id}/actions/{name}")]
pub async fn act_on_budget_change(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, changes::decide_or_recall).await
}
