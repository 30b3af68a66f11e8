//! Reminders and breaches on their dates: each once, none early, whatever the clock and the downtime.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use luyue::clock::{at_hour, civil_day};
use luyue::jobs;
use luyue::schema::{breaches, contracts};

use crate::notifications::{Row, active, calendar, rows};
use crate::support::app::{TestApp, day};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_breach_is_found_on_the_day_of_since
    a_clock_that_is_set_back_does_no_harm
    nobody_is_told_twice_by_two_workers
}

on_sqlite_first! {
    each_reminder_is_sent_once_on_its_day
    after_downtime_people_hear_of_the_stage_that_is_reached
}

fn days(from: &str, until: &str) -> impl Iterator<Item = NaiveDate> {
    let until = day(until);
    day(from).iter_days().take_while(move |day| *day <= until)
}

fn at(test: &TestApp, day: NaiveDate, hour: u32) {
    test.app.clock.set(at_hour(day, hour));
}

fn of<'a>(rows: &'a [Row], subject: &str, to: &str) -> Vec<(&'a str, String)> {
    let found = rows.iter().filter(|row| row.subject_key == subject && row.to == to);
    found.map(|row| (row.kind.as_str(), row.written_on().to_string())).collect()
}

fn each_reminder_is_sent_once_on_its_day(test: &TestApp) {
    active(test, "N-1");
    for day in days("2026-06-10", "2026-07-20") {
        for hour in [0, 9, 23] {
            at(test, day, hour);
            calendar(&test.app);
        }
    }
    let rows = rows(test);
    let expected =
        [("due-7", "2026-06-23"), ("due-3", "2026-06-27"), ("due-1", "2026-06-29"), ("overdue", "2026-07-01")];
    assert_eq!(of(&rows, "deliver/VISIT-H1", "contractor"), expected.map(|(kind, day)| (kind, day.to_owned())));
    assert_eq!(of(&rows, "deliver/VISIT-H1", "contractor-2"), []);
    let subject =
        |kind| &rows.iter().find(|row| row.kind == kind && row.subject_key == "deliver/VISIT-H1").expect(kind).subject;
    assert_eq!(subject("due-7"), "待办提醒：提交成果“上半年上门走访”，还有 7 天（合同 N-1）");
    assert_eq!(subject("overdue"), "已逾期：提交成果“上半年上门走访”，已逾期 1 天（合同 N-1）");
}

fn after_downtime_people_hear_of_the_stage_that_is_reached(test: &TestApp) {
    active(test, "N-1");
    test.at("2026-06-22", 1);
    calendar(&test.app);
    let before = rows(test);
    assert_eq!(of(&before, "deliver/VISIT-H1", "contractor"), []);
    test.at("2026-07-04", 8);
    calendar(&test.app);
    let after = rows(test);
    assert_eq!(of(&after, "deliver/VISIT-H1", "contractor"), [("overdue", "2026-07-04".to_owned())]);
    for to in ["contractor", "justice", "justice-2"] {
        for (subject, since) in [("LATE/VISIT-H1", "2026-07-03"), ("LATE/EDU-H1", "2026-06-25")] {
            let found: Vec<_> = after.iter().filter(|row| row.subject_key == subject && row.to == to).collect();
            assert_eq!(found.len(), 1, "{subject} {to}");
            let kind = if to == "contractor" { "breach-found" } else { "breach-noted" };
            assert_eq!((found[0].kind.as_str(), found[0].due_on), (kind, day(since)));
        }
    }
    assert!(
        after.iter().filter(|row| row.kind == "breach-found").all(|row| row.due_on <= row.written_on()),
        "none early"
    );
    for days in 0..3 {
        at(test, day("2026-07-04").checked_add_days(Days::new(days)).expect("a day"), 9);
        calendar(&test.app);
    }
    let again: Vec<_> = rows(test).into_iter().filter(|row| row.subject_key.ends_with("VISIT-H1")).collect();
    assert_eq!(again, after.iter().filter(|row| row.subject_key.ends_with("VISIT-H1")).cloned().collect::<Vec<_>>());
}

