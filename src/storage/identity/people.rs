//! People and their seats in organisations.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::{Function, Language, Role};
use crate::domain::text_input;
use crate::schema::{delegations, organisations, people, seats};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId, SeatId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::registry::version::{Memory, RegisterVersion, stored_version};
use crate::storage::statements::on_engine;
use crate::storage::unique::{or_again, refuse_if};

/// Stored last day of a seat without an end.
// Evaluated at compile time: an invalid date would not compile.
pub const FOR_EVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day of the calendar");

/// A person who can sign in.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct Person {
    /// Primary key.
    pub id: PersonId,
    /// Public identifier.
    pub public_id: String,
    /// Username in lower case.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Language of pages and emails.
    #[diesel(deserialize_as = String)]
    pub language: Language,
    /// Argon2id hash in PHC format; empty until a password is set.
    pub password_hash: String,
    /// Version of sessions and tokens; raising it revokes all earlier ones.
    pub token_version: i64,
    /// Seed of the TOTP secret (`services::identity::totp`), pending or confirmed.
    pub totp_secret: Option<String>,
    /// Time step of the last one-time code used.
    pub totp_step: i64,
    /// `true` if the person may not sign in.
    pub disabled: bool,
}

/// A seat in which a person may act: a role within an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Seat {
    /// Primary key.
    pub id: SeatId,
    /// Organisation of the seat.
    pub organisation: OrganisationId,
    /// Function of the organisation.
    #[diesel(deserialize_as = String)]
    pub function: Function,
    /// Role of the seat.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// Holder of the seat, who is another person for a deputy.
    pub holder: PersonId,
}

/// Finds a person by username, ignoring case, width and spaces.
pub fn by_username(connection: &mut AnyConnection, username: &str) -> Result<Option<Person>> {
    Ok(people::table
        .filter(people::username.eq(text_input::username(username)))
        .select(Person::as_select())
        .first(connection)
        .optional()?)
}

reader_by_public_id!(people, Person);

/// Finds a person by public identifier, with the version of the registers.
pub fn by_public_id_with_version(
    connection: &mut AnyConnection,
    public_id: &str,
) -> Result<Option<(Person, RegisterVersion)>> {
    let named = people::table.filter(people::public_id.eq(public_id));
    let found: Option<(Person, Option<String>)> =
        on_engine!(connection, own => named.select((Person::as_select(), stored_version!())).first(own)).optional()?;
    Ok(found.map(|(person, version)| (person, version.into())))
}

/// Loads people by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[PersonId]) -> Result<Vec<Person>> {
    Ok(people::table
        .filter(people::id.eq_any(ids.iter().map(|id| id.0)))
        .order(people::id)
        .select(Person::as_select())
        .load(connection)?)
}

/// Lists people by key, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<Person>> {
    Ok(people::table
        .filter(people::id.gt(after))
        .order(people::id)
        .limit(limit)
        .select(Person::as_select())
        .load(connection)?)
}

/// Lists people whose name or username begins with a text, by name.
pub fn beginning_with(connection: &mut AnyConnection, text: &str, limit: i64) -> Result<Vec<Person>> {
    let (name, username) = (text_input::clean(text).into_owned(), text_input::username(text));
    let after = |first: &str| format!("{first}\u{10FFFF}");
    let is_named = people::name.ge(&name).and(people::name.lt(after(&name)));
    let is_called = people::username.ge(&username).and(people::username.lt(after(&username)));
    Ok(people::table
        .filter(is_named.or(is_called))
        .order((people::name, people::id))
        .limit(limit)
        .select(Person::as_select())
        .load(connection)?)
}

/// A seat with its period and the organisation's code and name.
#[derive(Debug, Clone, Queryable)]
pub struct DatedSeat {
    /// Primary key.
    pub id: SeatId,
    /// Holder of the seat.
    pub person_id: PersonId,
    /// Organisation of the seat.
    pub organisation_id: OrganisationId,
    /// Organisation code.
    pub organisation: String,
    /// Organisation name.
    pub organisation_name: String,
    /// Role of the seat.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// First day, inclusive.
    pub from_on: NaiveDate,
    /// Last day, inclusive; [`FOR_EVER`] for no end.
    pub until_on: NaiveDate,
}

/// Lists the seats of these people that end on a day or later.
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

