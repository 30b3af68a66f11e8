//! The log: JSON lines for programs, readable lines for people, as the setting says.

use std::process::Command;

/// Runs the jobs on another clock, which is worth a warning, and returns their log.
fn log_of(format: Option<&str>) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.args(["jobs", "--until-idle", "--clock", "2026-06-29T09:00:00+08:00"]).env("LUYUE_DATA", folder.path());
    command.env_remove("LUYUE_LOG").env_remove("RUST_LOG");
    command.envs(format.map(|format| ("LUYUE_LOG", format)));
    let output = command.output().expect("the jobs run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn the_log_is_json_where_nobody_reads_along_and_text_on_request() {
    for json in [log_of(None), log_of(Some("auto")), log_of(Some("json"))] {
        let first: serde_json::Value = serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
        assert_eq!(first["level"], "WARN");
    }
    let text = log_of(Some("text"));
    let first = text.lines().next().expect("a line");
    assert!(first.contains("WARN running on a simulated clock") && !first.contains(['{', '\u{1b}']), "{first}");
}
