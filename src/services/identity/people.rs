//! People and their seats, managed by administrators. People set their own passwords, with a link sent by email
//! (`password_links`); no administrator sees a password.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{Language, Role};
use crate::domain::email_address::EmailAddress;
use crate::domain::policy::Action;
use crate::domain::seating::{are_compatible, may_hold};
use crate::domain::shape::optional_date;
use crate::domain::text_input::{self, identifier};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::delegations;
use crate::services::identity::password_links::{self, LinkState};
use crate::services::identity::provider_identities;
use crate::services::identity::totp::{self, ResetState};
use crate::services::notifications::bounces;
use crate::services::registry::organisations::event_body;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::links;
use crate::storage::identity::people::{self as rows, DatedSeat, FOR_EVER, NewPerson, Person};
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::registry::organisations;
use crate::storage::write::{Event, Tx, write};

/// Maximum number of seats given in one request.
const MAX_SEATS: usize = 20;

/// A person to add.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInput {
    /// Username for signing in: ASCII letters, digits and `-_.`, case-insensitive.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Language of pages and emails.
    pub language: Language,
    /// First seats, 1 to 20.
    pub seats: Vec<SeatInput>,
}

/// A seat to give or end: a role within an organisation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatInput {
    /// Organisation code.
    pub organisation: String,
    /// Role of the seat.
    pub role: Role,
    /// First day; defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub from_on: Option<NaiveDate>,
    /// Last day, inclusive; defaults to no end.
    #[serde(default, deserialize_with = "optional_date")]
    pub until_on: Option<NaiveDate>,
}

/// A person after an administrative action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonAdded {
    /// Public identifier of the person.
    pub id: String,
    /// Username for signing in.
    pub username: String,
    /// State of the password link, if the action is about one.
    pub link: Option<LinkState>,
    /// State of the reset of one-time codes, if the action is about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<ResetState>,
    /// State of the binding of an identity, if the action is about one: `done`, or `asked` while a second administrator
    /// must confirm it by the same action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<ResetState>,
}

/// Reason for an administrative action on a person.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonActInput {
    /// Reason in words; required for `reset-codes`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Identifier of the person at the identity provider (`sub`); required for `bind-identity`.
    #[serde(default)]
    pub subject: Option<String>,
}

/// A person, as administrators see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    /// Public identifier of the person.
    pub id: String,
    /// Username for signing in.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Reason for which the last email came back from this address.
    pub bounced: Option<String>,
    /// Language of pages and emails.
    pub language: Language,
    /// `true` if the person may not sign in.
    pub disabled: bool,
    /// `true` once a password is set.
    pub has_password: bool,
    /// `true` if sign-in requires a one-time code.
    pub one_time_code: bool,
    /// Identifier at the identity provider (`sub`) that is bound to the person.
    pub identity: Option<String>,
    /// `true` while a password link waits for a second administrator.
    pub link_asked: bool,
    /// `true` while a reset of one-time codes waits for a second administrator.
    pub reset_asked: bool,
    /// Present and future seats.
    pub seats: Vec<SeatView>,
}

/// A seat: a role within an organisation for a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeatView {
    /// Organisation code.
    pub organisation: String,
    /// Organisation name.
    pub organisation_name: String,
    /// Role of the seat.
    pub role: Role,
    /// First day, inclusive.
    pub from_on: NaiveDate,
    /// Last day, inclusive; `null` for no end.
    pub until_on: Option<NaiveDate>,
}

/// Lists people.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<PersonView>, Error> {
    caller.may(Action::ManagePeople)?;
    let today = caller.today();
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::by_public_id(connection, id)?.map(|person| person.id.0)))?;
        let found = page.cut(rows::list(connection, after, page.rows())?, |person| &person.public_id);
        let ids: Vec<PersonId> = found.items.iter().map(|person| person.id).collect();
        let seats = rows::seats_of(connection, &ids, today)?;
        let asked = password_links::pending_people(connection, &ids, caller.now)?;
        let resets = totp::resets_asked(connection, &ids, caller.now)?;
        let identities = provider_identities::subjects(app, connection, &ids)?;
        let identity_of = |id| identities.iter().find(|(owner, _)| *owner == id).map(|(_, subject)| subject.clone());
        let addresses: Vec<(PersonId, &str)> =
            found.items.iter().map(|person| (person.id, person.email.as_str())).collect();
        let mut bounced = bounces::reasons(connection, &addresses)?;
        Ok(found.map(|person| PersonView {
            bounced: bounced.remove(&person.id),
            identity: identity_of(person.id),
            link_asked: asked.contains(&person.id),
            reset_asked: resets.contains(&person.id),
            seats: seats.iter().filter(|seat| seat.person_id == person.id).map(seat_view).collect(),
            id: person.public_id,
            username: person.username,
            name: person.name,
            email: person.email,
            language: person.language,
            disabled: person.disabled,
            has_password: !person.password_hash.is_empty(),
            one_time_code: person.totp_secret.as_deref().is_some_and(totp::is_confirmed),
        }))
    })
}

