//! Objections: the contractor disagrees, and someone other than who decided answers.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::objections::view::{self, ObjectionView};
use crate::services::objections::{self, ObjectionAnswerInput, ObjectionInput, ObjectionSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Raises an objection against a breach, a decision, a score or a deduction, as the contractor.
#[utoipa::path(tag = "objections", params(("id" = String, Path)), request_body = ObjectionInput, responses(
    (status = 201, body = ObjectionSummary)))]
#[post("/api/v1/contracts/{id}/objections")]
pub async fn raise_objection(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request.write(body, move |app, caller, input| objections::raise(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Answers an objection: `uphold` or `reject`, with a reason. Who decided on what it is about may not answer it.
#[utoipa::path(tag = "objections", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ObjectionAnswerInput, responses((status = 200, body = ObjectionSummary)))]
#[post("/api/v1/objections/{id}/actions/{name}")]
pub async fn answer_objection(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| objections::answer(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the objections of a contract, oldest first.
#[utoipa::path(tag = "objections", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<ObjectionView>)))]
#[get("/api/v1/contracts/{id}/objections")]
pub async fn list_objections(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
