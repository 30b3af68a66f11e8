//! Granting or refusing a change request. The requester never decides their own request, nor does anyone who acts
//! for them.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::change_requests::{ChangeRequestSummary, event_body, requested_fact, reversal};
use crate::services::contracts::acts;
use crate::services::contracts::append::{self, append_fact};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::identity::caller::Caller;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::change_requests::{self as rows, ChangeRequest};
use crate::storage::ids::OrganisationId;
use crate::storage::write::Tx;

/// Decisions by name, each with the right that it needs.
pub const CHANGE_REQUEST_ACTIONS: &[(&str, Action)] =
    &[(GRANT, Action::GrantChangeRequest), ("refuse", Action::GrantChangeRequest)];

/// The decision that records the fact.
const GRANT: &str = "grant";

/// A decision on a change request.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequestDecisionInput {
    /// Reason for the decision; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Grants or refuses a change request.
///
/// # Errors
/// `NotFound` for an unknown change request or decision; `Forbidden` to the requester; `Conflict` if it was
/// decided already; `Duplicate` for a waiver of a breach that is waived; `Refused` if a rule of standing forbids the
/// fact now, or a refusal gives no reason.
pub fn decide(
    app: &App,
    caller: &Caller,
    kind: ChangeRequestKind,
    id: &str,
    decision: &str,
    input: &ChangeRequestDecisionInput,
) -> Result<ChangeRequestSummary, Error> {
    if !CHANGE_REQUEST_ACTIONS.iter().any(|(known, _)| *known == decision) {
        return Err(Error::NotFound);
    }
    let of_kind = |connection: &mut AnyConnection, id: &str, organisations: &[OrganisationId]| {
        Ok(rows::with_contract(connection, id, organisations)?.filter(|(request, _)| request.kind == kind))
    };
    acts::write_about(app, caller, Action::GrantChangeRequest, (id, of_kind), |tx, record, _, request| {
        if request.state != ChangeRequestState::Requested {
            return Err(Error::Conflict(Message::new("ask-decided").with("state", request.state)));
        }
        reject_own_request(tx, &request)?;
        if decision == GRANT {
            let note = inputs::text("reason", input.reason.as_deref().unwrap_or_default())?;
            grant(tx, record, &request, note)
        } else {
            refuse(tx, record, &request, inputs::reason(input.reason.as_deref())?)
        }
    })
}

fn reject_own_request(tx: &Tx<'_>, request: &ChangeRequest) -> Result<(), Error> {
    let requester = Actor { person: request.requested_by.0, on_behalf_of: request.requested_for };
    let decider = Actor { person: tx.person()?.0, on_behalf_of: tx.context.on_behalf_of.map(|person| person.0) };
    if requester.overlaps(&decider) { Err(Error::forbidden("self-approval")) } else { Ok(()) }
}

fn grant(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    request: &ChangeRequest,
    note: &str,
) -> Result<ChangeRequestSummary, Error> {
    let by = tx.person()?;
    let words = serde_json::json!({ "ask": request.public_id, "reason": request.reason, "note": note });
    let body = stored(&request.body)?;
    if request.kind == ChangeRequestKind::Waiver {
        repeats::refuse_second_waiver(record, &body)?;
    }
    let fact = requested_fact(tx, request.kind, &body, words)?;
    rows::record_decision(tx.connection, request.id, ChangeRequestState::Granted, by, tx.context.now, note)?;
    if request.kind == ChangeRequestKind::Reversal {
        reversal::restore_state(tx, record, &fact, &request.reason)?;
    }
    append_fact(tx, record, &fact)?;
    Ok(ChangeRequestSummary {
        id: request.public_id.clone(),
        state: ChangeRequestState::Granted,
        seq: Some(record.contract.fact_seq),
        version: record.contract.version,
    })
}

fn refuse(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    request: &ChangeRequest,
    reason: &str,
) -> Result<ChangeRequestSummary, Error> {
    let by = tx.person()?;
    rows::record_decision(tx.connection, request.id, ChangeRequestState::Refused, by, tx.context.now, reason)?;
    let body = event_body(&request.public_id, &stored(&request.body)?, reason);
    append_event(tx, &record.contract, EventAction::ChangeRequestRefuse, body)?;
    append::save_change(tx, record)?;
    Ok(ChangeRequestSummary {
        id: request.public_id.clone(),
        state: ChangeRequestState::Refused,
        seq: None,
        version: record.contract.version,
    })
}
