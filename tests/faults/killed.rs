//! Killing the program while it writes: everything it answered is stored, nothing is half done, and it starts again.
//! First under load, then in the middle of each operation: at its first row, at its last, and during the commit.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

use crate::faults::operations::{Call, OPERATIONS, Operation};

use crate::on_both_engines;
use crate::support::app::{Reply, TestApp, unsealed_differences};
use crate::support::by_hand::setting;
use crate::support::digest::Dump;
use crate::support::outage::{self, Held, Stuck};
use crate::support::programme;

on_both_engines! { what_was_answered_is_there_and_nothing_by_half }

/// Number of answers before the program is killed.
const ANSWERS: usize = 12;

/// A running `luyue serve` on the test's database.
pub struct Served {
    child: Child,
    pub url: String,
}

impl Served {
    /// Starts it with the test's clock.
    pub fn start(test: &TestApp) -> Self {
        Self::started_at(test, test.now())
    }

    fn started_at(test: &TestApp, now: NaiveDateTime) -> Self {
        Self::started_by(test, now, Command::new(env!("CARGO_BIN_EXE_luyue")))
    }

    /// Starts it through a command that ends with the path of the program.
    pub fn started_by(test: &TestApp, now: NaiveDateTime, mut command: Command) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--no-jobs", "--clock", &now.and_utc().to_rfc3339()])
            .env("LUYUE_DATABASE_URL", test.app.settings.database_url())
            .env("LUYUE_DATA", &test.app.settings.data)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let url = lines
            .find_map(|line| line.expect("a line").strip_prefix("ready ").map(str::to_owned))
            .expect("it says that it is ready");
        Self { child, url }
    }

    /// Returns the number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Served {
    /// Kills the program with SIGKILL, so that it can do nothing more.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it has ended");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads the server's answer; `None` once it is dead.
fn post(url: &str, token: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("{url}/api/v1/{path}")).header("Authorization", format!("Bearer {token}"));
    let mut answer = request.send_json(body).ok()?;
    let json = answer.body_mut().read_json().ok()?;
    Some((answer.status().as_u16(), json))
}

/// Registers and submits contracts until the server is dead, and reports each answer.
fn write_on(url: &str, token: &str, input: &Value, name: &str, told: &Sender<(String, &'static str)>) {
    for number in 0.. {
        let mut input = input.clone();
        input["number"] = json!(format!("{name}-{number}"));
        let Some((status, made)) = post(url, token, "contracts", &input) else { return };
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_str().expect("an id").to_owned();
        told.send((id.clone(), "draft")).expect("somebody counts");
        let Some((status, done)) = post(url, token, &format!("contracts/{id}/actions/submit"), &json!({})) else {
            return;
        };
        assert_eq!(status, 200, "{done}");
        told.send((id, "submitted")).expect("somebody counts");
    }
}

fn what_was_answered_is_there_and_nothing_by_half(test: &TestApp) {
    let input = programme::input(test, "K");
    let token = test.token("justice");
    for round in 0..3 {
        let served = Served::start(test);
        let url = served.url.clone();
        let (send, receive) = channel();
        std::thread::scope(|scope| {
            for writer in 0..3 {
                let (url, token, input, send) = (&url, &token, &input, send.clone());
                scope.spawn(move || write_on(url, token, input, &format!("K-{round}-{writer}"), &send));
            }
            drop(send);
            let mut answered: Vec<(String, &str)> = receive.iter().take(ANSWERS).collect();
            drop(served);
            answered.extend(receive.iter());
            // The last answer about a contract; the contract may be one step further without an answer.
            let submitted: BTreeSet<&String> =
                answered.iter().filter(|(_, state)| *state == "submitted").map(|(id, _)| id).collect();
            for (id, _) in &answered {
                let found = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
                let state = found["state"].as_str().expect("a state");
                assert!(state == "submitted" || (state == "draft" && !submitted.contains(id)), "{id}: {state}");
            }
            assert!(answered.len() >= ANSWERS);
        });
        assert_eq!(unsealed_differences(test), [], "round {round}");
    }
    let served = Served::start(test);
    let input = programme::input_from("K-last", input["appropriation"].as_str().expect("an id"));
    assert_eq!(post(&served.url, &token, "contracts", &input).expect("it answers").0, 201);
}

/// Moment at which the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment<'a> {
    /// During a write to a table.
    At(&'a str),
    /// During the commit.
    Commit,
}

/// An operation with a database in which it has not taken effect yet.
struct Attempt<'a> {
    test: &'a TestApp,
    operation: &'a Operation,
    call: Call,
    before: Dump,
}

