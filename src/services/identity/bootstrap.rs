//! Adding people from the command line when no one can sign in: `luyue user add`, `luyue user link` and `luyue user
//! reset-codes`.
//!
//! The user of these commands already controls the machine, so no right is checked. All other rules for administrators
//! apply.

use crate::app::App;
use crate::domain::codes::{Function, Language, Role};
use crate::error::{Error, Message};
use crate::services::identity::password_links;
use crate::services::identity::people::{self, PersonInput, SeatInput};
use crate::services::identity::totp;
use crate::services::registry::organisations::{self as bureaus, OrganisationInput};
use crate::storage::identity::people as rows;
use crate::storage::registry::organisations;
use crate::storage::write::{Context, write};

/// A person to add from the command line.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Username for signing in.
    pub username: String,
    /// Display name; defaults to the username.
    pub name: Option<String>,
    /// Email address; defaults to `username@localhost`.
    pub email: Option<String>,
    /// Role of the first seat.
    pub role: Role,
    /// Organisation code of the first seat.
    pub organisation: String,
    /// Name of the organisation to create, used only for the very first one.
    pub organisation_name: Option<String>,
}

/// Adds a person with one seat. The very first administrator may name a new organisation: it is created with the
/// function `other`, and that administrator then adds regions and bureaus. Returns the one-time link for the first
/// password.
///
/// # Errors
/// `Refused` for an unknown organisation, a username already taken, or a role that the organisation cannot have.
pub fn add_user(app: &App, user: &NewUser) -> Result<String, Error> {
    let input = PersonInput {
        username: user.username.clone(),
        name: user.name.clone().unwrap_or_else(|| user.username.clone()),
        email: user.email.clone().unwrap_or_else(|| format!("{}@localhost", user.username)),
        language: Language::Zh,
        seats: vec![SeatInput {
            organisation: user.organisation.clone(),
            role: user.role,
            from_on: None,
            until_on: None,
        }],
    };
    people::check(&input)?;
    let (id, nonce, organisation_id) = (app.ids.uuid(), app.ids.uuid(), app.ids.uuid());
    write(&app.pool, &machine_context(app), |tx| {
        if organisations::by_code(tx.connection, &user.organisation)?.is_none() {
            let first = organisations::is_empty(tx.connection)? && user.role == Role::Administrator;
            let name = user.organisation_name.as_ref().filter(|_| first);
            let key = if first { "register-first-organisation" } else { "register-unknown-organisation" };
            let name = name.ok_or_else(|| Error::refused_at("register", "organisation", Message::new(key)))?;
            let new = OrganisationInput {
                code: user.organisation.clone(),
                name: name.clone(),
                function: Function::Other,
                region: None,
            };
            bureaus::check(&new)?;
            bureaus::insert(tx, &organisation_id, &new)?;
        }
        let person = people::insert(tx, &id, &input)?;
        password_links::issue_by_hand(tx, app, &person, &nonce)
    })?;
    Ok(password_links::address(app, &nonce))
}

/// Issues a new one-time password link for a person who cannot sign in, and returns it.
///
/// # Errors
/// `NotFound` for an unknown username.
pub fn issue_link(app: &App, username: &str) -> Result<String, Error> {
    let nonce = app.ids.uuid();
    write(&app.pool, &machine_context(app), |tx| {
        let person = rows::by_username(tx.connection, username)?.ok_or(Error::NotFound)?;
        password_links::issue_by_hand(tx, app, &person, &nonce)
    })?;
    Ok(password_links::address(app, &nonce))
}

/// Removes the one-time codes of a person who lost their phone and every recovery code.
///
/// # Errors
/// `NotFound` for an unknown username; `Conflict` for a person without codes.
pub fn reset_codes(app: &App, username: &str) -> Result<(), Error> {
    write(&app.pool, &machine_context(app), |tx| {
        let person = rows::by_username(tx.connection, username)?.ok_or(Error::NotFound)?;
        totp::reset_by_hand(tx, &person)
    })
}

/// Returns the context of a write from the command line.
fn machine_context(app: &App) -> Context {
    Context::of_program(app.clock.now(), app.ids.clone())
}
