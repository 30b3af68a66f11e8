//! One-time links for setting a password: sent by email to the person, valid once, and void as soon as another link is
//! sent or a password is set.
//!
//! No link is stored or logged. A link is derived from the installation's secret and a nonce, so that it can be put
//! into the email when that is sent, while a copy of the database reveals none. Only the command line shows a link.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::one_time::{LinkToken, link_digest, link_token};
use crate::adapters::passwords::Hasher;
use crate::app::App;
use crate::domain::codes::AlertKind;
use crate::error::Error;
use crate::services::identity::people::record_event;
use crate::services::identity::provider_identities;
use crate::services::identity::second_administrator::{self, Consent};
use crate::services::identity::sessions::{self, SIGN_INS, name_digest};
use crate::services::notifications::account_notices;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::administrator_requests::AdminRequestKind;
use crate::storage::identity::{links, people};
use crate::storage::ids::PersonId;
use crate::storage::write::{Context, Event, Tx, write};

/// Validity of a link that an administrator sends.
const INVITATION: TimeDelta = TimeDelta::hours(72);
/// Validity of a link for a forgotten password.
const FORGOTTEN: TimeDelta = TimeDelta::hours(1);
/// Time within which a person gets no second link for a forgotten password.
const BETWEEN: TimeDelta = TimeDelta::minutes(5);
/// Stored purpose of a link.
const SET_PASSWORD: &str = "set-password";

/// State of a link that an administrator requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkState {
    /// The link is sent to the person by email.
    Mailed,
    /// A second administrator must confirm the link, by the same action.
    Asked,
}

/// Sends a person a link on behalf of an administrator; for a finance role or an administrator, only once a second
/// administrator has requested it too.
///
/// # Errors
/// Database errors.
pub(crate) fn request(tx: &mut Tx<'_>, app: &App, person: &people::Person, nonce: &str) -> Result<LinkState, Error> {
    let body = match second_administrator::consent(tx, person.id, AdminRequestKind::Link)? {
        Consent::Asked => {
            record_event(tx, &person.public_id, EventAction::PersonLinkAsk, serde_json::json!({}))?;
            return Ok(LinkState::Asked);
        }
        Consent::Given(first) => serde_json::json!({ "asked_by": first }),
        Consent::NotNeeded => serde_json::json!({}),
    };
    send(tx, app, person, (AlertKind::PasswordLink, INVITATION), nonce)?;
    record_event(tx, &person.public_id, EventAction::PersonLink, body)?;
    Ok(LinkState::Mailed)
}

/// Voids the links, the password and the bound identity of a person who is given a role that needs two administrators,
/// and requests a new link, because a single administrator may have arranged the old ones. Sessions and tokens end too.
///
/// # Errors
/// Database errors.
pub(crate) fn start_over(tx: &mut Tx<'_>, person: &people::Person) -> Result<(), Error> {
    provider_identities::unbind_all_for_new_role(tx, person)?;
    links::void(tx, person.id)?;
    if !person.password_hash.is_empty() {
        people::set_password(tx.connection, person.id, "")?;
    }
    second_administrator::store_request(tx, person.id, AdminRequestKind::Link, None)?;
    let body = serde_json::json!({ "because": "two-administrators" });
    record_event(tx, &person.public_id, EventAction::PersonLinkAsk, body)
}

/// Returns the people among `ids` for whom a link waits for a second administrator.
///
/// # Errors
/// Database errors.
pub(crate) fn pending_people(
    connection: &mut AnyConnection,
    ids: &[PersonId],
    now: chrono::NaiveDateTime,
) -> Result<Vec<PersonId>, Error> {
    second_administrator::pending_people(connection, AdminRequestKind::Link, ids, now)
}

/// Issues a link and queues the email with it.
fn send(
    tx: &mut Tx<'_>,
    app: &App,
    person: &people::Person,
    (kind, validity): (AlertKind, TimeDelta),
    nonce: &str,
) -> Result<(), Error> {
    issue(tx, app, person, nonce, validity)?;
    account_notices::enqueue(tx, person, kind, nonce)
}

