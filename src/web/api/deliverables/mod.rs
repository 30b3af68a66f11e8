//! Deliverables and invoices: submission with files, acceptance decisions, lists.

pub mod attachments;
pub mod files;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::deliverables::batch::{self, DecisionBatchInput, DecisionOutcome};
use crate::services::deliverables::invoices::{self, INVOICE_LIMITS, InvoiceReceipt};
use crate::services::deliverables::reused::{self, ReusedFile};
use crate::services::deliverables::uploads::UploadForm;
use crate::services::deliverables::{
    self, DeliverableStatus, DeliverableView, SUBMISSION_LIMITS, SubmissionDecisionInput, SubmissionReceipt,
    WithdrawalInput,
};
use crate::web::api::multipart;
use crate::web::api::page::List;
use crate::web::failure::{Failure, Problem};
use crate::web::request::{Answer, ApiRequest, json};

/// Form of a submission.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct SubmissionForm {
    /// Quantity delivered, a decimal.
    quantity: String,
    /// Remark of the contractor.
    note: Option<String>,
    /// Today, or left out: a submission counts from the day on which it is received.
    on: Option<chrono::NaiveDate>,
    /// `true` to confirm a quantity above the agreed one, or that the agreed evidence is left out.
    confirmed: Option<String>,
    /// Evidence: at most 50 files; the settings limit each and all together, by default to 50 and 200 MB. Without any,
    /// `note` has to give the reason.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Form of an invoice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct InvoiceForm {
    /// Invoice number: 20 digits, or a code of 10 or 12 digits followed by a number of 8. A number that this contractor
    /// submitted before is refused with 409.
    number: String,
    /// Amount in yuan; negative for a red-letter invoice.
    amount: String,
    /// Number of the blue invoice that a red-letter invoice cancels; required for a red-letter invoice.
    blue: Option<String>,
    /// Reason for a number in another shape.
    reason: Option<String>,
    /// Day of receipt; today by default.
    on: Option<chrono::NaiveDate>,
    /// The invoice as PDF, OFD, XML, PNG, JPEG or HEIC.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Submits a deliverable with its files.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path)),
    request_body(content = SubmissionForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = SubmissionReceipt),
    (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/deliverables/{code}/submissions")]
pub async fn submit_deliverable(request: ApiRequest, path: Path<(String, String)>, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let (id, code) = path.into_inner();
    let permit = request
        .rate_limited()
        .admit(move |app, caller| deliverables::permit_submission(app, caller, &id, &code))
        .await?;
    let failure = |error| Failure { error, language };
    let mut form = UploadForm::new(&app, &permit, &SUBMISSION_LIMITS);
    multipart::read_form(body, &mut form).await.map_err(failure)?;
    let done = deliverables::submit(&app, permit, form).await.map_err(failure)?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Records the acceptance decision on a submission.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path), ("no" = u64, Path)),
    request_body = SubmissionDecisionInput, responses(
    (status = 200, body = DeliverableStatus)))]
#[post("/api/v1/contracts/{id}/deliverables/{code}/submissions/{no}/decision")]
pub async fn decide_submission(request: ApiRequest, path: Path<(String, String, u64)>, body: Bytes) -> Answer {
    let (id, code, no) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: SubmissionDecisionInput| {
            deliverables::decide(app, caller, &id, (&code, no), &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Outcomes of the lines of a batch.
#[derive(Serialize, ToSchema)]
pub struct DecisionBatchResults {
    /// One result for each line, in the order of the lines.
    pub results: Vec<DecisionLineResult>,
}

/// Result of a line: the deliverable's standing after the decision, or the problem that refused the line.
#[derive(Serialize, ToSchema)]
pub struct DecisionLineResult {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of the submission.
    pub no: u64,
    /// Standing after the decision; absent for a refused line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<DeliverableStatus>,
    /// Reason of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Records the acceptance decisions on several submissions of a contract. Each line is decided by itself, and a refused
/// line stops no other. A repeated request gets the stored results of the lines that took effect.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path)), request_body = DecisionBatchInput,
    responses((status = 200, body = DecisionBatchResults)))]
#[post("/api/v1/contracts/{id}/decisions")]
pub async fn decide_submissions(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let language = request.language();
    let done = request.write(body, move |app, caller, input| batch::decide_many(app, caller, &id, &input)).await?;
    let result = |DecisionOutcome { deliverable, no, result }| match result {
        Ok(standing) => DecisionLineResult { deliverable, no, standing: Some(standing), problem: None },
        Err(error) => {
            let problem = Some(Failure { error, language }.problem());
            DecisionLineResult { deliverable, no, standing: None, problem }
        }
    };
    let results = done.into_iter().map(result).collect();
    Ok(json(StatusCode::OK, &DecisionBatchResults { results }))
}

/// Withdraws a submission that the purchaser has not opened.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path), ("no" = u64, Path)),
    request_body = WithdrawalInput, responses((status = 200, body = DeliverableStatus)))]
#[post("/api/v1/contracts/{id}/deliverables/{code}/submissions/{no}/actions/withdraw")]
pub async fn withdraw_submission(request: ApiRequest, path: Path<(String, String, u64)>, body: Bytes) -> Answer {
    let (id, code, no) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input: WithdrawalInput| {
            deliverables::withdraw(app, caller, &id, (&code, no), &input)
        })
        .await?;
    Ok(json(StatusCode::OK, &done))
}

/// Lists all deliverables of a contract with standing, submissions, decisions and files, on one page.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path)), responses(
    (status = 200, body = List<DeliverableView>)))]
#[get("/api/v1/contracts/{id}/deliverables")]
pub async fn list_deliverables(request: ApiRequest, id: Path<String>) -> Answer {
    let items = request.read(move |app, caller| deliverables::list(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &List { items, next: None }))
}

/// Lists the files of the contract's submissions that were submitted for another deliverable as well, here or elsewhere.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path)), responses(
    (status = 200, body = List<ReusedFile>)))]
#[get("/api/v1/contracts/{id}/reused-files")]
pub async fn list_reused_files(request: ApiRequest, id: Path<String>) -> Answer {
    let items = request.read(move |app, caller| reused::list(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &List { items, next: None }))
}

/// Submits an invoice for a milestone.
#[utoipa::path(tag = "deliverables", params(("id" = String, Path), ("code" = String, Path)),
    request_body(content = InvoiceForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = InvoiceReceipt),
    (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/invoice")]
pub async fn submit_invoice(request: ApiRequest, path: Path<(String, String)>, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let (id, code) = path.into_inner();
    let permit =
        request.rate_limited().admit(move |app, caller| invoices::permit_invoice(app, caller, &id, &code)).await?;
    let failure = |error| Failure { error, language };
    let mut form = UploadForm::new(&app, &permit, &INVOICE_LIMITS);
    multipart::read_form(body, &mut form).await.map_err(failure)?;
    let done = invoices::submit_invoice(&app, permit, form).await.map_err(failure)?;
    Ok(json(StatusCode::CREATED, &done))
}
