//! Drafts of registrations: the raw text of a form in progress, owned by the purchasing organisation.
//!
//! The text is stored as typed and never interpreted here.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::drafts;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, DraftId, OrganisationId, PersonId};

/// A registration in progress.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    pub id: DraftId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Owning organisation.
    pub organisation_id: OrganisationId,
    /// Draft contract that it will rewrite; none for a new contract.
    pub contract_id: Option<i64>,
    /// Version of that contract when the draft began; 0 for a new contract.
    pub contract_version: i64,
    /// Fields as typed, as JSON.
    pub fields: String,
    /// Raised by every save.
    pub version: i64,
    /// Person who saved last.
    pub changed_by: PersonId,
    /// Time of the save (UTC).
    pub changed_at: NaiveDateTime,
}

/// A draft to be inserted.
pub struct NewDraft<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    /// Owning organisation.
    pub organisation: OrganisationId,
    /// Draft contract that it will rewrite, with that contract's version.
    pub contract: Option<(ContractId, i64)>,
    /// Fields, as JSON.
    pub fields: &'a str,
    /// Person who begins it.
    pub by: PersonId,
    /// Time of the save (UTC).
    pub at: NaiveDateTime,
}

/// Inserts a draft.
pub fn insert(connection: &mut AnyConnection, new: &NewDraft<'_>) -> Result<()> {
    diesel::insert_into(drafts::table)
        .values((
            drafts::public_id.eq(new.public_id),
            drafts::organisation_id.eq(new.organisation),
            drafts::contract_id.eq(new.contract.map(|(id, _)| id.0)),
            drafts::contract_version.eq(new.contract.map_or(0, |(_, version)| version)),
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

/// Loads random identifier and fields, as JSON, of those drafts with these random identifiers that the organisations own.
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

/// Finds the draft that will rewrite a contract.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Option<Draft>> {
    Ok(drafts::table
        .filter(drafts::contract_id.eq(Some(contract.0)))
        .select(Draft::as_select())
        .first(connection)
        .optional()?)
}

/// Lists the drafts of the organisations, newest first.
pub fn list(connection: &mut AnyConnection, organisations: &[OrganisationId], limit: i64) -> Result<Vec<Draft>> {
    Ok(drafts::table
        .filter(drafts::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
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
