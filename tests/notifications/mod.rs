//! Notifications and the jobs that send them: reminders, breaches, emails; on both engines, with a clock that the tests
//! set.

mod bounced;
mod calendar;
mod chosen;
mod feed;
mod gateway;
mod posted;
mod reminded;
mod sending;
mod templates;
mod told;
mod undelivered;
mod words;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use luyue::app::App;
use luyue::clock::civil_day;
use luyue::jobs::{self, Worked};
use luyue::schema::{emails, people};

use crate::support::app::TestApp;
use crate::support::programme;

/// A row of the email queue.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
struct Row {
    id: i64,
    message_id: String,
    kind: String,
    subject_key: String,
    to: String,
    due_on: NaiveDate,
    subject: String,
    state: String,
    attempts: i32,
    next_try_at: NaiveDateTime,
    answer: String,
    created_at: NaiveDateTime,
}

impl Row {
    fn written_on(&self) -> NaiveDate {
        civil_day(self.created_at)
    }
}

/// Loads all emails, oldest first.
fn rows(test: &TestApp) -> Vec<Row> {
    emails::table
        .inner_join(people::table)
        .order(emails::id)
        .select((
            emails::id,
            emails::message_id,
            emails::kind,
            emails::subject_key,
            people::username,
            emails::due_on,
            emails::subject,
            emails::state,
            emails::attempts,
            emails::next_try_at,
            emails::answer,
            emails::created_at,
        ))
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("letters")
}

/// Runs the date-driven jobs until idle, without email.
pub fn calendar(app: &App) {
    for (name, step) in jobs::CALENDAR {
        while step(app).unwrap_or_else(|error| panic!("{name}: {error}")) != Worked(0) {}
    }
}

/// Sends all due emails.
fn mail(app: &App) -> usize {
    let mut all = 0;
    while let Worked(done @ 1..) = jobs::mail_step(app).expect("mail") {
        all += done;
    }
    all
}

/// Sets up a contract active since 2026-01-05; returns its identifier.
pub fn active(test: &TestApp, number: &str) -> String {
    let id = programme::registered(test, number);
    programme::activate(test, &id);
    id
}
