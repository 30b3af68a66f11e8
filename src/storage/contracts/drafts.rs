//! Drafts of registrations: the raw text of a form in progress, owned by the purchasing organisation.
//!
//! The text is stored as typed and never interpreted here.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::schema::{contract_access, contracts, drafts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, DraftId, OrganisationId, PersonId};
use crate::storage::statements::{KEPT_ROWS, Kept, on_engine};

/// A registration in progress.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    pub id: DraftId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Owning organisation.
    pub organisation_id: OrganisationId,
    /// Draft contract that the draft rewrites; `None` for a new contract.
    pub contract_id: Option<i64>,
    /// Version of the contract when the draft was started: for an amendment the newest version of the terms; 0 for a
    /// new contract.
    pub contract_version: i64,
    /// Fields as typed, as JSON.
    pub fields: String,
    /// Raised by every save.
    pub version: i64,
    /// Person who saved last.
    pub changed_by: PersonId,
    /// Time of the save (UTC).
    pub changed_at: NaiveDateTime,
    /// Contract that the draft amends; `None` for a registration.
    pub amends_id: Option<i64>,
}

/// Version of a draft that is as it began.
const UNCHANGED: i64 = 1;

impl Draft {
    /// Returns whether someone saved changes to the contract's version, which is still the newest.
    pub fn is_open_change(&self, contract_version: i64) -> bool {
        self.contract_version == contract_version && self.version > UNCHANGED
    }
}

/// The contract that a draft changes.
#[derive(Debug, Clone, Copy)]
pub enum DraftOf {
    /// None yet.
    New,
    /// A draft contract that the draft rewrites, with the contract's version.
    Rewritten(ContractId, i64),
    /// A contract in force that the draft amends, with the newest version of its terms.
    Amended(ContractId, i64),
}

impl DraftOf {
    /// Returns the version in `DraftOf`; 0 for a new contract.
    pub fn version(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Rewritten(_, version) | Self::Amended(_, version) => version,
        }
    }
}

/// A draft to be inserted.
pub struct NewDraft<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    /// Owning organisation.
    pub organisation: OrganisationId,
    /// Contract that the draft changes.
    pub of: DraftOf,
    /// Fields, as JSON.
    pub fields: &'a str,
    /// Person who starts the draft.
    pub by: PersonId,
    /// Time of the save (UTC).
    pub at: NaiveDateTime,
}

/// Inserts a draft.
pub fn insert(connection: &mut AnyConnection, new: &NewDraft<'_>) -> Result<()> {
    let (rewritten, amended) = match new.of {
        DraftOf::New => (None, None),
        DraftOf::Rewritten(id, _) => (Some(id.0), None),
        DraftOf::Amended(id, _) => (None, Some(id.0)),
    };
    diesel::insert_into(drafts::table)
        .values((
            drafts::public_id.eq(new.public_id),
            drafts::organisation_id.eq(new.organisation),
            drafts::contract_id.eq(rewritten),
            drafts::amends_id.eq(amended),
            drafts::contract_version.eq(new.of.version()),
            drafts::fields.eq(new.fields),
            drafts::version.eq(1),
            drafts::created_by.eq(new.by),
            drafts::created_at.eq(new.at),
            drafts::changed_by.eq(new.by),
            drafts::changed_at.eq(new.at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds a draft by random identifier among those of the organisations.
pub fn of_organisations(
    connection: &mut AnyConnection,
    public_id: &str,
    organisations: &[OrganisationId],
) -> Result<Option<Draft>> {
    Ok(drafts::table
        .filter(drafts::public_id.eq(public_id))
        .filter(drafts::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .select(Draft::as_select())
        .first(connection)
        .optional()?)
}

/// Loads random identifier and fields, as JSON, of the drafts with these random identifiers that the organisations own.
pub fn fields_of(
    connection: &mut AnyConnection,
    public_ids: &[&str],
    organisations: &[OrganisationId],
) -> Result<Vec<(String, String)>> {
    Ok(drafts::table
        .filter(drafts::public_id.eq_any(public_ids))
        .filter(drafts::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .select((drafts::public_id, drafts::fields))
        .load(connection)?)
}

/// Finds the draft that changes a contract in the same way.
pub fn of_contract(connection: &mut AnyConnection, of: DraftOf) -> Result<Option<Draft>> {
    let query = drafts::table.select(Draft::as_select()).into_boxed();
    let query = match of {
        DraftOf::New => return Ok(None),
        DraftOf::Rewritten(contract, _) => query.filter(drafts::contract_id.eq(Some(contract.0))),
        DraftOf::Amended(contract, _) => query.filter(drafts::amends_id.eq(Some(contract.0))),
    };
    Ok(query.first(connection).optional()?)
}

/// Finds a contract by random identifier, among those that the organisations may see, with whether a draft has changes
/// to it that were saved but not taken into it ([`Draft::is_open_change`]).
pub fn seen_with_change(
    connection: &mut AnyConnection,
    public_id: &str,
    organisations: &[OrganisationId],
) -> Result<Option<(Contract, bool)>> {
    let seen = contract_access::table
        .filter(contract_access::contract_id.eq(contracts::id))
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)));
    let change = drafts::table
        .filter(drafts::contract_id.eq(contracts::id.nullable()))
        .filter(drafts::contract_version.eq(contracts::version))
        .filter(drafts::version.gt(UNCHANGED));
    let named = contracts::table.filter(contracts::public_id.eq(public_id)).filter(exists(seen));
    let found = on_engine!(connection, own => {
        let found = named.select((Contract::as_select(), exists(change)));
        if organisations.len() > KEPT_ROWS { found.get_result(own) } else { Kept(found).get_result(own) }
    });
    Ok(found.optional()?)
}

/// Lists the drafts of the organisations that are older than `before`, newest first.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    before: Option<DraftId>,
    limit: i64,
) -> Result<Vec<Draft>> {
    Ok(drafts::table
        .filter(drafts::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(drafts::id.lt(before.map_or(i64::MAX, |id| id.0)))
        .order(drafts::id.desc())
        .limit(limit)
        .select(Draft::as_select())
        .load(connection)?)
}

/// Saves the fields if the draft still has the version that was read. Returns false if it does not.
pub fn save(
    connection: &mut AnyConnection,
    draft: &Draft,
    fields: &str,
    by: PersonId,
    at: NaiveDateTime,
) -> Result<bool> {
    let same = drafts::table.filter(drafts::id.eq(draft.id.0)).filter(drafts::version.eq(draft.version));
    let saved = diesel::update(same)
        .set((
            drafts::fields.eq(fields),
            drafts::version.eq(draft.version + 1),
            drafts::changed_by.eq(by),
            drafts::changed_at.eq(at),
        ))
        .execute(connection)?;
    Ok(saved > 0)
}

/// Deletes a draft that was registered or discarded.
pub fn delete(connection: &mut AnyConnection, draft: DraftId) -> Result<()> {
    diesel::delete(drafts::table.find(draft.0)).execute(connection)?;
    Ok(())
}
