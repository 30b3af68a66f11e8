//! Whether what the program needs answers.

use crate::app::App;
use crate::services::deliverables::files;
use crate::storage::backend::migrations_pending;

/// What answers.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// The database answers.
    pub database: bool,
    /// Its schema is this program's.
    pub migrations: bool,
    /// Files can be kept.
    pub files: bool,
}

impl Ready {
    /// Everything answers.
    pub fn all(self) -> bool {
        self.database && self.migrations && self.files
    }
}

/// Asks each part; of the files it writes, reads and removes a few bytes.
pub async fn ready(app: &App) -> Ready {
    let pool = app.pool.clone();
    let asked = files::run_blocking(move || {
        let connection = pool.get();
        let database = connection.is_ok();
        let migrations = connection.is_ok_and(|mut c| migrations_pending(&mut c).is_ok_and(|pending| !pending));
        Ok((database, migrations))
    });
    let (database, migrations) = asked.await.unwrap_or((false, false));
    let tried = app.files.probe(&files::probe_key(app)).await;
    if let Err(error) = &tried {
        tracing::error!(%error, "the files cannot be kept");
    }
    Ready { database, migrations, files: tried.is_ok() }
}

/// When something was last recorded of a contract: a clock that lies before it is refused.
///
/// # Errors
/// The database's.
pub fn last_record(app: &App) -> Result<chrono::NaiveDateTime, crate::error::Error> {
    app.pool.read(crate::storage::contracts::last_record)
}
