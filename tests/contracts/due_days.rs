//! Due days of deliverables as they are entered: not before the service begins.

use serde_json::json;

use crate::pages::drafts::{begun, typed_in};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

#[test]
fn programs_enter_no_deliverable_that_is_due_before_the_service_begins() {
    let test = TestApp::sqlite();
    let mut input = programme::input(&test, "DUE-1");
    let made = test.by("justice").post("contracts", &input).expect_status(201);
    let path = format!("contracts/{}", made["id"].as_str().expect("an id"));
    input["terms"]["deliverables"][2]["due_on"] = json!("2025-12-31");
    let rewritten = test.by("justice").with("If-Match", &made["version"].to_string()).put(&path, &input);
    input["number"] = json!("DUE-2");
    for refused in [rewritten, test.by("justice").post("contracts", &input)] {
        let refused = refused.expect_status(422);
        let errors = refused["errors"].as_array().expect("a list");
        assert_eq!(errors.len(), 1, "{refused}");
        assert_eq!(errors[0]["path"], "terms.deliverables[2].due_on");
        let said = errors[0]["message"].as_str().unwrap_or_default();
        assert!(said.contains("is due on 2025-12-31, before the service begins on 2026-"), "{said}");
    }
}

#[test]
fn people_are_told_at_the_due_day_and_before_registering() {
    let test = TestApp::sqlite();
    let officer = Visitor::signed_in(&test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let step = format!("{draft}/deliverables");
    let early = [("deliverables.0.due_on", "2026-01-04")];
    let form = officer.get(&step).expect_status(200).form(&step).with(&early);
    let sent = form.send(&officer, "save").expect_status(303);
    let words = "的提交期限 2026-01-04 早于服务开始日期 2026-01-05";
    let said = officer.get(&sent.location).expect_status(200).text_of("[id='deliverables.0.due_on-error']");
    assert!(said.contains(words), "{said}");
    assert!(officer.get(&format!("{draft}/check")).expect_status(200).text.contains(words));
    let form = officer.get(&step).expect_status(200).form(&step).with(&[("deliverables.0.due_on", "2026-01-05")]);
    form.send(&officer, "leave").expect_status(303);
    assert!(!officer.get(&format!("{draft}/check")).expect_status(200).text.contains("早于服务开始日期"));
}
