//! Rows of kept files: files of a form that was refused for another reason, kept for its sender. When the form is sent
//! again and accepted, they become rows of `files` and are deleted here.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::kept_files;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::deliverables::files::ContentColumns;
use crate::storage::ids::PersonId;

/// A kept file, as read and inserted.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = kept_files)]
pub struct KeptFileRow {
    /// Random identifier, which stays the same when the form is accepted.
    pub public_id: String,
    /// Person who sent the file.
    pub person_id: PersonId,
    /// Form of the file: its use, the contract, and the deliverable or milestone.
    pub form: String,
    /// Key in the file store.
    pub storage_key: String,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Digest algorithm.
    pub hash_alg: String,
    /// Notes on the content, as codes separated by commas.
    pub flags: String,
    /// Key of the copy without personal data, if there is one.
    pub shown_key: Option<String>,
    /// Size of that copy, in bytes.
    pub shown_bytes: Option<i64>,
    /// Digest of that copy, in hexadecimal.
    pub shown_sha256: Option<String>,
    /// Time of keeping, in UTC.
    pub kept_at: NaiveDateTime,
}

/// Inserts rows of files that are in the store.
pub fn insert(connection: &mut AnyConnection, rows: &[KeptFileRow]) -> Result<()> {
    if !rows.is_empty() {
        insert_many!(connection, kept_files::table, rows.to_vec())?;
    }
    Ok(())
}

/// Loads the files that a person has kept with a form since some time, oldest first.
pub fn of_form(
    connection: &mut AnyConnection,
    person: PersonId,
    form: &str,
    since: NaiveDateTime,
) -> Result<Vec<KeptFileRow>> {
    Ok(kept_files::table
        .filter(kept_files::person_id.eq(person))
        .filter(kept_files::form.eq(form))
        .filter(kept_files::kept_at.ge(since))
        .order(kept_files::id)
        .select(KeptFileRow::as_select())
        .load(connection)?)
}

/// Returns the identifiers and sizes in bytes of all files that a person has kept, oldest first.
pub fn sizes(connection: &mut AnyConnection, person: PersonId) -> Result<Vec<(String, i64)>> {
    Ok(kept_files::table
        .filter(kept_files::person_id.eq(person))
        .order(kept_files::id)
        .select((kept_files::public_id, kept_files::bytes))
        .load(connection)?)
}

/// Deletes kept files of a person by their identifiers.
pub fn delete(connection: &mut AnyConnection, person: PersonId, ids: &[String]) -> Result<()> {
    let own = kept_files::table.filter(kept_files::person_id.eq(person)).filter(kept_files::public_id.eq_any(ids));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// Deletes all files that a person has kept with a form.
pub fn delete_of_form(connection: &mut AnyConnection, person: PersonId, form: &str) -> Result<()> {
    let own = kept_files::table.filter(kept_files::person_id.eq(person)).filter(kept_files::form.eq(form));
    diesel::delete(own).execute(connection)?;
    Ok(())
}

/// Deletes the files kept before some time; returns their number.
pub fn delete_older(connection: &mut AnyConnection, before: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(kept_files::table.filter(kept_files::kept_at.lt(before))).execute(connection)?)
}

/// Returns the keys among `keys` that belong to a kept file.
pub fn keys_with_row(connection: &mut AnyConnection, keys: &[String]) -> Result<Vec<String>> {
    let originals: Vec<String> = kept_files::table
        .filter(kept_files::storage_key.eq_any(keys))
        .select(kept_files::storage_key)
        .load(connection)?;
    let copies: Vec<Option<String>> =
        kept_files::table.filter(kept_files::shown_key.eq_any(keys)).select(kept_files::shown_key).load(connection)?;
    Ok(originals.into_iter().chain(copies.into_iter().flatten()).collect())
}

/// Loads key, size and digest of every kept file and of its copy for readers.
pub(super) fn contents(connection: &mut AnyConnection) -> Result<Vec<ContentColumns>> {
    Ok(kept_files::table
        .select((
            kept_files::storage_key,
            kept_files::bytes,
            kept_files::sha256,
            kept_files::shown_key,
            kept_files::shown_bytes,
            kept_files::shown_sha256,
        ))
        .load(connection)?)
}
