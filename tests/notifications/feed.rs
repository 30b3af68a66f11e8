//! Calendar feeds: the tasks of a person at a secret address, which they make, renew and end on the account's page.

use luyue::text::icalendar::{Entry, write};
use serde_json::json;

use crate::notifications::active;
use crate::on_both_engines;
use crate::support::app::{Reply, TestApp, day, unsealed_differences};
use crate::support::log;
use crate::support::visitor::Visitor;

on_both_engines! { a_calendar_reads_the_tasks_of_a_person_at_a_secret_address }

fn read(test: &TestApp, address: &str, known: &str) -> Reply {
    let path = address.strip_prefix(&test.app.settings.public_url()).expect("an address of the program");
    test.nobody().at(&test.url).with("If-None-Match", known).send("GET", path, None, b"")
}

/// Returns the address on the account's page.
fn address(visitor: &Visitor<'_>) -> String {
    let words = visitor.get("/sessions").expect_status(200).text_of("main");
    let found = words.split_whitespace().find(|word| word.ends_with("/tasks.ics"));
    found.unwrap_or_default().to_owned()
}

fn a_calendar_reads_the_tasks_of_a_person_at_a_secret_address(test: &TestApp) {
    log::keep_as_json();
    let contract = active(test, "F-1");
    let contractor = Visitor::signed_in(test, "contractor");
    assert_eq!(address(&contractor), "");
    contractor.post_from("/sessions", "/calendar-feed", &[]).expect_status(303);
    let first = address(&contractor);
    let reply = read(test, &first, "x");
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    let text = String::from_utf8(reply.bytes.clone()).expect("UTF-8");
    let tasks = test.by("contractor").get("worklist").expect_status(200)["items"].as_array().expect("items").len();
    assert!(tasks > 0 && text.matches("BEGIN:VEVENT").count() == tasks, "{tasks}: {text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    let whole = text.replace("\r\n ", "");
    assert!(whole.contains(&format!("/contracts/{contract}")) && whole.contains("DESCRIPTION:F-1\\n"), "{whole}");
    // The same tasks give the same bytes, which a calendar that has them does not read again.
    let tag = reply.header("etag").to_owned();
    assert_eq!((read(test, &first, &tag).status, read(test, &first, "x").bytes), (304, reply.bytes));
    contractor.post_from("/sessions", "/calendar-feed", &[]).expect_status(303);
    let second = address(&contractor);
    assert_eq!((read(test, &first, "x").status, read(test, &second, "x").status), (404, 200));
    // A feed is its owner's: others neither see it nor end it, and it ends with the account.
    assert_eq!(address(&Visitor::signed_in(test, "contractor-2")), "");
    assert_eq!(read(test, &second.replace("/tasks.ics", "x/tasks.ics"), "x").status, 404);
    let person = test.by("contractor").get("me").expect_status(200)["id"].as_str().expect("an id").to_owned();
    for (act, status) in [("disable", 404), ("enable", 200)] {
        test.by("admin").post(&format!("people/{person}/actions/{act}"), &json!({})).expect_status(200);
        assert_eq!(read(test, &second, "x").status, status, "{act}");
    }
    assert_eq!(unsealed_differences(test), []);
    Visitor::signed_in(test, "contractor").post_from("/sessions", "/calendar-feed/end", &[]).expect_status(303);
    assert_eq!(read(test, &second, "x").status, 404);
    let log = log::text();
    let token = |address: &str| address.rsplit('/').nth(1).expect("a token").to_owned();
    assert!(!log.contains(&token(&first)) && !log.contains(&token(&second)));
}

#[test]
fn a_calendar_is_folded_between_characters_and_escaped() {
    let entry = Entry {
        uid: "a@luyue".to_owned(),
        on: day("2026-12-31"),
        since: day("2026-01-05"),
        summary: "一".repeat(40),
        description: "甲; 乙, 丙\\\r\n丁\u{7}".to_owned(),
        url: "https://luyue.test/contracts/a".to_owned(),
    };
    let text = write("待办", &[entry]);
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let whole = text.replace("\r\n ", "");
    assert!(whole.contains(&format!("SUMMARY:{}\r\n", "一".repeat(40))), "{whole}");
    assert!(whole.contains("DESCRIPTION:甲\\; 乙\\, 丙\\\\\\n丁\r\n"), "{whole}");
    assert!(whole.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"), "{whole}");
    assert!(whole.contains("DTSTAMP:20260105T000000Z\r\n"));
}
