//! Forms that meet an outage of the database: what was typed stays on the page, and the form can be sent again and takes
//! effect once.

use luyue::domain::codes::FactKind;
use luyue::web::pages::response::session_cookie;

use crate::adapters::fixtures::pdf;
use crate::pages::drafts::begun;
use crate::payments::setup::{advance, count};
use crate::support::app::{TestApp, differences};
use crate::support::outage::{self, Locked};
use crate::support::visitor::{Page, Visitor};

/// Requires the page of an outage that holds a form with what was typed.
#[track_caller]
fn shown_with_its_form(page: &Page, action: &str, typed: &[(&str, &str)]) {
    assert_eq!((page.status, page.reply.header("retry-after")), (503, "5"), "{}", page.text);
    assert!(page.has(".govuk-error-summary") && page.text.contains("暂时无法处理"), "{}", page.text);
    assert!(page.has("form[action='/sign-out']"), "the person stays signed in: {}", page.text);
    let form = page.form(action);
    for (name, value) in typed {
        assert_eq!(form.value(name), Some(*value), "{action}: {}", page.text);
    }
}

#[test]
fn a_form_that_cannot_be_written_is_shown_with_what_was_typed() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let officer = Visitor::signed_in(&test, "justice");
    let contractor = Visitor::signed_in(&test, "contractor");
    let reviewer = Visitor::signed_in(&test, "finance-review");
    let draft = begun(&officer);
    let survey = format!("/contracts/{id}/act/survey");
    let parties = format!("{draft}/parties");
    let rules = "/registers/approval-rules".to_owned();
    let cases = [
        (&officer, survey.clone(), survey, vec![("score", "88"), ("note", "回访 20 人")]),
        (&officer, parties.clone(), parties, vec![("title", "社区矫正服务")]),
        (&reviewer, rules.clone(), rules, vec![("amount", "5,000元"), ("document_no", "宣财办〔2026〕5号")]),
    ];
    for (visitor, path, action, typed) in &cases {
        let page = visitor.get(path).expect_status(200);
        let form = page.form(action).with(typed);
        let form =
            if path.contains("registers") { form.with(&[("approvers", "2"), ("from_on", "2026-02-01")]) } else { form };
        let locked = Locked::now(&test);
        let out = form.send(visitor, "");
        shown_with_its_form(&out, action, typed);
        drop(locked);
        let done = out.form(action).send(visitor, "");
        // A form with effects shows them first.
        let done = if done.status == 422 { done.form(action).send(visitor, "") } else { done };
        assert_eq!(done.status, 303, "{path}: {}", done.text);
    }
    assert_eq!(
        officer.get(&format!("{draft}/parties")).form(&format!("{draft}/parties")).value("title"),
        Some("社区矫正服务")
    );
    assert_eq!(count(&test, FactKind::Survey), 1);
    // A form with files keeps what was typed; its files, which could not be stored, are chosen again.
    let page = contractor.get(&format!("/contracts/{id}/act/invoice?subject=ADVANCE")).expect_status(200);
    let action = format!("/contracts/{id}/act/invoice/files?subject=ADVANCE");
    let typed = [("number", "24952000000012345671"), ("amount", "93,600.00")];
    let file: &[(&str, &[u8])] = &[("发票.pdf", &pdf(b"invoice"))];
    let locked = Locked::now(&test);
    let out = contractor.upload_on(&page, "file", &typed, file);
    shown_with_its_form(&out, &action, &typed);
    drop(locked);
    assert_eq!(contractor.upload_on(&out, "file", &typed, file).status, 303);
    assert_eq!((count(&test, FactKind::Invoice), differences(&test)), (1, Vec::new()));
}

#[test]
fn pages_are_read_while_nothing_can_be_written() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let officer = Visitor::signed_in(&test, "justice");
    // Long enough that the session's time would be recorded.
    test.app.clock.set(test.now() + chrono::TimeDelta::minutes(10));
    let _locked = Locked::now(&test);
    for path in ["/work".to_owned(), format!("/contracts/{id}"), format!("/contracts/{id}/act/survey")] {
        officer.get(&path).expect_status(200);
    }
}

#[test]
fn a_form_that_meets_no_database_gives_back_its_words() {
    let test = TestApp::postgres();
    let id = advance(&test);
    let officer = Visitor::signed_in(&test, "justice");
    let path = format!("/contracts/{id}/act/survey");
    let form = officer.get(&path).expect_status(200).form(&path).with(&[("score", "88"), ("note", "回访 20 人")]);
    outage::unreachable(&test);
    let out = form.send(&officer, "");
    outage::back(&test);
    assert_eq!((out.status, out.reply.header("retry-after")), (503, "5"), "{}", out.text);
    assert!(out.text.contains("暂时无法处理") && out.has("#main"), "{}", out.text);
    assert!(
        out.text_of("main").contains("回访 20 人"),
        "what was typed is given back: {:?} {:?}",
        form.fields,
        out.texts("main")
    );
    assert_eq!(
        officer.cookie(session_cookie(&test.app)).as_deref().map(str::is_empty),
        Some(false),
        "the session is kept"
    );
    // The page in the browser is sent again, as Back and the button do.
    let done = form.clone().send(&officer, "");
    let done = if done.status == 422 { done.form(&path).send(&officer, "") } else { done };
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(form.send(&officer, "").status, 303, "once more, with the same key");
    assert_eq!(count(&test, FactKind::Survey), 1);
}
