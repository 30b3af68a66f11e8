//! Loss of power on SQLite: the write-ahead log ends anywhere, in whole frames, within one, in bytes that were never
//! written, or in what it held before. The database then opens in the state after the last complete commit, in which
//! `luyue check` finds no difference, and which includes every act that was answered before.
//!
//! The suite tries a sample of the places; `TORN_EVERY=1 TORN_SEED=7 cargo test --test all torn -- --nocapture` tries
//! all.

use std::collections::BTreeMap;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use luyue::app::App;
use luyue::clock::{Clock, Ids, Seeded};
use luyue::config::Settings;
use luyue::services::audit::{check, seals};
use luyue::storage::Pool;
use serde_json::json;

use crate::payments::setup;
use crate::support::app::TestApp;
use crate::support::by_hand::setting;
use crate::support::digest::Dump;
use crate::support::outage::{everywhere, sqlite_path};
use crate::support::programme;

/// Bytes before the first frame of a log, and before the page of a frame.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A database file, and the log that holds all later commits.
struct Written {
    database: Vec<u8>,
    /// Content of the log's file before these commits.
    before: Vec<u8>,
    log: Vec<u8>,
    frame: usize,
    /// Ends of the frames, and of those the ends of commits.
    ends: Vec<usize>,
    commits: Vec<usize>,
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

impl Written {
    fn parse(database: Vec<u8>, before: Vec<u8>, log: Vec<u8>) -> Self {
        let frame = FRAME_HEADER + number(&log[8..12]);
        let salt = &log[16..24];
        let starts = (LOG_HEADER..log.len()).step_by(frame).take_while(|at| log.get(at + 8..at + 16) == Some(salt));
        let (mut ends, mut commits) = (Vec::new(), Vec::new());
        for at in starts {
            ends.push(at + frame);
            // The last frame of a commit has the size of the database, all others 0.
            if number(&log[at + 4..at + 8]) != 0 {
                commits.push(at + frame);
            }
        }
        let last = *commits.last().expect("a commit");
        ends.retain(|end| *end <= last);
        Self { database, before, log, frame, ends, commits }
    }

    /// Returns the end of the last commit within this many bytes, 0 before the first.
    fn last_commit(&self, cut: usize) -> usize {
        self.commits.iter().copied().take_while(|end| *end <= cut).last().unwrap_or(0)
    }

    /// Returns logs that a loss of power can leave behind around a frame, each with the end of its last whole commit.
    fn torn_at(&self, end: usize) -> Vec<(String, Vec<u8>, usize)> {
        let begin = end - self.frame;
        let mut all = Vec::new();
        // Before the first frame, also within the log's own header.
        let header = (begin == LOG_HEADER).then_some(LOG_HEADER / 2);
        let within = [begin + 7, begin + FRAME_HEADER, begin + self.frame / 2, end - 1, end];
        for cut in header.into_iter().chain(within) {
            let written = &self.log[..cut];
            let mut add = |what: &str, rest: &[u8]| {
                // What was lost may be the same as what is there instead, such as zeros at the end of a page.
                let same = self.log[cut..].iter().zip(rest).take_while(|(lost, there)| lost == there).count();
                all.push((format!("{what} {cut}"), [written, rest].concat(), self.last_commit(cut + same)));
            };
            add("cut at", &[]);
            add("zeros from", &vec![0; self.log.len() - cut]);
            if let Some(rest) = self.before.get(cut..) {
                add("as before from", rest);
            }
        }
        // A frame that was lost although later ones of the same commit were written.
        let mut lost = self.log.clone();
        lost[begin + FRAME_HEADER..end].fill(0);
        if lost != self.log {
            all.push((format!("lost at {begin}"), lost, self.last_commit(begin)));
        }
        all
    }
}

/// A place in which databases are opened as after a loss of power.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens a database with a log, and returns the file once all that is valid in the log has been moved into it.
    fn recovered(&self, database: &[u8], log: &[u8]) -> Vec<u8> {
        let path = self.path("torn.db");
        std::fs::write(&path, database).expect("the database");
        std::fs::write(path.with_extension("db-wal"), log).expect("its log");
        let mut connection = SqliteConnection::establish(&path.display().to_string()).expect("it opens");
        connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").expect("it is readable");
        drop(connection);
        std::fs::read(&path).expect("the database")
    }

    /// Returns the content of a recovered database, after a check that finds no difference.
    fn checked(&self, test: &TestApp, state: &[u8], commit: usize) -> Dump {
        // A file of its own, because the pool closes its connection in the background.
        let path = self.path(&format!("checked-{commit}.db"));
        std::fs::write(&path, state).expect("the database");
        let database_url = Some(format!("sqlite://{}", path.display()));
        let settings = Settings { database_url, database_connections: 1, ..(*test.app.settings).clone() };
        let app = App::start(settings, Clock::standing_at(test.now()), Ids::sequence()).expect("it opens");
        let mut found = check::check(&app, |_| ()).expect("the check runs").differences;
        found.retain(|difference| !(difference.at.starts_with("seal ") && difference.what.starts_with("missing")));
        assert_eq!(found, [], "after the commit that ends at {commit}");
        Dump::of(&app.pool)
    }
}

