//! Performance guarantees: an officer records and returns guarantees and proposes claims; a leader decides on claims.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::guarantees::view::{self, GuaranteeView};
use crate::services::guarantees::{self, GuaranteeActionInput, GuaranteeInput, GuaranteeSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Records a performance guarantee that the contractor provides. A guarantee is never cash, and the guarantees valid on
/// one day amount to at most a tenth of the contract's amount.
#[utoipa::path(tag = "guarantees", params(("id" = String, Path)), request_body = GuaranteeInput, responses(
    (status = 201, body = GuaranteeSummary)))]
#[post("/api/v1/contracts/{id}/guarantees")]
pub async fn record_guarantee(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| guarantees::record(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Returns a guarantee to the contractor, or proposes, grants or refuses a claim on it: `return`, `claim`, `grant`,
/// `refuse`. No one decides on a claim of their own.
#[utoipa::path(tag = "guarantees", params(("id" = String, Path), ("name" = String, Path)),
    request_body = GuaranteeActionInput, responses((status = 200, body = GuaranteeSummary)))]
#[post("/api/v1/guarantees/{id}/actions/{name}")]
pub async fn act_on_guarantee(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| guarantees::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the guarantees of a contract with their claims, oldest first.
#[utoipa::path(tag = "guarantees", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<GuaranteeView>)))]
#[get("/api/v1/contracts/{id}/guarantees")]
pub async fn list_guarantees(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
