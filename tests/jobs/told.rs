//! Events of which people are told by email: each with those whom it concerns, and no others.

use std::collections::BTreeSet;

use luyue::domain::alerts::recipients_of;
use luyue::domain::codes::AlertKind;
use serde_json::json;

use super::rows;
use crate::on_both_engines;
use crate::payments::setup::{asked, id_of, midyear, step};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::programme;

on_both_engines! {
    a_registration_tells_the_officers
    a_running_contract_tells_both_sides
    a_payment_tells_the_contractor_of_each_stage
    a_payee_account_tells_the_contractor
}

/// The people of the contractor and the officers of the bureau.
const CONTRACTORS: &[&str] = &["contractor"];
const OFFICERS: &[&str] = &["justice", "justice-2"];

/// Takes what was told since: kinds with their recipients, without requests to act and reminders.
fn told(test: &TestApp, seen: &mut usize) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    let all = rows(test);
    for row in &all[*seen..] {
        let kind = AlertKind::parse(&row.kind).expect("a known kind");
        if recipients_of(kind).is_empty() && kind != AlertKind::AccountChanged {
            continue;
        }
        match found.iter_mut().find(|(known, _)| *known == row.kind) {
            Some((_, people)) => assert!(people.insert(row.to.clone()), "{} told twice: {}", row.to, row.kind),
            None => found.push((row.kind.clone(), BTreeSet::from([row.to.clone()]))),
        }
    }
    *seen = all.len();
    found
}

fn is(kind: &str, people: &[&[&str]]) -> Vec<(String, BTreeSet<String>)> {
    vec![(kind.to_owned(), people.concat().into_iter().map(str::to_owned).collect())]
}

fn a_registration_tells_the_officers(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let mut seen = rows(test).len();
    let act = |who: &str, action: &str, body| {
        test.by(who).post(&format!("contracts/{id}/actions/{action}"), &body).expect_status(200);
    };
    act("justice", "submit", json!({}));
    assert_eq!(told(test, &mut seen), []);
    act("finance-review", "return", json!({"reason": "资金来源不对"}));
    assert_eq!(told(test, &mut seen), is("contract-returned", &[OFFICERS]));
    act("justice", "submit", json!({}));
    act("finance-review", "fund", json!({}));
    assert_eq!(told(test, &mut seen), is("contract-funded", &[OFFICERS]));
    act("justice-leader", "activate", json!({"signed_on": "2026-01-05"}));
    assert_eq!(told(test, &mut seen), is("contract-state", &[CONTRACTORS, OFFICERS]));
    test.at("2026-02-02", 9);
    told(test, &mut seen);
    act("justice-leader", "terminate", json!({"reason": "项目取消"}));
    assert_eq!(told(test, &mut seen), []);
    act("finance-review", "consent", json!({}));
    assert_eq!(told(test, &mut seen), is("contract-state", &[CONTRACTORS, OFFICERS]));
    assert_eq!(unsealed_differences(test), []);
}

fn a_running_contract_tells_both_sides(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &id);
    test.at("2026-06-20", 9);
    let path = format!("contracts/{id}/deliverables/EDU-H1/submissions");
    let submit = || test.by("contractor").upload(&path, &[("quantity", "1"), ("note", "说明")], &[]).expect_status(201);
    submit();
    let mut seen = 0;
    let first: Vec<_> = told(test, &mut seen).into_iter().filter(|(kind, _)| kind == "deliverable-submitted").collect();
    assert_eq!(first, is("deliverable-submitted", &[OFFICERS]));
    let returned = json!({"decision": "rejected", "note": "缺照片"});
    test.by("justice").post(&format!("{path}/1/decision"), &returned).expect_status(200);
    assert_eq!(told(test, &mut seen), is("deliverable-returned", &[CONTRACTORS]));
    submit();
    assert_eq!(told(test, &mut seen), is("deliverable-submitted", &[OFFICERS]));

    let extension = json!({"deliverable": "EDU-H2", "days": 7, "reason": "场地停电"});
    for (step, kind, people) in
        [("refuse", "change-refused", &[OFFICERS][..]), ("grant", "change-granted", &[CONTRACTORS, OFFICERS][..])]
    {
        let request = test.by("justice").post(&format!("contracts/{id}/extensions"), &extension).expect_status(201);
        assert_eq!(told(test, &mut seen), []);
        let path = format!("extensions/{}/actions/{step}", id_of(&request));
        test.by("justice-leader").post(&path, &json!({"reason": "停电属实"})).expect_status(200);
        assert_eq!(told(test, &mut seen), is(kind, people));
    }
    let score = json!({"score": "92.5", "note": "按考核办法"});
    test.by("justice-leader").post(&format!("contracts/{id}/milestones/MIDYEAR/score"), &score).expect_status(201);
    assert_eq!(told(test, &mut seen), is("score-recorded", &[CONTRACTORS]));
    assert!(rows(test).iter().any(|row| row.subject.contains("92.5")));
    assert_eq!(unsealed_differences(test), []);
}

fn a_payment_tells_the_contractor_of_each_stage(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "MIDYEAR", &json!({}));
    let mut seen = rows(test).len();
    for (name, who, expected) in [
        ("confirm", "justice", is("payment-at-finance", &[CONTRACTORS])),
        ("review", "finance-review", vec![]),
        ("approve", "finance-approve", is("payment-approved", &[CONTRACTORS])),
        ("pay", "finance-pay", is("payment-paid", &[CONTRACTORS, OFFICERS])),
    ] {
        let body = if name == "pay" { json!({"voucher": "V-1"}) } else { json!({}) };
        step(test, who, &payment, name, &body).expect_status(200);
        assert_eq!(told(test, &mut seen), expected, "{name}");
    }
    let again = rows(test);
    let paid = again.iter().find(|row| row.kind == "payment-at-finance").expect("the email");
    assert!(paid.subject.contains("153,665.60"), "{}", paid.subject);
}

fn a_payee_account_tells_the_contractor(test: &TestApp) {
    let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"});
    let mut seen = rows(test).len();
    for (step, body) in [("refuse", json!({"reason": "户名不符"})), ("approve", json!({}))] {
        let path = format!("contractors/{CONTRACTOR}/accounts");
        let proposed = test.by("contractor").post(&path, &account).expect_status(201);
        assert_eq!(told(test, &mut seen), is("account-changed", &[CONTRACTORS]));
        let path = format!("accounts/{}/actions/{step}", id_of(&proposed));
        test.by("finance-review").post(&path, &body).expect_status(200);
        assert_eq!(told(test, &mut seen), is("account-changed", &[CONTRACTORS]), "{step}");
    }
    let texts: Vec<String> = bodies(test);
    assert_eq!(texts.len(), 4);
    assert!(texts.iter().all(|text| text.contains("3333") && !text.contains("6222000011113333")), "{texts:?}");
}

/// Returns the texts of the emails about payee accounts.
fn bodies(test: &TestApp) -> Vec<String> {
    use diesel::prelude::*;
    use luyue::schema::emails;
    let query = emails::table.filter(emails::kind.eq("account-changed")).order(emails::id).select(emails::body);
    query.load(&mut *test.app.pool.get().expect("a connection")).expect("emails can be read")
}