/// Runs acts one after the other and returns, after each, the length of the log and the content of the database.
fn act(test: &TestApp, contract: &str, log: &str) -> Vec<(usize, Dump)> {
    let mut seen = Vec::new();
    let mut note = || {
        let length = usize::try_from(std::fs::metadata(log).expect("the log").len()).expect("a length");
        seen.push((length, Dump::of(&test.app.pool)));
    };
    let payment = setup::asked(test, contract, "ADVANCE", &json!({}));
    note();
    for (name, who) in setup::STEPS {
        setup::step(test, who, &payment, name, &setup::body_of(name)).expect_status(200);
        note();
    }
    let other = programme::registered(test, "T-2");
    note();
    test.by("justice").post(&format!("contracts/{other}/actions/submit"), &json!({})).expect_status(200);
    note();
    assert_eq!(seals::seal_day(&test.app).expect("the day is sealed"), 1);
    note();
    seen
}

fn pragma(test: &TestApp, statement: &str) {
    let pool = Pool::open(&test.app.settings.database_url(), 1).expect("another program opens it");
    let luyue::storage::AnyConnection::Sqlite(connection) = &mut *pool.get().expect("a connection") else {
        panic!("SQLite has such a log")
    };
    connection.batch_execute(statement).expect("it is done");
}

/// Tries the places of a log; returns their number.
fn try_all(test: &TestApp, written: &Written, answered: &[(usize, Dump)], every: u64, random: &mut Seeded) -> usize {
    let place = Place { folder: tempfile::tempdir().expect("a folder") };
    let mut states = BTreeMap::new();
    for commit in std::iter::once(0).chain(written.commits.iter().copied()) {
        // What the log held before must not come back.
        let rest = written.before.get(commit..).unwrap_or_default();
        let state = place.recovered(&written.database, &[&written.log[..commit], rest].concat());
        let found = place.checked(test, &state, commit);
        if let Some((_, content)) = answered.iter().find(|(length, _)| *length == commit) {
            assert_eq!(content.changes(&found), Vec::<String>::new(), "what was answered is there");
        }
        states.insert(commit, state);
    }
    for (length, _) in answered {
        assert!(written.commits.contains(length), "an answer came before its commit was written: {length}");
    }
    let mut tried = 0;
    for end in &written.ends {
        for (what, log, commit) in written.torn_at(*end) {
            if random.draw().is_multiple_of(every) {
                assert!(
                    place.recovered(&written.database, &log) == states[&commit],
                    "{what}: not the state of {commit}"
                );
                tried += 1;
            }
        }
    }
    // Power lost while commits are moved into the database: some pages are new, some are not, and the log is whole.
    let (page, last) = (written.frame - FRAME_HEADER, &states[written.commits.last().expect("a commit")]);
    for _ in 0..4 {
        let mut database = last.clone();
        for at in (0..written.database.len()).step_by(page).filter(|_| random.draw().is_multiple_of(2)) {
            database[at..at + page].copy_from_slice(&written.database[at..at + page]);
        }
        assert!(place.recovered(&database, &written.log) == *last, "moved by half");
        tried += 1;
    }
    tried
}

#[test]
fn a_log_that_ends_anywhere_opens_after_its_last_commit() {
    let (every, seed) = (setting("TORN_EVERY", 40), setting("TORN_SEED", 1));
    let mut random = Seeded::new(seed);
    let test = &TestApp::sqlite();
    let contract = setup::advance(test);
    let path = sqlite_path(test).expect("a file");
    let log = format!("{path}-wal");
    everywhere(test, "PRAGMA wal_autocheckpoint = 0");
    pragma(test, "PRAGMA wal_checkpoint(TRUNCATE)");
    let read = |path: &str| std::fs::read(path).expect("a file");
    assert_eq!(read(&log), [0; 0], "all earlier commits are in the database");
    let database = read(&path);
    let answered = act(test, &contract, &log);
    assert!(read(&path) == database, "all later commits are in the log only");
    let first = Written::parse(database, Vec::new(), read(&log));
    let mut tried = try_all(test, &first, &answered, every, &mut random);
    // The log begins again from its start, over frames that are in the database already.
    pragma(test, "PRAGMA wal_checkpoint(RESTART)");
    let (database, before) = (read(&path), read(&log));
    programme::registered(test, "T-3");
    let second = Written::parse(database, before, read(&log));
    assert!(second.ends.len() < first.ends.len());
    tried += try_all(test, &second, &[], every, &mut random);
    let (frames, commits) = (first.ends.len() + second.ends.len(), first.commits.len() + second.commits.len());
    println!(
        "TORN_SEED={seed} TORN_EVERY={every}: {tried} logs torn at or within {frames} frames of {commits} commits; each \
         opened after its last whole commit, and none of these states had a difference"
    );
}
