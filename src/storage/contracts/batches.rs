//! Terms and facts of several contracts at once, for lists that need each contract whole.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::schema::{contract_terms, contracts, facts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::facts::FactRow;
use crate::storage::contracts::{Contract, TermsRow};
use crate::storage::ids::ContractId;

/// Rows by contract, in order for each contract.
pub type ByContract<T> = BTreeMap<ContractId, Vec<T>>;

/// Returns contracts by key, in the order of their keys.
pub fn by_ids(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Contract>> {
    let query = contracts::table.filter(contracts::id.eq_any(ids)).order(contracts::id);
    Ok(query.select(Contract::as_select()).load(connection)?)
}

/// Returns the versions of these contracts' terms from the signed one on, in order.
pub fn signed_terms(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<ByContract<TermsRow>> {
    let found: Vec<(ContractId, TermsRow)> = contract_terms::table
        .inner_join(contracts::table)
        .filter(contract_terms::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .filter(contract_terms::version.ge(contracts::terms_version))
        .order((contract_terms::contract_id, contract_terms::version))
        .select((contract_terms::contract_id, TermsRow::as_select()))
        .load(connection)?;
    Ok(grouped(found))
}

/// Returns all facts of these contracts, in recording order.
pub fn facts(connection: &mut AnyConnection, contracts: &[ContractId]) -> Result<ByContract<FactRow>> {
    let found: Vec<(ContractId, FactRow)> = facts::table
        .filter(facts::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .order((facts::contract_id, facts::seq))
        .select((facts::contract_id, FactRow::as_select()))
        .load(connection)?;
    Ok(grouped(found))
}

fn grouped<T>(found: Vec<(ContractId, T)>) -> ByContract<T> {
    let mut rows = ByContract::new();
    for (contract, row) in found {
        rows.entry(contract).or_default().push(row);
    }
    rows
}
