//! Rows of change requests: extensions, waivers, reversals and early ends that one person requests and another
//! decides. The table is named `asks`. Nothing here decides whether a request may be granted.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::schema::asks;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{ChangeRequestId, ContractId, PersonId};
use crate::storage::write::Context;

/// A change request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asks)]
pub struct ChangeRequest {
    /// Primary key.
    pub id: ChangeRequestId,
    /// Random identifier, the one shown outside.
    pub public_id: String,
    /// Contract to be changed.
    pub contract_id: ContractId,
    /// Kind of change.
    #[diesel(deserialize_as = String)]
    pub kind: ChangeRequestKind,
    /// Fact that it would become (JSON).
    pub body: String,
    /// Reason given.
    pub reason: String,
    /// Current state.
    #[diesel(deserialize_as = String)]
    pub state: ChangeRequestState,
    /// Person who made the request.
    #[diesel(column_name = asked_by)]
    pub requested_by: PersonId,
    /// Person represented, if a deputy made the request.
    #[diesel(column_name = asked_for)]
    pub requested_for: Option<i64>,
    /// Time of the request, in UTC.
    #[diesel(column_name = asked_at)]
    pub requested_at: NaiveDateTime,
}

/// Inserts a change request that waits for a decision: its fact as JSON text, and its reason.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    public_id: &str,
    contract: ContractId,
    kind: ChangeRequestKind,
    (body, reason): (&str, &str),
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(asks::table)
        .values((
            asks::public_id.eq(public_id),
            asks::contract_id.eq(contract),
            asks::kind.eq(kind.as_str()),
            asks::body.eq(body),
            asks::reason.eq(reason),
            asks::state.eq(ChangeRequestState::Asked.as_str()),
            asks::asked_by.eq(by),
            asks::asked_for.eq(context.on_behalf_of.map(|id| id.0)),
            asks::asked_at.eq(context.now),
            asks::decision_note.eq(""),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads change requests by random identifier; unknown identifiers are skipped.
pub fn by_public_ids(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<ChangeRequest>> {
    if public_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(asks::table.filter(asks::public_id.eq_any(public_ids)).select(ChangeRequest::as_select()).load(connection)?)
}

/// Inserts finished change requests, each with its decider and the time of the decision; the database assigns the keys.
pub fn bulk_insert(
    connection: &mut AnyConnection,
    rows: &[(ChangeRequest, Option<(PersonId, NaiveDateTime)>)],
) -> Result<()> {
    insert_rows!(connection, asks::table, rows, |(request, decided)| {
        (
            asks::public_id.eq(&request.public_id),
            asks::contract_id.eq(request.contract_id.0),
            asks::kind.eq(request.kind.as_str()),
            asks::body.eq(&request.body),
            asks::reason.eq(&request.reason),
            asks::state.eq(request.state.as_str()),
            asks::asked_by.eq(request.requested_by.0),
            asks::asked_for.eq(request.requested_for),
            asks::asked_at.eq(request.requested_at),
            asks::decided_by.eq(decided.map(|(by, _)| by.0)),
            asks::decided_at.eq(decided.map(|(_, at)| at)),
            asks::decision_note.eq(""),
        )
    });
    Ok(())
}

/// Loads a change request by random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<ChangeRequest>> {
    Ok(asks::table
        .filter(asks::public_id.eq(public_id))
        .select(ChangeRequest::as_select())
        .first(connection)
        .optional()?)
}

/// Loads the change requests of a contract, oldest first.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<ChangeRequest>> {
    Ok(asks::table
        .filter(asks::contract_id.eq(contract.0))
        .order(asks::id)
        .select(ChangeRequest::as_select())
        .load(connection)?)
}

/// Loads up to `limit` change requests of a contract whose key is greater than `after`, oldest first.
pub fn page_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    after: i64,
    limit: i64,
) -> Result<Vec<ChangeRequest>> {
    Ok(asks::table
        .filter(asks::contract_id.eq(contract.0))
        .filter(asks::id.gt(after))
        .order(asks::id)
        .limit(limit)
        .select(ChangeRequest::as_select())
        .load(connection)?)
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
    diesel::update(asks::table.find(request.0))
        .set((
            asks::state.eq(state.as_str()),
            asks::decided_by.eq(Some(by.0)),
            asks::decided_at.eq(Some(at)),
            asks::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}
