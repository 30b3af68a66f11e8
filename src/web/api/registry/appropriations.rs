//! Appropriations for programs.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{get, post};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::services::registry::appropriations::{self, AppropriationInput, AppropriationView};
use crate::services::registry::payee_accounts::{ProposalDecisionInput, ProposalSummary};
use crate::web::api::page::{List, list, page};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// Which appropriations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Appropriations {
    /// Budget year.
    year: Option<i32>,
    /// Most items, 1 to 200; 50 if it is not named.
    limit: Option<i64>,
    /// Where to read on: `next` of the page before.
    cursor: Option<String>,
}

/// Appropriations and what is left of them.
#[utoipa::path(tag = "register", params(Appropriations), responses(
    (status = 200, body = List<AppropriationView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
#[get("/api/v1/appropriations")]
pub async fn list_appropriations(request: ApiRequest, query: Query<Appropriations>) -> Answer {
    let found = request
        .run(move |app, caller| {
            appropriations::list(app, caller, query.year, &page(query.limit, query.cursor.as_deref())?)
        })
        .await?;
    Ok(list(found))
}

/// Proposes an appropriation; it counts once an approver approves it.
#[utoipa::path(tag = "register", request_body = AppropriationInput, responses(
    (status = 201, body = ProposalSummary), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/appropriations")]
pub async fn propose_appropriation(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input| appropriations::propose(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on a proposed appropriation: `approve`, or `refuse` with a reason; never whoever proposed it.
#[utoipa::path(tag = "register", params(("id" = String, Path), ("name" = String, Path)), request_body = ProposalDecisionInput, responses(
    (status = 200, body = ProposalSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
#[post("/api/v1/appropriations/{id}/actions/{name}")]
pub async fn act_on_appropriation(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .act(body, move |app, caller, input: ProposalDecisionInput| {
            appropriations::decide(app, caller, &id, &name, &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}
