//! Kills under load with uploads: what was answered is stored once with its file, and what was not answered is stored
//! once after the client has asked again under the same key.
//!
//! `KILL_ROUNDS=1000 KILL_SEED=7 cargo test --test all kills -- --nocapture` kills longer; seed and figures are printed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use luyue::clock::Seeded;
use luyue::schema::{files, invoice_numbers};
use luyue::storage::audit::hash_chains::digest_bytes;

use crate::adapters::fixtures::pdf;
use crate::faults::killed::Served;
use crate::on_both_engines;
use crate::payments::setup;
use crate::support::app::{FORM, Reply, TestApp, form, unsealed_differences};
use crate::support::by_hand::setting;

on_both_engines! { no_upload_is_lost_or_stored_twice }

/// Clients that upload at the same time.
const CLIENTS: usize = 3;
/// Maximum number of answers before a kill.
const MOST_ANSWERS: u64 = 12;

/// Content of the invoice of a number; no other has the same.
fn paper(number: &str) -> Vec<u8> {
    let mut body = number.as_bytes().to_vec();
    body.resize(60_000, b' ');
    pdf(&body)
}

pub(super) fn upload(test: &TestApp, token: &str, url: &str, path: &str, number: &str) -> Option<Reply> {
    let body = form("file", &[("number", number), ("amount", "100.00")], &[("发票.pdf", &paper(number))]);
    let client =
        test.nobody().at(url).with("Authorization", &format!("Bearer {token}")).with("Idempotency-Key", number);
    client.try_send("POST", path, Some(FORM), &body).ok()
}

/// Uploads until the server is dead; returns the numbers, each with whether it was answered.
fn upload_until_dead(
    test: &TestApp,
    token: &str,
    (url, path): (&str, &str),
    first: usize,
    answers: &AtomicUsize,
) -> BTreeMap<String, bool> {
    let mut sent = BTreeMap::new();
    for count in 0.. {
        let number = format!("{:020}", first + count);
        let Some(reply) = upload(test, token, url, path, &number) else {
            sent.insert(number, false);
            break;
        };
        assert_eq!(reply.status, 201, "{}", reply.json);
        sent.insert(number, true);
        answers.fetch_add(1, Ordering::SeqCst);
    }
    sent
}

fn no_upload_is_lost_or_stored_twice(test: &TestApp) {
    let (rounds, seed) = (setting("KILL_ROUNDS", 2), setting("KILL_SEED", 1));
    let mut random = Seeded::new(seed);
    let path = format!("contracts/{}/milestones/ADVANCE/invoice", setup::advance(test));
    let token = test.token("contractor");
    let (mut all, mut unanswered, mut slowest) = (0, 0, Duration::ZERO);
    for round in 0..usize::try_from(rounds).expect("a number of rounds") {
        let mut served = Served::start(test);
        let url = served.url.clone();
        let kill_after = usize::try_from(random.draw() % MOST_ANSWERS).expect("a small number");
        let answers = AtomicUsize::new(0);
        let mut sent = BTreeMap::new();
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let (token, url, path, answers) = (&token, &url, &path, &answers);
                    let first = (round * CLIENTS + client + 1) * 100_000;
                    scope.spawn(move || upload_until_dead(test, token, (url, path), first, answers))
                })
                .collect();
            while answers.load(Ordering::SeqCst) < kill_after {
                std::thread::yield_now();
            }
            served.kill();
            for client in clients {
                sent.extend(client.join().expect("a client ends"));
            }
        });
        let began = Instant::now();
        let again = Served::start(test);
        slowest = slowest.max(began.elapsed());
        for (number, _) in sent.iter().filter(|(_, answered)| !**answered) {
            let reply = upload(test, &token, &again.url, &path, number).expect("it answers");
            assert_eq!(reply.status, 201, "{number}: {}", reply.json);
            unanswered += 1;
        }
        drop(again);
        all += sent.len();
        sent.keys().for_each(|number| is_there_once(test, number));
    }
    let mut connection = test.app.pool.get().expect("a connection");
    let stored: i64 = files::table.count().get_result(&mut *connection).expect("counted");
    drop(connection);
    assert_eq!(usize::try_from(stored), Ok(all), "no other file has a row");
    assert_eq!(unsealed_differences(test), []);
    println!(
        "KILL_SEED={seed} KILL_ROUNDS={rounds}: {all} uploads, {unanswered} of them unanswered and sent again, 0 lost, \
         0 twice; slowest start {slowest:?}"
    );
}

pub(super) fn is_there_once(test: &TestApp, number: &str) {
    let mut connection = test.app.pool.get().expect("a connection");
    let numbers: i64 = invoice_numbers::table
        .filter(invoice_numbers::number_key.eq(number))
        .count()
        .get_result(&mut *connection)
        .expect("counted");
    let digest = digest_bytes(&paper(number));
    let keys: Vec<String> = files::table
        .filter(files::sha256.eq(&digest))
        .select(files::storage_key)
        .load(&mut *connection)
        .expect("the files");
    assert_eq!((numbers, keys.len()), (1, 1), "{number}");
    let place = test.app.settings.data.join("files").join(&keys[0][..2]).join(&keys[0]);
    assert_eq!(digest_bytes(&std::fs::read(place).expect("the file is stored")), digest, "{number}");
}
