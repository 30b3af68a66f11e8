//! One-time codes of an authenticator app, switched on and off by whoever signs in with them.
//!
//! No secret is stored: the column holds a random text, and the secret is derived from it with the installation's own key, so
//! that who reads the database cannot make a code. Until a first code has confirmed it, the text is marked and no code is
//! asked for. Who lost their phone is helped by an administrator, who cannot do it for themselves (`services::people`).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::adapters::one_time::{TOTP_SECRET_BYTES, totp_secret_text, totp_uri, verify_totp};
use crate::adapters::passwords::Hasher;
use crate::adapters::pdf::qr::rings;
use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::notifications::alerts;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::{self, Person};
use crate::storage::write::{Event, Tx, write};

/// What stands before the text in the column until a code has confirmed it.
const PENDING: &str = "pending ";
/// The name that an authenticator app shows.
const ISSUER: &str = "Luyue";

/// What an authenticator app is told, once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TotpSecret {
    /// The secret in base32, for those who type it.
    pub secret: String,
    /// The address that an app reads from a QR code.
    pub otpauth_url: String,
}

/// An address as a QR code: the path of one SVG shape, 100 wide and high.
///
/// # Errors
/// `Internal` for an address that is too long.
pub fn qr(address: &str) -> Result<String, Error> {
    let rings = rings(address, 100.0).map_err(|error| Error::Internal(error.to_string()))?;
    let point = |(x, y): &(f32, f32)| format!("{x:.2} {y:.2}");
    let ring = |ring: &Vec<(f32, f32)>| format!("M{}Z", ring.iter().map(point).collect::<Vec<_>>().join("L"));
    Ok(rings.iter().map(ring).collect())
}

/// Whether what is stored of somebody's codes was confirmed by a first one, so that codes are asked for.
pub(crate) fn is_confirmed(stored: &str) -> bool {
    !stored.starts_with(PENDING)
}

type Secret = [u8; TOTP_SECRET_BYTES];

/// The secret of somebody who signs in with one-time codes.
pub(crate) fn active(app: &App, person: &Person) -> Option<Secret> {
    let text = person.totp_secret.as_deref().filter(|text| is_confirmed(text))?;
    secret(app, person, text)
}

/// The step of a code that is good now and was not used.
pub(crate) fn step(secret: &Secret, code: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let step = verify_totp(secret, code, u64::try_from(now.timestamp()).ok()?, u64::try_from(last).ok())?;
    i64::try_from(step).ok()
}

fn secret(app: &App, person: &Person, text: &str) -> Option<Secret> {
    let key = app.secret.derive(&format!("totp {} {text}", person.public_id));
    key.bytes.get(..TOTP_SECRET_BYTES)?.try_into().ok()
}

/// Begins: the secret for an authenticator app. Nothing is asked for at sign-in until a code has confirmed it; begun
/// again before that, an earlier secret is forgotten.
///
/// # Errors
/// `Conflict` where codes are asked for already.
pub fn begin(app: &App, caller: &Caller) -> Result<TotpSecret, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let mut context = caller.context(app, seat);
    // An answer with a secret is not kept to be given again.
    context.request = None;
    let text = app.ids.uuid();
    let person = own(app, caller)?;
    write(&app.pool, &context, |tx| {
        if person_now(tx, caller)?.totp_secret.as_deref().is_some_and(is_confirmed) {
            return Err(Error::conflict("totp-active"));
        }
        people::set_totp(tx.connection, caller.person, Some(&format!("{PENDING}{text}")))?;
        note(tx, caller, EventAction::TotpBegin)
    })?;
    let secret = secret(app, &person, &text).ok_or_else(|| Error::Internal("a key is too short".to_owned()))?;
    Ok(TotpSecret { secret: totp_secret_text(&secret), otpauth_url: totp_uri(&secret, ISSUER, &person.username) })
}

/// Confirms with a first code: from now on one is asked for at each sign-in.
///
/// # Errors
/// `Conflict` where nothing was begun; `Refused` for a wrong code.
pub fn confirm(app: &App, caller: &Caller, code: &str) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = person_now(tx, caller)?;
        let stored = person.totp_secret.as_deref();
        let text = stored.and_then(|stored| stored.strip_prefix(PENDING)).ok_or(Error::conflict("totp-not-begun"))?;
        let step = secret(app, &person, text)
            .and_then(|secret| step(&secret, code, tx.context.now.and_utc(), person.totp_step))
            .ok_or_else(|| Error::refused_at("one-time-code", "code", Message::new("totp-code-wrong")))?;
        people::set_totp(tx.connection, caller.person, Some(text))?;
        if !people::use_totp_step(tx.connection, caller.person, step)? {
            return Err(Error::refused_at("one-time-code", "code", Message::new("totp-code-wrong")));
        }
        note(tx, caller, EventAction::TotpConfirm)
    })
}

/// Switches the codes off, for whoever knows the password and has a code.
///
/// # Errors
/// `Conflict` where none is asked for; `Unauthenticated` for a wrong password or code, without saying which.
pub fn remove(app: &App, caller: &Caller, hasher: &Hasher, password: &str, code: &str) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let person = own(app, caller)?;
    let secret = active(app, &person).ok_or(Error::conflict("totp-not-active"))?;
    let refused = || Error::Unauthenticated(Message::new("totp-remove-refused"));
    let stored = Some(person.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let matches = hasher.verify_or_dummy(password, stored);
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = person_now(tx, caller)?;
        let step = step(&secret, code, tx.context.now.and_utc(), person.totp_step).filter(|_| matches);
        let step = step.ok_or_else(refused)?;
        if !people::use_totp_step(tx.connection, caller.person, step)? {
            return Err(refused());
        }
        people::set_totp(tx.connection, caller.person, None)?;
        note(tx, caller, EventAction::TotpRemove)
    })
}

/// Takes the codes of somebody who lost their phone off, ends their sessions and tells them: whoever has their password and
/// not their phone would want just this.
///
/// # Errors
/// `Conflict` where no code is asked for.
pub(crate) fn reset(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    if !person.totp_secret.as_deref().is_some_and(is_confirmed) {
        return Err(Error::conflict("totp-not-active"));
    }
    people::reset_totp(tx.connection, person.id)?;
    alerts::enqueue_codes_reset(tx, person)
}

fn own(app: &App, caller: &Caller) -> Result<Person, Error> {
    let connection = &mut *app.pool.get()?;
    people::by_public_id(connection, &caller.public_id)?.ok_or(Error::NotFound)
}

fn person_now(tx: &mut Tx<'_>, caller: &Caller) -> Result<Person, Error> {
    people::by_public_id(tx.connection, &caller.public_id)?.ok_or(Error::NotFound)
}

fn note(tx: &mut Tx<'_>, caller: &Caller, action: EventAction) -> Result<(), Error> {
    let stream = format!("person:{}", caller.public_id);
    tx.event(&Event { stream: &stream, action, object: &caller.public_id, body: serde_json::json!({}) })
}
