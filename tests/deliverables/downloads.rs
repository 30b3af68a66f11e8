//! Downloads: users who can see the contract receive its files unchanged, as attachments. Files without a row are
//! removed.

use std::time::{Duration, SystemTime};

use diesel::prelude::*;
use luyue::schema::events;
use luyue::services::deliverables::files;
use luyue::services::operations::health;
use serde_json::Value;

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{file, held, running, send, stored, submissions, text};
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_file_that_was_replaced_with_its_digest_is_not_served
}

on_sqlite_first! {
    a_file_is_downloaded_as_an_attachment
    a_modified_file_is_not_served
    files_without_a_row_are_removed
}

/// Submits one file and returns its address.
fn handed_in(test: &TestApp, name: &str, bytes: &[u8]) -> String {
    let contract = running(test);
    let parts = [text("quantity", "590"), file(name, bytes)];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    format!("files/{}", done["files"][0]["id"].as_str().expect("an id"))
}

fn a_file_is_downloaded_as_an_attachment(test: &TestApp) {
    let bytes = pdf(b"<< /JS (x) >>");
    let path = handed_in(test, "走访记录.pdf", &bytes);
    for who in ["contractor", "justice", "finance-pay", "audit", "station"] {
        let reply = test.by(who).get(&path);
        assert_eq!((reply.status, &reply.bytes), (200, &bytes), "{who}");
    }
    let reply = test.by("contractor").with("Accept-Encoding", "gzip").get(&path);
    assert_eq!(reply.bytes, bytes);
    assert_eq!(reply.header("content-type"), "application/pdf");
    let disposition = reply.header("content-disposition");
    assert!(disposition.starts_with("attachment; "), "{disposition}");
    assert!(disposition.ends_with("filename*=UTF-8''%E8%B5%B0%E8%AE%BF%E8%AE%B0%E5%BD%95.pdf"), "{disposition}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(reply.header("content-security-policy").contains("sandbox"));
    assert_eq!(reply.header("cache-control"), "private, no-store");
    assert_eq!(reply.header("content-length"), bytes.len().to_string());
    for (who, status) in [("contractor-2", 404), ("other-justice", 404), ("admin", 403)] {
        assert_eq!(test.by(who).get(&path).status, status, "{who}");
    }
    assert_eq!(test.nobody().get(&path).status, 401);
    assert_eq!(test.by("contractor").get("files/none").status, 404);
}

fn a_modified_file_is_not_served(test: &TestApp) {
    let small = pdf(b"secret words");
    let path = handed_in(test, "a.pdf", &small);
    let large = pdf(&vec![b' '; 9 * 1024 * 1024]);
    let contract = test.by("contractor").get("contracts").json["items"][0]["id"].as_str().map(str::to_owned);
    let contract = contract.expect("the contract is listed");
    let counsel = format!("contracts/{contract}/deliverables/COUNSEL-H1/submissions");
    let done =
        send(&test.by("contractor"), &counsel, &[text("quantity", "1"), file("b.pdf", &large)]).expect_status(201);
    let large_path = format!("files/{}", done["files"][0]["id"].as_str().expect("an id"));
    assert_eq!(test.by("justice").get(&large_path).bytes, large, "read twice, sent in pieces");
    for stored in stored(test) {
        let mut bytes = std::fs::read(&stored).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&stored, bytes).expect("changed");
    }
    for path in [&path, &large_path] {
        let reply = test.by("justice").get(path);
        assert_eq!(reply.status, 500);
        assert_eq!(reply.header("content-type"), "application/problem+json; charset=utf-8");
        assert!(reply.bytes.len() < 1_000);
    }
    for stored in stored(test) {
        std::fs::remove_file(stored).expect("removed");
    }
    assert_eq!(test.by("justice").get(&path).status, 500);
    let mut connection = test.app.pool.get().expect("a connection");
    let noted: Vec<String> = events::table
        .filter(events::action.eq("file.damaged"))
        .order(events::seq)
        .select(events::body)
        .load(&mut *connection)
        .expect("events");
    assert_eq!(noted.len(), 3);
    assert!(
        serde_json::from_str::<Value>(&noted[2]).expect("JSON")["reason"].as_str().expect("why").contains("no such")
    );
}

/// A person who changes a file may also change its digest in the row; the one in the fact counts.
fn a_file_that_was_replaced_with_its_digest_is_not_served(test: &TestApp) {
    let contract = running(test);
    let paper = pdf(b"true");
    let parts = [text("quantity", "590"), file("a.pdf", &paper)];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let true_digest = done["files"][0]["sha256"].as_str().expect("a digest");
    let path = format!("files/{}", done["files"][0]["id"].as_str().expect("an id"));
    let (forged, [place]) = (pdf(b"lies"), <[_; 1]>::try_from(stored(test)).expect("one file"));
    std::fs::write(place, &forged).expect("replaced");
    let digest = luyue::storage::audit::hash_chains::digest_bytes(&forged);
    diesel::update(luyue::schema::files::table)
        .set(luyue::schema::files::sha256.eq(&digest))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the row is changed");
    assert_eq!(test.by("justice").get(&path).status, 500);
    let listed = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200).to_string();
    assert!(listed.contains(true_digest) && !listed.contains(&digest), "{listed}");
    let receipt = format!("/{contract}/receipt?subject=VISIT-H1&no=1");
    let page = Visitor::signed_in(test, "contractor").get(&receipt).expect_status(200).text;
    assert!(page.contains(true_digest) && !page.contains(&digest), "{page}");
}

fn files_without_a_row_are_removed(test: &TestApp) {
    handed_in(test, "a.pdf", &pdf(b"kept"));
    let data = &test.app.settings.data;
    let key = |digit: &str| data.join("files").join(digit.repeat(2)).join(digit.repeat(32));
    let (old, young, staged) = (key("a"), key("b"), data.join("staging").join("left"));
    for path in [&old, &young, &staged] {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, "x").expect("written");
    }
    let foreign = data.join("files").join("README");
    std::fs::write(&foreign, "not ours").expect("written");
    let two_days_ago = SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    let aged = stored(test).into_iter().filter(|path| *path != young).chain([staged.clone()]);
    for path in aged {
        let file = std::fs::File::options().write(true).open(path).expect("opened");
        file.set_modified(two_days_ago).expect("aged");
    }
    let run = actix_web::rt::System::new();
    // The result does not depend on the program's own clock.
    test.at("2027-12-31", 9);
    let swept = run.block_on(files::sweep(&test.app)).expect("swept");
    assert_eq!(swept, files::SweepSummary { staged: 1, files: 1 });
    assert!(!old.exists() && !staged.exists() && young.exists() && foreign.exists());
    let (rows, _, kept, left) = held(test);
    assert_eq!((rows, kept, left), (1, 3, 0), "the file with a row, the young one, the foreign one");
    let swept = run.block_on(files::sweep(&test.app)).expect("swept again");
    assert_eq!(swept, files::SweepSummary { staged: 0, files: 0 });
}

#[test]
fn readiness_checks_the_file_store() {
    let test = TestApp::sqlite();
    let run = actix_web::rt::System::new();
    assert!(run.block_on(health::check_readiness(&test.app)).all());
    assert_eq!(stored(&test).len(), 0, "nothing stays of the trial");
    let folder = test.app.settings.data.join("files");
    std::fs::remove_dir_all(&folder).expect("removed");
    std::fs::write(&folder, "in its place").expect("written");
    let ready = run.block_on(health::check_readiness(&test.app));
    assert!(ready.database && ready.migrations && !ready.files);
    assert_eq!(test.nobody().get("/readyz").status, 503);
}
