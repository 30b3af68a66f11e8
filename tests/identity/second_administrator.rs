//! Acts of two administrators: no administrator alone adds the second one, and none confirms their own request.

use diesel::prelude::*;
use luyue::domain::codes::Role;
use luyue::schema::administrator_requests as requests;
use luyue::services::identity::bootstrap::{self, NewUser};
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::identity::totp;
use crate::registry::{added, delete, person, text};
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, TestApp};
use crate::support::mail;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    one_administrator_alone_adds_no_other
    a_request_changed_in_the_database_is_not_confirmed
}

on_sqlite_first! {
    seats_that_undo_separation_are_refused
}

/// Adds a second administrator on the command line, as an installation with a single one does.
fn add_second(test: &TestApp) {
    let user = NewUser {
        username: "admin-2".to_owned(),
        name: None,
        email: None,
        role: Role::Administrator,
        organisation: "XC-ADMIN".to_owned(),
        organisation_name: None,
    };
    bootstrap::add_user(&test.app, &user).expect("a link");
}

/// Sets a password through a link and returns the status.
fn set(test: &TestApp, link: &str) -> u16 {
    test.nobody().post("passwords", &json!({"link": link, "password": totp::PASSWORD})).status
}

fn sign_in(test: &TestApp, name: &str) -> u16 {
    test.nobody().post("session", &json!({"username": name, "password": totp::PASSWORD})).status
}

/// Acts on a person and returns the answer.
fn act(test: &TestApp, who: &str, id: &str, name: &str) -> Value {
    test.by(who).post(&format!("people/{id}/actions/{name}"), &json!({"reason": "手机遗失"})).expect_status(200)
}

fn one_administrator_alone_adds_no_other(test: &TestApp) {
    // A new person with the seat.
    let made = test.by("admin").post("people", &person("puppet", "administrator", "XC-ADMIN")).expect_status(201);
    assert_eq!(made["link"], "asked");
    let puppet = text(&made["id"]);
    assert_eq!(act(test, "admin", &puppet, "link")["link"], "asked", "one person does not count twice");
    let admin = Visitor::signed_in(test, "admin");
    let page = admin.post_from("/registers/people", &format!("/registers/people/{puppet}/link"), &[]);
    let page = admin.get(&page.expect_status(303).location).expect_status(200);
    assert!(page.text.contains("luyue user link"), "{}", page.text);
    // Who adds a person is told that the person is there, and not only what is still to be done.
    let fields = [
        ("username", "puppet-2"),
        ("name", "王五"),
        ("email", "wang.wu@luyue.test"),
        ("language", "zh"),
        ("organisation", "XC-ADMIN"),
        ("role", "administrator"),
    ];
    let page = admin.post_from("/registers/people", "/registers/people", &fields).expect_status(303);
    let page = admin.get(&page.location).expect_status(200);
    assert!(page.text.contains("人员已添加") && page.text.contains("luyue user link"), "{}", page.text);
    assert_eq!(mail::links_to(test, "puppet"), Vec::<String>::new());

    // The seat given to a person whose password one administrator may have arranged.
    let moved = added(test, "moved", "officer", "XC-ADMIN");
    assert_eq!((set(test, &mail::link_to(test, "moved")), sign_in(test, "moved")), (204, 200));
    let seats = format!("people/{moved}/seats");
    let seat = |role: &str| json!({"organisation": "XC-ADMIN", "role": role});
    assert_eq!(delete(test, "admin", &seats, &seat("officer")).status, 204);
    test.by("admin").post(&seats, &seat("administrator")).expect_status(201);
    assert_eq!(sign_in(test, "moved"), 401, "the password is void");
    assert_eq!(act(test, "admin", &moved, "link")["link"], "asked");
    assert_eq!(mail::links_to(test, "moved").len(), 1);

    // One-time codes of an administrator.
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, "moved")?.expect("the person was added");
        people::set_totp(tx.connection, person.id, Some("drawn"))
    })
    .expect("the codes are set up");
    assert_eq!(act(test, "admin", &moved, "reset-codes")["codes"], "asked");

    // The second administrator comes from the command line and confirms.
    add_second(test);
    assert_eq!(act(test, "admin-2", &moved, "reset-codes")["codes"], "done");
    for (id, name) in [(&puppet, "puppet"), (&moved, "moved")] {
        assert_eq!(act(test, "admin-2", id, "link")["link"], "mailed", "{name}");
        assert_eq!((set(test, &mail::link_to(test, name)), sign_in(test, name)), (204, 200), "{name}");
    }
}

fn seats_that_undo_separation_are_refused(test: &TestApp) {
    let at = |organisation: &str, role: &str| json!({"organisation": organisation, "role": role});
    let refused = |id: &str, seat: &Value| {
        let answer = test.by("admin").post(&format!("people/{id}/seats"), seat).expect_status(422);
        text(&answer["errors"][0]["path"])
    };
    let officer = added(test, "wang.fang", "officer", "XC-JUSTICE");
    assert_eq!(refused(&officer, &at("XC-AUDIT", "supervisor")), "role");
    let supervisor = added(test, "li.na", "supervisor", "XC-AUDIT");
    assert_eq!(refused(&supervisor, &at("XC-FINANCE", "cashier")), "role");
    test.by("admin").post(&format!("people/{supervisor}/seats"), &at("JX-JUSTICE", "supervisor")).expect_status(201);

    let staff = added(test, "zhao.lei", "contractor", CONTRACTOR);
    let seats = format!("people/{staff}/seats");
    assert_eq!(refused(&staff, &at(CONTRACTOR_2, "contractor")), "organisation");
    assert_eq!(delete(test, "admin", &seats, &at(CONTRACTOR, "contractor")).status, 204);
    test.by("admin").post(&seats, &at(CONTRACTOR_2, "contractor")).expect_status(201);
    let mut both = person("sun.li", "contractor", CONTRACTOR);
    both["seats"].as_array_mut().expect("a list").push(at(CONTRACTOR_2, "contractor"));
    assert_eq!(test.by("admin").post("people", &both).expect_status(422)["errors"][0]["path"], "seats");
}

fn a_request_changed_in_the_database_is_not_confirmed(test: &TestApp) {
    add_second(test);
    let id = added(test, "new-cashier", "cashier", "XC-FINANCE");
    let key = |name: &str| {
        let mut connection = test.app.pool.get().expect("a connection");
        people::by_username(&mut connection, name).expect("read").expect("the person is there").id.0
    };
    let (person, first, second) = (key("new-cashier"), key("admin"), key("admin-2"));
    // The first administrator would confirm their own request.
    diesel::update(requests::table.filter(requests::person_id.eq(person)))
        .set(requests::requested_by.eq(second))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the request is changed");
    assert_eq!(act(test, "admin", &id, "link")["link"], "asked", "another name in the request");
    assert_eq!(mail::links_to(test, "new-cashier"), Vec::<String>::new());
    assert_eq!(act(test, "admin-2", &id, "link")["link"], "mailed");
    // A request that was confirmed before is put back.
    diesel::insert_into(requests::table)
        .values((
            requests::person_id.eq(person),
            requests::kind.eq("link"),
            requests::requested_by.eq(first),
            requests::requested_at.eq(test.now()),
        ))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the request is put back");
    assert_eq!(act(test, "admin-2", &id, "link")["link"], "asked", "a used request");
    assert_eq!(mail::links_to(test, "new-cashier").len(), 1);
}
