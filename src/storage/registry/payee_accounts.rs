//! Proposed changes of contractors' payee accounts, in force once another person approves them.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::codes::{ContractState, ProposalState};
use crate::schema::{account_changes, contract_access, contractors, contracts, organisations, regions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AccountChangeId, OrganisationId, PersonId};
use crate::storage::registry::organisations::Account;

/// A proposed change of a payee account.
#[derive(Debug, Clone, Queryable)]
pub struct AccountChange {
    /// Primary key.
    pub id: AccountChangeId,
    /// Public identifier.
    pub public_id: String,
    /// Contractor that has the account.
    pub contractor_id: OrganisationId,
    /// Credit code of the contractor.
    pub credit_code: String,
    /// Name of the contractor.
    pub contractor: String,
    /// Proposed account.
    pub account: Account,
    /// State of the proposal.
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    /// Person who made the proposal.
    pub proposed_by: PersonId,
    /// Person represented, if a deputy made the proposal.
    pub proposed_for: Option<PersonId>,
    /// Time of the proposal in UTC.
    pub proposed_at: NaiveDateTime,
}

macro_rules! columns {
    () => {
        (
            account_changes::id,
            account_changes::public_id,
            account_changes::contractor_id,
            organisations::code,
            organisations::name,
            (account_changes::account_name, account_changes::account_bank, account_changes::account_number),
            account_changes::state,
            account_changes::proposed_by,
            account_changes::proposed_for,
            account_changes::proposed_at,
        )
    };
}

/// A proposed account to insert.
#[derive(Debug)]
pub struct NewChange<'a> {
    /// Public identifier.
    pub public_id: &'a str,
    /// Contractor that has the account.
    pub contractor_id: OrganisationId,
    /// Proposed account.
    pub account: &'a Account,
    /// Person who makes the proposal, and the person represented by a deputy.
    pub by: (PersonId, Option<PersonId>),
    /// Time of the proposal in UTC.
    pub at: NaiveDateTime,
}

