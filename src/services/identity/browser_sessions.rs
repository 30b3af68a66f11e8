//! Browser sessions: opaque tokens in a cookie that the server can revoke at once (ASVS 7). API clients use bearer
//! tokens instead (`sessions`).
//!
//! A session ends 12 hours after sign-in, after 30 minutes without use, and whenever the person's password changes. Its
//! public identifier is a keyed digest of its token and its person, so that a session row that is moved to another
//! person in the database becomes invalid.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::adapters::one_time::{LinkToken, link_digest, link_token};
use crate::adapters::secrets::Key;
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::own_account::end_other_sessions;
use crate::services::identity::people::record_event;
use crate::services::identity::second_factor;
use crate::services::identity::sessions::{self, Credentials, Hasher};
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::browser_sessions::{self as rows, NewSession, Session, SignInWay};
use crate::storage::identity::people::{self, Person};
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Tx, write_in};

/// Absolute and idle timeouts of a session (ASVS 7.3).
const MAX_LIFETIME: TimeDelta = TimeDelta::hours(12);
const IDLE_TIMEOUT: TimeDelta = TimeDelta::minutes(30);
/// Minimum time between two updates of `seen_at`, so that reading pages rarely writes.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::minutes(5);
/// Maximum length in characters of a stored user agent.
const MAX_USER_AGENT: usize = 200;

/// A browser in which a person signs in.
#[derive(Debug, Clone, Copy)]
pub struct Browser<'a> {
    /// User agent.
    pub agent: &'a str,
    /// IP address.
    pub address: &'a str,
    /// Token of the browser's present session, which ends when the new one starts.
    pub before: Option<&'a str>,
}

/// Token of a session, drawn before the transaction so that a retry stores the same one.
pub(crate) struct FreshSession {
    /// Token for the browser; only its digest is stored.
    pub token: LinkToken,
    key: Key,
}

impl FreshSession {
    /// Draws a token.
    pub(crate) fn draw(app: &App) -> Self {
        Self { token: link_token(app.ids.bytes()), key: owner_key(app) }
    }

    /// Stores the session of a person and ends the earlier one of the browser.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) fn insert(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        browser: &Browser<'_>,
        signed_in_by: SignInWay,
    ) -> Result<(), Error> {
        let agent: String = browser.agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect();
        let now = tx.context.now;
        let public_id = self.key.sign(owner_message(&self.token.digest, person).as_bytes());
        let new = NewSession {
            token_hash: &self.token.digest,
            public_id: &public_id,
            person: (person.id, person.token_version),
            from: (&agent, browser.address),
            during: (now, now + MAX_LIFETIME),
            signed_in_by,
        };
        rows::insert(tx.connection, &new)?;
        match browser.before.and_then(link_digest) {
            Some(before) => rows::delete(tx.connection, &before),
            None => Ok(()),
        }
    }
}

fn owner_key(app: &App) -> Key {
    app.secret.derive("browser-sessions")
}

/// Returns the text from whose signature the public identifier of a session is made.
fn owner_message(token_hash: &str, person: &Person) -> String {
    format!("{token_hash} {}", person.public_id)
}

/// Returns whether a person opened a session, as opposed to being only named in its row.
fn is_owner(app: &App, session: &Session, person: &Person) -> bool {
    owner_key(app).signed(owner_message(&session.token_hash, person).as_bytes(), &session.public_id)
}

/// Signs a person in from a browser with a user agent and returns the token of the new session, of which only the
/// digest is stored. The earlier session of the browser, given by its token, ends.
///
/// # Errors
/// `SignInRefused`, which never says whether the name, the password or the code was wrong.
pub fn open_session(
    app: &App,
    hasher: &Hasher,
    from: &Credentials<'_>,
    (agent, before): (&str, Option<&str>),
) -> Result<String, Error> {
    let session = FreshSession::draw(app);
    let browser = Browser { agent, address: from.address, before };
    sessions::authenticate(app, hasher, from, |tx, person, _| {
        session.insert(tx, person, &browser, SignInWay::Password)
    })?;
    Ok(session.token.text)
}

/// Generates a token without a session, for the forms of a visitor who has not signed in.
pub fn anonymous_token(app: &App) -> String {
    link_token(app.ids.bytes()).text
}

/// Derives the CSRF token of a browser from its session token.
pub fn csrf_token(app: &App, token: &str) -> String {
    app.secret.derive("forms").sign(token.as_bytes())
}

/// Verifies that a CSRF token was derived from this session token. Text after a dot is the mark of a kept form and is
/// ignored.
pub fn verify_csrf(app: &App, token: &str, csrf_token: &str) -> bool {
    let signature = csrf_token.split('.').next().unwrap_or_default();
    app.secret.derive("forms").signed(token.as_bytes(), signature)
}

