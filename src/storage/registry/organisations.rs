//! Regions, organisations, and the data of organisations that are contractors.
//!
//! Lists of contractors are in `contractors`, changes of their accounts in `payee_accounts`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::domain::codes::{ContractorKind, Function};
use crate::schema::{contractors, organisations, regions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, RegionId};
use crate::storage::registry::contractors::replace_pairs;
use crate::storage::registry::version::{Memory, RegisterVersion};
use crate::storage::statements::{lengthened, load_listed};
use crate::storage::text_keys::{keys_of_code, search_key};
use crate::storage::unique::{or_again, refuse_if};

/// A bureau, a station or a contractor.
#[derive(Debug, Clone, Queryable)]
pub struct Organisation {
    /// Primary key.
    pub id: OrganisationId,
    /// Public identifier.
    pub public_id: String,
    /// Unique code; for a contractor its credit code.
    pub code: String,
    /// Name of the organisation.
    pub name: String,
    /// Function of the organisation.
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// Key of the region; `None` for a contractor.
    pub region_id: Option<RegionId>,
    /// Code of the region.
    pub region: Option<String>,
}

/// A contractor with its organisation.
#[derive(Debug, Clone, Queryable)]
pub struct Contractor {
    /// Key of the organisation.
    pub organisation_id: OrganisationId,
    /// Public identifier of the organisation.
    pub public_id: String,
    /// Unified social credit code (GB 32100-2015).
    pub credit_code: String,
    /// Name of the contractor.
    pub name: String,
    /// Legal form.
    #[diesel(deserialize_as = String)]
    pub kind: ContractorKind,
    /// `true` for a declared small or medium-sized enterprise.
    pub sme: bool,
    /// Qualifications in words.
    pub qualifications: String,
    /// Payee account; empty until one is approved.
    pub account: Account,
    /// Time of the last change in UTC.
    pub changed_at: NaiveDateTime,
}

/// A payee account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Account holder.
    pub name: String,
    /// Bank and branch.
    pub bank: String,
    /// Account number.
    pub number: String,
}

/// A region: a city, a county, a township.
#[derive(Debug, Clone, Queryable)]
pub struct Region {
    /// Primary key.
    pub id: RegionId,
    /// Administrative division code (GB/T 2260, GB/T 10114).
    pub code: String,
    /// Name of the region.
    pub name: String,
    /// Codes of the enclosing regions and the region's own, each followed by a slash: `341800/341802/`.
    pub path: String,
}

/// Filter of a list of organisations.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// Function of the organisation.
    pub function: Option<&'a str>,
    /// Code of the region.
    pub region: Option<&'a str>,
    /// Patterns of `text_match`, all of which code and name must match.
    pub patterns: &'a [String],
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

/// Finds the key and path of a region by code.
pub fn region(connection: &mut AnyConnection, code: &str) -> Result<Option<(RegionId, String)>> {
    Ok(regions::table
        .filter(regions::code.eq(code))
        .select((regions::id, regions::path))
        .first(connection)
        .optional()?)
}

/// Lists regions by path, after a path. Code and name match every pattern of `text_match`.
pub fn list_regions(
    connection: &mut AnyConnection,
    patterns: &[String],
    after: &str,
    limit: i64,
) -> Result<Vec<Region>> {
    let mut query = regions::table
        .filter(regions::path.gt(after.to_owned()))
        .order(regions::path)
        .limit(limit)
        .select((regions::id, regions::code, regions::name, regions::path))
        .into_boxed();
    for pattern in patterns {
        query = query.filter(regions::search_key.like(pattern.clone()).escape('\\'));
    }
    Ok(query.load(connection)?)
}

/// Loads regions by key.
pub fn regions_by_ids(connection: &mut AnyConnection, ids: &[RegionId]) -> Result<Vec<Region>> {
    Ok(regions::table
        .filter(regions::id.eq_any(ids.iter().map(|id| id.0)))
        .select((regions::id, regions::code, regions::name, regions::path))
        .load(connection)?)
}

/// Loads the names of regions by code.
pub fn region_names(connection: &mut AnyConnection, codes: &[&str]) -> Result<Vec<(String, String)>> {
    Ok(regions::table.filter(regions::code.eq_any(codes)).select((regions::code, regions::name)).load(connection)?)
}

