//! Password links that one administrator asked for and a second one must confirm; at most one for each person.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::link_requests;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// Loads the requests for these people made after a time: person and administrator.
pub fn of(
    connection: &mut AnyConnection,
    people: &[PersonId],
    after: NaiveDateTime,
) -> Result<Vec<(PersonId, PersonId)>> {
    Ok(link_requests::table
        .filter(link_requests::person_id.eq_any(people.iter().map(|id| id.0)))
        .filter(link_requests::requested_at.gt(after))
        .select((link_requests::person_id, link_requests::requested_by))
        .load(connection)?)
}

/// Stores a request in place of an earlier one.
pub fn put(connection: &mut AnyConnection, person: PersonId, by: PersonId, at: NaiveDateTime) -> Result<()> {
    delete(connection, person)?;
    diesel::insert_into(link_requests::table)
        .values((
            link_requests::person_id.eq(person),
            link_requests::requested_by.eq(by),
            link_requests::requested_at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Deletes the request for a person, if there is one.
pub fn delete(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::delete(link_requests::table.find(person.0)).execute(connection)?;
    Ok(())
}
