//! One-time codes of an authenticator app (TOTP), which each person enables and disables for themselves.
//!
//! No secret is stored. The column has a random seed, from which the secret is derived with the installation's key, so
//! that codes cannot be generated from a copy of the database alone. Until a first code confirms it, a seed is marked
//! as pending and no code is required. For a lost phone there are recovery codes (`second_factor`), or an administrator
//! resets the codes, but never their own.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::one_time::{TOTP_SECRET_BYTES, totp_secret_text, totp_uri, verify_totp};
use crate::adapters::passwords::Hasher;
use crate::adapters::pdf::qr::rings;
use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::domain::policy::Action;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::own_account::{self, Proof, end_other_sessions};
use crate::services::identity::people::record_event;
use crate::services::identity::second_administrator::{self, Consent};
use crate::services::identity::second_factor::{self, RecoveryCodes};
use crate::services::notifications::account_notices;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::administrator_requests::AdminRequestKind;
use crate::storage::identity::people::{self, Person};
use crate::storage::identity::recovery_codes;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::write::{Tx, write_in};

/// Prefix of a stored seed that no code has confirmed.
const PENDING: &str = "pending ";
/// Issuer name shown by authenticator apps.
const ISSUER: &str = "Luyue";

/// Secret for an authenticator app, shown once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TotpSecret {
    /// Secret in base32, for typing.
    pub secret: String,
    /// `otpauth://` URL, for a QR code.
    pub otpauth_url: String,
}

/// State of a person's second factor.
#[derive(Debug)]
pub struct SecondFactorState {
    /// `true` if sign-in requires a code.
    pub is_set_up: bool,
    /// `true` if one of the person's roles requires a second factor, without which nothing else is allowed.
    pub is_owed: bool,
    /// Number of unused recovery codes.
    pub recovery_codes: i64,
}

/// State of a reset that an administrator requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResetState {
    /// The codes are reset.
    Done,
    /// A second administrator must confirm the reset, by the same action.
    Asked,
}

/// Draws a text as a QR code: the `d` attribute of an SVG path, 100 units wide and high.
///
/// # Errors
/// `Internal` for a text too long for a QR code.
pub fn qr_path(address: &str) -> Result<String, Error> {
    let rings = rings(address, 100.0).map_err(|error| Error::Internal(error.to_string()))?;
    let point = |(x, y): &(f32, f32)| format!("{x:.2} {y:.2}");
    let ring = |ring: &Vec<(f32, f32)>| format!("M{}Z", ring.iter().map(point).collect::<Vec<_>>().join("L"));
    Ok(rings.iter().map(ring).collect())
}

/// Returns whether a stored seed was confirmed by a first code, so that sign-in requires codes.
pub(crate) fn is_confirmed(stored: &str) -> bool {
    !stored.starts_with(PENDING)
}

type Secret = [u8; TOTP_SECRET_BYTES];

/// Derives the secret of a person whose sign-in requires codes.
pub(crate) fn active_secret(app: &App, person: &Person) -> Option<Secret> {
    let text = person.totp_secret.as_deref().filter(|text| is_confirmed(text))?;
    derive_secret(app, person, text)
}

/// Returns the time step of a code that is valid now and later than the last one used. Codes may be typed with spaces
/// and in full width.
pub(crate) fn valid_step(secret: &Secret, code: &str, now: DateTime<Utc>, last: i64) -> Option<i64> {
    let step = verify_totp(secret, &identifier(code), u64::try_from(now.timestamp()).ok()?, u64::try_from(last).ok())?;
    i64::try_from(step).ok()
}

fn derive_secret(app: &App, person: &Person, text: &str) -> Option<Secret> {
    let key = app.secret.derive(&format!("totp {} {text}", person.public_id));
    key.bytes.get(..TOTP_SECRET_BYTES)?.try_into().ok()
}

