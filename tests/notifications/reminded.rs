//! Reminders at the moment of sending: none for a task that is done or whose day moved, one message for many tasks,
//! only to those who can act, with a link to the form.

use luyue::domain::alerts::is_about_task;
use luyue::domain::codes::AlertKind;
use luyue::schema::emails;
use mailparse::{MailHeaderMap, parse_mail};
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::notifications::sending::by;
use crate::notifications::{Row, active, calendar, mail, rows};
use crate::payments::setup;
use crate::registry::{added, text};
use crate::support::app::TestApp;
use crate::support::smtp::{Manner, Received, Security, SmtpServer};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_message_leads_to_the_form_of_its_task
}

on_sqlite_first! {
    a_reminder_of_a_task_that_was_done_is_not_sent
    a_reminder_whose_day_moved_is_not_sent
    a_reminder_to_somebody_who_left_the_role_is_not_sent
    many_tasks_at_once_are_one_message
    a_task_that_is_born_late_gives_one_message
    whoever_took_an_earlier_step_is_not_asked_for_the_next
}

/// A contract seven days before deliverables are due, with its reminders queued; returns its identifier.
fn reminded(test: &TestApp) -> String {
    let id = active(test, "N-1");
    test.at("2026-06-23", 8);
    calendar(&test.app);
    id
}

fn of<'a>(rows: &'a [Row], subject: &str, to: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row.subject_key == subject && row.to == to).collect()
}

/// Sends what is queued and returns what the mail server received.
fn sent(test: &TestApp) -> Vec<Received> {
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mail(&by(test, &server));
    server.letters()
}

/// Returns the subject and the text of a letter.
fn words(letter: &Received) -> (String, String) {
    let mail = parse_mail(&letter.raw).expect("a letter");
    let subject = mail.headers.get_first_value("Subject").expect("a subject");
    (subject, mail.subparts[0].get_body().expect("text"))
}

fn a_reminder_of_a_task_that_was_done_is_not_sent(test: &TestApp) {
    let id = reminded(test);
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&path, &[("quantity", "1")], &[("a.pdf", &pdf(b"done"))]).expect_status(201);
    let letters = sent(test);
    assert!(letters.iter().all(|letter| !words(letter).1.contains("提交成果“上半年上门走访”")), "{}", letters.len());
    let after = rows(test);
    let reminder = of(&after, "deliver/VISIT-H1", "contractor");
    assert_eq!((reminder.len(), reminder[0].state.as_str()), (1, "withdrawn"));
    assert!(after.iter().any(|row| row.state == "sent"), "the others were sent");
}

fn a_reminder_whose_day_moved_is_not_sent(test: &TestApp) {
    let id = reminded(test);
    let asked = json!({"deliverable": "VISIT-H1", "days": 30, "reason": "汛期道路中断"});
    let asked = test.by("justice").post(&format!("contracts/{id}/extensions"), &asked).expect_status(201);
    let grant = format!("extensions/{}/actions/grant", text(&asked["id"]));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    sent(test);
    let after = rows(test);
    assert_eq!(of(&after, "deliver/VISIT-H1", "contractor")[0].state, "withdrawn");
    test.at("2026-07-23", 8);
    calendar(&test.app);
    let due: Vec<_> = rows(test).into_iter().filter(|row| row.subject_key == "deliver/VISIT-H1").collect();
    assert_eq!(due.last().map(|row| (row.kind.as_str(), row.state.as_str())), Some(("due-7", "queued")), "{due:?}");
}

fn a_reminder_to_somebody_who_left_the_role_is_not_sent(test: &TestApp) {
    let extra = added(test, "wang.fang", "officer", "XC-JUSTICE");
    reminded(test);
    let before = rows(test);
    // The notice of a breach and the link for a first password ask for no task.
    let asks = |row: &&Row| AlertKind::parse(&row.kind).is_some_and(is_about_task);
    let asked = before.iter().filter(asks).filter(|row| row.to == "wang.fang").count();
    assert!(asked > 0, "the officer is reminded: {before:?}");
    test.by("admin").post(&format!("people/{extra}/actions/disable"), &json!({})).expect_status(200);
    sent(test);
    let after = rows(test);
    let states = |to: &str| {
        let own = after.iter().filter(asks).filter(|row| row.to == to);
        own.map(|row| row.state.clone()).collect::<Vec<_>>()
    };
    assert_eq!(states("wang.fang"), vec!["withdrawn"; asked]);
    assert!(states("justice").iter().all(|state| state == "sent"));
}

