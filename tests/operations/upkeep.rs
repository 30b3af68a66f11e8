//! Daily seals and housekeeping.

use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::jobs;
use luyue::schema::{events, facts, hash_chains, idempotency, sealed_heads, seals};
use luyue::services::audit::seals as sealing;

use crate::adapters::fixtures::pdf;
use crate::notifications::{active, calendar};
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;

on_both_engines! {
    a_day_is_sealed_once_and_what_follows_does_not_break_it
    what_was_sealed_cannot_be_cut_off_or_written_anew
    request_keys_are_forgotten_after_a_day
    files_that_no_row_names_are_swept_once_a_day
}

fn seals_of(test: &TestApp) -> i64 {
    seals::table.count().get_result(&mut *test.app.pool.get().expect("a connection")).expect("a count")
}

fn a_day_is_sealed_once_and_what_follows_does_not_break_it(test: &TestApp) {
    let id = active(test, "N-1");
    for day in ["2026-02-02", "2026-02-02", "2026-02-03", "2026-02-01", "2026-02-04"] {
        test.at(day, 3);
        calendar(&test.app);
        assert_eq!(faults(test), []);
    }
    assert_eq!(seals_of(test), 3);
    test.at("2026-02-05", 9);
    let terms = serde_json::json!({"reason": "提前终止试验", "on": "2026-02-05"});
    test.by("justice-leader").post(&format!("contracts/{id}/actions/terminate"), &terms).expect_status(200);
    test.by("finance-review")
        .post(&format!("contracts/{id}/actions/consent"), &serde_json::json!({}))
        .expect_status(200);
    assert_eq!(faults(test), [], "chains have grown since");
    calendar(&test.app);
    let kinds: Vec<String> = sealed_heads::table
        .select(sealed_heads::kind)
        .distinct()
        .order(sealed_heads::kind)
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("heads");
    assert_eq!(kinds, ["events", "facts", "rows"]);
    assert_eq!(faults(test), []);
    // A sealed fact is deleted, and the head of its chain is adjusted to hide it.
    diesel::delete(facts::table).execute(&mut *test.app.pool.get().expect("a connection")).expect("deleted");
    let found = faults(test);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.starts_with("facts:"), "{found:?}");
}

/// Returns the places and descriptions of the seals' faults.
fn faults(test: &TestApp) -> Vec<(String, String)> {
    let found = sealing::faults(&test.app, &[]).expect("seals");
    found.into_iter().map(|fault| (fault.at, fault.what)).collect()
}

fn what_was_sealed_cannot_be_cut_off_or_written_anew(test: &TestApp) {
    active(test, "N-1");
    test.at("2026-02-02", 3);
    calendar(&test.app);
    test.at("2026-02-03", 3);
    calendar(&test.app);
    let connection = &mut *test.app.pool.get().expect("a connection");
    let (stream, seq): (String, i64) = hash_chains::table
        .filter(hash_chains::stream.like("contract:%"))
        .select((hash_chains::stream, hash_chains::seq))
        .first(connection)
        .expect("a chain");
    diesel::delete(events::table.find((&stream, seq))).execute(connection).expect("cut off");
    let found = faults(test);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, stream);
    // The sealed heads are adjusted: then they differ from the signed ones.
    diesel::update(sealed_heads::table.filter(sealed_heads::stream.eq(&stream)))
        .set(sealed_heads::seq.eq(seq - 1))
        .execute(connection)
        .expect("made to fit");
    assert!(faults(test).iter().any(|(at, _)| at == "seal 2026-02-03"));
    // A seal is adjusted: then its signature is invalid, and so is that of the next seal.
    diesel::update(seals::table.find("2026-02-02".parse::<chrono::NaiveDate>().expect("a day")))
        .set(seals::signature.eq("00"))
        .execute(connection)
        .expect("made to fit");
    let found = faults(test);
    let broken = found.iter().filter(|(_, what)| what.contains("signature")).count();
    assert_eq!(broken, 2, "{found:?}");
}

fn request_keys_are_forgotten_after_a_day(test: &TestApp) {
    let keys = || -> Vec<String> {
        idempotency::table
            .select(idempotency::request_key)
            .order(idempotency::request_key)
            .load(&mut *test.app.pool.get().expect("a connection"))
            .expect("keys")
    };
    let post = |key: &str, number: &str| {
        let input = programme::input(test, number);
        test.by("justice").with("Idempotency-Key", key).post("contracts", &input).expect_status(201);
    };
    test.at("2026-01-06", 9);
    post("early", "N-1");
    test.at("2026-01-06", 20);
    post("late", "N-2");
    test.app.clock.set(test.now() + TimeDelta::hours(13));
    calendar(&test.app);
    assert_eq!(keys(), ["early", "late"], "a day is not over yet");
    test.app.clock.set(test.now() + TimeDelta::minutes(1));
    calendar(&test.app);
    assert_eq!(keys(), ["late"]);
}

fn files_that_no_row_names_are_swept_once_a_day(test: &TestApp) {
    let id = active(test, "N-1");
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    let handed =
        test.by("contractor").upload(&path, &[("quantity", "1")], &[("a.pdf", &pdf(b"kept"))]).expect_status(201);
    let data = &test.app.settings.data;
    // Remains of an interrupted request: a staged copy, and a stored file without a row.
    let left = |name: &str| {
        let key = name.repeat(32);
        let paths = [data.join("staging").join(name), data.join("files").join(name.repeat(2)).join(key)];
        for path in &paths {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            let file = std::fs::File::create(path).expect("written");
            file.set_modified(SystemTime::now() - Duration::from_secs(2 * 24 * 3600)).expect("aged");
        }
        paths
    };
    let gone = |paths: &[std::path::PathBuf]| paths.iter().all(|path| !path.exists());
    let first = left("a");
    jobs::run_until_idle(&test.app).expect("the jobs");
    assert!(gone(&first));
    let second = left("b");
    jobs::run_until_idle(&test.app).expect("the jobs");
    assert!(second.iter().all(|path| path.exists()), "once a day");
    test.app.clock.set(test.now() + TimeDelta::days(1));
    jobs::run_until_idle(&test.app).expect("the jobs");
    assert!(gone(&second));
    let file = handed["files"][0]["id"].as_str().expect("an id");
    assert_eq!(test.by("justice").get(&format!("files/{file}")).status, 200, "what a row names is kept");
}
