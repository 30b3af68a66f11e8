//! The people to whom an email goes.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::Role;
use crate::schema::{delegations, people, seats};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::OrganisationId;
use crate::storage::notifications::email_queue::RoleHolder;

/// Loads the people who act in these roles of these organisations on a day: first the holders, then their deputies, as
/// far as their delegation counts (`people::seats_on`).
pub fn recipients(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    roles: &[Role],
    day: NaiveDate,
) -> Result<Vec<RoleHolder>> {
    let columns = (seats::organisation_id, seats::role, (people::id, people::name, people::email, people::language));
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
