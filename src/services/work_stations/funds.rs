//! Funds that follow the tasks of work stations: an officer records what was assigned to a work station for a year, with
//! its document. They are not posted in the ledger, because villages are not contractors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
use crate::domain::work_stations::YEARS;
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::payments::stored_money;
use crate::services::registry::proposals;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::services::work_stations::{EnteredSummary, names, seen_from};
use crate::storage::work_stations::funds::{self as rows, NewStationFund};
use crate::storage::work_stations::{self as stations, WorkStation};
use crate::storage::write::{Tx, write};

/// Name of the register.
const REGISTER: &str = "station-funds";

/// Funds to record.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StationFundInput {
    /// Name of the open work station.
    pub work_station: String,
    pub year: i32,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of the document that assigns them.
    pub document_no: String,
}

/// Funds of a work station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StationFundView {
    /// Public identifier.
    pub id: String,
    /// Name of the work station.
    pub work_station: String,
    pub year: i32,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Number of the document that assigns them.
    pub document_no: String,
    /// Name of the bureau that recorded them.
    pub bureau: String,
}

/// Lists the funds of the work stations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<StationFundView>, Error> {
    let seats = caller.may(Action::ListWorkStations)?;
    app.pool.read(|connection| {
        let seen = seen_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let Some(fund) = rows::by_public_id(connection, id)? else { return Ok(None) };
            let station = stations::by_ids(connection, &[fund.work_station_id])?.pop();
            Ok(station.filter(|station| seen.contains(&station.organisation_id)).map(|_| fund.id.0))
        })?;
        let cut = page.cut(rows::list(connection, &seen, after, page.rows())?, |fund| &fund.public_id);
        let mut ids: Vec<_> = cut.items.iter().map(|fund| fund.work_station_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let stations = stations::by_ids(connection, &ids)?;
        let names = names(connection, cut.items.iter().map(|fund| fund.organisation_id).collect())?;
        cut.try_map(|fund| {
            let station = stations.iter().find(|station| station.id == fund.work_station_id);
            Ok(StationFundView {
                id: fund.public_id,
                work_station: station.map(|station| station.name.clone()).unwrap_or_default(),
                year: fund.year,
                amount: stored_money(fund.amount_fen)?,
                document_no: fund.document_no,
                bureau: names.get(&fund.organisation_id).cloned().unwrap_or_default(),
            })
        })
    })
}

/// Records funds of a work station in the caller's region.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, or a name that no open work station has, or several have; `Duplicate` for
/// the same document of the same year again.
pub fn record(app: &App, caller: &Caller, input: &StationFundInput) -> Result<EnteredSummary, Error> {
    let seat = caller.seat(Action::RecordStationFunds)?.clone();
    let input = &StationFundInput { document_no: identifier(&input.document_no), ..input.clone() };
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        verify_same_seat(tx, caller, &seat)?;
        let seen = seen_from(tx.connection, &[&seat])?;
        let found = stations::open_by_name(tx.connection, &seen, &key(&input.work_station))?;
        let station = only(&found)?;
        refuse_known(tx, input, station)?;
        let new = NewStationFund {
            public_id: &public_id,
            work_station: station.id,
            organisation: seat.organisation,
            year: input.year,
            amount_fen: input.amount.fen(),
            document_no: &input.document_no,
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        let body = serde_json::json!({
            "work_station": station.name, "year": input.year, "amount": input.amount,
            "document_no": input.document_no,
        });
        proposals::record(tx, (Action::RecordStationFunds.into(), &public_id), seat.organisation, body)?;
        Ok(EnteredSummary { id: public_id.clone() })
    })
}

/// Returns the only work station found.
fn only(found: &[WorkStation]) -> Result<&WorkStation, Error> {
    match found {
        [one] => Ok(one),
        found => {
            let key = if found.is_empty() { "work-station-unknown" } else { "work-station-several" };
            Err(Error::refused_at("register", "work_station", Message::new(key)))
        }
    }
}

/// Refuses a document that was recorded for the work station and year.
fn refuse_known(tx: &mut Tx<'_>, input: &StationFundInput, station: &WorkStation) -> Result<(), Error> {
    let known = rows::of_year(tx.connection, &[station.id], input.year)?;
    match known.iter().find(|fund| key(&fund.document_no) == key(&input.document_no)) {
        Some(fund) => {
            let address = proposals::address(REGISTER, &fund.public_id);
            Err(proposals::repeated(address, Message::new("station-fund-known")))
        }
        None => Ok(()),
    }
}

/// Checks the form of funds.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &StationFundInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("work_station", &input.work_station);
    if !YEARS.contains(&input.year) {
        let bounds = Message::new("record-bounds").with("least", YEARS.start().to_string());
        faults.add("year", bounds.with("most", YEARS.end().to_string()));
    }
    if input.amount == Money::ZERO {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    faults.line("document_no", &input.document_no);
    faults.finish()
}
