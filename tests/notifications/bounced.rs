//! Emails that come back after a mail server accepted them: given up, shown to officer and administrator, and neither
//! forged nor counted twice.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use luyue::adapters::mail::{Mailbox, read_bounce};
use luyue::app::App;
use luyue::services::notifications::bounces;
use serde_json::{Value, json};

use crate::adapters::bounces::{failed, original, report};
use crate::notifications::sending::by;
use crate::notifications::{Row, active, calendar, mail, rows};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::smtp::{Manner, Security, SmtpServer};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_email_that_came_back_is_shown_to_officer_and_administrator
    a_list_that_came_back_gives_up_its_emails
    reports_in_a_mailbox_are_read_once
}

on_sqlite_first! {
    a_forged_report_changes_nothing
}

/// Sends the reminders of a contract, which a mail server accepts; returns the contract's identifier.
fn sent(test: &TestApp) -> String {
    let id = active(test, "N-1");
    test.at("2026-06-23", 9);
    calendar(&test.app);
    mail(&by(test, &SmtpServer::start(Security::None, Manner::Accept)));
    id
}

fn id_of(row: &Row) -> String {
    row.message_id.trim_start_matches('<').split('@').next().expect("an id").to_owned()
}

fn one_to(test: &TestApp, who: &str) -> Row {
    rows(test).into_iter().find(|row| row.to == who && row.state == "sent").expect("a sent email")
}

fn record(app: &App, status: &str, ids: &str) -> usize {
    let bounce = read_bounce(&report(status, &original(ids))).expect("a report");
    bounces::record(app, &bounce).expect("it is recorded")
}

fn person(test: &TestApp, who: &str) -> Value {
    let people = test.by("admin").get("people?limit=200").expect_status(200);
    let people = people["items"].as_array().expect("people").clone();
    people.into_iter().find(|person| person["username"] == who).expect("the person")
}

fn an_email_that_came_back_is_shown_to_officer_and_administrator(test: &TestApp) {
    let id = sent(test);
    let email = one_to(test, "contractor");
    // Mail servers write addresses in cases of their own.
    assert_eq!(record(&test.app, &failed("Contractor@LUYUE.test"), &id_of(&email)), 1);
    assert_eq!(record(&test.app, &failed("contractor@luyue.test"), &id_of(&email)), 0, "once");
    let listed = test.by("justice").get(&format!("contracts/{id}/emails")).expect_status(200);
    let shown = &listed["items"][0];
    assert_eq!((&shown["state"], &shown["id"]), (&json!("dead"), &json!(id_of(&email))));
    assert!(shown["answer"].as_str().is_some_and(|answer| answer.starts_with("bounced: 5.1.1")), "{shown}");
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200);
    assert!(page.text.contains("未送达的邮件") && page.text.contains("no such user"), "{}", page.text);
    let work = test.by("justice").get("worklist").expect_status(200);
    assert_eq!(work["undelivered"].as_array().map(Vec::len), Some(1), "the officer informs the recipient otherwise");
    assert!(person(test, "contractor")["bounced"].as_str().is_some_and(|reason| reason.starts_with("5.1.1")));
    assert_eq!(person(test, "justice")["bounced"], Value::Null);
    let admin = Visitor::signed_in(test, "admin");
    assert!(admin.get("/registers/people").expect_status(200).text.contains("退信：5.1.1"));
    let events = test.by("admin").get("events?limit=200").expect_status(200);
    let noted = events["items"].as_array().expect("events").iter().any(|event| event["action"] == "letters.bounce");
    assert!(noted, "{events}");
    test.by("admin").post(&format!("emails/{}/actions/retry", id_of(&email)), &json!({})).expect_status(200);
    assert_eq!(person(test, "contractor")["bounced"], Value::Null, "the address is tried again");
    assert_eq!(unsealed_differences(test), []);
}

