//! Names: every item, deliverable, milestone, clause and indicator has one that people can read. Drafts require them; a
//! contract that was registered without them shows what each thing is and where it stands.

use diesel::prelude::*;
use luyue::schema::contract_terms;
use serde_json::{Value, json};

use crate::pages::drafts::{PARTIES, begun, save};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_older_contract_without_names_shows_no_codes
}

on_sqlite_first! {
    a_contract_of_the_api_without_names_is_given_readable_ones
    an_equal_title_is_told_before_registering
}

/// Lists of the names with a code of each.
const NAMED: &[(&str, &str)] = &[
    ("items", "VISIT"),
    ("deliverables", "COUNSEL-H2"),
    ("milestones", "MIDYEAR"),
    ("clauses", "STAFF"),
    ("indicators", "REOFFEND"),
];

fn a_contract_of_the_api_without_names_is_given_readable_ones(test: &TestApp) {
    for (number, (list, code)) in NAMED.iter().enumerate() {
        let mut input = programme::input(test, &format!("N-{number}"));
        input["details"][list][code] = json!({});
        let id = test.by("justice").post("contracts", &input).expect_status(201)["id"].clone();
        let shown = test.by("justice").get(&format!("contracts/{}", id.as_str().expect("an id"))).expect_status(200);
        let name = shown["details"][list][code]["name"].as_str().unwrap_or_default();
        // A clause without a name is called after its kind where it is shown.
        assert!(*list == "clauses" || (!name.is_empty() && !name.contains(code)), "{list} {code}: {name}");
    }
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

fn an_equal_title_is_told_before_registering(test: &TestApp) {
    let id = programme::registered(test, "T-1");
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let warns = |changed: &[(&str, &str)]| {
        let value = |name: &str| changed.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let fields: Vec<(&str, &str)> =
            PARTIES.iter().map(|(name, typed)| (*name, value(name).unwrap_or(*typed))).collect();
        save(&officer, &draft, "parties", "leave", &fields).expect_status(303);
        let page = officer.get(&format!("{draft}/check")).expect_status(200).text;
        page.contains("名称相同的合同") && page.contains(&format!("href=\"/contracts/{id}\"")) && page.contains("T-1")
    };
    for title in
        ["社区矫正社会工作服务（2026 年度）", "社区矫正社会工作服务(2026年度)", "社区矫正社会⼯作服务【２０２６ 年度】"]
    {
        assert!(warns(&[("title", title)]), "{title}");
    }
    assert!(warns(&[("starts_on", "2026-12-01"), ("ends_on", "2027-06-30")]), "overlapping periods");
    assert!(!warns(&[("title", "社区矫正社会工作服务（2027 年度）")]));
    assert!(!warns(&[("starts_on", "2027-01-01"), ("ends_on", "2027-12-31")]), "another period");
    assert!(!warns(&[("contractor", crate::support::app::CONTRACTOR_2)]), "another contractor");
    assert!(warns(&[]));
    test.by("justice").post(&format!("contracts/{id}/actions/withdraw"), &json!({"reason": "重复"})).expect_status(200);
    assert!(!warns(&[]), "a contract that was withdrawn");
}
