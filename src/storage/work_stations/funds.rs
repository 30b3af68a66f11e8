//! Rows of funds assigned to work stations.

use diesel::prelude::*;

use crate::schema::{station_funds, work_stations};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{OrganisationId, PersonId, StationFundId, WorkStationId};
use crate::storage::register_rows::reader_by_public_id;
use crate::storage::write::Context;

/// Funds assigned to a work station for a year.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = station_funds)]
pub struct StationFund {
    pub id: StationFundId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub work_station_id: WorkStationId,
    /// Bureau that assigned them.
    pub organisation_id: OrganisationId,
    pub year: i32,
    pub amount_fen: i64,
    pub document_no: String,
}

reader_by_public_id!(station_funds, StationFund);

/// Funds to insert.
#[derive(Debug)]
pub struct NewStationFund<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub work_station: WorkStationId,
    pub organisation: OrganisationId,
    pub year: i32,
    pub amount_fen: i64,
    pub document_no: &'a str,
}

/// Inserts funds.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewStationFund<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(station_funds::table)
        .values((
            station_funds::public_id.eq(new.public_id),
            station_funds::work_station_id.eq(new.work_station.0),
            station_funds::organisation_id.eq(new.organisation.0),
            station_funds::year.eq(new.year),
            station_funds::amount_fen.eq(new.amount_fen),
            station_funds::document_no.eq(new.document_no),
            station_funds::entered_by.eq(by.0),
            station_funds::entered_for.eq(context.on_behalf_of.map(|id| id.0)),
            station_funds::entered_at.eq(context.now),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lists the funds of the work stations of organisations, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    after: i64,
    limit: i64,
) -> Result<Vec<StationFund>> {
    Ok(station_funds::table
        .inner_join(work_stations::table)
        .filter(work_stations::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(station_funds::id.gt(after))
        .order(station_funds::id)
        .limit(limit)
        .select(StationFund::as_select())
        .load(connection)?)
}

/// Loads the funds of work stations for a year.
pub fn of_year(connection: &mut AnyConnection, stations: &[WorkStationId], year: i32) -> Result<Vec<StationFund>> {
    Ok(station_funds::table
        .filter(station_funds::work_station_id.eq_any(stations.iter().map(|id| id.0)))
        .filter(station_funds::year.eq(year))
        .select(StationFund::as_select())
        .load(connection)?)
}
