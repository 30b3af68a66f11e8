//! One-time links beyond their use: rows put back into the database, and rows without a signature, open nothing.

use diesel::connection::SimpleConnection;
use luyue::app::App;
use luyue::clock::Ids;
use luyue::services::audit::check;
use luyue::services::identity::password_links;
use luyue::storage::backend::known_migrations;
use serde_json::json;

use crate::identity::totp::{code, enrolled, later};
use crate::registry::added;
use crate::support::app::TestApp;
use crate::support::mail;
use crate::support::visitor::{PASSWORD, Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_link_put_back_after_its_use_opens_nothing
    a_link_ends_with_the_password_for_which_it_was_made
    an_upgrade_signs_no_row_that_has_lost_its_signature
}

on_sqlite_first! {
    a_link_stands_for_no_one_time_code
}

const NEXT: &str = "白鹭立在涨水的稻田里";

fn set(test: &TestApp, link: &str, password: &str) -> u16 {
    test.nobody().post("passwords", &json!({"link": link, "password": password})).status
}

fn change(test: &TestApp, statement: &str) {
    let connection = &mut *test.app.pool.get().expect("a connection");
    connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

fn a_link_put_back_after_its_use_opens_nothing(test: &TestApp) {
    added(test, "wang.fang", "officer", "XC-JUSTICE");
    let link = mail::link_to(test, "wang.fang");
    change(test, "CREATE TABLE copies AS SELECT * FROM links");
    assert_eq!(set(test, &link, NEXT), 204);
    // The row as the program itself once signed it.
    change(test, "DELETE FROM links; INSERT INTO links SELECT * FROM copies; DROP TABLE copies");
    assert_eq!(set(test, &link, "另一句很长的口令"), 404);
    // A browser is led to a new link.
    let over = Visitor::new(test).get(&format!("/password/{}", link.rsplit('/').next().unwrap_or_default()));
    assert!(over.status == 404 && over.has("main a[href='/forgotten-password']"), "{}", over.text);
    assert!(over.text.contains("已使用过或已失效") && !over.has("main form"), "{}", over.text);
    let signed_in = test.nobody().post("session", &json!({"username": "wang.fang", "password": NEXT}));
    assert_eq!(signed_in.status, 200);
}

fn a_link_ends_with_the_password_for_which_it_was_made(test: &TestApp) {
    give_password(test, "justice");
    password_links::send_forgotten(&test.app, "justice", "192.0.2.1").expect("a link is sent");
    let link = mail::link_to(test, "justice");
    // Another password, whichever way it came there; voiding the link was left out.
    change(test, "UPDATE people SET password_hash = password_hash || ' ' WHERE username = 'justice'");
    assert_eq!(set(test, &link, NEXT), 404);
    change(test, "UPDATE people SET password_hash = trim(password_hash) WHERE username = 'justice'");
    assert_eq!(set(test, &link, NEXT), 204);
    assert_eq!(test.nobody().post("session", &json!({"username": "justice", "password": PASSWORD})).status, 401);
}

fn an_upgrade_signs_no_row_that_has_lost_its_signature(test: &TestApp) {
    assert!(known_migrations().expect("the list").contains(&"20261201063000".to_owned()), "it added the signatures");
    added(test, "wang.fang", "officer", "XC-JUSTICE");
    let link = mail::link_to(test, "wang.fang");
    change(
        test,
        "UPDATE links SET signature = NULL;
         ALTER TABLE links DROP COLUMN password_digest;
         DELETE FROM __diesel_schema_migrations WHERE version = '20261202040000'",
    );
    let upgraded = App::start((*test.app.settings).clone(), test.app.clock.clone(), Ids::Random);
    let upgraded = upgraded.expect("the start upgrades the schema");
    assert_eq!(set(test, &link, NEXT), 404);
    let found = check::check(&upgraded, |_| ()).expect("the check runs").differences;
    assert!(found.iter().any(|difference| difference.at.starts_with("one-time link")), "{found:?}");
}

fn a_link_stands_for_no_one_time_code(test: &TestApp) {
    let secret = enrolled(test);
    password_links::send_forgotten(&test.app, "wang.fang", "192.0.2.1").expect("a link is sent");
    assert_eq!(set(test, &mail::link_to(test, "wang.fang"), NEXT), 204);
    later(test, 60);
    let sign_in = |code: Option<&str>| {
        test.nobody().post("session", &json!({"username": "wang.fang", "password": NEXT, "code": code})).status
    };
    assert_eq!((sign_in(None), sign_in(Some("000000"))), (401, 401));
    assert_eq!(sign_in(Some(&code(test, &secret))), 200);
}

#[test]
fn mixed_characters_are_required_where_a_setting_says_so() {
    for (mixed, status) in [(false, 204), (true, 422)] {
        let test = TestApp::sqlite_with(|settings| settings.password_mixed = mixed);
        added(&test, "wang.fang", "officer", "XC-JUSTICE");
        let link = mail::link_to(&test, "wang.fang");
        assert_eq!(set(&test, &link, NEXT), status, "{mixed}");
        let any = if mixed { 204 } else { 404 };
        assert_eq!(set(&test, &link, "Bailu-2026-daotian"), any, "{mixed}");
    }
}
