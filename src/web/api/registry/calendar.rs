//! The working calendar: public holidays and make-up working days by year.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{get, post};

use crate::services::registry::calendar::{self, CalendarChange, CalendarInput, CalendarYears};
use crate::web::request::{Answer, ApiRequest, json};

/// Returns the known years with the days that differ from the ordinary week.
#[utoipa::path(tag = "rules", responses((status = 200, body = CalendarYears)))]
#[get("/api/v1/calendar")]
pub async fn show_calendar(request: ApiRequest) -> Answer {
    let found = request.read(calendar::list).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Previews the import of a year without writing anything.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses(
    (status = 200, body = CalendarChange)))]
#[post("/api/v1/calendar/check")]
pub async fn check_calendar(request: ApiRequest, body: Bytes) -> Answer {
    let found = request.write(body, |app, caller, input: CalendarInput| calendar::check(app, caller, &input)).await?;
    Ok(json(StatusCode::OK, &found))
}

/// Imports a year. Days after today change, and background jobs recompute every contract.
#[utoipa::path(tag = "rules", request_body = CalendarInput, responses((status = 201, body = CalendarChange)))]
#[post("/api/v1/calendar")]
pub async fn import_calendar(request: ApiRequest, body: Bytes) -> Answer {
    let done = request.write(body, |app, caller, input: CalendarInput| calendar::import(app, caller, &input)).await?;
    Ok(json(StatusCode::CREATED, &done))
}
