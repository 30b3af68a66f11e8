//! Payment requests and the approval steps that take them to payment.

pub mod approval_chains;
pub mod approval_rules;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::codes::PaymentState;
use crate::domain::money::Money;
use crate::domain::payments::VoucherMatch;
use crate::services::deliverables::permits::begin_form;
use crate::services::payments::batch::{self, LineOutcome, PaymentBatchInput};
use crate::services::payments::desk::{self, Desk, DeskQuery};
use crate::services::payments::interest::{self, InterestWaiverInput};
use crate::services::payments::treasury::{self, Found, TreasuryLine};
use crate::services::payments::{
    self, PaymentRequestInput, PaymentRequestSummary, PaymentRequestView, PaymentStepInput,
};
use crate::services::performance::observations::FactReceipt;
use crate::services::records::import::MAX_BYTES;
use crate::web::api::multipart;
use crate::web::api::page::{List, ListQuery as _, PageQuery, answer_list, encode_cursor, list_queries};
use crate::web::api::records::find_table;
use crate::web::failure::{Failure, Problem};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, block, json, versioned};

list_queries!(DeskQuery);

/// Requests payment of a milestone; without an amount, of the payable amount that is not requested yet.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("code" = String, Path)), request_body = PaymentRequestInput,
    responses((status = 201, body = PaymentRequestSummary)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/payments")]
pub async fn request_payment(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, code) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| payments::request_payment(app, caller, &id, &code, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Requests payment of a milestone's interest on late payment; without an amount, of all remaining interest.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("code" = String, Path)), request_body = PaymentRequestInput,
    responses((status = 201, body = PaymentRequestSummary)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/interest")]
pub async fn request_interest(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, code) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| payments::request_interest(app, caller, &id, &code, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Waives interest on late payment in writing, as the contractor.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("code" = String, Path)), request_body = InterestWaiverInput,
    responses((status = 201, body = FactReceipt)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/interest/waiver")]
pub async fn waive_interest(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, code) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| interest::waive_interest(app, caller, &id, &code, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Takes an approval step of a payment request: `confirm`, `review`, `approve`, `pay`, or `return`. A payment of a day
/// before yesterday then waits for `allow` or `disallow` by the approver.
#[utoipa::path(tag = "payments", params(("id" = String, Path), ("name" = String, Path)), request_body = PaymentStepInput,
    responses((status = 200, body = PaymentRequestSummary)))]
#[post("/api/v1/payments/{id}/actions/{name}")]
pub async fn act_on_payment(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| payments::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Outcomes of the lines of a batch.
#[derive(Serialize, ToSchema)]
pub struct PaymentBatchResults {
    /// One result for each line, in the order of the lines.
    pub results: Vec<PaymentLineResult>,
}

/// Result of a line: the state after its step, or the problem that refused the line.
#[derive(Serialize, ToSchema)]
pub struct PaymentLineResult {
    /// Random identifier of the payment request.
    pub id: String,
    /// State after the step; absent for a refused line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<PaymentState>,
    /// Reason of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Takes an approval step of several payment requests: `confirm`, `review`, `approve`, `pay`, `allow`, `disallow` or
/// `return`. Each line is decided by itself, and a refused line stops no other. A repeated request gets the stored
/// results of the lines that took effect.
#[utoipa::path(tag = "payments", params(("name" = String, Path)), request_body = PaymentBatchInput,
    responses((status = 200, body = PaymentBatchResults)))]
#[post("/api/v1/payments/actions/{name}")]
pub async fn act_on_payments(request: ApiRequest, name: Path<String>, body: Bytes) -> Answer {
    let language = request.language();
    let done = request.write(body, move |app, caller, input| batch::decide(app, caller, &name, &input)).await?;
    let result = |LineOutcome { id, result }| match result {
        Ok(done) => PaymentLineResult { id, state: Some(done.state), problem: None },
        Err(error) => PaymentLineResult { id, state: None, problem: Some(Failure { error, language }.problem()) },
    };
    let results = done.into_iter().map(result).collect();
    Ok(json(StatusCode::OK, &PaymentBatchResults { results }))
}

/// Form with the treasury's file of payments.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct TreasuryForm {
    /// The file as xlsx, or csv in UTF-8 or GB18030, up to 5 MB and 1,000 rows. A row of headings names the columns.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The rows of the treasury's file, each with its match.
#[derive(Serialize, ToSchema)]
pub struct TreasuryMatches {
    pub rows: Vec<TreasuryRow>,
}

/// A row of the treasury's file of payments.
#[derive(Serialize, ToSchema)]
pub struct TreasuryRow {
    /// Number of the row in the file, from 1.
    pub row: usize,
    pub voucher: String,
    /// Amount in yuan; absent if it cannot be read.
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// Day of the payment; absent if it cannot be read.
    pub on: Option<NaiveDate>,
    pub outcome: VoucherMatch,
    /// Random identifier of the matching payment request, or of the payment whose voucher is recorded already.
    pub payment: Option<String>,
    /// Reason why the row has no match.
    pub reason: Option<String>,
}

/// Matches the treasury's file of payments with approved payment requests, as the cashier. Records nothing: `POST
/// /api/v1/payments/actions/pay` records the matches.
#[utoipa::path(tag = "payments", request_body(content = TreasuryForm, content_type = "multipart/form-data"), responses(
    (status = 200, body = TreasuryMatches), (status = 429, body = Problem)))]
