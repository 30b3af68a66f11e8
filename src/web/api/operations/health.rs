//! Liveness and readiness checks, and the OpenAPI document.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::operations::health;
use crate::web::request::{Answer, ApiRequest, json};
use crate::web::routes;

/// Readiness of each dependency: true if it is available.
#[derive(Debug, Serialize, ToSchema)]
struct Readiness {
    /// True if the database answers.
    database: bool,
    /// The schema is current.
    migrations: bool,
    /// The file store answers.
    files: bool,
}

/// Answers as long as the process runs.
#[utoipa::path(tag = "operations",
    responses((status = 200, content_type = "text/plain", description = "The process runs.")))]
#[get("/healthz")]
pub async fn check_liveness() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Checks the database, its schema and the file store.
#[utoipa::path(tag = "operations", responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
#[get("/readyz")]
pub async fn check_readiness(request: ApiRequest) -> Answer {
    let ready = health::check_readiness(request.app()).await;
    let status = if ready.all() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(json(status, &Readiness { database: ready.database, migrations: ready.migrations, files: ready.files }))
}

/// Returns this document.
#[utoipa::path(tag = "operations", responses((status = 200, body = Object, description = "The OpenAPI document.")))]
#[get("/api/openapi.json")]
pub async fn show_openapi() -> HttpResponse {
    json(StatusCode::OK, &routes::document())
}
