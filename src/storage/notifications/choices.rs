//! Rows of the choices that people made about notices. A person without a row has made none.

use diesel::prelude::*;

use crate::schema::notice_choices;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// Choices as stored.
#[derive(Debug, Clone, Queryable)]
pub struct ChoicesRow {
    /// Key of the person.
    pub person_id: PersonId,
    /// Way by topic, as JSON.
    pub ways: String,
    /// Hour at which the daily list leaves.
    pub digest_hour: i32,
    /// True for no emails in the quiet hours.
    pub is_quiet: bool,
}

/// Loads the choices of several people.
pub fn of_people(connection: &mut AnyConnection, people: &[PersonId]) -> Result<Vec<ChoicesRow>> {
    Ok(notice_choices::table
        .filter(notice_choices::person_id.eq_any(people.iter().map(|person| person.0)))
        .select((
            notice_choices::person_id,
            notice_choices::ways,
            notice_choices::digest_hour,
            notice_choices::is_quiet,
        ))
        .load(connection)?)
}

/// Saves the choices of a person. Must run in a write transaction that holds the person's lock.
pub fn save(
    connection: &mut AnyConnection,
    person: PersonId,
    (ways, digest_hour, is_quiet): (&str, i32, bool),
) -> Result<()> {
    let chosen = || {
        (
            notice_choices::ways.eq(ways),
            notice_choices::digest_hour.eq(digest_hour),
            notice_choices::is_quiet.eq(is_quiet),
        )
    };
    if diesel::update(notice_choices::table.find(person.0)).set(chosen()).execute(connection)? == 0 {
        diesel::insert_into(notice_choices::table)
            .values((notice_choices::person_id.eq(person.0), chosen()))
            .execute(connection)?;
    }
    Ok(())
}
