//! One-time codes for one's own account, for programs.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, delete, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::services::identity::totp::{self, TotpSecret};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, json};

/// A request without anything in it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// What the authenticator app shows.
    code: String,
}

/// Who switches the codes off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Removal {
    /// The password.
    password: String,
    /// What the authenticator app shows.
    code: String,
}

/// Gives the secret for an authenticator app, once; it counts from the first code that confirms it.
#[utoipa::path(tag = "session", request_body = Nothing, responses(
    (status = 201, body = TotpSecret), (status = 409, body = Problem)))]
#[post("/api/v1/me/totp")]
pub async fn begin_totp(request: ApiRequest, body: Bytes) -> Answer {
    let secret = request.act(body, |app, caller, _: Nothing| totp::begin(app, caller)).await?;
    Ok(json(StatusCode::CREATED, &secret))
}

/// Confirms the secret with a code: from now on a sign-in needs one.
#[utoipa::path(tag = "session", request_body = Confirmation, responses(
    (status = 204, description = "A code is asked for from now on"), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/v1/me/totp/confirm")]
pub async fn confirm_totp(request: ApiRequest, body: Bytes) -> Answer {
    request.act(body, |app, caller, input: Confirmation| totp::confirm(app, caller, &input.code)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Switches the codes off. Tries that fail are counted as those of a sign-in.
#[utoipa::path(tag = "session", request_body = Removal, responses(
    (status = 204, description = "No code is asked for any longer"), (status = 401, body = Problem), (status = 409, body = Problem),
    (status = 429, body = Problem)))]
#[delete("/api/v1/me/totp")]
pub async fn remove_totp(request: ApiRequest, body: Bytes) -> Answer {
    let (limits, address) = request.client();
    let hasher = request.hasher().await?;
    request
        .act(body, move |app, caller, input: Removal| {
            limits.sign_in(address, &caller.public_id, || {
                totp::remove(app, caller, &hasher, &input.password, &input.code)
            })
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
