//! Recipients of emails: the people who act in a role of an organisation on a day, as holders or as deputies.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::{Language, Role};
use crate::schema::{delegations, people, seats};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::registry::version::{Memory, RegisterVersion};

/// Recipient of an email.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Recipient {
    /// Key of the person.
    pub person_id: PersonId,
    /// Name of the person.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Language in which the email is written.
    #[diesel(deserialize_as = String)]
    pub language: Language,
}

/// A person who acts in a role of an organisation, as its holder or as a deputy.
#[derive(Debug, Clone, Queryable)]
pub struct RoleHolder {
    /// Key of the organisation.
    pub organisation: OrganisationId,
    /// Role in which the person acts.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// Holder of the role; differs from the recipient if the recipient deputises.
    pub holder: PersonId,
    /// The person as a recipient.
    pub person: Recipient,
}

/// Loads the people who act in these roles of these organisations on a day: first the holders, then their deputies, as
/// far as their delegation counts (`people::seats_on`).
pub fn recipients(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    roles: &[Role],
    day: NaiveDate,
) -> Result<Vec<RoleHolder>> {
    let person = (people::id, people::name, people::email, people::language);
    let columns = (seats::organisation_id, seats::role, seats::person_id, person);
    let in_organisations = || seats::organisation_id.eq_any(organisations.iter().map(|id| id.0));
    let in_roles = || seats::role.eq_any(roles.iter().map(|role| role.as_str()));
    let mut found: Vec<RoleHolder> = seats::table
        .inner_join(people::table)
        .filter(in_organisations())
        .filter(in_roles())
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    let (holder, own) = diesel::alias!(people as holder, seats as own);
    let has_own_seat = own
        .filter(own.field(seats::person_id).eq(delegations::deputy_id))
        .filter(own.field(seats::organisation_id).eq(seats::organisation_id))
        .filter(own.field(seats::from_on).le(day))
        .filter(own.field(seats::until_on).ge(day));
    let deputies: Vec<RoleHolder> = delegations::table
        .inner_join(seats::table)
        .inner_join(holder.on(holder.field(people::id).eq(seats::person_id)))
        .inner_join(people::table.on(people::id.eq(delegations::deputy_id)))
        .filter(in_organisations())
        .filter(in_roles())
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(delegations::from_on.le(day))
        .filter(delegations::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .filter(holder.field(people::disabled).eq(false))
        .filter(diesel::dsl::exists(has_own_seat))
        .order(people::id)
        .select(columns)
        .load(connection)?;
    found.extend(deputies);
    Ok(found)
}

/// Returns the people of [`recipients`], from memory if the registers have not changed since.
pub fn remembered(
    connection: &mut AnyConnection,
    version: &RegisterVersion,
    (organisations, roles): (&[OrganisationId], &[Role]),
    day: NaiveDate,
) -> Result<Vec<RoleHolder>> {
    type Key = (Vec<OrganisationId>, Vec<Role>, NaiveDate);
    static HOLDERS: Memory<Key, Vec<RoleHolder>> = Memory::new();
    let key = (organisations.to_vec(), roles.to_vec(), day);
    HOLDERS.get_or_load(version, key, || recipients(connection, organisations, roles, day))
}

/// Loads the enabled people who hold a seat of one of these roles on a day, in any organisation; each once.
pub fn holders_of(connection: &mut AnyConnection, roles: &[Role], day: NaiveDate) -> Result<Vec<Recipient>> {
    let mut found: Vec<Recipient> = seats::table
        .inner_join(people::table)
        .filter(seats::role.eq_any(roles.iter().map(|role| role.as_str())))
        .filter(seats::from_on.le(day))
        .filter(seats::until_on.ge(day))
        .filter(people::disabled.eq(false))
        .order(people::id)
        .select((people::id, people::name, people::email, people::language))
        .load(connection)?;
    found.dedup_by_key(|person| person.person_id);
    Ok(found)
}
