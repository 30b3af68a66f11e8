//! Redirects from a registered draft to its contract.

use crate::domain::policy::Action;
use crate::error::{Duplicate, Error, Existing, Message};
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;

/// Returns the name of the hash chain with the events of a draft.
pub(super) fn stream_of(id: &str) -> String {
    format!("draft:{id}")
}

/// Returns the error for a draft that no longer exists. It names the contract as which the draft was registered, if the
/// caller may see that contract.
pub(super) fn of_draft(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<Error, Error> {
    let events = hash_chains::events_of(connection, &stream_of(id))?;
    let Some(event) = events.iter().find(|event| event.action == EventAction::DraftRegister.as_str()) else {
        return Ok(Error::NotFound);
    };
    let body: serde_json::Value = stored(&event.body)?;
    let contract = body["contract"].as_str().unwrap_or_default().to_owned();
    let (found, _) = caller.contract(connection, &contract, Action::ReadContract)?;
    let message = Message::new("draft-registered").with("number", found.number);
    let existing = Existing { address: format!("/contracts/{contract}"), contract: Some(contract), milestone: None };
    Ok(Error::Duplicate(Box::new(Duplicate { message, existing: Some(existing), is_repeatable: false })))
}
