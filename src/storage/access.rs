//! Who may see which contract: one row of `contract_access` for an organisation and a contract.
//!
//! The parties see it; so does a bureau of the region above, of the same function as purchaser or funder; so do, from the
//! purchaser's region upwards, the political-legal committee and the auditors; so do the justice stations of the
//! purchaser's own townships. `luyue check` works the rows out anew and compares.

use diesel::prelude::*;

use super::Result;
use super::backend::{AnyConnection, insert_many};
use super::contracts::Contract;
use super::ids::{ContractId, OrganisationId};
use crate::domain::codes::Function;
use crate::schema::{contract_access, organisations, regions};

/// A bureau as far as seeing is concerned.
#[derive(Debug, Clone, Queryable)]
pub struct Bureau {
    /// Key.
    pub id: OrganisationId,
    /// What it does.
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// Path of its region; empty for none.
    pub path: Option<String>,
}

/// The organisations that may see a contract.
pub fn viewers(connection: &mut AnyConnection, contract: &Contract) -> Result<Vec<OrganisationId>> {
    let bureaus: Vec<Bureau> = organisations::table
        .left_join(regions::table)
        .filter(
            organisations::function.ne(Function::Contractor.as_str()).or(organisations::id.eq(contract.contractor_id)),
        )
        .order(organisations::id)
        .select((organisations::id, organisations::function, regions::path.nullable()))
        .load(connection)?;
    let find = |id: OrganisationId| bureaus.iter().find(|bureau| bureau.id == id);
    let purchaser = find(contract.purchaser_id);
    let funder = find(contract.funder_id);
    let parties = [contract.purchaser_id, contract.funder_id, contract.contractor_id];
    Ok(bureaus
        .iter()
        .filter(|bureau| {
            parties.contains(&bureau.id) || purchaser.is_some_and(|purchaser| looks_down(bureau, purchaser, funder))
        })
        .map(|bureau| bureau.id)
        .collect())
}

/// Whether a bureau that is no party sees a contract by its region and function.
fn looks_down(bureau: &Bureau, purchaser: &Bureau, funder: Option<&Bureau>) -> bool {
    let (Some(own), Some(bought_in)) = (bureau.path.as_deref(), purchaser.path.as_deref()) else {
        return false;
    };
    let above = bought_in.starts_with(own);
    match bureau.function {
        Function::PoliticalLegal | Function::Audit => above,
        Function::JusticeStation => purchaser.function == Function::Justice && own.starts_with(bought_in),
        function => {
            above
                && own != bought_in
                && (function == purchaser.function || funder.is_some_and(|f| f.function == function))
        }
    }
}

/// Writes the rows of a contract anew.
pub fn replace(connection: &mut AnyConnection, contract: &Contract) -> Result<()> {
    let rows: Vec<_> = viewers(connection, contract)?
        .into_iter()
        .map(|organisation| {
            (
                contract_access::organisation_id.eq(organisation.0),
                contract_access::contract_id.eq(contract.id.0),
                contract_access::state.eq(contract.state.as_str()),
            )
        })
        .collect();
    diesel::delete(contract_access::table.filter(contract_access::contract_id.eq(contract.id.0)))
        .execute(connection)?;
    insert_many!(connection, contract_access::table, &rows)?;
    Ok(())
}

/// The rows that a contract has.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<(OrganisationId, String)>> {
    Ok(contract_access::table
        .filter(contract_access::contract_id.eq(contract.0))
        .order(contract_access::organisation_id)
        .select((contract_access::organisation_id, contract_access::state))
        .load(connection)?)
}
