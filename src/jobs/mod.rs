//! Background jobs: date-driven changes, reminders, email delivery, audit seals, housekeeping, the sweep of the file
//! store. Each is a step that does one bounded batch of work, so that a test can call it until nothing is left. Steps
//! only call services.

mod background;

pub use background::{Background, spawn, spawn_clock};

use crate::app::App;
use crate::error::Error;
use crate::services::audit::seals;
use crate::services::contracts::due_changes;
use crate::services::deliverables::files;
use crate::services::notifications::{bounces, delivery, gateway, reminders};
use crate::services::operations::{database_clock, housekeeping};
use crate::services::workers::warnings;

/// Number of items that a step processed; 0 when idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked(pub usize);

/// A job step: does one batch of work.
pub type Step = fn(&App) -> Result<Worked, Error>;

/// Date-driven steps, in this order: reminders are based on the tasks of the day.
pub const CALENDAR: &[(&str, Step)] = &[
    ("projections", projections_step),
    ("calendar", calendar_step),
    ("ledger", ledger_step),
    ("expectations", expectations_step),
    ("reminders", reminders_step),
    ("seals", seals_step),
    ("housekeeping", housekeeping_step),
];
/// Sweep of the file store, in a lane of its own: listing a store can be slow.
pub const STORE: &[(&str, Step)] = &[("files", files_step)];
/// Email delivery, in a lane of its own: a slow mail server delays nothing else.
pub const MAIL: &[(&str, Step)] = &[("mail", mail_step)];

/// Reports on emails that came back, in a lane of its own: a folder that cannot be read stops nothing else.
pub const MAILBOX: &[(&str, Step)] = &[("mailbox", mailbox_step)];

/// Posts to the bureau's gateway, in a lane of its own for the same reason.
pub const GATEWAY: &[(&str, Step)] = &[("gateway", gateway_step)];

/// Correction of the clock, in every process that serves or works.
pub const CLOCK: &[(&str, Step)] = &[("clock", clock_step)];

/// Corrects the clock to the database's.
///
/// # Errors
/// A database error.
pub fn clock_step(app: &App) -> Result<Worked, Error> {
    database_clock::follow_database(app)?;
    Ok(Worked(0))
}

/// Refreshes contracts whose standing changes on a date that has come.
///
/// # Errors
/// Database errors.
pub fn projections_step(app: &App) -> Result<Worked, Error> {
    due_changes::refresh_due_contracts(app).map(Worked)
}

/// Refreshes contracts whose projections were computed with an earlier working calendar.
///
/// # Errors
/// Database errors.
pub fn calendar_step(app: &App) -> Result<Worked, Error> {
    due_changes::refresh_contracts_behind_calendar(app).map(Worked)
}

/// Completes the ledgers of contracts that an upgrade opened.
///
/// # Errors
/// Database errors.
pub fn ledger_step(app: &App) -> Result<Worked, Error> {
    due_changes::complete_ledgers(app).map(Worked)
}

/// Fills in the expected payments of contracts whose projections an earlier version wrote.
///
/// # Errors
/// Database errors.
pub fn expectations_step(app: &App) -> Result<Worked, Error> {
    due_changes::refresh_contracts_without_expectation(app).map(Worked)
}

/// Enqueues reminders of tasks that fall due, and warnings about certificates that lapse.
///
/// # Errors
/// Database errors.
pub fn reminders_step(app: &App) -> Result<Worked, Error> {
    Ok(Worked(reminders::send_due_reminders(app)? + warnings::send_due_warnings(app)?))
}

/// Sends queued emails that are due.
///
/// # Errors
/// Database errors.
pub fn mail_step(app: &App) -> Result<Worked, Error> {
    delivery::send_due_emails(app).map(Worked)
}

/// Reads reports on emails that came back from the mailbox.
///
/// # Errors
/// Database errors; a mailbox that cannot be read.
pub fn mailbox_step(app: &App) -> Result<Worked, Error> {
    bounces::read_mailbox(app).map(Worked)
}

/// Posts emails to the bureau's gateway for text messages.
///
/// # Errors
/// Database errors.
pub fn gateway_step(app: &App) -> Result<Worked, Error> {
    gateway::post_due(app).map(Worked)
}

/// Writes the audit seal of the day.
///
/// # Errors
/// Database errors.
pub fn seals_step(app: &App) -> Result<Worked, Error> {
    seals::seal_day(app).map(Worked)
}

/// Deletes expired sessions, idempotency keys and kept forms.
///
/// # Errors
/// Database errors.
pub fn housekeeping_step(app: &App) -> Result<Worked, Error> {
    let keys = housekeeping::delete_expired_idempotency_keys(app)?;
    let sessions = housekeeping::delete_ended_browser_sessions(app)?;
    Ok(Worked(keys + sessions + housekeeping::delete_expired_kept_forms(app)?))
}

/// Deletes stored files that no row references, once a day.
///
/// # Errors
/// An error of the store or the database.
pub fn files_step(app: &App) -> Result<Worked, Error> {
    files::sweep_daily(app).map(Worked)
}

/// Runs all steps until none has work left; returns the number of items processed.
///
/// # Errors
/// The first error of a step.
pub fn run_until_idle(app: &App) -> Result<usize, Error> {
    let mut all = 0;
    loop {
        let mut done = 0;
        for lane in [CALENDAR, STORE, MAIL, MAILBOX, GATEWAY] {
            done += run_steps(app, lane)?;
        }
        if done == 0 {
            return Ok(all);
        }
        all += done;
    }
}

/// Runs each step until it is idle, one after the other.
fn run_steps(app: &App, steps: &[(&str, Step)]) -> Result<usize, Error> {
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
