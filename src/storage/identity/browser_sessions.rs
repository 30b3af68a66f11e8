//! Sessions of browsers: looked up by the digest of their token, listed and ended by their owner.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{people, sessions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::PersonId;

/// A session.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Random identifier, for its owner's list.
    pub public_id: String,
    /// Whose.
    pub person_id: PersonId,
    /// What the browser called itself.
    pub agent: String,
    /// The address that it was opened from.
    pub address: String,
    /// When it was opened.
    pub created_at: NaiveDateTime,
    /// When it was last used, give or take some minutes.
    pub seen_at: NaiveDateTime,
    /// When it ends at the latest.
    pub ends_at: NaiveDateTime,
}

/// A session that is opened.
pub struct NewSession<'a> {
    /// Digest of its token.
    pub token_hash: &'a str,
    /// Random identifier.
    pub public_id: &'a str,
    /// Whose, and the version of their proofs: a new password ends what was opened before.
    pub person: (PersonId, i64),
    /// What the browser calls itself, and where it is.
    pub from: (&'a str, &'a str),
    /// When it is opened, and when it ends at the latest.
    pub during: (NaiveDateTime, NaiveDateTime),
}

/// Opens a session.
pub fn insert(connection: &mut AnyConnection, new: &NewSession<'_>) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(new.token_hash),
            sessions::public_id.eq(new.public_id),
            sessions::person_id.eq(new.person.0),
            sessions::token_version.eq(new.person.1),
            sessions::agent.eq(new.from.0),
            sessions::address.eq(new.from.1),
            sessions::created_at.eq(new.during.0),
            sessions::seen_at.eq(new.during.0),
            sessions::ends_at.eq(new.during.1),
        ))
        .execute(connection)?;
    Ok(())
}

/// The session of a token that was used since `idle_since`, has not ended, and is of the person's present proofs.
pub fn by_token(
    connection: &mut AnyConnection,
    token_hash: &str,
    now: NaiveDateTime,
    idle_since: NaiveDateTime,
) -> Result<Option<Session>> {
    Ok(sessions::table
        .inner_join(people::table.on(people::id.eq(sessions::person_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::token_version.eq(people::token_version))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since))
        .select(Session::as_select())
        .first(connection)
        .optional()?)
}

/// Notes that a session is in use.
pub fn seen(connection: &mut AnyConnection, token_hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(token_hash)).set(sessions::seen_at.eq(now)).execute(connection)?;
    Ok(())
}

/// The sessions of somebody that have not ended, newest first.
pub fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    now: NaiveDateTime,
    idle_since: NaiveDateTime,
) -> Result<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::person_id.eq(person))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since))
        .order((sessions::created_at.desc(), sessions::public_id))
        .select(Session::as_select())
        .load(connection)?)
}

/// Ends the session of a token.
pub fn end(connection: &mut AnyConnection, token_hash: &str) -> Result<()> {
    diesel::delete(sessions::table.find(token_hash)).execute(connection)?;
    Ok(())
}

/// Ends one of somebody's sessions; says whether there was one.
pub fn end_of_person(connection: &mut AnyConnection, person: PersonId, public_id: &str) -> Result<bool> {
    let of_person = sessions::table.filter(sessions::person_id.eq(person)).filter(sessions::public_id.eq(public_id));
    Ok(diesel::delete(of_person).execute(connection)? > 0)
}

/// Whether there is a session that ended.
pub fn any_ended(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    let ended = sessions::table.filter(sessions::ends_at.le(now)).order(sessions::ends_at).select(sessions::ends_at);
    Ok(ended.first::<NaiveDateTime>(connection).optional()?.is_some())
}

/// Forgets sessions that ended.
pub fn sweep(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::ends_at.le(now))).execute(connection)?)
}
