//! What one person asks for and another grants, for programs: more time, waivers, the undoing of a fact.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{get, post};

use crate::domain::codes::AskKind;
use crate::services::change_requests::{
    self, AskSummary, AskView, ChangeRequestDecisionInput, ExtensionInput, ReversalInput, WaiverInput,
};
use crate::web::api::page::{List, Part, list};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Asks for more time for a deliverable.
#[utoipa::path(tag = "asks", params(("id" = String, Path)), request_body = ExtensionInput, responses(
    (status = 201, body = AskSummary), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/extensions")]
pub async fn ask_extension(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.act(body, move |app, caller, input| change_requests::extension(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Asks for a breach not to be charged.
#[utoipa::path(tag = "asks", params(("id" = String, Path)), request_body = WaiverInput, responses(
    (status = 201, body = AskSummary), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/waivers")]
pub async fn ask_waiver(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.act(body, move |app, caller, input| change_requests::waiver(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Asks for a fact to be undone; the cashier for that of a payment alone.
#[utoipa::path(tag = "asks", params(("id" = String, Path)), request_body = ReversalInput, responses(
    (status = 201, body = AskSummary), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/reversals")]
pub async fn ask_reversal(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.act(body, move |app, caller, input| change_requests::reversal(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Everything that was asked for of a contract.
#[utoipa::path(tag = "asks", params(("id" = String, Path), Part), responses(
    (status = 200, body = List<AskView>), (status = 400, body = Problem), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}/asks")]
pub async fn list_asks(request: ApiRequest, id: Path<String>, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| change_requests::list(app, caller, &id, &query.page()?)).await?;
    Ok(list(found))
}

/// Grants or refuses more time.
#[utoipa::path(tag = "asks", params(("id" = String, Path), ("name" = String, Path)), request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = AskSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/extensions/{id}/actions/{name}")]
pub async fn decide_extension(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, AskKind::Extension, path, body).await
}

/// Grants or refuses a waiver.
#[utoipa::path(tag = "asks", params(("id" = String, Path), ("name" = String, Path)), request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = AskSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/waivers/{id}/actions/{name}")]
pub async fn decide_waiver(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, AskKind::Waiver, path, body).await
}

/// Grants or refuses the undoing of a fact.
#[utoipa::path(tag = "asks", params(("id" = String, Path), ("name" = String, Path)), request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = AskSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/reversals/{id}/actions/{name}")]
pub async fn decide_reversal(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, AskKind::Reversal, path, body).await
}

async fn decide(request: ApiRequest, kind: AskKind, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .act(body, move |app, caller, input| change_requests::decide(app, caller, kind, &id, &name, &input))
        .await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}
