//! Readiness checks: database, schema, file store.

use crate::app::App;
use crate::services::deliverables::files;
use crate::storage::backend::migrations_pending;

/// Result of the readiness checks.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// The database answers.
    pub database: bool,
    /// No migration of the schema is pending.
    pub migrations: bool,
    /// The file store accepts, returns and deletes a file.
    pub files: bool,
}

impl Ready {
    /// Returns whether every check passed.
    pub fn all(self) -> bool {
        self.database && self.migrations && self.files
    }
}

/// Runs the readiness checks. The file store is probed by writing, reading and deleting a few bytes.
pub async fn check_readiness(app: &App) -> Ready {
    let pool = app.pool.clone();
    let checked = files::run_blocking(move || {
        let connection = pool.get();
        let database = connection.is_ok();
        let migrations = connection.is_ok_and(|mut c| migrations_pending(&mut c).is_ok_and(|pending| !pending));
        Ok((database, migrations))
    });
    let (database, migrations) = checked.await.unwrap_or((false, false));
    let probed = app.files.probe(&files::probe_key(app)).await;
    if let Err(error) = &probed {
        tracing::error!(%error, "file store probe failed");
    }
    Ready { database, migrations, files: probed.is_ok() }
}

/// Returns the time of the latest record about any contract. The program refuses to start if its clock is before it.
///
/// # Errors
/// Database errors.
pub fn last_record(app: &App) -> Result<chrono::NaiveDateTime, crate::error::Error> {
    app.pool.read(crate::storage::contracts::last_record)
}
