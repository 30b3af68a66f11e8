//! Delegations (AB 岗): a person lets a colleague of the same organisation act in one of their seats for a period.
//!
//! Acts of the deputy are recorded under the deputy's name, on behalf of the holder. A delegation can be ended but is
//! never deleted.

use chrono::{Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::Role;
use crate::domain::policy::{Action, role_may};
use crate::domain::seating::are_compatible;
use crate::domain::shape::{date, optional_date};
use crate::domain::text_input::key;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::identity::{password_links, provider_identities};
use crate::services::registry::organisations::event_body;
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::delegations::{self as rows, Delegation, NewDelegation};
use crate::storage::identity::people::{self, DatedSeat, Person};
use crate::storage::ids::PersonId;
use crate::storage::registry::organisations;
use crate::storage::write::{Tx, write};

/// Maximum length of a delegation; for a longer absence the seat itself is changed.
const LONGEST: Months = Months::new(12);

/// A delegation to set up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationInput {
    /// Username of the seat's holder; defaults to the caller. Only administrators may name another person.
    #[serde(default)]
    pub holder: Option<String>,
    /// Organisation code of the seat.
    pub organisation: String,
    /// Role of the seat.
    pub role: Role,
    /// Username of the deputy, or the full name, if no other person with a seat in the organisation has it.
    pub deputy: String,
    /// First day; defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub from_on: Option<NaiveDate>,
    /// Last day, inclusive; less than a year after the first.
    #[serde(deserialize_with = "date")]
    pub until_on: NaiveDate,
}

/// Name of a person, as other people may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    /// Username for signing in.
    pub username: String,
    /// Display name.
    pub name: String,
}

/// A delegation of a seat for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DelegationView {
    /// Public identifier of the delegation.
    pub id: String,
    /// Holder of the seat.
    pub holder: PersonRef,
    /// Deputy who acts in the seat.
    pub deputy: PersonRef,
    /// Organisation code of the seat.
    pub organisation: String,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Role of the seat.
    pub role: Role,
    /// First day, inclusive.
    #[serde(deserialize_with = "date")]
    pub from_on: NaiveDate,
    /// Last day, inclusive; before the first day if the delegation was ended before it began.
    #[serde(deserialize_with = "date")]
    pub until_on: NaiveDate,
    /// True if the deputy cannot sign in yet, because a password is still to be set. Only pages show it.
    #[serde(skip)]
    pub is_deputy_invited: bool,
}

/// Lists the delegations in which the caller is holder or deputy; an administrator sees all.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<DelegationView>, Error> {
    caller.may(Action::Delegate)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|found| found.id)))?;
        let found = if is_manager(caller) {
            rows::list(connection, after, page.rows())?
        } else {
            rows::list_of(connection, caller.person, after, page.rows())?
        };
        let found = page.cut(found, |found| &found.public_id);
        let ids: Vec<PersonId> = found.items.iter().flat_map(|found| [found.holder_id, found.deputy_id]).collect();
        let people = people::by_ids(connection, &ids)?;
        let known = provider_identities::subjects(app, connection, &ids)?;
        Ok(found.map(|found| {
            let is_known = known.iter().any(|(person, _)| *person == found.deputy_id);
            let shown = view(found, &people);
            DelegationView { is_deputy_invited: shown.is_deputy_invited && !is_known, ..shown }
        }))
    })
}

