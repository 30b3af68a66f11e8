//! Upkeep: what is no longer needed is removed, a little at a time.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::services::contracts::due_changes::context;
use crate::storage::idempotency_keys;
use crate::storage::identity::browser_sessions;
use crate::storage::write::write;

/// How long an Idempotency-Key is kept (interface: a day).
const KEPT: TimeDelta = TimeDelta::days(1);
/// Rows that are removed in one transaction.
const BATCH: i64 = 500;

/// Removes a batch of request keys that are older than a day; gives how many.
///
/// # Errors
/// The database's.
pub fn forget_requests(app: &App) -> Result<usize, Error> {
    let before = app.clock.now() - KEPT;
    if !app.pool.read(|connection| idempotency_keys::any(connection, before))? {
        return Ok(0);
    }
    write(&app.pool, &context(app), |tx| idempotency_keys::forget(tx.connection, before, BATCH))
}

/// Removes sessions of browsers that ended; gives how many.
///
/// # Errors
/// The database's.
pub fn forget_sessions(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    if !app.pool.read(|connection| browser_sessions::has_expired(connection, now))? {
        return Ok(0);
    }
    write(&app.pool, &context(app), |tx| browser_sessions::delete_expired(tx.connection, now))
}
