//! People, the seats that they hold in organisations, and who stands in for whom.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::{Function, Language, Role};
use crate::schema::{delegations, links, organisations, people, seats};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId, SeatId};
use crate::storage::unique::{or_again, refuse_if};

/// The last day of what has no end.
// Worked out when the program is compiled: a day that is none would not compile.
pub const FOR_EVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day of the calendar");

/// A person who can sign in.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// Random identifier.
    pub public_id: String,
    /// Name to sign in with, lower case.
    pub username: String,
    /// Name as people say it.
    pub name: String,
    /// Address of mail.
    pub email: String,
    /// The language that they read.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// argon2id, in PHC form; empty until the first password is set.
    pub password_hash: String,
    /// Raised to end every session and token at once.
    pub token_version: i64,
    /// What the secret of one-time codes is derived from (`services::totp`), when switched on or about to be.
    pub totp_secret: Option<String>,
    /// The last step of a one-time code that was used.
    pub totp_step: i64,
    /// May not sign in.
    pub disabled: bool,
}

/// A role within an organisation that somebody may act in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Seat {
    /// Key.
    pub id: SeatId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// What it does.
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// The role.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// Whose seat it is.
    pub holder: PersonId,
}

/// A person by the name to sign in with.
pub fn by_username(connection: &mut AnyConnection, username: &str) -> Result<Option<Person>> {
    Ok(people::table
        .filter(people::username.eq(username.to_lowercase()))
        .select(Person::as_select())
        .first(connection)
        .optional()?)
}

/// A person by random identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<Person>> {
    Ok(people::table
        .filter(people::public_id.eq(public_id))
        .select(Person::as_select())
        .first(connection)
        .optional()?)
}

/// People by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[PersonId]) -> Result<Vec<Person>> {
    Ok(people::table
        .filter(people::id.eq_any(ids.iter().map(|id| id.0)))
        .order(people::id)
        .select(Person::as_select())
        .load(connection)?)
}

/// A page of people in the order of their keys, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<Person>> {
    Ok(people::table
        .filter(people::id.gt(after))
        .order(people::id)
        .limit(limit)
        .select(Person::as_select())
        .load(connection)?)
}

/// A seat with its days and the organisation's code and name.
#[derive(Debug, Clone, Queryable)]
pub struct DatedSeat {
    /// Key.
    pub id: SeatId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Key of the organisation.
    pub organisation_id: OrganisationId,
    /// Code of the organisation.
    pub organisation: String,
    /// Name of the organisation.
    pub organisation_name: String,
    /// The role.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub until_on: NaiveDate,
}

/// The seats that these people hold on a day or later.
pub fn seats_of(connection: &mut AnyConnection, people: &[PersonId], day: NaiveDate) -> Result<Vec<DatedSeat>> {
    Ok(seats::table
        .inner_join(organisations::table)
        .filter(seats::person_id.eq_any(people.iter().map(|id| id.0)))
        .filter(seats::until_on.ge(day))
        .order(seats::id)
        .select((
            seats::id,
            seats::person_id,
            seats::organisation_id,
            organisations::code,
            organisations::name,
            seats::role,
            seats::from_on,
            seats::until_on,
        ))
        .load(connection)?)
}

/// Whether anybody holds a role on a day or later.
pub fn role_is_held(connection: &mut AnyConnection, role: Role, day: NaiveDate) -> Result<bool> {
    let found: Option<i64> = seats::table
        .inner_join(people::table)
        .filter(seats::role.eq(role.as_str()))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .select(seats::id)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// The seats in which a person may act on a day: their own, then those in which they stand in for somebody (AB 岗).
pub fn seats_on(connection: &mut AnyConnection, person: PersonId, day: NaiveDate) -> Result<Vec<Seat>> {
    let columns = (seats::id, seats::organisation_id, organisations::function, seats::role, seats::person_id);
    let mut found: Vec<Seat> = seats::table
        .inner_join(organisations::table)
        .filter(seats::person_id.eq(person))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .order(seats::id)
        .select(columns)
        .load(connection)?;
    let stood_in: Vec<Seat> = delegations::table
        .inner_join(seats::table.inner_join(organisations::table))
        .filter(delegations::deputy_id.eq(person))
        .filter(delegations::from_on.le(day))
        .filter(delegations::until_on.ge(day))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .order(delegations::id)
        .select(columns)
        .load(connection)?;
    found.extend(stood_in);
    Ok(found)
}

/// The names of people by key.
pub fn names(connection: &mut AnyConnection, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
    Ok(people::table
        .filter(people::id.eq_any(ids.iter().map(|id| id.0)))
        .select((people::id, people::name))
        .load(connection)?)
}

/// A person who is to be written.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// Random identifier.
    pub public_id: &'a str,
    /// Name to sign in with.
    pub username: &'a str,
    /// Name as people say it.
    pub name: &'a str,
    /// Address of mail.
    pub email: &'a str,
    /// Language.
    pub language: Language,
    /// argon2id, or empty.
    pub password_hash: &'a str,
    /// Time.
    pub created_at: NaiveDateTime,
}

