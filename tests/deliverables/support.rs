//! Helpers for forms with files, and for the content of the tables and the file store after a request.

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use luyue::schema::{facts, files};
use luyue::services::identity::caller::Caller;
use luyue::services::identity::sessions;
use serde_json::{Value, json};

use crate::support::app::{Reply, Somebody, TestApp};
use crate::support::programme;

/// A part of a form: the name of its field, the file name if it is a file, and its content.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// Returns a text field.
pub fn text<'a>(name: &'a str, value: &'a str) -> Part<'a> {
    (name, None, value.as_bytes())
}

/// Returns a file of a submission.
pub fn file<'a>(name: &'a str, bytes: &'a [u8]) -> Part<'a> {
    ("files", Some(name), bytes)
}

/// Returns the body of a multipart form.
pub fn body(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, bytes) in parts {
        let filename = filename.map_or_else(String::new, |filename| format!("; filename=\"{filename}\""));
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    body
}

pub fn send(who: &Somebody, path: &str, parts: &[Part]) -> Reply {
    who.send("POST", path, Some("multipart/form-data; boundary=edge"), &body(parts))
}

/// Creates an active contract, sets the clock to 2026-06-29, and returns the prefix of the contract's addresses.
pub fn running(test: &TestApp) -> String {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    test.at("2026-06-29", 9);
    format!("contracts/{id}")
}

/// Returns the address to which submissions of the first deliverable are sent.
pub fn submissions(contract: &str) -> String {
    format!("{contract}/deliverables/VISIT-H1/submissions")
}

/// Submits the first deliverable.
pub fn submit(test: &TestApp, contract: &str, quantity: &str) -> Value {
    test.by("contractor")
        .upload(&submissions(contract), &[("quantity", quantity), ("note", "佐证材料另行报送")], &[])
        .expect_status(201)
}

/// Returns an acceptance of the given quantity, as an officer enters it.
pub fn acceptance(quantity: &str) -> Value {
    json!({"decision": "accepted", "quantity": quantity, "measured": {"COVERAGE": "96.5"}, "note": "符合约定",
        "members": ["张敏（市司法局）", "李强（西林司法所）"]})
}

/// Returns the numbers of file rows, facts, stored files and staged files.
pub fn held(test: &TestApp) -> (i64, i64, usize, usize) {
    let mut connection = test.app.pool.get().expect("a connection");
    let rows: i64 = files::table.count().get_result(&mut *connection).expect("counted");
    let facts: i64 = facts::table.count().get_result(&mut *connection).expect("counted");
    let data = &test.app.settings.data;
    (rows, facts, stored(test).len(), under(&data.join("staging")).len())
}

/// Returns the paths of the stored files.
pub fn stored(test: &TestApp) -> Vec<PathBuf> {
    under(&test.app.settings.data.join("files"))
}

fn under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(under(&path)) } else { found.push(path) }
    }
    found
}

/// Returns a user as the services represent them.
pub fn caller(test: &TestApp, username: &str) -> Caller {
    let mut connection = test.app.pool.get().expect("a connection");
    let found =
        luyue::storage::identity::people::by_username(&mut connection, username).expect("read").expect("somebody");
    let now = test.now().and_utc();
    let (token, _) = test.app.tokens.issue(&found.public_id, found.token_version, "t", now).expect("a token");
    sessions::load_caller(&test.app, &token, None).expect("signed in")
}
