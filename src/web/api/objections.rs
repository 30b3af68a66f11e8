//! Objections: the contractor objects, and a person who did not make the decision answers.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{get, post};
use utoipa::ToSchema;

use crate::domain::codes::ObjectionTarget;
use crate::services::objections::view::{self, ObjectionView};
use crate::services::objections::{
    self, ANSWER_LIMITS, OBJECTION_LIMITS, ObjectionAnswerInput, ObjectionInput, ObjectionSummary,
};
use crate::web::api::deliverables::attachments::{self, AttachedBody};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Form of an objection with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct ObjectionForm {
    /// Kind of the subject that the contractor objects to.
    against: ObjectionTarget,
    /// Subject, as in the JSON body.
    subject: String,
    /// Facts and grounds; required.
    text: Option<String>,
    /// Proof: at most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Form of an answer with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct AnswerForm {
    /// Reason; required.
    reason: Option<String>,
    /// At most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Raises an objection against a breach, a decision, a score or a deduction, as the contractor, with or without files.
#[utoipa::path(tag = "objections", params(("id" = String, Path)),
    request_body(content((ObjectionInput = "application/json"), (ObjectionForm = "multipart/form-data"))), responses(
    (status = 201, body = ObjectionSummary), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/objections")]
pub async fn raise_objection(request: ApiRequest, id: Path<String>, body: AttachedBody) -> Answer {
    let id = id.into_inner();
    let named = id.clone();
    let write = move |app: &_, caller: &_, input| objections::raise(app, caller, &id, &input);
    let permit = move |app: &_, caller| objections::permit_objection(app, caller, &named, "");
    let submit = |app, permit, form| async move { objections::raise_with_files(&app, permit, form).await };
    let done = attachments::submit_with_files(request, body, write, &OBJECTION_LIMITS, permit, submit).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Answers an objection: `uphold` or `reject`, with a reason. The person who made the contested decision may not
/// answer.
#[utoipa::path(tag = "objections", params(("id" = String, Path), ("name" = String, Path)),
    request_body(content((ObjectionAnswerInput = "application/json"), (AnswerForm = "multipart/form-data"))), responses(
    (status = 200, body = ObjectionSummary), (status = 429, body = Problem)))]
#[post("/api/v1/objections/{id}/actions/{name}")]
pub async fn answer_objection(request: ApiRequest, path: Path<(String, String)>, body: AttachedBody) -> Answer {
    let (id, name) = path.into_inner();
    let (named, step) = (id.clone(), name.clone());
    let write = move |app: &_, caller: &_, input| objections::answer(app, caller, &id, &name, &input);
    let permit = move |app: &_, caller| objections::permit_answer(app, caller, &named);
    let submit = |app, permit, form| async move { objections::answer_with_files(&app, permit, form, &step).await };
    let done = attachments::submit_with_files(request, body, write, &ANSWER_LIMITS, permit, submit).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the objections of a contract, oldest first.
#[utoipa::path(tag = "objections", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<ObjectionView>)))]
#[get("/api/v1/contracts/{id}/objections")]
pub async fn list_objections(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}
