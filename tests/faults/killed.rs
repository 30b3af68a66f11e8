//! The program is killed while it writes: what it had answered is there, nothing is there by half, and it starts again.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};

use luyue::services::check;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;

on_both_engines! { what_was_answered_is_there_and_nothing_by_half }

/// Answers before the program is killed.
const ANSWERS: usize = 12;

/// `luyue serve` on the test's database.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(test: &TestApp) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["serve", "--listen", "127.0.0.1:0", "--no-jobs", "--clock", "2026-01-05T09:00:00+08:00"])
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
}

impl Drop for Served {
    fn drop(&mut self) {
        // SIGKILL: it is told nothing and can do nothing more.
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it has ended");
    }
}

/// What the server answers; nothing once it is dead.
fn post(url: &str, token: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("{url}/api/v1/{path}")).header("Authorization", format!("Bearer {token}"));
    let mut answer = request.send_json(body).ok()?;
    let json = answer.body_mut().read_json().ok()?;
    Some((answer.status().as_u16(), json))
}

/// Registers and submits contracts until the server is dead, and tells of each that was answered.
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
            // The last that was told of a contract; it may have gone one step further without an answer.
            let submitted: BTreeSet<&String> =
                answered.iter().filter(|(_, state)| *state == "submitted").map(|(id, _)| id).collect();
            for (id, _) in &answered {
                let found = test.by("justice").get(&format!("contracts/{id}")).ok(200);
                let state = found["state"].as_str().expect("a state");
                assert!(state == "submitted" || (state == "draft" && !submitted.contains(id)), "{id}: {state}");
            }
            assert!(answered.len() >= ANSWERS);
        });
        let report = check::check(&test.app, |_| ()).expect("the check runs");
        assert_eq!(report.differences, [], "round {round}");
    }
    let served = Served::start(test);
    let input = programme::input_from("K-last", input["appropriation"].as_str().expect("an id"));
    assert_eq!(post(&served.url, &token, "contracts", &input).expect("it answers").0, 201);
}
