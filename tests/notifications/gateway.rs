//! Posts to the bureau's gateway for text messages: signed, at least once under one identifier, tried again, given up
//! and requeued; without secrets, and to no other address than that of the settings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use luyue::adapters::gateway::Gateway;
use luyue::app::App;
use luyue::jobs::{self, Worked};
use luyue::storage::notifications::posts;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::notifications::{active, calendar, mail, rows};
use crate::registry::added;
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::gateway::{FakeGateway, secret};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    what_fails_is_tried_again_under_the_same_identifier
    what_is_given_up_is_listed_and_requeued
    what_happened_before_the_gateway_is_not_posted
}

on_sqlite_first! {
    every_email_is_posted_signed_and_once
    a_post_whose_worker_died_is_posted_again
}

fn with(test: &TestApp, gateway: &FakeGateway) -> App {
    let mut app = test.app.clone();
    app.gateway = Some(Arc::new(gateway.client()));
    app
}

/// Posts what is due.
fn post(app: &App) -> usize {
    let mut all = 0;
    while let Worked(done @ 1..) = jobs::gateway_step(app).expect("the step ends") {
        all += done;
    }
    all
}

/// Lists the emails that are posted, as an administrator sees them.
fn listed(test: &TestApp) -> Vec<Value> {
    let list = test.by("admin").get("emails?limit=200").expect_status(200);
    let all = list["items"].as_array().expect("items").iter();
    all.filter(|email| email["kind"] != "seal-made").cloned().collect()
}

fn reminded(test: &TestApp) {
    active(test, "N-1");
    test.at("2026-06-23", 9);
    calendar(&test.app);
}

fn every_email_is_posted_signed_and_once(test: &TestApp) {
    // A link for a first password is a secret.
    added(test, "wang.fang", "officer", "XC-JUSTICE");
    reminded(test);
    assert_eq!(jobs::gateway_step(&test.app).expect("the step ends"), Worked(0), "without a gateway nothing is posted");
    let gateway = FakeGateway::start(&[]);
    let app = with(test, &gateway);
    let all = rows(test);
    assert_eq!(post(&app), all.len());
    let posted = gateway.posts();
    let is_secret = |kind: &str| ["password-link", "seal-made"].contains(&kind);
    assert_eq!(posted.len(), all.iter().filter(|row| !is_secret(&row.kind)).count());
    assert!(all.iter().any(|row| row.kind == "password-link"), "there is one");
    let known: BTreeMap<String, &crate::notifications::Row> =
        all.iter().map(|row| (row.message_id.replace("@luyue", "").replace(['<', '>'], ""), row)).collect();
    for post in &posted {
        let signed = secret().sign(format!("{}.{}", post.timestamp, post.body).as_bytes());
        assert_eq!(post.signature, format!("sha256={signed}"));
        assert_eq!(post.timestamp, test.now().and_utc().timestamp().to_string());
        let body: Value = serde_json::from_str(&post.body).expect("JSON");
        let row = known.get(&post.id).expect("an email");
        assert_eq!((&body["id"], &body["kind"]), (&json!(post.id), &json!(row.kind)));
        assert_eq!(body["subject"], row.subject.as_str());
        assert!(body["link"].as_str().is_some_and(|link| link.starts_with("https://luyue.test/contracts/")), "{body}");
        let names: BTreeSet<&String> = body.as_object().expect("an object").keys().collect();
        let expected = [
            "address", "at", "binding", "contract", "id", "kind", "language", "link", "name", "subject", "text", "to",
            "topic",
        ];
        let found: BTreeSet<&str> = names
            .iter()
            .map(|name| name.as_str())
            .chain(body["to"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()))
            .collect();
        assert_eq!(found, BTreeSet::from(expected), "no more than the email says");
    }
    let ids: BTreeSet<_> = posted.iter().map(|post| &post.id).collect();
    assert_eq!((ids.len(), post(&app)), (posted.len(), 0), "each once");
    assert_eq!(unsealed_differences(test), []);
}

