//! The calendar feed of a person: their tasks on their due days, at a secret address that a calendar reads without
//! signing in.
//!
//! The token is derived from the installation's secret and a nonce, so a copy of the database reveals no address, and the
//! account's page can show it again. A new address ends the old one.

use chrono::{DateTime, Utc};

use crate::adapters::one_time::{LinkToken, link_digest, link_token};
use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::people::record_event;
use crate::services::identity::sessions;
use crate::services::notifications::tasks::{self, Task};
use crate::services::notifications::{links, task_words};
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::digest;
use crate::storage::identity::calendar_feeds as rows;
use crate::storage::locks::Scope;
use crate::storage::write::write_in;
use crate::text::icalendar::{self, Entry};
use crate::text::message;

/// Characters of the digest in the identifier of an entry.
const UID_LENGTH: usize = 32;

/// The address of a person's feed.
#[derive(Debug)]
pub struct CalendarFeed {
    /// The secret address.
    pub address: String,
    /// Time in UTC at which it was made.
    pub made_at: DateTime<Utc>,
}

fn token(app: &App, nonce: &str) -> LinkToken {
    link_token(app.secret.derive(&format!("calendar-feed/{nonce}")).bytes)
}

/// Returns the caller's feed, if there is one.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn load_own(app: &App, caller: &Caller) -> Result<Option<CalendarFeed>, Error> {
    caller.may(Action::OwnSession)?;
    let found = app.pool.read(|connection| rows::of_person(connection, caller.person))?;
    let address =
        |nonce: &str| format!("{}/calendar-feed/{}/tasks.ics", app.settings.public_url(), token(app, nonce).text);
    Ok(found.map(|(nonce, made_at)| CalendarFeed { address: address(&nonce), made_at: made_at.and_utc() }))
}

/// Makes a new address for the caller's feed and ends the old one.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn renew(app: &App, caller: &Caller) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    let nonce = app.ids.uuid();
    let digest = token(app, &nonce).digest;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        rows::replace(tx.connection, caller.person, (&nonce, &digest), tx.context.now)?;
        record_event(tx, &caller.public_id, EventAction::CalendarFeedMake, serde_json::json!({}))
    })
}

/// Ends the caller's feed, if there is one.
///
/// # Errors
/// `Forbidden` for a caller without a seat today; database errors.
pub fn end(app: &App, caller: &Caller) -> Result<(), Error> {
    let seat = caller.seat(Action::OwnSession)?;
    write_in(&app.pool, Scope::Person(caller.person), &caller.context(app, seat), |tx| {
        if rows::delete(tx.connection, caller.person)? {
            record_event(tx, &caller.public_id, EventAction::CalendarFeedEnd, serde_json::json!({}))?;
        }
        Ok(())
    })
}

/// Writes the calendar of the person whose feed has a token, in their language.
///
/// # Errors
/// `NotFound` for an unknown token, and for a person who was disabled or has no seat today; database errors.
pub fn write_calendar(app: &App, presented: &str) -> Result<String, Error> {
    let digest = link_digest(presented).ok_or(Error::NotFound)?;
    let person = app.pool.read(|connection| rows::owner(connection, &digest))?.ok_or(Error::NotFound)?;
    let caller = sessions::load_reader(app, &person)?.ok_or(Error::NotFound)?;
    let list = tasks::list_own_tasks(app, &caller).map_err(|error| match error {
        Error::Forbidden(_) => Error::NotFound,
        error => error,
    })?;
    let entries: Vec<Entry> = list.items.iter().map(|task| entry(app, &caller, task)).collect();
    let name = message(caller.language, "feed-name", &[("name", caller.name.clone())]);
    Ok(icalendar::write(&name, &entries))
}

fn entry(app: &App, caller: &Caller, task: &Task) -> Entry {
    let role = task.role.as_str();
    let uid = digest(&["task", &task.contract, &task.kind, &task.subject, role, &task.organisation]);
    let form = TaskKind::parse(&task.kind).and_then(|kind| links::form_of_task(&task.contract, kind, &task.subject));
    let address = form.unwrap_or_else(|| format!("/contracts/{}", task.contract));
    let note = if task.provisional { message(caller.language, "feed-provisional", &[]) } else { String::new() };
    let about = [task.number.as_str(), &task.title, &task.organisation, &note];
    let lines: Vec<&str> = about.into_iter().filter(|line| !line.is_empty()).collect();
    Entry {
        uid: format!("{}@luyue", uid.chars().take(UID_LENGTH).collect::<String>()),
        on: task.due_on,
        since: task.since,
        summary: task_words::title(caller.language, task),
        description: lines.join("\n"),
        url: format!("{}{address}", app.settings.public_url()),
    }
}
