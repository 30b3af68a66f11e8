//! A missing key file: the program refuses a database in use, says what is lost and what to do, and makes a key only
//! for an empty place.

use std::process::Command;

use luyue::app::App;
use luyue::clock::{Clock, Ids};
use luyue::config::Settings;
use luyue::services::audit::seals;

use crate::on_both_engines;
use crate::support::app::{Place, TestApp, unsealed_differences};
use crate::support::digest::Dump;

on_both_engines! { a_database_in_use_gets_no_other_key }

fn started(test: &TestApp, settings: Settings) -> Result<App, String> {
    App::start(settings, Clock::standing_at(test.now()), Ids::Random).map_err(|error| error.to_string())
}

/// Runs a command that needs the key; returns its error output. It must fail.
fn refused(test: &TestApp, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_luyue"))
        .args(arguments)
        .env("LUYUE_DATABASE_URL", test.app.settings.database_url())
        .env("LUYUE_DATA", &test.app.settings.data)
        .env("LUYUE_LISTEN", "127.0.0.1:0")
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn a_database_in_use_gets_no_other_key(test: &TestApp) {
    let key = test.app.settings.key_file();
    let kept = std::fs::read(&key).expect("the key");
    let aside = key.with_extension("aside");
    std::fs::rename(&key, &aside).expect("it is lost");
    let before = Dump::of(&test.app.pool);
    let commands: [&[&str]; 6] = [
        &["serve"],
        &["jobs", "--until-idle"],
        &["check"],
        &["user", "link", "admin"],
        &["user", "reset-codes", "admin"],
        &["backup", "never.zip"],
    ];
    for arguments in commands {
        let told = refused(test, arguments);
        assert!(told.contains(&key.display().to_string()) && told.contains("secret.key"), "{arguments:?}: {told}");
        assert!(!key.exists(), "{arguments:?}");
    }
    let told = started(test, (*test.app.settings).clone()).err().expect("it is refused");
    for word in ["one-time codes", "seals", "backups", "LUYUE_SECRET", "docs/operations.md"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert_eq!(before.changes(&Dump::of(&test.app.pool)), Vec::<String>::new());
    // A second machine on the same database, with a data folder of its own, is one without the key too.
    let data = test.app.settings.data.join("second");
    let second = Settings { data: data.clone(), ..(*test.app.settings).clone() };
    assert!(started(test, second.clone()).is_err() && !data.join("secret.key").exists());
    let secret = String::from_utf8(kept).expect("text").trim().to_owned();
    started(test, Settings { secret: Some(secret), ..second }).expect("the secret in the settings is the key");
    std::fs::rename(&aside, &key).expect("it is put back");
    started(test, (*test.app.settings).clone()).expect("it starts");
    assert_eq!(unsealed_differences(test), []);
}

fn an_empty_place_gets_a_key(engine: fn() -> Place) {
    // A program that was started once and never used.
    let test = TestApp::empty(engine);
    let key = test.app.settings.key_file();
    assert!(key.exists());
    std::fs::remove_file(&key).expect("it is deleted");
    started(&test, (*test.app.settings).clone()).expect("it starts");
    assert!(key.exists());
    // Seals depend on the key, also where no one was added yet.
    assert_eq!(seals::seal_day(&test.app).expect("the day is sealed"), 1);
    std::fs::remove_file(&key).expect("it is lost");
    assert!(started(&test, (*test.app.settings).clone()).is_err() && !key.exists());
}

mod empty {
    use super::an_empty_place_gets_a_key;
    use crate::support::app::{postgres_place, sqlite_place};

    #[test]
    fn sqlite() {
        an_empty_place_gets_a_key(sqlite_place);
    }

    #[test]
    fn postgres() {
        an_empty_place_gets_a_key(postgres_place);
    }
}
