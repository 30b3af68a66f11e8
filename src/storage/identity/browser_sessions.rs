//! Browser sessions, looked up by the digest of their token. Only the digest is stored, never the token.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{people, sessions};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::identity::people::Person;
use crate::storage::ids::PersonId;
use crate::storage::notifications::notices::unread_notices;
use crate::storage::registry::version::{RegisterVersion, stored_version};
use crate::storage::statements::on_engine;

/// Stored text of a sign-in through the identity provider.
const PROVIDER: &str = "provider";
/// Stored text of a sign-in at a provider that also checked a second factor.
const PROVIDER_FACTORS: &str = "provider-factors";

/// Way in which the owner of a session signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInWay {
    Password,
    Provider {
        /// True if the provider also checked a second factor.
        has_second_factor: bool,
    },
}

impl SignInWay {
    const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Password => None,
            Self::Provider { has_second_factor: false } => Some(PROVIDER),
            Self::Provider { has_second_factor: true } => Some(PROVIDER_FACTORS),
        }
    }
}

impl From<Option<String>> for SignInWay {
    fn from(stored: Option<String>) -> Self {
        match stored.as_deref() {
            None => Self::Password,
            stored => Self::Provider { has_second_factor: stored == Some(PROVIDER_FACTORS) },
        }
    }
}

/// A stored browser session.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Digest of the session token.
    pub token_hash: String,
    /// Public identifier, shown in the owner's list of sessions.
    pub public_id: String,
    /// Owner of the session.
    pub person_id: PersonId,
    /// User agent of the browser.
    pub agent: String,
    /// IP address at sign-in.
    pub address: String,
    /// Time of sign-in.
    pub created_at: NaiveDateTime,
    /// Time of last use, accurate to five minutes.
    pub seen_at: NaiveDateTime,
    /// End of the absolute lifetime.
    pub ends_at: NaiveDateTime,
    /// Last time that the owner gave password and code; `None` for a session opened before this was stored.
    pub proved_at: Option<NaiveDateTime>,
    /// Way in which the owner signed in.
    #[diesel(deserialize_as = Option<String>)]
    pub signed_in_by: SignInWay,
}

/// A session to insert.
pub struct NewSession<'a> {
    /// Digest of the session token.
    pub token_hash: &'a str,
    /// Public identifier.
    pub public_id: &'a str,
    /// Owner and their token version; a raised version ends the session.
    pub person: (PersonId, i64),
    /// User agent and IP address.
    pub from: (&'a str, &'a str),
    /// Time of sign-in and end of the absolute lifetime.
    pub during: (NaiveDateTime, NaiveDateTime),
    /// Way in which the owner signed in.
    pub signed_in_by: SignInWay,
}

/// Inserts a session.
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
            sessions::proved_at.eq(new.during.0),
            sessions::signed_in_by.eq(new.signed_in_by.as_str()),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds the open session of a token: used after `idle_since`, not expired, and of the person's current token version.
/// Also reads its owner, the version of the registers and the number of the owner's unread notices.
pub fn by_token(
    connection: &mut AnyConnection,
    token_hash: &str,
    now: NaiveDateTime,
    idle_since: NaiveDateTime,
) -> Result<Option<(Session, Person, RegisterVersion, i64)>> {
    let query = sessions::table
        .inner_join(people::table.on(people::id.eq(sessions::person_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::token_version.eq(people::token_version))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since));
    let found: Option<(Session, Person, Option<String>, Option<i64>)> = on_engine!(connection, own => {
        query.select((Session::as_select(), Person::as_select(), stored_version!(), unread_notices!())).first(own)
    })
    .optional()?;
    Ok(found.map(|(session, person, version, unread)| (session, person, version.into(), unread.unwrap_or_default())))
}

/// Updates the time of last use.
pub fn touch(connection: &mut AnyConnection, token_hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(token_hash)).set(sessions::seen_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Returns how the owner of a session signed in, whether the session is still open or not.
pub fn signed_in_by(connection: &mut AnyConnection, token_hash: &str) -> Result<SignInWay> {
    let found = sessions::table.find(token_hash).select(sessions::signed_in_by).first(connection).optional()?;
    Ok(SignInWay::from(found.flatten()))
}

/// Returns the last time that the owner of a session gave password and code.
pub fn proved_at(connection: &mut AnyConnection, token_hash: &str) -> Result<Option<NaiveDateTime>> {
    let found = sessions::table.find(token_hash).select(sessions::proved_at).first(connection).optional()?;
    Ok(found.flatten())
}

/// Records that the owner of a session gave password and code.
pub fn prove(connection: &mut AnyConnection, token_hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(sessions::table.find(token_hash)).set(sessions::proved_at.eq(now)).execute(connection)?;
    Ok(())
}

/// Keeps a session valid under a new token version of its owner.
pub fn keep(connection: &mut AnyConnection, token_hash: &str, token_version: i64) -> Result<()> {
    diesel::update(sessions::table.find(token_hash))
        .set(sessions::token_version.eq(token_version))
        .execute(connection)?;
    Ok(())
}

/// Lists a person's open sessions, newest first.
pub fn list_of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    now: NaiveDateTime,
    idle_since: NaiveDateTime,
) -> Result<Vec<Session>> {
    Ok(sessions::table
        .inner_join(people::table.on(people::id.eq(sessions::person_id)))
        .filter(sessions::person_id.eq(person))
        .filter(sessions::token_version.eq(people::token_version))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since))
        .order((sessions::created_at.desc(), sessions::public_id))
        .select(Session::as_select())
        .load(connection)?)
}

/// Deletes the session of a token.
pub fn delete(connection: &mut AnyConnection, token_hash: &str) -> Result<()> {
    diesel::delete(sessions::table.find(token_hash)).execute(connection)?;
    Ok(())
}

/// Deletes one of a person's sessions; returns whether there was one.
pub fn delete_of_person(connection: &mut AnyConnection, person: PersonId, public_id: &str) -> Result<bool> {
    let of_person = sessions::table.filter(sessions::person_id.eq(person)).filter(sessions::public_id.eq(public_id));
    Ok(diesel::delete(of_person).execute(connection)? > 0)
}

/// Returns whether any session has reached the end of its lifetime.
pub fn has_expired(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    let ended = sessions::table.filter(sessions::ends_at.le(now)).order(sessions::ends_at).select(sessions::ends_at);
    Ok(ended.first::<NaiveDateTime>(connection).optional()?.is_some())
}

/// Deletes sessions past the end of their lifetime and returns their number.
pub fn delete_expired(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::ends_at.le(now))).execute(connection)?)
}
