//! Settings of statutes: two people, from a day on, and what was done before is judged by what held then.

use serde_json::{Value, json};

use crate::guarantees::setup::guarantee;
use crate::matrix::bodies::statute_setting;
use crate::payments::setup::id_of;
use crate::registry::{column, leads_to_row};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    days_of_a_task_hold_from_its_day
}

on_sqlite_first! {
    a_limit_holds_from_its_day_once_two_people_agree
    a_rule_that_ended_blocks_nothing_from_its_day_on
    a_setting_is_proposed_and_approved_on_the_page
}

fn propose(test: &TestApp, (rule, limit): (&str, Option<&str>), from_on: &str) -> Reply {
    test.by("admin").post("statute-settings", &statute_setting((rule, limit), from_on))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> u16 {
    let body = if name == "refuse" { json!({"reason": "与条例不符"}) } else { json!({}) };
    test.by(who).post(&format!("statute-settings/{id}/actions/{name}"), &body).status
}

fn approved(test: &TestApp, setting: (&str, Option<&str>), from_on: &str) {
    let id = id_of(&propose(test, setting, from_on).expect_status(201));
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
}

fn a_limit_holds_from_its_day_once_two_people_agree(test: &TestApp) {
    let contract = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &contract);
    for (setting, from_on, at) in [
        (("bond-10pct", Some("0.05")), "2026-01-05", "from_on"),
        (("bond-10pct", Some("1.01")), "2026-02-01", "limit"),
        (("bond-10pct", Some("0.00001")), "2026-02-01", "limit"),
        (("five-terms", Some("0.05")), "2026-02-01", "limit"),
    ] {
        let refused = propose(test, setting, from_on).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{setting:?} {from_on}");
    }
    assert_eq!(propose(test, ("budget-first", None), "2026-02-01").status, 400, "it cannot be changed");
    let id = id_of(&propose(test, ("bond-10pct", Some("0.05")), "2026-02-01").expect_status(201));
    let again = propose(test, ("bond-10pct", Some("0.04")), "2026-03-01").expect_status(409);
    leads_to_row(test, &again, ("admin", "statute-settings", &id));
    for who in ["admin", "finance-review", "justice-leader"] {
        assert_eq!(decide(test, who, &id, "approve"), 403, "{who}");
    }
    assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    assert_eq!(decide(test, "finance-approve", &id, "refuse"), 409);
    let record = |amount: &str, number: &str| {
        let body = guarantee(&[("amount", amount), ("number", number)]);
        test.by("justice").post(&format!("contracts/{contract}/guarantees"), &body)
    };
    record("23400.01", "BH-1").expect_status(201);
    test.at("2026-02-01", 9);
    let refused = record("0.01", "BH-2").expect_status(422);
    assert_eq!(refused["rule"], "bond-10pct", "5 % are 23,400.00");
    assert!(refused.to_string().contains("at most 5 % of"), "{refused}");
    let late = id_of(&propose(test, ("bond-10pct", Some("0.2")), "2026-02-02").expect_status(201));
    test.at("2026-02-02", 9);
    assert_eq!(decide(test, "finance-approve", &late, "approve"), 422, "its day has come");
    assert_eq!(decide(test, "finance-approve", &late, "refuse"), 200);
    let list = test.by("contractor").get("statute-settings").expect_status(200);
    assert_eq!(column(&list, "state"), ["approved", "refused"]);
    assert_eq!(list["items"][0]["percent"], "5");
    assert_eq!(differences(test), []);
}

fn a_rule_that_ended_blocks_nothing_from_its_day_on(test: &TestApp) {
    let appropriation = programme::appropriation(test, "936000.00");
    let draft = |number: &str| -> String {
        let mut input = programme::input_from(number, &appropriation);
        input["terms"]["breach_terms"] = json!([]);
        id_of(&test.by("justice").post("contracts", &input).expect_status(201))
    };
    let (first, second) = (draft("XCSF-2026-001"), draft("XCSF-2026-002"));
    let submit = |id: &str| test.by("justice").post(&format!("contracts/{id}/actions/submit"), &json!({}));
    approved(test, ("five-terms", None), "2026-01-06");
    assert_eq!(submit(&first).expect_status(422)["rule"], "five-terms", "its day has not come");
    test.at("2026-01-06", 9);
    submit(&second).expect_status(200);
    assert_eq!(differences(test), []);
}

