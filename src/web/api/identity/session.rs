//! Sign-in with a password and, if enabled, a one-time code. The answer is a short-lived bearer token.

use actix_web::http::StatusCode;
use actix_web::post;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::services::identity::sessions;
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, block, json, read_json};

/// Credentials for signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: String,
    /// One-time or recovery code; required if the person has enabled one-time codes.
    code: Option<String>,
}

/// Bearer token, valid for ten minutes.
#[derive(Serialize, ToSchema)]
struct SessionToken {
    /// Token for the `Authorization` header.
    token: String,
    /// Time of expiry.
    expires_at: DateTime<Utc>,
}

/// Signs in. Failed attempts are limited per account and address.
///
/// If a role requires one-time codes and the person has not set them up, the token only allows the setup (`POST
/// /api/v1/me/totp`); any other request is answered with 403 `second-factor-required`.
#[utoipa::path(tag = "session", request_body = Credentials, responses(
    (status = 200, body = SessionToken), (status = 401, body = Problem), (status = 429, body = Problem)))]
#[post("/api/v1/session")]
pub async fn create_session(request: ApiRequest, body: Bytes) -> Answer {
    let app = request.app().clone();
    let (limits, address) = request.sign_in_limit();
    let hasher = request.acquire_hasher().await?;
    let span = request.span();
    let issued = block(request.language(), move || {
        let _span = span.entered();
        let input: Credentials = read_json(&body)?;
        limits.sign_in(address, &input.username, || {
            let from = sessions::Credentials {
                username: &input.username,
                password: &input.password,
                code: input.code.as_deref(),
                address: &address.to_string(),
            };
            sessions::sign_in(&app, &hasher, &from)
        })
    })
    .await?;
    Ok(json(StatusCode::OK, &SessionToken { token: issued.token, expires_at: issued.expires_at }))
}
