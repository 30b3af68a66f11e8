//! One-time links of people, by the digests of their tokens. A row opens something only with the signature that it got
//! when the link was made, which binds it to its person, purpose and end.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::links;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;
use crate::storage::signatures::RowKey;
use crate::storage::write::Tx;

/// Table of the signatures.
pub const TABLE: &str = "links";

/// Columns of a link that are signed.
#[derive(Debug, Clone, Serialize, Queryable, Selectable)]
#[diesel(table_name = links)]
pub struct SignedLink {
    /// Digest of the token.
    pub token_hash: String,
    /// Key of the person.
    pub person_id: i64,
    /// Purpose.
    pub purpose: String,
    /// End of validity, in UTC.
    pub expires_at: NaiveDateTime,
}

/// Inserts a link by the digest of its token.
pub fn insert(
    tx: &mut Tx<'_>,
    token_hash: &str,
    person: PersonId,
    purpose: &str,
    expires_at: NaiveDateTime,
) -> Result<()> {
    let (token_hash, purpose) = (token_hash.to_owned(), purpose.to_owned());
    let link = SignedLink { token_hash, person_id: person.0, purpose, expires_at };
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(&link.token_hash),
            links::person_id.eq(link.person_id),
            links::purpose.eq(&link.purpose),
            links::expires_at.eq(link.expires_at),
            links::signature.eq(tx.key.sign(TABLE, &link)),
        ))
        .execute(tx.connection)?;
    Ok(())
}

/// Finds the person of a link that is signed, unused and not expired.
pub fn owner(
    connection: &mut AnyConnection,
    key: &RowKey,
    (token_hash, purpose): (&str, &str),
    now: NaiveDateTime,
) -> Result<Option<PersonId>> {
    let found: Option<(SignedLink, String)> = links::table
        .find(token_hash)
        .filter(links::purpose.eq(purpose))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .select((SignedLink::as_select(), links::signature))
        .first(connection)
        .optional()?;
    let signed = found.filter(|(link, signature)| key.signed(TABLE, link, Some(signature)));
    Ok(signed.map(|(link, _)| PersonId(link.person_id)))
}

/// Returns whether a person has an unused link that is valid after a time.
pub fn any_until(connection: &mut AnyConnection, person: PersonId, time: NaiveDateTime) -> Result<bool> {
    let found = links::table
        .filter(links::person_id.eq(person.0))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(time));
    Ok(found.select(links::person_id).first::<i64>(connection).optional()?.is_some())
}

/// Voids every unused link of a person.
pub fn void(connection: &mut AnyConnection, person: PersonId, now: NaiveDateTime) -> Result<()> {
    diesel::update(links::table.filter(links::person_id.eq(person.0)).filter(links::used_at.is_null()))
        .set(links::used_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// Marks a link as used and returns its person, or `None` if it opens nothing (see [`owner`]).
pub fn use_up(tx: &mut Tx<'_>, (token_hash, purpose): (&str, &str)) -> Result<Option<PersonId>> {
    let now = tx.context.now;
    let Some(person) = owner(tx.connection, tx.key, (token_hash, purpose), now)? else { return Ok(None) };
    let changed = diesel::update(links::table.find(token_hash).filter(links::used_at.is_null()))
        .set(links::used_at.eq(now))
        .execute(tx.connection)?;
    Ok((changed > 0).then_some(person))
}

/// Loads the links that may still be used, with their signatures.
pub fn open(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<Vec<(SignedLink, String)>> {
    Ok(links::table
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .select((SignedLink::as_select(), links::signature))
        .load(connection)?)
}
