//! The catalogue of services that contracts can buy: the services of the notice, installed once, and those that
//! administrators add. A barred service stays listed with its rule.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::catalogue::{SERVICES, Service, bar_of};
use crate::domain::policy::Action;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations::{STREAM, event_body};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged, SUGGESTION_ROWS, Suggestions};
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::catalogue::{self as rows, ServiceRow};
use crate::storage::registry::text_match::{containing_all, starting_with};
use crate::storage::write::{Context, Event, Tx, write};

/// A service to add to the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInput {
    /// Unique code.
    pub code: String,
    /// Name of the service.
    pub name: String,
    /// Unit of quantity.
    pub unit: String,
    /// Quality standard.
    #[serde(default)]
    pub standard: String,
    /// Document that names the service.
    #[serde(default)]
    pub basis: String,
}

impl ServiceInput {
    /// Returns the input with its identifiers in their stored form.
    pub(crate) fn folded(&self) -> Self {
        Self { code: identifier(&self.code), ..self.clone() }
    }
}

/// A service of the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    /// Unique code.
    pub code: String,
    /// Name of the service.
    pub name: String,
    /// Unit of quantity.
    pub unit: String,
    /// Quality standard.
    pub standard: String,
    /// Document that names the service.
    pub basis: String,
    /// Rule that bars new purchases, if any.
    pub barred: Option<BarView>,
}

/// A rule that bars the purchase of a service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BarView {
    /// Identifier of the rule.
    pub rule: String,
    /// Day from which the bar applies.
    pub since: chrono::NaiveDate,
    /// Explanation in the language of the request.
    pub message: String,
}

/// Adds the services of the notice that the catalogue lacks, and returns their number.
///
/// # Errors
/// Database errors.
pub fn install(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    install_in(app, &Context::of_program(now, app.ids.clone()))
}

/// As [`install`], with the time and identifiers of a given context.
///
/// # Errors
/// Database errors.
pub fn install_in(app: &App, context: &Context) -> Result<usize, Error> {
    if missing_services(&rows::codes(&mut *app.pool.get()?)?).is_empty() {
        return Ok(0);
    }
    write(&app.pool, context, |tx| {
        let known = rows::codes(tx.connection)?;
        let new = missing_services(&known);
        for service in &new {
            let words = [service.code, service.name, service.unit, service.standard, service.basis];
            insert(tx, words)?;
        }
        Ok(new.len())
    })
}

fn missing_services(known: &[String]) -> Vec<&'static Service> {
    SERVICES.iter().filter(|service| !known.iter().any(|code| code == service.code)).collect()
}

/// Lists the catalogue; `q` matches a part of the name or of the code.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, q: Option<&str>, page: &Page) -> Result<Paged<ServiceView>, Error> {
    caller.may(Action::ListServices)?;
    app.pool.read(|connection| {
        let after = page.after_key(|id| rows::key_of(connection, id))?;
        let patterns = containing_all(q.unwrap_or_default());
        let found = rows::list(connection, &patterns, after, page.rows())?;
        Ok(page.cut(found, |row| &row.public_id).map(|row| view(caller, row)))
    })
}

/// Searches the services that can be bought by name or code: first names and codes that start with the query, then all
/// that contain it.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn suggest(app: &App, caller: &Caller, q: &str) -> Result<Suggestions<ServiceView>, Error> {
    caller.may(Action::ListServices)?;
    let barred = SERVICES.iter().filter(|service| bar_of(service.code).is_some()).count();
    // Barred services are dropped after the query, so that many more rows must be loaded.
    let limit = SUGGESTION_ROWS + i64::try_from(barred).unwrap_or_default();
    let searches = [vec![starting_with(q.trim())], containing_all(q)];
    app.pool.read(|connection| {
        let found = searches.iter().map(|patterns| {
            let mut found = rows::list(connection, patterns, 0, limit)?;
            found.retain(|row| bar_of(&row.code).is_none());
            Ok(found)
        });
        Ok(Suggestions::collect(found, |row| row.id)?.map(|row| view(caller, row)))
    })
}

/// Returns those of the names that a service of the catalogue has.
///
/// # Errors
/// `Forbidden` for a caller without a seat today.
pub fn known_names(app: &App, caller: &Caller, names: &[&str]) -> Result<Vec<String>, Error> {
    caller.may(Action::ListServices)?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    app.pool.read(|connection| rows::known_names(connection, names))
}

fn view(caller: &Caller, row: ServiceRow) -> ServiceView {
    ServiceView {
        barred: bar_view(caller, &row.code),
        code: row.code,
        name: row.name,
        unit: row.unit,
        standard: row.standard,
        basis: row.basis,
    }
}

/// Adds a service to the catalogue.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input or a code already taken.
pub fn add(app: &App, caller: &Caller, input: &ServiceInput) -> Result<ServiceView, Error> {
    let seat = caller.seat(Action::ManageServices)?;
    let input = &input.folded();
    check(input)?;
    write(&app.pool, &caller.context(app, seat), |tx| {
        insert(tx, [&input.code, &input.name, &input.unit, &input.standard, &input.basis].map(|word| word.trim()))?;
        Ok(ServiceView {
            code: input.code.clone(),
            name: input.name.trim().to_owned(),
            unit: input.unit.trim().to_owned(),
            standard: input.standard.trim().to_owned(),
            basis: input.basis.trim().to_owned(),
            barred: bar_view(caller, &input.code),
        })
    })
}

/// Checks the form of a service's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &ServiceInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.code("code", &input.code);
    faults.line("name", &input.name);
    faults.line("unit", &input.unit);
    faults.optional_line("standard", &input.standard);
    faults.optional_line("basis", &input.basis);
    faults.finish()
}

fn insert(tx: &mut Tx<'_>, words: [&str; 5]) -> Result<(), Error> {
    let public_id = tx.context.ids.uuid();
    rows::insert(tx.connection, &public_id, words)?;
    let [code, name, unit, standard, basis] = words.map(str::to_owned);
    let input = ServiceInput { code, name, unit, standard, basis };
    tx.event(&Event { stream: STREAM, action: EventAction::ServiceAdd, object: &public_id, body: event_body(&input)? })
}

fn bar_view(caller: &Caller, code: &str) -> Option<BarView> {
    let bar = bar_of(code)?;
    let message = Message::new("service-barred").with("since", bar.since).with("basis", bar.basis);
    Some(BarView { rule: bar.rule.to_owned(), since: bar.since, message: message.text(caller.language) })
}