/// Starts enrolment and returns the secret for an authenticator app. Sign-in requires no code until a first code
/// confirms the secret; starting again before that replaces it.
///
/// # Errors
/// `Conflict` if codes are already required.
pub fn begin(app: &App, caller: &Caller) -> Result<TotpSecret, Error> {
    let seat = caller.seat(Action::SetUpSecondFactor)?;
    let mut context = caller.context(app, seat);
    // The response contains a secret, so it must not be stored for idempotent replay.
    context.idempotency_key = None;
    let text = app.ids.uuid();
    let person = load_person(app, caller)?;
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        if reload_person(tx, caller)?.totp_secret.as_deref().is_some_and(is_confirmed) {
            return Err(Error::conflict("totp-active"));
        }
        people::set_totp(tx.connection, caller.person, Some(&format!("{PENDING}{text}")))?;
        record(tx, caller, EventAction::TotpBegin)
    })?;
    let secret = derive_secret(app, &person, &text)
        .ok_or_else(|| Error::Internal("derived TOTP key is too short".to_owned()))?;
    Ok(TotpSecret { secret: totp_secret_text(&secret), otpauth_url: totp_uri(&secret, ISSUER, &person.username) })
}

/// Confirms enrolment with a first code; from now on every sign-in requires one. The person's other sessions end.
/// Returns recovery codes, which are shown once.
///
/// # Errors
/// `Conflict` if enrolment was not started; `Refused` for a wrong code.
pub fn confirm(app: &App, caller: &Caller, code: &str) -> Result<RecoveryCodes, Error> {
    let seat = caller.seat(Action::SetUpSecondFactor)?;
    let codes = second_factor::draw_codes(app);
    let mut context = caller.context(app, seat);
    // The response contains secrets, so it must not be stored for idempotent replay.
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        let person = reload_person(tx, caller)?;
        let stored = person.totp_secret.as_deref();
        let text = stored.and_then(|stored| stored.strip_prefix(PENDING)).ok_or(Error::conflict("totp-not-begun"))?;
        let step = derive_secret(app, &person, text)
            .and_then(|secret| valid_step(&secret, code, tx.context.now.and_utc(), person.totp_step))
            .ok_or_else(|| Error::refused_at("one-time-code", "code", Message::new("totp-code-wrong")))?;
        people::set_totp(tx.connection, caller.person, Some(text))?;
        if !people::use_totp_step(tx.connection, caller.person, step)? {
            return Err(Error::refused_at("one-time-code", "code", Message::new("totp-code-wrong")));
        }
        end_other_sessions(tx, caller)?;
        record(tx, caller, EventAction::TotpConfirm)?;
        account_notices::notify(tx, &person, AlertKind::CodesOn)?;
        second_factor::store_codes(tx, app, &person, &codes)
    })?;
    Ok(codes)
}

/// Returns the state of the caller's second factor.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn load_state(app: &App, caller: &Caller) -> Result<SecondFactorState, Error> {
    caller.may(Action::SetUpSecondFactor)?;
    let recovery_codes = app.pool.read(|connection| recovery_codes::count_unused(connection, caller.person))?;
    Ok(SecondFactorState { is_set_up: caller.uses_codes, is_owed: caller.owes_second_factor(), recovery_codes })
}

/// Generates recovery codes that replace the earlier ones, given the password and a current code. They are shown once.
///
/// # Errors
/// `Conflict` if codes are not required; `SignInRefused` for a wrong password or code.
pub fn renew_recovery_codes(
    app: &App,
    caller: &Caller,
    hasher: &Hasher,
    proof: &Proof<'_>,
) -> Result<RecoveryCodes, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    if !caller.uses_codes {
        return Err(Error::conflict("totp-not-active"));
    }
    own_account::verify(app, caller, hasher, proof)?;
    let codes = second_factor::draw_codes(app);
    let mut context = caller.context(app, seat);
    // The response contains secrets, so it must not be stored for idempotent replay.
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        let person = reload_person(tx, caller)?;
        second_factor::store_codes(tx, app, &person, &codes)
    })?;
    Ok(codes)
}

