//! Publications: an officer proposes to publish a contract, a leader decides, either withdraws.

pub mod open;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::publications::view::{self, PublicationView};
use crate::services::publications::{self, PublicationActionInput, PublicationInput, PublicationSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Proposes that a contract be published, after a secrecy review, with the official notice.
#[utoipa::path(tag = "publications", params(("id" = String, Path)), request_body = PublicationInput, responses(
    (status = 201, body = PublicationSummary)))]
#[post("/api/v1/contracts/{id}/publications")]
pub async fn propose_publication(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| publications::propose(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Grants, refuses or withdraws a publication. Refusing and withdrawing need a reason; no one grants a proposal of
/// their own.
#[utoipa::path(tag = "publications", params(("id" = String, Path), ("name" = String, Path)),
    request_body = PublicationActionInput, responses((status = 200, body = PublicationSummary)))]
#[post("/api/v1/publications/{id}/actions/{name}")]
pub async fn act_on_publication(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| publications::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the publications of a contract, oldest first.
#[utoipa::path(tag = "publications", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<PublicationView>)))]
#[get("/api/v1/contracts/{id}/publications")]
pub async fn list_publications(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
