//! Yearly shares: the appropriations that bear what falls due of a contract in later years. Each has balances in the
//! ledger from the day on which it is assigned. `services::ledger::yearly_shares` decides.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{appropriations, contracts, yearly_shares};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AppropriationId, ContractId, OrganisationId, PersonId, YearlyShareId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::unique::or_again;
use crate::storage::write::Context;

/// A yearly share.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = yearly_shares)]
pub struct YearlyShare {
    pub id: YearlyShareId,
    /// Random identifier.
    pub public_id: String,
    pub contract_id: ContractId,
    /// First year in which what falls due belongs to the share.
    pub from_year: i32,
    /// Appropriation that bears it now.
    pub appropriation_id: AppropriationId,
    /// Time of the assignment, in UTC.
    pub assigned_at: NaiveDateTime,
}

reader_by_public_id!(yearly_shares, YearlyShare);

/// A yearly share with random identifier, number and title of its contract.
pub type NamedShare = (YearlyShare, (String, String, String));

/// Inserts the share of a contract from a year on, assigned by the acting person.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    (public_id, contract): (&str, ContractId),
    (from_year, appropriation): (i32, AppropriationId),
    by: PersonId,
) -> Result<()> {
    diesel::insert_into(yearly_shares::table)
        .values((
            yearly_shares::public_id.eq(public_id),
            yearly_shares::contract_id.eq(contract.0),
            yearly_shares::from_year.eq(from_year),
            yearly_shares::appropriation_id.eq(appropriation.0),
            yearly_shares::assigned_by.eq(by),
            yearly_shares::assigned_for.eq(context.on_behalf_of.map(|id| id.0)),
            yearly_shares::assigned_at.eq(context.now),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Loads the yearly shares of a contract, by year.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<YearlyShare>> {
    Ok(yearly_shares::table
        .filter(yearly_shares::contract_id.eq(contract.0))
        .order(yearly_shares::from_year)
        .select(YearlyShare::as_select())
        .load(connection)?)
}

/// Lists yearly shares that appropriations of bureaus bear, after a key.
pub fn list(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<NamedShare>> {
    Ok(yearly_shares::table
        .inner_join(appropriations::table)
        .inner_join(contracts::table)
        .filter(appropriations::bureau_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(yearly_shares::id.gt(after))
        .order(yearly_shares::id)
        .limit(limit)
        .select((YearlyShare::as_select(), (contracts::public_id, contracts::number, contracts::title)))
        .load(connection)?)
}
