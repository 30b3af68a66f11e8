//! Evaluations of contracts over periods, and the record of a contractor.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::evaluations::record::{self, ContractorRecord};
use crate::services::evaluations::steps::{self, EvaluationStepInput};
use crate::services::evaluations::view::{self, EvaluationView};
use crate::services::evaluations::{self, EvaluationInput, EvaluationSummary};
use crate::web::api::page::{List, PageQuery, answer_list};
use crate::web::query::Query;
use crate::web::request::{Answer, ApiRequest, json, versioned};

/// Opens an evaluation of a period with the measures of the standing on its last day, or of today if the last day is
/// still to come.
#[utoipa::path(tag = "evaluations", params(("id" = String, Path)), request_body = EvaluationInput, responses(
    (status = 201, body = EvaluationSummary)))]
#[post("/api/v1/contracts/{id}/evaluations")]
pub async fn open_evaluation(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |app, caller, input| evaluations::open_evaluation(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Takes a step on an evaluation: `assess` and `comment` by the contractor, `propose` by the officer, `finalise` by a
/// leader who took no part in the proposal, `withdraw` by officer or leader with a reason.
#[utoipa::path(tag = "evaluations", params(("id" = String, Path), ("name" = String, Path)),
    request_body = EvaluationStepInput, responses((status = 200, body = EvaluationSummary)))]
#[post("/api/v1/evaluations/{id}/actions/{name}")]
pub async fn act_on_evaluation(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, name) = path.into_inner();
    let done = request.write(body, move |app, caller, input| steps::take_step(app, caller, &id, &name, &input)).await?;
    Ok(versioned(StatusCode::OK, done.version, &done))
}

/// Lists the evaluations of a contract, oldest first.
#[utoipa::path(tag = "evaluations", params(("id" = String, Path), PageQuery), responses(
    (status = 200, body = List<EvaluationView>)))]
#[get("/api/v1/contracts/{id}/evaluations")]
pub async fn list_evaluations(request: ApiRequest, id: Path<String>, query: Query<PageQuery>) -> Answer {
    answer_list(request, query, move |app, caller, _, page| view::list(app, caller, &id, page)).await
}

/// Returns the record of a contractor: its final evaluations by year, service and county. People of a contractor see
/// only the record of their own.
#[utoipa::path(tag = "evaluations", params(("credit_code" = String, Path)), responses(
    (status = 200, body = ContractorRecord)))]
#[get("/api/v1/contractors/{credit_code}/record")]
pub async fn show_contractor_record(request: ApiRequest, credit_code: Path<String>) -> Answer {
    let record = request.read(move |app, caller| record::load(app, caller, &credit_code)).await?;
    Ok(json(StatusCode::OK, &record))
}
