//! The password, and the one-time code if the person uses codes, required again before changes that an intruder in an
//! open session could abuse.

use std::net::IpAddr;

use actix_web::web::Data;

use crate::app::App;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::own_account::{self, Proof};
use crate::services::identity::sessions::Hasher;
use crate::web::limits::Limits;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::request::{PageFailure, PageRequest};
use crate::web::pages::shell::Shell;

/// Fields of a form.
pub const PASSWORD: &str = own_account::PROOF_FIELD;
pub const CODE: &str = "current_code";

/// Returns the fields for the password and, for a person who uses codes, the code.
pub fn fields(page: &Shell, caller: &Caller) -> Vec<Field> {
    let password = Field::new(PASSWORD, FieldKind::Password, page.say("current-password"));
    let code = || Field::new(CODE, FieldKind::Code, page.say("sign-in-code")).hint(page.say("code-or-recovery"));
    std::iter::once(password.hint(page.say("current-password-hint"))).chain(caller.uses_codes.then(code)).collect()
}

/// A slot for hashing passwords, and the counter of failed attempts.
pub struct ProofCheck {
    limits: Data<Limits>,
    address: IpAddr,
    pub hasher: Hasher,
}

impl ProofCheck {
    /// Waits for a place among the password hashers.
    ///
    /// # Errors
    /// None in practice: the gate is never closed.
    pub async fn begin(request: &PageRequest) -> Result<Self, PageFailure> {
        let (limits, address, _) = request.client();
        Ok(Self { limits, address, hasher: request.acquire_hasher().await? })
    }

    /// Waits for a slot if a form contains the password.
    ///
    /// # Errors
    /// Errors of `begin`.
    pub async fn begin_if_typed(request: &PageRequest, body: &[u8]) -> Result<Option<Self>, PageFailure> {
        let is_typed = form_urlencoded::parse(body).any(|(name, value)| name == PASSWORD && !value.is_empty());
        if is_typed { Self::begin(request).await.map(Some) } else { Ok(None) }
    }

    /// Checks the typed password and code. Failed attempts count like failed sign-ins.
    ///
    /// # Errors
    /// `TooMany`; `Refused` for a wrong password or code: a fault of the form that does not end the session.
    pub fn check(&self, app: &App, caller: &Caller, form: &Form) -> Result<(), Error> {
        self.attempt(caller, form, |proof| own_account::verify(app, caller, &self.hasher, proof))
    }

    /// Runs work that checks the password and code itself.
    ///
    /// # Errors
    /// As `check`, and the errors of the work.
    pub fn attempt<T>(
        &self,
        caller: &Caller,
        form: &Form,
        work: impl FnOnce(&Proof<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let address = self.address.to_string();
        let proof = Proof { password: form.untrimmed(PASSWORD), code: form.value(CODE), address: &address };
        self.limits.sign_in(self.address, &caller.public_id, || work(&proof)).map_err(|error| match error {
            Error::SignInRefused { .. } => {
                form.note(&error);
                Error::refused_at("identity", PASSWORD, Message::new("current-password-wrong"))
            }
            other => other,
        })
    }
}

/// Empties the fields, which must not be shown again.
pub fn forget(form: &mut Form) {
    form.set(PASSWORD, "");
    form.set(CODE, "");
}
