//! Emails as their recipients chose: at once, in one list a day, or not at all; none at night but those that bind.

use luyue::domain::codes::AlertKind;
use mailparse::{MailHeaderMap, parse_mail};
use serde_json::{Value, json};

use crate::notifications::sending::by;
use crate::notifications::{Row, active, calendar, mail, rows};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::smtp::{Manner, Received, Security, SmtpServer};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_daily_list_leaves_once_at_its_hour
    notices_kept_in_the_program_are_not_sent
}

on_sqlite_first! {
    nothing_but_what_binds_leaves_at_night
    what_binds_cannot_be_switched_off
}

fn choose(test: &TestApp, who: &str, ways: Value) {
    let choices = json!({"ways": ways, "digest_hour": 8, "quiet": true});
    test.by(who).post("notices/choices", &choices).expect_status(200);
}

fn to<'a>(letters: &'a [Received], who: &str) -> Vec<&'a Received> {
    letters.iter().filter(|letter| letter.to == [format!("{who}@luyue.test")]).collect()
}

/// Sends what is due and returns what the mail server received.
fn sent(test: &TestApp) -> Vec<Received> {
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mail(&by(test, &server));
    server.letters()
}

fn own(test: &TestApp, who: &str) -> Vec<Row> {
    rows(test).into_iter().filter(|row| row.to == who).collect()
}

fn a_daily_list_leaves_once_at_its_hour(test: &TestApp) {
    choose(test, "contractor", json!({"reminders": "daily", "contracts": "daily", "tasks": "daily"}));
    active(test, "N-1");
    test.at("2026-06-22", 9);
    calendar(&test.app);
    test.at("2026-06-23", 8);
    mail(&test.app);
    test.at("2026-06-23", 9);
    calendar(&test.app);
    assert_eq!(to(&sent(test), "contractor").len(), 0, "they wait for the next morning");
    let waiting: Vec<Row> = own(test, "contractor").into_iter().filter(|row| row.state == "queued").collect();
    assert!(!waiting.is_empty() && waiting.iter().all(|row| row.attempts == 0), "{waiting:?}");
    test.at("2026-06-24", 8);
    let letters = sent(test);
    let lists = to(&letters, "contractor");
    assert_eq!(lists.len(), 1, "one message");
    let list = parse_mail(&lists[0].raw).expect("a letter");
    let subject = list.headers.get_first_value("Subject").expect("a subject");
    let text = list.subparts[0].get_body().expect("text");
    assert_eq!(subject, format!("每日通知：{} 条", waiting.len()));
    assert!(waiting.iter().all(|row| text.contains(&row.subject)), "{text}");
    assert!(text.contains("https://luyue.test/notices"), "{text}");
    let is_sent = |row: &Row| waiting.iter().all(|waited| waited.id != row.id) || row.state == "sent";
    assert!(own(test, "contractor").iter().all(is_sent));
    assert_eq!(to(&sent(test), "contractor").len(), 0, "each once");
    assert_eq!(unsealed_differences(test), []);
}

fn notices_kept_in_the_program_are_not_sent(test: &TestApp) {
    choose(test, "contractor", json!({"reminders": "in_app", "contracts": "in_app"}));
    active(test, "N-1");
    test.at("2026-06-23", 9);
    calendar(&test.app);
    let letters = sent(test);
    assert_eq!(to(&letters, "contractor").len(), 0);
    assert!(!to(&letters, "justice").is_empty(), "others have chosen nothing");
    let kept = own(test, "contractor").into_iter().filter(|row| row.state == "kept").count();
    assert!(kept > 0 && own(test, "contractor").iter().all(|row| ["kept", "withdrawn"].contains(&row.state.as_str())));
    let listed = test.by("contractor").get("notices?unread=true").expect_status(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(kept), "all are there to be read");
    assert_eq!(unsealed_differences(test), []);
}

fn nothing_but_what_binds_leaves_at_night(test: &TestApp) {
    active(test, "N-1");
    test.at("2026-07-03", 0);
    calendar(&test.app);
    let letters = sent(test);
    let kinds = |state: &str| {
        let found = own(test, "contractor").into_iter().filter(|row| row.state == state);
        found.map(|row| row.kind).collect::<Vec<_>>()
    };
    let notices = kinds("sent");
    assert!(!notices.is_empty() && notices.iter().all(|kind| kind == AlertKind::BreachFound.as_str()), "{notices:?}");
    assert_eq!(to(&letters, "contractor").len(), notices.len());
    assert!(kinds("queued").contains(&"overdue".to_owned()));
    test.at("2026-07-03", 6);
    assert_eq!(to(&sent(test), "contractor").len(), 0);
    test.at("2026-07-03", 7);
    assert!(!to(&sent(test), "contractor").is_empty());
    assert_eq!(kinds("queued"), [""; 0]);
}

fn what_binds_cannot_be_switched_off(test: &TestApp) {
    for topic in ["breaches", "account"] {
        for way in ["daily", "in_app"] {
            let choices = json!({"ways": {topic: way}, "digest_hour": 8, "quiet": true});
            let refused = test.by("contractor").post("notices/choices", &choices).expect_status(422);
            assert_eq!(refused["errors"][0]["path"], format!("ways.{topic}"));
        }
    }
    for hour in [6, 21, 24] {
        let choices = json!({"digest_hour": hour, "quiet": false});
        let refused = test.by("contractor").post("notices/choices", &choices).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "digest_hour", "{hour}");
    }
    for wrong in [json!({"digest_hour": 8}), json!({"digest_hour": 8, "quiet": true, "ways": {"all": "daily"}})] {
        assert_eq!(test.by("contractor").post("notices/choices", &wrong).status, 400, "{wrong}");
    }
    let usual = test.by("contractor").get("notices/choices").expect_status(200);
    assert_eq!(usual, json!({"ways": {}, "digest_hour": 8, "quiet": true}));
    choose(test, "contractor", json!({"breaches": "at_once", "payments": "daily"}));
    let chosen = test.by("contractor").get("notices/choices").expect_status(200);
    assert_eq!(chosen["ways"], json!({"payments": "daily"}));
}
