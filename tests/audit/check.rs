//! `luyue check`: no differences in what the program wrote, and every change made directly in the database is found.

mod command;
mod daily_seals;
mod saved_seals;
mod schema;
mod sweep;
mod tampering;
mod untold;
mod working;

use diesel::connection::SimpleConnection;
use luyue::services::audit::{check, seals};

use crate::on_both_engines;
use crate::payments::setup;
use crate::support::app::{TestApp, differences};

on_both_engines! { what_the_program_wrote_has_no_difference a_changed_row_is_told_after_later_acts_too }

/// Sets up a contract at midyear with facts of every kind, breaches, an open and a paid payment request; seals the day.
fn written(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    setup::asked(test, &contract, "MIDYEAR", &serde_json::json!({}));
    assert_eq!(seals::seal_day(&test.app).expect("the day is sealed"), 1);
}

fn what_the_program_wrote_has_no_difference(test: &TestApp) {
    written(test);
    let report = check::check(&test.app, |_| ()).expect("the check runs");
    assert_eq!(report.differences, []);
    assert!(
        report.contracts == 1 && report.facts > 10 && report.events > 5 && report.appropriations == 1,
        "{report:?}"
    );
}

fn a_changed_row_is_told_after_later_acts_too(test: &TestApp) {
    let contract = setup::midyear(test);
    setup::paid(test, &contract, "ADVANCE");
    let asked = setup::asked(test, &contract, "MIDYEAR", &serde_json::json!({}));
    assert_eq!(differences(test), []);
    let mut connection = test.app.pool.get().expect("a connection");
    connection.batch_execute("UPDATE commitments SET amount_fen = amount_fen - 1").expect("the row is changed");
    drop(connection);
    let told = || differences(test).iter().any(|found| found.what.contains("the rows in commitments"));
    assert!(told(), "{:?}", differences(test));
    setup::step(test, "justice", &asked, "confirm", &serde_json::json!({})).expect_status(200);
    let incident = serde_json::json!({ "id": "2026-01-LEAK", "clause": "LEAK" });
    test.by("justice").post(&format!("contracts/{contract}/incidents"), &incident).expect_status(201);
    assert!(told(), "{:?}", differences(test));
}
