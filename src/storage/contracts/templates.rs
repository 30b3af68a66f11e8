//! Templates of contracts. The fields are stored as services counted them and never interpreted here.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::contract_templates;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{ContractTemplateId, OrganisationId, PersonId};

/// A template of contracts.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = contract_templates)]
pub struct ContractTemplate {
    pub id: ContractTemplateId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Bureau that has the template; `None` for a template of all bureaus.
    pub organisation_id: Option<i64>,
    pub name: String,
    /// Fields of a registration, as JSON.
    pub fields: String,
    /// Person who saved the template.
    pub saved_by: PersonId,
    /// Time at which it was saved (UTC).
    pub saved_at: NaiveDateTime,
}

/// A template to be inserted.
#[derive(Debug)]
pub struct NewTemplate<'a> {
    pub public_id: &'a str,
    /// Bureau that has the template; `None` for a template of all bureaus.
    pub organisation: Option<OrganisationId>,
    pub name: &'a str,
    /// Fields of a registration, as JSON.
    pub fields: &'a str,
    pub by: PersonId,
    /// Time in UTC.
    pub at: NaiveDateTime,
}

/// The templates that someone sees besides those of all bureaus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenTemplates {
    /// Those of every bureau.
    All,
    /// Those of these bureaus.
    Of(Vec<OrganisationId>),
}

/// Inserts a template.
pub fn insert(connection: &mut AnyConnection, new: &NewTemplate<'_>) -> Result<()> {
    diesel::insert_into(contract_templates::table)
        .values((
            contract_templates::public_id.eq(new.public_id),
            contract_templates::organisation_id.eq(new.organisation.map(|id| id.0)),
            contract_templates::name.eq(new.name),
            contract_templates::fields.eq(new.fields),
            contract_templates::is_retired.eq(false),
            contract_templates::saved_by.eq(new.by),
            contract_templates::saved_at.eq(new.at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds a template that is not retired by random identifier, among those that someone sees.
pub fn find(connection: &mut AnyConnection, public_id: &str, seen: &SeenTemplates) -> Result<Option<ContractTemplate>> {
    let named = contract_templates::table
        .filter(contract_templates::public_id.eq(public_id))
        .filter(contract_templates::is_retired.eq(false));
    let found: Option<ContractTemplate> = named.select(ContractTemplate::as_select()).first(connection).optional()?;
    let is_seen = |template: &ContractTemplate| match (seen, template.organisation_id) {
        (SeenTemplates::All, _) | (_, None) => true,
        (SeenTemplates::Of(own), Some(id)) => own.contains(&OrganisationId(id)),
    };
    Ok(found.filter(is_seen))
}

/// Lists the templates that are not retired and older than `before`, newest first, among those that someone sees.
pub fn list(
    connection: &mut AnyConnection,
    seen: &SeenTemplates,
    before: Option<ContractTemplateId>,
    limit: i64,
) -> Result<Vec<ContractTemplate>> {
    let query = contract_templates::table
        .filter(contract_templates::is_retired.eq(false))
        .filter(contract_templates::id.lt(before.map_or(i64::MAX, |id| id.0)))
        .into_boxed();
    let query = match seen {
        SeenTemplates::All => query,
        SeenTemplates::Of(own) => query.filter(
            contract_templates::organisation_id
                .is_null()
                .or(contract_templates::organisation_id.eq_any(own.iter().map(|id| Some(id.0)))),
        ),
    };
    Ok(query
        .order(contract_templates::id.desc())
        .limit(limit)
        .select(ContractTemplate::as_select())
        .load(connection)?)
}

/// Renames a template.
pub fn rename(connection: &mut AnyConnection, template: ContractTemplateId, name: &str) -> Result<()> {
    diesel::update(contract_templates::table.find(template.0))
        .set(contract_templates::name.eq(name))
        .execute(connection)?;
    Ok(())
}

/// Retires a template; it is kept, because events name it.
pub fn retire(connection: &mut AnyConnection, template: ContractTemplateId) -> Result<()> {
    diesel::update(contract_templates::table.find(template.0))
        .set(contract_templates::is_retired.eq(true))
        .execute(connection)?;
    Ok(())
}