/// Sets up a delegation.
///
/// # Errors
/// `Forbidden` for another person's seat; `Refused` for a seat that the holder does not have, an unsuitable deputy, a
/// period in the past or longer than a year, or a period already covered by an open delegation of the seat to the
/// deputy.
pub fn add(app: &App, caller: &Caller, input: &DelegationInput) -> Result<DelegationView, Error> {
    let seat = caller.seat(Action::Delegate)?;
    let public_id = app.ids.uuid();
    let today = caller.today();
    let from_on = input.from_on.unwrap_or(today);
    if from_on < today || input.until_on < from_on {
        return Err(Error::refused_at("register", "until_on", Message::new("register-days")));
    }
    if from_on.checked_add_months(LONGEST).is_none_or(|end| input.until_on >= end) {
        return Err(Error::refused_at("register", "until_on", Message::new("delegation-too-long")));
    }
    write(&app.pool, &caller.context(app, seat), |tx| {
        let holder = load_holder(tx.connection, caller, input.holder.as_deref())?;
        let deputy = find_deputy(tx.connection, input, from_on)?;
        let held = people::seats_of(tx.connection, &[holder.id], from_on)?;
        let named = |seat: &&DatedSeat| seat.organisation == input.organisation && seat.role == input.role;
        let mut faults = Faults::new("register");
        let found = held.iter().find(named);
        if found.is_none() {
            faults.add("role", Message::new("delegation-no-seat"));
        }
        let deputy = match deputy.filter(|deputy| !deputy.disabled) {
            Some(deputy) if deputy.id == holder.id || (is_manager(caller) && deputy.id == caller.person) => {
                faults.add("deputy", Message::new("not-oneself"));
                None
            }
            Some(deputy) if can_deputise(tx.connection, &deputy, input, from_on)? => Some(deputy),
            _ => {
                faults.add("deputy", Message::new("delegation-deputy").with("name", &input.deputy));
                None
            }
        };
        faults.finish()?;
        let (Some(found), Some(deputy)) = (found, deputy) else { return Err(Error::NotFound) };
        // Only the holder of a seat may choose a deputy; otherwise an administrator could put a person into a finance
        // role.
        let starts_over = holder.id != caller.person && input.role.needs_two_administrators();
        let days = (from_on, input.until_on);
        refuse_repeated(tx.connection, found, &deputy, days)?;
        let by = (tx.person()?, tx.context.now);
        rows::insert(
            tx.connection,
            &NewDelegation { public_id: &public_id, seat: found.id, deputy: deputy.id, days, by },
        )?;
        let recorded = DelegationInput { deputy: deputy.username.clone(), ..input.clone() };
        record_event(tx, &holder.public_id, EventAction::DelegationAdd, event_body(&recorded)?)?;
        if starts_over {
            password_links::start_over(tx, &deputy)?;
        }
        let row = rows::by_public_id(tx.connection, &public_id)?.ok_or(Error::NotFound)?;
        Ok(view(row, &[holder, deputy]))
    })
}

/// Refuses a delegation whose days are covered by an open one of the same seat to the same deputy.
///
/// # Errors
/// `Refused`; database errors.
fn refuse_repeated(
    connection: &mut AnyConnection,
    seat: &DatedSeat,
    deputy: &Person,
    (from_on, until_on): (NaiveDate, NaiveDate),
) -> Result<(), Error> {
    let covers = |known: &Delegation| {
        let is_same = known.seat_id == seat.id && known.deputy_id == deputy.id;
        is_same && known.from_on <= from_on && known.until_on >= until_on
    };
    if rows::open_of(connection, seat.person_id, from_on)?.iter().any(covers) {
        return Err(Error::refused_at("register", "deputy", Message::new("delegation-exists")));
    }
    Ok(())
}

/// Ends a delegation: its last day becomes yesterday.
///
/// # Errors
/// `NotFound` unless the caller is the holder or an administrator; `Conflict` if the period is already over.
pub fn end(app: &App, caller: &Caller, id: &str) -> Result<DelegationView, Error> {
    let seat = caller.seat(Action::Delegate)?;
    let today = caller.today();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let found = rows::by_public_id(tx.connection, id)?
            .filter(|found| found.holder_id == caller.person || is_manager(caller))
            .ok_or(Error::NotFound)?;
        if found.until_on < today {
            return Err(Error::conflict("delegation-over"));
        }
        rows::end(tx.connection, found.id, today - TimeDelta::days(1))?;
        let people = people::by_ids(tx.connection, &[found.holder_id, found.deputy_id])?;
        let holder = people.iter().find(|person| person.id == found.holder_id).ok_or(Error::NotFound)?;
        record_event(tx, &holder.public_id, EventAction::DelegationEnd, serde_json::json!({ "delegation": id }))?;
        let row = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        Ok(view(row, &people))
    })
}

/// Returns whether the caller may manage delegations of other people.
fn is_manager(caller: &Caller) -> bool {
    caller.seats.iter().any(|seat| role_may(seat.role, Action::ManagePeople))
}