impl Attempt<'_> {
    /// Returns the request, always with the same idempotency key.
    fn send(&self, url: &str) -> Result<Reply, ureq::Error> {
        self.call.try_send(self.test.by(self.operation.who).at(url).with("Idempotency-Key", "killed"))
    }

    /// Sends the request and kills the program when `ready` says so; until then nothing of it is visible.
    fn kill_when(&self, served: &mut Served, mut ready: impl FnMut() -> bool) {
        let url = served.url.clone();
        std::thread::scope(|scope| {
            let request = scope.spawn(|| self.send(&url));
            while !ready() {
                assert!(!request.is_finished(), "{}: {:?}", self.operation.name, request.join());
            }
            let seen = Dump::of(&self.test.app.pool);
            // Before any assertion, because the client would otherwise wait forever.
            served.kill();
            let answer = request.join().expect("the request ends");
            self.was_as_before(&seen, "while it is done");
            assert!(answer.is_err(), "{}: {answer:?}", self.operation.name);
        });
    }

    fn is_as_before(&self, when: &str) {
        self.was_as_before(&Dump::of(&self.test.app.pool), when);
    }

    fn was_as_before(&self, seen: &Dump, when: &str) {
        assert_eq!(self.before.changes(seen), Vec::<String>::new(), "{} {when}", self.operation.name);
    }

    fn killed_on_postgres(&self, served: &mut Served, moment: Moment<'_>) {
        let mut held = match moment {
            Moment::At(table) => Held::table(self.test, table),
            Moment::Commit => Held::commit(self.test),
        };
        let mut waiting = Vec::new();
        self.kill_when(served, || {
            waiting = held.waiting();
            !waiting.is_empty()
        });
        held.let_go(&waiting);
    }

    fn killed_on_sqlite(&self, served: &mut Served, moment: Moment<'_>) {
        match moment {
            Moment::At(table) => {
                let stuck = Stuck::at(self.test, table);
                self.kill_when(served, || stuck.somebody_writes());
            }
            // The database's log is written only when the transaction is committed.
            Moment::Commit => {
                let log = format!("{}-wal", outage::sqlite_path(self.test).expect("a file"));
                let written = || std::fs::metadata(&log).ok().map(|log| (log.len(), log.modified().ok()));
                let (url, before) = (served.url.clone(), written());
                std::thread::scope(|scope| {
                    let request = scope.spawn(|| self.send(&url));
                    while written() == before && !request.is_finished() {}
                    served.kill();
                    // The answer may have been sent just before.
                    drop(request.join().expect("the request ends"));
                });
            }
        }
    }
}

/// Kills the program at three moments of an operation, one after the other, and then completes the operation.
fn kill_in_the_middle(app: fn() -> TestApp, operation: &Operation) {
    let name = operation.name;
    let clean = {
        let test = app();
        let call = (operation.prepare)(&test);
        let before = Dump::of(&test.app.pool);
        let done = call.send(test.by(operation.who).with("Idempotency-Key", "killed"));
        assert!(done.status < 300, "{name}: {}", done.json);
        before.shape(&Dump::of(&test.app.pool))
    };
    let test = &app();
    let call = (operation.prepare)(test);
    let attempt = Attempt { test, operation, call, before: Dump::of(&test.app.pool) };
    let grows = |(table, (gone, come)): &(&String, &(usize, usize))| come > gone && *table != "idempotency";
    let first = clean.iter().find(grows).expect("an operation adds a row to some table").0;
    let moments = [Moment::At(first), Moment::At("idempotency"), Moment::Commit];
    let sqlite = outage::sqlite_path(test).is_some();
    let mut now = test.now();
    for moment in moments {
        let mut served = Served::started_at(test, now);
        if sqlite {
            attempt.killed_on_sqlite(&mut served, moment);
        } else {
            attempt.killed_on_postgres(&mut served, moment);
        }
        drop(served);
        // The next start must not have an earlier clock.
        now += TimeDelta::minutes(1);
        let shape = attempt.before.shape(&Dump::of(&test.app.pool));
        let whole = shape == clean;
        match moment {
            Moment::At(_) => attempt.is_as_before(&format!("after it was killed {moment:?}")),
            Moment::Commit => assert!(whole || (sqlite && shape.is_empty()), "{name} {moment:?}: {shape:?}"),
        }
        assert_eq!(unsealed_differences(test), [], "{name} {moment:?}");
    }
    let killed = Dump::of(&test.app.pool);
    let served = Served::started_at(test, now);
    let done = attempt.send(&served.url).expect("it answers");
    assert!(done.status < 300, "{name}: {}", done.json);
    let after = Dump::of(&test.app.pool);
    assert_eq!(attempt.before.shape(&after), clean, "{name}: one effect in all");
    if killed != attempt.before {
        assert_eq!(killed.changes(&after), Vec::<String>::new(), "{name}: a second effect");
    }
}

/// Kills the program in every second operation, and in those between on the other engine; in all of them with
/// `KILL_EVERY=1`.
fn kill_all(from: usize, app: fn() -> TestApp) {
    let every = usize::try_from(setting("KILL_EVERY", 2)).expect("a small number");
    for operation in OPERATIONS.iter().skip(from % every).step_by(every) {
        kill_in_the_middle(app, operation);
    }
}

mod in_the_middle {
    use super::{TestApp, kill_all};

    #[test]
    fn sqlite() {
        kill_all(0, TestApp::sqlite);
    }

    mod whole_run {
        use super::{TestApp, kill_all};

        #[test]
        fn postgres() {
            kill_all(1, TestApp::postgres);
        }
    }
}
