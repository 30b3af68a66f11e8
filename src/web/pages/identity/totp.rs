//! One-time codes for one's own account: enabling them with an authenticator app, disabling them, and recovery codes.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

use crate::app::App;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::second_factor::RecoveryCodes;
use crate::services::identity::totp::{self, SecondFactorState, TotpSecret};
use crate::services::shared::form_reader::FormReader;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, fill};
use crate::web::pages::identity::proof::{self, ProofCheck};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Field with a recovery code that the page shows.
const SHOWN_CODE: &str = "shown_code";

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
    state: SecondFactorState,
    enrolment: Option<Enrolment>,
    /// New recovery codes, which are shown once.
    codes: Option<Vec<String>>,
    /// Fields for the password and code, required again.
    proof: Vec<Field>,
}

impl OneTimePage {
    fn new(app: &App, caller: &Caller, page: Shell, form: Form) -> Result<Self, Error> {
        let state = totp::load_state(app, caller)?;
        let mut proof = proof::fields(&page, caller);
        fill(&mut proof, &form);
        Ok(Self { page, form, state, enrolment: None, codes: None, proof })
    }

    /// Builds the fields of the form that confirms the first code, or switches the codes off.
    fn fields(&self) -> Vec<Field> {
        let page = &self.page;
        let code = Field::new("code", FieldKind::Code, page.say("sign-in-code"));
        let mut fields = match self.enrolment {
            Some(_) => vec![code],
            None => vec![Field::new("password", FieldKind::Password, page.say("sign-in-password")), code],
        };
        fill(&mut fields, &self.form);
        fields
    }

    fn show(self, status: StatusCode) -> Page {
        let nonce = self.page.nonce.clone();
        Page::html(status, &nonce, &self)
    }

    /// Shows the page again with its faults, without passwords.
    fn refused(
        app: &App,
        caller: &Caller,
        (page, form): (Shell, Form),
        error: Error,
        enrolment: Option<Enrolment>,
    ) -> Result<Page, Error> {
        let (status, mut form) = form.refused(error, page.language)?;
        form.set("password", "");
        proof::forget(&mut form);
        let mut shown = Self { enrolment, ..Self::new(app, caller, page, form)? };
        let fields = shown.fields();
        let field = |name: &str| fields.iter().chain(&shown.proof).find(|field| field.name == name);
        let label = |name: &str| field(name).map(|field| field.label.clone());
        shown.form = shown.form.clone().attach_faults(&shown.page, label);
        fill(&mut shown.proof, &shown.form);
        Ok(shown.show(status))
    }

    /// Shows new recovery codes.
    fn with_codes(app: &App, caller: &Caller, page: Shell, codes: RecoveryCodes) -> Result<Page, Error> {
        let shown = Self::new(app, caller, page, Form::default())?;
        Ok(Self { codes: Some(codes.recovery_codes), ..shown }.show(StatusCode::OK))
    }
}

fn enrolment(secret: &str, address: &str) -> Result<Enrolment, Error> {
    Ok(Enrolment { qr: totp::qr_path(address)?, secret: secret.to_owned(), address: address.to_owned() })
}

/// Shows whether one-time codes are enabled.
pub async fn show(request: PageRequest) -> PageAnswer {
    request.show(|app, caller, page| OneTimePage::new(app, caller, page, Form::default())).await
}

/// Shows the secret for an authenticator app.
pub async fn begin(request: PageRequest, body: Bytes) -> PageAnswer {
    let check = ProofCheck::begin(&request).await?;
    request
        .write(body, move |app, caller, page, form| match begin_with(&check, app, caller, &form) {
            Ok(secret) => {
                let enrolment = Some(enrolment(&secret.secret, &secret.otpauth_url)?);
                let shown = OneTimePage::new(app, caller, page, Form::default())?;
                Ok(OneTimePage { enrolment, ..shown }.show(StatusCode::OK))
            }
            Err(error) => OneTimePage::refused(app, caller, (page, form), error, None),
        })
        .await
}

fn begin_with(check: &ProofCheck, app: &App, caller: &Caller, form: &Form) -> Result<TotpSecret, Error> {
    if !caller.uses_codes {
        check.check(app, caller, form)?;
    }
    totp::begin(app, caller)
}

/// Shows what was shown once again, in the language that its button chose: new recovery codes, or the secret.
fn show_again(app: &App, caller: &Caller, page: Shell, form: Form) -> Result<Page, Error> {
    let shown = form.with_prefix(SHOWN_CODE).filter(|(rest, _)| rest.is_empty()).map(|(_, code)| code.to_owned());
    let recovery_codes: Vec<String> = shown.collect();
    if !recovery_codes.is_empty() {
        return OneTimePage::with_codes(app, caller, page, RecoveryCodes { recovery_codes });
    }
    let enrolment = enrolment(form.value("secret"), form.value("address")).ok();
    Ok(OneTimePage { enrolment, ..OneTimePage::new(app, caller, page, form)? }.show(StatusCode::OK))
}

/// Switches the codes on, confirmed by a first code, and shows recovery codes.
pub async fn confirm(mut request: PageRequest, body: Bytes) -> PageAnswer {
    if let Some(language) = request.choose_language(&body) {
        let again = move |app: &App, caller: &Caller, page: Shell, form: Form| {
            Ok(show_again(app, caller, page, form)?.in_language(app, Some(language)))
        };
        return request.write(body, again).await;
    }
    request
        .write(body, |app, caller, page, mut form| {
            let code = FormReader::new(&form).text("code");
            match totp::confirm(app, caller, &code) {
                Ok(codes) => OneTimePage::with_codes(app, caller, page, codes),
                // The page with the recovery codes was read again, which sends the form again.
                Err(_) if caller.uses_codes => {
                    let shown = Error::refused_at("one-time-code", "", Message::new("totp-codes-shown"));
                    OneTimePage::refused(app, caller, (page, Form::default()), shown, None)
                }
                Err(error) => {
                    let enrolment = enrolment(form.value("secret"), form.value("address")).ok();
                    form.set("code", "");
                    OneTimePage::refused(app, caller, (page, form), error, enrolment)
                }
            }
        })
        .await
}

/// Replaces the recovery codes and shows the new ones.
pub async fn renew_recovery_codes(request: PageRequest, body: Bytes) -> PageAnswer {
    let check = ProofCheck::begin(&request).await?;
    request
        .write(body, move |app, caller, page, form| {
            let renewed =
                check.attempt(caller, &form, |proof| totp::renew_recovery_codes(app, caller, &check.hasher, proof));
            match renewed {
                Ok(codes) => OneTimePage::with_codes(app, caller, page, codes),
                Err(error) => OneTimePage::refused(app, caller, (page, form), error, None),
            }
        })
        .await
}

/// Disables the codes. Failed attempts count like failed sign-ins.
pub async fn remove(request: PageRequest, body: Bytes) -> PageAnswer {
    let (limits, address, _) = request.client();
    let hasher = request.acquire_hasher().await?;
    request
        .write(body, move |app, caller, page, form| {
            let (password, code) = (form.untrimmed("password").to_owned(), FormReader::new(&form).text("code"));
            let done =
                limits.sign_in(address, &caller.public_id, || totp::remove(app, caller, &hasher, &password, &code));
            let error = match done {
                Ok(()) => return Ok(Page::see_other("/one-time-codes")),
                // A wrong password here does not end the session: it is a fault of the form.
                Err(Error::Unauthenticated(message)) => Error::refused_at("one-time-code", "code", message),
                Err(error) => error,
            };
            OneTimePage::refused(app, caller, (page, form), error, None)
        })
        .await
}
