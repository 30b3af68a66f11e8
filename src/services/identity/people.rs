//! People and the seats that they hold: added by an administrator, who hands over a one-time link for the first password.
//!
//! No link is stored or logged: it is derived from the installation's secret and a number that is, so that a repeated request
//! answers it again while whoever reads the database cannot.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::one_time::{LinkToken, link_token};
use crate::app::App;
use crate::domain::codes::{Language, Role};
use crate::domain::policy::Action;
use crate::domain::seating::{are_compatible, may_hold};
use crate::domain::shape::optional_date;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::identity::sessions::SET_PASSWORD;
use crate::services::identity::totp;
use crate::services::registry::organisations::body;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::people::{self as rows, DatedSeat, FOR_EVER, NewPerson, Person};
use crate::storage::ids::PersonId;
use crate::storage::registry::organisations;
use crate::storage::write::{Event, Tx, write};

/// Hours for which a one-time link holds.
const LINK_HOURS: i64 = 72;
/// Most seats that are given at once.
const SEATS: usize = 20;

/// A person who is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInput {
    /// Name to sign in with: letters, digits and `-_.` of ASCII; capitals do not matter.
    pub username: String,
    /// Name as people say it.
    pub name: String,
    /// Address of mail.
    pub email: String,
    /// The language that they read.
    pub language: Language,
    /// What they do, and where.
    pub seats: Vec<SeatInput>,
}

/// A role within an organisation that is to be given.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatInput {
    /// Code of the organisation.
    pub organisation: String,
    /// The role.
    pub role: Role,
    /// First day; today if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub from_on: Option<NaiveDate>,
    /// Last day; none if it is not named.
    #[serde(default, deserialize_with = "optional_date")]
    pub until_on: Option<NaiveDate>,
}

/// A person, and the link with which they set their password once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonAdded {
    /// Identifier.
    pub id: String,
    /// Name to sign in with.
    pub username: String,
    /// One-time link for the password; none where the action gives none.
    pub link: Option<String>,
}

/// What may be said with what is done to a person.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonActInput {
    /// Why; needed to take somebody's one-time codes off.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    /// Identifier.
    pub id: String,
    /// Name to sign in with.
    pub username: String,
    /// Name as people say it.
    pub name: String,
    /// Address of mail.
    pub email: String,
    /// The language that they read.
    pub language: Language,
    /// May not sign in.
    pub disabled: bool,
    /// Has set a password.
    pub has_password: bool,
    /// Is asked for a one-time code when they sign in.
    pub one_time_code: bool,
    /// What they do now or from a later day on.
    pub seats: Vec<SeatView>,
}

/// A role within an organisation, and its days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeatView {
    /// Code of the organisation.
    pub organisation: String,
    /// Name of the organisation.
    pub organisation_name: String,
    /// The role.
    pub role: Role,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day; none where it has no end.
    pub until_on: Option<NaiveDate>,
}

/// What is stored of an answer that has a link in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    id: String,
    username: String,
    nonce: Option<String>,
}

/// A page of people.
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
        Ok(found.map(|person| PersonView {
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

/// Adds a person with their seats.
///
/// # Errors
/// `Forbidden`; `Refused` for what is malformed, a name that is taken, seats that do not fit.
pub fn add(app: &App, caller: &Caller, input: &PersonInput) -> Result<PersonAdded, Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    check(input)?;
    let (id, nonce) = (app.ids.uuid(), app.ids.uuid());
    let stored = write(&app.pool, &caller.context(app, seat), |tx| insert(tx, app, (&id, &nonce), input))?;
    Ok(answer(app, stored))
}

/// Does something to a person: `disable`, `enable`, `link` for a forgotten password, or `reset-codes` for a lost phone.
///
/// # Errors
/// `Forbidden`, also for oneself; `NotFound`; `Conflict` where it is so already; `Refused` where a reason is missing.
pub fn act(app: &App, caller: &Caller, id: &str, name: &str, input: &PersonActInput) -> Result<PersonAdded, Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    let said = match name {
        "disable" | "enable" | "link" => inputs::text("reason", input.reason.as_deref().unwrap_or_default())?,
        "reset-codes" => inputs::reason(input.reason.as_deref())?,
        _ => return Err(Error::NotFound),
    };
    let said = if said.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "reason": said }) };
    let nonce = app.ids.uuid();
    let stored = write(&app.pool, &caller.context(app, seat), |tx| {
        let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if person.id == caller.person {
            return Err(Error::forbidden("not-oneself"));
        }
        if name == "link" {
            return link(tx, app, &person, &nonce);
        }
        if name == "reset-codes" {
            totp::reset(tx, &person)?;
            note(tx, id, EventAction::TotpReset, said.clone())?;
            return Ok(Stored { id: id.to_owned(), username: person.username, nonce: None });
        }
        let disable = name == "disable";
        if person.disabled == disable {
            return Err(Error::conflict("person-is-so"));
        }
        rows::set_disabled(tx.connection, person.id, disable)?;
        note(tx, id, if disable { EventAction::PersonDisable } else { EventAction::PersonEnable }, said.clone())?;
        Ok(Stored { id: id.to_owned(), username: person.username, nonce: None })
    })?;
    Ok(answer(app, stored))
}