/// Returns the task of announcing a contract in the officer's list: its due day.
fn to_announce(test: &TestApp, contract: &str) -> Vec<String> {
    let list = test.by("justice").get("worklist").expect_status(200);
    let items = list["items"].as_array().expect("a list").iter();
    let own = items.filter(|task| (&task["kind"], &task["contract"]) == (&json!("publish"), &json!(contract)));
    own.map(|task| task["due_on"].as_str().unwrap_or_default().to_owned()).collect()
}

fn days_of_a_task_hold_from_its_day(test: &TestApp) {
    let appropriation = programme::appropriation(test, "936000.00");
    let sign = |id: &str, day: &str| {
        for (who, action, body) in [
            ("justice", "submit", json!({})),
            ("finance-review", "fund", json!({})),
            ("justice-leader", "activate", json!({"signed_on": day})),
        ] {
            test.by(who).post(&format!("contracts/{id}/actions/{action}"), &body).expect_status(200);
        }
    };
    let first = programme::registered_from(test, "XCSF-2026-001", &appropriation);
    sign(&first, "2026-01-05");
    let in_days = |rule: &str, days: u32| {
        let mut body = statute_setting((rule, None), "2026-01-06");
        (body["applies"], body["days"]) = (json!(true), json!(days));
        test.by("admin").post("statute-settings", &body)
    };
    for (rule, days) in [("bond-10pct", 5), ("publish-2wd", 0), ("sign-30d", 366)] {
        assert_eq!(in_days(rule, days).expect_status(422)["errors"][0]["path"], "days", "{rule} {days}");
    }
    for (rule, days) in [("publish-2wd", 5), ("sign-30d", 10)] {
        let id = id_of(&in_days(rule, days).expect_status(201));
        assert_eq!(decide(test, "finance-approve", &id, "approve"), 200);
    }
    test.at("2026-01-06", 9);
    let second = programme::registered_from(test, "XCSF-2026-002", &appropriation);
    sign(&second, "2026-01-06");
    assert_eq!(
        (to_announce(test, &first), to_announce(test, &second)),
        (vec!["2026-01-07".into()], vec!["2026-01-13".into()])
    );
    let mut draft = programme::input_from("XCSF-2026-003", &appropriation);
    draft["award_on"] = json!("2026-01-07");
    test.by("justice").post("contracts", &draft).expect_status(201);
    let to_sign = || {
        let list = test.by("justice").get("worklist").expect_status(200);
        let found = list["items"].as_array().expect("a list").iter().find(|task| task["kind"] == "sign").cloned();
        found.map(|task| task["due_on"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(to_sign().as_deref(), Some("2026-02-06"), "an award to come follows the law until its day");
    test.at("2026-01-07", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(to_sign().as_deref(), Some("2026-01-19"), "ten days, and the 17th is a Saturday");
    assert_eq!(differences(test), []);
}

fn a_setting_is_proposed_and_approved_on_the_page(test: &TestApp) {
    let path = "/registers/statute-settings";
    let admin = Visitor::signed_in(test, "admin");
    let empty = [("rule", ""), ("applies", ""), ("limit", "x"), ("days", "x"), ("from_on", ""), ("source", "")];
    assert_eq!(admin.post_from(path, path, &empty).expect_status(400).texts(".govuk-error-summary li").len(), 6);
    let typed = [
        ("rule", "supplement-10pct"),
        ("applies", "applies"),
        ("limit", "15%"),
        ("from_on", "2026-02-01"),
        ("source", "政府采购法修订"),
    ];
    admin.post_from(path, path, &typed).expect_status(303);
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(path).expect_status(200);
    for words in ["补充合同不超过原金额的百分之十", "按合同金额的 15% 执行", "政府采购法修订"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert_eq!(page.form_ending("/approve").send(&approver, "").status, 303);
    let list: Value = test.by("audit").get("statute-settings").expect_status(200);
    assert_eq!((&list["items"][0]["state"], &list["items"][0]["percent"]), (&json!("approved"), &json!("15")));
    let rules = Visitor::signed_in(test, "contractor").get("/statutes").expect_status(200);
    assert!(rules.text_of("#supplement-10pct").contains("自 2026-02-01 起：按合同金额的 15% 执行"), "{}", rules.text);
}
