//! Changes that people make to their own way of signing in. Each asks for the password, and for a one-time code where
//! the person uses them, because an open session may be in other hands.
//!
//! A program signs in with the password at most ten minutes before whatever it does, so its token counts as asking.

use crate::adapters::passwords::Hasher;
use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::password_links;
use crate::services::identity::people::record_event;
use crate::services::identity::sessions::{self, Credentials};
use crate::services::identity::totp;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::{browser_sessions, people};
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Tx, write_in};

/// The password and one-time code of a person who is signed in, typed again.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// Password in plain text.
    pub password: &'a str,
    /// One-time code, empty for a person without codes.
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
    let stored = Some(person.password_hash.as_str()).filter(|hash| !hash.is_empty());
    if !hasher.verify_or_dummy(proof.password, stored) {
        return Err(sessions::refuse(app, &from, Some(&person), "password"));
    }
    let Some(secret) = totp::active_secret(app, &person) else { return Ok(()) };
    let now = app.clock.now();
    let step = totp::valid_step(&secret, proof.code, now.and_utc(), person.totp_step);
    let context = Context { actor: Some(person.id), on_behalf_of: None, now, request: None, ids: app.ids.clone() };
    let is_used = match step {
        Some(step) => write_in(&app.pool, Scope::Person(person.id), &context, |tx| people::use_totp_step(tx.connection, person.id, step))?,
        None => false,
    };
    if is_used { Ok(()) } else { Err(sessions::refuse(app, &from, Some(&person), "code")) }
}

/// Changes the caller's password. Their other sessions and tokens end, and they are told by email.
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

/// Carries the session of the request over to the person's new token version.
fn keep_session(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    let Some(session) = &caller.session else { return Ok(()) };
    let person = people::by_public_id(tx.connection, &caller.public_id)?.ok_or(Error::NotFound)?;
    browser_sessions::keep(tx.connection, session, person.token_version)
}
