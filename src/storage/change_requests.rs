//! Rows of change requests: extensions, waivers, incidents, reversals and early ends that one person requests and
//! another decides. Nothing here decides whether a request may be granted.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::schema::change_requests;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{ChangeRequestId, ContractId, PersonId};
use crate::storage::write::Context;

/// A change request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = change_requests)]
pub struct ChangeRequest {
    /// Primary key.
    pub id: ChangeRequestId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Contract to be changed.
    pub contract_id: ContractId,
    /// Kind of change.
    #[diesel(deserialize_as = String)]
    pub kind: ChangeRequestKind,
    /// Fact that the request would become, as JSON.
    pub body: String,
    /// Reason given.
    pub reason: String,
    /// Current state.
    #[diesel(deserialize_as = String)]
    pub state: ChangeRequestState,
    /// Person who made the request.
    pub requested_by: PersonId,
    /// Person represented, if a deputy made the request.
    pub requested_for: Option<i64>,
    /// Time of the request, in UTC.
    pub requested_at: NaiveDateTime,
    /// Officer who endorsed the contractor's request.
    pub endorsed_by: Option<i64>,
    /// Person represented, if a deputy endorsed the request.
    pub endorsed_for: Option<i64>,
    /// Time of the endorsement, in UTC.
    pub endorsed_at: Option<NaiveDateTime>,
    /// Note of the endorsement.
    pub endorsement: Option<String>,
    /// Note or reason of the decision; empty before.
    pub decision_note: String,
}

impl ChangeRequest {
    /// Returns true if the contractor made the request.
    pub fn is_of_contractor(&self) -> bool {
        self.state == ChangeRequestState::Applied || self.endorsed_by.is_some()
    }
}

contract_row_readers!(change_requests, ChangeRequest);

/// Inserts a change request in its first state: its fact as JSON text, and its reason.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    public_id: &str,
    contract: ContractId,
    (kind, state): (ChangeRequestKind, ChangeRequestState),
    (body, reason): (&str, &str),
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(change_requests::table)
        .values((
            change_requests::public_id.eq(public_id),
            change_requests::contract_id.eq(contract),
            change_requests::kind.eq(kind.as_str()),
            change_requests::body.eq(body),
            change_requests::reason.eq(reason),
            change_requests::state.eq(state.as_str()),
            change_requests::requested_by.eq(by),
            change_requests::requested_for.eq(context.on_behalf_of.map(|id| id.0)),
            change_requests::requested_at.eq(context.now),
            change_requests::decision_note.eq(""),
        ))
        .execute(connection)?;
    Ok(())
}

/// Inserts finished change requests, each with its decider and the time of the decision; the database assigns the keys.
pub fn bulk_insert(
    connection: &mut AnyConnection,
    rows: &[(ChangeRequest, Option<(PersonId, NaiveDateTime)>)],
) -> Result<()> {
    insert_rows!(connection, change_requests::table, rows, |(request, decided)| {
        (
            change_requests::public_id.eq(&request.public_id),
            change_requests::contract_id.eq(request.contract_id.0),
            change_requests::kind.eq(request.kind.as_str()),
            change_requests::body.eq(&request.body),
            change_requests::reason.eq(&request.reason),
            change_requests::state.eq(request.state.as_str()),
            change_requests::requested_by.eq(request.requested_by.0),
            change_requests::requested_for.eq(request.requested_for),
            change_requests::requested_at.eq(request.requested_at),
            change_requests::decided_by.eq(decided.map(|(by, _)| by.0)),
            change_requests::decided_at.eq(decided.map(|(_, at)| at)),
            change_requests::decision_note.eq(&request.decision_note),
            change_requests::endorsed_by.eq(request.endorsed_by),
            change_requests::endorsed_for.eq(request.endorsed_for),
            change_requests::endorsed_at.eq(request.endorsed_at),
            change_requests::endorsement.eq(&request.endorsement),
        )
    });
    Ok(())
}

/// Stores the endorsement of a change request, which then waits for its decision.
pub fn record_endorsement(
    connection: &mut AnyConnection,
    context: &Context,
    request: ChangeRequestId,
    (by, note): (PersonId, &str),
) -> Result<()> {
    diesel::update(change_requests::table.find(request.0))
        .set((
            change_requests::state.eq(ChangeRequestState::Requested.as_str()),
            change_requests::endorsed_by.eq(Some(by.0)),
            change_requests::endorsed_for.eq(context.on_behalf_of.map(|id| id.0)),
            change_requests::endorsed_at.eq(Some(context.now)),
            change_requests::endorsement.eq(Some(note)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Stores the decision on a change request.
pub fn record_decision(
    connection: &mut AnyConnection,
    request: ChangeRequestId,
    state: ChangeRequestState,
    by: PersonId,
    at: NaiveDateTime,
    note: &str,
) -> Result<()> {
    diesel::update(change_requests::table.find(request.0))
        .set((
            change_requests::state.eq(state.as_str()),
            change_requests::decided_by.eq(Some(by.0)),
            change_requests::decided_at.eq(Some(at)),
            change_requests::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}
