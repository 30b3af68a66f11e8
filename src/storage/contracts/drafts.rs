//! Registrations that are being written, each of the organisation that buys. It keeps what was typed and never reads it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::drafts;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractId, DraftId, OrganisationId, PersonId};

/// A draft.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = drafts)]
pub struct Draft {
    /// Key.
    pub id: DraftId,
    /// Random identifier.
    pub public_id: String,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// The draft contract that it is to rewrite; none for a new contract.
    pub contract_id: Option<i64>,
    /// The version of that contract when it was read; 0 for a new contract.
    pub contract_version: i64,
    /// JSON of the fields as they were typed.
    pub fields: String,
    /// Raised by every save.
    pub version: i64,
    /// Who saved last.
    pub changed_by: PersonId,
    /// When.
    pub changed_at: NaiveDateTime,
}

/// A draft that is begun.
pub struct NewDraft<'a> {
    /// Random identifier.
    pub public_id: &'a str,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The draft contract that it is to rewrite, and its version.
    pub contract: Option<(ContractId, i64)>,
    /// JSON of the fields.
    pub fields: &'a str,
    /// Who begins it.
    pub by: PersonId,
    /// When.
    pub at: NaiveDateTime,
}

/// Begins a draft.
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

/// A draft of one of these organisations, by random identifier.
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

/// The draft that is to rewrite a contract.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Option<Draft>> {
    Ok(drafts::table
        .filter(drafts::contract_id.eq(Some(contract.0)))
        .select(Draft::as_select())
        .first(connection)
        .optional()?)
}

/// The drafts of these organisations, newest first.
pub fn list(connection: &mut AnyConnection, organisations: &[OrganisationId], limit: i64) -> Result<Vec<Draft>> {
    Ok(drafts::table
        .filter(drafts::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .order(drafts::id.desc())
        .limit(limit)
        .select(Draft::as_select())
        .load(connection)?)
}

/// Keeps what was typed, if the draft is still in the version that was read; says whether it was.
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

/// Ends a draft: it was registered, or is not wanted any longer.
pub fn delete(connection: &mut AnyConnection, draft: DraftId) -> Result<()> {
    diesel::delete(drafts::table.find(draft.0)).execute(connection)?;
    Ok(())
}
