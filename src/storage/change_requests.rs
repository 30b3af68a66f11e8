//! What one person asks for and another grants: extensions, waivers, terminations, reversals.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::schema::asks;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::{AskId, ContractId, PersonId};
use crate::storage::write::Context;

/// Something that was asked for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asks)]
pub struct Ask {
    /// Key.
    pub id: AskId,
    /// Random identifier.
    pub public_id: String,
    /// The contract.
    pub contract_id: ContractId,
    /// What is asked for.
    #[diesel(deserialize_as = String)]
    pub kind: ChangeRequestKind,
    /// The fact that it would become (JSON).
    pub body: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub state: ChangeRequestState,
    /// Who asked.
    pub asked_by: PersonId,
    /// For whom, if as a deputy.
    pub asked_for: Option<i64>,
    /// When.
    pub asked_at: NaiveDateTime,
}

/// Keeps what is asked for.
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

/// Several by random identifier.
pub fn by_public_ids(connection: &mut AnyConnection, public_ids: &[&str]) -> Result<Vec<Ask>> {
    if public_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(asks::table.filter(asks::public_id.eq_any(public_ids)).select(Ask::as_select()).load(connection)?)
}

/// Adds what was asked for as it is, each with who decided on it and when; the keys are the database's.
pub fn insert_whole(connection: &mut AnyConnection, rows: &[(Ask, Option<(PersonId, NaiveDateTime)>)]) -> Result<()> {
    insert_rows!(connection, asks::table, rows, |(ask, decided)| {
        (
            asks::public_id.eq(&ask.public_id),
            asks::contract_id.eq(ask.contract_id.0),
            asks::kind.eq(ask.kind.as_str()),
            asks::body.eq(&ask.body),
            asks::reason.eq(&ask.reason),
            asks::state.eq(ask.state.as_str()),
            asks::asked_by.eq(ask.asked_by.0),
            asks::asked_for.eq(ask.asked_for),
            asks::asked_at.eq(ask.asked_at),
            asks::decided_by.eq(decided.map(|(by, _)| by.0)),
            asks::decided_at.eq(decided.map(|(_, at)| at)),
            asks::decision_note.eq(""),
        )
    });
    Ok(())
}

/// What was asked for, by random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<Ask>> {
    Ok(asks::table.filter(asks::public_id.eq(public_id)).select(Ask::as_select()).first(connection).optional()?)
}

/// What was asked for of a contract, in order.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Ask>> {
    Ok(asks::table
        .filter(asks::contract_id.eq(contract.0))
        .order(asks::id)
        .select(Ask::as_select())
        .load(connection)?)
}

/// A page of what was asked for of a contract, in order, after a key.
pub fn page_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    after: i64,
    limit: i64,
) -> Result<Vec<Ask>> {
    Ok(asks::table
        .filter(asks::contract_id.eq(contract.0))
        .filter(asks::id.gt(after))
        .order(asks::id)
        .limit(limit)
        .select(Ask::as_select())
        .load(connection)?)
}

/// Closes what was asked for.
pub fn decide(
    connection: &mut AnyConnection,
    ask: AskId,
    state: ChangeRequestState,
    by: PersonId,
    at: NaiveDateTime,
    note: &str,
) -> Result<()> {
    diesel::update(asks::table.find(ask.0))
        .set((
            asks::state.eq(state.as_str()),
            asks::decided_by.eq(Some(by.0)),
            asks::decided_at.eq(Some(at)),
            asks::decision_note.eq(note),
        ))
        .execute(connection)?;
    Ok(())
}
