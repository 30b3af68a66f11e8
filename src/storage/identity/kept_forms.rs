//! Forms that were sent after their session had ended, kept for the person who filled them in.

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
    /// Person who filled it in.
    pub person: PersonId,
    /// Path to which it was sent.
    pub path: &'a str,
    /// Names and values of its fields, as JSON.
    pub fields: &'a str,
    /// Time of keeping, and time after which it is deleted.
    pub during: (NaiveDateTime, NaiveDateTime),
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
        ))
        .execute(connection)?;
    Ok(())
}

/// Returns the fields of a person's form that was sent to a path, as JSON.
pub fn fields_of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    (public_id, path): (&str, &str),
    now: NaiveDateTime,
) -> Result<Option<String>> {
    Ok(kept_forms::table
        .find(public_id)
        .filter(kept_forms::person_id.eq(person))
        .filter(kept_forms::path.eq(path))
        .filter(kept_forms::ends_at.gt(now))
        .select(kept_forms::fields)
        .first(connection)
        .optional()?)
}

/// Deletes all forms of a person but the newest `kept`.
pub fn delete_older(connection: &mut AnyConnection, person: PersonId, kept: i64) -> Result<usize> {
    // SQLite takes an offset only after a limit; a person never has more forms than this.
    let older: Vec<String> = kept_forms::table
        .filter(kept_forms::person_id.eq(person))
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
