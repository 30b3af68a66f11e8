//! Authentication: passwords, one-time codes, bearer tokens for API clients, and one-time password links.
//!
//! A refusal never says whether the name, the password or the code was wrong. Cookies of browsers are in
//! `browser_sessions`.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::adapters::one_time::{link_digest, link_token};
use crate::adapters::password_policy::{MAX_CHARACTERS, MIN_CHARACTERS, PasswordPolicy, password_faults};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::Language;
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::totp;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people;
use crate::storage::write::{Context, Event, Tx, write};

pub use crate::adapters::passwords::Hasher;

/// Stored purpose of a one-time link for setting a first or forgotten password.
pub const SET_PASSWORD: &str = "set-password";
/// Validity of a password link in hours.
const LINK_HOURS: i64 = 72;

/// A newly issued bearer token.
#[derive(Debug)]
pub struct Issued {
    /// Encoded token.
    pub token: String,
    /// Time of expiry.
    pub expires_at: DateTime<Utc>,
}

/// Signs an API client in. An unknown name takes the same time and gets the same answer as a wrong password.
///
/// # Errors
/// `Unauthenticated` for wrong credentials.
pub fn sign_in(
    app: &App,
    hasher: &Hasher,
    username: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Issued, Error> {
    let person = authenticate(app, hasher, (username, password, code), |_, _, _| Ok(()))?;
    let (token, expires_at) = app
        .tokens
        .issue(&person.public_id, person.token_version, &app.ids.uuid(), app.clock.now().and_utc())
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Issued { token, expires_at })
}

