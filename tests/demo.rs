//! The demonstration: written by the services, found consistent, its main contract the example's.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::programme::example;

/// The program's own copy of the programme is the example's.
#[test]
fn its_programme_is_the_examples() {
    let path = format!("{}/src/commands/demo/programme.json", env!("CARGO_MANIFEST_DIR"));
    let own: Value = serde_json::from_slice(&std::fs::read(path).expect("the programme")).expect("JSON");
    let example = example("programme-midyear");
    assert_eq!((&own["terms"], &own["facts"]), (&example["case"]["terms"], &example["case"]["facts"]));
}

/// The whole of it: started once, asked by HTTP, checked, and started again in a moment.
#[test]
fn it_is_written_by_the_services_and_check_finds_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let start = || {
        let mut process = Command::new(env!("CARGO_BIN_EXE_luyue"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("LUYUE_DEMO_PASSWORD", "xuancheng-2026-yanshi")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the demonstration starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        (process, ready.expect("the line `ready http://…`"))
    };
    let (mut process, url) = start();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let session = serde_json::json!({"username": "audit", "password": "xuancheng-2026-yanshi"});
    let mut answer = agent.post(format!("{url}/api/v1/session")).send_json(&session).expect("an answer");
    let token: Value = answer.body_mut().read_json().expect("JSON");
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let get = |path: &str| -> Value {
        let mut answer =
            agent.get(format!("{url}/api/v1/{path}")).header("Authorization", &bearer).call().expect("an answer");
        answer.body_mut().read_json().expect("JSON")
    };
    let found = get("contracts?q=XCSF-2026-001");
    let id = found["items"][0]["id"].as_str().expect("the main contract");
    let mut live = get(&format!("contracts/{id}/standing?as_of=2026-09-30"));
    crate::flows::programme::without_trails(&mut live);
    assert_eq!(live, example("programme-midyear")["standing"]);
    let states: std::collections::BTreeSet<String> = get("contracts?limit=200")["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|contract| contract["state"].as_str().expect("a state").to_owned())
        .collect();
    for state in ["draft", "submitted", "funded", "active", "closed", "terminated", "withdrawn"] {
        assert!(states.contains(state), "no contract is {state}: {states:?}");
    }
    process.kill().expect("it can be ended");
    process.wait().expect("it ends");
    let check = Command::new(env!("CARGO_BIN_EXE_luyue"))
        .arg("check")
        .env("LUYUE_DATA", &data)
        .env("LUYUE_CLOCK", "2026-09-30T09:30:00+08:00")
        .output()
        .expect("check runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let (mut process, _) = start();
    process.kill().expect("it can be ended");
    process.wait().expect("it ends");
}
