//! Endorsing, granting or refusing a change request. No one takes two steps of one request, whether for themselves or
//! through a deputy.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::change_requests::{
    CHANGE_REQUEST_ACTIONS, ENDORSE, PURCHASER_REQUEST_ACTIONS, REFUSE, REVERSAL_ACTIONS, next_right,
};
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::change_requests::{ChangeRequestSummary, event_body, requested_fact, reversal};
use crate::services::contracts::append::{self, append_fact, check_fact};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::identity::caller::{Caller, in_state, reject_earlier_actors, verify_same_seat};
use crate::services::notifications::party_alerts;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::change_requests::{self as rows, ChangeRequest};
use crate::storage::contracts::Contract;
use crate::storage::contracts::facts::NewFact;
use crate::storage::identity::people::Seat;
use crate::storage::locks::Scope;
use crate::storage::write::{Tx, write_in};

/// A step of a change request.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequestDecisionInput {
    /// Reason for the step; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Endorses, grants or refuses a change request.
///
/// # Errors
/// `NotFound` for an unknown change request or step; `Forbidden` for a person who requested or endorsed it; `Conflict`
/// if it is not endorsed yet; `Duplicate` if this step was taken or it was decided already, and for a waiver of a
/// breach that is waived; `Refused` if a rule of standing forbids the fact now, or a refusal has no reason.
pub fn decide(
    app: &App,
    caller: &Caller,
    kind: ChangeRequestKind,
    id: &str,
    decision: &str,
    input: &ChangeRequestDecisionInput,
) -> Result<ChangeRequestSummary, Error> {
    let rights = rights_of(kind, decision);
    if rights.is_empty() {
        return Err(Error::NotFound);
    }
    caller.may_any(&rights)?;
    let (_, found, (seat, _)) =
        app.pool.read(|connection| find_change_request(caller, connection, (kind, id), &rights))?;
    write_in(&app.pool, Scope::Contract(found.id), &caller.context(app, &seat), |tx| {
        let (request, contract, (seat, action)) = find_change_request(caller, tx.connection, (kind, id), &rights)?;
        verify_same_seat(tx, caller, &seat)?;
        in_state(&contract, action)?;
        reject_other_turn(&contract, &request, action)?;
        reject_earlier_actors(tx, &actors(&request))?;
        let recorders = reversal::recorders(tx.connection, std::slice::from_ref(&request))?;
        reject_earlier_actors(tx, &recorders.into_iter().map(|(_, recorder)| recorder).collect::<Vec<_>>())?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        if decision == REFUSE {
            return refuse(tx, &mut record, &request, inputs::reason(input.reason.as_deref())?);
        }
        let note = inputs::optional_reason(input.reason.as_deref())?;
        if decision == ENDORSE {
            endorse(tx, &mut record, &request, note)
        } else {
            grant(tx, &mut record, &request, note)
        }
    })
}

/// Returns the rights that a step of a kind of request may need; empty for an unknown step.
fn rights_of(kind: ChangeRequestKind, step: &str) -> Vec<Action> {
    let actions = match kind {
        ChangeRequestKind::Extension | ChangeRequestKind::Waiver => CHANGE_REQUEST_ACTIONS,
        ChangeRequestKind::Reversal => REVERSAL_ACTIONS,
        ChangeRequestKind::Incident => PURCHASER_REQUEST_ACTIONS,
        // An early end is decided in `contracts::transitions`.
        ChangeRequestKind::Termination => &[],
    };
    actions.iter().filter(|(known, _)| *known == step).map(|(_, action)| *action).collect()
}

/// Rejects a step under a right other than the one that the request waits for, leading to a request past that step.
fn reject_other_turn(contract: &Contract, request: &ChangeRequest, action: Action) -> Result<(), Error> {
    let message = match next_right(request.state) {
        Some(next) if next == action => return Ok(()),
        Some(Action::EndorseChangeRequest) => return Err(Error::conflict("change-request-not-endorsed")),
        Some(Action::DecideFinanceReversal) => return Err(Error::conflict("change-request-at-finance")),
        Some(_) if action == Action::DecideFinanceReversal => return Err(Error::conflict("change-request-at-leader")),
        Some(_) => Message::new("change-request-endorsed"),
        None => Message::new("change-request-decided").with("state", request.state),
    };
    Err(repeats::duplicate(contract, None, format!("change-request-{}", request.public_id), message, false))
}