/// Authenticates by password and, if enabled, one-time code. `with` runs in the transaction that records the sign-in.
///
/// # Errors
/// `Unauthenticated` for wrong credentials; the errors of `with`.
pub(crate) fn authenticate(
    app: &App,
    hasher: &Hasher,
    (username, password, code): (&str, &str, Option<&str>),
    with: impl Fn(&mut Tx<'_>, &people::Person, NaiveDateTime) -> Result<(), Error>,
) -> Result<people::Person, Error> {
    let refused = || Error::Unauthenticated(Message::new("sign-in-refused"));
    let person = people::by_username(&mut *app.pool.get()?, username)?;
    let stored = person.as_ref().map(|p| p.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let matches = hasher.verify_or_dummy(password, stored);
    let Some(person) = person.filter(|person| matches && !person.disabled) else {
        tracing::warn!(event = "sign-in", result = "refused", username_bytes = username.len());
        return Err(refused());
    };
    let now = app.clock.now();
    let context = Context { actor: Some(person.id), on_behalf_of: None, now, request: None, ids: app.ids.clone() };
    let step = match totp::active_secret(app, &person) {
        None => None,
        Some(secret) => {
            Some(totp::valid_step(&secret, code.unwrap_or(""), now.and_utc(), person.totp_step).ok_or_else(refused)?)
        }
    };
    let signed_in = write(&app.pool, &context, |tx| {
        if let Some(step) = step
            && !people::use_totp_step(tx.connection, person.id, step)?
        {
            return Ok(false);
        }
        let stream = format!("person:{}", person.public_id);
        tx.event(&Event {
            stream: &stream,
            action: EventAction::SessionCreate,
            object: &person.public_id,
            body: serde_json::json!({}),
        })?;
        with(tx, &person, now)?;
        Ok(true)
    })?;
    if !signed_in {
        return Err(refused());
    }
    Ok(person)
}

/// Loads the caller to whom a bearer token was issued.
///
/// # Errors
/// `Unauthenticated` for a token that is forged, expired or revoked, or a disabled person.
pub fn load_caller(app: &App, token: &str, language: Option<Language>) -> Result<Caller, Error> {
    let refused = || Error::Unauthenticated(Message::new("token-refused"));
    let now = app.clock.now();
    let claims = app.tokens.verify(token, now.and_utc()).map_err(|reason| {
        tracing::warn!(event = "token", result = "refused", %reason);
        refused()
    })?;
    let mut connection = app.pool.get()?;
    let person = people::by_public_id(&mut connection, &claims.sub)?
        .filter(|person| !person.disabled && person.token_version == claims.token_version)
        .ok_or_else(refused)?;
    let seats = people::seats_on(&mut connection, person.id, civil_day(now))?;
    Ok(Caller::new(&person, seats, language.unwrap_or(person.language), now))
}

/// Creates a one-time password link and returns its URL. Only its digest is stored.
///
/// # Errors
/// Database errors.
pub fn create_password_link(app: &App, person: &people::Person, by: Option<people::Person>) -> Result<String, Error> {
    let now = app.clock.now();
    let context = Context { actor: by.map(|by| by.id), on_behalf_of: None, now, request: None, ids: app.ids.clone() };
    let link = link_token(app.ids.bytes());
    write(&app.pool, &context, |tx| {
        people::insert_link(
            tx.connection,
            &link.digest,
            person.id,
            SET_PASSWORD,
            now + chrono::TimeDelta::hours(LINK_HOURS),
        )?;
        let stream = format!("person:{}", person.public_id);
        tx.event(&Event {
            stream: &stream,
            action: EventAction::LinkCreate,
            object: &person.public_id,
            body: serde_json::json!({}),
        })
    })?;
    Ok(format!("{}/password/{}", app.settings.public_url(), link.text))
}

/// Checks that a one-time password link can still be used.
///
/// # Errors
/// `NotFound` for a link that is unknown, used or expired.
pub fn check_password_link(app: &App, link: &str) -> Result<(), Error> {
    let digest = link_digest(link).ok_or(Error::NotFound)?;
    let valid = people::is_link_valid(&mut *app.pool.get()?, &digest, SET_PASSWORD, app.clock.now())?;
    if valid { Ok(()) } else { Err(Error::NotFound) }
}

/// Sets a password by a one-time link, and ends every session of the person.
///
/// # Errors
/// `NotFound` for a link that is unknown, used or expired; `Refused` for a password that the policy rejects.
pub fn set_password(app: &App, hasher: &Hasher, link: &str, password: &str) -> Result<(), Error> {
    let digest = link_digest(link).ok_or(Error::NotFound)?;
    let now = app.clock.now();
    // Checked before hashing, so that nobody without a valid link can make the server do that work.
    if !people::is_link_valid(&mut *app.pool.get()?, &digest, SET_PASSWORD, now)? {
        return Err(Error::NotFound);
    }
    let hash = hash_password(app, hasher, password)?;
    let context = Context { actor: None, on_behalf_of: None, now, request: None, ids: app.ids.clone() };
    write(&app.pool, &context, |tx| {
        let person = people::use_link(tx.connection, &digest, SET_PASSWORD, now)?.ok_or(Error::NotFound)?;
        people::set_password(tx.connection, person, &hash)?;
        let found = people::by_ids(tx.connection, &[person])?;
        let public_id = found.first().map(|person| person.public_id.as_str()).ok_or(Error::NotFound)?;
        tx.event(&Event {
            stream: &format!("person:{public_id}"),
            action: EventAction::PasswordSet,
            object: public_id,
            body: serde_json::json!({}),
        })
    })
}

/// Checks a new password against the policy and hashes it.
///
/// # Errors
/// `Refused` for a password that the policy rejects.
pub fn hash_password(app: &App, hasher: &Hasher, password: &str) -> Result<String, Error> {
    let faults = password_faults(password, &["luyue", "履约"], PasswordPolicy::default());
    if !faults.is_empty() {
        let errors = faults
            .into_iter()
            .map(|fault| FieldError {
                path: "password".to_owned(),
                message: Message::new(fault.code()).with("min", MIN_CHARACTERS).with("max", MAX_CHARACTERS),
            })
            .collect();
        return Err(Error::Refused { rule: "password".to_owned(), errors });
    }
    let salt = app.ids.bytes();
    let mut salt_bytes = [0; 16];
    salt_bytes.copy_from_slice(&salt[..16]);
    hasher.hash(password, salt_bytes).map_err(|error| Error::Internal(error.to_string()))
}

/// Waits for a place among the password hashers, without holding a thread.
///
/// # Errors
/// None in practice: the gate is never closed.
pub async fn hasher(app: &App) -> Result<Hasher, Error> {
    app.passwords.hasher().await.map_err(|error| Error::Internal(error.to_string()))
}

/// Loads a person as caller without authentication, for commands that run on the machine itself, such as the
/// demonstration.
///
/// # Errors
/// `NotFound` for an unknown username.
pub fn local_caller(app: &App, username: &str) -> Result<Caller, Error> {
    let now = app.clock.now();
    let mut connection = app.pool.get()?;
    let person = people::by_username(&mut connection, username)?.ok_or(Error::NotFound)?;
    let seats = people::seats_on(&mut connection, person.id, civil_day(now))?;
    Ok(Caller::new(&person, seats, person.language, now))
}
