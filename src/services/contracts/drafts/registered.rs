//! Answers for a draft that is gone: registered, proposed as an amendment, given up or filled again.

use crate::clock::civil_time;
use crate::domain::policy::Action;
use crate::error::{Duplicate, Error, Existing, Message};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::identity::names::Names;
use crate::storage::ids::{OrganisationId, PersonId};

/// Events that end a draft.
const ENDS: [EventAction; 2] = [EventAction::DraftRegister, EventAction::DraftDiscard];
/// Keys of the event of giving up a draft: its organisation, and whether it is filled again.
const ORGANISATION: &str = "organisation";
const OUTDATED: &str = "outdated";

/// Returns the name of the hash chain with the events of a draft.
pub(super) fn stream_of(id: &str) -> String {
    format!("draft:{id}")
}

/// Returns the error for a draft that no longer exists. It names the contract as which the draft was registered or which
/// it amends, if the caller may see that contract, or who gave up the draft and when, if it was the caller's bureau's.
pub(super) fn of_draft(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Error, Error> {
    let events = hash_chains::events_of(connection, &stream_of(id))?;
    let is_end = |event: &&EventRow| ENDS.iter().any(|end| event.action == end.as_str());
    let Some(event) = events.iter().find(is_end) else { return Ok(Error::NotFound) };
    let body: serde_json::Value = stored(&event.body)?;
    if event.action == EventAction::DraftDiscard.as_str() {
        return given_up(connection, caller, event, &body);
    }
    let amended = body["amends"].as_str();
    let contract = amended.or_else(|| body["contract"].as_str()).unwrap_or_default().to_owned();
    let (found, _) = caller.contract(connection, &contract, Action::ReadContract)?;
    let key = if amended.is_some() { "draft-proposed" } else { "draft-registered" };
    let message = Message::new(key).with("number", found.number);
    let existing = Existing { address: format!("/contracts/{contract}"), contract: Some(contract), milestone: None };
    Ok(Error::Duplicate(Box::new(Duplicate { message, existing: Some(existing), is_repeatable: false })))
}

/// Returns what the event of giving up a draft of an organisation holds. `is_outdated` is true for a draft that is
/// filled again, because its contract has changed.
pub(super) fn discard_body(organisation: OrganisationId, is_outdated: bool) -> serde_json::Value {
    serde_json::json!({ ORGANISATION: organisation.0, OUTDATED: is_outdated })
}

fn given_up(
    connection: &mut AnyConnection,
    caller: &Caller,
    event: &EventRow,
    body: &serde_json::Value,
) -> Result<Error, Error> {
    let own = super::bureaus(caller)?;
    if !own.iter().any(|own| body[ORGANISATION].as_i64() == Some(own.0)) {
        return Ok(Error::NotFound);
    }
    let by = Names::load(connection, [event.actor_id])?;
    let who = event.actor_id.map(|actor| by.of(PersonId(actor))).unwrap_or_default();
    let key = if body[OUTDATED].as_bool() == Some(true) { "draft-filled-again" } else { "draft-given-up" };
    Ok(Error::Conflict(Message::new(key).with("who", who).with("at", civil_time(event.at).format("%Y-%m-%d %H:%M"))))
}
