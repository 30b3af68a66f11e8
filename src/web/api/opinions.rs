//! Opinions of recipients: codes issued for a deliverable, opinions given with them by anyone, and their count.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::domain::opinions::OpinionTotals;
use crate::services::opinions::answer::{self, OpinionInput, OpinionReceipt};
use crate::services::opinions::{self, IssuedCodes, OpinionCodesInput};
use crate::web::api::page::List;
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, block, json, read_json};

/// Issues codes for the recipients of a deliverable's service, and answers with them. They cannot be read again.
#[utoipa::path(tag = "observations", params(("id" = String, Path)), request_body = OpinionCodesInput, responses(
    (status = 201, body = IssuedCodes)))]
#[post("/api/v1/contracts/{id}/opinion-codes")]
pub async fn issue_opinion_codes(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| opinions::issue(app, caller, &id, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}

/// Counts the opinions of a contract by deliverable, with their remarks.
#[utoipa::path(tag = "observations", params(("id" = String, Path)), responses(
    (status = 200, body = List<OpinionTotals>)))]
#[get("/api/v1/contracts/{id}/opinions/totals")]
pub async fn count_opinions(request: ApiRequest, id: Path<String>) -> Answer {
    let items = request.read(move |app, caller| opinions::count(app, caller, &id)).await?;
    Ok(json(StatusCode::OK, &List { items, next: None }))
}

/// Gives an opinion with a code, without signing in: each code once, until it expires. Wrong codes are limited by
/// address.
#[utoipa::path(tag = "observations", request_body = OpinionInput, responses(
    (status = 201, body = OpinionReceipt), (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/public/opinions")]
pub async fn give_opinion(request: ApiRequest, body: Bytes) -> Answer {
    let app = request.app().clone();
    let (limits, address) = request.sign_in_limit();
    let span = request.span();
    let done = block(request.language(), move || {
        let _span = span.entered();
        let input: OpinionInput = read_json(&body)?;
        limits.take_opinion(address, || answer::give(&app, &input))
    })
    .await?;
    Ok(json(StatusCode::CREATED, &done))
}
