//! The log: JSON lines for programs, readable lines for people, as the setting says; and why a command is refused.

use std::process::{Command, Stdio};

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

/// Returns what the same command writes to a terminal, which `script` of util-linux gives it.
fn log_on_terminal(format: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = format!("'{}' jobs --until-idle --clock 2026-06-29T09:00:00+08:00", env!("CARGO_BIN_EXE_luyue"));
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env("LUYUE_DATA", folder.path()).env("LUYUE_LOG", format);
    let output = command.env_remove("RUST_LOG").stdin(Stdio::null()).output().expect("script of util-linux runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn the_log_on_a_terminal_is_text() {
    let text = log_on_terminal("auto");
    let first = text.lines().next().expect("a line");
    assert!(first.contains("running on a simulated clock") && !first.contains('{'), "{first}");
    let json = log_on_terminal("json");
    assert!(json.lines().next().is_some_and(|line| line.starts_with('{')), "{json}");
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

#[test]
fn a_refused_command_says_why_in_words() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("demo"));
    let output = command.env("LUYUE_DEMO_PASSWORD", "demo-password-1").output().expect("the command runs");
    let errors = String::from_utf8(output.stderr).expect("text");
    assert!(
        !output.status.success() && errors.contains("luyue: This password, or each part of it, is among"),
        "{errors}"
    );
    assert!(!errors.contains("FieldError"), "{errors}");
}
