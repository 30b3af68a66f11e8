//! Whether the program runs and can work, and what it offers.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::operations::health;
use crate::web::request::{Answer, ApiRequest, json};
use crate::web::routes;

/// Whether each part that the program needs answers.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    database: bool,
    migrations: bool,
    files: bool,
}

/// The process runs.
#[utoipa::path(tag = "health", responses((status = 200, description = "The process runs")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Database, migrations and files are there.
#[utoipa::path(tag = "health", responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
#[get("/readyz")]
pub async fn readyz(request: ApiRequest) -> Answer {
    let ready = health::check_readiness(request.app()).await;
    let status = if ready.all() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(json(status, &Readiness { database: ready.database, migrations: ready.migrations, files: ready.files }))
}

/// This document.
#[utoipa::path(tag = "health", responses((status = 200, description = "The OpenAPI document")))]
#[get("/api/openapi.json")]
pub async fn openapi() -> HttpResponse {
    json(StatusCode::OK, &routes::document())
}