/// Adds a person with their first seats, and sends them a password link.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a username already taken, or incompatible seats.
pub fn add(app: &App, caller: &Caller, input: &PersonInput) -> Result<PersonAdded, Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    check(input)?;
    let (id, nonce) = (app.ids.uuid(), app.ids.uuid());
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = insert(tx, &id, input)?;
        let link = password_links::request(tx, app, &person, &nonce)?;
        Ok(PersonAdded { id: id.clone(), username: person.username, link: Some(link), codes: None, identity: None })
    })
}

/// Applies an administrative action to a person: `disable`, `enable`, `link` to send a password link, `reset-codes` for
/// a lost phone, or `bind-identity` and `unbind-identity` for the identity provider.
///
/// # Errors
/// `Forbidden`, also on oneself; `NotFound`; `Conflict` if nothing would change; `Refused` for a missing reason.
pub fn apply_action(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &PersonActInput,
) -> Result<PersonAdded, Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    let reason = match name {
        "disable" | "enable" | "link" | "bind-identity" | "unbind-identity" => {
            inputs::optional_reason(input.reason.as_deref())?
        }
        "reset-codes" => inputs::reason(input.reason.as_deref())?,
        _ => return Err(Error::NotFound),
    };
    let details = if reason.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "reason": reason }) };
    let nonce = app.ids.uuid();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if person.id == caller.person {
            return Err(Error::forbidden("not-oneself"));
        }
        let done = PersonAdded {
            id: id.to_owned(),
            username: person.username.clone(),
            link: None,
            codes: None,
            identity: None,
        };
        if name == "link" {
            let link = password_links::request(tx, app, &person, &nonce)?;
            return Ok(PersonAdded { link: Some(link), ..done });
        }
        if name == "reset-codes" {
            return Ok(PersonAdded { codes: Some(totp::request_reset(tx, &person, reason)?), ..done });
        }
        if name == "bind-identity" {
            let is_bound = provider_identities::request_bind(tx, app, &person, input.subject.as_deref())?;
            let state = if is_bound { ResetState::Done } else { ResetState::Asked };
            return Ok(PersonAdded { identity: Some(state), ..done });
        }
        if name == "unbind-identity" {
            provider_identities::unbind(tx, app, &person, reason)?;
            return Ok(done);
        }
        set_disabled(tx, person, name == "disable", details.clone())?;
        Ok(done)
    })
}

/// Disables or enables a person. Disabling also voids their links and the delegations that they gave or hold.
fn set_disabled(tx: &mut Tx<'_>, person: Person, disable: bool, details: serde_json::Value) -> Result<(), Error> {
    if person.disabled == disable {
        return Err(Error::conflict("person-is-so"));
    }
    rows::set_disabled(tx.connection, person.id, disable)?;
    let action = if disable { EventAction::PersonDisable } else { EventAction::PersonEnable };
    record_event(tx, &person.public_id, action, details)?;
    if disable {
        // Otherwise an earlier link would be valid again once the person is enabled.
        links::void(tx, person.id)?;
        delegations::end_lapsed(tx, &Person { disabled: true, ..person }, "person-disabled")?;
    }
    Ok(())
}

/// Adds a seat to a person. For a role that needs two administrators, the person must set a new password, with a link
/// that a second administrator confirms, since two finance roles together release what one alone cannot.
///
/// # Errors
/// `Forbidden`, also on oneself; `NotFound`; `Refused` for an incompatible seat.
pub fn give_seat(app: &App, caller: &Caller, id: &str, input: &SeatInput) -> Result<(), Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if person.id == caller.person {
            return Err(Error::forbidden("not-oneself"));
        }
        insert_seats(tx, person.id, "", std::slice::from_ref(input))?;
        record_event(tx, id, EventAction::SeatGive, event_body(input)?)?;
        if input.role.needs_two_administrators() { password_links::start_over(tx, &person) } else { Ok(()) }
    })
}

