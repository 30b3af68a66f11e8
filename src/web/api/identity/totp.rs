//! One-time codes (TOTP) of the caller's own account.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, delete, post};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::services::identity::own_account::Proof;
use crate::services::identity::second_factor::RecoveryCodes;
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

/// Proof needed to disable one-time codes or to replace the recovery codes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpProofInput {
    /// Current password.
    password: String,
    /// Code that the authenticator app shows, or a recovery code.
    code: String,
}

/// Creates a secret for an authenticator app and returns it once. The secret takes effect when a first code confirms
/// it.
#[utoipa::path(tag = "session", request_body = EmptyInput, responses((status = 201, body = TotpSecret)))]
#[post("/api/v1/me/totp")]
pub async fn begin_totp(request: ApiRequest, body: Bytes) -> Answer {
    let secret = request.write(body, |app, caller, _: EmptyInput| totp::begin(app, caller)).await?;
    Ok(json(StatusCode::CREATED, &secret))
}

/// Confirms the secret with a first code and returns ten recovery codes, once.
///
/// From then on every sign-in needs a one-time code or a recovery code. All tokens of the person end.
#[utoipa::path(tag = "session", request_body = TotpConfirmationInput, responses(
    (status = 200, body = RecoveryCodes)))]
#[post("/api/v1/me/totp/confirm")]
pub async fn confirm_totp(request: ApiRequest, body: Bytes) -> Answer {
    let codes =
        request.write(body, |app, caller, input: TotpConfirmationInput| totp::confirm(app, caller, &input.code));
    Ok(json(StatusCode::OK, &codes.await?))
}

/// Replaces the recovery codes and returns ten new ones, once. Failed attempts count towards the sign-in limit.
#[utoipa::path(tag = "session", request_body = TotpProofInput, responses(
    (status = 201, body = RecoveryCodes), (status = 429, body = Problem)))]
#[post("/api/v1/me/totp/recovery-codes")]
pub async fn renew_recovery_codes(request: ApiRequest, body: Bytes) -> Answer {
    let (limits, address) = request.sign_in_limit();
    let hasher = request.acquire_hasher().await?;
    let codes = request
        .write(body, move |app, caller, input: TotpProofInput| {
            let from = address.to_string();
            let proof = Proof { password: &input.password, code: &input.code, address: &from };
            limits.sign_in(address, &caller.public_id, || totp::renew_recovery_codes(app, caller, &hasher, &proof))
        })
        .await?;
    Ok(json(StatusCode::CREATED, &codes))
}

/// Disables one-time codes. Failed attempts count towards the sign-in limit.
#[utoipa::path(tag = "session", request_body = TotpProofInput, responses(
    (status = 204, description = "One-time codes are disabled."),
    (status = 429, body = Problem)))]
#[delete("/api/v1/me/totp")]
pub async fn remove_totp(request: ApiRequest, body: Bytes) -> Answer {
    let (limits, address) = request.sign_in_limit();
    let hasher = request.acquire_hasher().await?;
    request
        .write(body, move |app, caller, input: TotpProofInput| {
            limits.sign_in(address, &caller.public_id, || {
                totp::remove(app, caller, &hasher, &input.password, &input.code)
            })
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
