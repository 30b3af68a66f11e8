//! Saved views: a person keeps the filters and the order of a list under a name. Each person sees and changes their own
//! views alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::saved_views::{MOST_VIEWS, SavedList};
use crate::domain::text_input::key;
use crate::error::{Error, Message};
use crate::services::contracts::record::{stored, to_stored};
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::shared::faults::Faults;
use crate::services::shared::inputs::{hidden_fault, line_fault};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::identity::saved_views::{self as rows, SavedViewRow};
use crate::storage::locks::Scope;
use crate::storage::write::{Tx, write_in};

/// Rule of refusals.
const RULE: &str = "saved_views";
/// Maximum length of a name in characters.
const NAME: usize = 40;

/// Filters of a list to save.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewInput {
    pub list: SavedList,
    /// Name of at most 40 characters, which no other of the caller's views of the list has.
    pub name: String,
    /// Filled filters, by the names that the address of the list's page has.
    pub filters: BTreeMap<String, String>,
}

/// Another name for a saved view.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewNameInput {
    /// Name of at most 40 characters.
    pub name: String,
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SavedView {
    /// Random identifier.
    pub id: String,
    pub list: SavedList,
    pub name: String,
    /// Filled filters, by the names that the address of the list's page has.
    pub filters: BTreeMap<String, String>,
}

impl SavedView {
    fn of(row: SavedViewRow) -> Result<Self, Error> {
        Ok(Self { id: row.public_id, list: row.list, name: row.name, filters: stored(&row.filters)? })
    }
}

/// Lists the caller's views, of one list or of all, oldest first.
///
/// # Errors
/// `Forbidden` for a list that the caller may not read.
pub fn list(app: &App, caller: &Caller, list: Option<SavedList>) -> Result<Vec<SavedView>, Error> {
    caller.may(list.map_or(Action::OwnSession, SavedList::right))?;
    let found = app.pool.read(|connection| rows::of_person(connection, caller.person))?;
    found.into_iter().filter(|row| list.is_none_or(|list| row.list == list)).map(SavedView::of).collect()
}

/// Saves filters of a list under a name.
///
/// # Errors
/// `Forbidden` for a list that the caller may not read; `Malformed` for an unknown filter; `Refused` for a name that is
/// taken, no filter, or more views than a list may have.
pub fn add(app: &App, caller: &Caller, input: &SavedViewInput) -> Result<SavedView, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    caller.may(input.list.right())?;
    check(input)?;
    let (name, filters) = (input.name.trim().to_owned(), input.filters.clone());
    let json = to_stored(&filters)?;
    let view = SavedView { id: app.ids.uuid(), list: input.list, name, filters };
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let own = rows::of_person(tx.connection, caller.person)?;
        if own.iter().filter(|row| row.list == view.list).count() >= MOST_VIEWS {
            return Err(Error::refused_at(RULE, "name", Message::new("saved-views-full").with("most", MOST_VIEWS)));
        }
        let name_key = free_key(&own, view.list, (&view.name, ""))?;
        rows::insert(tx.connection, (&view.id, caller.person), (view.list, &json), (&view.name, &name_key))?;
        record(tx, caller, EventAction::SavedViewAdd, &view)?;
        Ok(view.clone())
    })
}

/// Gives a view of the caller another name.
///
/// # Errors
/// `NotFound`, also for a view of another person; `Refused` for a name that is taken.
pub fn rename(app: &App, caller: &Caller, id: &str, input: &SavedViewNameInput) -> Result<SavedView, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let (row, own) = find(tx.connection, caller, id)?;
        let mut faults = Faults::new(RULE);
        check_name(&mut faults, &input.name);
        faults.finish()?;
        let name = input.name.trim();
        let name_key = free_key(&own, row.list, (name, id))?;
        rows::rename(tx.connection, row.id, (name, &name_key))?;
        let view = SavedView { name: name.to_owned(), ..SavedView::of(row)? };
        record(tx, caller, EventAction::SavedViewRename, &view)?;
        Ok(view)
    })
}

/// Deletes a view of the caller.
///
/// # Errors
/// `NotFound`, also for a view of another person.
pub fn delete(app: &App, caller: &Caller, id: &str) -> Result<SavedView, Error> {
    let seat = caller.seat(Action::OwnSession)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        let (row, _) = find(tx.connection, caller, id)?;
        rows::delete(tx.connection, row.id)?;
        let view = SavedView::of(row)?;
        record(tx, caller, EventAction::SavedViewDelete, &view)?;
        Ok(view)
    })
}

/// Finds a view of the caller, and returns it with all of the caller's views.
fn find(connection: &mut AnyConnection, caller: &Caller, id: &str) -> Result<(SavedViewRow, Vec<SavedViewRow>), Error> {
    let own = rows::of_person(connection, caller.person)?;
    let found = own.iter().find(|row| row.public_id == id).cloned();
    Ok((found.ok_or(Error::NotFound)?, own))
}

/// Returns the folded name, which no view of the list but the one with this identifier may have.
fn free_key(own: &[SavedViewRow], list: SavedList, (name, id): (&str, &str)) -> Result<String, Error> {
    let name_key = key(name);
    if own.iter().any(|row| row.list == list && row.public_id != id && row.name_key == name_key) {
        return Err(Error::refused_at(RULE, "name", Message::new("saved-view-taken")));
    }
    Ok(name_key)
}

fn check(input: &SavedViewInput) -> Result<(), Error> {
    let unknown = input.filters.keys().find(|name| !input.list.filters().contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(Error::malformed(format!("filters.{name}"), Message::new("unknown-filter")));
    }
    let mut faults = Faults::new(RULE);
    check_name(&mut faults, &input.name);
    if input.filters.is_empty() {
        faults.add("filters", Message::new("saved-view-empty"));
    }
    for (name, value) in &input.filters {
        faults.line(format!("filters.{name}"), value);
    }
    faults.finish()
}

fn check_name(faults: &mut Faults, name: &str) {
    let is_wrong = name.trim().is_empty() || line_fault(name, NAME).is_some();
    let length = || is_wrong.then(|| Message::new("saved-view-name").with("most", NAME));
    if let Some(message) = hidden_fault(name).or_else(length) {
        faults.add("name", message);
    }
}

/// Records an act on a view. What a person searches for is not recorded.
fn record(tx: &mut Tx<'_>, caller: &Caller, action: EventAction, view: &SavedView) -> Result<(), Error> {
    let body = serde_json::json!({ "id": view.id, "list": view.list, "name": view.name });
    record_event(tx, &caller.public_id, action, body)
}
