//! Emails deleted from the queue: `luyue check` tells each, whatever it was about and whatever queued it.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::schema::emails;
use luyue::services::audit::check;

use crate::notifications::{active, calendar};
use crate::on_both_engines;
use crate::registry::added;
use crate::support::app::{TestApp, unsealed_differences};

on_both_engines! { a_deleted_email_is_told_wherever_it_was_queued }

fn a_deleted_email_is_told_wherever_it_was_queued(test: &TestApp) {
    active(test, "N-1");
    added(test, "wang.fang", "officer", "XC-JUSTICE");
    test.at("2026-06-23", 8);
    calendar(&test.app);
    // What is in the queue already is neither queued nor recorded again.
    calendar(&test.app);
    assert_eq!(unsealed_differences(test), []);
    let connection = &mut *test.app.pool.get().expect("a connection");
    let queued: Vec<(String, String)> =
        emails::table.select((emails::public_id, emails::kind)).load(connection).expect("the queue");
    let kinds: BTreeSet<&str> = queued.iter().map(|(_, kind)| kind.as_str()).collect();
    // From an act on a contract, from one on a person, and from two jobs that touch nothing else.
    for kind in ["contract-state", "password-link", "due-7", "seal-made"] {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
    connection.batch_execute("DELETE FROM undelivered; DELETE FROM emails").expect("all are deleted");
    let found = check::check(&test.app, |_| ()).expect("the check runs").differences;
    let named = found.iter().filter(|found| found.at.starts_with("email ")).count();
    assert_eq!(named, queued.len().min(20), "{found:?}");
    if queued.len() > 20 {
        let rest = format!("{} more rows are gone", queued.len() - 20);
        assert!(found.iter().any(|found| found.what == rest), "{found:?}");
    }
    let found = check::check_one(&test.app, "N-1").expect("the check runs").differences;
    assert!(found.iter().any(|found| found.what.starts_with("email ")), "{found:?}");
}
