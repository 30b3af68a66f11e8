//! Addresses of calendar feeds, at most one of a person, by the digests of their tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{calendar_feeds, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// Replaces the feed of a person.
pub fn replace(
    connection: &mut AnyConnection,
    person: PersonId,
    (nonce, token_hash): (&str, &str),
    at: NaiveDateTime,
) -> Result<()> {
    delete(connection, person)?;
    diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::person_id.eq(person.0),
            calendar_feeds::nonce.eq(nonce),
            calendar_feeds::token_hash.eq(token_hash),
            calendar_feeds::made_at.eq(at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Deletes the feed of a person; returns whether there was one.
pub fn delete(connection: &mut AnyConnection, person: PersonId) -> Result<bool> {
    Ok(diesel::delete(calendar_feeds::table.filter(calendar_feeds::person_id.eq(person.0))).execute(connection)? > 0)
}

/// Returns the nonce of a person's feed and the time at which it was made.
pub fn of_person(connection: &mut AnyConnection, person: PersonId) -> Result<Option<(String, NaiveDateTime)>> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::person_id.eq(person.0))
        .select((calendar_feeds::nonce, calendar_feeds::made_at))
        .first(connection)
        .optional()?)
}

/// Returns the random identifier of the person whose feed has a token, by the token's digest.
pub fn owner(connection: &mut AnyConnection, token_hash: &str) -> Result<Option<String>> {
    Ok(calendar_feeds::table
        .inner_join(people::table)
        .filter(calendar_feeds::token_hash.eq(token_hash))
        .select(people::public_id)
        .first(connection)
        .optional()?)
}