#[post("/api/v1/payments/vouchers")]
pub async fn match_vouchers(request: ApiRequest, body: Multipart) -> Answer {
    let (language, app) = (request.language(), request.app().clone());
    let caller = request.rate_limited().admit(|_, caller| treasury::permit(caller)).await?;
    let _turn = begin_form(&app, &caller).map_err(|error| Failure { error, language })?;
    let (parts, read) = multipart::read_small_form(body, MAX_BYTES).await;
    let table = read.and_then(|()| find_table(parts)).map_err(|error| Failure { error, language })?;
    let lines =
        block(language, move || treasury::match_table(&app, &caller, treasury::read_rows(&caller, &table)?)).await?;
    let row = |line: TreasuryLine| {
        let (outcome, payment, reason) = match line.found {
            Found::Matched(payment) => (VoucherMatch::Matched, Some(payment), None),
            Found::Recorded(payment, _) => (VoucherMatch::Recorded, Some(payment), None),
            Found::Unmatched(reason) => (VoucherMatch::Unmatched, None, Some(reason.text(language))),
        };
        let TreasuryLine { row, voucher, amount, on, .. } = line;
        TreasuryRow { row, voucher, amount, on, outcome, payment, reason }
    };
    let rows = lines.into_iter().map(row).collect();
    Ok(json(StatusCode::OK, &TreasuryMatches { rows }))
}

/// Lists the payment requests of a contract.
#[utoipa::path(tag = "payments", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<PaymentRequestView>)))]
#[get("/api/v1/contracts/{id}/payments")]
pub async fn list_payments(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| payments::list(app, caller, &id, page)).await
}

/// Lists payment requests of all contracts that the caller may see, with their number and sum.
#[utoipa::path(tag = "payments", params(DeskQuery), responses((status = 200, body = Desk)))]
#[get("/api/v1/payments")]
pub async fn list_all_payments(request: ApiRequest, query: Query<DeskQuery>) -> Answer {
    if query.format().is_some() {
        return answer_list(request, query, desk::items).await;
    }
    let found = request
        .read(move |app, caller| {
            let found = desk::list(app, caller, &query, &query.page()?)?;
            Ok(Desk { next: found.next.as_deref().map(encode_cursor), ..found })
        })
        .await?;
    Ok(json(StatusCode::OK, &found))
}

/// Returns a payment request with its approval steps.
#[utoipa::path(tag = "payments", params(("id" = String, Path)), responses((status = 200, body = PaymentRequestView)))]
#[get("/api/v1/payments/{id}")]
pub async fn show_payment(request: ApiRequest, id: Path<String>) -> Answer {
    let view = request.read(move |app, caller| payments::load_payment_request(app, caller, &id)).await?;
    Ok(versioned(StatusCode::OK, view.version, &view))
}
