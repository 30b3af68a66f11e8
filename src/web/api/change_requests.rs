//! Change requests: one person requests an extension, a waiver or the reversal of a fact, or proposes an incident;
//! another grants or refuses. A contractor's request is endorsed by the officer first.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::error::Error;
use crate::services::change_requests::{
    self, ChangeRequestDecisionInput, ChangeRequestSummary, ChangeRequestView, EXTENSION_LIMITS, ExtensionInput,
    INCIDENT_LIMITS, IncidentInput, ReversalInput, WAIVER_LIMITS, WaiverInput,
};
use crate::services::deliverables::uploads::UploadLimits;
use crate::services::identity::caller::Caller;
use crate::web::api::deliverables::attachments::{self, AttachedBody};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::failure::Problem;
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, versioned};

/// Form of an extension with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct ExtensionForm {
    /// Code of the deliverable.
    deliverable: String,
    /// Number of additional days, at least 1.
    days: String,
    /// Reason; required.
    reason: Option<String>,
    /// `yes` to request a second extension of a deliverable while one is pending.
    another: Option<String>,
    /// Day from which the extension counts. Defaults to the day of the decision.
    on: Option<chrono::NaiveDate>,
    /// Proof: at most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Form of a waiver with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct WaiverForm {
    /// Code of the breached clause.
    clause: String,
    /// Subject of the breach: code of the deliverable, milestone or incident, or the month.
    subject: String,
    /// Reason; required.
    reason: Option<String>,
    /// Accepted and ignored.
    another: Option<String>,
    /// Day from which the waiver counts. Defaults to the day of the decision.
    on: Option<chrono::NaiveDate>,
    /// Proof: at most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Form of an incident with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
struct IncidentForm {
    /// Code of the incident, unique within the contract.
    id: String,
    /// Code of the clause.
    clause: String,
    /// Day of the incident. Defaults to the day of the proposal.
    on: Option<chrono::NaiveDate>,
    /// Description of the incident.
    note: Option<String>,
    /// Accepted and ignored.
    another: Option<String>,
    /// Evidence: at most 20 files; the settings limit each and all together.
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    files: Option<Vec<Vec<u8>>>,
}

/// Opens a change request from JSON by `write`, or from a form with files.
async fn open_request<I: DeserializeOwned + Send + 'static>(
    request: ApiRequest,
    id: Path<String>,
    body: AttachedBody,
    (kind, limits): (ChangeRequestKind, &'static UploadLimits),
    write: fn(&App, &Caller, &str, &I) -> Result<ChangeRequestSummary, Error>,
) -> Answer {
    let id = id.into_inner();
    let named = id.clone();
    let write = move |app: &App, caller: &Caller, input: I| write(app, caller, &id, &input);
    let permit = move |app: &App, caller| change_requests::permit_request(app, caller, kind, (&named, ""));
    let submit =
        |app: App, permit, form| async move { change_requests::request_with_files(&app, permit, form, kind).await };
    let done = attachments::submit_with_files(request, body, write, limits, permit, submit).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Requests an extension of a deliverable's due day. A contractor's request is `applied` until the officer endorses it;
/// the leader then decides on it like on an officer's request.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)),
    request_body(content((ExtensionInput = "application/json"), (ExtensionForm = "multipart/form-data"))), responses(
    (status = 201, body = ChangeRequestSummary), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/extensions")]
pub async fn request_extension(request: ApiRequest, id: Path<String>, body: AttachedBody) -> Answer {
    let form = (ChangeRequestKind::Extension, &EXTENSION_LIMITS);
    open_request(request, id, body, form, change_requests::request_extension).await
}

/// Requests that a breach not be charged. A contractor's request is `applied` until the officer endorses it; the leader
/// then decides on it like on an officer's request.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)),
    request_body(content((WaiverInput = "application/json"), (WaiverForm = "multipart/form-data"))), responses(
    (status = 201, body = ChangeRequestSummary), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/waivers")]
pub async fn request_waiver(request: ApiRequest, id: Path<String>, body: AttachedBody) -> Answer {
    let form = (ChangeRequestKind::Waiver, &WAIVER_LIMITS);
    open_request(request, id, body, form, change_requests::request_waiver).await
}

/// Proposes an incident under a clause of the contract. The incident counts once the leader grants the request.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)),
    request_body(content((IncidentInput = "application/json"), (IncidentForm = "multipart/form-data"))), responses(
    (status = 201, body = ChangeRequestSummary), (status = 429, body = Problem)))]
#[post("/api/v1/contracts/{id}/incidents")]
pub async fn propose_incident(request: ApiRequest, id: Path<String>, body: AttachedBody) -> Answer {
    let form = (ChangeRequestKind::Incident, &INCIDENT_LIMITS);
    open_request(request, id, body, form, change_requests::propose_incident).await
}

/// Requests the reversal of a fact. A cashier may request it only for a payment.
#[utoipa::path(tag = "change requests", params(("id" = String, Path)), request_body = ReversalInput, responses(
    (status = 201, body = ChangeRequestSummary)))]
#[post("/api/v1/contracts/{id}/reversals")]
pub async fn request_reversal(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done = request
        .write(body, move |app, caller, input| change_requests::request_reversal(app, caller, &id, &input))
        .await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Lists the change requests of a contract.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<ChangeRequestView>)))]
#[get("/api/v1/contracts/{id}/change-requests")]
pub async fn list_change_requests(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| change_requests::list(app, caller, &id, page)).await
}

/// Grants or refuses an extension. A refusal needs a reason. `endorse` is the officer's step on an extension that the
/// contractor requests; until then, the officer may refuse it.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/extensions/{id}/actions/{name}")]
pub async fn decide_extension(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Extension, path, body).await
}

/// Grants or refuses a waiver. A refusal needs a reason. `endorse` is the officer's step on a waiver that the
/// contractor requests; until then, the officer may refuse it.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/waivers/{id}/actions/{name}")]
pub async fn decide_waiver(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Waiver, path, body).await
}

/// Grants or refuses a proposed incident. A refusal needs a reason.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/incidents/{id}/actions/{name}")]
pub async fn decide_incident(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Incident, path, body).await
}

/// Grants or refuses a reversal. A refusal needs a reason.
#[utoipa::path(tag = "change requests", params(("id" = String, Path), ("name" = String, Path)),
    request_body = ChangeRequestDecisionInput,
    responses((status = 200, body = ChangeRequestSummary)))]
#[post("/api/v1/reversals/{id}/actions/{name}")]
pub async fn decide_reversal(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    decide(request, ChangeRequestKind::Reversal, path, body).await
}

async fn decide(request: ApiRequest, kind: ChangeRequestKind, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request
        .write(body, move |app, caller, input| change_requests::decide(app, caller, kind, &id, &name, &input))
        .await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}
