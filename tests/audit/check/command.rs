//! The command `luyue check`: exit status, lines and JSON.

use std::process::{Command, Output};

use serde_json::Value;

use crate::audit::check::tampering::{copy, tamper};
use crate::audit::check::written;
use crate::support::app::TestApp;

fn luyue_check(test: &TestApp, database: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.arg("check").args(arguments);
    command.env("LUYUE_DATABASE_URL", format!("sqlite://{database}")).env("LUYUE_DATA", &test.app.settings.data);
    command.env("LUYUE_CLOCK", "2026-07-17T10:00:00+08:00");
    command.output().expect("the command runs")
}

#[test]
fn the_command_ends_with_1_where_anything_differs() {
    let test = TestApp::sqlite();
    written(&test);
    let (_, path) = copy(&test, "copy.db");
    let good = luyue_check(&test, &path, &[]);
    let text = String::from_utf8_lossy(&good.stdout).into_owned();
    assert_eq!(good.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&good.stderr));
    assert!(text.ends_with("1 appropriations: 0 differences\n"), "{text}");
    tamper(&path, "UPDATE milestones SET paid_fen = paid_fen + 1 WHERE code = 'MIDYEAR'");
    let bad = luyue_check(&test, &path, &[]);
    let text = String::from_utf8_lossy(&bad.stdout).into_owned();
    assert_eq!(bad.status.code(), Some(1), "{text}");
    assert!(text.starts_with("XCSF-2026-001: milestones\n"), "{text}");
    let json = luyue_check(&test, &path, &["--json"]);
    assert_eq!(json.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["differences"], serde_json::json!([{"at": "XCSF-2026-001", "what": "milestones"}]));
}
