//! Deliverables and invoices for programs: handed in with their files, decided on, listed.

pub mod files;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::deliverables::invoices::{self, INVOICE, Invoiced};
use crate::services::deliverables::uploads::Form;
use crate::services::deliverables::{
    self, DeliverableStatus, DeliverableView, SUBMISSION, SubmissionDecisionInput, Submitted,
};
use crate::web::api::multipart;
use crate::web::failure::{Failure, Problem};
use crate::web::request::{Answer, ApiRequest, json};

/// The deliverables of a contract: all of them, on one page.
#[derive(Debug, Serialize, ToSchema)]
struct Deliverables {
    items: Vec<DeliverableView>,
    /// Always null.
    next: Option<String>,
}

/// A submission's form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document")]
struct SubmissionForm {
    /// How much is handed over.
    quantity: String,
    /// What is to be said.
    note: Option<String>,
    /// The day from which it counts; today if it is not named.
    on: Option<chrono::NaiveDate>,
    /// At most 50 files, 200 MiB together.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

/// An invoice's form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document")]
struct InvoiceForm {
    /// Number of the invoice.
    number: String,
    /// Amount; negative on a red-letter invoice.
    amount: String,
    /// The day on which it was received; today if it is not named.
    on: Option<chrono::NaiveDate>,
    /// PDF, PNG or JPEG.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Hands a deliverable over, with files.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path)),
    request_body(content = SubmissionForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = Submitted), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/deliverables/{code}/submissions")]
pub async fn create_submission(request: ApiRequest, path: Path<(String, String)>, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let (id, code) = path.into_inner();
    let admitted = request.costly().admit(move |app, caller| deliverables::may_submit(app, caller, &id, &code)).await?;
    let failure = |error| Failure { error, language };
    let mut form = Form::new(&app, &admitted, &SUBMISSION);
    multipart::read(body, &mut form).await.map_err(failure)?;
    let done = deliverables::submit(&app, admitted, form).await.map_err(failure)?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Decides on what was handed over.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path), ("no" = u64, Path)),
    request_body = SubmissionDecisionInput, responses(
    (status = 200, body = DeliverableStatus), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/deliverables/{code}/submissions/{no}/decision")]
pub async fn create_decision(request: ApiRequest, path: Path<(String, String, u64)>, body: Bytes) -> Answer {
    let (id, code, no) = path.into_inner();
    let done = request
        .act(body, move |app, caller, input: SubmissionDecisionInput| {
            deliverables::decide(app, caller, &id, (&code, no), &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// The deliverables of a contract with their standing, submissions, decisions and files.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path)), responses(
    (status = 200, body = Deliverables), (status = 404, body = Problem)))]
#[get("/api/v1/contracts/{id}/deliverables")]
pub async fn list_deliverables(request: ApiRequest, id: Path<String>) -> Answer {
    let items = request.run(move |app, caller| deliverables::list(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &Deliverables { items, next: None }))
}

/// Hands in an invoice for a milestone.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path)),
    request_body(content = InvoiceForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = Invoiced), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/invoice")]
pub async fn create_invoice(request: ApiRequest, path: Path<(String, String)>, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let (id, code) = path.into_inner();
    let admitted = request.costly().admit(move |app, caller| invoices::may_hand_in(app, caller, &id, &code)).await?;
    let failure = |error| Failure { error, language };
    let mut form = Form::new(&app, &admitted, &INVOICE);
    multipart::read(body, &mut form).await.map_err(failure)?;
    let done = invoices::hand_in(&app, admitted, form).await.map_err(failure)?;
    Ok(json(StatusCode::CREATED, &done))
}
