//! The commands `luyue import` and `luyue export`: exit status, lines and JSON.

use std::process::{Command, Output};

use serde_json::Value;

use crate::imports::setup::{ledger, numbers, workbook};
use crate::support::app::TestApp;
use crate::support::programme;

fn luyue(test: &TestApp, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    let settings = &test.app.settings;
    command.args(arguments).env("LUYUE_DATABASE_URL", settings.database_url()).env("LUYUE_DATA", &settings.data);
    command.env("LUYUE_CLOCK", "2026-07-17T10:00:00+08:00");
    command.output().expect("the command runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_ledger_is_imported_and_exported_on_the_command_line() {
    let test = TestApp::sqlite();
    programme::appropriation(&test, "15000.00");
    let path = |name: &str| test.app.settings.data.join(name).display().to_string();
    let template = path("template.xlsx");
    let made = luyue(&test, &["import", "--template", &template]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let empty = luyue(&test, &["import", &template]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(text(&empty).contains("“合同”工作表中没有合同"), "{}", text(&empty));
    let mut sheets = ledger();
    let good = path("good.xlsx");
    std::fs::write(&good, workbook(&sheets)).expect("the file is written");
    "2026-08-01".clone_into(&mut sheets[6].1[1][3]);
    let bad = path("bad.xlsx");
    std::fs::write(&bad, workbook(&sheets)).expect("the file is written");
    let refused = luyue(&test, &["import", &bad, "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(1));
    let lines = text(&refused);
    assert!(lines.starts_with("Sheet “Payments”, row 2, column “Payment date” (D2): "), "{lines}");
    assert!(lines.ends_with("1 faults; nothing was imported.\n"), "{lines}");
    let json = luyue(&test, &["import", &bad, "--json"]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((&report["faults"][0]["cell"], json.status.code()), (&Value::from("D2"), Some(1)));
    let tried = luyue(&test, &["import", &good, "--dry-run"]);
    assert!(tried.status.success() && text(&tried).contains("没有写入"), "{}", text(&tried));
    assert_eq!(numbers(&test), [] as [String; 0]);
    let stranger = luyue(&test, &["import", &good, "--by", "no-one"]);
    assert!(String::from_utf8_lossy(&stranger.stderr).contains("没有这个用户名"));
    let done = luyue(&test, &["import", &good]);
    assert!(done.status.success(), "{}{}", text(&done), String::from_utf8_lossy(&done.stderr));
    assert!(text(&done).starts_with("已导入 1 份合同、3 条事实"), "{}", text(&done));
    assert_eq!(numbers(&test), ["甲-1"]);
    let csv = path("ledger.csv");
    let exported = luyue(&test, &["export", &csv]);
    assert!(exported.status.success() && text(&exported).ends_with(": 1 contracts\n"), "{}", text(&exported));
    let csv = std::fs::read_to_string(csv).expect("the file");
    let row = csv.lines().nth(1).expect("a row");
    assert!(row.starts_with("甲-1,上门走访服务,XC-JUSTICE,XC-FINANCE,") && row.contains(",履行中,15000.00,"), "{row}");
    assert!(row.ends_with(",1,1,15000.00,0.00,15000.00,0.00,"), "{row}");
    let unknown = luyue(&test, &["export", &path("ledger.ods")]);
    assert_eq!(unknown.status.code(), Some(1));
    let check = luyue(&test, &["check"]);
    assert!(text(&check).contains("1 contracts, 3 facts"), "{}", text(&check));
}
