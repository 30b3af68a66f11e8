//! Recovery codes, by the digest of each code. A used code stays until the set is replaced.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::recovery_codes;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::PersonId;

/// Stores the digests of a person's codes, replacing all earlier ones.
pub fn replace(connection: &mut AnyConnection, person: PersonId, digests: &[String]) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(connection)?;
    insert_rows!(connection, recovery_codes::table, digests, |digest| {
        (recovery_codes::person_id.eq(person.0), recovery_codes::code_hash.eq(digest))
    });
    Ok(())
}

/// Deletes all codes of a person.
pub fn delete(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(connection)?;
    Ok(())
}

/// Marks a code as used; returns false for an unknown or used code.
pub fn mark_used(connection: &mut AnyConnection, person: PersonId, digest: &str, now: NaiveDateTime) -> Result<bool> {
    let unused = recovery_codes::table.find((person, digest)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(connection)? == 1)
}

/// Counts the unused codes of a person.
pub fn count_unused(connection: &mut AnyConnection, person: PersonId) -> Result<i64> {
    Ok(recovery_codes::table
        .filter(recovery_codes::person_id.eq(person))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(connection)?)
}
