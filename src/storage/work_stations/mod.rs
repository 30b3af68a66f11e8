//! Rows of work stations. `services::work_stations` decides.

pub mod funds;
pub mod groups;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::schema::work_stations;
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId, WorkStationId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::write::Context;

/// A work station.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = work_stations)]
pub struct WorkStation {
    pub id: WorkStationId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Justice station that keeps it.
    pub organisation_id: OrganisationId,
    pub name: String,
    pub address: String,
    /// Person in charge.
    pub keeper: String,
    pub from_on: NaiveDate,
    /// Last day; `None` while it is open.
    pub until_on: Option<NaiveDate>,
}

reader_by_public_id!(work_stations, WorkStation);

/// A work station to insert.
#[derive(Debug)]
pub struct NewWorkStation<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub organisation: OrganisationId,
    /// Name, and its folded spelling.
    pub name: (&'a str, &'a str),
    pub address: &'a str,
    pub keeper: &'a str,
    pub from_on: NaiveDate,
}

/// Inserts an open work station.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewWorkStation<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(work_stations::table)
        .values((
            work_stations::public_id.eq(new.public_id),
            work_stations::organisation_id.eq(new.organisation.0),
            work_stations::name.eq(new.name.0),
            work_stations::name_key.eq(new.name.1),
            work_stations::address.eq(new.address),
            work_stations::keeper.eq(new.keeper),
            work_stations::from_on.eq(new.from_on),
            work_stations::entered_by.eq(by.0),
            work_stations::entered_for.eq(context.on_behalf_of.map(|id| id.0)),
            work_stations::entered_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lists the work stations of organisations, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<WorkStation>> {
    Ok(work_stations::table
        .filter(work_stations::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(work_stations::id.gt(after))
        .order(work_stations::id)
        .limit(limit)
        .select(WorkStation::as_select())
        .load(connection)?)
}

/// Loads work stations by key.
pub fn by_ids(connection: &mut AnyConnection, ids: &[WorkStationId]) -> Result<Vec<WorkStation>> {
    Ok(work_stations::table
        .filter(work_stations::id.eq_any(ids.iter().map(|id| id.0)))
        .select(WorkStation::as_select())
        .load(connection)?)
}

/// Loads the open work stations of organisations with a folded name.
pub fn open_by_name(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    name_key: &str,
) -> Result<Vec<WorkStation>> {
    Ok(work_stations::table
        .filter(work_stations::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(work_stations::name_key.eq(name_key))
        .filter(work_stations::until_on.is_null())
        .order(work_stations::id)
        .select(WorkStation::as_select())
        .load(connection)?)
}

/// Closes a work station.
pub fn close(connection: &mut AnyConnection, id: WorkStationId, until_on: NaiveDate) -> Result<()> {
    diesel::update(work_stations::table.find(id.0))
        .set(work_stations::until_on.eq(Some(until_on)))
        .execute(connection)?;
    Ok(())
}
