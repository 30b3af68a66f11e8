//! Housekeeping: deletes expired idempotency keys, browser sessions and kept forms, one batch at a time.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::storage::idempotency_keys;
use crate::storage::identity::{browser_sessions, kept_forms};
use crate::storage::locks::Scope;
use crate::storage::write::write_in;

/// Lifetime of an idempotency key.
const KEY_LIFETIME: TimeDelta = TimeDelta::days(1);
/// Rows deleted per transaction.
const BATCH: i64 = 500;

/// Deletes a batch of idempotency keys older than a day; returns the number deleted.
///
/// # Errors
/// Database errors.
pub fn delete_expired_idempotency_keys(app: &App) -> Result<usize, Error> {
    let before = app.clock.now() - KEY_LIFETIME;
    if !app.pool.read(|connection| idempotency_keys::any_older(connection, before))? {
        return Ok(0);
    }
    write_in(&app.pool, Scope::Unshared, &system_context(app), |tx| {
        idempotency_keys::delete_older(tx.connection, before, BATCH)
    })
}

/// Deletes browser sessions that have ended; returns the number deleted.
///
/// # Errors
/// Database errors.
pub fn delete_ended_browser_sessions(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| browser_sessions::has_expired(connection, now))? {
        return Ok(0);
    }
    write_in(&app.pool, Scope::Unshared, &system_context(app), |tx| {
        browser_sessions::delete_expired(tx.connection, now)
    })
}

/// Deletes forms that have been kept for their full time; returns the number deleted.
///
/// # Errors
/// Database errors.
pub fn delete_expired_kept_forms(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| kept_forms::has_expired(connection, now))? {
        return Ok(0);
    }
    write_in(&app.pool, Scope::Unshared, &system_context(app), |tx| kept_forms::delete_expired(tx.connection, now))
}