/// Disables one-time codes, given the password and a current code. The person's other sessions end.
///
/// # Errors
/// `Conflict` if codes are not required; `Unauthenticated` for a wrong password or code, without saying which.
pub fn remove(app: &App, caller: &Caller, hasher: &Hasher, password: &str, code: &str) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let person = load_person(app, caller)?;
    if !second_factor::is_set_up(&person) {
        return Err(Error::conflict("totp-not-active"));
    }
    let refused = || Error::Unauthenticated(Message::new("totp-remove-refused"));
    let matches = own_account::is_password_proved(app, caller, &person, hasher, password)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let person = reload_person(tx, caller)?;
        if !matches || !second_factor::use_code(tx, app, &person, code)? {
            return Err(refused());
        }
        people::set_totp(tx.connection, caller.person, None)?;
        recovery_codes::delete(tx.connection, caller.person)?;
        end_other_sessions(tx, caller)?;
        account_notices::notify(tx, &person, AlertKind::CodesOff)?;
        record(tx, caller, EventAction::TotpRemove)
    })
}

/// Resets the codes of a person who lost their phone, on behalf of an administrator; for a role that needs two
/// administrators, only once a second one has requested it too.
///
/// # Errors
/// `Conflict` if codes are not required.
pub(crate) fn request_reset(tx: &mut Tx<'_>, person: &Person, reason: &str) -> Result<ResetState, Error> {
    if !second_factor::is_set_up(person) {
        return Err(Error::conflict("totp-not-active"));
    }
    let body = match second_administrator::consent(tx, person.id, AdminRequestKind::ResetCodes)? {
        Consent::Asked => {
            let body = serde_json::json!({ "reason": reason });
            record_event(tx, &person.public_id, EventAction::TotpResetAsk, body)?;
            return Ok(ResetState::Asked);
        }
        Consent::Given(first) => serde_json::json!({ "reason": reason, "asked_by": first }),
        Consent::NotNeeded => serde_json::json!({ "reason": reason }),
    };
    reset(tx, person)?;
    record_event(tx, &person.public_id, EventAction::TotpReset, body)?;
    Ok(ResetState::Done)
}

/// Returns the people among `ids` for whom a reset waits for a second administrator.
///
/// # Errors
/// Database errors.
pub(crate) fn resets_asked(
    connection: &mut AnyConnection,
    ids: &[PersonId],
    now: NaiveDateTime,
) -> Result<Vec<PersonId>, Error> {
    second_administrator::pending_people(connection, AdminRequestKind::ResetCodes, ids, now)
}

/// Resets codes from the command line, whose user controls the machine.
///
/// # Errors
/// `Conflict` if codes are not required.
pub(crate) fn reset_by_hand(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    if !second_factor::is_set_up(person) {
        return Err(Error::conflict("totp-not-active"));
    }
    reset(tx, person)?;
    record_event(tx, &person.public_id, EventAction::TotpReset, serde_json::json!({ "because": "command-line" }))
}

/// Disables the codes of a person, ends their sessions and notifies them by email, because a thief of only the password
/// would ask for exactly this.
fn reset(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    people::reset_totp(tx.connection, person.id)?;
    recovery_codes::delete(tx.connection, person.id)?;
    account_notices::notify(tx, person, AlertKind::CodesReset)
}

fn load_person(app: &App, caller: &Caller) -> Result<Person, Error> {
    let connection = &mut *app.pool.get()?;
    people::by_public_id(connection, &caller.public_id)?.ok_or(Error::NotFound)
}

fn reload_person(tx: &mut Tx<'_>, caller: &Caller) -> Result<Person, Error> {
    people::by_public_id(tx.connection, &caller.public_id)?.ok_or(Error::NotFound)
}

fn record(tx: &mut Tx<'_>, caller: &Caller, action: EventAction) -> Result<(), Error> {
    record_event(tx, &caller.public_id, action, serde_json::json!({}))
}
