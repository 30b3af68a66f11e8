//! Lists over contracts: the register as an organisation sees it, and the work that waits for somebody.
//!
//! Each is one query over an index of the organisation, paged by key; `tests/plans` looks at the plans of both engines.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::Result;
use super::backend::AnyConnection;
use super::contracts::Contract;
use super::ids::{ContractId, OrganisationId};
use super::projections::Duty;
use crate::domain::codes::{ContractState, Role};
use crate::schema::{contract_access, contract_pairs, contracts, duties};

/// What a list of contracts is narrowed to.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<ContractState>,
    /// Only those that have all these pairs of characters.
    pub pairs: Vec<String>,
    /// Only of this contractor.
    pub contractor: Option<OrganisationId>,
    /// Only of this purchaser.
    pub purchaser: Option<OrganisationId>,
    /// Only of these purchasers' regions.
    pub regions: Option<Vec<i64>>,
    /// Only with a duty of either side due before this day.
    pub duty_before: Option<NaiveDate>,
    /// Only those that start in this year.
    pub year: Option<i32>,
}

/// A contract in a list.
pub type ListRow = (Contract, NaiveDate);

/// A page of the contracts that organisations may see, newest first, before a key.
pub fn contracts(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    before: Option<ContractId>,
    limit: i64,
) -> Result<Vec<ListRow>> {
    let mut query = contract_access::table
        .inner_join(contracts::table)
        .order(contract_access::contract_id.desc())
        .limit(limit)
        .select((Contract::as_select(), contracts::next_duty_on))
        .into_boxed();
    query = match organisations {
        [one] => query.filter(contract_access::organisation_id.eq(one.0)),
        // Somebody with seats in several organisations: a contract stands in the list by the lowest of them that sees it.
        several => {
            let lower = diesel::alias!(contract_access as lower);
            let ids: Vec<i64> = several.iter().map(|id| id.0).collect();
            let seen_lower = lower
                .filter(lower.field(contract_access::contract_id).eq(contract_access::contract_id))
                .filter(lower.field(contract_access::organisation_id).lt(contract_access::organisation_id))
                .filter(lower.field(contract_access::organisation_id).eq_any(ids.clone()));
            query.filter(contract_access::organisation_id.eq_any(ids)).filter(diesel::dsl::not(exists(seen_lower)))
        }
    };
    if let Some(before) = before {
        query = query.filter(contract_access::contract_id.lt(before.0));
    }
    if let Some(state) = filter.state {
        query = query.filter(contract_access::state.eq(state.as_str()));
    }
    if let Some(contractor) = filter.contractor {
        query = query.filter(contracts::contractor_id.eq(contractor.0));
    }
    if let Some(purchaser) = filter.purchaser {
        query = query.filter(contracts::purchaser_id.eq(purchaser.0));
    }
    if let Some(regions) = &filter.regions {
        query = query.filter(contracts::region_id.eq_any(regions.clone()));
    }
    if let Some(day) = filter.duty_before {
        query = query.filter(contracts::next_duty_on.lt(day));
    }
    if let Some(year) = filter.year {
        query = query.filter(contracts::year.eq(year));
    }
    for pair in &filter.pairs {
        let has = contract_pairs::table
            .filter(contract_pairs::pair.eq(pair.clone()))
            .filter(contract_pairs::contract_id.eq(contract_access::contract_id));
        query = query.filter(exists(has));
    }
    Ok(query.load(connection)?)
}

/// A duty with the contract that it is of.
#[derive(Debug, Clone, Queryable)]
pub struct WorkRow {
    /// The duty.
    pub duty: Duty,
    /// Key of the contract.
    pub contract: ContractId,
}

/// What waits for somebody who has one of these seats, most urgent first.
pub fn work(connection: &mut AnyConnection, seats: &[(OrganisationId, Role)], limit: i64) -> Result<Vec<WorkRow>> {
    let mut query = duties::table
        .order((duties::due_on, duties::id))
        .limit(limit)
        .select((Duty::as_select(), duties::contract_id))
        .into_boxed();
    // A list that nobody's seat narrows is empty.
    query = query.filter(
        duties::organisation_id.eq_any(seats.iter().map(|(organisation, _)| organisation.0).collect::<Vec<_>>()),
    );
    query = query.filter(duties::role.eq_any(seats.iter().map(|(_, role)| role.as_str()).collect::<Vec<_>>()));
    let rows: Vec<WorkRow> = query.load(connection)?;
    Ok(rows.into_iter().filter(|row| seats.contains(&(row.duty.organisation_id, row.duty.role))).collect())
}

/// What is to be done on a contract, most urgent first.
pub fn work_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<WorkRow>> {
    Ok(duties::table
        .filter(duties::contract_id.eq(contract.0))
        .order((duties::due_on, duties::id))
        .select((Duty::as_select(), duties::contract_id))
        .load(connection)?)
}

/// What others must do on the contracts that these organisations may see, most urgent first: neither these seats' own.
pub fn work_of_others(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    seats: &[(OrganisationId, Role)],
    limit: i64,
) -> Result<Vec<WorkRow>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(duties::contract_id));
    let mut query = duties::table
        .filter(exists(seen))
        .order((duties::due_on, duties::id))
        .limit(limit)
        .select((Duty::as_select(), duties::contract_id))
        .into_boxed();
    for (organisation, role) in seats {
        query = query
            .filter(diesel::dsl::not(duties::organisation_id.eq(organisation.0).and(duties::role.eq(role.as_str()))));
    }
    Ok(query.load(connection)?)
}
