//! One-time codes (TOTP) of the caller's own account.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, delete, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::services::identity::totp::{self, TotpSecret};
use crate::web::failure::Problem;
use crate::web::request::{Answer, ApiRequest, EmptyInput, json};

/// First one-time code of a new secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpConfirmationInput {
    /// Code that the authenticator app shows.
    code: String,
}

/// Proof needed to disable one-time codes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpRemovalInput {
    /// Current password.
    password: String,
    /// Code that the authenticator app shows.
    code: String,
}

/// Creates a secret for an authenticator app and returns it once. It takes effect when a first code confirms it.
#[utoipa::path(tag = "session", request_body = EmptyInput, responses((status = 201, body = TotpSecret)))]
#[post("/api/v1/me/totp")]
pub async fn begin_totp(request: ApiRequest, body: Bytes) -> Answer {
    let secret = request.write(body, |app, caller, _: EmptyInput| totp::begin(app, caller)).await?;
    Ok(json(StatusCode::CREATED, &secret))
}

/// Confirms the secret with a first code. From then on every sign-in needs a code.
#[utoipa::path(tag = "session", request_body = TotpConfirmationInput, responses(
    (status = 204, description = "One-time codes are enabled.")))]
#[post("/api/v1/me/totp/confirm")]
pub async fn confirm_totp(request: ApiRequest, body: Bytes) -> Answer {
    request.write(body, |app, caller, input: TotpConfirmationInput| totp::confirm(app, caller, &input.code)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Disables one-time codes. Failed attempts count towards the sign-in limit.
#[utoipa::path(tag = "session", request_body = TotpRemovalInput, responses(
    (status = 204, description = "One-time codes are disabled."),
    (status = 429, body = Problem)))]
#[delete("/api/v1/me/totp")]
pub async fn remove_totp(request: ApiRequest, body: Bytes) -> Answer {
    let (limits, address) = request.sign_in_limit();
    let hasher = request.hasher().await?;
    request
        .write(body, move |app, caller, input: TotpRemovalInput| {
            limits.sign_in(address, &caller.public_id, || {
                totp::remove(app, caller, &hasher, &input.password, &input.code)
            })
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
