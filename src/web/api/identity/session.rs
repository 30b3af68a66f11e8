//! Signing in for programs.

use actix_web::http::StatusCode;
use actix_web::post;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::services::identity::sessions;
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, block, json, read_json};

/// Who wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: String,
    /// One-time code, where it is switched on.
    code: Option<String>,
}

/// A bearer token, minutes long.
#[derive(Serialize, ToSchema)]
struct Token {
    token: String,
    expires_at: DateTime<Utc>,
}

/// Signs in. Tries that fail are counted by account and address.
#[utoipa::path(tag = "session", request_body = Credentials, responses(
    (status = 200, body = Token), (status = 401, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/session")]
pub async fn create_session(request: ApiRequest, body: Bytes) -> Answer {
    let app = request.app().clone();
    let (limits, address) = request.client();
    let hasher = request.hasher().await?;
    let span = request.span();
    let issued = block(request.language(), move || {
        let _span = span.entered();
        let input: Credentials = read_json(&body)?;
        limits.sign_in(address, &input.username, || {
            sessions::sign_in(&app, &hasher, &input.username, &input.password, input.code.as_deref())
        })
    })
    .await?;
    Ok(json(StatusCode::OK, &Token { token: issued.token, expires_at: issued.expires_at }))
}
