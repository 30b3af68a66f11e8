//! Regions, organisations and contractors.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Result;
use super::backend::AnyConnection;
use super::ids::{AccountChangeId, OrganisationId, PersonId, RegionId};
use crate::domain::codes::{ContractorKind, Function, ProposalState};
use crate::schema::{account_changes, contractors, organisations, regions};

/// A bureau, a station or a contractor.
#[derive(Debug, Clone, Queryable)]
pub struct Organisation {
    /// Key.
    pub id: OrganisationId,
    /// Random identifier.
    pub public_id: String,
    /// Code by which people name it; a contractor's is its credit code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it does.
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// Its region; none for a contractor.
    pub region_id: Option<RegionId>,
    /// Code of its region.
    pub region: Option<String>,
}

/// What is known of a contractor beyond the organisation.
#[derive(Debug, Clone, Queryable)]
pub struct Contractor {
    /// Key of the organisation.
    pub organisation_id: OrganisationId,
    /// Random identifier of the organisation.
    pub public_id: String,
    /// GB 32100-2015.
    pub credit_code: String,
    /// Name.
    pub name: String,
    /// Kind of body.
    #[diesel(deserialize_as = String)]
    pub kind: ContractorKind,
    /// Declared to be a small or medium enterprise.
    pub sme: bool,
    /// Qualifications in words.
    pub qualifications: String,
    /// Payee: name, bank, number; empty until approved.
    pub account: Account,
}

/// A payee's account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Name of the holder.
    pub name: String,
    /// Bank and branch.
    pub bank: String,
    /// Number.
    pub number: String,
}

/// A change of a payee's account that waits for a second person.
#[derive(Debug, Clone, Queryable)]
pub struct AccountChange {
    /// Key.
    pub id: AccountChangeId,
    /// Random identifier.
    pub public_id: String,
    /// Whose account.
    pub contractor_id: OrganisationId,
    /// The account proposed.
    pub account: Account,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    /// Who proposed it.
    pub proposed_by: PersonId,
}

/// What a list of organisations is narrowed to.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// Function.
    pub function: Option<&'a str>,
    /// Region's code.
    pub region: Option<&'a str>,
}

/// A region's key and path, by code.
pub fn region(connection: &mut AnyConnection, code: &str) -> Result<Option<(RegionId, String)>> {
    Ok(regions::table
        .filter(regions::code.eq(code))
        .select((regions::id, regions::path))
        .first(connection)
        .optional()?)
}

/// Adds a region under another; the path names it after those that it lies in (`341800/341802/`).
pub fn insert_region(
    connection: &mut AnyConnection,
    code: &str,
    name: &str,
    parent: Option<(RegionId, &str)>,
) -> Result<RegionId> {
    let path = format!("{}{code}/", parent.map_or("", |(_, path)| path));
    Ok(diesel::insert_into(regions::table)
        .values((
            regions::code.eq(code),
            regions::name.eq(name),
            regions::path.eq(path),
            regions::parent_id.eq(parent.map(|(id, _)| id.0)),
        ))
        .returning(regions::id)
        .get_result(connection)
        .map(RegionId)?)
}

macro_rules! organisation_columns {
    () => {
        (
            organisations::id,
            organisations::public_id,
            organisations::code,
            organisations::name,
            organisations::function,
            organisations::region_id,
            regions::code.nullable(),
        )
    };
}

/// An organisation by code.
pub fn by_code(connection: &mut AnyConnection, code: &str) -> Result<Option<Organisation>> {
    Ok(organisations::table
        .left_join(regions::table)
        .filter(organisations::code.eq(code))
        .select(organisation_columns!())
        .first(connection)
        .optional()?)
}

/// Organisations by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[OrganisationId]) -> Result<Vec<Organisation>> {
    Ok(organisations::table
        .left_join(regions::table)
        .filter(organisations::id.eq_any(ids.iter().map(|id| id.0)))
        .select(organisation_columns!())
        .load(connection)?)
}

/// A page of organisations in the order of their keys, after a key.
pub fn list(connection: &mut AnyConnection, filter: &Filter<'_>, after: i64, limit: i64) -> Result<Vec<Organisation>> {
    let mut query = organisations::table
        .left_join(regions::table)
        .filter(organisations::id.gt(after))
        .filter(organisations::function.ne(Function::Contractor.as_str()))
        .order(organisations::id)
        .limit(limit)
        .select(organisation_columns!())
        .into_boxed();
    if let Some(function) = filter.function {
        query = query.filter(organisations::function.eq(function.to_owned()));
    }
    if let Some(region) = filter.region {
        query = query.filter(regions::code.eq(region.to_owned()));
    }
    Ok(query.load(connection)?)
}

/// Adds an organisation.
pub fn insert(
    connection: &mut AnyConnection,
    public_id: &str,
    code: &str,
    name: &str,
    function: Function,
    region: Option<RegionId>,
) -> QueryResult<OrganisationId> {
    diesel::insert_into(organisations::table)
        .values((
            organisations::public_id.eq(public_id),
            organisations::code.eq(code),
            organisations::name.eq(name),
            organisations::function.eq(function.as_str()),
            organisations::region_id.eq(region.map(|id| id.0)),
        ))
        .returning(organisations::id)
        .get_result(connection)
        .map(OrganisationId)
}

