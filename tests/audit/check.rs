//! `luyue check`: no differences in what the program wrote, and every change made directly in the database is found.

mod command;
mod daily_seals;
mod sweep;
mod tampering;
mod untold;

use luyue::services::audit::{check, seals};

use crate::on_both_engines;
use crate::payments::setup;
use crate::support::app::TestApp;

on_both_engines! { what_the_program_wrote_has_no_difference }

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