/// Returns the people who requested and endorsed a change request; they may take no further step on it.
pub(in crate::services) fn actors(request: &ChangeRequest) -> Vec<Actor<i64>> {
    let requester = Actor { person: request.requested_by.0, on_behalf_of: request.requested_for };
    let endorser = request.endorsed_by.map(|person| Actor { person, on_behalf_of: request.endorsed_for });
    std::iter::once(requester).chain(endorser).collect()
}

/// Returns the fact that a request would record today, with the texts that people added.
///
/// # Errors
/// `Duplicate` for a waiver of a breach that is waived.
fn fact_of(
    tx: &Tx<'_>,
    record: &ContractRecord,
    request: &ChangeRequest,
    words: serde_json::Value,
) -> Result<NewFact, Error> {
    let body = stored(&request.body)?;
    if request.kind == ChangeRequestKind::Waiver {
        repeats::refuse_second_waiver(record, &body)?;
    }
    requested_fact(tx, request.kind, &body, words)
}

/// Endorses a request of the contractor whose fact could be recorded today, so that it waits for the leader.
fn endorse(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    request: &ChangeRequest,
    note: &str,
) -> Result<ChangeRequestSummary, Error> {
    let by = tx.person()?;
    let fact = fact_of(tx, record, request, serde_json::Value::Null)?;
    check_fact(tx, record, &fact)?;
    rows::record_endorsement(tx.connection, tx.context, request.id, (by, note))?;
    let event = event_body(&request.public_id, &stored(&request.body)?, note);
    append_event(tx, &record.contract, Action::EndorseChangeRequest, event)?;
    append::save_change(tx, record)?;
    party_alerts::ask_for_decision(tx, record, &request.public_id)?;
    Ok(summary(record, request, (ChangeRequestState::Requested, None)))
}

/// Summarises a request in its new state; `seq` is the number of the recorded fact.
fn summary(
    record: &ContractRecord,
    request: &ChangeRequest,
    (state, seq): (ChangeRequestState, Option<i64>),
) -> ChangeRequestSummary {
    let version = record.contract.version;
    ChangeRequestSummary { id: request.public_id.clone(), state, seq, version, files: Vec::new() }
}

/// Grants a request and records its fact.
fn grant(
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    request: &ChangeRequest,
    note: &str,
) -> Result<ChangeRequestSummary, Error> {
    let by = tx.person()?;
    let words = serde_json::json!({ "ask": request.public_id, "reason": request.reason, "note": note });
    let fact = fact_of(tx, record, request, words)?;
    rows::record_decision(tx.connection, request.id, ChangeRequestState::Granted, by, tx.context.now, note)?;
    if request.kind == ChangeRequestKind::Reversal {
        reversal::restore_state(tx, record, &fact, &request.reason)?;
    }
    append_fact(tx, record, &fact)?;
    let decided = (ChangeRequestState::Granted, note);
    party_alerts::tell_decision(tx, record, request, decided)?;
    Ok(summary(record, request, (ChangeRequestState::Granted, Some(record.contract.fact_seq))))
}

/// Refuses a request, with a reason.
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
    party_alerts::tell_decision(tx, record, request, (ChangeRequestState::Refused, reason))?;
    Ok(summary(record, request, (ChangeRequestState::Refused, None)))
}

/// Finds a change request of a kind, its contract, and the seat and right under which the caller may take a step on it.
/// If the caller has several of `rights`, the one that the request waits for is preferred.
fn find_change_request(
    caller: &Caller,
    connection: &mut AnyConnection,
    (kind, id): (ChangeRequestKind, &str),
    rights: &[Action],
) -> Result<(ChangeRequest, Contract, (Seat, Action)), Error> {
    let found = rows::with_contract(connection, id, &caller.organisations())?;
    let (request, contract) = found.filter(|(request, _)| request.kind == kind).ok_or(Error::NotFound)?;
    let mut rights = rights.to_vec();
    rights.sort_by_key(|right| Some(*right) != next_right(request.state));
    let (seat, action) = caller.seat_by_any(&contract, &rights)?;
    Ok((request, contract, (seat, action)))
}
