//! Amendments: new terms of a contract, and the steps by which both sides agree on them.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::amendments::AmendmentSummary;
use crate::services::amendments::decide::{self, AmendmentStepInput};
use crate::services::amendments::propose::{self, AmendmentInput};
use crate::services::amendments::view::{self, AmendmentView};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Proposes new terms of a contract, in force from a day on once all sides have consented.
#[utoipa::path(tag = "amendments", params(("id" = String, Path)), request_body = AmendmentInput, responses(
    (status = 201, body = AmendmentSummary)))]
#[post("/api/v1/contracts/{id}/amendments")]
pub async fn propose_amendment(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| propose::propose(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Takes a step of an amendment: `consent`, `approve`, `fund` where the amount grows, or `withdraw` and `refuse`. A
/// refusal needs a reason.
#[utoipa::path(tag = "amendments", params(("id" = String, Path), ("name" = String, Path)),
    request_body = AmendmentStepInput, responses((status = 200, body = AmendmentSummary)))]
#[post("/api/v1/amendments/{id}/actions/{name}")]
pub async fn act_on_amendment(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| decide::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the amendments of a contract, oldest first.
#[utoipa::path(tag = "amendments", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<AmendmentView>)))]
#[get("/api/v1/contracts/{id}/amendments")]
pub async fn list_amendments(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
