//! One-time links of people, by the digests of their tokens. A link is valid only with the program's signature, which
//! binds it to its person, purpose, end and use, and only while the person's password is the one for which the link was
//! made: an unused row that is put back into the database is not valid.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{links, people};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::identity::people::Person;
use crate::storage::ids::PersonId;
use crate::storage::signatures::RowKey;
use crate::storage::write::Tx;

/// Table of the signatures.
pub const TABLE: &str = "links";

/// The signed columns of a link: all others.
#[derive(Debug, Clone, Serialize, Queryable, Selectable)]
#[diesel(table_name = links)]
pub struct SignedLink {
    /// Digest of the token.
    pub token_hash: String,
    /// Key of the person.
    pub person_id: i64,
    /// Purpose of the link.
    pub purpose: String,
    /// End of validity, in UTC.
    pub expires_at: NaiveDateTime,
    /// Time at which the link was used or voided, in UTC.
    pub used_at: Option<NaiveDateTime>,
    /// Keyed digest of the password hash for which it was made; absent in a link from before there were such digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_digest: Option<String>,
}

/// Computes the keyed digest of a password hash, which is empty for a person without a password.
fn password_digest(key: &RowKey, hash: &str) -> String {
    key.sign("passwords", &hash)
}

/// A link with its signature.
pub type WithSignature = (SignedLink, Option<String>);

/// Inserts a link to a person's present password by the digest of its token.
pub fn insert(
    tx: &mut Tx<'_>,
    token_hash: &str,
    person: &Person,
    purpose: &str,
    expires_at: NaiveDateTime,
) -> Result<()> {
    let (token_hash, purpose) = (token_hash.to_owned(), purpose.to_owned());
    let password_digest = Some(password_digest(tx.key, &person.password_hash));
    let link = SignedLink { token_hash, person_id: person.id.0, purpose, expires_at, used_at: None, password_digest };
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(&link.token_hash),
            links::person_id.eq(link.person_id),
            links::purpose.eq(&link.purpose),
            links::expires_at.eq(link.expires_at),
            links::password_digest.eq(&link.password_digest),
            links::signature.eq(tx.key.sign(TABLE, &link)),
        ))
        .execute(tx.connection)?;
    Ok(())
}

/// Finds a link that is signed, unused, not expired and made for the present password.
fn usable(
    connection: &mut AnyConnection,
    key: &RowKey,
    (token_hash, purpose): (&str, &str),
    now: NaiveDateTime,
) -> Result<Option<WithSignature>> {
    let found: Option<(SignedLink, Option<String>, String)> = links::table
        .inner_join(people::table)
        .filter(links::token_hash.eq(token_hash))
        .filter(links::purpose.eq(purpose))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .select((SignedLink::as_select(), links::signature, people::password_hash))
        .first(connection)
        .optional()?;
    let is_usable = |(link, signature, hash): &(SignedLink, Option<String>, String)| {
        let is_present = |digest: &String| *digest == password_digest(key, hash);
        key.signed(TABLE, link, signature.as_deref()) && link.password_digest.as_ref().is_none_or(is_present)
    };
    Ok(found.filter(is_usable).map(|(link, signature, _)| (link, signature)))
}

/// Finds the person of a link that is signed, unused, not expired and made for the present password.
pub fn owner(
    connection: &mut AnyConnection,
    key: &RowKey,
    named: (&str, &str),
    now: NaiveDateTime,
) -> Result<Option<PersonId>> {
    Ok(usable(connection, key, named, now)?.map(|(link, _)| PersonId(link.person_id)))
}

/// Returns whether a person has an unused link that is valid after a time.
pub fn any_until(connection: &mut AnyConnection, person: PersonId, time: NaiveDateTime) -> Result<bool> {
    let found = links::table
        .filter(links::person_id.eq(person.0))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(time));
    Ok(found.select(links::person_id).first::<i64>(connection).optional()?.is_some())
}

/// Voids every unused link of a person, of which there is at most one, because a new link voids the one before it.
pub fn void(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    let unused: Vec<WithSignature> = links::table
        .filter(links::person_id.eq(person.0))
        .filter(links::used_at.is_null())
        .select((SignedLink::as_select(), links::signature))
        .load(tx.connection)?;
    for link in unused {
        end(tx, link)?;
    }
    Ok(())
}

/// Marks a link as used and returns its person; `None` for a link that is not valid (see [`owner`]).
pub fn use_up(tx: &mut Tx<'_>, named: (&str, &str)) -> Result<Option<PersonId>> {
    let Some(link) = usable(tx.connection, tx.key, named, tx.context.now)? else { return Ok(None) };
    let person = PersonId(link.0.person_id);
    Ok(end(tx, link)?.then_some(person))
}

/// Ends a link and signs it again; returns false if it was ended already. A link that was changed in the database keeps
/// its signature, so that the change is still reported.
fn end(tx: &mut Tx<'_>, (link, signature): WithSignature) -> Result<bool> {
    let is_own = tx.key.signed(TABLE, &link, signature.as_deref());
    let link = SignedLink { used_at: Some(tx.context.now), ..link };
    let signature = if is_own { Some(tx.key.sign(TABLE, &link)) } else { signature };
    let changed = diesel::update(links::table.find(&link.token_hash).filter(links::used_at.is_null()))
        .set((links::used_at.eq(link.used_at), links::signature.eq(signature)))
        .execute(tx.connection)?;
    Ok(changed > 0)
}

/// Loads the links after one, with their signatures, sorted by digest.
pub fn after(connection: &mut AnyConnection, token_hash: &str, limit: i64) -> Result<Vec<WithSignature>> {
    Ok(links::table
        .filter(links::token_hash.gt(token_hash))
        .order(links::token_hash)
        .limit(limit)
        .select((SignedLink::as_select(), links::signature))
        .load(connection)?)
}

/// Signs the next links stored before rows were signed; returns the number signed.
pub(in crate::storage) fn sign_earlier(connection: &mut AnyConnection, key: &RowKey, limit: i64) -> Result<usize> {
    let earlier: Vec<SignedLink> = links::table
        .filter(links::signature.is_null())
        .order(links::token_hash)
        .limit(limit)
        .select(SignedLink::as_select())
        .load(connection)?;
    for link in &earlier {
        diesel::update(links::table.find(&link.token_hash))
            .set(links::signature.eq(key.sign(TABLE, link)))
            .execute(connection)?;
    }
    Ok(earlier.len())
}
