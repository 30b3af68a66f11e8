//! Numbers and titles of contracts, for links to them and for distinguishing contracts with equal titles.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::ContractState;
use crate::schema::{contract_access, contracts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::OrganisationId;

/// Random identifier, number and title of a contract.
pub type Title = (String, String, String);

/// Loads random identifier, number and title of the contracts with these random identifiers that one of the
/// organisations may see.
pub fn titles_of(
    connection: &mut AnyConnection,
    public_ids: &[&str],
    organisations: &[OrganisationId],
) -> Result<Vec<Title>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(contracts::table
        .filter(contracts::public_id.eq_any(public_ids))
        .filter(diesel::dsl::exists(seen))
        .select((contracts::public_id, contracts::number, contracts::title))
        .load(connection)?)
}

/// The parties and the term by which contracts with equal titles are compared.
pub struct SameTerm {
    pub purchaser: OrganisationId,
    pub contractor: OrganisationId,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Contract to leave out.
    pub except: Option<i64>,
}

/// Loads random identifier, number and title of the contracts of two parties whose terms overlap with a term, except
/// withdrawn ones.
pub fn in_same_term(connection: &mut AnyConnection, term: &SameTerm) -> Result<Vec<Title>> {
    Ok(contracts::table
        .filter(contracts::contractor_id.eq(term.contractor.0))
        .filter(contracts::purchaser_id.eq(term.purchaser.0))
        .filter(contracts::starts_on.le(term.ends_on))
        .filter(contracts::ends_on.ge(term.starts_on))
        .filter(contracts::state.ne(ContractState::Withdrawn.as_str()))
        .filter(contracts::id.ne(term.except.unwrap_or_default()))
        .order(contracts::id)
        .select((contracts::public_id, contracts::number, contracts::title))
        .load(connection)?)
}
