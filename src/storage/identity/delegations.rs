//! Delegations of seats (AB 岗). Rows are never deleted: ending a delegation only moves its last day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::domain::codes::Role;
use crate::schema::{delegations, organisations, seats};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{PersonId, SeatId};

/// A stored delegation of a seat for a period.
#[derive(Debug, Clone, Queryable)]
pub struct Delegation {
    /// Primary key.
    pub id: i64,
    /// Public identifier.
    pub public_id: String,
    /// The delegated seat.
    pub seat_id: SeatId,
    /// Holder of the seat.
    pub holder_id: PersonId,
    /// Deputy who acts in the seat.
    pub deputy_id: PersonId,
    /// Organisation code of the seat.
    pub organisation: String,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Role of the seat.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// First day, inclusive.
    pub from_on: NaiveDate,
    /// Last day, inclusive.
    pub until_on: NaiveDate,
    /// Person who set the delegation up.
    pub created_by: PersonId,
}

macro_rules! columns {
    () => {
        (
            delegations::id,
            delegations::public_id,
            delegations::seat_id,
            seats::person_id,
            delegations::deputy_id,
            organisations::code,
            organisations::name,
            seats::role,
            delegations::from_on,
            delegations::until_on,
            delegations::created_by,
        )
    };
}

/// A delegation to insert.
#[derive(Debug)]
pub struct NewDelegation<'a> {
    /// Public identifier.
    pub public_id: &'a str,
    /// Seat to delegate.
    pub seat: SeatId,
    /// Deputy who acts in the seat.
    pub deputy: PersonId,
    /// First and last day, inclusive.
    pub days: (NaiveDate, NaiveDate),
    /// Person who sets up the delegation, and the time in UTC.
    pub by: (PersonId, NaiveDateTime),
}

/// Inserts a delegation.
pub fn insert(connection: &mut AnyConnection, new: &NewDelegation<'_>) -> Result<()> {
    diesel::insert_into(delegations::table)
        .values((
            delegations::public_id.eq(new.public_id),
            delegations::seat_id.eq(new.seat),
            delegations::deputy_id.eq(new.deputy),
            delegations::from_on.eq(new.days.0),
            delegations::until_on.eq(new.days.1),
            delegations::created_by.eq(new.by.0),
            delegations::created_at.eq(new.by.1),
        ))
        .execute(connection)?;
    Ok(())
}

/// Finds a delegation by public identifier.
pub fn by_public_id(connection: &mut AnyConnection, public_id: &str) -> Result<Option<Delegation>> {
    Ok(delegations::table
        .inner_join(seats::table.inner_join(organisations::table))
        .filter(delegations::public_id.eq(public_id))
        .select(columns!())
        .first(connection)
        .optional()?)
}

/// Lists delegations by key, after a key.
pub fn list(connection: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<Delegation>> {
    Ok(delegations::table
        .inner_join(seats::table.inner_join(organisations::table))
        .filter(delegations::id.gt(after))
        .order(delegations::id)
        .limit(limit)
        .select(columns!())
        .load(connection)?)
}

/// Lists the delegations in which a person is holder or deputy, by key, after a key. Each side uses its own index.
pub fn list_of(connection: &mut AnyConnection, person: PersonId, after: i64, limit: i64) -> Result<Vec<Delegation>> {
    let own: Vec<i64> = seats::table.filter(seats::person_id.eq(person.0)).select(seats::id).load(connection)?;
    let page = || {
        delegations::table
            .inner_join(seats::table.inner_join(organisations::table))
            .filter(delegations::id.gt(after))
            .order(delegations::id)
            .limit(limit)
            .select(columns!())
    };
    let mut found: Vec<Delegation> = page().filter(delegations::deputy_id.eq(person.0)).load(connection)?;
    found.extend(page().filter(delegations::seat_id.eq_any(own)).load::<Delegation>(connection)?);
    found.sort_by_key(|delegation| delegation.id);
    found.dedup_by_key(|delegation| delegation.id);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Lists the delegations that end on a day or later and in which a person is holder or deputy.
pub fn open_of(connection: &mut AnyConnection, person: PersonId, day: NaiveDate) -> Result<Vec<Delegation>> {
    let own: Vec<i64> = seats::table.filter(seats::person_id.eq(person.0)).select(seats::id).load(connection)?;
    let open = || {
        delegations::table
            .inner_join(seats::table.inner_join(organisations::table))
            .filter(delegations::until_on.ge(day))
            .order(delegations::id)
            .select(columns!())
    };
    let mut found: Vec<Delegation> = open().filter(delegations::deputy_id.eq(person.0)).load(connection)?;
    found.extend(open().filter(delegations::seat_id.eq_any(own)).load::<Delegation>(connection)?);
    Ok(found)
}

/// Sets the last day of a delegation.
pub fn end(connection: &mut AnyConnection, id: i64, until_on: NaiveDate) -> Result<()> {
    diesel::update(delegations::table.find(id)).set(delegations::until_on.eq(until_on)).execute(connection)?;
    Ok(())
}
