//! The catalogue of services: what the notice names, put in once, and what an administrator adds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::catalogue::{SERVICES, Service, bar_of};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{STREAM, body};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::catalogue as rows;
use crate::storage::write::{Context, Event, Tx, write};

/// A service that is to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInput {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
    /// What is expected of it.
    #[serde(default)]
    pub standard: String,
    /// The document that names it.
    #[serde(default)]
    pub basis: String,
}

/// A service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
    /// What is expected of it.
    pub standard: String,
    /// The document that names it.
    pub basis: String,
    /// What no longer lets it be bought.
    pub barred: Option<BarView>,
}

/// What bars a service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BarView {
    /// Id of the rule.
    pub rule: String,
    /// The day from which it holds.
    pub since: chrono::NaiveDate,
    /// The same in words.
    pub message: String,
}

/// Writes the services of the notice that the catalogue does not have yet; how many were written.
///
/// # Errors
/// The database's.
pub fn install(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    install_in(app, &Context { actor: None, on_behalf_of: None, now, request: None, ids: app.ids.clone() })
}

/// The same, at the time and with the identifiers of a context.
///
/// # Errors
/// The database's.
pub fn install_in(app: &App, context: &Context) -> Result<usize, Error> {
    if missing(&rows::codes(&mut *app.pool.get()?)?).is_empty() {
        return Ok(0);
    }
    write(&app.pool, context, |tx| {
        let known = rows::codes(tx.connection)?;
        let new = missing(&known);
        for service in &new {
            let words = [service.code, service.name, service.unit, service.standard, service.basis];
            insert(tx, words)?;
        }
        Ok(new.len())
    })
}

fn missing(known: &[String]) -> Vec<&'static Service> {
    SERVICES.iter().filter(|service| !known.iter().any(|code| code == service.code)).collect()
}

/// A page of the catalogue.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<ServiceView>, Error> {
    caller.may(Action::ListServices)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let found = rows::list(connection, after, page.rows())?;
        Ok(page.cut(found, |row| &row.public_id).map(|row| ServiceView {
            barred: barred(caller, &row.code),
            code: row.code,
            name: row.name,
            unit: row.unit,
            standard: row.standard,
            basis: row.basis,
        }))
    })
}

/// Adds a service.
///
/// # Errors
/// `Forbidden`; `Refused` for a code that is taken or what is malformed.
pub fn add(app: &App, caller: &Caller, input: &ServiceInput) -> Result<ServiceView, Error> {
    let seat = caller.seat(Action::ManageServices)?;
    check(input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        insert(tx, [&input.code, &input.name, &input.unit, &input.standard, &input.basis].map(|word| word.trim()))?;
        Ok(ServiceView {
            code: input.code.clone(),
            name: input.name.trim().to_owned(),
            unit: input.unit.trim().to_owned(),
            standard: input.standard.trim().to_owned(),
            basis: input.basis.trim().to_owned(),
            barred: barred(caller, &input.code),
        })
    })
}

/// Whether a service's input is well formed.
///
/// # Errors
/// `Refused` with everything that is wrong.
pub fn check(input: &ServiceInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.code("code", &input.code);
    faults.line("name", &input.name);
    faults.line("unit", &input.unit);
    faults.optional_line("standard", &input.standard);
    faults.optional_line("basis", &input.basis);
    faults.none()
}

fn insert(tx: &mut Tx<'_>, words: [&str; 5]) -> Result<(), Error> {
    let public_id = tx.context.ids.uuid();
    rows::insert(tx.connection, &public_id, words)?;
    let [code, name, unit, standard, basis] = words.map(str::to_owned);
    let input = ServiceInput { code, name, unit, standard, basis };
    tx.event(&Event { stream: STREAM, action: EventAction::ServiceAdd, object: &public_id, body: body(&input)? })
}

fn barred(caller: &Caller, code: &str) -> Option<BarView> {
    let bar = bar_of(code)?;
    let message = Message::new("service-barred").with("since", bar.since).with("basis", bar.basis);
    Some(BarView { rule: bar.rule.to_owned(), since: bar.since, message: message.text(caller.language) })
}
