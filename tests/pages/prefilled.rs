//! Fields that a page fills in beforehand: one that the person emptied is refused, not taken for its default.

use serde_json::json;

use crate::on_sqlite;
use crate::payments::setup::advance;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite! {
    an_emptied_field_is_not_filled_in_silently
}

/// Sends the form of an act with one of its fields emptied.
#[track_caller]
fn emptied(visitor: &Visitor<'_>, id: &str, act: &str, (field, typed): (&str, &[(&str, &str)])) {
    let act = format!("/contracts/{id}/act/{act}");
    let form = visitor.get(&act).expect_status(200).form(&act);
    assert!(form.value(field).is_some_and(|value| !value.is_empty()), "{act}: {field} is filled in beforehand");
    let fields: Vec<(&str, &str)> = typed.iter().copied().chain([(field, "")]).collect();
    let page = form.with(&fields).send(visitor, "");
    assert_eq!(page.status, 400, "{act}: {}", page.text);
    let fault = page.text_of(&format!("[id={field}-error]"));
    assert!(fault.contains("请填写"), "{act}: {fault}");
}

fn an_emptied_field_is_not_filled_in_silently(test: &TestApp) {
    let draft = programme::registered(test, "P-2");
    for (who, action) in [("justice", "submit"), ("finance-review", "fund")] {
        test.by(who).post(&format!("contracts/{draft}/actions/{action}"), &json!({})).expect_status(200);
    }
    let id = advance(test);
    let leader = Visitor::signed_in(test, "justice-leader");
    emptied(&leader, &draft, "activate", ("signed_on", &[]));
    emptied(&leader, &id, "terminate", ("on", &[("reason", "停止服务")]));
    let officer = Visitor::signed_in(test, "justice");
    emptied(&officer, &id, "headcount", ("on", &[("clients", "1"), ("workers", "1")]));
    emptied(&officer, &id, "survey", ("on", &[("score", "90")]));
    emptied(&officer, &id, "incident", ("on", &[("id", "I-1"), ("clause", "LEAK"), ("note", "泄露")]));
}
