//! Statutory rules applied by the program, and the known loan prime rates.

use actix_web::get;
use actix_web::http::StatusCode;

use crate::services::registry::statutes::{self, StatutesView};
use crate::web::request::{Answer, ApiRequest, json};

/// Lists the statutory rules that the program applies and the known loan prime rates.
#[utoipa::path(tag = "rules", responses((status = 200, body = StatutesView)))]
#[get("/api/v1/statutes")]
pub async fn list_statutes(request: ApiRequest) -> Answer {
    let view = request.read(statutes::list).await?;
    Ok(json(StatusCode::OK, &view))
}