/// Loads the holder of the seat to delegate: the caller, or for an administrator any person.
fn load_holder(connection: &mut AnyConnection, caller: &Caller, username: Option<&str>) -> Result<Person, Error> {
    let named = match username {
        None => people::by_ids(connection, &[caller.person])?.pop(),
        Some(username) => people::by_username(connection, username)?,
    };
    match named {
        Some(person) if person.id == caller.person || is_manager(caller) => Ok(person),
        _ if is_manager(caller) => {
            Err(Error::refused_at("register", "holder", Message::new("register-unknown-person")))
        }
        _ => Err(Error::forbidden("delegation-of-another")),
    }
}

/// Ends the delegations that are void since a person lost a seat or was disabled: those of the person's own seats, and
/// those in which the person deputises without a seat of their own in the same organisation.
///
/// # Errors
/// Database errors.
pub(crate) fn end_lapsed(tx: &mut Tx<'_>, person: &Person, because: &str) -> Result<(), Error> {
    let today = tx.context.today();
    let held = people::seats_of(tx.connection, &[person.id], today)?;
    let open = rows::open_of(tx.connection, person.id, today)?;
    let holders = people::by_ids(tx.connection, &open.iter().map(|found| found.holder_id).collect::<Vec<_>>())?;
    for found in open {
        let lasts = if found.holder_id == person.id {
            held.iter().any(|seat| seat.id == found.seat_id)
        } else {
            held.iter().any(|seat| seat.organisation == found.organisation)
        };
        if lasts && !person.disabled {
            continue;
        }
        rows::end(tx.connection, found.id, today - TimeDelta::days(1))?;
        let holder = holders.iter().find(|holder| holder.id == found.holder_id).ok_or(Error::NotFound)?;
        let body = serde_json::json!({ "delegation": found.public_id, "because": because });
        record_event(tx, &holder.public_id, EventAction::DelegationEnd, body)?;
    }
    Ok(())
}

/// Lists the roles that a person has on a day or later, from their own seats and from those in which they deputise.
///
/// # Errors
/// Database errors.
pub(crate) fn roles_of(connection: &mut AnyConnection, person: PersonId, day: NaiveDate) -> Result<Vec<Role>, Error> {
    let own = people::seats_of(connection, &[person], day)?.into_iter().map(|seat| seat.role);
    let delegated = rows::open_of(connection, person, day)?.into_iter().filter(|found| found.deputy_id == person);
    Ok(own.chain(delegated.map(|found| found.role)).collect())
}

/// Returns whether a person has a seat in the same organisation and no role that is incompatible with the delegated
/// one.
/// Finds the deputy by username or, among those with a seat in the organisation, by full name.
fn find_deputy(
    connection: &mut AnyConnection,
    input: &DelegationInput,
    day: NaiveDate,
) -> Result<Option<Person>, Error> {
    if let Some(found) = people::by_username(connection, &input.deputy)? {
        return Ok(Some(found));
    }
    let Some(organisation) = organisations::by_code(connection, &input.organisation)? else { return Ok(None) };
    let mut found = people::of_organisation(connection, organisation.id, day)?;
    found.retain(|person| key(&person.name) == key(&input.deputy));
    Ok(if found.len() == 1 { found.pop() } else { None })
}

fn can_deputise(
    connection: &mut AnyConnection,
    deputy: &Person,
    input: &DelegationInput,
    day: NaiveDate,
) -> Result<bool, Error> {
    let own = people::seats_of(connection, &[deputy.id], day)?;
    let mut roles = roles_of(connection, deputy.id, day)?;
    roles.push(input.role);
    let there = |seat: &DatedSeat| seat.organisation == input.organisation && seat.from_on <= day;
    Ok(own.iter().any(there) && are_compatible(&roles))
}

fn view(row: Delegation, people: &[Person]) -> DelegationView {
    let person = |id: PersonId| {
        let found = people.iter().find(|person| person.id == id);
        let (username, name) = found.map_or((String::new(), String::new()), |p| (p.username.clone(), p.name.clone()));
        PersonRef { username, name }
    };
    let deputy = people.iter().find(|person| person.id == row.deputy_id);
    DelegationView {
        is_deputy_invited: deputy.is_some_and(|deputy| deputy.password_hash.is_empty()),
        holder: person(row.holder_id),
        deputy: person(row.deputy_id),
        id: row.public_id,
        organisation: row.organisation,
        organisation_name: row.organisation_name,
        role: row.role,
        from_on: row.from_on,
        until_on: row.until_on,
    }
}
