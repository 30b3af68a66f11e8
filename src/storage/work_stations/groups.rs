//! Rows of correction groups.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::correction_groups;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{CorrectionGroupId, OrganisationId, PersonId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::write::Context;

/// A correction group.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = correction_groups)]
pub struct CorrectionGroup {
    pub id: CorrectionGroupId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Justice station that formed it.
    pub organisation_id: OrganisationId,
    /// Pseudonymous code of the person.
    pub subject: String,
    /// Members, one on each line.
    pub members: String,
    pub from_on: NaiveDate,
    /// Last day; `None` until it is dissolved.
    pub until_on: Option<NaiveDate>,
}

reader_by_public_id!(correction_groups, CorrectionGroup);

/// A correction group to insert.
#[derive(Debug)]
pub struct NewGroup<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    /// Pseudonymous code of the person, and its folded spelling.
    pub subject: (&'a str, &'a str),
    /// Members, one on each line.
    pub members: &'a str,
    pub from_on: NaiveDate,
}

/// Inserts a correction group.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewGroup<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(correction_groups::table)
        .values((
            correction_groups::public_id.eq(new.public_id),
            correction_groups::organisation_id.eq(new.organisation.0),
            correction_groups::subject.eq(new.subject.0),
            correction_groups::subject_key.eq(new.subject.1),
            correction_groups::members.eq(new.members),
            correction_groups::from_on.eq(new.from_on),
            correction_groups::entered_by.eq(by.0),
            correction_groups::entered_for.eq(context.on_behalf_of.map(|id| id.0)),
            correction_groups::entered_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lists the correction groups of organisations, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<CorrectionGroup>> {
    Ok(correction_groups::table
        .filter(correction_groups::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(correction_groups::id.gt(after))
        .order(correction_groups::id)
        .limit(limit)
        .select(CorrectionGroup::as_select())
        .load(connection)?)
}

/// Returns the random identifier of the group of a person, by the folded code, that is not dissolved.
pub fn open_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    subject_key: &str,
) -> Result<Option<String>> {
    Ok(correction_groups::table
        .filter(correction_groups::organisation_id.eq(organisation.0))
        .filter(correction_groups::subject_key.eq(subject_key))
        .filter(correction_groups::until_on.is_null())
        .select(correction_groups::public_id)
        .first(connection)
        .optional()?)
}

/// Dissolves a correction group.
pub fn dissolve(connection: &mut AnyConnection, id: CorrectionGroupId, until_on: NaiveDate) -> Result<()> {
    diesel::update(correction_groups::table.find(id.0))
        .set(correction_groups::until_on.eq(Some(until_on)))
        .execute(connection)?;
    Ok(())
}