fn many_tasks_at_once_are_one_message(test: &TestApp) {
    for number in ["N-2", "N-3"] {
        active(test, number);
    }
    reminded(test);
    let before = rows(test);
    let asks = |row: &Row| AlertKind::parse(&row.kind).is_some_and(is_about_task);
    let (own, informed): (Vec<&Row>, Vec<&Row>) =
        before.iter().filter(|row| row.to == "contractor").partition(|row| asks(row));
    assert!(own.len() > 3, "{own:?}");
    let letters = sent(test);
    let to = |letter: &&Received| letter.to == ["contractor@luyue.test"];
    let lists: Vec<_> =
        letters.iter().filter(to).map(words).filter(|(subject, _)| subject.contains("项待办")).collect();
    assert_eq!(lists.len(), 1, "{lists:?}");
    let (subject, list) = &lists[0];
    assert!(subject.contains(&format!("您有 {} 项待办事项", own.len())), "{subject}");
    for row in &own {
        assert!(list.contains(&row.subject), "{} is not in {list}", row.subject);
    }
    assert_eq!(list.matches("https://luyue.test/contracts/").count(), own.len(), "a link each: {list}");
    assert!(rows(test).iter().all(|row| row.state == "sent"));
    let single = letters.iter().filter(to).count() - 1;
    assert_eq!(single, informed.len(), "what informs is a message of its own");
    assert_eq!(mail(&test.app), 0, "nothing is left");
}

/// Requests a payment on a day and returns the emails to the officer who must confirm it.
fn to_confirm(test: &TestApp, on: &str) -> Vec<Row> {
    let id = setup::advance(test);
    test.at(on, 9);
    calendar(&test.app);
    let payment = setup::asked(test, &id, "ADVANCE", &json!({}));
    calendar(&test.app);
    let subject = format!("confirm_payment/{payment}");
    rows(test).into_iter().filter(|row| row.subject_key == subject && row.to == "justice").collect()
}

fn a_task_that_is_born_late_gives_one_message(test: &TestApp) {
    let late = to_confirm(test, "2026-05-13");
    assert_eq!(late.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["overdue"], "{late:?}");
    test.at("2026-05-20", 9);
    calendar(&test.app);
    let again = rows(test).iter().filter(|row| row.subject_key == late[0].subject_key && row.to == "justice").count();
    assert_eq!(again, 1);
}

fn whoever_took_an_earlier_step_is_not_asked_for_the_next(test: &TestApp) {
    let id = active(test, "N-1");
    test.at("2026-03-02", 9);
    let deputy = json!({"organisation": "XC-JUSTICE", "role": "leader", "deputy": "justice", "until_on": "2026-03-31"});
    test.by("justice-leader").post("delegations", &deputy).expect_status(201);
    for (who, deliverable, asked) in
        [("justice", "VISIT-H1", vec!["justice-leader"]), ("justice-2", "VISIT-H2", vec!["justice", "justice-leader"])]
    {
        let request = json!({"deliverable": deliverable, "days": 3, "reason": format!("{who}：汛期")});
        let request = test.by(who).post(&format!("contracts/{id}/extensions"), &request).expect_status(201);
        calendar(&test.app);
        let subject = format!("decide/{}", text(&request["id"]));
        let mut told: Vec<String> =
            rows(test).into_iter().filter(|row| row.subject_key == subject).map(|row| row.to).collect();
        told.sort();
        assert_eq!(told, asked, "nobody decides on their own request");
    }
}

fn a_message_leads_to_the_form_of_its_task(test: &TestApp) {
    let id = reminded(test);
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    use diesel::prelude::*;
    let all: Vec<String> =
        emails::table.select(emails::subject_key).load(&mut *test.app.pool.get().expect("a connection")).expect("keys");
    assert!(all.contains(&"deliver/VISIT-H1".to_owned()));
    let links = |emails: &[Received], to: &str| -> Vec<String> {
        let own = emails.iter().filter(|email| email.to == [format!("{to}@luyue.test")]);
        let text: Vec<String> = own.map(|email| words(email).1).collect();
        let lines = text.iter().flat_map(|text| text.lines()).map(str::trim);
        lines.filter_map(|line| line.strip_prefix("https://luyue.test")).map(str::to_owned).collect()
    };
    let letters = sent(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let found = links(&letters, "contractor");
    assert!(found.contains(&format!("/contracts/{id}/act/submission?subject=VISIT-H1")), "{found:?}");
    for link in &found {
        contractor.get(link.split('#').next().unwrap_or_default()).expect_status(200);
    }
    test.by("contractor").upload(&path, &[("quantity", "1")], &[("a.pdf", &pdf(b"done"))]).expect_status(201);
    test.at("2026-06-29", 8);
    calendar(&test.app);
    let letters = sent(test);
    let officer = Visitor::signed_in(test, "justice");
    let found = links(&letters, "justice");
    let inspect = format!("/contracts/{id}/act/decision?subject=VISIT-H1");
    assert!(found.contains(&inspect), "{found:?}");
    for link in &found {
        let page = officer.get(link.split('#').next().unwrap_or_default()).expect_status(200);
        assert!(page.text.contains("<form"), "{link}");
    }
    let form = officer.get(&inspect).expect_status(200);
    assert_eq!(form.hidden("no"), "1", "the submission that waits");
}