fn a_breach_is_found_on_the_day_of_since(test: &TestApp) {
    let id = active(test, "N-1");
    for day in days("2026-06-19", "2026-08-02") {
        at(test, day, 0);
        calendar(&test.app);
        let found: Vec<(String, String, NaiveDate, NaiveDateTime)> = breaches::table
            .order((breaches::clause, breaches::subject))
            .select((breaches::clause, breaches::subject, breaches::since, breaches::found_at))
            .load(&mut *test.app.pool.get().expect("a connection"))
            .expect("breaches");
        assert!(found.iter().all(|(_, _, since, at)| civil_day(*at) == *since), "{found:?}");
        let standing = test.by("justice").get(&format!("contracts/{id}/standing?as_of={day}")).expect_status(200);
        let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let stands: BTreeSet<(String, String, String)> = standing["breaches"]
            .as_array()
            .expect("breaches")
            .iter()
            .map(|breach| (word(&breach["clause"]), word(&breach["subject"]), word(&breach["since"])))
            .collect();
        let kept = found.into_iter().map(|(clause, subject, since, _)| (clause, subject, since.to_string())).collect();
        assert_eq!(stands, kept, "{day}");
    }
    let told: BTreeSet<_> = rows(test)
        .into_iter()
        .filter(|row| row.kind == "breach-found" && row.to == "contractor")
        .map(|row| (row.subject_key.clone(), row.due_on, row.written_on()))
        .collect();
    assert!(told.len() >= 6, "late and never delivered, three deliverables: {told:?}");
    assert!(told.iter().all(|(_, since, written)| since == written), "{told:?}");
}

fn a_clock_that_is_set_back_does_no_harm(test: &TestApp) {
    active(test, "N-1");
    let midnight = at_hour(day("2026-07-03"), 0);
    for minutes in [-30, 20, -40, -39, 21, 400] {
        test.app.clock.set(midnight + TimeDelta::minutes(minutes));
        calendar(&test.app);
    }
    let rows = rows(test);
    let breach: Vec<_> =
        rows.iter().filter(|row| row.subject_key == "LATE/VISIT-H1" && row.to == "contractor").collect();
    assert_eq!(breach.len(), 1);
    assert_eq!(breach[0].written_on(), day("2026-07-03"));
    let mut keys: Vec<_> = rows.iter().map(|row| (&row.kind, &row.subject_key, &row.to, row.due_on)).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
    // A contract with a record later than the clock is left alone until the clock gets there.
    test.app.clock.set(midnight + TimeDelta::days(40));
    let connection = &mut *test.app.pool.get().expect("a connection");
    diesel::update(contracts::table)
        .set(contracts::recorded_at.eq(midnight + TimeDelta::days(41)))
        .execute(connection)
        .expect("set");
    calendar(&test.app);
    let next: NaiveDate = contracts::table.select(contracts::next_change).first(connection).expect("a contract");
    assert!(next <= day("2026-08-12"), "it waits: {next}");
    test.app.clock.set(midnight + TimeDelta::days(42));
    calendar(&test.app);
    let next: NaiveDate = contracts::table.select(contracts::next_change).first(connection).expect("a contract");
    assert!(next > day("2026-08-14"), "it was brought up to date: {next}");
}

fn nobody_is_told_twice_by_two_workers(test: &TestApp) {
    for number in ["N-1", "N-2", "N-3"] {
        active(test, number);
    }
    test.at("2026-07-04", 1);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| jobs::run_until_idle(&test.app).expect("the jobs run"));
        }
    });
    let rows = rows(test);
    for to in ["contractor", "justice"] {
        let told = rows.iter().filter(|row| row.subject_key == "LATE/VISIT-H1" && row.to == to).count();
        assert_eq!(told, 3, "one for each contract");
    }
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.message_id).collect();
    assert_eq!(ids.len(), rows.len());
}
