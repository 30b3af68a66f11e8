//! Sessions of browsers: opaque tokens that the server can end at once (ASVS 7). Programs have tokens (`sessions`).
//!
//! A session ends twelve hours after it was opened, half an hour after it was last used, and with every new password.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::adapters::one_time::{link_digest, link_token};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::sessions::{self, Hasher};
use crate::storage::identity::browser_sessions::{self as rows, NewSession, Session};
use crate::storage::identity::people;
use crate::storage::write::{Context, write};

/// How long a session is at most, and how long it may lie idle (ASVS 7.3).
const LONGEST: TimeDelta = TimeDelta::hours(12);
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// Its use is noted no more often, so that reading a page seldom writes.
const NOTED: TimeDelta = TimeDelta::minutes(5);
/// Characters that are kept of what a browser calls itself.
const AGENT: usize = 200;

/// Who signs in from where.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// Name to sign in with.
    pub username: &'a str,
    /// Password.
    pub password: &'a str,
    /// One-time code, where it is switched on.
    pub code: Option<&'a str>,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// Its address.
    pub address: &'a str,
}

/// Opens a session and gives its token: shown to the browser alone, kept as a digest.
///
/// # Errors
/// `Unauthenticated`, for whatever reason.
pub fn open(app: &App, hasher: &Hasher, from: &SignIn<'_>) -> Result<String, Error> {
    let token = link_token(app.ids.bytes());
    let public_id = app.ids.uuid();
    let agent: String = from.agent.chars().filter(|c| !c.is_control()).take(AGENT).collect();
    sessions::prove(app, hasher, (from.username, from.password, from.code), |tx, person, now| {
        let new = NewSession {
            token_hash: &token.digest,
            public_id: &public_id,
            person: (person.id, person.token_version),
            from: (&agent, from.address),
            during: (now, now + LONGEST),
        };
        rows::insert(tx.connection, &new)
    })?;
    Ok(token.text)
}

/// A token that belongs to nobody: what the forms of somebody who has not signed in are tied to.
pub fn stranger(app: &App) -> String {
    link_token(app.ids.bytes()).text
}

/// The word that ties a form to the browser that it was shown in.
pub fn form_word(app: &App, token: &str) -> String {
    app.secret.derive("forms").sign(token.as_bytes())
}

/// Whether a form comes from the browser that it was shown in.
pub fn form_is_ours(app: &App, token: &str, word: &str) -> bool {
    app.secret.derive("forms").signed(token.as_bytes(), word)
}

/// Who a token belongs to, if its session is open.
///
/// # Errors
/// `Unauthenticated`.
pub fn caller(app: &App, token: &str, language: Option<Language>) -> Result<Caller, Error> {
    let refused = || Error::Unauthenticated(Message::new("session-ended"));
    let digest = link_digest(token).ok_or_else(refused)?;
    let now = app.clock.now();
    let mut connection = app.pool.get()?;
    let session = rows::by_token(&mut connection, &digest, now, now - IDLE)?.ok_or_else(refused)?;
    let person = people::by_ids(&mut connection, &[session.person_id])?.pop().filter(|person| !person.disabled);
    let person = person.ok_or_else(refused)?;
    let seats = people::seats_on(&mut connection, person.id, civil_day(now))?;
    drop(connection);
    if now - session.seen_at >= NOTED {
        write(&app.pool, &context(app, now), |tx| rows::seen(tx.connection, &digest, now))?;
    }
    Ok(Caller::new(&person, seats, language.unwrap_or(person.language), now))
}

/// Ends the session of a token.
///
/// # Errors
/// The database's.
pub fn close(app: &App, token: &str) -> Result<(), Error> {
    let Some(digest) = link_digest(token) else { return Ok(()) };
    write(&app.pool, &context(app, app.clock.now()), |tx| rows::end(tx.connection, &digest))
}

/// One of the caller's sessions.
#[derive(Debug)]
pub struct OpenSession {
    /// Identifier.
    pub id: String,
    /// What the browser called itself.
    pub agent: String,
    /// Where it was opened from.
    pub address: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take five minutes.
    pub seen_at: DateTime<Utc>,
}

/// The caller's open sessions, newest first.
///
/// # Errors
/// The database's.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<OpenSession>, Error> {
    caller.may(Action::OwnSession)?;
    let sessions =
        app.pool.read(|connection| rows::of_person(connection, caller.person, caller.now, caller.now - IDLE))?;
    Ok(sessions.into_iter().map(open_session).collect())
}

fn open_session(session: Session) -> OpenSession {
    OpenSession {
        id: session.public_id,
        agent: session.agent,
        address: session.address,
        created_at: session.created_at.and_utc(),
        seen_at: session.seen_at.and_utc(),
    }
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// `NotFound` for one that is not theirs or has ended.
pub fn end(app: &App, caller: &Caller, id: &str) -> Result<(), Error> {
    caller.may(Action::OwnSession)?;
    let context = Context { actor: Some(caller.person), ..context(app, caller.now) };
    let found = write(&app.pool, &context, |tx| rows::end_of_person(tx.connection, caller.person, id))?;
    if found { Ok(()) } else { Err(Error::NotFound) }
}

fn context(app: &App, now: NaiveDateTime) -> Context {
    Context { actor: None, on_behalf_of: None, now, request: None, ids: app.ids.clone() }
}
