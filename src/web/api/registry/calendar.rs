//! The working calendar, for programs.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{get, post};

use crate::services::registry::calendar::{self, CalendarChange, CalendarInput, CalendarYears};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// The years of the working calendar that are known, each with the days that are not as the week has them.
#[utoipa::path(tag = "rules", responses((status = 200, body = CalendarYears), (status = 401, body = Problem)))]
#[get("/api/v1/calendar")]
pub async fn show_calendar(request: ApiRequest) -> Answer {
    let found = request.run(calendar::list).await?;
    Ok(json(StatusCode::OK, &found))
}

/// What importing a year would change; nothing is written.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses(
    (status = 200, body = CalendarChange), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/calendar/check")]
pub async fn check_calendar(request: ApiRequest, body: Bytes) -> Answer {
    let found = request.act(body, |app, caller, input: CalendarInput| calendar::check(app, caller, &input)).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Imports a year: days after today change, and every contract is worked out anew by the jobs.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses(
    (status = 201, body = CalendarChange), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
#[post("/api/v1/calendar")]
pub async fn import_calendar(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.act(body, |app, caller, input: CalendarInput| calendar::import(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}
