//! Changes that people make to their own way of signing in. Each requires the password, and a one-time code if the
//! person uses them, because an open session may be in the wrong hands.
//!
//! A program has signed in with the password at most ten minutes before, so its token counts as proof.

use chrono::{NaiveDateTime, TimeDelta};

use crate::adapters::passwords::Hasher;
use crate::app::App;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::password_links;
use crate::services::identity::people::record_event;
use crate::services::identity::provider_identities;
use crate::services::identity::second_factor;
use crate::services::identity::sessions::{self, Credentials};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::browser_sessions::{self, SignInWay};
use crate::storage::identity::people;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Tx, write_in};

/// Time for which password and code need not be given again for payments above the set amount.
const PROOF_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Path of the password in a refusal that requires it.
pub const PROOF_FIELD: &str = "current_password";

/// The password and one-time code of a person who is signed in, typed again.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// Password in plain text.
    pub password: &'a str,
    /// One-time or recovery code, empty for a person without codes.
    pub code: &'a str,
    /// IP address of the client.
    pub address: &'a str,
}

/// Checks the password and code of a person who is signed in.
///
/// # Errors
/// `SignInRefused`, which is recorded like a refused sign-in.
pub fn verify(app: &App, caller: &Caller, hasher: &Hasher, proof: &Proof<'_>) -> Result<(), Error> {
    let person = people::by_public_id(&mut *app.pool.get()?, &caller.public_id)?.ok_or(Error::NotFound)?;
    let from = Credentials {
        username: &person.username,
        password: proof.password,
        code: Some(proof.code),
        address: proof.address,
    };
    if !is_password_proved(app, caller, &person, hasher, proof.password)? {
        return Err(sessions::refuse(app, &from, Some(&person), "password"));
    }
    let needs_code = second_factor::is_set_up(&person);
    let now = app.clock.now();
    let context = Context::of_person(person.id, now, app.ids.clone());
    let is_proved = write_in(&app.pool, Scope::Person(person.id), &context, |tx| {
        if needs_code && !second_factor::use_code(tx, app, &person, proof.code)? {
            return Ok(false);
        }
        if let Some(session) = &caller.session {
            browser_sessions::prove(tx.connection, session, now)?;
        }
        let body = serde_json::json!({ "address": proof.address });
        record_event(tx, &person.public_id, EventAction::SessionProve, body)?;
        Ok(true)
    })?;
    if is_proved { Ok(()) } else { Err(sessions::refuse(app, &from, Some(&person), "code")) }
}

/// Returns whether a signed-in person gave their password or, if their password opens no session, signed in at the
/// identity provider within the last ten minutes.
///
/// # Errors
/// `Refused` at the field of the password for a person who must sign in at the provider again.
pub(crate) fn is_password_proved(
    app: &App,
    caller: &Caller,
    person: &people::Person,
    hasher: &Hasher,
    password: &str,
) -> Result<bool, Error> {
    let stored = Some(person.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let has_password = stored.is_some() && !provider_identities::bars_password(app, person)?;
    if let (Some(session), false) = (&caller.session, has_password) {
        let connection = &mut *app.pool.get()?;
        if browser_sessions::signed_in_by(connection, session)? != SignInWay::Password {
            let proved_at = browser_sessions::proved_at(connection, session)?;
            return match proved_at.is_some_and(|at| app.clock.now() - at <= PROOF_LIFETIME) {
                true => Ok(true),
                false => Err(Error::refused_at("identity", PROOF_FIELD, Message::new("proof-at-provider"))),
            };
        }
    }
    Ok(hasher.verify_or_dummy(password, stored))
}

/// Checks that the caller gave password and code within the last ten minutes, as required before a payment above the
/// set amount is approved or made.
///
/// # Errors
/// `Refused` at the field of the password.
pub(crate) fn require_recent_proof(
    connection: &mut AnyConnection,
    app: &App,
    caller: &Caller,
    amount: Money,
) -> Result<(), Error> {
    if is_proof_due(app, caller, amount, |session| browser_sessions::proved_at(connection, session))? {
        return Err(Error::refused_at("identity", PROOF_FIELD, Message::new("proof-needed")));
    }
    Ok(())
}

/// Returns whether approving or paying an amount requires password and code now. A proof given after the caller was
/// loaded counts.
///
/// # Errors
/// Database errors.
pub fn needs_proof(app: &App, caller: &Caller, amount: Money) -> Result<bool, Error> {
    is_proof_due(app, caller, amount, |session| {
        app.pool.read(|connection| browser_sessions::proved_at(connection, session))
    })
}

/// Returns whether an amount requires password and code now; `proved_at` loads the time of a session's last proof.
fn is_proof_due(
    app: &App,
    caller: &Caller,
    amount: Money,
    proved_at: impl FnOnce(&str) -> Result<Option<NaiveDateTime>, Error>,
) -> Result<bool, Error> {
    let is_recent = |proved_at: NaiveDateTime| caller.now - proved_at <= PROOF_LIFETIME;
    if app.proof_above.is_none_or(|limit| amount <= limit) || is_recent(caller.proved_at) {
        return Ok(false);
    }
    let Some(session) = &caller.session else { return Ok(true) };
    Ok(!proved_at(session)?.is_some_and(is_recent))
}

/// Changes the caller's password. Their other sessions and tokens end, and they are notified by email.
///
/// # Errors
/// `SignInRefused` for a wrong password or code; `Refused` for a new password that the policy rejects.
pub fn change_password(
    app: &App,
    caller: &Caller,
    hasher: &Hasher,
    proof: &Proof<'_>,
    password: &str,
) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let hash = sessions::hash_password(app, hasher, password, Some(caller.person))?;
    verify(app, caller, hasher, proof)?;
    // The proof is the current password, so that only its holder is told.
    if password == proof.password {
        return Err(Error::refused_at("password", "password", Message::new("password-same")));
    }
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let person = people::by_public_id(tx.connection, &caller.public_id)?.ok_or(Error::NotFound)?;
        password_links::replace(tx, &person, &hash)?;
        keep_session(tx, caller)?;
        record_event(tx, &caller.public_id, EventAction::PasswordChange, serde_json::json!({}))
    })
}

/// Ends the caller's other sessions and all tokens.
///
/// # Errors
/// Database errors.
pub(crate) fn end_other_sessions(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    people::revoke(tx.connection, caller.person)?;
    keep_session(tx, caller)
}

/// Keeps the session of the request valid under the person's new token version.
fn keep_session(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    let Some(session) = &caller.session else { return Ok(()) };
    let person = people::by_public_id(tx.connection, &caller.public_id)?.ok_or(Error::NotFound)?;
    browser_sessions::keep(tx.connection, session, person.token_version)
}
