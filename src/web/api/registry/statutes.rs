//! The rules of law that this program holds, for programs.

use actix_web::get;
use actix_web::http::StatusCode;

use crate::services::registry::statutes::{self, StatutesView};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// The rules of law that this program holds, and the loan prime rates that it knows.
#[utoipa::path(tag = "rules", responses((status = 200, body = StatutesView), (status = 401, body = Problem)))]
#[get("/api/v1/statutes")]
pub async fn list_statutes(request: ApiRequest) -> Answer {
    let view = request.run(|_, caller| statutes::list(caller)).await?;
    Ok(json(StatusCode::OK, &view))
}
