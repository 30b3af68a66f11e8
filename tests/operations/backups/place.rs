//! Empty places to restore into, and the content of the file store.

use std::collections::BTreeMap;
use std::path::Path;

use luyue::app::App;
use luyue::clock::{Clock, Ids};
use luyue::config::Settings;
use luyue::services::operations::backups::restore::{KeyRule, restore};
use luyue::services::operations::backups::{BackupError, Manifest};
use luyue::storage::Pool;
use luyue::storage::transfer::{self, TableDigest};

use crate::support::app::{Place, TestApp};
use crate::support::digest::Dump;

/// An empty place with the key of an application.
pub struct Target {
    pub settings: Settings,
    _place: Place,
}

impl Target {
    pub fn for_backups_of(test: &TestApp, place: Place) -> Self {
        let data = place.1.path().join("restored");
        std::fs::create_dir_all(&data).expect("a folder");
        let settings = Settings { database_url: Some(place.0.clone()), data, ..Settings::default() };
        std::fs::copy(test.app.settings.key_file(), settings.key_file()).expect("the key is copied");
        Self { settings, _place: place }
    }

    pub fn restore(&self, archive: &Path) -> Result<Manifest, BackupError> {
        restore(&self.settings, archive, KeyRule::Own, &mut |_| ())
    }

    /// Starts the program on what was restored, with the clock of the original.
    pub fn started(&self, test: &TestApp) -> App {
        App::start(self.settings.clone(), Clock::standing_at(test.now()), Ids::Random).expect("the program starts")
    }

    /// Returns what was written: names of filled tables and of files.
    pub fn content(&self) -> Vec<String> {
        let mut found: Vec<String> = contents(&self.settings.data.join("files")).into_keys().collect();
        if let Some(path) = self.settings.database_url().strip_prefix("sqlite://")
            && !Path::new(path).exists()
        {
            return found;
        }
        let rows = Dump::of(&Pool::open(&self.settings.database_url(), 1).expect("the database opens")).0;
        found.extend(rows.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(table, _)| table));
        found
    }
}

/// Returns the digest of every table.
pub fn digests(url: &str) -> Vec<(String, TableDigest)> {
    let pool = Pool::open(url, 1).expect("the database opens");
    let mut connection = pool.get().expect("a connection");
    let digest = |table: transfer::Table| {
        let digest = transfer::digest(&mut connection, &table).expect("the rows are read");
        (table.name, digest)
    };
    transfer::all_tables().into_iter().map(digest).collect()
}

/// Returns all files below a folder by name.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            found.insert(name, std::fs::read(&path).expect("a readable file"));
        }
    }
    found
}
