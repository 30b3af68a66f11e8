//! Authentication: passwords, one-time codes, and bearer tokens for API clients. Links for setting a password are in
//! `password_links`.
//!
//! A refusal never says whether the name, the password or the code was wrong. Browser sessions are in
//! `browser_sessions`.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::adapters::password_policy::{MAX_CHARACTERS, MIN_CHARACTERS, PasswordPolicy, password_faults};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::Language;
use crate::domain::text_input;
use crate::error::{Error, FieldError, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::provider_identities;
use crate::services::identity::second_factor;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Event, Tx, write_in};

pub use crate::adapters::passwords::Hasher;

/// Hash chain of the attempts to sign in under unknown names.
pub(crate) const SIGN_INS: &str = "sign-ins";

/// A newly issued bearer token.
#[derive(Debug)]
pub struct Issued {
    /// Encoded token.
    pub token: String,
    /// Time of expiry.
    pub expires_at: DateTime<Utc>,
}

/// Credentials for signing in, and the address that they come from.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// Username for signing in.
    pub username: &'a str,
    /// Password in plain text.
    pub password: &'a str,
    /// One-time or recovery code, required if the person has enabled them.
    pub code: Option<&'a str>,
    /// IP address of the client.
    pub address: &'a str,
}

/// Signs an API client in. An unknown name takes the same time and gets the same answer as a wrong password.
///
/// # Errors
/// `SignInRefused` for wrong credentials.
pub fn sign_in(app: &App, hasher: &Hasher, with: &Credentials<'_>) -> Result<Issued, Error> {
    let person = authenticate(app, hasher, with, |_, _, _| Ok(()))?;
    let (token, expires_at) = app
        .tokens
        .issue(&person.public_id, person.token_version, &app.ids.uuid(), app.clock.now().and_utc())
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Issued { token, expires_at })
}

