//! Annexes: documents of a contract and its amendments.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use utoipa::ToSchema;

use crate::services::annexes::view::{self, AnnexView};
use crate::services::annexes::{self, ANNEX_LIMITS, AnnexReceipt, AnnexRemovalInput, AnnexRemoved};
use crate::web::api::deliverables::attachments;
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json};

/// Form of an annex.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct AnnexForm {
    /// `signed_text`, `schedule`, `award`, `signed_document`, `minutes` or `other`.
    kind: String,
    /// Title of at most 200 characters.
    title: String,
    /// Identifier of the amendment that the document belongs to; without one, the contract.
    amendment: Option<String>,
    /// `yes` for a document that only bureaus may read.
    internal: Option<String>,
    /// Code printed on the document, for `signed_document` alone, whose signed and stamped copy the files are.
    code: Option<String>,
    /// 1 to 20 files; the settings limit each and all together.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

/// Adds a document to a contract or one of its amendments.
#[utoipa::path(tag = "annexes", params(("id" = String, Path)),
    request_body(content = AnnexForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = AnnexReceipt),
    (status = 415, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/annexes")]
pub async fn add_annex(request: ApiRequest, id: Path<String>, body: Multipart) -> Answer {
    let permit = move |app: &_, caller| annexes::permit(app, caller, &id, "");
    let done = attachments::receive(request, body, &ANNEX_LIMITS, permit, |app, permit, form| async move {
        annexes::add(&app, permit, form).await
    });
    Ok(json(StatusCode::CREATED, &done.await?))
}

/// Lists the documents of a contract and its amendments that the caller may read, oldest first.
#[utoipa::path(tag = "annexes", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<AnnexView>)))]
#[get("/api/v1/contracts/{id}/annexes")]
pub async fn list_annexes(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}

/// Removes a document until the contract is signed, or anyone has consented to the amendment.
#[utoipa::path(tag = "annexes", params(("id" = String, Path)), request_body = AnnexRemovalInput, responses(
    (status = 200, body = AnnexRemoved)))]
#[post("/api/v1/annexes/{id}/actions/remove")]
pub async fn remove_annex(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| annexes::remove(app, caller, &id, &input)).await?;
    Ok(json(StatusCode::OK, &done))
}