fn what_fails_is_tried_again_under_the_same_identifier(test: &TestApp) {
    reminded(test);
    let gateway =
        FakeGateway::start(&["503 Busy", "", "302 Found\r\nLocation: http://127.0.0.1:9/", "401 Unauthorized"]);
    let app = with(test, &gateway);
    post(&app);
    let first: Vec<String> = gateway.posts().into_iter().map(|post| post.id).collect();
    assert_eq!(post(&app), 0, "not before the delay is over");
    test.app.clock.set(test.now() + TimeDelta::minutes(1));
    assert_eq!(post(&app), 4);
    let all: Vec<String> = gateway.posts().into_iter().map(|post| post.id).collect();
    let again: BTreeSet<&String> = all[first.len()..].iter().collect();
    assert_eq!(again, first[..4].iter().collect(), "those that failed, and no redirect was followed");
    assert!(listed(test).iter().all(|email| email["gateway"] == "sent"));
    assert_eq!(unsealed_differences(test), []);
}

fn what_is_given_up_is_listed_and_requeued(test: &TestApp) {
    reminded(test);
    let gateway = FakeGateway::start(&[]);
    let app = with(test, &gateway);
    gateway.answer_with("500 Broken", 10_000);
    // The delays add up to more than three days.
    for minutes in [0, 1, 5, 15, 60, 240, 480, 720, 1440, 1440] {
        test.app.clock.set(test.now() + TimeDelta::minutes(minutes));
        post(&app);
    }
    let all = listed(test);
    assert!(all.iter().all(|email| email["gateway"] == "dead"), "{all:?}");
    assert!(all[0]["gateway_answer"].as_str().is_some_and(|answer| answer.starts_with("500")), "{}", all[0]);
    test.app.clock.set(test.now() + TimeDelta::days(5));
    assert_eq!(post(&app), 0, "no further attempts");
    let id = all[0]["id"].as_str().expect("an id").to_owned();
    let act = |who: &str| test.by(who).post(&format!("emails/{id}/actions/repost"), &json!({}));
    assert_eq!(act("justice").status, 403);
    let page = Visitor::signed_in(test, "admin").get("/registers/emails").expect_status(200);
    assert!(page.has(&format!("form[action='/registers/emails/{id}/repost']")), "{}", page.text);
    act("admin").expect_status(200);
    assert_eq!(act("admin").expect_status(409)["type"], "/problems/post-not-given-up");
    let mended = FakeGateway::start(&[]);
    assert_eq!(post(&with(test, &mended)), 1);
    assert_eq!(mended.posts()[0].id, gateway.posts()[0].id);
    assert_eq!(unsealed_differences(test), []);
}

fn a_post_whose_worker_died_is_posted_again(test: &TestApp) {
    reminded(test);
    let gateway = FakeGateway::start(&[]);
    let app = with(test, &gateway);
    // The worker has leased all and dies before it records an answer.
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let new = posts::unposted(tx.connection, 1_000)?;
        posts::lease(tx.connection, (&new, &[]), tx.context.now + TimeDelta::minutes(10))
    })
    .expect("they are leased");
    assert_eq!(post(&app), 0, "another worker may still post them");
    test.app.clock.set(test.now() + TimeDelta::minutes(10));
    assert_eq!(post(&app), rows(test).len());
    assert!(!gateway.posts().is_empty());
}

fn what_happened_before_the_gateway_is_not_posted(test: &TestApp) {
    reminded(test);
    posts::begin(&mut test.app.pool.get().expect("a connection")).expect("it begins");
    let gateway = FakeGateway::start(&[]);
    let app = with(test, &gateway);
    assert_eq!((post(&app), gateway.posts().len()), (0, 0));
    test.at("2026-06-27", 9);
    calendar(&test.app);
    mail(&test.app);
    posts::begin(&mut test.app.pool.get().expect("a connection")).expect("it has begun before");
    assert!(post(&app) > 0 && !gateway.posts().is_empty(), "what happens from now on is");
}

#[test]
fn only_addresses_with_tls_or_on_this_machine_are_taken() {
    for address in ["https://gateway.bureau.test/notices", "http://127.0.0.1:9000/", "http://localhost/x"] {
        assert!(Gateway::new(address, secret()).is_ok(), "{address}");
    }
    for address in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "ftp://gateway.test/",
        "https://user:word@gateway.test/",
        "gateway.test",
        "file:///etc/passwd",
        "",
    ] {
        assert!(Gateway::new(address, secret()).is_err(), "{address}");
    }
    assert!(!format!("{:?}", FakeGateway::start(&[]).client()).contains("Zk3w"), "the secret is not shown");
}
