//! Whether what the program needs answers.

use crate::app::App;
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

/// Asks each part.
pub fn ready(app: &App) -> Ready {
    let connection = app.pool.get();
    let database = connection.is_ok();
    let migrations = connection.is_ok_and(|mut c| migrations_pending(&mut c).is_ok_and(|pending| !pending));
    Ready { database, migrations, files: app.settings.data.is_dir() }
}
