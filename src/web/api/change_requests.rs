//! Change requests: one person requests an extension, a waiver or the reversal of a fact, another grants or refuses it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::domain::codes::ChangeRequestKind;
use crate::services::change_requests::{
    self, ChangeRequestDecisionInput, ChangeRequestSummary, ChangeRequestView, ExtensionInput, ReversalInput,
    WaiverInput,
};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Requests an extension of a deliverable's due day.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)), request_body = ExtensionInput, responses(
    (status = 201, body = ChangeRequestSummary)))]
#[post("/api/v1/contracts/{id}/extensions")]
pub async fn request_extension(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input| change_requests::request_extension(app, caller, &id, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Requests that a breach not be charged.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)), request_body = WaiverInput, responses(
    (status = 201, body = ChangeRequestSummary)))]
#[post("/api/v1/contracts/{id}/waivers")]
pub async fn request_waiver(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input| change_requests::request_waiver(app, caller, &id, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Requests the reversal of a fact. A cashier may request it only for a payment.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)), request_body = ReversalInput, responses(
    (status = 201, body = ChangeRequestSummary)))]
#[post("/api/v1/contracts/{id}/reversals")]
pub async fn request_reversal(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input| change_requests::request_reversal(app, caller, &id, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Lists the change requests of a contract.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<ChangeRequestView>)))]
#[get("/api/v1/contracts/{id}/asks")]
pub async fn list_change_requests(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| change_requests::list(app, caller, &id, page)).await
}

/// Grants or refuses an extension. A refusal needs a reason.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/extensions/{id}/actions/{name}")]
pub async fn decide_extension(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Extension, path, body).await
}

/// Grants or refuses a waiver. A refusal needs a reason.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/waivers/{id}/actions/{name}")]
pub async fn decide_waiver(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Waiver, path, body).await
}

/// Grants or refuses a reversal. A refusal needs a reason.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/reversals/{id}/actions/{name}")]
pub async fn decide_reversal(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Reversal, path, body).await
}

async fn decide(request: ApiRequest, kind: ChangeRequestKind, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| change_requests::decide(app, caller, kind, &id, &name, &input))
        .await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}