/// Lists the seats in which a person may act on a day: first their own, then those in which they deputise (AB 岗). A
/// delegation counts while the deputy has a seat of their own in the same organisation and its holder is not disabled.
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
    let own = found.iter().map(|seat| seat.organisation.0).collect::<Vec<_>>();
    let delegated: Vec<Seat> = delegations::table
        .inner_join(seats::table.inner_join(organisations::table).inner_join(people::table))
        .filter(delegations::deputy_id.eq(person))
        .filter(seats::organisation_id.eq_any(own))
        .filter(people::disabled.eq(false))
        .filter(delegations::from_on.le(day))
        .filter(delegations::until_on.ge(day))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .order(delegations::id)
        .select(columns)
        .load(connection)?;
    found.extend(delegated);
    Ok(found)
}

/// Returns the seats of [`seats_on`], from memory if the registers have not changed since.
pub fn remembered_seats(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    person: PersonId,
    day: NaiveDate,
) -> Result<Vec<Seat>> {
    static SEATS: Memory<(PersonId, NaiveDate), Vec<Seat>> = Memory::new();
    SEATS.get_or_load(version, (person, day), || seats_on(connection, person, day))
}

/// Lists the people with a seat of their own in an organisation on a day, each once. Disabled people are left out.
pub fn of_organisation(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    day: NaiveDate,
) -> Result<Vec<Person>> {
    let seated = seats::table
        .filter(seats::organisation_id.eq(organisation))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .select(seats::person_id);
    Ok(people::table
        .filter(people::id.eq_any(seated))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(Person::as_select())
        .load(connection)?)
}

/// Returns the names of the people with a seat of their own in organisations on a day, each once. Disabled people are left
/// out.
pub fn names_in(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    day: NaiveDate,
) -> Result<Vec<(OrganisationId, String)>> {
    let rows: Vec<(i64, i64, String)> = seats::table
        .inner_join(people::table)
        .filter(seats::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .distinct()
        .order((seats::organisation_id, people::id))
        .select((seats::organisation_id, people::id, people::name))
        .load(connection)?;
    Ok(rows.into_iter().map(|(organisation, _, name)| (OrganisationId(organisation), name)).collect())
}

/// A person to insert.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    /// Public identifier.
    pub public_id: &'a str,
    /// Username for signing in.
    pub username: &'a str,
    /// Display name.
    pub name: &'a str,
    /// Email address.
    pub email: &'a str,
    /// Language of pages and emails.
    pub language: Language,
    /// Argon2id hash in PHC format, or empty.
    pub password_hash: &'a str,
    /// Time of creation in UTC.
    pub created_at: NaiveDateTime,
}

/// Inserts a person.
///
/// # Errors
/// `Refused` for a username already taken.
pub fn insert(connection: &mut AnyConnection, person: &NewPerson<'_>) -> Result<PersonId> {
    refuse_if(by_username(connection, person.username)?.is_some(), "username", "register-username-taken")?;
    diesel::insert_into(people::table)
        .values((
            people::public_id.eq(person.public_id),
            people::username.eq(text_input::username(person.username)),
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

/// Inserts a seat without an end.
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

/// Disables or enables a person; either way revokes all their sessions and tokens.
pub fn set_disabled(connection: &mut AnyConnection, person: PersonId, disabled: bool) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::disabled.eq(disabled), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}

/// Records the time step of a one-time code as used; returns `false` if it or a later step was used before.
pub fn use_totp_step(connection: &mut AnyConnection, person: PersonId, step: i64) -> Result<bool> {
    let changed = diesel::update(people::table.find(person.0).filter(people::totp_step.lt(step)))
        .set(people::totp_step.eq(step))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Sets or clears the seed of the TOTP secret.
pub fn set_totp(connection: &mut AnyConnection, person: PersonId, text: Option<&str>) -> Result<()> {
    diesel::update(people::table.find(person.0)).set(people::totp_secret.eq(text)).execute(connection)?;
    Ok(())
}

/// Returns the token versions of people by their keys.
pub fn token_versions(connection: &mut AnyConnection, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    Ok(people::table.filter(people::id.eq_any(ids)).select((people::id, people::token_version)).load(connection)?)
}

/// Revokes all sessions and tokens of a person.
pub fn revoke(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set(people::token_version.eq(people::token_version + 1))
        .execute(connection)?;
    Ok(())
}

/// Clears the seed of the TOTP secret and revokes all sessions and tokens of the person.
pub fn reset_totp(connection: &mut AnyConnection, person: PersonId) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::totp_secret.eq(None::<String>), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}

/// Sets a password and revokes all sessions and tokens of the person.
pub fn set_password(connection: &mut AnyConnection, person: PersonId, hash: &str) -> Result<()> {
    diesel::update(people::table.find(person.0))
        .set((people::password_hash.eq(hash), people::token_version.eq(people::token_version + 1)))
        .execute(connection)?;
    Ok(())
}
