//! Change requests: one person requests an extension, a waiver or the reversal of a fact, and another grants or
//! refuses it.
//!
//! A request that could not be granted today is refused when it is made. Granting it checks again and records the
//! fact. An early end of the contract is stored in the same table, but opened and decided in
//! `contracts::transitions`.

mod decide;
mod extension;
mod reversal;
mod waiver;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, FactKind, Role};
use crate::domain::policy::Action;
use crate::error::Error;
pub use crate::services::change_requests::decide::{CHANGE_REQUEST_ACTIONS, ChangeRequestDecisionInput, decide};
pub use crate::services::change_requests::extension::{ExtensionInput, request_extension};
pub use crate::services::change_requests::reversal::{ReversalInput, request_reversal};
pub use crate::services::change_requests::waiver::{WaiverInput, request_waiver};
use crate::services::contracts::acts;
use crate::services::contracts::append::{self, check_fact};
use crate::services::contracts::record::stored;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::identity::caller::Caller;
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::change_requests::{self as rows, ChangeRequest};
use crate::storage::contracts::facts::NewFact;
use crate::storage::identity::people;
use crate::storage::ids::PersonId;
use crate::storage::write::Tx;

/// A change request after it was made or decided.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequestSummary {
    /// Random identifier of the change request.
    pub id: String,
    /// Current state.
    pub state: ChangeRequestState,
    /// Number of the fact that it became, once granted.
    pub seq: Option<i64>,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// A change request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeRequestView {
    /// Random identifier of the change request.
    pub id: String,
    /// Kind of change.
    pub kind: ChangeRequestKind,
    /// Requested fact, in the format of docs/standing.md.
    #[schema(value_type = Object)]
    pub fact: serde_json::Value,
    /// Reason given.
    pub reason: String,
    /// Current state.
    pub state: ChangeRequestState,
    /// Name of the requester.
    pub asked_by: String,
    /// Name of the person represented, if a deputy made the request.
    pub on_behalf_of: Option<String>,
    /// Time of the request, in UTC.
    pub asked_at: DateTime<Utc>,
}

/// Lists the change requests of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<ChangeRequestView>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let after =
            page.after_key(|id| Ok(rows::one_of_contract(connection, contract.id, id)?.map(|request| request.id.0)))?;
        let found = rows::page_of_contract(connection, contract.id, after, page.rows())?;
        let requests = page.cut(found, |request| &request.public_id);
        Ok(Paged { items: views(connection, requests.items)?, next: requests.next })
    })
}

/// Returns a change request of a contract.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see, or a request of another contract.
pub fn show(app: &App, caller: &Caller, contract: &str, id: &str) -> Result<ChangeRequestView, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let found = rows::one_of_contract(connection, contract.id, id)?;
        views(connection, found.into_iter().collect())?.pop().ok_or(Error::NotFound)
    })
}

/// Builds the views of change requests, with the names of the people involved.
pub(super) fn views(
    connection: &mut AnyConnection,
    requests: Vec<ChangeRequest>,
) -> Result<Vec<ChangeRequestView>, Error> {
    let people: Vec<_> = requests
        .iter()
        .flat_map(|request| [Some(request.requested_by), request.requested_for.map(PersonId)])
        .flatten()
        .collect();
    let names = people::names(connection, &people)?;
    let name = |id: i64| names.iter().find(|(known, _)| known.0 == id).map(|(_, name)| name.clone());
    let view = |request: ChangeRequest| {
        Ok(ChangeRequestView {
            fact: stored(&request.body)?,
            asked_by: name(request.requested_by.0).unwrap_or_default(),
            on_behalf_of: request.requested_for.and_then(name),
            asked_at: request.requested_at.and_utc(),
            id: request.public_id,
            kind: request.kind,
            reason: request.reason,
            state: request.state,
        })
    };
    requests.into_iter().map(view).collect()
}

/// Finds the change request about the thing of a fact that waits for a decision.
pub fn find_pending<'a>(
    requests: &'a [ChangeRequestView],
    kind: ChangeRequestKind,
    fact: &serde_json::Value,
) -> Option<&'a ChangeRequestView> {
    let is_pending = |request: &&ChangeRequestView| {
        request.kind == kind
            && request.state == ChangeRequestState::Requested
            && repeats::concerns_same(kind, &request.fact, fact)
    };
    requests.iter().find(is_pending)
}

/// Opens a change request, after checking that its fact could be recorded today.
fn open_request(
    app: &App,
    caller: &Caller,
    contract: &str,
    (kind, action): (ChangeRequestKind, Action),
    body: &serde_json::Value,
    (reason, another): (&str, bool),
) -> Result<ChangeRequestSummary, Error> {
    acts::write_contract(app, caller, contract, action, |tx, record, seat| {
        let reason = inputs::reason(Some(reason))?;
        let fact = requested_fact(tx, kind, body, serde_json::Value::Null)?;
        if kind == ChangeRequestKind::Reversal && seat.role == Role::Cashier {
            reversal::reject_unless_payment(record, &fact)?;
        }
        let made = rows::of_contract(tx.connection, record.contract.id)?;
        repeats::refuse_repeated_request(record, &made, (kind, body, another))?;
        check_fact(tx, record, &fact)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let text = body.to_string();
        rows::insert(tx.connection, tx.context, &id, record.contract.id, kind, (&text, reason), by)?;
        append_event(tx, &record.contract, action, event_body(&id, body, reason))?;
        append::save_change(tx, record)?;
        Ok(ChangeRequestSummary {
            id,
            state: ChangeRequestState::Requested,
            seq: None,
            version: record.contract.version,
        })
    })
}

/// Adds the day from which a fact counts, if one is given.
fn with_day(mut fact: serde_json::Value, on: Option<NaiveDate>) -> serde_json::Value {
    if let (Some(object), Some(on)) = (fact.as_object_mut(), on) {
        object.insert("on".to_owned(), serde_json::json!(on));
    }
    fact
}

/// Builds the fact that a change request would become today. Without a day of its own it counts from today.
fn requested_fact(
    tx: &Tx<'_>,
    kind: ChangeRequestKind,
    body: &serde_json::Value,
    words: serde_json::Value,
) -> Result<NewFact, Error> {
    let on: Option<NaiveDate> = match body.get("on") {
        Some(on) => serde_json::from_value(on.clone()).map_err(|error| Error::Internal(error.to_string()))?,
        None => None,
    };
    let on = append::effective_day(tx, on);
    let (kind, body) = match kind {
        ChangeRequestKind::Extension => (FactKind::Extension, with_day(body.clone(), Some(on))),
        ChangeRequestKind::Waiver => (FactKind::Waiver, with_day(body.clone(), Some(on))),
        ChangeRequestKind::Reversal => (FactKind::Reversal, body.clone()),
        // An early end is decided in `contracts::transitions`.
        ChangeRequestKind::Termination => return Err(Error::NotFound),
    };
    Ok(NewFact { kind, on, body, words })
}

/// Builds the audit body of a change request's event.
fn event_body(id: &str, fact: &serde_json::Value, reason: &str) -> serde_json::Value {
    serde_json::json!({ "ask": id, "fact": fact, "reason": reason })
}