/// Ends a person's seat: its last day becomes yesterday.
///
/// # Errors
/// `Forbidden`, also on oneself; `NotFound` for a seat that the person does not hold.
pub fn end_seat(app: &App, caller: &Caller, id: &str, input: &SeatInput) -> Result<(), Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    let today = caller.today();
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if person.id == caller.person {
            return Err(Error::forbidden("not-oneself"));
        }
        let held = rows::seats_of(tx.connection, &[person.id], today)?;
        let ending: Vec<&DatedSeat> =
            held.iter().filter(|held| held.organisation == input.organisation && held.role == input.role).collect();
        if ending.is_empty() {
            return Err(Error::NotFound);
        }
        for seat in ending {
            rows::end_seat(tx.connection, seat.id, today - TimeDelta::days(1))?;
        }
        record_event(tx, id, EventAction::SeatEnd, event_body(input)?)?;
        delegations::end_lapsed(tx, &person, "seat-ended")
    })
}

/// Checks the form of a person's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &PersonInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.code("username", &identifier(&input.username));
    faults.line("name", &input.name);
    if let Err(fault) = EmailAddress::parse(&input.email) {
        faults.add("email", Message::new(fault.code).with("part", fault.part));
    }
    if input.seats.is_empty() || input.seats.len() > MAX_SEATS {
        faults.add("seats", Message::new("register-seats").with("most", MAX_SEATS));
    }
    faults.finish()
}

/// Inserts a person with a public identifier. The input must have passed [`check`].
///
/// # Errors
/// `Refused` for a username already taken, or incompatible seats.
pub(crate) fn insert(tx: &mut Tx<'_>, id: &str, input: &PersonInput) -> Result<Person, Error> {
    let username = text_input::username(&input.username);
    // Unreachable with an address that passed `check`.
    let email = EmailAddress::parse(&input.email).map_or_else(|_| input.email.clone(), |email| email.to_string());
    let new = NewPerson {
        public_id: id,
        username: &username,
        name: input.name.trim(),
        email: &email,
        language: input.language,
        password_hash: "",
        created_at: tx.context.now,
    };
    let key = rows::insert(tx.connection, &new)?;
    insert_seats(tx, key, "seats", &input.seats)?;
    record_event(tx, id, EventAction::PersonAdd, event_body(input)?)?;
    rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)
}

/// Inserts seats of a person; `path` is the place of the seats in the input, empty if the input is a single seat.
fn insert_seats(tx: &mut Tx<'_>, person: PersonId, path: &str, seats: &[SeatInput]) -> Result<(), Error> {
    let today = tx.context.today();
    let mut roles = delegations::roles_of(tx.connection, person, today)?;
    roles.extend(seats.iter().map(|seat| seat.role));
    let held = rows::seats_of(tx.connection, &[person], today)?;
    let mut contractors: Vec<OrganisationId> =
        held.iter().filter(|seat| seat.role == Role::Contractor).map(|seat| seat.organisation_id).collect();
    let mut faults = Faults::new("register");
    if !are_compatible(&roles) {
        faults.add(if path.is_empty() { "role" } else { path }, Message::new("register-roles-apart"));
    }
    for (place, seat) in seats.iter().enumerate() {
        let at = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}[{place}].{field}") };
        let from_on = seat.from_on.unwrap_or(today);
        let until_on = seat.until_on.unwrap_or(FOR_EVER);
        if until_on < from_on {
            faults.add(at("until_on"), Message::new("register-days"));
        }
        match organisations::by_code(tx.connection, &seat.organisation)? {
            None => faults.add(at("organisation"), Message::new("register-unknown-organisation")),
            Some(found) if !may_hold(found.function, seat.role) => {
                faults.add(at("role"), Message::new("register-role-misplaced"));
            }
            Some(found) => {
                if seat.role == Role::Contractor {
                    contractors.push(found.id);
                }
                let key = rows::insert_seat(tx.connection, person, found.id, seat.role, from_on)?;
                if until_on != FOR_EVER {
                    rows::end_seat(tx.connection, key, until_on)?;
                }
            }
        }
    }
    // A person of two contractors would see the offers and accounts of competitors.
    if contractors.iter().any(|contractor| contractors.first() != Some(contractor)) {
        let at = if path.is_empty() { "organisation" } else { path };
        faults.add(at, Message::new("register-one-contractor"));
    }
    // A refusal rolls the transaction back, including the seats inserted so far.
    faults.finish()
}

/// Records an event in a person's stream of the audit log.
///
/// # Errors
/// Database errors.
pub(crate) fn record_event(
    tx: &mut Tx<'_>,
    id: &str,
    action: EventAction,
    body: serde_json::Value,
) -> Result<(), Error> {
    tx.event(&Event { stream: &format!("person:{id}"), action, object: id, body })
}

/// Builds the view of a stored seat.
pub fn seat_view(seat: &DatedSeat) -> SeatView {
    SeatView {
        organisation: seat.organisation.clone(),
        organisation_name: seat.organisation_name.clone(),
        role: seat.role,
        from_on: seat.from_on,
        until_on: Some(seat.until_on).filter(|day| *day != FOR_EVER),
    }
}
