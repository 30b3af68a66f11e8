//! One-time codes for one's own account: switched on with an authenticator app, switched off again.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use crate::error::Error;
use crate::services::identity::{profile, totp};
use crate::web::pages::forms::Form;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// What an authenticator app is told: the secret to type, the address as a link and as the path of a QR code.
struct Told {
    secret: String,
    address: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "session/one_time.html")]
struct OneTimePage {
    page: Shell,
    form: Form,
    active: bool,
    told: Option<Told>,
}

impl OneTimePage {
    /// The page again with what is wrong.
    fn refused(page: Shell, form: Form, error: Error, told: Option<Told>, active: bool) -> Result<Page, Error> {
        let (status, mut form) = form.refused(error, page.language)?;
        form.set("password", "");
        let nonce = page.nonce.clone();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(Page::html(status, &nonce, &Self { page, form, active, told }))
    }
}

fn told(secret: &str, address: &str) -> Result<Told, Error> {
    Ok(Told { qr: totp::qr_path(address)?, secret: secret.to_owned(), address: address.to_owned() })
}

/// Whether codes are asked for.
pub async fn show(request: PageRequest) -> PageAnswer {
    request
        .show(|app, caller, page| {
            let active = profile::show(app, caller)?.one_time_code;
            Ok(OneTimePage { page, form: Form::default(), active, told: None })
        })
        .await
}

/// Shows the secret for an authenticator app.
pub async fn begin(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .write(body, |app, caller, page, form| match totp::begin(app, caller) {
            Ok(secret) => {
                let nonce = page.nonce.clone();
                let told = Some(told(&secret.secret, &secret.otpauth_url)?);
                Ok(Page::html(
                    StatusCode::OK,
                    &nonce,
                    &OneTimePage { page, form: Form::default(), active: false, told },
                ))
            }
            Err(error) => OneTimePage::refused(page, form, error, None, true),
        })
        .await
}

/// Confirms it with a first code.
pub async fn confirm(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .write(body, |app, caller, page, mut form| match totp::confirm(app, caller, form.value("code")) {
            Ok(()) => Ok(Page::see_other("/one-time-codes")),
            Err(error) => {
                let told = told(form.value("secret"), form.value("address")).ok();
                form.set("code", "");
                OneTimePage::refused(page, form, error, told, false)
            }
        })
        .await
}

/// Switches the codes off; tries that fail are counted as those of a sign-in.
pub async fn remove(request: PageRequest, body: Bytes) -> PageAnswer {
    let (limits, address, _) = request.client();
    let hasher = request.hasher().await?;
    request
        .write(body, move |app, caller, page, form| {
            let (password, code) = (form.untrimmed("password").to_owned(), form.value("code").to_owned());
            let done =
                limits.sign_in(address, &caller.public_id, || totp::remove(app, caller, &hasher, &password, &code));
            match done {
                Ok(()) => Ok(Page::see_other("/one-time-codes")),
                // Somebody who is signed in stays so: only the codes were not switched off.
                Err(Error::Unauthenticated(message)) => {
                    OneTimePage::refused(page, form, Error::refused_at("one-time-code", "code", message), None, true)
                }
                Err(error) => OneTimePage::refused(page, form, error, None, true),
            }
        })
        .await
}
