//! Notices in the program: counted in the bar without a statement of their own, listed in pages, marked as read; and
//! the page on which people choose how they are notified.

use serde_json::{Value, json};

use crate::deliverables::support::acceptance;
use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::queries;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    notices_are_counted_listed_and_read
    what_is_done_counts_as_read
    people_choose_how_they_are_notified
    the_purchaser_sees_what_was_sent_and_read
}

/// Sets up a contract with reminders to the contractor and the officers.
fn reminded(test: &TestApp) -> String {
    let id = programme::registered(test, "N-1");
    programme::activate(test, &id);
    test.at("2026-06-23", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    id
}

fn bell(page: &Page) -> String {
    page.text_of(".top__person a[href='/notices']")
}

fn notices_are_counted_listed_and_read(test: &TestApp) {
    let id = reminded(test);
    let listed = test.by("contractor").get("notices?limit=200").expect_status(200);
    let items = listed["items"].as_array().expect("a list");
    let (own, news) = (items.len(), items.iter().filter(|notice| notice["open"].is_null()).count());
    assert!(news > 0 && news < own, "reminders are counted with the tasks: {listed}");
    let visitor = Visitor::signed_in(test, "contractor");
    let page = visitor.get("/notices").expect_status(200);
    assert!(bell(&page).contains(&news.to_string()), "{}", bell(&page));
    assert!(page.text.contains("件待办。要求您办理的通知计入待办"), "{}", page.text);
    let addresses = page.attrs("tbody a", "href");
    assert!(own > 3 && addresses.len() == own, "{addresses:?}");
    assert!(addresses.contains(&format!("/contracts/{id}/act/submission?subject=VISIT-H1")), "{addresses:?}");
    let one = page.attrs("tbody form", "action");
    visitor.post_from("/notices", &one[0], &[]).expect_status(303);
    assert_eq!(page.attr("h2 a", "href"), format!("/contracts/{id}"), "grouped by contract");
    let page = visitor.get("/notices?unread=yes").expect_status(200);
    assert_eq!(page.attrs("tbody form", "action"), one[1..], "one is read");
    // The files hold what is shown.
    for (list, notices) in [("/notices", own), ("/notices?unread=yes", one.len() - 1)] {
        let links = visitor.get(list).expect_status(200).attrs("a[download]", "href");
        let file = visitor.get(&links[0]).expect_status(200).text;
        assert_eq!(file.lines().count(), 1 + notices, "{file}");
        assert!(links.len() == 2 && file.contains("N-1"), "{links:?} {file}");
    }
    // The notices of others are neither shown nor marked.
    let other = Visitor::signed_in(test, "contractor-2");
    assert!(other.get("/notices").expect_status(200).text.contains("没有通知"));
    other.post("/notices/read", &[("form", &other.get("/sessions").hidden("form"))]).expect_status(303);
    let strange = one[1].trim_start_matches("/notices/").trim_end_matches("/read");
    let read = test.by("justice").post("notices/read", &json!({"ids": [strange]})).expect_status(200);
    assert_eq!(read["read"], 0);
    let part = test.by("contractor").get("notices?unread=true&limit=2").expect_status(200);
    let next = part["next"].as_str().expect("there are more");
    let rest = test.by("contractor").get(&format!("notices?unread=true&cursor={next}")).expect_status(200);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(own - 3));
    let led = visitor.post_from("/notices", "/notices/read", &[]).expect_status(303);
    let page = visitor.get(&led.location).expect_status(200);
    assert!(!bell(&page).chars().any(|c| c.is_ascii_digit()), "{}", bell(&page));
    assert_eq!(page.attrs("tbody form", "action"), [""; 0]);
    assert_eq!(test.by("contractor").post("notices/read", &json!({"ids": vec!["x"; 201]})).status, 400);
}

/// Returns the notices of a kind about a task or a decision on the first deliverable.
fn about_visits(test: &TestApp, who: &str, kind: &str) -> Vec<Value> {
    let listed = test.by(who).get("notices?limit=200").expect_status(200);
    let items = listed["items"].as_array().expect("a list").iter();
    let is_it = |notice: &&Value| {
        let address = notice["address"].as_str().unwrap_or_default();
        notice["kind"] == kind && address.contains("VISIT-H1")
    };
    items.filter(is_it).cloned().collect()
}

fn what_is_done_counts_as_read(test: &TestApp) {
    let id = reminded(test);
    let open = |who: &str, kind: &str| -> Vec<Value> {
        about_visits(test, who, kind).iter().map(|notice| notice["open"].clone()).collect()
    };
    assert_eq!(open("contractor", "due-7"), [json!(true)]);
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    let fields = [("quantity", "580"), ("note", "佐证材料另行报送")];
    test.by("contractor").upload(&path, &fields, &[]).expect_status(201);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(open("contractor", "due-7"), [json!(false)], "it is submitted");
    assert_eq!(open("justice", "deliverable-submitted"), [json!(true)], "it waits for its inspection");
    let officer = Visitor::signed_in(test, "justice");
    let submitted = about_visits(test, "justice", "deliverable-submitted");
    let row = format!("[id='notice-{}']", submitted[0]["id"].as_str().expect("an id"));
    test.by("justice").post(&format!("{path}/1/decision"), &acceptance("580")).expect_status(200);
    let page = officer.get("/notices").expect_status(200);
    assert!(page.text_of(&row).contains("已办") && !page.has(&format!("{row} form")), "{}", page.text);
    let listed = test.by("justice").get("notices?unread=true&limit=200").expect_status(200);
    let news = listed["items"].as_array().expect("a list").iter().filter(|notice| notice["open"].is_null()).count();
    assert!(bell(&page).contains(&format!("{news} 条未读")), "tasks are not counted: {news}, {}", bell(&page));
    assert!(!officer.get("/notices?unread=yes").expect_status(200).has(&row));
    // All notices of a contract are marked at once, and those of no one else.
    let group = page.form("/notices/read");
    let named = page.attrs("form[action='/notices/read'] input[name=id]", "value");
    assert!(named.len() > 1 && group.value("id").is_none(), "the first form is for all: {}", page.text);
    let ids: Vec<(&str, &str)> = named.iter().map(|id| ("id", id.as_str())).collect();
    officer.post_from("/notices", "/notices/read", &ids[..1]).expect_status(303);
    let left = officer.get("/notices").expect_status(200).attrs("form[action='/notices/read'] input[name=id]", "value");
    assert!(!left.contains(&named[0]), "{left:?}");
}

