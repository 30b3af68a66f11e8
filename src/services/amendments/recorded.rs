//! Comparison of amendments with their events: `luyue check` compares every row and step with the contract's chain.

use std::collections::BTreeMap;

use crate::domain::codes::AmendmentState;
use crate::error::Error;
use crate::services::amendments::propose::content_digest;
use crate::storage::AnyConnection;
use crate::storage::amendments as rows;
use crate::storage::audit::hash_chains::{EventRow, events_of};
use crate::storage::contracts::{self, Contract, TermsRow};

/// Lists the amendments of a contract that differ from their events, or that have only a row or only an event.
///
/// # Errors
/// Database errors.
pub fn differences(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<String>, Error> {
    let amendments = rows::of_contract(connection, contract.id)?;
    let ids: Vec<_> = amendments.iter().map(|amendment| amendment.id).collect();
    let steps = rows::load_steps(connection, &ids)?;
    let versions = contracts::all_terms(connection, contract.id)?;
    let mut recorded: BTreeMap<String, Vec<(EventRow, serde_json::Value)>> = BTreeMap::new();
    for event in events_of(connection, &format!("contract:{}", contract.public_id))? {
        // The event of a document that was added to an amendment names the amendment too.
        if !event.action.starts_with("amendments.") {
            continue;
        }
        let body: serde_json::Value = serde_json::from_str(&event.body).unwrap_or_default();
        if let Some(id) = body["amendment"].as_str() {
            recorded.entry(id.to_owned()).or_default().push((event, body));
        }
    }
    let mut differences = Vec::new();
    for amendment in &amendments {
        let events = recorded.remove(&amendment.public_id).unwrap_or_default();
        let content = content_digest(
            amendment.ground,
            amendment.effective_on,
            (amendment.base_version, &amendment.reason),
            (&amendment.terms, &amendment.details),
        );
        let last = events.last().is_some_and(|(_, body)| {
            body["digest"] == content.as_str()
                && amendment.hash == content
                && body["state"] == amendment.state.as_str()
                && body["grows"] == amendment.grows
                && body["effective_on"] == amendment.effective_on.to_string()
        });
        let taken = steps.iter().filter(|(id, _)| *id == amendment.id).map(|(_, step)| step);
        let each = taken.clone().zip(&events).all(|(step, (event, body))| {
            body["step"] == step.seq
                && body["note"] == step.note.as_str()
                && event.action == format!("amendments.{}", step.action)
                && (event.actor_id, event.for_id, event.at) == (Some(step.person_id.0), step.for_id, step.at)
        });
        let is_version = |row: &TermsRow| {
            (row.effective_on, &row.terms, &row.details)
                == (amendment.effective_on, &amendment.terms, &amendment.details)
        };
        let version = versions.iter().find(|row| row.version == amendment.base_version + 1);
        let agreed = amendment.state != AmendmentState::Agreed || version.is_some_and(is_version);
        if !last || !each || !agreed || taken.count() != events.len() {
            differences.push(format!("amendment {}", amendment.public_id));
        }
    }
    differences.extend(recorded.into_keys().map(|id| format!("amendment {id} is missing")));
    Ok(differences)
}
