//! Behind a trusted proxy, the client is the one that its header names; a header from anyone else is ignored.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use luyue::web::limits::ACCOUNT_TRIES;
use serde_json::json;

use crate::support::app::TestApp;

fn failed_sign_in(test: &TestApp, header: (&str, &str)) -> u16 {
    let body = json!({"username": "justice", "password": "wrong"});
    test.nobody().with(header.0, header.1).post("session", &body).status
}

/// Uses up the sign-in attempts of an account for the client that a header names.
fn all_tries(test: &TestApp, header: (&str, &str)) {
    for n in 0..ACCOUNT_TRIES.0.get() {
        assert_eq!(failed_sign_in(test, header), 401, "try {n}");
    }
}

#[test]
fn a_trusted_proxy_names_the_client() {
    let test = TestApp::sqlite_with(|settings| settings.trusted_proxies = "127.0.0.1, 10.0.0.0/8".to_owned());
    all_tries(&test, ("X-Forwarded-For", "203.0.113.7"));
    for same in ["203.0.113.7", "198.51.100.1, 203.0.113.7", "203.0.113.7, 10.1.2.3", "203.0.113.7:999"] {
        assert_eq!(failed_sign_in(&test, ("X-Forwarded-For", same)), 429, "{same}");
    }
    assert_eq!(failed_sign_in(&test, ("Forwarded", "for=203.0.113.7;proto=https")), 429);
    for other in ["203.0.113.8", "203.0.113.7, 203.0.113.8", "203.0.113.7, nobody"] {
        assert_eq!(failed_sign_in(&test, ("X-Forwarded-For", other)), 401, "{other}");
    }
}

#[test]
fn headers_of_untrusted_clients_are_ignored() {
    let test = TestApp::sqlite_with(|settings| settings.trusted_proxies = "10.0.0.0/8".to_owned());
    all_tries(&test, ("X-Forwarded-For", "203.0.113.7"));
    for spoofed in ["203.0.113.8", "10.0.0.1", "203.0.113.9, 10.0.0.1"] {
        assert_eq!(failed_sign_in(&test, ("X-Forwarded-For", spoofed)), 429, "{spoofed}");
        assert_eq!(failed_sign_in(&test, ("Forwarded", &format!("for={spoofed}"))), 429, "{spoofed}");
    }
}

#[test]
fn an_invalid_network_stops_the_start_and_the_log_names_the_client() {
    let test = TestApp::sqlite();
    let serve = |proxies: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--no-jobs", "--clock", "2026-01-05T09:00:00+08:00"])
            .env("LUYUE_DATABASE_URL", test.app.settings.database_url())
            .env("LUYUE_DATA", &test.app.settings.data)
            .env("LUYUE_TRUSTED_PROXIES", proxies)
            .env("RUST_LOG", "info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    };
    let refused = serve("127.0.0.1, the-proxy").wait_with_output().expect("it ends");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the-proxy is neither an address nor a block"));
    let mut child = serve("127.0.0.1");
    let ready =
        BufReader::new(child.stdout.take().expect("its output")).lines().next().expect("a line").expect("a line");
    let url = ready.strip_prefix("ready ").expect("it is ready");
    let body = json!({"username": "justice", "password": "wrong"}).to_string();
    let asked = test.nobody().at(url).with("X-Forwarded-For", "203.0.113.7");
    assert_eq!(asked.send("POST", "session", Some("application/json"), body.as_bytes()).status, 401);
    child.kill().expect("it can be killed");
    let log = child.wait_with_output().expect("it has ended").stderr;
    let line = String::from_utf8_lossy(&log).lines().find(|line| line.contains("sign-in")).map(str::to_owned);
    let line = line.expect("a refused sign-in is in the log");
    assert!(line.contains("203.0.113.7") && !line.contains("wrong"), "{line}");
}
