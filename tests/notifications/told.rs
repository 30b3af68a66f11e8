//! Events of which people are told by email: each with those whom it concerns, and no others.

use std::collections::BTreeSet;

use luyue::domain::alerts::recipients_of;
use luyue::domain::codes::AlertKind;
use mailparse::{MailHeaderMap, parse_mail};
use serde_json::json;

use super::sending::by;
use super::{active, calendar, mail, rows};
use crate::guarantees::setup::{act, recorded};
use crate::matrix::rows::suspension;
use crate::payments::interest::late;
use crate::payments::setup::{NUMBER, advance, asked, id_of, midyear, step};
use crate::recoveries::setup::{decide, demand, end, receipt, send, write_off};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::programme;
use crate::support::smtp::{Manner, Security, SmtpServer};
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_payee_account_tells_the_contractor
}

on_sqlite_first! {
    a_registration_tells_the_officers
    a_submitted_contract_waits_for_finance_each_time
    a_breach_tells_amount_steps_and_where_to_object
    money_outside_the_payment_requests_tells_both_sides
    waived_interest_tells_purchaser_and_finance
    a_suspension_waits_for_the_leader_and_tells_both_sides
    a_running_contract_tells_both_sides
    a_payment_tells_the_contractor_of_each_stage
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
    assert_eq!(told(test, &mut seen), is("contract-funded", &[OFFICERS, &["justice-leader"]]));
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

fn a_submitted_contract_waits_for_finance_each_time(test: &TestApp) {
    let id = programme::registered(test, "XCSF-2026-001");
    let act = |who: &str, action: &str, body| {
        test.by(who).post(&format!("contracts/{id}/actions/{action}"), &body).expect_status(200);
    };
    let waits = || {
        calendar(&test.app);
        let found = rows(test).into_iter().filter(|row| row.subject_key.starts_with("fund/"));
        found.map(|row| (row.to, row.state)).collect::<Vec<_>>()
    };
    let to = |state: &str| ("finance-review".to_owned(), state.to_owned());
    act("justice", "submit", json!({}));
    assert_eq!((waits(), waits().len()), (vec![to("queued")], 1));
    act("finance-review", "return", json!({"reason": "资金来源不对"}));
    mail(&test.app);
    assert_eq!(waits(), [to("withdrawn")], "the task is done");
    act("justice", "submit", json!({}));
    assert_eq!(waits(), [to("withdrawn"), to("queued")], "on the same day it waits again");
    mail(&test.app);
    assert_eq!(waits()[1], to("sent"));
}

fn a_breach_tells_amount_steps_and_where_to_object(test: &TestApp) {
    let id = active(test, "N-1");
    test.at("2026-07-04", 9);
    calendar(&test.app);
    let server = SmtpServer::start(Security::None, Manner::Accept);
    mail(&by(test, &server));
    let own = |who: &str| {
        let letters = server.letters().into_iter().filter(|letter| letter.to == [format!("{who}@luyue.test")]);
        let read = letters.map(|letter| {
            let mail = parse_mail(&letter.raw).expect("a letter");
            let from = mail.headers.get_first_value("From").expect("a sender");
            // With a document attached, the texts are one level down.
            let is_mixed = mail.ctype.mimetype == "multipart/mixed";
            let texts = if is_mixed { &mail.subparts[0] } else { &mail };
            let text = texts.subparts[0].get_body().expect("text");
            let document = is_mixed.then(|| mail.subparts[1].get_body_raw().expect("a document"));
            (from, text, document)
        });
        read.filter(|(_, text, _)| text.contains("违约情形成立")).collect::<Vec<_>>()
    };
    let address = format!("https://luyue.test/contracts/{id}/act/objection?subject=breach%2FLATE%2FVISIT-H1");
    let notices = own("contractor");
    let (from, text, document) = notices.iter().find(|(_, text, _)| text.contains(&address)).expect("the notice");
    assert!(document.as_ref().is_some_and(|pdf| pdf.starts_with(b"%PDF-")), "the notice carries its document");
    assert!(from.contains("XC-JUSTICE"), "the bureau writes: {from}");
    let steps = text.lines().find(|line| line.starts_with("计算过程：")).expect("the steps");
    assert!(steps.chars().any(|c| c.is_ascii_digit()) && text.contains("违约金：截至2026年7月4日为"), "{text}");
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let mut breaches = standing["breaches"].as_array().expect("breaches").iter();
    let late =
        breaches.find(|breach| breach["clause"] == "LATE" && breach["subject"] == "VISIT-H1").expect("it is late");
    let charged = format!("为 {} 元，仍按日累计", late["charged"].as_str().expect("an amount"));
    assert!(late["charged"] != "0.00" && text.contains(&charged), "{charged}: {text}");
    assert!(text.contains("10 个工作日内书面答复"), "{text}");
    let contractor = Visitor::signed_in(test, "contractor");
    let form = contractor.get(address.trim_start_matches("https://luyue.test")).expect_status(200);
    assert_eq!((form.hidden("against"), form.hidden("subject")), ("breach".to_owned(), "LATE/VISIT-H1".to_owned()));
    let officers = own("justice");
    assert_eq!(officers.len(), notices.len());
    let is_plain = |(_, text, document): &(String, String, Option<Vec<u8>>)| {
        !text.contains("/act/objection") && text.contains("计算过程：") && document.is_none()
    };
    assert!(officers.iter().all(is_plain));
}

fn money_outside_the_payment_requests_tells_both_sides(test: &TestApp) {
    let id = advance(test);
    let guarantee = recorded(test, &id, &[]);
    end(test, &id);
    let mut seen = rows(test).len();
    let body = json!({"amount": "8000.00", "reason": "违约金未能扣减", "purpose": "recovery"});
    let both = |kind: &str| is(kind, &[CONTRACTORS, OFFICERS]);
    for (name, kind) in [("refuse", "guarantee-call-refused"), ("grant", "guarantee-called")] {
        act(test, "justice", &guarantee, "claim", &body).expect_status(200);
        assert_eq!(told(test, &mut seen), []);
        act(test, "justice-leader", &guarantee, name, &json!({"reason": "核实"})).expect_status(200);
        let expected = if name == "grant" { both(kind) } else { is(kind, &[OFFICERS]) };
        assert_eq!(told(test, &mut seen), expected, "{name}");
    }
    send(test, "justice", &id, "", &demand("12000.00")).expect_status(201);
    let others = is("recovery-changed", &[CONTRACTORS, &["justice-2"]]);
    assert_eq!(told(test, &mut seen), others, "no one is told of their own act");
    send(test, "finance-pay", &id, "receipts", &receipt("5000.00", "SK-1")).expect_status(201);
    assert_eq!(told(test, &mut seen), both("recovery-changed"));
    for (name, expected) in
        [("refuse", is("write-off-refused", &[OFFICERS, &["justice-leader"]])), ("grant", both("recovery-changed"))]
    {
        let proposed = id_of(&send(test, "justice", &id, "write-offs", &write_off("7000.00")).expect_status(201));
        assert_eq!(told(test, &mut seen), []);
        decide(test, "finance-approve", &proposed, name, &json!({"reason": "核实"})).expect_status(200);
        assert_eq!(told(test, &mut seen), expected, "{name}");
    }
    assert_eq!(unsealed_differences(test), []);
}

fn waived_interest_tells_purchaser_and_finance(test: &TestApp) {
    let late = late(test);
    let mut seen = rows(test).len();
    let waiver = json!({"amount": "55.20", "reason": "协商一致"});
    let path = format!("contracts/{late}/milestones/ADVANCE/interest/waiver");
    test.by("contractor").post(&path, &waiver).expect_status(201);
    assert_eq!(told(test, &mut seen), is("interest-waived", &[OFFICERS, &["finance-review"]]));
    assert_eq!(unsealed_differences(test), []);
}

fn a_suspension_waits_for_the_leader_and_tells_both_sides(test: &TestApp) {
    midyear(test);
    let mut seen = rows(test).len();
    for (step, name, kind, people) in [
        ("force_majeure", "refuse", "suspension-refused", &[OFFICERS][..]),
        ("force_majeure", "approve", "suspension-approved", &[CONTRACTORS, OFFICERS]),
        ("resumption", "approve", "suspension-approved", &[CONTRACTORS, OFFICERS]),
    ] {
        let proposal = suspension(NUMBER, step, "2026-07-16");
        let id = id_of(&test.by("justice").post("suspensions", &proposal).expect_status(201));
        assert_eq!(told(test, &mut seen), []);
        calendar(&test.app);
        let subject = format!("decide_suspension/{id}");
        let asked: Vec<_> = rows(test).into_iter().filter(|row| row.subject_key == subject).map(|row| row.to).collect();
        assert_eq!(asked, ["justice-leader"], "{step}");
        seen = rows(test).len();
        let path = format!("suspensions/{id}/actions/{name}");
        test.by("justice-leader").post(&path, &json!({"reason": "核实"})).expect_status(200);
        assert_eq!(told(test, &mut seen), is(kind, people), "{step} {name}");
    }
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
        ("pay", "finance-pay", is("payment-paid", &[CONTRACTORS])),
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
