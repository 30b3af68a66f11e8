//! Change requests: one person requests an extension, a waiver or the reversal of a fact, or proposes an incident, and
//! another grants or refuses the request. A request of the contractor, with its proof, is first endorsed by the
//! officer.
//!
//! A request that could not be granted today is refused when it is made. Granting checks again and records the fact.
//! Requests for an early end are stored in the same table, but opened and decided in `contracts::transitions`.

mod decide;
mod extension;
mod incident;
mod open;
mod reversal;
mod waiver;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::change_requests::is_pending;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, FactKind};
use crate::error::Error;
pub(super) use crate::services::change_requests::decide::actors;
pub use crate::services::change_requests::decide::{ChangeRequestDecisionInput, decide};
pub use crate::services::change_requests::extension::{
    EXTENSION_LIMITS, ExtensionInput, faults_of_extension, request_extension,
};
pub use crate::services::change_requests::incident::{INCIDENT_LIMITS, IncidentInput, propose_incident};
pub use crate::services::change_requests::open::{permit_request, request_with_files};
pub(in crate::services) use crate::services::change_requests::reversal::recorders;
pub use crate::services::change_requests::reversal::{ReversalInput, request_reversal};
pub use crate::services::change_requests::waiver::{WAIVER_LIMITS, WaiverInput, faults_of_waiver, request_waiver};
use crate::services::contracts::append;
use crate::services::contracts::parts;
use crate::services::contracts::record::stored;
use crate::services::contracts::repeats;
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::files::{FileSummary, FileView, ListsFiles};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::facts::NewFact;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::names::Names;
use crate::storage::registry::version::RegisterVersion;
use crate::storage::write::Tx;

/// A change request after it was made or decided.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequestSummary {
    /// Random identifier of the change request.
    pub id: String,
    /// Current state.
    pub state: ChangeRequestState,
    /// Number of the fact that the request became, once granted.
    pub seq: Option<i64>,
    /// Version of the contract, used as the ETag.
    pub version: i64,
    /// Files stored with the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileSummary>,
}

impl ListsFiles for ChangeRequestSummary {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
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
    pub requested_by: String,
    /// Name of the person represented, if a deputy made the request.
    pub on_behalf_of: Option<String>,
    /// Time of the request, in UTC.
    pub requested_at: DateTime<Utc>,
    /// Files given as proof.
    pub files: Vec<FileView>,
    /// Name of the officer who endorsed the contractor's request.
    pub endorsed_by: Option<String>,
    /// Name of the person represented, if a deputy endorsed the request.
    pub endorsed_for: Option<String>,
    /// Time of the endorsement, in UTC.
    pub endorsed_at: Option<DateTime<Utc>>,
    /// Note of the endorsement.
    pub endorsement: Option<String>,
    /// Note or reason of the decision; empty before the decision.
    pub decision: String,
}

/// Lists the change requests of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<ChangeRequestView>, Error> {
    parts::list(app, caller, contract, page, |connection, contract, found| {
        let files = Attachments::all(connection, contract.id)?;
        views(connection, (&RegisterVersion::default(), &files), found)
    })
}

/// Returns a change request of a contract.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see, or a request of another contract.
pub fn show(app: &App, caller: &Caller, contract: &str, id: &str) -> Result<ChangeRequestView, Error> {
    parts::find(app, caller, (contract, id), |connection, contract, found| {
        let files = Attachments::all(connection, contract.id)?;
        views(connection, (&RegisterVersion::default(), &files), found)
    })
}

/// Builds the views of change requests of one contract, with the names of the people involved.
pub(super) fn views(
    connection: &mut AnyConnection,
    (registers, files): (&RegisterVersion, &Attachments),
    requests: Vec<ChangeRequest>,
) -> Result<Vec<ChangeRequestView>, Error> {
    let involved = requests
        .iter()
        .flat_map(|one| [Some(one.requested_by.0), one.requested_for, one.endorsed_by, one.endorsed_for]);
    let names = Names::remembered(connection, registers, involved)?;
    let view = |request: ChangeRequest| {
        Ok(ChangeRequestView {
            fact: stored(&request.body)?,
            requested_by: names.of(request.requested_by),
            on_behalf_of: names.find(request.requested_for),
            requested_at: request.requested_at.and_utc(),
            files: files.of(FileUse::Application, &request.public_id),
            endorsed_by: names.find(request.endorsed_by),
            endorsed_for: names.find(request.endorsed_for),
            endorsed_at: request.endorsed_at.map(|at| at.and_utc()),
            endorsement: request.endorsement,
            decision: request.decision_note,
            id: request.public_id,
            kind: request.kind,
            reason: request.reason,
            state: request.state,
        })
    };
    requests.into_iter().map(view).collect()
}

/// Finds the undecided change request that is about the same thing as a fact.
pub fn find_pending<'a>(
    requests: &'a [ChangeRequestView],
    kind: ChangeRequestKind,
    fact: &serde_json::Value,
) -> Option<&'a ChangeRequestView> {
    let is_about_it = |request: &&ChangeRequestView| {
        request.kind == kind && is_pending(request.state) && repeats::concerns_same(kind, &request.fact, fact)
    };
    requests.iter().find(is_about_it)
}

/// Adds the day from which a fact counts, if one is given.
fn with_day(mut fact: serde_json::Value, on: Option<NaiveDate>) -> serde_json::Value {
    if let (Some(object), Some(on)) = (fact.as_object_mut(), on) {
        object.insert("on".to_owned(), serde_json::json!(on));
    }
    fact
}

/// Builds the fact that a change request would become today. A fact without a day counts from today.
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
        ChangeRequestKind::Incident => (FactKind::Incident, with_day(body.clone(), Some(on))),
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