#[test]
fn the_count_costs_no_statement_on_sqlite() {
    queries::listen();
    the_count_costs_no_statement(&TestApp::sqlite());
}

#[test]
fn the_count_costs_no_statement_on_postgres() {
    queries::listen();
    the_count_costs_no_statement(&TestApp::postgres());
}

fn the_count_costs_no_statement(test: &TestApp) {
    reminded(test);
    let visitor = Visitor::signed_in(test, "contractor");
    visitor.get("/statutes").expect_status(200);
    let sent = queries::record_all(|| drop(visitor.get("/statutes").expect_status(200)));
    let counting: Vec<_> = sent.iter().filter(|query| query.sql.contains("read_at")).collect();
    assert_eq!(counting.len(), 1, "{counting:?}");
    assert!(counting[0].sql.contains("sessions"), "it is part of the statement that signs in");
}

fn the_purchaser_sees_what_was_sent_and_read(test: &TestApp) {
    let id = reminded(test);
    let path = format!("contracts/{id}/notices?limit=200");
    let to = |name: &str| {
        let list = test.by("justice").get(&path).expect_status(200);
        let all = list["items"].as_array().expect("a list").clone();
        all.into_iter().find(|email| email["to"] == name && email["state"] == "sent").expect("one that was sent")
    };
    let before = to("contractor");
    assert!(before["sent_at"].is_string() && before["read_at"].is_null() && before.get("text").is_none(), "{before}");
    test.by("contractor").post("notices/read", &json!({"ids": [before["id"]]})).expect_status(200);
    assert!(to("contractor")["read_at"].is_string());
    for (who, status) in [("contractor", 403), ("finance-review", 403), ("station", 403), ("other-justice", 404)] {
        assert_eq!(test.by(who).get(&path).status, status, "{who}");
    }
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    let page = officer.get(&page.dom_link(&format!("/contracts/{id}/notices"))).expect_status(200);
    assert!(page.text.contains("通知送达情况") && page.text.contains("阅读时间"), "{}", page.text);
    let file = officer.get(&page.attrs("a[download]", "href")[0]).expect_status(200).text;
    assert_eq!(file.lines().count(), 1 + page.texts("tbody tr").len(), "{file}");
    assert!(
        !Visitor::signed_in(test, "contractor")
            .get(&format!("/contracts/{id}"))
            .expect_status(200)
            .text
            .contains("通知送达情况")
    );
}

fn people_choose_how_they_are_notified(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    let page = visitor.get("/notices/choices").expect_status(200);
    for bound in ["ways.breaches", "ways.account"] {
        assert!(!page.has(&format!("[name='{bound}']")), "{bound} is not offered");
    }
    let fields = [("ways.payments", "daily"), ("ways.messages", "in_app"), ("digest_hour", "17")];
    let rest = ["reminders", "tasks", "deliverables", "requests", "evaluations", "contracts"];
    let rest: Vec<(String, &str)> = rest.iter().map(|topic| (format!("ways.{topic}"), "at_once")).collect();
    let all: Vec<(&str, &str)> = rest.iter().map(|(name, way)| (name.as_str(), *way)).chain(fields).collect();
    let saved = visitor.post_from("/notices/choices", "/notices/choices", &all).expect_status(303);
    let page = visitor.get(&saved.location).expect_status(200);
    assert!(page.text.contains("通知方式已保存"), "{}", page.text);
    for (name, value) in [("ways.payments", "daily"), ("ways.tasks", "at_once"), ("digest_hour", "17")] {
        assert!(page.has(&format!("[name='{name}'] option[value='{value}'][selected]")), "{name}: {}", page.text);
    }
    let chosen = test.by("justice").get("notices/choices").expect_status(200);
    let expected = json!({"ways": {"payments": "daily", "messages": "in_app"}, "digest_hour": 17, "quiet": false});
    assert_eq!(chosen, expected, "an empty box means that nights are not quiet");
    let refused = visitor.post_from("/notices/choices", "/notices/choices", &[("ways.payments", "never")]);
    assert!([400, 422].contains(&refused.status) && refused.text.contains("ways.payments"), "{}", refused.text);
    let events = test.by("admin").get("events?person=justice").expect_status(200);
    let actions: Vec<_> = events["items"].as_array().expect("events").iter().map(|event| &event["action"]).collect();
    assert!(actions.contains(&&json!("notices.choose")), "{actions:?}");
}
