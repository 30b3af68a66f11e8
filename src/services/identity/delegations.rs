//! Who stands in for whom (AB 岗): somebody hands a seat of theirs to a deputy of the same organisation over days.
//!
//! What the deputy does is recorded as theirs, for the holder. A delegation ends; it is never removed.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Role;
use crate::domain::policy::{Action, role_may};
use crate::domain::seating::are_compatible;
use crate::domain::shape::{date, optional_date};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::people::note;
use crate::services::registry::organisations::body;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::delegations::{self as rows, Delegation, NewDelegation};
use crate::storage::identity::people::{self, DatedSeat, Person};
use crate::storage::ids::PersonId;
use crate::storage::write::write;

/// A deputy who is to stand in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationInput {
    /// User name of the seat's holder, where an administrator sets it up for them; the caller if it is not named.
    #[serde(default)]
    pub holder: Option<String>,
    /// Code of the seat's organisation.
    pub organisation: String,
    /// The seat's role.
    pub role: Role,
    /// User name of the deputy.
    pub deputy: String,
    /// First day; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub from_on: Option<NaiveDate>,
    /// Last day.
    #[serde(deserialize_with = "date")]
    pub until_on: NaiveDate,
}

/// A person as another may know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    /// Name to sign in with.
    pub username: String,
    /// Name as people say it.
    pub name: String,
}

/// A deputy in a seat over days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DelegationView {
    /// Identifier.
    pub id: String,
    /// Whose seat it is.
    pub holder: PersonRef,
    /// Who stands in.
    pub deputy: PersonRef,
    /// Code of the seat's organisation.
    pub organisation: String,
    /// The seat's role.
    pub role: Role,
    /// First day.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Last day; before the first where it was ended before it began.
    #[serde(deserialize_with = "date")]
    pub until_on: NaiveDate,
}

/// A page of the delegations that the caller gave or took; all of them for an administrator.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<DelegationView>, Error> {
    caller.may(Action::Delegate)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|found| found.id)))?;
        let found = if manages(caller) {
            rows::list(connection, after, page.rows())?
        } else {
            rows::list_of(connection, caller.person, after, page.rows())?
        };
        let found = page.cut(found, |found| &found.public_id);
        let ids: Vec<PersonId> = found.items.iter().flat_map(|found| [found.holder_id, found.deputy_id]).collect();
        let people = people::by_ids(connection, &ids)?;
        Ok(found.map(|found| view(found, &people)))
    })
}

/// Hands a seat to a deputy over days.
///
/// # Errors
/// `Forbidden` for somebody else's seat; `Refused` for a seat that the holder does not have, a deputy who cannot stand in,
/// or days that are over.
pub fn add(app: &App, caller: &Caller, input: &DelegationInput) -> Result<DelegationView, Error> {
    let seat = caller.seat(Action::Delegate)?;
    let public_id = app.ids.uuid();
    let today = caller.today();
    let from_on = input.from_on.unwrap_or(today);
    if from_on < today || input.until_on < from_on {
        return Err(Error::refused_at("register", "until_on", Message::new("register-days")));
    }
    write(&app.pool, &caller.context(app, seat), |tx| {
        let holder = holder(tx.connection, caller, input.holder.as_deref())?;
        let deputy = people::by_username(tx.connection, &input.deputy)?;
        let held = people::seats_of(tx.connection, &[holder.id], from_on)?;
        let named = |seat: &&DatedSeat| seat.organisation == input.organisation && seat.role == input.role;
        let mut faults = Faults::new("register");
        let found = held.iter().find(named);
        if found.is_none() {
            faults.add("role", Message::new("delegation-no-seat"));
        }
        let deputy = match deputy.filter(|deputy| !deputy.disabled) {
            Some(deputy) if deputy.id == holder.id || (manages(caller) && deputy.id == caller.person) => {
                faults.add("deputy", Message::new("not-oneself"));
                None
            }
            Some(deputy) if can_stand_in(tx.connection, &deputy, input, from_on)? => Some(deputy),
            _ => {
                faults.add("deputy", Message::new("delegation-deputy"));
                None
            }
        };
        faults.none()?;
        let (Some(found), Some(deputy)) = (found, deputy) else { return Err(Error::NotFound) };
        let days = (from_on, input.until_on);
        let by = (tx.person()?, tx.context.now);
        rows::insert(
            tx.connection,
            &NewDelegation { public_id: &public_id, seat: found.id, deputy: deputy.id, days, by },
        )?;
        note(tx, &holder.public_id, EventAction::DelegationAdd, body(input)?)?;
        let row = rows::by_public_id(tx.connection, &public_id)?.ok_or(Error::NotFound)?;
        Ok(view(row, &[holder, deputy]))
    })
}

