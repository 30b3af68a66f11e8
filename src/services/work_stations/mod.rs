//! Work stations of villages: a justice station or bureau enters and closes its own, and the bureaus above see them with the funds
//! of the year. Funds and correction groups are in modules of their own. No figure of a contract depends on them.

pub mod funds;
pub mod groups;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Function, Role};
use crate::domain::money::Money;
use crate::domain::personal_data;
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::text_input::key;
use crate::domain::work_stations::CLOSE;
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::payments::stored_money;
use crate::services::registry::appropriation_authority::region_path_of;
use crate::services::registry::proposals::{self, ProposalDecisionInput};
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{OrganisationId, WorkStationId};
use crate::storage::registry::organisations;
use crate::storage::work_stations::{self as rows, NewWorkStation, WorkStation, funds as fund_rows};
use crate::storage::write::write;

/// Name of the register.
const REGISTER: &str = "work-stations";

/// A work station to enter.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkStationInput {
    /// Name, with that of its village.
    pub name: String,
    pub address: String,
    /// Name of the person in charge.
    pub keeper: String,
    /// First day, not in the future.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
}

/// The identifier of what was entered or changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EnteredSummary {
    /// Public identifier.
    pub id: String,
}

/// A work station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkStationView {
    /// Public identifier.
    pub id: String,
    pub name: String,
    pub address: String,
    /// Name of the person in charge.
    pub keeper: String,
    /// Name of the justice station.
    pub justice_station: String,
    pub from_on: NaiveDate,
    /// Last day; null while it is open.
    pub until_on: Option<NaiveDate>,
    /// Funds assigned for the present year, in yuan.
    #[schema(value_type = String)]
    pub funds: Money,
    /// True if the caller may close it.
    #[serde(skip)]
    pub is_own: bool,
}

/// Returns the organisations whose work stations and groups these seats see: a justice station its own, and others those
/// in their region and below.
///
/// # Errors
/// Database errors.
fn seen_from(connection: &mut AnyConnection, seats: &[&Seat]) -> Result<Vec<OrganisationId>, Error> {
    let mut seen: Vec<OrganisationId> = seats.iter().map(|seat| seat.organisation).collect();
    for seat in seats.iter().filter(|seat| seat.role != Role::Station) {
        if let Some(path) = region_path_of(connection, seat)? {
            seen.extend(organisations::in_region_or_below(connection, &path)?.into_iter().map(|found| found.id));
        }
    }
    seen.sort_unstable();
    seen.dedup();
    Ok(seen)
}

/// Loads the names of organisations.
fn names(connection: &mut AnyConnection, ids: Vec<OrganisationId>) -> Result<BTreeMap<OrganisationId, String>, Error> {
    let mut ids = ids;
    ids.sort_unstable();
    ids.dedup();
    Ok(organisations::by_ids(connection, &ids)?.into_iter().map(|found| (found.id, found.name)).collect())
}

/// Lists the work stations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<WorkStationView>, Error> {
    let seats = caller.may(Action::ListWorkStations)?;
    app.pool.read(|connection| {
        let seen = seen_from(connection, &seats)?;
        let after = page.after_key(|id| {
            let found = rows::by_public_id(connection, id)?;
            Ok(found.filter(|station| seen.contains(&station.organisation_id)).map(|station| station.id.0))
        })?;
        let cut = page.cut(rows::list(connection, &seen, after, page.rows())?, |station| &station.public_id);
        let ids: Vec<WorkStationId> = cut.items.iter().map(|station| station.id).collect();
        let mut assigned: BTreeMap<WorkStationId, i64> = BTreeMap::new();
        for fund in fund_rows::of_year(connection, &ids, caller.today().year())? {
            *assigned.entry(fund.work_station_id).or_default() += fund.amount_fen;
        }
        let names = names(connection, cut.items.iter().map(|station| station.organisation_id).collect())?;
        let own = caller.may(Action::KeepWorkStation).unwrap_or_default();
        cut.try_map(|station| {
            Ok(WorkStationView {
                is_own: own.iter().any(|seat| seat.organisation == station.organisation_id),
                justice_station: names.get(&station.organisation_id).cloned().unwrap_or_default(),
                funds: stored_money(assigned.get(&station.id).copied().unwrap_or_default())?,
                id: station.public_id,
                name: station.name,
                address: station.address,
                keeper: station.keeper,
                from_on: station.from_on,
                until_on: station.until_on,
            })
        })
    })
}

