//! Opinions of recipients: codes that name no one, each answered once, and their count beside the inspection.

use diesel::prelude::*;
use luyue::schema::{idempotency, opinions};
use serde_json::{Value, json};

use crate::payments::setup::advance;
use crate::support::app::{Reply, TestApp, differences};
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    codes_are_shown_once
    of_many_with_one_code_one_is_heard
}

on_sqlite_first! {
    codes_are_handed_out_and_each_is_answered_once
    an_opinion_is_given_on_the_page_and_counted_beside_the_inspection
}

/// Issues codes for a deliverable.
pub fn issue(test: &TestApp, who: &str, contract: &str, deliverable: &str, number: u32) -> Reply {
    let body = json!({"deliverable": deliverable, "number": number, "expires_on": "2026-02-13"});
    test.by(who).post(&format!("contracts/{contract}/opinion-codes"), &body)
}

/// Returns the codes in an answer.
fn codes(issued: Reply) -> Vec<String> {
    let issued = issued.expect_status(201);
    let codes = issued["codes"].as_array().expect("codes").iter();
    codes.map(|code| code.as_str().expect("a code").to_owned()).collect()
}

/// Issues a code and returns it.
pub fn code(test: &TestApp, contract: &str, expires_on: &str) -> String {
    let body = json!({"deliverable": "VISIT-H1", "number": 1, "expires_on": expires_on});
    codes(test.by("justice").post(&format!("contracts/{contract}/opinion-codes"), &body)).pop().expect("a code")
}

/// Returns an opinion.
pub fn opinion(code: &str) -> Value {
    json!({"code": code, "received": true, "satisfaction": "satisfied", "remark": "每月都来"})
}

fn give(test: &TestApp, body: &Value) -> Reply {
    test.nobody().post("public/opinions", body)
}

/// Requires that an opinion is refused at a field.
#[track_caller]
fn refused(reply: Reply, field: &str) {
    assert_eq!(reply.expect_status(422)["errors"][0]["path"], field);
}

fn totals(test: &TestApp, contract: &str) -> Vec<Value> {
    totals_for(test, "justice", contract)
}

fn totals_for(test: &TestApp, who: &str, contract: &str) -> Vec<Value> {
    let list = test.by(who).get(&format!("contracts/{contract}/opinions/totals")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

fn codes_are_handed_out_and_each_is_answered_once(test: &TestApp) {
    let contract = advance(test);
    let standing = || test.by("audit").get(&format!("contracts/{contract}/standing")).expect_status(200);
    let before = standing();
    for (who, status) in [("contractor", 403), ("finance-review", 403), ("audit", 403), ("other-justice", 404)] {
        assert_eq!(issue(test, who, &contract, "VISIT-H1", 1).status, status, "{who}");
    }
    for (body, path) in [
        (json!({"deliverable": "NONE", "number": 1, "expires_on": "2026-02-13"}), "deliverable"),
        (json!({"deliverable": "VISIT-H1", "number": 0, "expires_on": "2026-02-13"}), "number"),
        (json!({"deliverable": "VISIT-H1", "number": 201, "expires_on": "2026-02-13"}), "number"),
        (json!({"deliverable": "VISIT-H1", "number": 1, "expires_on": "2026-01-12"}), "expires_on"),
        (json!({"deliverable": "VISIT-H1", "number": 1, "expires_on": "2026-07-13"}), "expires_on"),
    ] {
        refused(test.by("justice").post(&format!("contracts/{contract}/opinion-codes"), &body), path);
    }
    let mut issued = codes(issue(test, "justice", &contract, "VISIT-H1", 2));
    issued.extend(codes(issue(test, "station", &contract, "EDU-H1", 1)));
    assert_eq!(issued.len(), 3, "{issued:?}");
    refused(give(test, &opinion("aaaa-bbbb-cccc")), "code");
    refused(give(test, &opinion("不是编码")), "code");
    let named = json!({"code": issued[0], "received": true, "satisfaction": "neutral", "remark": "电话 138 1234 5678"});
    refused(give(test, &named), "remark");
    give(test, &opinion(&issued[0])).expect_status(201);
    refused(give(test, &opinion(&issued[0])), "code");
    // As it is typed on a phone, from a slip on which o and l look like digits.
    let typed: String = issued[1].replace('-', " ").replace('o', "0").replace('l', "1").to_uppercase();
    let missed = json!({"code": typed, "received": false, "satisfaction": "dissatisfied"});
    give(test, &missed).expect_status(201);
    let visits = json!({"deliverable": "VISIT-H1", "issued": 2, "answered": 2, "not_received": 1, "satisfied": 1,
        "neutral": 0, "dissatisfied": 1, "remarks": ["每月都来"]});
    let education = json!({"deliverable": "EDU-H1", "issued": 1, "answered": 0, "not_received": 0, "satisfied": 0,
        "neutral": 0, "dissatisfied": 0, "remarks": []});
    assert_eq!(totals(test, &contract), [education.clone(), visits]);
    assert_eq!(totals_for(test, "contractor", &contract)[1]["remarks"], json!([]), "remarks are not the contractor's");
    assert_eq!(standing(), before, "an opinion moves no figure");
    test.at("2026-02-14", 9);
    refused(give(test, &opinion(&issued[2])), "code");
    assert_eq!(totals(test, &contract)[0], education);
    assert_eq!(differences(test), []);
}

fn codes_are_shown_once(test: &TestApp) {
    let contract = advance(test);
    let path = format!("contracts/{contract}/opinion-codes");
    let body = json!({"deliverable": "VISIT-H1", "number": 3, "expires_on": "2026-02-13"});
    let send = || codes(test.by("justice").with("Idempotency-Key", "codes-1").post(&path, &body));
    let issued = send();
    assert_eq!(send(), issued, "a request whose answer was lost is answered as at first");
    assert_eq!(totals(test, &contract)[0]["issued"], 3);
    give(test, &opinion(&issued[1])).expect_status(201);
    let database = format!("{:?}", stored_texts(test));
    for code in &issued {
        let whole = code.replace('-', "");
        assert!(!database.contains(code.as_str()) && !database.contains(&whole), "a code is stored: {database}");
    }
    for who in ["justice", "station", "audit"] {
        let visitor = Visitor::signed_in(test, who);
        let page = visitor.get(&format!("/contracts/{contract}/opinions")).expect_status(200);
        assert!(issued.iter().all(|code| !page.text.contains(code.as_str())), "{who}: {}", page.text);
        assert_eq!(test.by(who).get(&format!("contracts/{contract}/opinions")).status, 404, "no list of codes");
    }
}

/// Returns what is stored of codes and of answers to repeated requests.
fn stored_texts(test: &TestApp) -> (Vec<(String, String)>, Vec<String>) {
    let read = test.app.pool.read(|connection| {
        let codes = opinions::table.select((opinions::public_id, opinions::code_hash)).load(connection)?;
        let answers = idempotency::table.select(idempotency::answer).load(connection)?;
        Ok::<_, luyue::error::Error>((codes, answers))
    });
    read.expect("it is read")
}

fn of_many_with_one_code_one_is_heard(test: &TestApp) {
    let contract = advance(test);
    let code = code(test, &contract, "2026-02-13");
    let answers = race(4, |_| give(test, &opinion(&code)).status);
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [201, 422].contains(status)), "{answers:?}");
    assert_eq!(totals(test, &contract)[0]["answered"], 1);
    assert_eq!(differences(test), []);
}

