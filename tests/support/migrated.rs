//! Migrated databases. Migrating takes SQLite longer than a short test does, so the first test of a build migrates a
//! database and all start with a copy.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::support::app::{Place, sqlite_place};

/// Creates a migrated database on SQLite.
pub fn sqlite() -> Place {
    let place = sqlite_place();
    fs::copy(template(), place.1.path().join("luyue.db")).expect("the migrated database is copied");
    place
}

/// Runs the migrations on the database at a URL.
pub fn run(url: &str) {
    let pool = luyue::storage::Pool::open(url, 1).expect("the template opens");
    let mut connection = pool.get().expect("a connection");
    luyue::storage::backend::migrate(&mut connection).expect("migrations run");
}

/// Returns the database that this build of the tests migrated; tests that start at the same time wait for the one that
/// migrates it.
fn template() -> PathBuf {
    let program = std::env::current_exe().and_then(fs::metadata).expect("the tests are built");
    let built = program.modified().expect("a time").duration_since(UNIX_EPOCH).expect("after 1970").as_nanos();
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("migrated");
    let database = shared.join(format!("{built}.db"));
    if database.exists() {
        return database;
    }
    fs::create_dir_all(&shared).expect("a folder");
    let lock = File::create(shared.join("lock")).expect("a file to lock");
    lock.lock().expect("the lock");
    if !database.exists() {
        for earlier in fs::read_dir(&shared).expect("its entries").map(|entry| entry.expect("an entry").path()) {
            if !earlier.ends_with("lock") {
                fs::remove_file(&earlier).expect("what an earlier build migrated is removed");
            }
        }
        // The last connection that is closed moves everything from the log into the file.
        let unfinished = shared.join("unfinished");
        run(&format!("sqlite://{}", unfinished.display()));
        fs::rename(&unfinished, &database).expect("it is finished");
    }
    database
}
