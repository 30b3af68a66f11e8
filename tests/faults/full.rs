//! A program that can write no byte more, as on a full disk: it answers that it is unavailable, goes on reading, and
//! writes again without a restart as soon as there is room.
//!
//! `FULL_ROUNDS=500 FULL_SEED=7 cargo test --test all fills_up -- --nocapture` has the disk end at as many places within
//! SQLite's log.

use std::process::Command;

use diesel::prelude::*;
use luyue::clock::Seeded;
use luyue::schema::contracts;
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{running, submissions};
use crate::faults::killed::Served;
use crate::on_both_engines;
use crate::support::app::{FORM, Reply, Somebody, TestApp, form, unsealed_differences};
use crate::support::by_hand::setting;
use crate::support::outage;
use crate::support::programme;
use crate::support::race::race;

on_both_engines! { a_full_disk_is_told_of_and_survived }

/// Sets the largest size of files that a process may write, beyond which writes fail.
fn limit(process: u32, bytes: &str) {
    let fsize = format!("--fsize={bytes}:unlimited");
    let done = Command::new("prlimit").args(["--pid", &process.to_string(), &fsize]).status();
    assert!(done.expect("prlimit runs").success());
}

/// Starts the program so that a write beyond the limit fails instead of ending it.
fn served(test: &TestApp) -> Served {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_luyue")]);
    Served::started_by(test, test.now(), command)
}

fn upload(client: &Somebody<'_>, path: &str) -> Reply {
    let mut content = b"report".to_vec();
    content.resize(60_000, b' ');
    let body = form("files", &[("quantity", "590")], &[("报告.pdf", &pdf(&content))]);
    client.send("POST", path, Some(FORM), &body)
}

fn a_full_disk_is_told_of_and_survived(test: &TestApp) {
    let contract = running(test);
    let input = programme::input(test, "F-1");
    let served = served(test);
    let officer = || test.by("justice").at(&served.url).with("Idempotency-Key", "full-1");
    let contractor = || test.by("contractor").at(&served.url).with("Idempotency-Key", "full-2");
    let path = format!("/api/v1/{}", submissions(&contract));
    let inputs = ["F-2", "F-3", "F-4"].map(|number| programme::input(test, number));
    let register = |number: usize| {
        let officer = test.by("justice").at(&served.url).with("Idempotency-Key", &format!("shared-{number}"));
        officer.post("contracts", &inputs[number])
    };
    limit(served.process(), "1000");
    let full = upload(&contractor(), &path);
    assert_eq!((full.status, full.header("retry-after")), (503, "5"), "{}", full.json);
    // PostgreSQL's disk is another one.
    let draft = officer().post("contracts", &input);
    let expected = if outage::sqlite_path(test).is_some() { 503 } else { 201 };
    assert_eq!(draft.status, expected, "{}", draft.json);
    let drafts = race(inputs.len(), register);
    assert!(drafts.iter().all(|draft| draft.status == expected), "{drafts:?}");
    assert_eq!(officer().get(&contract).status, 200, "it is still read");
    assert_eq!(test.nobody().at(&served.url).get("/healthz").status, 200);
    limit(served.process(), "unlimited");
    let sent = upload(&contractor(), &path).expect_status(201);
    assert_eq!(sent["files"].as_array().map(Vec::len), Some(1));
    let made = officer().post("contracts", &input).expect_status(201);
    assert_eq!(made["state"], json!("draft"));
    assert_eq!(upload(&contractor(), &path).json, sent, "the same request again");
    assert!(race(inputs.len(), register).iter().all(|draft| draft.status == 201));
    drop(served);
    assert_eq!(unsealed_differences(test), []);
}

/// Rounds after which the program starts again, before the tokens of its clients end.
const ROUNDS_OF_A_START: u64 = 100;

/// Registers contracts until the program has no room for one, makes room, and repeats the last; returns how many are
/// registered.
fn registered_on_a_full_disk(test: &TestApp, served: &Served, appropriation: &str, (round, room): (u64, u64)) -> i64 {
    let log = format!("{}-wal", outage::sqlite_path(test).expect("SQLite"));
    let written = std::fs::metadata(log).map_or(0, |about| about.len());
    limit(served.process(), &(written + room).to_string());
    for count in 0.. {
        let number = format!("F-{round}-{count}");
        let mut input = programme::input_from(&number, appropriation);
        input["title"] = json!(format!("社区矫正社会工作服务 {number}"));
        let send = || test.by("justice").at(&served.url).with("Idempotency-Key", &number).post("contracts", &input);
        let reply = send();
        if reply.status == 503 {
            assert_eq!(reply.header("retry-after"), "5", "{}", reply.json);
            assert_eq!(test.by("justice").at(&served.url).get("contracts").status, 200, "it is still read");
            limit(served.process(), "unlimited");
            send().expect_status(201);
            return count + 1;
        }
        reply.expect_status(201);
    }
    0
}

#[test]
fn a_disk_that_fills_up_at_any_byte_loses_nothing() {
    let (rounds, seed) = (setting("FULL_ROUNDS", 3), setting("FULL_SEED", 1));
    let mut random = Seeded::new(seed);
    let test = &TestApp::sqlite();
    let appropriation = programme::appropriation(test, "468000.00");
    let mut served_now = served(test);
    let mut registered = 0;
    for round in 0..rounds {
        if round > 0 && round.is_multiple_of(ROUNDS_OF_A_START) {
            drop(served_now);
            served_now = served(test);
        }
        let room = random.draw() % 300_000;
        registered += registered_on_a_full_disk(test, &served_now, &appropriation, (round, room));
    }
    drop(served_now);
    let mut connection = test.app.pool.get().expect("a connection");
    let stored: i64 =
        contracts::table.filter(contracts::number.like("F-%")).count().get_result(&mut *connection).expect("counted");
    drop(connection);
    assert_eq!(stored, registered);
    assert_eq!(unsealed_differences(test), []);
    println!(
        "FULL_SEED={seed} FULL_ROUNDS={rounds}: the disk was full {rounds} times, {registered} contracts registered, \
         each once, without a restart for it; no difference"
    );
}
