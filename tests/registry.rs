//! The registers through the API: bureaus, contractors, bank accounts, users, delegations, appropriations and services.

mod appropriations;
pub mod calendar;
mod calendar_files;
mod contractors;
mod loan_rates;
mod organisations;
mod own_organisation;
mod rules;
pub(crate) mod search;
mod statute_settings;
mod text_match;
mod version;
mod waiting_proposals;

use diesel::prelude::*;
use luyue::schema::{events, people as people_table};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

/// Returns an appropriation of a bureau, as a reviewer enters it.
pub(crate) fn appropriation(bureau: &str, amount: &str) -> Value {
    json!({
        "year": 2026, "bureau": bureau, "line": "2040607 社区矫正", "economic": "30227 委托业务费",
        "project": "XC2026-017", "document_no": "宣财指〔2026〕15号", "source": "一般公共预算", "amount": amount,
    })
}

/// Returns a user with one seat, as an administrator enters them.
pub(crate) fn person(username: &str, role: &str, organisation: &str) -> Value {
    json!({
        "username": username, "name": format!("{username} 某"), "email": format!("{username}@luyue.test"), "language": "zh",
        "seats": [{"organisation": organisation, "role": role}],
    })
}

/// Adds a user and returns their identifier.
pub(crate) fn added(test: &TestApp, username: &str, role: &str, organisation: &str) -> String {
    let answer = test.by("admin").post("people", &person(username, role, organisation)).expect_status(201);
    text(&answer["id"])
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Requires the refusal of what a register has already, with the place of the first on the register's page.
#[track_caller]
pub(crate) fn leads_to_row(test: &TestApp, refused: &Value, (who, register, id): (&str, &str, &str)) {
    let conflict = &refused["conflict"];
    let address = format!("/registers/{register}?at={id}#row-{id}");
    assert_eq!((&conflict["address"], conflict.get("contract")), (&json!(address), None), "{refused}");
    let (page, part) = address.split_once('#').expect("a place of a page");
    let shown = Visitor::signed_in(test, who).get(page).expect_status(200);
    assert!(shown.has(&format!("[id='{part}']")), "{page} has the place {part}");
}

/// Sends a DELETE request with a body.
pub(crate) fn delete(test: &TestApp, who: &str, path: &str, body: &Value) -> crate::support::app::Reply {
    test.by(who).send("DELETE", path, Some("application/json"), body.to_string().as_bytes())
}

/// Returns one field of every item on a page of a list.
pub(crate) fn column(list: &Value, field: &str) -> Vec<String> {
    list["items"].as_array().expect("a list").iter().map(|item| text(&item[field])).collect()
}

/// Returns the user names of the actor of an event and of the person represented, if any.
pub(crate) fn hands(test: &TestApp, action: &str, object: &str) -> (String, Option<String>) {
    let mut connection = test.app.pool.get().expect("a connection");
    let (actor, on_behalf_of): (Option<i64>, Option<i64>) = events::table
        .filter(events::action.eq(action))
        .filter(events::object.eq(object))
        .select((events::actor_id, events::for_id))
        .first(&mut *connection)
        .expect("the event is there");
    let mut name = |id: i64| -> String {
        people_table::table.find(id).select(people_table::username).first(&mut *connection).expect("they are there")
    };
    (actor.map(&mut name).expect("a person did it"), on_behalf_of.map(name))
}