/// Authenticates by password and, if enabled, one-time code. `with` runs in the transaction that records the sign-in. A
/// refusal is recorded as well, in the person's chain or, for an unknown name, in that of [`SIGN_INS`], so that both
/// take the same work.
///
/// # Errors
/// `SignInRefused` for wrong credentials; the errors of `with`.
pub(crate) fn authenticate(
    app: &App,
    hasher: &Hasher,
    from: &Credentials<'_>,
    with: impl Fn(&mut Tx<'_>, &people::Person, NaiveDateTime) -> Result<(), Error>,
) -> Result<people::Person, Error> {
    let person = people::by_username(&mut *app.pool.get()?, from.username)?;
    let stored = person.as_ref().map(|p| p.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let matches = hasher.verify_or_dummy(from.password, stored);
    let person = match person {
        Some(person) if person.disabled => return Err(refuse(app, from, Some(&person), "disabled")),
        Some(person) if matches && provider_identities::bars_password(app, &person)? => {
            return Err(refuse(app, from, Some(&person), "provider-only"));
        }
        Some(person) if matches => person,
        Some(person) => return Err(refuse(app, from, Some(&person), "password")),
        None => return Err(refuse(app, from, None, "unknown")),
    };
    let now = app.clock.now();
    let context = Context::of_person(person.id, now, app.ids.clone());
    let needs_code = second_factor::is_set_up(&person);
    let signed_in = write_in(&app.pool, Scope::Person(person.id), &context, |tx| {
        if needs_code && !second_factor::use_code(tx, app, &person, from.code.unwrap_or_default())? {
            return Ok(false);
        }
        let stream = format!("person:{}", person.public_id);
        tx.event(&Event {
            stream: &stream,
            action: EventAction::SessionCreate,
            object: &person.public_id,
            body: serde_json::json!({ "address": from.address }),
        })?;
        with(tx, &person, now)?;
        Ok(true)
    })?;
    if signed_in { Ok(person) } else { Err(refuse(app, from, Some(&person), "code")) }
}

/// Returns the keyed digest under which an unknown name is recorded.
pub(crate) fn name_digest(app: &App, name: &str) -> String {
    format!("name:{}", app.secret.derive("unknown-names").sign(text_input::username(name).as_bytes()))
}

/// Records a refused sign-in and returns its error.
pub(crate) fn refuse(
    app: &App,
    from: &Credentials<'_>,
    person: Option<&people::Person>,
    reason: &'static str,
) -> Error {
    let subject = match person {
        Some(person) => format!("person:{}", person.public_id),
        None => name_digest(app, from.username),
    };
    let now = app.clock.now();
    let context = Context::of_program(now, app.ids.clone());
    let scope = person.map_or(Scope::UnknownNames, |person| Scope::Person(person.id));
    let recorded = write_in(&app.pool, scope, &context, |tx| {
        tx.event(&Event {
            stream: if person.is_some() { &subject } else { SIGN_INS },
            action: EventAction::SessionRefuse,
            object: person.map_or(subject.as_str(), |person| person.public_id.as_str()),
            body: serde_json::json!({ "reason": reason, "address": from.address }),
        })
    });
    if let Err(error) = recorded {
        tracing::error!(%error, "failed to record a refused sign-in");
    }
    Error::SignInRefused { subject, reason }
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
    let is_current = |person: &people::Person| person.token_version == claims.token_version;
    find_caller(app, (&claims.sub, now), language, is_current)?.ok_or_else(refused)
}

/// Loads the person to whom a secret address belongs as its reader, in their language; `None` for a disabled person.
///
/// # Errors
/// Database errors.
pub(crate) fn load_reader(app: &App, person: &str) -> Result<Option<Caller>, Error> {
    find_caller(app, (person, app.clock.now()), None, |_| true)
}

/// Loads a person who is not disabled as a caller, with the seats of today.
fn find_caller(
    app: &App,
    (person, now): (&str, NaiveDateTime),
    language: Option<Language>,
    may: impl Fn(&people::Person) -> bool,
) -> Result<Option<Caller>, Error> {
    let (mut connection, found) =
        app.pool.get_after(|connection| people::by_public_id_with_version(connection, person))?;
    let Some((person, version)) = found.filter(|(person, _)| !person.disabled && may(person)) else { return Ok(None) };
    let seats = people::remembered_seats(&mut connection, &version, person.id, civil_day(now))?;
    let caller = Caller::new(&person, seats, language.unwrap_or(person.language), now);
    Ok(Some(second_factor::withhold_seats(app, Caller { registers: version, ..caller }, false)))
}

/// Checks a new password against the policy, which also rejects the person's names and organisations, and hashes it.
///
/// # Errors
/// `Refused` for a password that the policy rejects.
pub fn hash_password(app: &App, hasher: &Hasher, password: &str, person: Option<PersonId>) -> Result<String, Error> {
    let mut context = vec!["luyue".to_owned(), "履约".to_owned()];
    if let Some(id) = person {
        let connection = &mut *app.pool.get()?;
        for person in people::by_ids(connection, &[id])? {
            let mailbox = person.email.split('@').next().unwrap_or_default().to_owned();
            context.extend([person.username, person.name, mailbox]);
        }
        let seats = people::seats_of(connection, &[id], civil_day(app.clock.now()))?;
        context.extend(seats.into_iter().flat_map(|seat| [seat.organisation, seat.organisation_name]));
    }
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    let policy = PasswordPolicy { mixed_characters: app.settings.password_mixed };
    let faults = password_faults(password, &context, policy);
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

/// Waits for a slot for hashing a password, without blocking a thread.
///
/// # Errors
/// None in practice: the gate is never closed.
pub async fn acquire_hasher(app: &App) -> Result<Hasher, Error> {
    app.passwords.acquire_hasher().await.map_err(|error| Error::Internal(error.to_string()))
}

/// Loads a person as caller without authentication, for commands on the machine itself, such as the demonstration.
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
