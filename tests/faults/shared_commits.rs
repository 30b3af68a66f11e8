//! Writes that share a transaction on SQLite: what is refused takes nothing along, and what is answered is stored.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, yield_now};

use diesel::connection::SimpleConnection;
use luyue::error::Error;
use luyue::storage::AnyConnection;
use luyue::storage::locks::Scope;
use luyue::storage::write::{Context, Tx, write, write_in};
use serde_json::json;

use crate::support::app::{TestApp, differences};
use crate::support::digest::lines;
use crate::support::programme;
use crate::support::queries;

type Done = Result<(), Error>;
type Work = fn(&mut Tx<'_>) -> Done;

fn context(test: &TestApp) -> Context {
    Context::of_program(test.app.clock.now(), test.app.ids.clone())
}

/// Runs writes so that they share a transaction, in their order: all wait until a write before them ends. Returns the
/// outcome of each, `None` for one that panicked.
fn together<T: Send>(test: &TestApp, writers: usize, run: impl Fn(usize) -> T + Sync) -> Vec<Option<T>> {
    let has_begun = AtomicBool::new(false);
    let pool = &test.app.pool;
    thread::scope(|scope| {
        scope.spawn(|| {
            // A change of registers shares no transaction.
            write(pool, &context(test), |_| -> Done {
                has_begun.store(true, Ordering::SeqCst);
                while pool.writes_waiting() < writers {
                    yield_now();
                }
                Ok(())
            })
        });
        while !has_begun.load(Ordering::SeqCst) {
            yield_now();
        }
        let run = &run;
        let mut threads = Vec::new();
        for number in 0..writers {
            while pool.writes_waiting() < number {
                yield_now();
            }
            threads.push(scope.spawn(move || run(number)));
        }
        threads.into_iter().map(|thread| thread.join().ok()).collect()
    })
}

/// Runs works on the database so that they share a transaction.
fn works(test: &TestApp, all: &[Work]) -> Vec<Option<Done>> {
    together(test, all.len(), |number| write_in(&test.app.pool, Scope::Unshared, &context(test), |tx| all[number](tx)))
}

fn insert(tx: &mut Tx<'_>, key: &str) -> Done {
    let row = "(SELECT MIN(id) FROM people), '{}', '', '', '2026-01-05 01:00:00', NULL";
    Ok(tx.connection.batch_execute(&format!("INSERT INTO idempotency VALUES ({})", row.replace("{}", key)))?)
}

fn inserted(test: &TestApp) -> Vec<String> {
    let all = "SELECT request_key AS line FROM idempotency WHERE request_key LIKE '~%' ORDER BY request_key";
    lines(&mut test.app.pool.get().expect("a connection"), all, all)
}

fn refuse(tx: &mut Tx<'_>) -> Done {
    insert(tx, "~refused")?;
    Err(Error::conflict("refused on purpose"))
}

#[test]
fn a_refused_write_alone_is_rolled_back() {
    queries::listen();
    let test = TestApp::sqlite();
    let mut done = Vec::new();
    let all: [Work; 4] = [|tx| insert(tx, "~1"), refuse, |tx| insert(tx, "~3"), refuse];
    let sent = queries::record_all(|| done = works(&test, &all));
    let outcomes: Vec<_> = done.iter().map(|one| one.as_ref().map(Result::is_ok)).collect();
    assert_eq!(outcomes, [Some(true), Some(false), Some(true), Some(false)], "{done:?}");
    assert_eq!(inserted(&test), ["~1", "~3"]);
    let commits = sent.iter().filter(|query| query.sql == "COMMIT").count();
    assert_eq!(commits, 2, "one of the write before, and one of all four");
}

#[test]
fn writes_of_which_none_is_kept_commit_nothing() {
    queries::listen();
    let test = TestApp::sqlite();
    let sent = queries::record_all(|| {
        works(&test, &[refuse, refuse]);
    });
    let ends: Vec<&str> =
        sent.iter().map(|q| q.sql.as_str()).filter(|sql| matches!(*sql, "COMMIT" | "ROLLBACK")).collect();
    assert_eq!(ends, ["COMMIT", "ROLLBACK"]);
    assert_eq!(inserted(&test), [""; 0]);
}

#[test]
fn a_panic_in_one_write_loses_no_other() {
    let test = TestApp::sqlite();
    let panics: Work = |tx| {
        insert(tx, "~2")?;
        panic!("on purpose")
    };
    let done = works(&test, &[|tx| insert(tx, "~1"), panics, |tx| insert(tx, "~3")]);
    let outcomes: Vec<_> = done.iter().map(|one| one.as_ref().map(Result::is_ok)).collect();
    assert_eq!(outcomes, [Some(true), None, Some(true)], "{done:?}");
    assert_eq!(inserted(&test), ["~1", "~3"]);
}

#[test]
fn a_failed_commit_fails_each_write_and_keeps_none() {
    let test = TestApp::sqlite();
    // The rule is checked at the commit, which it makes fail.
    let breaks: Work = |tx| {
        let row = "INSERT INTO idempotency VALUES (0, '~2', '', '', '2026-01-05 01:00:00', NULL)";
        Ok(tx.connection.batch_execute(&format!("PRAGMA defer_foreign_keys = ON; {row}"))?)
    };
    let done = works(&test, &[|tx| insert(tx, "~1"), breaks, |tx| insert(tx, "~3"), refuse]);
    assert!(done.iter().all(|one| matches!(one, Some(Err(Error::Internal(_))))), "{done:?}");
    assert_eq!(inserted(&test), [""; 0]);
    let after = works(&test, &[|tx| insert(tx, "~5")]);
    assert!(matches!(after[..], [Some(Ok(()))]), "{after:?}");
    assert_eq!(inserted(&test), ["~5"]);
}

#[test]
fn a_transaction_that_sqlite_gives_up_fails_one_write_and_runs_the_others_again() {
    let test = TestApp::sqlite();
    // So SQLite may do by itself, as on a full disk.
    let loses: Work = |tx| {
        insert(tx, "~2")?;
        let AnyConnection::Sqlite(connection) = &mut *tx.connection else { return Ok(()) };
        connection.batch_execute("ROLLBACK")?;
        Err(Error::Unavailable("database or disk is full".to_owned()))
    };
    let done = works(&test, &[|tx| insert(tx, "~1"), loses, |tx| insert(tx, "~3")]);
    assert!(matches!(done[..], [Some(Ok(())), Some(Err(Error::Unavailable(_))), Some(Ok(()))]), "{done:?}");
    assert_eq!(inserted(&test), ["~1", "~3"]);
}

#[test]
fn a_write_sees_those_before_it_in_its_group() {
    let test = TestApp::sqlite();
    let appropriation = programme::appropriation(&test, "468000.00");
    let contracts: Vec<String> = (0..4)
        .map(|number| {
            let id = programme::registered_from(&test, &format!("XCSF-{number}"), &appropriation);
            test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({})).expect_status(200);
            id
        })
        .collect();
    let officer = test.by("finance-review");
    let fund =
        |number: usize| officer.post(&format!("contracts/{}/actions/fund", contracts[number]), &json!({})).status;
    let statuses = together(&test, 4, fund);
    assert_eq!(statuses, [Some(200), Some(422), Some(422), Some(422)], "one budget is spent once");
    assert_eq!(differences(&test), []);
}

#[test]
fn a_request_repeated_in_its_group_takes_effect_once() {
    let test = TestApp::sqlite();
    let input = programme::input(&test, "XCSF-2026-001");
    let officer = test.by("justice").with("Idempotency-Key", "twice");
    let replies = together(&test, 3, |_| officer.post("contracts", &input));
    let ids: Vec<_> = replies.into_iter().flatten().map(|reply| reply.expect_status(201)["id"].clone()).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}
