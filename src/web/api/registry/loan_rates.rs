//! One-year loan prime rates: proposed by the administrator, approved by a finance approver.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::registry::loan_rates::{self, LoanRateInput, LoanRateView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the loan prime rates that were proposed. Those that apply are in `GET /api/v1/statutes`.
#[utoipa::path(tag = "rules", params(PageQuery), responses((status = 200, body = List<LoanRateView>)))]
#[get("/api/v1/loan-rates")]
pub async fn list_loan_rates(request: ApiRequest, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, |app, caller, _, page| loan_rates::list(app, caller, page)).await
}

/// Proposes the one-year loan prime rate from a day on. It counts once a finance approver approves it.
#[utoipa::path(tag = "rules", request_body = LoanRateInput, responses((status = 201, body = ProposalSummary)))]
#[post("/api/v1/loan-rates")]
pub async fn propose_loan_rate(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| loan_rates::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a rate: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "rules", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses((status = 200, body = ProposalSummary)))]
#[post("/api/v1/loan-rates/{id}/actions/{name}")]
pub async fn act_on_loan_rate(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, loan_rates::decide).await
}
