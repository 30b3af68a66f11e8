//! Names: every item, deliverable, milestone, clause and indicator of a new contract has one, and older contracts without
//! them still show something that people can read.

use diesel::prelude::*;
use luyue::schema::contract_terms;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_contract_without_names_is_refused_and_each_is_named
    an_older_contract_without_names_shows_no_codes
}

/// Lists of the names with a code of each.
const NAMED: &[(&str, &str)] = &[
    ("items", "VISIT"),
    ("deliverables", "COUNSEL-H2"),
    ("milestones", "MIDYEAR"),
    ("clauses", "STAFF"),
    ("indicators", "REOFFEND"),
];

fn a_contract_without_names_is_refused_and_each_is_named(test: &TestApp) {
    for (list, code) in NAMED {
        for missing in [json!({"name": ""}), json!({"name": " "}), json!({})] {
            let mut input = programme::input(test, "N-1");
            input["details"][list][code] = missing;
            let refused = test.by("justice").post("contracts", &input).expect_status(422);
            let paths: Vec<&Value> =
                refused["errors"].as_array().expect("errors").iter().map(|error| &error["path"]).collect();
            assert_eq!(paths, [&json!(format!("details.{list}.{code}.name"))]);
        }
    }
    let mut input = programme::input(test, "N-1");
    input.as_object_mut().expect("an object").remove("details");
    let refused = test.by("justice").post("contracts", &input).expect_status(422);
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(3 + 6 + 3 + 8 + 4), "each once: {refused}");
}

/// Removes the names of a contract, as of one registered before names were required.
fn unnamed(test: &TestApp) -> String {
    let id = programme::registered(test, "N-1");
    programme::activate(test, &id);
    diesel::update(contract_terms::table)
        .set(contract_terms::details.eq("{}"))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the names are gone");
    id
}

fn an_older_contract_without_names_shows_no_codes(test: &TestApp) {
    let id = unnamed(test);
    test.at("2026-06-25", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let tasks = test.by("contractor").get("worklist").expect_status(200);
    let names: Vec<&Value> = tasks["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|task| &task["name"])
        .filter(|name| **name != "")
        .collect();
    assert!(names.contains(&&json!("服务项目1（2026-06-30 前）")), "{names:?}");
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&format!("/contracts/{id}")).expect_status(200).text;
    for words in ["服务项目1（2026-06-30 前）", "第1期付款", "考核指标1", "逾期提交"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let letters: Vec<(String, String)> = luyue::schema::emails::table
        .select((luyue::schema::emails::subject, luyue::schema::emails::body))
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("letters");
    assert!(!letters.is_empty());
    for (subject, body) in letters {
        for code in ["VISIT", "COUNSEL", "EDU", "MIDYEAR", "ADVANCE", "LATE", "“”"] {
            assert!(!subject.contains(code) && !body.contains(code), "{code}: {subject}\n{body}");
        }
    }
    let shown = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    assert_eq!(shown["details"]["milestones"]["FINAL"]["name"], "第3期付款");
}
