//! Signing in through the bureau's identity provider (OpenID Connect). Only known people can sign in; no account is
//! created. People who use one-time codes enter one afterwards, unless the provider states that it checked a second
//! factor.
//!
//! The server stores nothing while the browser is at the provider: the browser keeps a signed ticket.

use serde::{Deserialize, Serialize};

use crate::adapters::identity_provider::id_token::Identity;
use crate::adapters::identity_provider::ticket::{Handshake, Purpose, Ticket};
use crate::adapters::identity_provider::{IdentityProvider, ProviderError};
use crate::adapters::one_time::link_token;
use crate::adapters::secrets::Key;
use crate::app::App;
use crate::domain::codes::Language;
use crate::error::{Error, Message};
use crate::services::identity::browser_sessions::{self, Browser, FreshSession};
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::identity::provider_identities;
use crate::services::identity::second_administrator;
use crate::services::identity::second_factor;
use crate::services::identity::sessions::{self, Credentials};
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::browser_sessions::{self as session_rows, SignInWay};
use crate::storage::identity::people::{self, Person};
use crate::storage::identity::provider_identities as rows;
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Tx, write_in};

/// Path to which the provider sends the browser back; registered at the provider.
pub const RETURN_PATH: &str = "/sign-in/provider/return";
/// Path to which the provider sends the browser after ending the session there.
pub const SIGNED_OUT_PATH: &str = "/sign-in";
/// Rule of a refusal after which the sign-in must be started again.
pub const START_AGAIN: &str = "identity-provider";
/// Tolerated difference between the clocks of the provider and the program, in seconds.
const CLOCK_TOLERANCE: i64 = 60;

/// A browser that leaves for the provider.
#[derive(Debug)]
pub struct Departure {
    /// Address at the provider.
    pub address: String,
    /// Ticket for the browser to keep.
    pub ticket: String,
}

/// Values that a browser brings back from the provider.
#[derive(Debug, Clone, Copy)]
pub struct Return<'a> {
    /// Ticket that the browser kept.
    pub ticket: &'a str,
    /// State in the address.
    pub state: &'a str,
    /// Code in the address, or the provider's error code.
    pub code: Result<&'a str, &'a str>,
    /// Issuer in the address (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Result of coming back.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A session was opened.
    SignedIn { token: String, next: String },
    /// A one-time code is required; it is sent with this ticket.
    CodeNeeded { ticket: String },
    /// The signed-in person has proved their identity again.
    Proved { next: String },
}

/// Result of the transaction that opens a session.
#[derive(Debug, Serialize, Deserialize)]
enum Admission {
    Open,
    CodeNeeded,
    Refused(Reason),
}

/// Reason why a person whom the provider signed in is not admitted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Reason {
    Disabled,
    /// The identity is bound to another person, or the person to another identity.
    BoundOtherwise,
    /// The person has a role that needs two administrators, and no second one has confirmed a way of signing in.
    Unconfirmed,
    Code,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::BoundOtherwise => "bound-otherwise",
            Self::Unconfirmed => "unconfirmed",
            Self::Code => "code",
        }
    }
}

/// Returns the name of the provider in a language; `None` if people sign in with passwords only.
pub fn provider_name(app: &App, language: Language) -> Option<&str> {
    app.provider.as_ref()?;
    Some(match language {
        Language::Zh => &app.settings.oidc_name_zh,
        Language::En => &app.settings.oidc_name_en,
    })
}

/// Sends a browser to the provider; `next` is the page to show afterwards.
///
/// # Errors
/// `NotFound` without a provider; `Unavailable` if it does not answer.
pub fn leave_for_provider(app: &App, next: &str) -> Result<Departure, Error> {
    leave(app, Purpose::SignIn, next)
}

/// Sends a signed-in person to the provider to sign in there again.
///
/// # Errors
/// As [`depart`].
pub fn leave_to_prove(app: &App, caller: &Caller, next: &str) -> Result<Departure, Error> {
    leave(app, Purpose::Prove { person: caller.public_id.clone() }, next)
}

