//! Rows of amendments and of the steps taken on them. Nothing here decides which step comes next.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::amendments::{AmendmentGround, AmendmentStepKind};
use crate::domain::codes::AmendmentState;
use crate::schema::{amendment_steps, amendments};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::contract_row_readers;
use crate::storage::ids::{AmendmentId, ContractId, PersonId};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::write::Context;

/// An amendment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = amendments)]
pub struct Amendment {
    pub id: AmendmentId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    /// Number of the newest version of the terms when the amendment was proposed. Once agreed, its own version is the
    /// next.
    pub base_version: i64,
    #[diesel(deserialize_as = String)]
    pub ground: AmendmentGround,
    /// First day on which the new terms are in force.
    pub effective_on: NaiveDate,
    pub reason: String,
    /// Terms in the JSON of docs/standing.md.
    pub terms: String,
    /// Names and texts of the terms' details, as JSON.
    pub details: String,
    /// SHA-256 of the amendment's content.
    pub hash: String,
    /// True if the amount of the contract grows.
    pub grows: bool,
    #[diesel(deserialize_as = String)]
    pub state: AmendmentState,
}

contract_row_readers!(amendments, Amendment);

/// An amendment to insert in the state `proposed`.
#[derive(Debug, Insertable)]
#[diesel(table_name = amendments)]
pub struct NewAmendment<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract_id: ContractId,
    /// Number of the newest version of the terms.
    pub base_version: i64,
    /// Code of the ground.
    pub ground: &'static str,
    /// First day on which the new terms are in force.
    pub effective_on: NaiveDate,
    pub reason: &'a str,
    /// Terms in the JSON of docs/standing.md.
    pub terms: &'a str,
    /// Names and texts of the terms' details, as JSON.
    pub details: &'a str,
    /// SHA-256 of the amendment's content.
    pub hash: &'a str,
    /// True if the amount of the contract grows.
    pub grows: bool,
    /// Code of the state.
    pub state: &'static str,
}

/// A step taken on an amendment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = amendment_steps)]
pub struct AmendmentStepRow {
    /// Position within the amendment, from 1.
    pub seq: i64,
    #[diesel(deserialize_as = String)]
    pub action: AmendmentStepKind,
    pub person_id: PersonId,
    /// Person represented, if a deputy took the step.
    pub for_id: Option<i64>,
    /// Time of the step, in UTC.
    pub at: NaiveDateTime,
    /// Reason given with the step.
    pub note: String,
}

/// Inserts an amendment and returns its key.
pub fn insert(connection: &mut AnyConnection, new: &NewAmendment<'_>) -> Result<AmendmentId> {
    Ok(diesel::insert_into(amendments::table)
        .values(new)
        .returning(amendments::id)
        .get_result(connection)
        .map(AmendmentId)?)
}

/// Loads the steps of several amendments, ordered by amendment and position.
pub fn load_steps(connection: &mut AnyConnection, ids: &[AmendmentId]) -> Result<Vec<(AmendmentId, AmendmentStepRow)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = lengthened(ids.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        ids,
        amendment_steps::table
            .filter(amendment_steps::amendment_id.eq_any(&ids))
            .order((amendment_steps::amendment_id, amendment_steps::seq))
            .select((amendment_steps::amendment_id, AmendmentStepRow::as_select()))
    )?)
}

/// Inserts a step (position, kind, person, note) and updates the amendment's state.
pub fn record_step(
    connection: &mut AnyConnection,
    context: &Context,
    amendment: AmendmentId,
    (seq, kind, person, note): (i64, AmendmentStepKind, PersonId, &str),
    state: AmendmentState,
) -> Result<()> {
    diesel::insert_into(amendment_steps::table)
        .values((
            amendment_steps::amendment_id.eq(amendment.0),
            amendment_steps::seq.eq(seq),
            amendment_steps::action.eq(kind.as_str()),
            amendment_steps::person_id.eq(person),
            amendment_steps::for_id.eq(context.on_behalf_of.map(|id| id.0)),
            amendment_steps::at.eq(context.now),
            amendment_steps::note.eq(note),
        ))
        .execute(connection)?;
    diesel::update(amendments::table.find(amendment.0))
        .set(amendments::state.eq(state.as_str()))
        .execute(connection)?;
    Ok(())
}
