//! Machines whose clocks differ: on PostgreSQL they use its clock, so none refuses what another has recorded.

use chrono::{NaiveDateTime, TimeDelta};
use luyue::app::App;
use luyue::clock::{Clock, Ids};
use luyue::services::operations::database_clock::follow_database;
use luyue::storage::backend::database_time;
use luyue::storage::identity::people;
use serde_json::json;

use crate::support::app::{BOUNDS, Somebody, TestApp, serve};
use crate::support::programme;

/// Difference between the machines' clocks.
const APART: TimeDelta = TimeDelta::minutes(26);

/// Returns another machine of the same installation.
fn machine(test: &TestApp, clock: Clock) -> App {
    App::start((*test.app.settings).clone(), clock, Ids::Random).expect("the program starts")
}

fn time_of(test: &TestApp) -> NaiveDateTime {
    let mut connection = test.app.pool.get().expect("a connection");
    database_time(&mut connection).expect("the database answers").expect("PostgreSQL has a clock")
}

/// A machine's server, stopped on drop.
struct Server<'a> {
    test: &'a TestApp,
    app: &'a App,
    url: String,
    handle: actix_web::dev::ServerHandle,
}

impl<'a> Server<'a> {
    fn start(test: &'a TestApp, app: &'a App) -> Self {
        let ((handle, _), url) = serve(app, BOUNDS);
        Self { test, app, url, handle }
    }

    /// Returns a client that is signed in on this machine.
    fn by(&self, username: &str) -> Somebody<'a> {
        let person = people::by_username(&mut self.app.pool.get().expect("a connection"), username);
        let person = person.expect("people can be read").expect("the user");
        let (id, now) = (self.app.ids.uuid(), self.app.clock.now().and_utc());
        let (token, _) = self.app.tokens.issue(&person.public_id, person.token_version, &id, now).expect("a token");
        self.test.nobody().at(&self.url).with("Authorization", &format!("Bearer {token}"))
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// Registers a draft on one machine and submits it on another; returns the status of the second act.
fn written_on_both(test: &TestApp, first: &App, second: &App, number: &str) -> u16 {
    let input = programme::input(test, number);
    let (first, second) = (Server::start(test, first), Server::start(test, second));
    let made = first.by("justice").post("contracts", &input).expect_status(201);
    let path = format!("contracts/{}/actions/submit", made["id"].as_str().expect("an id"));
    second.by("justice").post(&path, &json!({})).status
}

#[test]
fn machines_whose_clocks_are_26_minutes_apart_write_one_after_the_other() {
    let test = TestApp::postgres();
    let now = time_of(&test);
    let (fast, slow) = (Clock::standing_at(now + APART), Clock::standing_at(now));
    let (first, second) = (machine(&test, fast.clone()), machine(&test, slow.clone()));
    assert_eq!(written_on_both(&test, &first, &second, "T-1"), 503, "with clocks of their own");
    let (first, second) = (machine(&test, fast.following()), machine(&test, slow.following()));
    for app in [&first, &second] {
        follow_database(app).expect("the database answers");
        assert!((app.clock.now() - time_of(&test)).abs() < TimeDelta::seconds(30), "{}", app.clock.now());
        assert!(!app.clock.is_real(), "a clock that was set stays one");
    }
    assert_eq!(written_on_both(&test, &first, &second, "T-2"), 200);
    assert_eq!(written_on_both(&test, &second, &first, "T-3"), 200);
}

#[test]
fn a_clock_follows_only_what_it_can_trust() {
    let test = TestApp::sqlite();
    let now = test.now();
    let second = TimeDelta::seconds(1);
    let clock = Clock::standing_at(now).following();
    assert_eq!(clock.follow(now, now + APART, now + second * 2), None, "the answer took too long");
    assert_eq!(clock.now(), now);
    assert_eq!(clock.follow(now, now + APART, now), Some(APART));
    assert_eq!((clock.now(), clock.machine_now()), (now + APART, now));
    clock.follow(now, now + APART + TimeDelta::milliseconds(20), now);
    assert_eq!(clock.now(), now + APART, "a small difference may come from the way");
    clock.follow(now, now - second, now);
    assert_eq!(clock.now(), now - second, "also backwards");
    clock.set(now + second);
    assert_eq!(clock.now(), now);
    assert_eq!(Clock::standing_at(now).follow(now, now + APART, now), None, "not unless it was asked to");
    // SQLite has no clock of its own.
    let app = App { clock: Clock::standing_at(now).following(), ..test.app.clone() };
    follow_database(&app).expect("nothing to do");
    assert_eq!(app.clock.now(), now);
}