fn leave(app: &App, purpose: Purpose, next: &str) -> Result<Departure, Error> {
    let provider = provider(app)?;
    let sign_in_again = purpose != Purpose::SignIn;
    let ticket = issue_ticket(app, purpose, next);
    let handshake = Handshake::of(&ticket, &key(app));
    let address =
        provider.authorization_address(&handshake, &return_address(app), sign_in_again, app.clock.now().and_utc());
    Ok(Departure { address: address.map_err(unavailable)?, ticket })
}

/// Accepts a browser that comes back from the provider.
///
/// # Errors
/// `NotFound` without a provider; `Unavailable` if it does not answer; `Refused` (`START_AGAIN`) for a sign-in that
/// this browser did not start, that took too long, or that was cancelled at the provider; `SignInRefused` for an
/// invalid answer, and for a person who cannot sign in here.
pub fn return_from_provider(app: &App, back: &Return<'_>, browser: &Browser<'_>) -> Result<Arrival, Error> {
    let provider = provider(app)?;
    let now = app.clock.now().and_utc();
    let key = key(app);
    let is_state_ours = Handshake::is_state_of(back.state, back.ticket, &key);
    let ticket = Ticket::verify(back.ticket, &key, now).filter(|_| is_state_ours);
    let ticket = ticket.ok_or_else(|| start_again("provider-start-again"))?;
    let refused = |error: ProviderError| match error {
        ProviderError::Token(reason) => sessions::refuse(app, &no_one(browser), None, reason),
        ProviderError::CodeRefused => sessions::refuse(app, &no_one(browser), None, "code refused"),
        error @ (ProviderError::Unreachable(_) | ProviderError::Setting(_)) => unavailable(error),
    };
    provider.check_response_issuer(back.issuer, now).map_err(refused)?;
    let code = match back.code {
        Ok(code) => code,
        Err("access_denied") => return Err(start_again("provider-given-up")),
        Err(_) => return Err(sessions::refuse(app, &no_one(browser), None, "refused by the provider")),
    };
    let handshake = Handshake::of(back.ticket, &key);
    let identity = provider.redeem(&handshake, (code, &return_address(app)), now).map_err(refused)?;
    match ticket.purpose {
        Purpose::SignIn => sign_in(app, provider, &identity, browser, ticket.next),
        Purpose::Prove { person } => {
            let made_at = ticket.made_at;
            prove(app, provider, (&identity, &person, made_at), browser).map(|()| Arrival::Proved { next: ticket.next })
        }
        Purpose::Code { .. } => Err(start_again("provider-start-again")),
    }
}

/// Signs in the person of an identity, or requires a one-time code.
fn sign_in(
    app: &App,
    provider: &IdentityProvider,
    identity: &Identity,
    browser: &Browser<'_>,
    next: String,
) -> Result<Arrival, Error> {
    let named = identity.name.as_deref();
    let from = Credentials { username: named.unwrap_or(&identity.subject), ..no_one(browser) };
    let person = find(app, provider, identity)?.ok_or_else(|| sessions::refuse(app, &from, None, "unknown"))?;
    let session = FreshSession::draw(app);
    let entry = Entry {
        person: &person,
        identity: (provider.issuer(), &identity.subject),
        has_second_factor: identity.has_second_factor,
        code: None,
        browser,
        session: &session,
    };
    match admit(app, &entry)? {
        Admission::Open => Ok(Arrival::SignedIn { token: session.token.text, next }),
        Admission::CodeNeeded => {
            let purpose = Purpose::Code { person: person.public_id, subject: identity.subject.clone() };
            Ok(Arrival::CodeNeeded { ticket: issue_ticket(app, purpose, &next) })
        }
        Admission::Refused(reason) => Err(sessions::refuse(app, &from, Some(&person), reason.as_str())),
    }
}

