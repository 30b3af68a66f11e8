//! Payments for programs: asked for, taken step by step, sent back, read.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path, Query};
use actix_web::{get, post};

use crate::services::payments::{
    self, PaymentRequestInput, PaymentRequestSummary, PaymentRequestView, PaymentStepInput,
};
use crate::web::api::page::{List, Part, list};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Asks for a payment of a milestone; without an amount, for all that is payable and not yet asked for.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("code" = String, Path)), request_body = PaymentRequestInput,
    responses((status = 201, body = PaymentRequestSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/payments")]
pub async fn request_payment(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, code) = path.into_inner();
    let done =
        request.act(body, move |app, caller, input| payments::request_payment(app, caller, &id, &code, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Takes a step of a payment: confirm, review, approve, pay, return.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("name" = String, Path)), request_body = PaymentStepInput,
    responses((status = 200, body = PaymentRequestSummary), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/payments/{id}/actions/{name}")]
pub async fn act_on_payment(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.act(body, move |app, caller, input| payments::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// The payments of a contract.
#[utoipa::path(tag = "payments", params(("id" = String, Path), Part), responses(
    (status = 200, body = List<PaymentRequestView>), (status = 400, body = Problem), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}/payments")]
pub async fn list_payments(request: ApiRequest, id: Path<String>, query: Query<Part>) -> Answer {
    let found = request.run(move |app, caller| payments::list(app, caller, &id, &query.page()?)).await?;
    Ok(list(found))
}

/// A payment with its steps.
#[utoipa::path(tag = "payments", params(("id" = String, Path)), responses(
    (status = 200, body = PaymentRequestView), (status = 404, body = Problem)))]
#[get("/api/v1/payments/{id}")]
pub async fn show_payment(request: ApiRequest, id: Path<String>) -> Answer {
    let view = request.run(move |app, caller| payments::load_payment_request(app, caller, &id)).await?;
    Ok(versioned(StatusCode::OK, view.version, &view))
}