/// Loads the path of a region; empty for `None`.
pub fn path_of(connection: &mut AnyConnection, id: Option<RegionId>) -> Result<String> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(regions::table.find(id.0).select(regions::path).first(connection)?)
}

/// Lists the organisations, except contractors, in a region and all regions within it.
pub fn in_region_or_below(connection: &mut AnyConnection, path: &str) -> Result<Vec<Organisation>> {
    Ok(organisations::table
        .left_join(regions::table)
        .filter(regions::path.ge(path.to_owned()))
        .filter(regions::path.lt(format!("{path}\u{10FFFF}")))
        .filter(organisations::function.ne(Function::Contractor.as_str()))
        .order(organisations::id)
        .select(organisation_columns!())
        .load(connection)?)
}

/// Returns whether no organisation exists yet.
pub fn is_empty(connection: &mut AnyConnection) -> Result<bool> {
    let first: Option<i64> = organisations::table.select(organisations::id).first(connection).optional()?;
    Ok(first.is_none())
}

/// Inserts a region, at the top or inside a parent given by key and path.
///
/// # Errors
/// `Refused` for a code already taken.
pub fn insert_region(
    connection: &mut AnyConnection,
    code: &str,
    name: &str,
    parent: Option<(RegionId, &str)>,
) -> Result<RegionId> {
    refuse_if(region(connection, code)?.is_some(), "code", "register-code-taken")?;
    let path = format!("{}{code}/", parent.map_or("", |(_, path)| path));
    diesel::insert_into(regions::table)
        .values((
            regions::code.eq(code),
            regions::name.eq(name),
            regions::path.eq(path),
            regions::parent_id.eq(parent.map(|(id, _)| id.0)),
            regions::search_key.eq(search_key(&[code, name])),
        ))
        .returning(regions::id)
        .get_result(connection)
        .map(RegionId)
        .map_err(or_again)
}

/// Finds an organisation by code.
pub fn by_code(connection: &mut AnyConnection, code: &str) -> Result<Option<Organisation>> {
    Ok(organisations::table
        .left_join(regions::table)
        .filter(organisations::code.eq(code))
        .select(organisation_columns!())
        .first(connection)
        .optional()?)
}

/// Returns whether an organisation has a code that differs only in case, width or dashes.
pub fn is_code_taken(connection: &mut AnyConnection, code: &str) -> Result<bool> {
    let keys = keys_of_code(code);
    let found: Option<i64> = organisations::table
        .filter(organisations::search_key.ge(keys.start))
        .filter(organisations::search_key.lt(keys.end))
        .select(organisations::id)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Finds the key of an organisation by public identifier.
pub fn key_of(connection: &mut AnyConnection, public_id: &str) -> Result<Option<i64>> {
    Ok(organisations::table
        .filter(organisations::public_id.eq(public_id))
        .select(organisations::id)
        .first(connection)
        .optional()?)
}

/// Loads organisations by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[OrganisationId]) -> Result<Vec<Organisation>> {
    let ids = lengthened(ids.iter().map(|id| id.0));
    Ok(load_listed!(
        connection,
        ids,
        organisations::table
            .left_join(regions::table)
            .filter(organisations::id.eq_any(&ids))
            .select(organisation_columns!())
    )?)
}

/// Returns organisations by key, from memory if the registers have not changed since.
pub fn remembered(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    ids: &[OrganisationId],
) -> Result<Vec<Organisation>> {
    static ORGANISATIONS: Memory<OrganisationId, Organisation> = Memory::new();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for id in ids {
        match ORGANISATIONS.get(version, id) {
            Some(organisation) => found.push(organisation),
            None => missing.push(*id),
        }
    }
    if !missing.is_empty() {
        for organisation in by_ids(connection, &missing)? {
            ORGANISATIONS.put(version, organisation.id, organisation.clone());
            found.push(organisation);
        }
    }
    Ok(found)
}

static BY_CODE: Memory<String, Organisation> = Memory::new();

/// Returns the organisation with a code if it is in memory.
pub fn known_by_code(version: &RegisterVersion, code: &str) -> Option<Organisation> {
    BY_CODE.get(version, &code.to_owned())
}