/// Gives a person a further seat.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Refused` for a seat that does not fit.
pub fn give_seat(app: &App, caller: &Caller, id: &str, input: &SeatInput) -> Result<(), Error> {
    let seat = caller.seat(Action::ManagePeople)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
        if person.id == caller.person {
            return Err(Error::forbidden("not-oneself"));
        }
        seat_person(tx, person.id, "", std::slice::from_ref(input))?;
        note(tx, id, EventAction::SeatGive, body(input)?)
    })
}

/// Ends a person's seat: today is the first day without it.
///
/// # Errors
/// `Forbidden`; `NotFound` for a seat that the person does not hold.
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
        note(tx, id, EventAction::SeatEnd, body(input)?)
    })
}

/// Whether a person's input is well formed.
///
/// # Errors
/// `Refused` with everything that is wrong.
pub fn check(input: &PersonInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.code("username", &input.username);
    faults.line("name", &input.name);
    if !is_address(&input.email) {
        faults.add("email", Message::new("register-email"));
    }
    if input.seats.is_empty() || input.seats.len() > SEATS {
        faults.add("seats", Message::new("register-seats").with("most", SEATS));
    }
    faults.none()
}

/// Whether a text can be an address of mail: what else is wrong with it, only its server knows.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '"');
    text.len() <= 254 && parts.is_some_and(|(local, domain)| local.chars().chain(domain.chars()).all(plain))
}

/// Writes a person whom `check` found well formed; `keys` are the random identifier and the number of the link.
///
/// # Errors
/// `Refused` for a name that is taken, seats that do not fit.
pub(crate) fn insert(tx: &mut Tx<'_>, app: &App, keys: (&str, &str), input: &PersonInput) -> Result<Stored, Error> {
    let (id, nonce) = keys;
    let username = input.username.to_lowercase();
    let new = NewPerson {
        public_id: id,
        username: &username,
        name: input.name.trim(),
        email: &input.email,
        language: input.language,
        password_hash: "",
        created_at: tx.context.now,
    };
    let key = rows::insert(tx.connection, &new)?;
    seat_person(tx, key, "seats", &input.seats)?;
    let person = rows::by_public_id(tx.connection, id)?.ok_or(Error::NotFound)?;
    save_link(tx, app, &person, nonce)?;
    note(tx, id, EventAction::PersonAdd, body(input)?)?;
    Ok(Stored { id: id.to_owned(), username, nonce: Some(nonce.to_owned()) })
}

/// Gives seats to a person; `path` is where they stand in the input, empty where the input is one seat.
fn seat_person(tx: &mut Tx<'_>, person: PersonId, path: &str, seats: &[SeatInput]) -> Result<(), Error> {
    let today = tx.context.today();
    let held = rows::seats_of(tx.connection, &[person], today)?;
    let mut roles: Vec<Role> = held.iter().map(|seat| seat.role).collect();
    roles.extend(seats.iter().map(|seat| seat.role));
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
                let key = rows::insert_seat(tx.connection, person, found.id, seat.role, from_on)?;
                if until_on != FOR_EVER {
                    rows::end_seat(tx.connection, key, until_on)?;
                }
            }
        }
    }
    // Refused, the transaction is undone with the seats in it.
    faults.none()
}

/// Gives a person a new one-time link.
///
/// # Errors
/// The database's.
pub(crate) fn link(tx: &mut Tx<'_>, app: &App, person: &Person, nonce: &str) -> Result<Stored, Error> {
    save_link(tx, app, person, nonce)?;
    note(tx, &person.public_id, EventAction::PersonLink, serde_json::json!({}))?;
    Ok(Stored { id: person.public_id.clone(), username: person.username.clone(), nonce: Some(nonce.to_owned()) })
}

fn save_link(tx: &mut Tx<'_>, app: &App, person: &Person, nonce: &str) -> Result<(), Error> {
    let until = tx.context.now + TimeDelta::hours(LINK_HOURS);
    rows::insert_link(tx.connection, &token(app, nonce).digest, person.id, SET_PASSWORD, until)
}

/// The token of a link, from the installation's secret and a random number.
fn token(app: &App, nonce: &str) -> LinkToken {
    link_token(app.secret.derive(&format!("password-link/{nonce}")).bytes)
}

/// What is stored, with the link put in.
pub(crate) fn answer(app: &App, stored: Stored) -> PersonAdded {
    let link = |nonce: String| format!("{}/password/{}", app.settings.public_url(), token(app, &nonce).text);
    PersonAdded { id: stored.id, username: stored.username, link: stored.nonce.map(link) }
}

/// Notes in a person's chain what was done.
///
/// # Errors
/// The database's.
pub(crate) fn note(tx: &mut Tx<'_>, id: &str, action: EventAction, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: &format!("person:{id}"), action, object: id, body })
}

/// A seat as people read it.
pub fn seat_view(seat: &DatedSeat) -> SeatView {
    SeatView {
        organisation: seat.organisation.clone(),
        organisation_name: seat.organisation_name.clone(),
        role: seat.role,
        from_on: seat.from_on,
        until_on: Some(seat.until_on).filter(|day| *day != FOR_EVER),
    }
}