/// Opens the session of a person whom the provider signed in, with a one-time or recovery code. Returns the session's
/// token and the page to show.
///
/// # Errors
/// `NotFound` without a provider; `Refused` (`START_AGAIN`) for an expired ticket; `SignInRefused` for a wrong code.
pub fn finish(app: &App, ticket: &str, code: &str, browser: &Browser<'_>) -> Result<(String, String), Error> {
    let again = || start_again("provider-start-again");
    let ticket = Ticket::verify(ticket, &key(app), app.clock.now().and_utc()).ok_or_else(again)?;
    let Purpose::Code { person, subject } = ticket.purpose else { return Err(again()) };
    let provider = provider(app)?;
    let person = people::by_public_id(&mut *app.pool.get()?, &person)?.ok_or_else(again)?;
    let session = FreshSession::draw(app);
    let entry = Entry {
        person: &person,
        identity: (provider.issuer(), &subject),
        has_second_factor: false,
        code: Some(code),
        browser,
        session: &session,
    };
    let reason = match admit(app, &entry)? {
        Admission::Open => return Ok((session.token.text, ticket.next)),
        Admission::CodeNeeded => Reason::Code,
        Admission::Refused(reason) => reason,
    };
    let from = Credentials { username: &person.username, ..no_one(browser) };
    Err(sessions::refuse(app, &from, Some(&person), reason.as_str()))
}

/// Returns the public identifier of the person in a ticket that requires a one-time code, for counting attempts.
pub fn person_of_ticket(app: &App, ticket: &str) -> Option<String> {
    match Ticket::verify(ticket, &key(app), app.clock.now().and_utc())?.purpose {
        Purpose::Code { person, .. } => Some(person),
        _ => None,
    }
}

/// Returns the address at which the session at the provider ends; `None` if the provider has no such address.
///
/// # Errors
/// `NotFound` without a provider; `Unavailable` if it does not answer.
pub fn end_session_address(app: &App) -> Result<Option<String>, Error> {
    let return_to = format!("{}{SIGNED_OUT_PATH}", app.settings.public_url().trim_end_matches('/'));
    provider(app)?.end_session_address(&return_to, app.clock.now().and_utc()).map_err(unavailable)
}

/// Finds the person to whom an identity is bound, or else the person whom its claim names.
fn find(app: &App, provider: &IdentityProvider, identity: &Identity) -> Result<Option<Person>, Error> {
    let connection = &mut *app.pool.get()?;
    match (rows::owner(connection, provider.issuer(), &identity.subject)?, &identity.name) {
        (Some(owner), _) => Ok(people::by_ids(connection, &[owner])?.pop()),
        (None, Some(name)) => people::by_username(connection, name),
        (None, None) => Ok(None),
    }
}

/// A person whom the provider signed in, and the session to open.
struct Entry<'a> {
    person: &'a Person,
    /// Issuer and subject.
    identity: (&'a str, &'a str),
    /// True if the provider states that it checked a second factor.
    has_second_factor: bool,
    /// One-time or recovery code, if one was given.
    code: Option<&'a str>,
    browser: &'a Browser<'a>,
    session: &'a FreshSession,
}

/// Admits a person: checks that they may sign in with this identity, uses the code if one is required, binds the
/// identity at the first sign-in and stores the session.
fn admit(app: &App, entry: &Entry<'_>) -> Result<Admission, Error> {
    let context = context(app, entry.person.id);
    write_in(&app.pool, Scope::Person(entry.person.id), &context, |tx| admit_in(tx, app, entry))
}