/// Adds a person.
///
/// # Errors
/// `Refused` for a name that is taken.
pub fn insert(connection: &mut AnyConnection, person: &NewPerson<'_>) -> Result<PersonId> {
    refuse_if(by_username(connection, person.username)?.is_some(), "username", "register-username-taken")?;
    diesel::insert_into(people::table)
        .values((
            people::public_id.eq(person.public_id),
            people::username.eq(person.username.to_lowercase()),
            people::name.eq(person.name),
            people::email.eq(person.email),
            people::language.eq(person.language.as_str()),
            people::password_hash.eq(person.password_hash),
            people::token_version.eq(1),
            people::totp_step.eq(0),
            people::disabled.eq(false),
            people::created_at.eq(person.created_at),
        ))
        .returning(people::id)
        .get_result(connection)
        .map(PersonId)
        .map_err(or_again)
}

/// Gives a person a role within an organisation from a day on.
pub fn insert_seat(
    connection: &mut AnyConnection,
    person: PersonId,
    organisation: OrganisationId,
    role: Role,
    from_on: NaiveDate,
) -> Result<SeatId> {
    Ok(diesel::insert_into(seats::table)
        .values((
            seats::person_id.eq(person),
            seats::organisation_id.eq(organisation),
            seats::role.eq(role.as_str()),
            seats::from_on.eq(from_on),
            seats::until_on.eq(FOR_EVER),
        ))
        .returning(seats::id)
        .get_result(connection)
        .map(SeatId)?)
}

/// Sets the last day of a seat.
pub fn end_seat(connection: &mut AnyConnection, seat: SeatId, until_on: NaiveDate) -> Result<()> {
    diesel::update(seats::table.find(seat.0)).set(seats::until_on.eq(until_on)).execute(connection)?;
    Ok(())
}

/// Lets a person sign in, or no longer; either way every session and token of theirs ends.
pub fn set_disabled(connection: &mut AnyConnection, person: PersonId, disabled: bool) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::disabled.eq(disabled), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}

/// Notes that a one-time code's step was used, unless it or a later one was used before: then nothing is changed.
pub fn use_totp_step(connection: &mut AnyConnection, person: PersonId, step: i64) -> Result<bool> {
    let changed = diesel::update(people::table.find(person.0).filter(people::totp_step.lt(step)))
        .set(people::totp_step.eq(step))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Sets what the secret of one-time codes is derived from, or takes it away.
pub fn set_totp(connection: &mut AnyConnection, person: PersonId, text: Option<&str>) -> Result<()> {
    diesel::update(people::table.find(person.0)).set(people::totp_secret.eq(text)).execute(connection)?;
    Ok(())
}

/// Takes the one-time codes of a person off and ends every session and token of theirs.
pub fn reset_totp(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::totp_secret.eq(None::<String>), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}

/// Sets a password and ends every session of the person.
pub fn set_password(connection: &mut AnyConnection, person: PersonId, hash: &str) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::password_hash.eq(hash), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}

/// Keeps the hash of a one-time link.
pub fn insert_link(
    connection: &mut AnyConnection,
    token_hash: &str,
    person: PersonId,
    purpose: &str,
    expires_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(token_hash),
            links::person_id.eq(person),
            links::purpose.eq(purpose),
            links::expires_at.eq(expires_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Whether a one-time link is unused and not expired.
pub fn link_holds(connection: &mut AnyConnection, token_hash: &str, purpose: &str, now: NaiveDateTime) -> Result<bool> {
    let found = links::table
        .find(token_hash)
        .filter(links::purpose.eq(purpose))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now));
    Ok(found.count().get_result::<i64>(connection)? > 0)
}

/// Uses a one-time link: whose it is, if it is unused and not expired.
pub fn use_link(
    connection: &mut AnyConnection,
    token_hash: &str,
    purpose: &str,
    now: NaiveDateTime,
) -> Result<Option<PersonId>> {
    let changed = diesel::update(
        links::table
            .find(token_hash)
            .filter(links::purpose.eq(purpose))
            .filter(links::used_at.is_null())
            .filter(links::expires_at.gt(now)),
    )
    .set(links::used_at.eq(now))
    .execute(connection)?;
    if changed == 0 {
        return Ok(None);
    }
    Ok(links::table.find(token_hash).select(links::person_id).first(connection).map(Some)?)
}