/// Loads the caller to whom an open session belongs.
///
/// # Errors
/// `Unauthenticated` for an unknown or expired session, a disabled person, or a person who did not open the session.
pub fn load_caller(app: &App, token: &str, language: Option<Language>) -> Result<Caller, Error> {
    let refused = || Error::Unauthenticated(Message::new("session-ended"));
    let digest = link_digest(token).ok_or_else(refused)?;
    let now = app.clock.now();
    let (mut connection, found) =
        app.pool.get_after(|connection| rows::by_token(connection, &digest, now, now - IDLE_TIMEOUT))?;
    let (session, person, version, unread_notices) =
        found.filter(|(session, person, ..)| !person.disabled && is_owner(app, session, person)).ok_or_else(refused)?;
    let seats = people::remembered_seats(&mut connection, &version, person.id, civil_day(now))?;
    drop(connection);
    if now - session.seen_at >= TOUCH_INTERVAL {
        let seen =
            write_in(&app.pool, Scope::Unshared, &context(app, now), |tx| rows::touch(tx.connection, &digest, now));
        match seen {
            // Pages are read, and a form is shown with what was typed, also where nothing can be written.
            Err(Error::Unavailable(reason)) => tracing::warn!(%reason, "the time of a session cannot be recorded"),
            seen => seen?,
        }
    }
    let caller = Caller::new(&person, seats, language.unwrap_or(person.language), now);
    let has_second_factor = session.signed_in_by == SignInWay::Provider { has_second_factor: true };
    let proved_at = session.proved_at.unwrap_or(session.created_at);
    let caller = Caller { session: Some(digest), proved_at, registers: version, unread_notices, ..caller };
    Ok(second_factor::withhold_seats(app, caller, has_second_factor))
}

/// Signs a browser out by its session token. An unknown token is ignored. Returns true if the identity provider had
/// signed the person in, so that a session may still be open there.
///
/// # Errors
/// Database errors.
pub fn close_session(app: &App, token: &str) -> Result<bool, Error> {
    let Some(digest) = link_digest(token) else { return Ok(false) };
    write_in(&app.pool, Scope::Unshared, &context(app, app.clock.now()), |tx| {
        let way = rows::signed_in_by(tx.connection, &digest)?;
        rows::delete(tx.connection, &digest)?;
        Ok(way != SignInWay::Password)
    })
}

/// An open browser session of the caller.
#[derive(Debug)]
pub struct OpenSession {
    /// Public identifier of the session.
    pub id: String,
    /// `true` for the session of the request.
    pub is_current: bool,
    /// User agent of the browser.
    pub agent: String,
    /// IP address at sign-in.
    pub address: String,
    /// True if the identity provider signed the person in.
    pub is_by_provider: bool,
    /// Time of sign-in.
    pub created_at: DateTime<Utc>,
    /// Time of last use, accurate to five minutes.
    pub seen_at: DateTime<Utc>,
}

/// Lists the caller's open sessions, newest first.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<OpenSession>, Error> {
    caller.may(Action::OwnSession)?;
    let sessions = app
        .pool
        .read(|connection| rows::list_of_person(connection, caller.person, caller.now, caller.now - IDLE_TIMEOUT))?;
    Ok(sessions.into_iter().map(|session| view(caller, session)).collect())
}

fn view(caller: &Caller, session: Session) -> OpenSession {
    OpenSession {
        is_current: caller.session.as_ref() == Some(&session.token_hash),
        id: session.public_id,
        agent: session.agent,
        address: session.address,
        is_by_provider: session.signed_in_by != SignInWay::Password,
        created_at: session.created_at.and_utc(),
        seen_at: session.seen_at.and_utc(),
    }
}

/// Ends a session of the caller.
///
/// # Errors
/// `NotFound` for a session that is not the caller's or has already ended.
pub fn end_session(app: &App, caller: &Caller, id: &str) -> Result<(), Error> {
    caller.may(Action::OwnSession)?;
    let context = Context { actor: Some(caller.person), ..context(app, caller.now) };
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        if !rows::delete_of_person(tx.connection, caller.person, id)? {
            return Err(Error::NotFound);
        }
        record_event(tx, &caller.public_id, EventAction::SessionEnd, serde_json::json!({ "session": id }))
    })
}

/// Ends all sessions and tokens of the caller but the session of the request.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn end_others(app: &App, caller: &Caller) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        end_other_sessions(tx, caller)?;
        record_event(tx, &caller.public_id, EventAction::SessionsEndOthers, serde_json::json!({}))
    })
}

fn context(app: &App, now: NaiveDateTime) -> Context {
    Context::of_program(now, app.ids.clone())
}
