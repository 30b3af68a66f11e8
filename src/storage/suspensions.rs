//! Rows of suspensions and resumptions. `services::suspensions` decides.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::codes::ProposalState;
use crate::domain::suspensions::SuspensionStep;
use crate::schema::{contract_access, contracts, suspensions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::identified_row_readers;
use crate::storage::ids::{ContractId, OrganisationId, PersonId, SuspensionId};
use crate::storage::register_rows::decision_writer;
use crate::storage::write::Context;

/// A suspension or resumption.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = suspensions)]
pub struct Suspension {
    pub id: SuspensionId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    #[diesel(deserialize_as = String)]
    pub step: SuspensionStep,
    /// First day on which it holds.
    pub on_day: NaiveDate,
    pub reason: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed it.
    pub proposed_for: Option<i64>,
    /// Time of the proposal, in UTC.
    pub proposed_at: NaiveDateTime,
}

identified_row_readers!(suspensions, Suspension);
decision_writer!(suspensions, SuspensionId);

/// A step with random identifier, number and title of its contract.
pub type NamedSuspension = (Suspension, (String, String, String));

/// Inserts a proposed step of a contract.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    (public_id, contract): (&str, ContractId),
    (step, on_day, reason): (SuspensionStep, NaiveDate, &str),
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(suspensions::table)
        .values((
            suspensions::public_id.eq(public_id),
            suspensions::contract_id.eq(contract.0),
            suspensions::step.eq(step.as_str()),
            suspensions::on_day.eq(on_day),
            suspensions::reason.eq(reason),
            suspensions::state.eq(ProposalState::Proposed.as_str()),
            suspensions::proposed_by.eq(by),
            suspensions::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            suspensions::proposed_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads the steps of a contract that were not refused, oldest first.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Suspension>> {
    Ok(suspensions::table
        .filter(suspensions::contract_id.eq(contract.0))
        .filter(suspensions::state.ne(ProposalState::Refused.as_str()))
        .order(suspensions::id)
        .select(Suspension::as_select())
        .load(connection)?)
}

/// Lists the steps of contracts that one of the organisations may see, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<NamedSuspension>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(suspensions::table
        .inner_join(contracts::table)
        .filter(exists(seen))
        .filter(suspensions::id.gt(after))
        .order(suspensions::id)
        .limit(limit)
        .select((Suspension::as_select(), (contracts::public_id, contracts::number, contracts::title)))
        .load(connection)?)
}