fn an_opinion_is_given_on_the_page_and_counted_beside_the_inspection(test: &TestApp) {
    let contract = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    let path = officer.get(&format!("/contracts/{contract}")).dom_link(&format!("/contracts/{contract}/opinions"));
    let wrong = officer.post_from(&path, &path, &[("deliverable", "VISIT-H1"), ("number", "许多"), ("expires_on", "")]);
    let wrong = wrong.expect_status(400);
    assert_eq!(wrong.texts(".govuk-error-summary li").len(), 2, "{}", wrong.text);
    let typed = [("deliverable", "VISIT-H1"), ("number", "2"), ("expires_on", "2026-02-13")];
    let page = officer.post_from(&path, &path, &typed).expect_status(200);
    assert!(page.text.contains("已发放编码 2 个") && page.text.contains("/opinion"), "{}", page.text);
    let codes = page.texts("#codes code");
    assert_eq!(codes.len(), 2, "{}", page.text);
    let recipient = Visitor::new(test);
    let empty = recipient.post_from("/opinion", "/opinion", &[]);
    let empty = empty.expect_status(400);
    assert_eq!(empty.texts(".govuk-error-summary li").len(), 3, "{}", empty.text);
    let typed = [("code", "aaaa-bbbb-cccc"), ("received", "yes"), ("satisfaction", "neutral"), ("remark", "都好")];
    let unknown = recipient.post_from("/opinion", "/opinion", &typed).expect_status(422);
    assert!(unknown.text.contains("没有这个编码") && unknown.text.contains("都好"), "{}", unknown.text);
    let given = unknown.form("/opinion").with(&[("code", codes[0].as_str())]).send(&recipient, "");
    assert_eq!((given.status, given.location.as_str()), (303, "/opinion?done=given"));
    assert!(recipient.get(&given.location).text.contains("意见已收到"));
    let again = recipient.post_from("/opinion", "/opinion", &[&typed[1..], &[("code", codes[0].as_str())]].concat());
    let again = again.expect_status(422);
    assert!(again.text.contains("已经用过"), "{}", again.text);
    let submissions = format!("contracts/{contract}/deliverables/VISIT-H1/submissions");
    let file: &[(&str, &[u8])] = &[("名册.csv", "编号\nXZ-1\n".as_bytes())];
    test.by("contractor").upload(&submissions, &[("quantity", "2")], file).expect_status(201);
    let counted = "发放 2 个，收回 1 份：满意 0，一般 1，不满意 0";
    let decision = officer.get(&format!("/contracts/{contract}/act/decision?subject=VISIT-H1&no=1"));
    assert!(decision.text.contains(counted), "{}", decision.text);
    assert!(officer.get(&path).text.contains(counted));
    let auditor = Visitor::signed_in(test, "audit");
    let page = auditor.get(&path).expect_status(200);
    assert!(page.texts("main code").is_empty() && page.text.contains("都好"), "{}", page.text);
    assert_eq!(Visitor::signed_in(test, "contractor").get(&path).status, 403);
}

#[test]
fn wrong_codes_are_limited_by_address() {
    let test = TestApp::sqlite();
    let contract = advance(&test);
    let code = code(&test, &contract, "2026-02-13");
    for _ in 0..20 {
        refused(give(&test, &opinion("aaaa-bbbb-cccc")), "code");
    }
    assert_eq!(give(&test, &opinion(&code)).status, 429);
    test.at("2026-01-14", 9);
    give(&test, &opinion(&code)).expect_status(201);
}