fn a_forged_report_changes_nothing(test: &TestApp) {
    sent(test);
    let email = one_to(test, "contractor");
    let before = rows(test);
    for (status, ids) in [
        (failed("justice@luyue.test"), id_of(&email)),
        (failed("contractor@luyue.test"), "00000000-0000-4000-8000-000000000000".to_owned()),
        (failed("contractor@luyue.test").replace("failed", "delayed"), id_of(&email)),
    ] {
        assert_eq!(record(&test.app, &status, &ids), 0, "{status}");
    }
    assert_eq!(rows(test), before);
    assert_eq!(person(test, "contractor")["bounced"], Value::Null);
}

fn reports_in_a_mailbox_are_read_once(test: &TestApp) {
    sent(test);
    let email = one_to(test, "contractor");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [new, seen] = ["new", "cur"].map(|name| folder.path().join(name));
    assert!(Mailbox::open(folder.path()).is_err(), "no mailbox yet");
    std::fs::create_dir(&new).expect("it is made");
    let mailbox = Mailbox::open(folder.path()).expect("a mailbox");
    let app = App { mailbox: Some(Arc::new(mailbox)), ..by(test, &SmtpServer::start(Security::None, Manner::Accept)) };
    let arrives = |name: &str, message: &[u8]| std::fs::write(new.join(name), message).expect("it is written");
    let read = || bounces::read_mailbox(&app).expect("it is read");
    let report = report(&failed("contractor@luyue.test"), &original(&id_of(&email)));
    arrives("1796000000.M1.mx", &report);
    arrives("1796000001.M2.mx", b"Subject: hello\n\nI am away.");
    arrives("1796000002.M3.mx", &[0xff; 64]);
    arrives(".hidden", &report);
    assert_eq!(read(), 3);
    let state =
        |test: &TestApp| rows(test).into_iter().find(|row| row.message_id == email.message_id).expect("it").state;
    assert_eq!(state(test), "dead");
    assert!(person(test, "contractor")["bounced"].is_string());
    assert_eq!(read(), 0, "nothing is left");
    assert!(seen.join("1796000000.M1.mx:2,S").exists() && std::fs::read_dir(&seen).expect("a folder").count() == 3);
    let before = rows(test);
    arrives("1796000003.M4.mx", &report);
    assert_eq!((read(), rows(test)), (1, before), "the same report again gives nothing up");
    // A message that cannot be moved is told, and does not keep the others from being read.
    std::fs::remove_dir_all(&seen).expect("it is removed");
    std::fs::write(&seen, "a file").expect("it is written");
    arrives("1796000004.M5.mx", &report);
    assert!(bounces::read_mailbox(&app).is_err());
    assert_eq!(unsealed_differences(test), []);
}

/// Pipes a message into the command and returns its output.
fn piped(message: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_luyue"));
    command.arg("bounce").env("LUYUE_DATA", folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    child.stdin.take().expect("its input").write_all(message).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_mail_server_pipes_any_message() {
    assert!(piped(b"Subject: hello\n\nI am away.").contains("ignored"));
    let id = "00000000-0000-4000-8000-000000000000";
    assert_eq!(piped(&report(&failed("a@b.test"), &original(id))), "0 emails given up\n");
}

fn a_list_that_came_back_gives_up_its_emails(test: &TestApp) {
    for number in ["N-2", "N-3"] {
        active(test, number);
    }
    active(test, "N-1");
    test.at("2026-06-23", 9);
    calendar(&test.app);
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mail(&by(test, &server));
    let letters = server.letters().into_iter().filter(|letter| letter.to == ["contractor@luyue.test"]);
    let texts = letters.map(|letter| String::from_utf8_lossy(&letter.raw).into_owned());
    let list = texts.into_iter().find(|text| text.contains("X-Luyue-Id: ")).expect("a list");
    let headers = list.split("\r\n\r\n").next().expect("headers").replace("\r\n", "\n");
    let bounce = read_bounce(&report(&failed("contractor@luyue.test"), &format!("{headers}\n\nbody")));
    let bounce = bounce.expect("a report");
    assert!(bounce.ids.len() > 3, "{bounce:?}");
    assert_eq!(bounces::record(&test.app, &bounce).expect("it is recorded"), bounce.ids.len());
    let dead = rows(test).into_iter().filter(|row| row.state == "dead").count();
    assert_eq!(dead, bounce.ids.len());
}
