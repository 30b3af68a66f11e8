//! Forms for what cannot be done again yet: the page says at once what is pending, with a link to it.

use luyue::domain::codes::FactKind;
use serde_json::json;

use crate::objections::setup::raised;
use crate::payments::setup::{advance, asked, count, incident};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

#[test]
fn what_is_pending_is_told_before_it_is_typed() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    let submit = |quantity: &str| {
        let files = [("名册.csv", "编号\nXZ-1\n".as_bytes())];
        test.by("contractor").upload(&path, &[("quantity", quantity)], &files)
    };
    submit("2").expect_status(201);
    let payment = asked(&test, &id, "ADVANCE", &json!({}));
    incident(&test, &id, &json!({"id": "I-1", "clause": "LEAK", "note": "工作记录外泄"}));
    let objection = raised(&test, &id, ("breach", "LEAK/I-1"));
    let contractor = Visitor::signed_in(&test, "contractor");
    for (about, words, link) in [
        (
            "submission?subject=VISIT-H1",
            "第 1 次提交（2026-01-13）正在等待验收",
            "receipt?subject=VISIT-H1&no=1".to_owned(),
        ),
        ("request?subject=ADVANCE", "已全部申请，正在办理", format!("#payment-{payment}")),
        ("objection?subject=breach%2FLEAK%2FI-1", "正在等待答复", format!("#objection-{objection}")),
    ] {
        let page = contractor.get(&format!("/contracts/{id}/act/{about}")).expect_status(200);
        assert!(page.text_of(".checks").contains(words), "{about}: {}", page.text);
        assert!(page.attrs(".checks a", "href").iter().any(|href| href.ends_with(&link)), "{about}: {}", page.text);
        assert!(!page.has("form#page-form"), "{about}: {}", page.text);
    }
    // The refusal does not blame a field that could be right.
    let refused = submit("3").expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("submission-before-rejection"), &json!("")));
}

#[test]
fn a_page_that_refuses_leads_on() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let officer = Visitor::signed_in(&test, "justice");
    // Back to a step that the contract has passed.
    let gone = officer.get(&format!("/contracts/{id}/act/submit")).expect_status(409);
    assert_eq!(gone.dom_link("/contracts/"), format!("/contracts/{id}"), "{}", gone.text);
    assert!(gone.text.contains("查看该合同"), "{}", gone.text);
    // A contract without a clause on incidents offers none and says why.
    let mut input = programme::input(&test, "XCSF-2026-009");
    let clauses = input["terms"]["breach_terms"].as_array_mut().expect("clauses");
    clauses.retain(|clause| clause["kind"] != "incident");
    let codes: Vec<String> = clauses.iter().filter_map(|clause| clause["code"].as_str().map(str::to_owned)).collect();
    if let Some(names) = input["details"]["clauses"].as_object_mut() {
        names.retain(|code, _| codes.contains(code));
    }
    let other = test.by("justice").post("contracts", &input).expect_status(201);
    let other = other["id"].as_str().expect("an id").to_owned();
    programme::activate(&test, &other);
    let page = officer.get(&format!("/contracts/{other}")).expect_status(200);
    let act = format!("/contracts/{other}/act/incident");
    assert!(!page.attrs("a", "href").contains(&act), "{}", page.text);
    for page in [page, officer.get(&act).expect_status(200)] {
        assert!(page.text.contains("没有约定违约事件"), "{}", page.text);
        assert!(!page.has("input[name=clause], select[name=clause]"), "{}", page.text);
    }
    assert_eq!(count(&test, FactKind::Incident), 0);
}
