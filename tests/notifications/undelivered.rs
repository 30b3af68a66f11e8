//! Emails that were not delivered, as the officer of the contract sees them: on its page, in the list of tasks and
//! through the API, until someone has informed the recipient by other means.

use luyue::schema::{events, people};
use serde_json::{Value, json};

use crate::notifications::sending::by;
use crate::notifications::{Row, active, calendar, mail, rows};
use crate::support::app::TestApp;
use crate::support::smtp::{Manner, Security, SmtpServer};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_email_that_was_given_up_waits_for_the_officer_until_it_is_settled
    a_requeued_email_goes_to_the_present_address
}

on_sqlite_first! {
    an_email_that_is_tried_again_is_shown_but_asks_for_nothing
}

/// Sends the reminders of a contract to a server with this manner; returns the contract's identifier.
fn sent_to(test: &TestApp, manner: Manner) -> String {
    let id = active(test, "N-1");
    test.at("2026-06-23", 8);
    calendar(&test.app);
    mail(&by(test, &SmtpServer::start(Security::None, manner)));
    id
}

fn undelivered(test: &TestApp, who: &str, id: &str) -> Vec<Value> {
    let list = test.by(who).get(&format!("contracts/{id}/emails?limit=200")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

fn waiting(test: &TestApp, who: &str) -> Vec<Value> {
    let list = test.by(who).get("worklist").expect_status(200);
    list["undelivered"].as_array().expect("a list").clone()
}

fn an_email_that_was_given_up_waits_for_the_officer_until_it_is_settled(test: &TestApp) {
    let id = sent_to(test, Manner::RefuseRecipient(550));
    let lost = undelivered(test, "justice", &id);
    let of_contract = |row: &&Row| row.kind != "seal-made";
    assert_eq!(lost.len(), rows(test).iter().filter(of_contract).count(), "all but the seal");
    let first = lost.iter().find(|email| email["to"] == "contractor").expect("one to the contractor");
    assert_eq!((&first["state"], &first["address"]), (&json!("dead"), &json!("contractor@luyue.test")));
    assert!(first["answer"].as_str().expect("an answer").contains("550") && first.get("body").is_none(), "{first}");
    assert_eq!(waiting(test, "justice-2").len(), lost.len(), "every officer of the bureau has it in the list");
    for who in ["contractor", "finance-review", "audit", "station"] {
        assert_eq!(test.by(who).get(&format!("contracts/{id}/emails")).status, 403, "{who}");
        assert_eq!(waiting(test, who), Vec::<Value>::new(), "{who}");
    }
    assert_eq!(undelivered(test, "justice-leader", &id).len(), lost.len());
    assert_eq!(test.by("other-justice").get(&format!("contracts/{id}/emails")).status, 404);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains("未送达的邮件") && page.contains("contractor@luyue.test"), "{page}");
    let work = officer.get("/work").expect_status(200).text;
    let letter = first["id"].as_str().expect("an id");
    let form = format!("/contracts/{id}/act/told?subject={letter}");
    assert!(work.contains(&form) && page.contains(&form), "{work}");
    let contractor = Visitor::signed_in(test, "contractor");
    assert!(!contractor.get(&format!("/contracts/{id}")).expect_status(200).text.contains("未送达的邮件"));
    settle(test, &officer, &id, letter, lost.len());
}

/// Settles a letter through the page and another one through the API.
fn settle(test: &TestApp, officer: &Visitor<'_>, id: &str, letter: &str, all: usize) {
    let form = format!("/contracts/{id}/act/told?subject={letter}");
    let act = format!("/contracts/{id}/act/told");
    let told = |reason: &str| officer.post_from(&form, &act, &[("subject", letter), ("reason", reason)]);
    assert!(told(" ").expect_status(400).text.contains("govuk-error-summary"));
    let done = told("6月23日电话告知林晓东").expect_status(303).location;
    let page = officer.get(&done).expect_status(200).text;
    assert!(page.contains("已登记另行告知") && page.contains("6月23日电话告知林晓东"), "{page}");
    assert_eq!(officer.get(&form).status, 404, "it is settled");
    assert_eq!(waiting(test, "justice").len(), all - 1);
    let other = undelivered(test, "justice", id)[0]["id"].as_str().expect("an id").to_owned();
    let settle = |who: &str, body: &Value| test.by(who).post(&format!("emails/{other}/actions/settle"), body);
    assert_eq!(settle("contractor", &json!({"reason": "电话"})).status, 403);
    assert_eq!(settle("justice-leader", &json!({"reason": "电话"})).status, 403);
    assert_eq!(settle("other-justice", &json!({"reason": "电话"})).status, 404);
    assert_eq!(settle("justice", &json!({})).expect_status(422)["errors"][0]["path"], "reason");
    settle("justice-2", &json!({"reason": "当面告知"})).expect_status(200);
    assert_eq!(settle("justice", &json!({"reason": "再次"})).expect_status(409)["type"], "/problems/email-settled");
    assert_eq!(undelivered(test, "justice", id).len(), all - 2);
    use diesel::prelude::*;
    let recorded: i64 = events::table
        .filter(events::action.eq("letters.settle"))
        .filter(events::stream.eq(format!("contract:{id}")))
        .count()
        .get_result(&mut *test.app.pool.get().expect("a connection"))
        .expect("a count");
    assert_eq!(recorded, 2);
}

fn an_email_that_is_tried_again_is_shown_but_asks_for_nothing(test: &TestApp) {
    let id = sent_to(test, Manner::RefuseLetter(451));
    let late = undelivered(test, "justice", &id);
    assert!(!late.is_empty() && late.iter().all(|email| email["state"] == "queued"));
    assert!(late.iter().all(|email| email["next_try_at"].is_string()), "{late:?}");
    assert_eq!(waiting(test, "justice"), Vec::<Value>::new());
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains("尚未送达，2026-06-23 08:01 再次发送"), "{page}");
    let letter = late[0]["id"].as_str().expect("an id");
    let settled = test.by("justice").post(&format!("emails/{letter}/actions/settle"), &json!({"reason": "电话"}));
    assert_eq!(settled.expect_status(409)["type"], "/problems/email-not-given-up");
    test.at("2026-06-23", 9);
    mail(&by(test, &SmtpServer::start(Security::None, Manner::Accept)));
    assert_eq!(undelivered(test, "justice", &id), Vec::<Value>::new());
}

fn a_requeued_email_goes_to_the_present_address(test: &TestApp) {
    let id = sent_to(test, Manner::RefuseRecipient(550));
    use diesel::prelude::*;
    diesel::update(people::table.filter(people::username.eq("contractor")))
        .set(people::email.eq("lin@luyue.test"))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the address is corrected");
    let lost = undelivered(test, "justice", &id);
    let lost = lost.iter().filter(|email| email["to"] == "contractor");
    let letter = lost.map(|email| email["id"].as_str().expect("an id")).next().expect("one to the contractor");
    test.by("admin").post(&format!("emails/{letter}/actions/retry"), &json!({})).expect_status(200);
    assert!(waiting(test, "justice").iter().all(|email| email["id"] != letter), "it waits no more");
    let server = SmtpServer::start(Security::None, Manner::Accept);
    assert_eq!(mail(&by(test, &server)), 1);
    assert_eq!(server.letters()[0].to, ["lin@luyue.test"]);
}
