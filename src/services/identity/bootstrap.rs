//! What the command line does to people where nobody can sign in yet, or any longer: `luyue user add` and `user link`.
//!
//! Whoever runs it has the machine, and is held to the same rules as an administrator otherwise.

use crate::app::App;
use crate::domain::codes::{Function, Language, Role};
use crate::error::{Error, Message};
use crate::services::identity::people::{self, PersonAdded, PersonInput, SeatInput};
use crate::services::registry::organisations::{self as bureaus, OrganisationInput};
use crate::storage::identity::people as rows;
use crate::storage::registry::organisations;
use crate::storage::write::{Context, write};

/// Who is added from the command line.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Name to sign in with.
    pub username: String,
    /// Name as people say it; that to sign in with, if it is not named.
    pub name: Option<String>,
    /// Address of mail.
    pub email: Option<String>,
    /// The role.
    pub role: Role,
    /// Code of the organisation.
    pub organisation: String,
    /// Name of the organisation, where it is the first of all and is to be made.
    pub organisation_name: Option<String>,
}

/// Adds a person. The very first organisation is made with its first administrator, of the function `other`: regions and
/// bureaus are then added by that administrator.
///
/// # Errors
/// `Refused` for an organisation that is not there, a name that is taken, a seat that does not fit.
pub fn add_user(app: &App, user: &NewUser) -> Result<PersonAdded, Error> {
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
    let stored = write(&app.pool, &nobody(app), |tx| {
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
        people::insert(tx, app, (&id, &nonce), &input)
    })?;
    Ok(people::answer(app, stored))
}

/// A new one-time link for somebody who cannot sign in.
///
/// # Errors
/// `NotFound` for an unknown name.
pub fn link_for(app: &App, username: &str) -> Result<PersonAdded, Error> {
    let nonce = app.ids.uuid();
    let stored = write(&app.pool, &nobody(app), |tx| {
        let person = rows::by_username(tx.connection, username)?.ok_or(Error::NotFound)?;
        people::link(tx, app, &person, &nonce)
    })?;
    Ok(people::answer(app, stored))
}

fn nobody(app: &App) -> Context {
    Context { actor: None, on_behalf_of: None, now: app.clock.now(), request: None, ids: app.ids.clone() }
}