/// Enters a work station of the caller's justice station or bureau.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input or a day in the future; `Duplicate` for the name of one that is open.
pub fn enter(app: &App, caller: &Caller, input: &WorkStationInput) -> Result<EnteredSummary, Error> {
    let seat = justice_seat(caller, Action::KeepWorkStation)?;
    check(input)?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        verify_same_seat(tx, caller, &seat)?;
        refuse_future(input.from_on, tx.context.today())?;
        let name_key = key(&input.name);
        if let Some(known) = rows::open_by_name(tx.connection, &[seat.organisation], &name_key)?.first() {
            let address = proposals::address(REGISTER, &known.public_id);
            return Err(proposals::repeated(address, Message::new("work-station-known")));
        }
        let new = NewWorkStation {
            public_id: &public_id,
            organisation: seat.organisation,
            name: (input.name.trim(), &name_key),
            address: input.address.trim(),
            keeper: input.keeper.trim(),
            from_on: input.from_on,
        };
        rows::insert(tx.connection, tx.context, &new, tx.person()?)?;
        let body = serde_json::json!({ "work_station": new.name.0, "from_on": input.from_on });
        proposals::record(tx, (Action::KeepWorkStation.into(), &public_id), seat.organisation, body)?;
        Ok(EnteredSummary { id: public_id.clone() })
    })
}

/// Refuses a day in the future.
fn refuse_future(day: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if day <= today {
        return Ok(());
    }
    Err(Error::refused_at("register", "from_on", Message::new("day-in-the-future").with("today", today)))
}

/// Checks the form of a work station.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &WorkStationInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    for (field, text) in [("name", &input.name), ("address", &input.address), ("keeper", &input.keeper)] {
        match personal_data::find(text) {
            Some(kind) => faults.add(field, Message::new("record-personal-data").with("kind", kind)),
            None => faults.line(field, text),
        }
    }
    faults.finish()
}

/// Closes a work station today, by the name of the step.
///
/// # Errors
/// `NotFound`, also for that of another justice station; `Forbidden`; `Duplicate` if it is closed; `Refused` without a
/// reason.
pub fn close(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<EnteredSummary, Error> {
    caller.may(Action::KeepWorkStation)?;
    if name != CLOSE {
        return Err(Error::NotFound);
    }
    let find = |connection: &mut AnyConnection| {
        let station: WorkStation = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let seat = own_seat(caller, Action::KeepWorkStation, station.organisation_id)?;
        Ok((station, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (station, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        let reason = inputs::reason(input.reason.as_deref())?;
        if station.until_on.is_some() {
            let address = proposals::address(REGISTER, id);
            return Err(proposals::repeated(address, Message::new("work-station-closed")));
        }
        rows::close(tx.connection, station.id, tx.context.today())?;
        let body = serde_json::json!({ "work_station": station.name, "reason": reason });
        proposals::record(tx, (EventAction::WorkStationClose, id), seat.organisation, body)?;
        Ok(EnteredSummary { id: id.to_owned() })
    })
}

/// Finds the caller's seat with a right in a justice station or justice bureau.
fn justice_seat(caller: &Caller, action: Action) -> Result<Seat, Error> {
    let is_of_justice = |seat: &&Seat| matches!(seat.function, Function::Justice | Function::JusticeStation);
    let found = caller.may(action)?.into_iter().find(is_of_justice);
    found.cloned().ok_or_else(|| Error::forbidden("work-station-justice"))
}

/// Finds the caller's seat in an organisation.
fn own_seat(caller: &Caller, action: Action, organisation: OrganisationId) -> Result<Seat, Error> {
    let own = caller.may(action)?.into_iter().find(|seat| seat.organisation == organisation);
    own.cloned().ok_or(Error::NotFound)
}
