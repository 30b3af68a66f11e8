//! Ledgers that an officer proposes and finance imports: rights, faults, decisions, and the page.

use diesel::prelude::*;
use luyue::schema::ledger_imports;
use serde_json::{Value, json};

use crate::imports::setup::{Sheet, imported, ledger, numbers, workbook};
use crate::on_both_engines;
use crate::payments::setup::id_of;
use crate::support::app::{Reply, TestApp, unsealed_differences};
use crate::support::programme;
use crate::support::visitor::Visitor;

const TODAY: &str = "2026-07-17";

/// Creates the budget of the ledger, on a day after all of its facts.
fn prepare(test: &TestApp) {
    programme::appropriation(test, "15000.00");
    test.at(TODAY, 9);
}

fn sent(test: &TestApp, who: &str, path: &str, sheets: &[Sheet]) -> Reply {
    sent_as(test, who, path, &workbook(sheets))
}

/// Sends a workbook whose digest matters: each that is written has the time in it.
fn sent_as(test: &TestApp, who: &str, path: &str, bytes: &[u8]) -> Reply {
    test.by(who).upload_as("file", path, &[], &[("台账.xlsx", bytes)])
}

fn proposed(test: &TestApp) -> String {
    id_of(&sent(test, "justice", "ledger-imports", &ledger()).expect_status(201))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    test.by(who).post(&format!("ledger-imports/{id}/actions/{name}"), &json!({"reason": "核对"}))
}

fn changed((sheet, row, column): (usize, usize, usize), text: &str) -> Vec<Sheet> {
    let mut sheets = ledger();
    text.clone_into(&mut sheets[sheet].1[row][column]);
    sheets
}

fn fault(check: &Value, place: usize) -> (&str, &str) {
    let fault = &check["report"]["faults"][place];
    (fault["cell"].as_str().expect("a cell"), fault["message"].as_str().expect("a message"))
}

on_both_engines! { an_officer_proposes_a_ledger_and_finance_imports_it two_approvers_race faults_are_told_by_cell }

fn an_officer_proposes_a_ledger_and_finance_imports_it(test: &TestApp) {
    prepare(test);
    let bytes = workbook(&ledger());
    let check = sent_as(test, "justice", "ledger-imports/check", &bytes).expect_status(200);
    assert_eq!((&check["fault_count"], &check["report"]["contracts"]), (&json!(0), &json!(1)), "{check}");
    assert_eq!((&check["amount"], &check["report"]["dry_run"]), (&json!("15000.00"), &json!(true)));
    assert_eq!(numbers(test), [] as [String; 0]);
    for who in ["justice-leader", "finance-approve", "contractor", "admin"] {
        assert_eq!(sent(test, who, "ledger-imports", &ledger()).status, 403, "{who}");
    }
    let recalled = proposed(test);
    assert_eq!(sent(test, "justice-2", "ledger-imports", &ledger()).status, 409, "one waits at a time");
    for (who, name, status) in
        [("justice-2", "recall", 403), ("other-justice", "recall", 404), ("justice", "approve", 403)]
    {
        assert_eq!(decide(test, who, &recalled, name).status, status, "{who} {name}");
    }
    decide(test, "justice", &recalled, "recall").expect_status(200);
    assert_eq!(decide(test, "finance-approve", &recalled, "approve").status, 409);
    let id = id_of(&sent_as(test, "justice", "ledger-imports", &bytes).expect_status(201));
    for who in ["finance-approve", "justice-leader"] {
        let list = test.by(who).get("ledger-imports").expect_status(200);
        let rows: Vec<_> = list["items"].as_array().expect("items").iter().collect();
        assert_eq!((&rows[0]["state"], &rows[1]["id"]), (&json!("recalled"), &json!(id)), "{list}");
        assert_eq!((&rows[1]["amount"], &rows[1]["sha256"]), (&json!("15000.00"), &check["sha256"]));
    }
    assert_eq!(test.by("other-justice").get("ledger-imports").expect_status(200)["items"], json!([]));
    decide(test, "finance-approve", &id, "approve").expect_status(200);
    assert_eq!(numbers(test), ["甲-1"]);
    assert_eq!(decide(test, "finance-approve", &id, "approve").status, 409);
    assert_eq!(unsealed_differences(test), []);
}

fn two_approvers_race(test: &TestApp) {
    prepare(test);
    let id = proposed(test);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = ["approve", "approve", "refuse"]
            .iter()
            .map(|name| scope.spawn(|| decide(test, "finance-approve", &id, name).status))
            .collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
}