/// Finds an organisation by code, from memory if the registers have not changed since.
pub fn remembered_by_code(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    code: &str,
) -> Result<Option<Organisation>> {
    BY_CODE.get_or_find(version, code.to_owned(), || by_code(connection, code))
}

/// Lists organisations except contractors by key, after a key.
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
    for pattern in filter.patterns {
        query = query.filter(organisations::search_key.like(pattern.clone()).escape('\\'));
    }
    Ok(query.load(connection)?)
}

/// Inserts an organisation.
///
/// # Errors
/// `Refused` for a code already taken.
pub fn insert(
    connection: &mut AnyConnection,
    public_id: &str,
    code: &str,
    name: &str,
    function: Function,
    region: Option<RegionId>,
) -> Result<OrganisationId> {
    let (path, key) = match function {
        Function::Contractor => ("credit_code", "register-contractor-known"),
        _ => ("code", "register-code-taken"),
    };
    refuse_if(is_code_taken(connection, code)?, path, key)?;
    diesel::insert_into(organisations::table)
        .values((
            organisations::public_id.eq(public_id),
            organisations::code.eq(code),
            organisations::name.eq(name),
            organisations::function.eq(function.as_str()),
            organisations::region_id.eq(region.map(|id| id.0)),
            organisations::search_key.eq(search_key(&[code, name])),
        ))
        .returning(organisations::id)
        .get_result(connection)
        .map(OrganisationId)
        .map_err(or_again)
}

/// A contractor to insert.
#[derive(Debug)]
pub struct NewContractor<'a> {
    /// Key of the organisation.
    pub organisation_id: OrganisationId,
    /// Unified social credit code (GB 32100-2015).
    pub credit_code: &'a str,
    /// Legal form.
    pub kind: ContractorKind,
    /// `true` for a declared small or medium-sized enterprise.
    pub sme: bool,
    /// Name in lower case, for searching.
    pub name_key: &'a str,
    /// Qualifications in words.
    pub qualifications: &'a str,
    /// Time of the change in UTC.
    pub changed_at: NaiveDateTime,
}

/// Inserts a contractor without an account, and its search pairs.
pub fn insert_contractor(connection: &mut AnyConnection, new: &NewContractor<'_>) -> Result<()> {
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
        .map_err(or_again)?;
    replace_pairs(connection, new.organisation_id, new.name_key, new.credit_code)?;
    Ok(())
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
            contractors::changed_at,
        )
    };
}
pub(crate) use contractor_columns;

/// Finds a contractor by credit code.
pub fn contractor_by_credit_code(connection: &mut AnyConnection, credit_code: &str) -> Result<Option<Contractor>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::credit_code.eq(credit_code))
        .select(contractor_columns!())
        .first(connection)
        .optional()?)
}

/// Finds a contractor by credit code, from memory if the registers have not changed since.
pub fn remembered_contractor(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    credit_code: &str,
) -> Result<Option<Contractor>> {
    static CONTRACTORS: Memory<String, Contractor> = Memory::new();
    CONTRACTORS.get_or_find(version, credit_code.to_owned(), || contractor_by_credit_code(connection, credit_code))
}

/// Finds a contractor by the key of its organisation.
pub fn contractor(connection: &mut AnyConnection, id: OrganisationId) -> Result<Option<Contractor>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.eq(id))
        .select(contractor_columns!())
        .first(connection)
        .optional()?)
}

/// Loads contractors by key.
pub fn contractors_by_ids(connection: &mut AnyConnection, ids: &[OrganisationId]) -> Result<Vec<Contractor>> {
    Ok(contractors::table
        .inner_join(organisations::table)
        .filter(contractors::organisation_id.eq_any(ids.iter().map(|id| id.0)))
        .select(contractor_columns!())
        .load(connection)?)
}

/// Lists the keys of a region and all regions within it.
pub fn regions_under(connection: &mut AnyConnection, code: &str) -> Result<Vec<i64>> {
    let Some((_, path)) = region(connection, code)? else { return Ok(Vec::new()) };
    Ok(regions::table
        .filter(regions::path.ge(path.clone()))
        .filter(regions::path.lt(format!("{path}\u{10FFFF}")))
        .select(regions::id)
        .load(connection)?)
}