fn admit_in(tx: &mut Tx<'_>, app: &App, entry: &Entry<'_>) -> Result<Admission, Error> {
    let (issuer, subject) = entry.identity;
    let person = people::by_public_id(tx.connection, &entry.person.public_id)?.ok_or(Error::NotFound)?;
    if person.disabled {
        return Ok(Admission::Refused(Reason::Disabled));
    }
    let owner = rows::owner(tx.connection, issuer, subject)?;
    let is_bound = match (owner, rows::subject_of(tx.connection, issuer, person.id)?) {
        (Some(owner), _) if owner == person.id => true,
        (None, None) => false,
        _ => return Ok(Admission::Refused(Reason::BoundOtherwise)),
    };
    // A password exists only after a second administrator confirmed its link.
    if !is_bound && person.password_hash.is_empty() && second_administrator::is_needed(tx, person.id)? {
        return Ok(Admission::Refused(Reason::Unconfirmed));
    }
    if second_factor::is_set_up(&person) && !entry.has_second_factor {
        let Some(code) = entry.code else { return Ok(Admission::CodeNeeded) };
        if !second_factor::use_code(tx, app, &person, code)? {
            return Ok(Admission::Refused(Reason::Code));
        }
    }
    if !is_bound {
        provider_identities::bind(tx, &person, (issuer, subject), None, None)?;
    }
    let body = serde_json::json!({ "address": entry.browser.address, "issuer": issuer });
    record_event(tx, &person.public_id, EventAction::SessionCreate, body)?;
    let way = SignInWay::Provider { has_second_factor: entry.has_second_factor };
    entry.session.insert(tx, &person, entry.browser, way)?;
    Ok(Admission::Open)
}

/// Records that the owner of the browser's session signed in at the provider again.
fn prove(
    app: &App,
    provider: &IdentityProvider,
    (identity, person, made_at): (&Identity, &str, i64),
    browser: &Browser<'_>,
) -> Result<(), Error> {
    let caller = browser_sessions::load_caller(app, browser.before.unwrap_or_default(), None)?;
    let owner = rows::owner(&mut *app.pool.get()?, provider.issuer(), &identity.subject)?;
    let is_same = caller.public_id == person && owner == Some(caller.person);
    let is_fresh = identity.authenticated_at.is_some_and(|at| at.timestamp() >= made_at - CLOCK_TOLERANCE);
    if !is_same || !is_fresh {
        let reason = if is_same { "not signed in again" } else { "another person" };
        let asked = people::by_ids(&mut *app.pool.get()?, &[caller.person])?.pop();
        return Err(sessions::refuse(app, &no_one(browser), asked.as_ref(), reason));
    }
    let context = context(app, caller.person);
    write_in(&app.pool, Scope::Person(caller.person), &context, |tx| {
        if let Some(session) = &caller.session {
            session_rows::prove(tx.connection, session, tx.context.now)?;
        }
        let body = serde_json::json!({ "address": browser.address, "issuer": provider.issuer() });
        record_event(tx, &caller.public_id, EventAction::SessionProve, body)
    })
}

fn context(app: &App, actor: PersonId) -> Context {
    Context::of_person(actor, app.clock.now(), app.ids.clone())
}

fn issue_ticket(app: &App, purpose: Purpose, next: &str) -> String {
    let made_at = app.clock.now().and_utc().timestamp();
    let nonce = link_token(app.ids.bytes()).text;
    Ticket { purpose, next: next.to_owned(), made_at, nonce }.sign(&key(app))
}

fn key(app: &App) -> Key {
    app.secret.derive("identity-provider")
}

fn provider(app: &App) -> Result<&IdentityProvider, Error> {
    app.provider.as_deref().ok_or(Error::NotFound)
}

fn return_address(app: &App) -> String {
    format!("{}{RETURN_PATH}", app.settings.public_url().trim_end_matches('/'))
}

fn no_one<'a>(browser: &Browser<'a>) -> Credentials<'a> {
    Credentials { username: "", password: "", code: None, address: browser.address }
}

fn start_again(key: &'static str) -> Error {
    Error::refused(START_AGAIN, Message::new(key))
}

fn unavailable(error: ProviderError) -> Error {
    Error::Unavailable(error.to_string())
}
