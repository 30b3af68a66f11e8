//! PostgreSQL killed under load: its processes end at once, without a checkpoint, while clients upload invoices and
//! register contracts. What was answered is stored once, and what was refused meanwhile is stored once after the client
//! has asked again under the same key. The program itself is not restarted.
//!
//! `CRASH_ROUNDS=100 CRASH_SEED=7 cargo test --test all crashes -- --nocapture` goes on longer and prints figures.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Db};
use luyue::clock::Seeded;
use luyue::error::Error;
use luyue::schema::{contracts, files};
use luyue::storage::AnyConnection;
use serde_json::json;

use crate::faults::kills::{is_there_once, upload};
use crate::payments::setup;
use crate::support::app::{Reply, TestApp, unsealed_differences};
use crate::support::by_hand::setting;
use crate::support::log;
use crate::support::postgres::Cluster;
use crate::support::programme;

/// Clients that upload at the same time; one more registers contracts.
const UPLOADERS: usize = 2;
/// Maximum number of answers between two crashes.
const MOST_ANSWERS: u64 = 12;

/// Counters shared by the clients.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    answers: AtomicUsize,
    refusals: AtomicUsize,
}

impl Load {
    /// Sends a request until it is taken.
    fn send(&self, what: &str, mut request: impl FnMut() -> Reply) {
        loop {
            let reply = request();
            match reply.status {
                201 => break,
                503 => {
                    assert!(!reply.header("retry-after").is_empty(), "{what}: {}", reply.json);
                    self.refusals.fetch_add(1, Ordering::SeqCst);
                }
                // The limit of costly requests, in long runs.
                429 => std::thread::yield_now(),
                status => panic!("{what}: {status} {}; {}", reply.json, internal_errors()),
            }
        }
        self.answers.fetch_add(1, Ordering::SeqCst);
    }

    fn upload(&self, test: &TestApp, path: &str, first: usize) -> Vec<String> {
        let token = test.token("contractor");
        let numbers = (0..).map(|count| format!("{:020}", first + count));
        let send = |number: &String| {
            self.send(number, || upload(test, &token, &test.url, path, number).expect("the server answers"));
        };
        numbers.take_while(|_| !self.is_over.load(Ordering::SeqCst)).inspect(send).collect()
    }

    fn register(&self, test: &TestApp, appropriation: &str) -> Vec<String> {
        let token = format!("Bearer {}", test.token("justice"));
        let numbers = (0..).map(|count| format!("C-{count}"));
        let send = |number: &String| {
            let mut input = programme::input_from(number, appropriation);
            input["title"] = json!(format!("社区矫正社会工作服务 {number}"));
            let client = || test.nobody().with("Authorization", &token).with("Idempotency-Key", number);
            self.send(number, || client().post("contracts", &input));
        };
        numbers.take_while(|_| !self.is_over.load(Ordering::SeqCst)).inspect(send).collect()
    }
}

/// Returns the lines of the log with the reasons of answers with the status 500.
fn internal_errors() -> String {
    log::text().lines().filter(|line| line.contains("internal error")).collect()
}

#[test]
fn a_statement_that_takes_too_long_can_be_tried_again() {
    let test = TestApp::postgres();
    let mut connection = test.app.pool.get().expect("a connection");
    let AnyConnection::Postgres(connection) = &mut *connection else { panic!("PostgreSQL") };
    connection.batch_execute("SET statement_timeout = '1ms'").expect("it is set");
    let error = connection.batch_execute("SELECT pg_sleep(10)").expect_err("it takes longer");
    assert!(matches!(Error::from(error), Error::Unavailable(_)));
}

#[test]
fn a_lost_connection_is_told_as_unavailable_whatever_notices_it() {
    let told = |message: &str| Db::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()));
    for error in [
        Db::NotInTransaction,
        Db::AlreadyInTransaction,
        Db::BrokenTransactionManager,
        Db::RollbackErrorOnCommit {
            rollback_error: Box::new(Db::NotInTransaction),
            commit_error: Box::new(told("SSL SYSCALL error: EOF detected")),
        },
        told("server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally"),
        told("SSL connection has been closed unexpectedly"),
        told("lost synchronization with server: got message type \"T\", length 1"),
        told("sorry, too many clients already"),
        told("the database system is in recovery mode"),
        told("由于管理员命令中断联接"),
        told("数据库系统在恢复模式中"),
        told("由于语句执行超时,正在取消查询命令"),
        told("out of shared memory"),
    ] {
        let text = error.to_string();
        let error = Error::from(error);
        assert!(matches!(error, Error::Unavailable(_)), "{text}: {error:?}");
    }
    assert!(matches!(Error::from(told("检测到死锁")), Error::Retry));
    assert!(matches!(Error::from(told("relation \"x\" does not exist")), Error::Internal(_)));
}

#[test]
fn nothing_is_lost_or_done_twice_while_postgres_crashes() {
    log::keep_as_text();
    let (rounds, seed) = (setting("CRASH_ROUNDS", 2), setting("CRASH_SEED", 1));
    let mut random = Seeded::new(seed);
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().expect("a folder");
    let test = &TestApp::at_place((cluster.url.clone(), folder, None));
    let path = format!("contracts/{}/milestones/ADVANCE/invoice", setup::advance(test));
    let appropriation = programme::appropriation(test, "468000.00");
    let load = Load::default();
    let mut slowest = Duration::ZERO;
    let (uploads, registered) = std::thread::scope(|scope| {
        let clients: Vec<_> = (1..=UPLOADERS)
            .map(|client| {
                let (load, path) = (&load, &path);
                scope.spawn(move || load.upload(test, path, client * 1_000_000))
            })
            .collect();
        let registrar = scope.spawn(|| load.register(test, &appropriation));
        for _ in 0..rounds {
            let wanted = usize::try_from(1 + random.draw() % MOST_ANSWERS).expect("a small number");
            let begun = load.answers.load(Ordering::SeqCst);
            let is_running = || !registrar.is_finished() && clients.iter().all(|client| !client.is_finished());
            while load.answers.load(Ordering::SeqCst) < begun + wanted && is_running() {
                std::thread::yield_now();
            }
            let began = Instant::now();
            cluster.crash();
            slowest = slowest.max(began.elapsed());
        }
        load.is_over.store(true, Ordering::SeqCst);
        let uploads: Vec<String> =
            clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect();
        (uploads, registrar.join().expect("the client ends"))
    });
    uploads.iter().for_each(|number| is_there_once(test, number));
    let mut connection = test.app.pool.get().expect("a connection");
    let stored: i64 = files::table.count().get_result(&mut *connection).expect("counted");
    assert_eq!(usize::try_from(stored), Ok(uploads.len()), "no other file has a row");
    let mut numbers: Vec<String> = contracts::table
        .filter(contracts::number.like("C-%"))
        .select(contracts::number)
        .load(&mut *connection)
        .expect("the contracts");
    drop(connection);
    let mut expected = registered;
    numbers.sort_unstable();
    expected.sort_unstable();
    assert_eq!(numbers, expected);
    assert_eq!(unsealed_differences(test), []);
    println!(
        "CRASH_SEED={seed} CRASH_ROUNDS={rounds}: {} uploads and {} contracts, {} requests answered 503 and sent again, \
         0 lost, 0 twice; slowest crash and restart of PostgreSQL {slowest:?}",
        uploads.len(),
        expected.len(),
        load.refusals.load(Ordering::SeqCst)
    );
}