/// Inserts a proposed account.
pub fn insert(connection: &mut AnyConnection, new: &NewChange<'_>) -> Result<()> {
    diesel::insert_into(account_changes::table)
        .values((
            account_changes::public_id.eq(new.public_id),
            account_changes::contractor_id.eq(new.contractor_id),
            account_changes::account_name.eq(&new.account.name),
            account_changes::account_bank.eq(&new.account.bank),
            account_changes::account_number.eq(&new.account.number),
            account_changes::state.eq(ProposalState::Proposed.as_str()),
            account_changes::proposed_by.eq(new.by.0),
            account_changes::proposed_for.eq(new.by.1.map(|id| id.0)),
            account_changes::proposed_at.eq(new.at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds a proposed account by public identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<AccountChange>> {
    Ok(account_changes::table
        .inner_join(organisations::table)
        .filter(account_changes::public_id.eq(public_id))
        .select(columns!())
        .first(connection)
        .optional()?)
}

/// Returns whether a proposal of the contractor is undecided.
pub fn is_waiting(connection: &mut AnyConnection, contractor: OrganisationId) -> Result<bool> {
    let found: Option<i64> = account_changes::table
        .filter(account_changes::contractor_id.eq(contractor))
        .filter(account_changes::state.eq(ProposalState::Proposed.as_str()))
        .select(account_changes::id)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Loads the undecided proposals of contractors.
pub fn waiting_of(connection: &mut AnyConnection, contractors: &[OrganisationId]) -> Result<Vec<AccountChange>> {
    Ok(account_changes::table
        .inner_join(organisations::table)
        .filter(account_changes::contractor_id.eq_any(contractors.iter().map(|id| id.0)))
        .filter(account_changes::state.eq(ProposalState::Proposed.as_str()))
        .order(account_changes::id)
        .select(columns!())
        .load(connection)?)
}

/// Returns the time at which an account of each of these contractors was last approved, if it was after a time.
pub fn approved_after(
    connection: &mut AnyConnection,
    contractors: &[OrganisationId],
    time: NaiveDateTime,
) -> Result<Vec<(OrganisationId, Option<NaiveDateTime>)>> {
    Ok(account_changes::table
        .filter(account_changes::contractor_id.eq_any(contractors.iter().map(|id| id.0)))
        .filter(account_changes::state.eq(ProposalState::Approved.as_str()))
        .filter(account_changes::decided_at.gt(time))
        .order(account_changes::id.desc())
        .select((account_changes::contractor_id, account_changes::decided_at))
        .load(connection)?)
}

/// Lists undecided proposals by key, after a key.
pub fn list_waiting(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<AccountChange>> {
    Ok(account_changes::table
        .inner_join(organisations::table)
        .filter(account_changes::state.eq(ProposalState::Proposed.as_str()))
        .filter(account_changes::id.gt(after))
        .order(account_changes::id)
        .limit(limit)
        .select(columns!())
        .load(connection)?)
}

/// States of a contract that a finance bureau has funded.
const FUNDED: [ContractState; 5] = [
    ContractState::Funded,
    ContractState::Active,
    ContractState::Completed,
    ContractState::Terminated,
    ContractState::Closed,
];

/// Returns the contractors among the given ones that have a funded contract.
pub fn with_funded_contract(
    connection: &mut AnyConnection,
    contractors: &[OrganisationId],
) -> Result<BTreeSet<OrganisationId>> {
    // The first contract of each contractor answers; a list of contracts would be read from an index over all of them.
    let funded = contracts::table
        .filter(contracts::contractor_id.eq(organisations::id))
        .filter(contracts::state.eq_any(FUNDED.map(ContractState::as_str)));
    let found: Vec<OrganisationId> = organisations::table
        .filter(organisations::id.eq_any(contractors.iter().map(|id| id.0)))
        .filter(exists(funded))
        .select(organisations::id)
        .load(connection)?;
    Ok(found.into_iter().collect())
}

/// Returns the pairs of contractor and bureau in which the bureau sees a funded contract of the contractor.
pub fn seen_funded_contracts(
    connection: &mut AnyConnection,
    contractors: &[OrganisationId],
    bureaus: &[OrganisationId],
) -> Result<BTreeSet<(OrganisationId, OrganisationId)>> {
    let found: Vec<(OrganisationId, OrganisationId)> = contracts::table
        .inner_join(contract_access::table)
        .filter(contracts::contractor_id.eq_any(contractors.iter().map(|id| id.0)))
        .filter(contract_access::organisation_id.eq_any(bureaus.iter().map(|id| id.0)))
        .filter(contract_access::state.eq_any(FUNDED.map(ContractState::as_str)))
        .select((contracts::contractor_id, contract_access::organisation_id))
        .distinct()
        .load(connection)?;
    Ok(found.into_iter().collect())
}

/// Keys or codes with the path of their region.
pub type Paths<T> = Vec<(T, String)>;

/// Loads the paths of these bureaus' regions, and of regions by code.
pub fn region_paths(
    connection: &mut AnyConnection,
    bureaus: &[OrganisationId],
    divisions: &[&str],
) -> Result<(Paths<OrganisationId>, Paths<String>)> {
    let of_bureaus = organisations::table
        .inner_join(regions::table)
        .filter(organisations::id.eq_any(bureaus.iter().map(|id| id.0)))
        .select((organisations::id, regions::path))
        .load(connection)?;
    let by_code = regions::table
        .filter(regions::code.eq_any(divisions))
        .select((regions::code, regions::path))
        .load(connection)?;
    Ok((of_bureaus, by_code))
}

/// Records the decision on a proposal; an approved account becomes the contractor's payee account.
pub fn decide(
    connection: &mut AnyConnection,
    change: &AccountChange,
    state: ProposalState,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::update(account_changes::table.find(change.id.0))
        .set((
            account_changes::state.eq(state.as_str()),
            account_changes::decided_by.eq(Some(by.0)),
            account_changes::decided_at.eq(Some(at)),
        ))
        .execute(connection)?;
    if state == ProposalState::Approved {
        set(connection, change.contractor_id, &change.account, at)?;
    }
    Ok(())
}

/// Sets the payee account of a contractor.
pub fn set(
    connection: &mut AnyConnection,
    contractor: OrganisationId,
    account: &Account,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::update(contractors::table.find(contractor.0))
        .set((
            contractors::account_name.eq(&account.name),
            contractors::account_bank.eq(&account.bank),
            contractors::account_number.eq(&account.number),
            contractors::changed_at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}
