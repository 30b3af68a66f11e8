//! One-time codes for one's own account: switching them on with an authenticator app, and off again.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use crate::app::App;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::profile;
use crate::services::identity::totp::{self, TotpSecret};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, fill};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// The secret for an authenticator app: to type, as an `otpauth` address, and as the path of its QR code.
struct Enrolment {
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
    enrolment: Option<Enrolment>,
}

impl OneTimePage {
    /// Builds the fields of the page's form: the password to begin, the first code, or password and code to switch the
    /// codes off.
    fn fields(&self) -> Vec<Field> {
        let page = &self.page;
        let code = Field::new("code", FieldKind::Code, page.say("sign-in-code"));
        let mut fields = match (&self.enrolment, self.active) {
            (Some(_), _) => vec![code],
            (None, true) => vec![Field::new("password", FieldKind::Password, page.say("sign-in-password")), code],
            (None, false) => {
                let password = Field::new(proof::PASSWORD, FieldKind::Password, page.say("current-password"));
                vec![password.hint(page.say("current-password-hint"))]
            }
        };
        fill(&mut fields, &self.form);
        fields
    }

    /// Shows the page again with its faults; passwords are not shown again.
    fn refused(
        page: Shell,
        form: Form,
        error: Error,
        enrolment: Option<Enrolment>,
        active: bool,
    ) -> Result<Page, Error> {
        let (status, mut form) = form.refused(error, page.language)?;
        form.set("password", "");
        proof::forget(&mut form);
        let nonce = page.nonce.clone();
        Ok(Page::html(status, &nonce, &Self { page, form, active, enrolment }))
    }
}

fn enrolment(secret: &str, address: &str) -> Result<Enrolment, Error> {
    Ok(Enrolment { qr: totp::qr_path(address)?, secret: secret.to_owned(), address: address.to_owned() })
}

/// Shows whether sign-in asks for one-time codes.
pub async fn show(request: PageRequest) -> PageAnswer {
    request
        .show(|app, caller, page| {
            let active = profile::show(app, caller)?.one_time_code;
            Ok(OneTimePage { page, form: Form::default(), active, enrolment: None })
        })
        .await
}

/// Shows the secret for an authenticator app.
pub async fn begin(request: PageRequest, body: Bytes) -> PageAnswer {
    let check = ProofCheck::begin(&request).await?;
    request
        .write(body, move |app, caller, page, form| match begin_with(&check, app, caller, &form) {
            Ok(secret) => {
                let nonce = page.nonce.clone();
                let enrolment = Some(enrolment(&secret.secret, &secret.otpauth_url)?);
                Ok(Page::html(
                    StatusCode::OK,
                    &nonce,
                    &OneTimePage { page, form: Form::default(), active: false, enrolment },
                ))
            }
            Err(error) => OneTimePage::refused(page, form, error, None, caller.uses_codes),
        })
        .await
}

fn begin_with(check: &ProofCheck, app: &App, caller: &Caller, form: &Form) -> Result<TotpSecret, Error> {
    if !caller.uses_codes {
        check.check(app, caller, form)?;
    }
    totp::begin(app, caller)
}

/// Switches the codes on, confirmed by a first code.
pub async fn confirm(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .write(body, |app, caller, page, mut form| match totp::confirm(app, caller, form.value("code")) {
            Ok(()) => Ok(Page::see_other("/one-time-codes")),
            Err(error) => {
                let enrolment = enrolment(form.value("secret"), form.value("address")).ok();
                form.set("code", "");
                OneTimePage::refused(page, form, error, enrolment, false)
            }
        })
        .await
}

/// Switches the codes off. Failed attempts are counted like those of signing in.
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
                // A wrong password here does not end the session: it is a fault of the form.
                Err(Error::Unauthenticated(message)) => {
                    OneTimePage::refused(page, form, Error::refused_at("one-time-code", "code", message), None, true)
                }
                Err(error) => OneTimePage::refused(page, form, error, None, true),
            }
        })
        .await
}
