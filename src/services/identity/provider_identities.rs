//! Identities at the bureau's identity provider, bound to known people: at the first sign-in, by the claim with the
//! username, or by an administrator. A binding never creates an account, and the person is notified of each change.

use crate::app::App;
use crate::domain::codes::{AlertKind, Role};
use crate::error::{Error, FieldError, Message};
use crate::services::identity::people::record_event;
use crate::services::identity::second_administrator::{self, Consent};
use crate::services::notifications::account_notices;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::administrator_requests::AdminRequestKind;
use crate::storage::identity::people::{self, Person};
use crate::storage::identity::provider_identities as rows;
use crate::storage::ids::PersonId;
use crate::storage::write::Tx;

/// Maximum length of a subject in characters (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;

/// Returns whether a person's password opens no session, because the settings require the identity provider. Passwords
/// of administrators always open one, so that they can sign in when the provider fails.
///
/// # Errors
/// Database errors.
pub(crate) fn bars_password(app: &App, person: &Person) -> Result<bool, Error> {
    let Some(provider) = app.provider.as_deref().filter(|_| app.settings.oidc_only) else { return Ok(false) };
    let connection = &mut *app.pool.get()?;
    if rows::subject_of(connection, provider.issuer(), person.id)?.is_none() {
        return Ok(false);
    }
    let seats = people::seats_on(connection, person.id, crate::clock::civil_day(app.clock.now()))?;
    Ok(!seats.iter().any(|seat| seat.role == Role::Administrator))
}

/// Returns the subjects bound to the people among `ids` at the provider of the settings.
///
/// # Errors
/// Database errors.
pub(crate) fn subjects(
    app: &App,
    connection: &mut AnyConnection,
    ids: &[PersonId],
) -> Result<Vec<(PersonId, String)>, Error> {
    match app.provider.as_deref() {
        Some(provider) => rows::subjects(connection, provider.issuer(), ids),
        None => Ok(Vec::new()),
    }
}

/// Binds a subject to a person on behalf of an administrator; for a role that needs two administrators, only once a
/// second one has requested the same. Returns whether it is bound.
///
/// # Errors
/// `Conflict` without a provider, or if the person has an identity there; `Refused` for an unusable subject, or one
/// that is bound to another person.
pub(crate) fn request_bind(tx: &mut Tx<'_>, app: &App, person: &Person, typed: Option<&str>) -> Result<bool, Error> {
    let provider = app.provider.as_deref().ok_or(Error::conflict("provider-missing"))?;
    let subject = read_subject(typed)?;
    if rows::subject_of(tx.connection, provider.issuer(), person.id)?.is_some() {
        return Err(Error::conflict("identity-bound-already"));
    }
    if rows::owner(tx.connection, provider.issuer(), subject)?.is_some() {
        return Err(Error::refused_at("identity", "subject", Message::new("identity-taken")));
    }
    let asked_by = match second_administrator::consent_to(tx, person.id, AdminRequestKind::BindIdentity, Some(subject))?
    {
        Consent::Asked => {
            let body = serde_json::json!({ "issuer": provider.issuer(), "subject": subject });
            record_event(tx, &person.public_id, EventAction::IdentityBindAsk, body)?;
            return Ok(false);
        }
        Consent::Given(first) => Some(first),
        Consent::NotNeeded => None,
    };
    let by = tx.person()?;
    bind(tx, person, (provider.issuer(), subject), Some(by), asked_by)?;
    Ok(true)
}

fn read_subject(typed: Option<&str>) -> Result<&str, Error> {
    let subject = typed.map(str::trim).unwrap_or_default();
    let is_usable = (1..=MAX_SUBJECT).contains(&subject.chars().count()) && !subject.chars().any(char::is_control);
    if is_usable {
        return Ok(subject);
    }
    let message = Message::new("identity-subject").with("max", MAX_SUBJECT);
    let errors = vec![FieldError { path: "subject".to_owned(), message }];
    Err(Error::Refused { rule: "identity".to_owned(), errors })
}

/// Stores a binding, records it and notifies the person. `by` is the administrator who binds, and `asked_by` the public
/// identifier of the one who requested it first.
///
/// # Errors
/// `Retry` if the subject was bound at the same time.
pub(crate) fn bind(
    tx: &mut Tx<'_>,
    person: &Person,
    (issuer, subject): (&str, &str),
    by: Option<PersonId>,
    asked_by: Option<String>,
) -> Result<(), Error> {
    let now = tx.context.now;
    rows::insert(tx.connection, person.id, (issuer, subject), (by, now))?;
    let mut body = serde_json::json!({ "issuer": issuer, "subject": subject });
    if let (Some(first), Some(body)) = (asked_by, body.as_object_mut()) {
        body.insert("asked_by".to_owned(), first.into());
    }
    record_event(tx, &person.public_id, EventAction::IdentityBind, body)?;
    account_notices::notify(tx, person, AlertKind::IdentityBound)
}

/// Unbinds a person's identity on behalf of an administrator. The person's sessions end.
///
/// # Errors
/// `Conflict` without a provider or a binding.
pub(crate) fn unbind(tx: &mut Tx<'_>, app: &App, person: &Person, reason: &str) -> Result<(), Error> {
    let provider = app.provider.as_deref().ok_or(Error::conflict("provider-missing"))?;
    if !rows::delete(tx.connection, provider.issuer(), person.id)? {
        return Err(Error::conflict("identity-not-bound"));
    }
    people::revoke(tx.connection, person.id)?;
    let body = serde_json::json!({ "issuer": provider.issuer(), "reason": reason });
    record_event(tx, &person.public_id, EventAction::IdentityUnbind, body)?;
    account_notices::notify(tx, person, AlertKind::IdentityUnbound)
}

/// Unbinds every identity of a person who is given a role that needs two administrators, because a single administrator
/// may have bound it. Their sessions end, and they are notified. Does nothing without a binding.
///
/// # Errors
/// Database errors.
pub(crate) fn unbind_all_for_new_role(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    if !rows::delete_all(tx.connection, person.id)? {
        return Ok(());
    }
    people::revoke(tx.connection, person.id)?;
    let body = serde_json::json!({ "because": "two-administrators" });
    record_event(tx, &person.public_id, EventAction::IdentityUnbind, body)?;
    account_notices::notify(tx, person, AlertKind::IdentityUnbound)
}
