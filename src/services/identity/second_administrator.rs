//! Confirmation by a second administrator. People with a finance role release money, so one administrator alone cannot
//! change how they sign in: one requests the change, another confirms it within three days by the same action. Where
//! there is only one administrator, the second one's link is issued on the command line (`bootstrap`).

use chrono::{NaiveDateTime, TimeDelta};

use crate::domain::codes::Role;
use crate::error::Error;
use crate::services::identity::delegations;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::events_with;
use crate::storage::identity::administrator_requests::{self as rows, AdminRequestKind};
use crate::storage::identity::people;
use crate::storage::ids::PersonId;
use crate::storage::write::Tx;

/// Time in which a second administrator can confirm.
const LIFETIME: TimeDelta = TimeDelta::hours(72);

/// Result of requesting consent.
pub(crate) enum Consent {
    /// No second administrator is needed.
    NotNeeded,
    /// A second administrator must confirm; the request is stored.
    Asked,
    /// The administrator with this public identifier requested the act before.
    Given(String),
}

/// Returns whether a person has a role that needs two administrators today or later, as holder or deputy.
///
/// # Errors
/// Database errors.
pub(crate) fn is_needed(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let roles = delegations::roles_of(tx.connection, person, tx.context.today())?;
    Ok(roles.into_iter().any(Role::needs_two_administrators))
}

/// Requests an act on a person's account, or confirms the request of another administrator.
///
/// # Errors
/// Database errors.
pub(crate) fn consent(tx: &mut Tx<'_>, person: PersonId, kind: AdminRequestKind) -> Result<Consent, Error> {
    consent_to(tx, person, kind, None)
}

/// Requests or confirms as [`consent`]; both administrators must name the same subject.
///
/// # Errors
/// Database errors.
pub(crate) fn consent_to(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: AdminRequestKind,
    subject: Option<&str>,
) -> Result<Consent, Error> {
    let (by, now) = (tx.person()?, tx.context.now);
    if !is_needed(tx, person)? {
        rows::delete(tx.connection, kind, person)?;
        return Ok(Consent::NotNeeded);
    }
    let asked = rows::of(tx.connection, kind, &[person], now - LIFETIME)?;
    let is_same = rows::subject_of(tx.connection, kind, person)?.as_deref() == subject;
    let stored = asked.first().map(|(_, asked_by)| *asked_by).filter(|asked_by| *asked_by != by && is_same);
    let Some(first) = stored else {
        store_request(tx, person, kind, subject)?;
        return Ok(Consent::Asked);
    };
    // The row could be changed in the database; the request is also an event, which is in a hash chain.
    if recorded_request(tx, person, kind)? != Some((first, subject.map(str::to_owned))) {
        tracing::error!(person = person.0, ?kind, "the stored request of an administrator is not the recorded one");
        store_request(tx, person, kind, subject)?;
        return Ok(Consent::Asked);
    }
    rows::delete(tx.connection, kind, person)?;
    let first = people::by_ids(tx.connection, &[first])?.pop().ok_or(Error::NotFound)?;
    Ok(Consent::Given(first.public_id))
}

/// Returns the administrator who last requested an act, and the subject in the request, according to the audit log;
/// `None` if the act was done since or the request has lapsed.
fn recorded_request(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: AdminRequestKind,
) -> Result<Option<(PersonId, Option<String>)>, Error> {
    let (asking, done) = match kind {
        AdminRequestKind::Link => (EventAction::PersonLinkAsk, EventAction::PersonLink),
        AdminRequestKind::ResetCodes => (EventAction::TotpResetAsk, EventAction::TotpReset),
        AdminRequestKind::BindIdentity => (EventAction::IdentityBindAsk, EventAction::IdentityBind),
    };
    let found = people::by_ids(tx.connection, &[person])?.pop().ok_or(Error::NotFound)?;
    let events = events_with(tx.connection, &format!("person:{}", found.public_id), &[asking, done])?;
    let earliest = tx.context.now - LIFETIME;
    let last = events.last().filter(|event| event.action == asking.as_str() && event.at > earliest);
    Ok(last.and_then(|event| {
        let body: Option<serde_json::Value> = serde_json::from_str(&event.body).ok();
        let subject = body.and_then(|body| body.get("subject")?.as_str().map(str::to_owned));
        event.actor_id.map(|actor| (PersonId(actor), subject))
    }))
}

/// Stores the actor's request for an act on a person, replacing an earlier one.
///
/// # Errors
/// `Internal` if the program itself acts; database errors.
pub(crate) fn store_request(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: AdminRequestKind,
    subject: Option<&str>,
) -> Result<(), Error> {
    let by = tx.person()?;
    rows::store(tx.connection, kind, person, (by, tx.context.now), subject)
}

/// Returns the people among `ids` for whom an act waits for a second administrator.
///
/// # Errors
/// Database errors.
pub(crate) fn pending_people(
    connection: &mut AnyConnection,
    kind: AdminRequestKind,
    ids: &[PersonId],
    now: NaiveDateTime,
) -> Result<Vec<PersonId>, Error> {
    Ok(rows::of(connection, kind, ids, now - LIFETIME)?.into_iter().map(|(person, _)| person).collect())
}