fn faults_are_told_by_cell(test: &TestApp) {
    prepare(test);
    // The other bureau's officer may not import contracts of this one.
    let check = sent(test, "other-justice", "ledger-imports/check", &ledger()).expect_status(200);
    assert_eq!(fault(&check, 0).0, "C2", "{check}");
    let late = changed((6, 1, 3), "2026-08-01");
    let check = sent(test, "justice", "ledger-imports/check", &late).expect_status(200);
    assert_eq!((&check["fault_count"], fault(&check, 0).0), (&json!(1), "D2"), "{check}");
    let refused = sent(test, "justice", "ledger-imports", &late).expect_status(409);
    assert!(refused["title"].as_str().is_some_and(|title| title.contains("D2")), "{refused}");
    // Contracts of two funders could not be decided on by one.
    let mut two = ledger();
    for (_, rows) in &mut two {
        let mut row = rows[1].clone();
        "甲-2".clone_into(&mut row[0]);
        rows.push(row);
    }
    "JX-FINANCE".clone_into(&mut two[0].1[2][3]);
    let check = sent(test, "justice", "ledger-imports/check", &two).expect_status(200).to_string();
    assert!(check.contains("\"D3\"") && check.contains("XC-FINANCE"), "{check}");
    // More faults than are listed are counted.
    let mut many = ledger();
    many[6].1.extend(vec![["乙-9", "M1", "1", TODAY, "ZF-9"].map(str::to_owned).to_vec(); 120]);
    let check = sent(test, "justice", "ledger-imports/check", &many).expect_status(200);
    assert_eq!(check["report"]["faults"].as_array().map(Vec::len), Some(100));
    assert!(check["fault_count"].as_u64().is_some_and(|count| count >= 120), "{}", check["fault_count"]);
    for (name, bytes, status) in [("台账.csv", b"a,b".to_vec(), 415), ("台账.xlsx", b"PK".to_vec(), 415)] {
        let sent = test.by("justice").upload_as("file", "ledger-imports/check", &[], &[(name, &bytes)]);
        assert!(sent.status == status || sent.status == 422, "{name} {}", sent.status);
    }
    // What was proposed is checked again when it is imported, and imported only as it was proposed.
    let id = proposed(test);
    imported(test, &workbook(&ledger()), false);
    let refused = decide(test, "finance-approve", &id, "approve").expect_status(409);
    assert!(refused["title"].as_str().is_some_and(|title| title.contains("A2")), "{refused}");
    assert_eq!(numbers(test), ["甲-1"]);
    let changed = diesel::update(ledger_imports::table).set(ledger_imports::content.eq("UEsDBA=="));
    changed.execute(&mut *test.app.pool.get().expect("a connection")).expect("it is changed");
    assert_eq!(decide(test, "finance-approve", &id, "approve").status, 500);
    decide(test, "finance-approve", &id, "refuse").expect_status(200);
}

#[test]
fn an_officer_imports_a_ledger_on_a_page() {
    let test = TestApp::sqlite();
    prepare(&test);
    let officer = Visitor::signed_in(&test, "justice");
    let template = officer.get("/import-ledger/template.xlsx").expect_status(200);
    let sheets = luyue::adapters::workbooks::read_sheets(&template.reply.bytes, 2_000, 200).expect("it can be read");
    assert!(sheets.iter().any(|(title, _)| title == "提交与验收"), "{sheets:?}");
    let late = workbook(&changed((6, 1, 3), "2026-08-01"));
    let answer = officer.upload_from("/import-ledger", "file", &[], &[("台账.xlsx", &late)]);
    let refused = officer.led(&answer);
    let words = refused.text_of("main");
    assert!(words.contains("有 1 处问题") && words.contains("支付日期") && words.contains("D2"), "{words}");
    assert!(!refused.has("form[action='/import-ledger']"), "{words}");
    let good = workbook(&ledger());
    let answer = officer.upload_from("/import-ledger", "file", &[], &[("台账.xlsx", &good)]);
    let checked = officer.led(&answer);
    assert!(checked.text_of("main").contains("15,000.00"), "{}", checked.text);
    let fields = ["form", "key", "kept_form", "sha256"].map(|name| (name, checked.hidden(name)));
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    // Another file than the one that was checked is not proposed.
    let mut other = fields;
    (other[1].1, other[3].1) = ("another", "00");
    assert_eq!(officer.post("/import-ledger", &other).status, 404);
    let done = officer.post("/import-ledger", &fields).expect_status(303);
    assert_eq!(officer.post("/import-ledger", &fields).location, done.location, "once for each key");
    assert!(officer.led(&done).has(".govuk-notification-banner--success"));
    let approver = Visitor::signed_in(&test, "finance-approve");
    let register = approver.get("/registers/ledger-imports").expect_status(200);
    let address = register.attr("a[href^='/ledger-imports/']", "href");
    assert_eq!(approver.get(&address).expect_status(200).reply.bytes, good);
    assert_eq!(Visitor::signed_in(&test, "other-justice").get(&address).status, 404);
    let approve = register.attr("form[action$='/approve']", "action");
    approver.post_from("/registers/ledger-imports", &approve, &[]).expect_status(303);
    assert_eq!(numbers(&test), ["甲-1"]);
}
