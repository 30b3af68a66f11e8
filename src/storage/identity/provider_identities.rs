//! Identities of people at identity providers: issuer and subject, unique together, and at most one of a person at each
//! issuer.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::provider_identities as identities;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;
use crate::storage::unique::or_again;

/// Finds the person to whom an identity is bound.
pub fn owner(connection: &mut AnyConnection, issuer: &str, subject: &str) -> Result<Option<PersonId>> {
    let bound = identities::table.filter(identities::issuer.eq(issuer)).filter(identities::subject.eq(subject));
    let found: Option<i64> = bound.select(identities::person_id).first(connection).optional()?;
    Ok(found.map(PersonId))
}

/// Loads the subjects that are bound to these people at an issuer.
pub fn subjects(connection: &mut AnyConnection, issuer: &str, people: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
    let found: Vec<(i64, String)> = identities::table
        .filter(identities::person_id.eq_any(people.iter().map(|id| id.0)))
        .filter(identities::issuer.eq(issuer))
        .select((identities::person_id, identities::subject))
        .load(connection)?;
    Ok(found.into_iter().map(|(person, subject)| (PersonId(person), subject)).collect())
}

/// Loads the subject that is bound to a person at an issuer.
pub fn subject_of(connection: &mut AnyConnection, issuer: &str, person: PersonId) -> Result<Option<String>> {
    Ok(subjects(connection, issuer, &[person])?.pop().map(|(_, subject)| subject))
}

/// Binds a subject to a person; `bound_by` is the administrator who did so, if any.
///
/// # Errors
/// `Retry` if the subject was bound at the same time.
pub fn insert(
    connection: &mut AnyConnection,
    person: PersonId,
    (issuer, subject): (&str, &str),
    (bound_by, bound_at): (Option<PersonId>, NaiveDateTime),
) -> Result<()> {
    diesel::insert_into(identities::table)
        .values((
            identities::person_id.eq(person.0),
            identities::issuer.eq(issuer),
            identities::subject.eq(subject),
            identities::bound_by.eq(bound_by.map(|id| id.0)),
            identities::bound_at.eq(bound_at),
        ))
        .execute(connection)
        .map_err(or_again)?;
    Ok(())
}

/// Unbinds a person's identity at an issuer; returns whether there was one.
pub fn delete(connection: &mut AnyConnection, issuer: &str, person: PersonId) -> Result<bool> {
    Ok(diesel::delete(identities::table.find((person.0, issuer))).execute(connection)? > 0)
}

/// Unbinds every identity of a person; returns whether there was one.
pub fn delete_all(connection: &mut AnyConnection, person: PersonId) -> Result<bool> {
    let of_person = identities::table.filter(identities::person_id.eq(person.0));
    Ok(diesel::delete(of_person).execute(connection)? > 0)
}
