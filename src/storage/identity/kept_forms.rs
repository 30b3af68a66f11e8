//! Kept pages of a person: forms sent after the session had ended, so nothing typed is lost, and answers to forms, so
//! they can be shown again.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::kept_forms;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// A form to keep.
pub struct NewKeptForm<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    /// Person who filled in the form.
    pub person: PersonId,
    /// Path to which the form was sent.
    pub path: &'a str,
    /// Names and values of the fields, as JSON.
    pub fields: &'a str,
    /// Time of keeping, and time after which the form is deleted.
    pub during: (NaiveDateTime, NaiveDateTime),
    /// False for the answer to a form that was sent.
    pub is_unsent: bool,
}

/// Keeps a form.
pub fn insert(connection: &mut AnyConnection, new: &NewKeptForm<'_>) -> Result<()> {
    diesel::insert_into(kept_forms::table)
        .values((
            kept_forms::public_id.eq(new.public_id),
            kept_forms::person_id.eq(new.person),
            kept_forms::path.eq(new.path),
            kept_forms::fields.eq(new.fields),
            kept_forms::created_at.eq(new.during.0),
            kept_forms::ends_at.eq(new.during.1),
            kept_forms::is_unsent.eq(new.is_unsent),
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the fields of a person's form that was sent to a path, as JSON, and whether it is unsent.
pub fn fields_of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    (public_id, path): (&str, &str),
    now: NaiveDateTime,
) -> Result<Option<(String, bool)>> {
    Ok(kept_forms::table
        .find(public_id)
        .filter(kept_forms::person_id.eq(person))
        .filter(kept_forms::path.eq(path))
        .filter(kept_forms::ends_at.gt(now))
        .select((kept_forms::fields, kept_forms::is_unsent))
        .first(connection)
        .optional()?)
}

/// A kept form in a list.
#[derive(Debug, Clone, Queryable)]
pub struct KeptFormRow {
    pub public_id: String,
    /// Path to which the form was sent.
    pub path: String,
    /// Time of keeping, in UTC.
    pub created_at: NaiveDateTime,
    /// Time after which the form is deleted, in UTC.
    pub ends_at: NaiveDateTime,
}

/// Returns the few unsent forms of a person, newest first.
pub fn of_person(connection: &mut AnyConnection, person: PersonId, now: NaiveDateTime) -> Result<Vec<KeptFormRow>> {
    Ok(kept_forms::table
        .filter(kept_forms::person_id.eq(person))
        .filter(kept_forms::ends_at.gt(now))
        .filter(kept_forms::is_unsent)
        .order((kept_forms::created_at.desc(), kept_forms::public_id.desc()))
        .select((kept_forms::public_id, kept_forms::path, kept_forms::created_at, kept_forms::ends_at))
        .load(connection)?)
}

/// Returns identifier and fields, as JSON, of each unsent form of a person that was sent to a path.
pub fn of_path(connection: &mut AnyConnection, person: PersonId, path: &str) -> Result<Vec<(String, String)>> {
    Ok(kept_forms::table
        .filter(kept_forms::person_id.eq(person))
        .filter(kept_forms::path.eq(path))
        .filter(kept_forms::is_unsent)
        .select((kept_forms::public_id, kept_forms::fields))
        .load(connection)?)
}

/// Deletes these forms of a person.
pub fn delete(connection: &mut AnyConnection, person: PersonId, ids: &[String]) -> Result<()> {
    let own = kept_forms::table.filter(kept_forms::public_id.eq_any(ids)).filter(kept_forms::person_id.eq(person));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// Deletes a form of a person that has now been sent to its path.
pub fn delete_sent(connection: &mut AnyConnection, person: PersonId, public_id: &str, path: &str) -> Result<()> {
    let own = kept_forms::table.filter(kept_forms::public_id.eq(public_id)).filter(kept_forms::person_id.eq(person));
    diesel::delete(own.filter(kept_forms::path.eq(path))).execute(connection)?;
    Ok(())
}

/// Deletes the unsent forms, or the other pages, of a person except the newest `kept`.
pub fn delete_older(connection: &mut AnyConnection, person: PersonId, (is_unsent, kept): (bool, i64)) -> Result<usize> {
    // SQLite takes an offset only after a limit; a person never has more forms than this.
    let older: Vec<String> = kept_forms::table
        .filter(kept_forms::person_id.eq(person))
        .filter(kept_forms::is_unsent.eq(is_unsent))
        .order((kept_forms::created_at.desc(), kept_forms::public_id.desc()))
        .offset(kept)
        .limit(kept + 1)
        .select(kept_forms::public_id)
        .load(connection)?;
    Ok(diesel::delete(kept_forms::table.filter(kept_forms::public_id.eq_any(older))).execute(connection)?)
}

/// Returns whether any form has been kept for its full time.
pub fn has_expired(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    let ended = kept_forms::table.filter(kept_forms::ends_at.le(now)).order(kept_forms::ends_at);
    Ok(ended.select(kept_forms::ends_at).first::<NaiveDateTime>(connection).optional()?.is_some())
}

/// Deletes forms that have been kept for their full time and returns their number.
pub fn delete_expired(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(kept_forms::table.filter(kept_forms::ends_at.le(now))).execute(connection)?)
}
