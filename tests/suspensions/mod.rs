//! Suspensions and resumptions: two people, a ground, and no figure that changes.

use serde_json::{Value, json};

use crate::matrix::rows::suspension;
use crate::on_sqlite_first;
use crate::payments::setup::{self, NUMBER, id_of};
use crate::registry::{column, leads_to_row, text};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::visitor::Visitor;

on_sqlite_first! {
    two_people_suspend_and_resume_a_contract_and_no_figure_changes
    a_step_that_changes_nothing_is_refused
    a_suspension_is_proposed_and_approved_on_the_page
    a_step_is_the_task_of_the_leader_and_on_the_page_of_the_contract
}

fn propose(test: &TestApp, who: &str, step: &str, on: &str) -> Reply {
    test.by(who).post("suspensions", &suspension(NUMBER, step, on))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    let body = if name == "refuse" { json!({"reason": "理由不足"}) } else { json!({}) };
    test.by(who).post(&format!("suspensions/{id}/actions/{name}"), &body)
}

fn standing(test: &TestApp, contract: &str) -> Value {
    test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200)
}

fn two_people_suspend_and_resume_a_contract_and_no_figure_changes(test: &TestApp) {
    let contract = setup::midyear(test);
    let before = standing(test, &contract);
    for who in ["justice-leader", "contractor", "finance-review"] {
        assert_eq!(propose(test, who, "force_majeure", "2026-07-16").status, 403, "{who}");
    }
    let id = id_of(&propose(test, "justice", "force_majeure", "2026-07-16").expect_status(201));
    let again = propose(test, "justice", "public_interest", "2026-07-17").expect_status(409);
    leads_to_row(test, &again, ("justice", "suspensions", &id));
    assert_eq!(decide(test, "justice", &id, "approve").status, 403);
    assert_eq!(decide(test, "other-leader", &id, "approve").status, 404);
    decide(test, "justice-leader", &id, "approve").expect_status(200);
    assert_eq!(decide(test, "justice-leader", &id, "refuse").status, 409);
    assert_eq!(standing(test, &contract), before, "it is recorded and changes nothing");
    let page = Visitor::signed_in(test, "audit").get(&format!("/contracts/{contract}")).expect_status(200);
    assert!(page.text.contains("批准中止或者恢复"), "{}", page.text);
    let resumed = id_of(&propose(test, "justice", "resumption", "2026-07-17").expect_status(201));
    decide(test, "justice-leader", &resumed, "approve").expect_status(200);
    for who in ["contractor", "audit", "finance-pay"] {
        let seen = column(&test.by(who).get("suspensions").expect_status(200), "step");
        assert_eq!(seen, ["force_majeure", "resumption"], "{who}");
    }
    for who in ["contractor-2", "other-justice"] {
        assert_eq!(test.by(who).get("suspensions").expect_status(200)["items"], json!([]), "{who}");
    }
    assert_eq!(standing(test, &contract), before);
    assert_eq!(differences(test), []);
}

fn a_step_that_changes_nothing_is_refused(test: &TestApp) {
    setup::advance(test);
    let refused = |step: &str, on: &str, at: &str| {
        let refused = propose(test, "justice", step, on).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{step} {on}: {refused}");
    };
    refused("resumption", "2026-01-12", "step");
    refused("force_majeure", "2026-01-14", "on");
    assert_eq!(propose(test, "justice", "agreed", "2026-01-12").status, 400);
    let unknown = test.by("justice").post("suspensions", &suspension("没有", "force_majeure", "2026-01-12"));
    assert_eq!(unknown.expect_status(422)["errors"][0]["path"], "contract");
    let id = id_of(&propose(test, "justice", "public_interest", "2026-01-12").expect_status(201));
    decide(test, "justice-leader", &id, "refuse").expect_status(200);
    refused("resumption", "2026-01-12", "step");
    let id = id_of(&propose(test, "justice", "public_interest", "2026-01-12").expect_status(201));
    decide(test, "justice-leader", &id, "approve").expect_status(200);
    refused("force_majeure", "2026-01-12", "step");
    refused("resumption", "2026-01-11", "on");
    assert_eq!(differences(test), []);
}

fn a_suspension_is_proposed_and_approved_on_the_page(test: &TestApp) {
    setup::advance(test);
    let path = "/registers/suspensions";
    let officer = Visitor::signed_in(test, "justice");
    let typed = [("contract", NUMBER), ("step", "public_interest"), ("on", "2026-01-12"), ("reason", "防汛应急")];
    let empty = officer.post_from(path, path, &[("contract", ""), ("step", ""), ("on", ""), ("reason", "")]);
    assert_eq!(empty.expect_status(400).texts(".govuk-error-summary li").len(), 4);
    officer.post_from(path, path, &typed).expect_status(303);
    let leader = Visitor::signed_in(test, "justice-leader");
    let page = leader.get(path).expect_status(200);
    assert!(page.text.contains("中止：公共利益") && page.text.contains("只作记录"), "{}", page.text);
    assert_eq!(page.form_ending("/approve").send(&leader, "").status, 303);
    assert!(officer.get(path).expect_status(200).text.contains("已批准"));
}

fn a_step_is_the_task_of_the_leader_and_on_the_page_of_the_contract(test: &TestApp) {
    let contract = setup::midyear(test);
    let path = format!("/contracts/{contract}");
    let [leader, contractor] = ["justice-leader", "contractor"].map(|who| Visitor::signed_in(test, who));
    let tasks = || {
        let list = test.by("justice-leader").get("worklist").expect_status(200);
        let own = list["items"].as_array().expect("a list").iter().filter(|task| task["own"] == true);
        own.filter(|task| task["kind"] == "decide_suspension").map(|task| text(&task["subject"])).collect::<Vec<_>>()
    };
    let is_suspended = |day: &str| {
        let page = contractor.get(&format!("{path}?as_of={day}")).expect_status(200);
        page.text.contains("起中止履行")
    };
    assert!(!contractor.get(&path).expect_status(200).has("#suspensions"));
    for (step, on) in [("force_majeure", "2026-07-15"), ("resumption", "2026-07-16")] {
        let id = id_of(&propose(test, "justice", step, on).expect_status(201));
        assert_eq!(tasks(), [id.as_str()], "{step}");
        let link = format!("a[href='/registers/suspensions?at={id}#row-{id}']");
        let page = leader.get(&path).expect_status(200);
        assert!(page.has(&format!("#suspension-{id} {link}")), "{}", page.text);
        let page = contractor.get(&path).expect_status(200);
        assert!(page.has(&format!("#suspension-{id}")) && !page.has(&link), "{}", page.text);
        assert_eq!(is_suspended("2026-07-16"), step == "resumption", "a proposal changes nothing");
        decide(test, "justice-leader", &id, "approve").expect_status(200);
        assert_eq!(tasks(), Vec::<String>::new(), "{step}");
    }
    assert_eq!(["2026-07-14", "2026-07-15", "2026-07-16"].map(is_suspended), [false, true, false]);
    assert_eq!(differences(test), []);
}
