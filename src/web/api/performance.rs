//! Performance: proposed and decided milestone scores, and observations (headcounts, surveys).

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{get, post};

use crate::services::performance::observations::{self, FactReceipt, HeadcountInput, SurveyInput};
use crate::services::performance::scores::{self, ScoreInput, ScoreView};
use crate::web::request::{Answer, ApiRequest, versioned};

/// Returns the score that the measures propose for a milestone, and the decided score if there is one.
#[utoipa::path(tag = "scores", params(("id" = String, Path), ("code" = String, Path)), responses(
    (status = 200, body = ScoreView)))]
#[get("/api/v1/contracts/{id}/milestones/{code}/score")]
pub async fn show_score(request: ApiRequest, path: Path<(String, String)>) -> Answer {
    let (id, code) = path.into_inner();
    let view = request.read(move |app, caller| scores::load_proposal(app, caller, &id, &code)).await?;
    Ok(versioned(StatusCode::OK, view.version, &view))
}

/// Records the leader's score for a milestone.
#[utoipa::path(tag = "scores", params(("id" = String, Path), ("code" = String, Path)), request_body = ScoreInput,
    responses((status = 201, body = FactReceipt)))]
#[post("/api/v1/contracts/{id}/milestones/{code}/score")]
pub async fn decide_score(request: ApiRequest, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (id, code) = path.into_inner();
    let done =
        request.write(body, move |app, caller, input| scores::record_score(app, caller, &id, &code, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Records the numbers of clients and workers in a month.
#[utoipa::path(tag = "observations", params(("id" = String, Path)), request_body = HeadcountInput, responses(
    (status = 201, body = FactReceipt)))]
#[post("/api/v1/contracts/{id}/headcounts")]
pub async fn record_headcount(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |app, caller, input| observations::record_headcount(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}

/// Records the result of a survey of the recipients.
#[utoipa::path(tag = "observations", params(("id" = String, Path)), request_body = SurveyInput, responses(
    (status = 201, body = FactReceipt)))]
#[post("/api/v1/contracts/{id}/surveys")]
pub async fn record_survey(request: ApiRequest, id: Path<String>, body: Bytes) -> Answer {
    let done =
        request.write(body, move |app, caller, input| observations::record_survey(app, caller, &id, &input)).await?;
    Ok(versioned(StatusCode::CREATED, done.version, &done))
}
