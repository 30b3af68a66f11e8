//! The command `luyue check`: exit status, lines and JSON.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::audit::check::tampering::{copy, tamper};
use crate::audit::check::written;
use crate::support::app::TestApp;

pub(super) fn luyue_check(test: &TestApp, database: &str, arguments: &[&str]) -> Output {
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
    let paid = "milestones: row MIDYEAR: paid_fen is 1 instead of 0";
    assert!(text.starts_with(&format!("XCSF-2026-001: {paid}\n")), "{text}");
    tamper(&path, "CREATE TRIGGER quiet AFTER INSERT ON events BEGIN SELECT 1; END");
    let text = String::from_utf8_lossy(&luyue_check(&test, &path, &[]).stdout).into_owned();
    assert!(text.contains("\nschema: foreign trigger quiet\n"), "{text}");
    tamper(&path, "DROP TRIGGER quiet");
    let json = luyue_check(&test, &path, &["--json"]);
    assert_eq!(json.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["differences"], serde_json::json!([{"at": "XCSF-2026-001", "what": paid}]));
}

#[test]
fn one_contract_is_checked_by_its_number() {
    let test = TestApp::sqlite();
    written(&test);
    let (_, path) = copy(&test, "copy.db");
    let of = |number: &str| luyue_check(&test, &path, &["--contract", number]);
    let good = of("XCSF-2026-001");
    let text = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success() && text.starts_with("1 contracts, "), "{text}");
    assert_eq!(String::from_utf8_lossy(&good.stderr), "", "no progress where nobody looks");
    let unknown = of("XCSF-0");
    let text = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(!unknown.status.success() && text.contains("no contract has the number XCSF-0"), "{text}");
    tamper(
        &path,
        "UPDATE payments SET account = 'x'; UPDATE events SET body = '{}' WHERE stream LIKE 'contract:%' AND seq = 2",
    );
    let bad = of("XCSF-2026-001");
    let text = String::from_utf8_lossy(&bad.stdout).into_owned();
    assert_eq!(bad.status.code(), Some(1));
    assert!(text.contains("XCSF-2026-001: the rows in payments are not those recorded at 2026-07-1"), "{text}");
    assert!(text.contains("XCSF-2026-001: the chain of events is broken at number 2"), "{text}");
    tamper(&path, "UPDATE seats SET role = 'leader'");
    let elsewhere = String::from_utf8_lossy(&of("XCSF-2026-001").stdout).into_owned();
    assert!(!elsewhere.contains("seats"), "{elsewhere}");
}

#[test]
fn a_seal_from_elsewhere_is_compared() {
    let test = TestApp::sqlite();
    written(&test);
    let (_, path) = copy(&test, "copy.db");
    let report = luyue_check(&test, &path, &["--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    let file = test.app.settings.data.join("seal.txt");
    std::fs::write(&file, report["seal"].as_str().expect("the latest seal")).expect("it is kept");
    let file = file.display().to_string();
    assert!(luyue_check(&test, &path, &["--seal", &file]).status.success());
    tamper(&path, "UPDATE seals SET digest = 'x'");
    let text = String::from_utf8_lossy(&luyue_check(&test, &path, &["--seal", &file]).stdout).into_owned();
    assert!(text.contains("the database has another seal than the given one"), "{text}");
    std::fs::write(&file, "nothing").expect("it is written");
    let text = String::from_utf8_lossy(&luyue_check(&test, &path, &["--seal", &file]).stderr).into_owned();
    assert!(text.contains("the file holds no seal"), "{text}");
}

#[test]
fn progress_is_shown_on_a_terminal() {
    let test = TestApp::sqlite();
    written(&test);
    let (_, path) = copy(&test, "copy.db");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{} check", env!("CARGO_BIN_EXE_luyue")), "/dev/null"]).stdin(Stdio::null());
    command.env("LUYUE_DATABASE_URL", format!("sqlite://{path}")).env("LUYUE_DATA", &test.app.settings.data);
    let shown = command.env("LUYUE_CLOCK", "2026-07-17T10:00:00+08:00").output().expect("the command runs").stdout;
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("\u{1b}[K1 contracts") && shown.contains("0 differences"), "{shown:?}");
}
