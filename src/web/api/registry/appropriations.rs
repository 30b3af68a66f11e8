//! Appropriations: proposed by a finance reviewer, approved by another person, with the amounts that remain.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::codes::FileFormat;
use crate::services::registry::appropriations::{self, AppropriationFilter, AppropriationInput, AppropriationView};
use crate::services::registry::proposals::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, answer_list, list_queries};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Filter of appropriations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AppropriationQuery {
    /// Budget year.
    year: Option<i32>,
    /// Search words in the document number, project, budget line, classification or source.
    q: Option<String>,
    /// Restricts the list to approved appropriations with a free amount.
    #[serde(default)]
    available: bool,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
    /// Cursor to continue from: `next` of the previous page.
    cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    format: Option<FileFormat>,
}

list_queries!(AppropriationQuery);

/// Lists appropriations with their remaining amounts.
#[utoipa::path(tag = "register", params(AppropriationQuery), responses(
    (status = 200, body = List<AppropriationView>)))]
#[get("/api/v1/appropriations")]
pub async fn list_appropriations(request: ApiRequest, query: Query<AppropriationQuery>) -> Answer {
    answer_list(request, query, |app, caller, query, page| {
        let filter = AppropriationFilter { year: query.year, q: query.q.as_deref(), available: query.available };
        appropriations::list(app, caller, &filter, page)
    })
    .await
}

/// Proposes an appropriation, which takes effect when an approver approves it.
#[utoipa::path(tag = "register", request_body = AppropriationInput, responses(
    (status = 201, body = ProposalSummary)))]
#[post("/api/v1/appropriations")]
pub async fn propose_appropriation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input| appropriations::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a proposed appropriation: `approve`, or `refuse` with a reason. The proposer may not decide.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ProposalDecisionInput, responses(
    (status = 200, body = ProposalSummary)))]
#[post("/api/v1/appropriations/{id}/actions/{name}")]
pub async fn act_on_appropriation(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    request.decide(path, body, appropriations::decide).await
}
