//! What runs by itself: changes that fall due, recalls, mail, seals, upkeep, the sweep of the store. Each is a step that does one bounded batch, so
//! that a test can call it until nothing is left. It must not do what no service does.

mod background;

pub use background::{Background, spawn};

use crate::app::App;
use crate::error::Error;
use crate::services::audit::seals;
use crate::services::contracts::due_changes;
use crate::services::deliverables::files;
use crate::services::notifications::{delivery, reminders};
use crate::services::operations::housekeeping;

/// How much a step did; nothing when it was idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked(pub usize);

/// A step: one batch of work.
pub type Step = fn(&App) -> Result<Worked, Error>;

/// What the calendar brings, in this order: a recall goes by duties that are those of the day.
pub const CALENDAR: &[(&str, Step)] = &[
    ("changes", changes_step),
    ("calendar", calendar_step),
    ("recalls", recalls_step),
    ("seals", seals_step),
    ("upkeep", upkeep_step),
];
/// What is removed from the store. It runs beside the others too: a store may be slow to say what it has.
pub const STORE: &[(&str, Step)] = &[("files", files_step)];
/// What is sent. It runs beside the calendar's steps, so that a slow mail server does not hold them up.
pub const MAIL: &[(&str, Step)] = &[("mail", mail_step)];

/// Contracts whose standing changes by itself.
///
/// # Errors
/// The database's.
pub fn changes_step(app: &App) -> Result<Worked, Error> {
    due_changes::follow_due(app).map(Worked)
}

/// Contracts whose projections were made by an earlier working calendar.
///
/// # Errors
/// The database's.
pub fn calendar_step(app: &App) -> Result<Worked, Error> {
    due_changes::follow_calendar(app).map(Worked)
}

/// Duties that are to be recalled.
///
/// # Errors
/// The database's.
pub fn recalls_step(app: &App) -> Result<Worked, Error> {
    reminders::send_due_reminders(app).map(Worked)
}

/// Letters whose time has come.
///
/// # Errors
/// The database's.
pub fn mail_step(app: &App) -> Result<Worked, Error> {
    delivery::send_due_emails(app).map(Worked)
}

/// The day's seal.
///
/// # Errors
/// The database's.
pub fn seals_step(app: &App) -> Result<Worked, Error> {
    seals::seal_day(app).map(Worked)
}

/// What is no longer needed.
///
/// # Errors
/// The database's.
pub fn upkeep_step(app: &App) -> Result<Worked, Error> {
    Ok(Worked(housekeeping::delete_expired_idempotency_keys(app)? + housekeeping::delete_ended_browser_sessions(app)?))
}

/// Files that no row names, once a day.
///
/// # Errors
/// The store's or the database's.
pub fn files_step(app: &App) -> Result<Worked, Error> {
    files::sweep_daily(app).map(Worked)
}

/// Runs all steps until none has anything to do; gives how much was done.
///
/// # Errors
/// The first error of a step.
pub fn run_until_idle(app: &App) -> Result<usize, Error> {
    let mut all = 0;
    loop {
        let done = round(app, CALENDAR)? + round(app, STORE)? + round(app, MAIL)?;
        if done == 0 {
            return Ok(all);
        }
        all += done;
    }
}

/// Runs each step until it is idle, one after the other.
fn round(app: &App, steps: &[(&str, Step)]) -> Result<usize, Error> {
    let mut all = 0;
    for (_, step) in steps {
        loop {
            let Worked(done) = step(app)?;
            if done == 0 {
                break;
            }
            all += done;
        }
    }
    Ok(all)
}
