//! Daily seals: deleted, skipped and forged seals are reported; what left the machine is compared.

use chrono::NaiveDate;
use luyue::adapters::secrets::Secret;
use luyue::app::App;
use luyue::clock::{Clock, Ids, at_hour};
use luyue::config::Settings;
use luyue::services::audit::check::{self, Difference};
use luyue::services::audit::seals;

use crate::audit::check::tampering::{copy, tamper};
use crate::payments::setup;
use crate::support::app::TestApp;

/// Seals three days of a contract on which something was recorded.
pub(super) fn three_days(test: &TestApp) {
    let contract = setup::midyear(test);
    for day in 17..20 {
        test.at(&format!("2026-07-{day}"), 9);
        setup::ask(test, "contractor", &contract, "MIDYEAR", &serde_json::json!({"amount": format!("{day}.00")}))
            .expect_status(201);
        assert_eq!(seals::seal_day(&test.app).expect("the day is sealed"), 1);
    }
}

fn told(app: &App) -> Vec<String> {
    words(check::check(app, |_| ()).expect("the check runs").differences)
}

fn words(found: Vec<Difference>) -> Vec<String> {
    found.into_iter().map(|found| format!("{}: {}", found.at, found.what)).collect()
}

#[test]
fn a_deleted_seal_is_told() {
    let test = TestApp::sqlite();
    three_days(&test);
    assert_eq!(told(&test.app), Vec::<String>::new());
    let cases = [
        ("DELETE FROM seals WHERE day = '2026-07-18'", "seal 2026-07-18: missing"),
        ("DELETE FROM seals WHERE day = '2026-07-18'", "seal 2026-07-19: invalid signature"),
        ("DELETE FROM seals WHERE day = '2026-07-19'", "the sealed heads differ from the signed ones"),
        ("DELETE FROM seals", ": missing, although records were made before 2026-07-19"),
        ("DELETE FROM seals; DELETE FROM sealed_heads", ": missing, although records were made before 2026-07-19"),
        ("UPDATE seals SET key_id = 'x' WHERE day = '2026-07-17'", "seal 2026-07-17: signed with another key, x"),
    ];
    for (number, (statement, what)) in cases.iter().enumerate() {
        let (app, path) = copy(&test, &format!("copy-{number}.db"));
        tamper(&path, statement);
        let found = told(&app);
        assert!(found.iter().any(|found| found.contains(what)), "{statement}: {found:?}");
    }
}

/// The days on which nothing was recorded need no seal.
#[test]
fn a_skipped_day_is_told_if_anything_was_recorded() {
    let test = TestApp::sqlite();
    three_days(&test);
    test.at("2026-07-25", 9);
    seals::seal_day(&test.app).expect("the day is sealed");
    assert_eq!(told(&test.app), Vec::<String>::new());
    test.at("2026-07-27", 9);
    setup::newcomer(&test, "new");
    test.by("justice").get("me").expect_status(200);
    let draft = serde_json::json!({"code": "341802", "name": "宣州区", "parent": "341800"});
    test.by("admin").post("regions", &draft).expect_status(201);
    assert_eq!(told(&test.app), Vec::<String>::new(), "the day is not over");
    test.at("2026-07-29", 9);
    let expected = "seal 2026-07-27: missing, although records were made before 2026-07-29";
    assert_eq!(told(&test.app), [expected]);
    seals::seal_day(&test.app).expect("the day is sealed");
    assert_eq!(told(&test.app), [expected], "and it stays told");
}

/// A person who rewrites a chain and waits for the next seal is detected all the same.
#[test]
fn a_loss_outlives_the_next_seal() {
    let test = TestApp::sqlite();
    three_days(&test);
    let (app, path) = copy(&test, "copy.db");
    tamper(
        &path,
        "DELETE FROM events WHERE stream LIKE 'contract:%' AND seq > 2;
         UPDATE hash_chains SET seq = 2, hash = (SELECT hash FROM events WHERE stream LIKE 'contract:%' AND seq = 2)
         WHERE stream LIKE 'contract:%'",
    );
    app.clock.set(at_hour(NaiveDate::from_ymd_opt(2026, 7, 20).expect("a day"), 9));
    seals::seal_day(&app).expect("the day is sealed");
    let found = told(&app);
    assert!(found.iter().any(|found| found.contains("sealed record")), "{found:?}");
}

#[test]
fn the_seal_goes_to_the_supervisors_and_into_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seals.txt");
    let test = TestApp::sqlite_with(|settings| settings.seal_file = Some(file.clone()));
    three_days(&test);
    seals::seal_day(&test.app).expect("nothing is left to do");
    let text = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(text.matches("luyue-seal").count(), 3, "{text}");
    assert_eq!(
        words(seals::compare(&test.app, &[], text.as_bytes()).expect("they are compared")),
        Vec::<String>::new()
    );
    assert_eq!(setup::letters_of(&test, "seal-made"), ["audit@luyue.test"; 3]);
    let quoted = format!("写道：\n> {}\n-- \n", text.replace('\n', "\r\n> "));
    assert_eq!(
        words(seals::compare(&test.app, &[], quoted.as_bytes()).expect("they are compared")),
        Vec::<String>::new()
    );
    let (app, path) = copy(&test, "copy.db");
    tamper(&path, "DELETE FROM seals WHERE day = '2026-07-19'; UPDATE seals SET digest = 'x' WHERE day = '2026-07-18'");
    let found = words(seals::compare(&app, &[], text.as_bytes()).expect("they are compared"));
    assert_eq!(
        found,
        [
            "seal 2026-07-18: the database has another seal than the given one",
            "seal 2026-07-19: given, but missing in the database"
        ]
    );
    let forged = text.replacen("digest ", "digest 0", 1);
    let found = words(seals::compare(&test.app, &[], forged.as_bytes()).expect("they are compared"));
    assert_eq!(found, ["seal 2026-07-17: the given seal was not signed by this installation"]);
    assert!(seals::compare(&test.app, &[], b"nothing").is_err());
}

#[test]
fn another_secret_is_told_unless_it_is_given() {
    let test = TestApp::sqlite();
    three_days(&test);
    let earlier = Secret::load(&test.app.settings.data.join("secret.key")).expect("the secret of the test");
    let (copied, path) = copy(&test, "copy.db");
    drop(copied);
    let secret = Some("kY3v-8Qm2_xT7wRz0aLnB5cHdJ9fGpSu1eVoXi4".to_owned());
    let settings = Settings { database_url: Some(format!("sqlite://{path}")), secret, ..(*test.app.settings).clone() };
    let app = App::start(settings, Clock::standing_at(test.now()), Ids::sequence()).expect("the copy opens");
    app.clock.set(test.now() + chrono::TimeDelta::days(1));
    seals::seal_day(&app).expect("the day is sealed");
    // Emails from before are signed with the earlier key too.
    let (seals, others): (Vec<String>, Vec<String>) =
        told(&app).into_iter().partition(|told| told.starts_with("seal "));
    assert!(
        matches!(seals.as_slice(), [only] if only.starts_with("seal 2026-07-17: signed with another key")),
        "{seals:?}"
    );
    let is_signed_row = |told: &String| told.contains("not as the program wrote");
    assert!(!others.is_empty() && others.len() <= 63 && others.iter().all(is_signed_row), "{others:?}");
    let given = check::check_with(&app, &[earlier], |_| ()).expect("the check runs").differences;
    assert_eq!(words(given), Vec::<String>::new());
}