/// Ends a delegation: from now on the deputy stands in no longer.
///
/// # Errors
/// `NotFound` for one that the caller neither gave nor administers; `Conflict` once it is over.
pub fn end(app: &App, caller: &Caller, id: &str) -> Result<DelegationView, Error> {
    let seat = caller.seat(Action::Delegate)?;
    let today = caller.today();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let found = rows::by_public_id(tx.connection, id)?
            .filter(|found| found.holder_id == caller.person || manages(caller))
            .ok_or(Error::NotFound)?;
        if found.until_on < today {
            return Err(Error::conflict("delegation-over"));
        }
        rows::end(tx.connection, found.id, today - TimeDelta::days(1))?;
        let people = people::by_ids(tx.connection, &[found.holder_id, found.deputy_id])?;
        let holder = people.iter().find(|person| person.id == found.holder_id).ok_or(Error::NotFound)?;
        note(tx, &holder.public_id, EventAction::DelegationEnd, serde_json::json!({ "delegation": id }))?;
        let row = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        Ok(view(row, &people))
    })
}

/// Whether the caller sets up delegations for others.
fn manages(caller: &Caller) -> bool {
    caller.seats.iter().any(|seat| role_may(seat.role, Action::ManagePeople))
}

/// Whose seat is handed over: the caller's own, or for an administrator anybody's.
fn holder(connection: &mut AnyConnection, caller: &Caller, username: Option<&str>) -> Result<Person, Error> {
    let named = match username {
        None => people::by_ids(connection, &[caller.person])?.pop(),
        Some(username) => people::by_username(connection, username)?,
    };
    match named {
        Some(person) if person.id == caller.person || manages(caller) => Ok(person),
        _ if manages(caller) => Err(Error::refused_at("register", "holder", Message::new("register-unknown-person"))),
        _ => Err(Error::forbidden("delegation-of-another")),
    }
}

/// Whether somebody has a seat in the same organisation, and none that stands apart from the role.
fn can_stand_in(
    connection: &mut AnyConnection,
    deputy: &Person,
    input: &DelegationInput,
    day: NaiveDate,
) -> Result<bool, Error> {
    let own = people::seats_of(connection, &[deputy.id], day)?;
    let mut roles: Vec<Role> = own.iter().map(|seat| seat.role).collect();
    roles.push(input.role);
    let there = |seat: &DatedSeat| seat.organisation == input.organisation && seat.from_on <= day;
    Ok(own.iter().any(there) && are_compatible(&roles))
}

fn view(row: Delegation, people: &[Person]) -> DelegationView {
    let name = |id: PersonId| {
        let found = people.iter().find(|person| person.id == id);
        let (username, name) = found.map_or((String::new(), String::new()), |p| (p.username.clone(), p.name.clone()));
        PersonRef { username, name }
    };
    DelegationView {
        holder: name(row.holder_id),
        deputy: name(row.deputy_id),
        id: row.public_id,
        organisation: row.organisation,
        role: row.role,
        from_on: row.from_on,
        until_on: row.until_on,
    }
}
