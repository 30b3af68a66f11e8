//! Recovery of penalties that deductions could not bear: demands, amounts received, and write-offs by two people.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::recoveries::view::{self, RecoveryView};
use crate::services::recoveries::{
    self, DemandInput, ReceiptInput, RecoveryActionInput, RecoverySummary, WriteOffInput,
};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Demands penalties that deductions could not bear, by a day.
#[utoipa::path(tag = "recoveries", params(("id" = String, Path)), request_body = DemandInput, responses(
    (status = 201, body = RecoverySummary)))]
#[post("/api/v1/contracts/{id}/recoveries")]
pub async fn demand_recovery(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| recoveries::demand(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Records an amount that the contractor paid back, with the number of its receipt.
#[utoipa::path(tag = "recoveries", params(("id" = String, Path)), request_body = ReceiptInput, responses(
    (status = 201, body = RecoverySummary)))]
#[post("/api/v1/contracts/{id}/recoveries/receipts")]
pub async fn receive_recovery(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| recoveries::receive(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Proposes to write off an amount that cannot be recovered.
#[utoipa::path(tag = "recoveries", params(("id" = String, Path)), request_body = WriteOffInput, responses(
    (status = 201, body = RecoverySummary)))]
#[post("/api/v1/contracts/{id}/recoveries/write-offs")]
pub async fn propose_write_off(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |app, caller, input| recoveries::propose_write_off(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Grants or refuses a write-off. Refusing needs a reason; no one decides on a proposal of their own.
#[utoipa::path(tag = "recoveries", params(("id" = String, Path), ("name" = String, Path)),
    request_body = RecoveryActionInput, responses((status = 200, body = RecoverySummary)))]
#[post("/api/v1/recoveries/{id}/actions/{name}")]
pub async fn act_on_recovery(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| recoveries::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the demands, amounts received and write-offs of a contract, oldest first.
#[utoipa::path(tag = "recoveries", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<RecoveryView>)))]
#[get("/api/v1/contracts/{id}/recoveries")]
pub async fn list_recoveries(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