/// Creates a link and voids all earlier ones of the person.
fn issue(tx: &mut Tx<'_>, app: &App, person: &people::Person, nonce: &str, validity: TimeDelta) -> Result<(), Error> {
    let now = tx.context.now;
    links::void(tx, person.id)?;
    links::insert(tx, &token(app, nonce).digest, person, SET_PASSWORD, now + validity)
}

/// Issues a link without an email, for the command line, whose user controls the machine.
///
/// # Errors
/// Database errors.
pub(crate) fn issue_by_hand(tx: &mut Tx<'_>, app: &App, person: &people::Person, nonce: &str) -> Result<(), Error> {
    issue(tx, app, person, nonce, INVITATION)?;
    record_event(tx, &person.public_id, EventAction::LinkCreate, serde_json::json!({}))
}

/// Sends a link to a person who forgot their password. Neither the answer nor the amount of work reveals whether the
/// name exists. A person who never set a password must ask their administrator instead.
///
/// # Errors
/// Database errors.
pub fn send_forgotten(app: &App, username: &str, address: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let nonce = app.ids.uuid();
    let context = Context::of_program(now, app.ids.clone());
    write(&app.pool, &context, |tx| {
        let found = people::by_username(tx.connection, username)?;
        let found = found.filter(|person| !person.disabled && !person.password_hash.is_empty());
        let action = EventAction::PasswordForgotten;
        let body = serde_json::json!({ "address": address });
        let Some(person) = found else {
            let name = name_digest(app, username);
            return tx.event(&Event { stream: SIGN_INS, action, object: &name, body });
        };
        record_event(tx, &person.public_id, action, body)?;
        if links::any_until(tx.connection, person.id, now + FORGOTTEN - BETWEEN)? {
            return Ok(());
        }
        send(tx, app, &person, (AlertKind::PasswordForgotten, FORGOTTEN), &nonce)
    })
}

fn token(app: &App, nonce: &str) -> LinkToken {
    link_token(app.secret.derive(&format!("password-link/{nonce}")).bytes)
}

/// Returns the address of the link for a nonce.
pub(crate) fn address(app: &App, nonce: &str) -> String {
    format!("{}/password/{}", app.settings.public_url(), token(app, nonce).text)
}

/// Checks that a link can still be used.
///
/// # Errors
/// `NotFound` for a link that is unknown, void or expired.
pub fn check(app: &App, link: &str) -> Result<(), Error> {
    owner(&mut *app.pool.get()?, app, link).map(|_| ())
}

/// Returns the person to whom a valid link belongs.
fn owner(connection: &mut AnyConnection, app: &App, link: &str) -> Result<PersonId, Error> {
    let digest = link_digest(link).ok_or(Error::NotFound)?;
    links::owner(connection, app.pool.key(), (&digest, SET_PASSWORD), app.clock.now())?.ok_or(Error::NotFound)
}

/// Sets a password with a link, ends every session of the person and notifies them.
///
/// # Errors
/// `NotFound` for a link that is unknown, void or expired; `Refused` for a password that the policy rejects.
pub fn set_password(app: &App, hasher: &Hasher, link: &str, password: &str) -> Result<(), Error> {
    let digest = link_digest(link).ok_or(Error::NotFound)?;
    let now = app.clock.now();
    // Checked before hashing, so that only a valid link makes the server do that work.
    let owner = owner(&mut *app.pool.get()?, app, link)?;
    let hash = sessions::hash_password(app, hasher, password, Some(owner))?;
    let context = Context::of_program(now, app.ids.clone());
    write(&app.pool, &context, |tx| {
        let person = links::use_up(tx, (&digest, SET_PASSWORD))?.ok_or(Error::NotFound)?;
        let person = people::by_ids(tx.connection, &[person])?.pop().ok_or(Error::NotFound)?;
        replace(tx, &person, &hash)?;
        record_event(tx, &person.public_id, EventAction::PasswordSet, serde_json::json!({}))
    })
}

/// Stores a new password: sessions and tokens end, links are void, and the person is notified.
///
/// # Errors
/// Database errors.
pub(crate) fn replace(tx: &mut Tx<'_>, person: &people::Person, hash: &str) -> Result<(), Error> {
    people::set_password(tx.connection, person.id, hash)?;
    links::void(tx, person.id)?;
    account_notices::notify(tx, person, AlertKind::PasswordChanged)
}
