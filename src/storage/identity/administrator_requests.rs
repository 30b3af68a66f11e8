//! Requests of one administrator for an act on a person's account, which a second one must confirm; at most one of a
//! kind for each person.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::administrator_requests as requests;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// Kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminRequestKind {
    /// Sends a password link.
    Link,
    /// Resets one-time codes.
    ResetCodes,
    /// Binds an identity of the identity provider.
    BindIdentity,
}

impl AdminRequestKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::ResetCodes => "reset-codes",
            Self::BindIdentity => "bind-identity",
        }
    }
}

/// Loads the requests of a kind for these people made after a time: person and administrator.
pub fn of(
    connection: &mut AnyConnection,
    kind: AdminRequestKind,
    people: &[PersonId],
    after: NaiveDateTime,
) -> Result<Vec<(PersonId, PersonId)>> {
    Ok(requests::table
        .filter(requests::person_id.eq_any(people.iter().map(|id| id.0)))
        .filter(requests::kind.eq(kind.as_str()))
        .filter(requests::requested_at.gt(after))
        .select((requests::person_id, requests::requested_by))
        .load(connection)?)
}

/// Loads the subject that the request of a kind for a person names.
pub fn subject_of(connection: &mut AnyConnection, kind: AdminRequestKind, person: PersonId) -> Result<Option<String>> {
    let found = requests::table.find((person, kind.as_str())).select(requests::subject).first(connection).optional()?;
    Ok(found.flatten())
}

/// Stores a request, replacing an earlier one of its kind.
pub fn store(
    connection: &mut AnyConnection,
    kind: AdminRequestKind,
    person: PersonId,
    (by, at): (PersonId, NaiveDateTime),
    subject: Option<&str>,
) -> Result<()> {
    delete(connection, kind, person)?;
    diesel::insert_into(requests::table)
        .values((
            requests::person_id.eq(person),
            requests::kind.eq(kind.as_str()),
            requests::requested_by.eq(by),
            requests::requested_at.eq(at),
            requests::subject.eq(subject),
        ))
        .execute(connection)?;
    Ok(())
}

/// Deletes the request of a kind for a person, if there is one.
pub fn delete(connection: &mut AnyConnection, kind: AdminRequestKind, person: PersonId) -> Result<()> {
    diesel::delete(requests::table.find((person, kind.as_str()))).execute(connection)?;
    Ok(())
}