/// A contractor who is to be written.
#[derive(Debug)]
pub struct NewContractor<'a> {
    /// The organisation that it is.
    pub organisation_id: OrganisationId,
    /// GB 32100-2015.
    pub credit_code: &'a str,
    /// Kind of body.
    pub kind: ContractorKind,
    /// Small or medium enterprise.
    pub sme: bool,
    /// Name in lower case, for searching.
    pub name_key: &'a str,
    /// Qualifications in words.
    pub qualifications: &'a str,
    /// Time.
    pub changed_at: NaiveDateTime,
}

/// Adds a contractor, without an account.
pub fn insert_contractor(connection: &mut AnyConnection, new: &NewContractor<'_>) -> QueryResult<()> {
    diesel::insert_into(contractors::table)
        .values((
            contractors::organisation_id.eq(new.organisation_id),
            contractors::credit_code.eq(new.credit_code),
            contractors::kind.eq(new.kind.as_str()),
            contractors::sme.eq(new.sme),
            contractors::name_key.eq(new.name_key),
            contractors::qualifications.eq(new.qualifications),
            contractors::account_name.eq(""),
            contractors::account_bank.eq(""),
            contractors::account_number.eq(""),
            contractors::changed_at.eq(new.changed_at),
        ))
        .execute(connection)
        .map(|_| ())
}

macro_rules! contractor_columns {
    () => {
        (
            contractors::organisation_id,
            organisations::public_id,
            contractors::credit_code,
            organisations::name,
            contractors::kind,
            contractors::sme,
            contractors::qualifications,
            (contractors::account_name, contractors::account_bank, contractors::account_number),
        )
    };
}

/// A contractor by its credit code.
pub fn contractor_by_credit_code(connection: &mut AnyConnection, credit_code: &str) -> Result<Option<Contractor>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::credit_code.eq(credit_code))
        .select(contractor_columns!())
        .first(connection)
        .optional()?)
}

/// A contractor by its organisation's key.
pub fn contractor(connection: &mut AnyConnection, id: OrganisationId) -> Result<Option<Contractor>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.eq(id))
        .select(contractor_columns!())
        .first(connection)
        .optional()?)
}

/// A page of contractors in the order of their keys, after a key; `q` is a beginning of the name or the credit code.
pub fn list_contractors(
    connection: &mut AnyConnection,
    q: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<Contractor>> {
    let mut query = contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.gt(after))
        .order(contractors::organisation_id)
        .limit(limit)
        .select(contractor_columns!())
        .into_boxed();
    if let Some(q) = q {
        let from = q.to_lowercase();
        let to = format!("{from}\u{10FFFF}");
        let code = q.to_uppercase();
        query = query.filter(
            (contractors::name_key.ge(from).and(contractors::name_key.lt(to))).or(contractors::credit_code.eq(code)),
        );
    }
    Ok(query.load(connection)?)
}

macro_rules! change_columns {
    () => {
        (
            account_changes::id,
            account_changes::public_id,
            account_changes::contractor_id,
            (account_changes::account_name, account_changes::account_bank, account_changes::account_number),
            account_changes::state,
            account_changes::proposed_by,
        )
    };
}

/// Keeps a proposed account.
pub fn insert_account_change(
    connection: &mut AnyConnection,
    public_id: &str,
    contractor: OrganisationId,
    account: &Account,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(account_changes::table)
        .values((
            account_changes::public_id.eq(public_id),
            account_changes::contractor_id.eq(contractor),
            account_changes::account_name.eq(&account.name),
            account_changes::account_bank.eq(&account.bank),
            account_changes::account_number.eq(&account.number),
            account_changes::state.eq(ProposalState::Proposed.as_str()),
            account_changes::proposed_by.eq(by),
            account_changes::proposed_at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}

/// A proposed account by random identifier.
pub fn account_change(connection: &mut AnyConnection, public_id: &str) -> Result<Option<AccountChange>> {
    Ok(account_changes::table
        .filter(account_changes::public_id.eq(public_id))
        .select(change_columns!())
        .first(connection)
        .optional()?)
}

/// Proposed accounts that wait for a second person.
pub fn waiting_account_changes(connection: &mut AnyConnection, limit: i64) -> Result<Vec<AccountChange>> {
    Ok(account_changes::table
        .filter(account_changes::state.eq(ProposalState::Proposed.as_str()))
        .order(account_changes::id)
        .limit(limit)
        .select(change_columns!())
        .load(connection)?)
}

/// Closes a proposed account; an approved one becomes the contractor's.
pub fn decide_account_change(
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
        diesel::update(contractors::table.find(change.contractor_id.0))
            .set((
                contractors::account_name.eq(&change.account.name),
                contractors::account_bank.eq(&change.account.bank),
                contractors::account_number.eq(&change.account.number),
                contractors::changed_at.eq(at),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The keys of a region and of all that lie in it.
pub fn regions_under(connection: &mut AnyConnection, code: &str) -> Result<Vec<i64>> {
    let Some((_, path)) = region(connection, code)? else { return Ok(Vec::new()) };
    Ok(regions::table
        .filter(regions::path.ge(path.clone()))
        .filter(regions::path.lt(format!("{path}\u{10FFFF}")))
        .select(regions::id)
        .load(connection)?)
}
