//! Proposals of the registers in the work list and in the mail of those who decide on them.

use serde_json::json;

use crate::matrix::bodies::{approval_rule, loan_rate, statute_setting};
use crate::on_both_engines;
use crate::payments::setup::{id_of, letters_of};
use crate::registry::{added, appropriation, text};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::visitor::Visitor;

on_both_engines! {
    a_proposal_waits_for_those_who_can_decide
}

/// Returns the registers with proposals in the work list of a person, sorted.
fn waiting(test: &TestApp, who: &str) -> Vec<String> {
    let list = test.by(who).get("worklist").expect_status(200);
    let mut found: Vec<String> =
        list["proposals"].as_array().expect("a list").iter().map(|one| text(&one["register"])).collect();
    found.sort();
    found
}

fn a_proposal_waits_for_those_who_can_decide(test: &TestApp) {
    added(test, "elsewhere", "approver", "JX-FINANCE");
    let setting = statute_setting(("bond-10pct", Some("0.05")), "2026-02-01");
    let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"});
    let mut ids = Vec::new();
    for (who, path, body) in [
        ("admin", "statute-settings".to_owned(), setting),
        ("admin", "loan-rates".to_owned(), loan_rate("2026-01-05", "0.03")),
        ("finance-review", "approval-rules".to_owned(), approval_rule("200000.00", 2, "2026-02-01")),
        ("finance-review", "appropriations".to_owned(), appropriation("XC-JUSTICE", "1000.00")),
        ("contractor", format!("contractors/{CONTRACTOR}/accounts"), account),
    ] {
        ids.push((path.clone(), id_of(&test.by(who).post(&path, &body).expect_status(201))));
    }
    // What holds for all is decided on anywhere, a setting in its bureau, money by finance of the region.
    let both = ["loan-rates", "statute-settings"];
    assert_eq!(waiting(test, "finance-approve"), ["appropriations", "approval-rules", both[0], both[1]]);
    assert_eq!(waiting(test, "elsewhere"), both);
    assert_eq!(waiting(test, "finance-review"), ["accounts"]);
    for who in ["admin", "justice", "contractor", "audit"] {
        assert_eq!(waiting(test, who), [""; 0], "{who}");
    }
    let told = |kind: &str| letters_of(test, kind).into_iter().filter(|to| to.starts_with("finance-approve")).count();
    assert_eq!(told("proposal-waiting"), 3, "the rule of the bureau, and what holds for all");
    assert_eq!(letters_of(test, "proposal-waiting").len(), 5, "elsewhere is told of what holds for all");
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get("/work").expect_status(200);
    let (_, first) = &ids[0];
    let address = format!("/registers/statute-settings?at={first}#row-{first}");
    assert!(page.has(&format!("a[href='{address}']")) && page.text.contains("法定规则的调整"), "{}", page.text);
    approver.get(&address).expect_status(200);
    let notices = approver.get("/notices").expect_status(200);
    assert!(notices.has(&format!("a[href='{address}']")), "{}", notices.text);
    for (path, id) in ids.iter().take(2) {
        test.by("finance-approve").post(&format!("{path}/{id}/actions/approve"), &json!({})).expect_status(200);
    }
    assert_eq!(waiting(test, "finance-approve"), ["appropriations", "approval-rules"]);
    assert_eq!(waiting(test, "elsewhere"), [""; 0]);
    // A leader decides on the chain of the own bureau.
    let steps = json!([{"step": "lead", "role": "leader"}]);
    let chain =
        json!({"subject": "contract", "steps": steps, "from_on": "2026-02-01", "document_no": "宣司办〔2026〕6号"});
    test.by("justice").post("approval-chains", &chain).expect_status(201);
    assert_eq!(waiting(test, "justice-leader"), ["approval-chains"]);
}
