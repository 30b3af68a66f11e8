//! One-year loan prime rates: proposed by the administrator, approved by finance, applied by the day of signing.

use serde_json::json;

use crate::matrix::rows::loan_rate;
use crate::on_sqlite_first;
use crate::payments::setup::id_of;
use crate::registry::{leads_to_row, text};
use crate::support::app::{TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite_first! {
    a_rate_counts_by_the_day_of_signing_once_two_people_agree
    a_rate_is_proposed_and_approved_on_the_page
}

fn propose(test: &TestApp, from_on: &str, rate: &str) -> String {
    id_of(&test.by("admin").post("loan-rates", &loan_rate(from_on, rate)).expect_status(201))
}

fn decide(test: &TestApp, who: &str, id: &str, name: &str) -> u16 {
    let body = if name == "refuse" { json!({"reason": "与公告不符"}) } else { json!({}) };
    test.by(who).post(&format!("loan-rates/{id}/actions/{name}"), &body).status
}

/// Returns the latest rate that applies, with its day.
fn latest(test: &TestApp) -> (String, String) {
    let rate = test.by("justice").get("statutes").expect_status(200)["rates"][0].clone();
    (text(&rate["from"]), text(&rate["percent"]))
}

fn a_rate_counts_by_the_day_of_signing_once_two_people_agree(test: &TestApp) {
    for (from_on, rate, at) in [
        ("2026-01-06", "0.03", "from_on"),
        ("2026-01-05", "0.03001", "rate"),
        ("2026-01-05", "0", "rate"),
        ("2026-01-05", "0.3", "rate"),
    ] {
        let refused = test.by("admin").post("loan-rates", &loan_rate(from_on, rate)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], at, "{from_on} {rate}");
    }
    // The agreed 0.05 % a day are 18.25 % a year.
    let contract = programme::registered(test, "XCSF-2026-001");
    for (who, action) in [("justice", "submit"), ("finance-review", "fund")] {
        test.by(who).post(&format!("contracts/{contract}/actions/{action}"), &json!({})).expect_status(200);
    }
    let known = latest(test);
    let high = propose(test, "2026-01-05", "0.1826");
    assert_eq!(latest(test), known, "it does not count yet");
    let again = test.by("admin").post("loan-rates", &loan_rate("2026-01-05", "0.18260")).expect_status(409);
    leads_to_row(test, &again, ("admin", "loan-rates", &high));
    assert_eq!(decide(test, "admin", &high, "approve"), 403);
    assert_eq!(decide(test, "finance-review", &high, "approve"), 403);
    assert_eq!(decide(test, "finance-approve", &high, "approve"), 200);
    assert_eq!(decide(test, "finance-approve", &high, "approve"), 409);
    assert_eq!(latest(test), ("2026-01-05".to_owned(), "18.26".to_owned()));
    let activate = |day: &str| {
        let body = json!({"signed_on": day});
        test.by("justice-leader").post(&format!("contracts/{contract}/actions/activate"), &body)
    };
    let refused = activate("2026-01-05").expect_status(422);
    assert_eq!(
        (&refused["rule"], &refused["errors"][0]["path"]),
        (&json!("late-interest"), &json!("terms.late_payment_daily_rate"))
    );
    assert!(text(&refused["errors"][0]["message"]).contains("18.26"), "{refused}");
    let wrong = propose(test, "2026-01-05", "0.2");
    assert_eq!(decide(test, "finance-approve", &wrong, "refuse"), 200);
    assert_eq!(latest(test).1, "18.26");
    activate("2026-01-04").expect_status(200);
    let list = test.by("audit").get("loan-rates").expect_status(200);
    let states: Vec<String> =
        list["items"].as_array().expect("a list").iter().map(|rate| text(&rate["state"])).collect();
    assert_eq!(states, ["approved", "refused"]);
    // One that corrects the same day takes its place.
    let right = propose(test, "2026-01-05", "0.0295");
    assert_eq!(decide(test, "finance-approve", &right, "approve"), 200);
    assert_eq!(latest(test).1, "2.95");
    assert_eq!(differences(test), []);
}

fn a_rate_is_proposed_and_approved_on_the_page(test: &TestApp) {
    let path = "/registers/loan-rates";
    let admin = Visitor::signed_in(test, "admin");
    let typed = [("from_on", "2026-01-05"), ("rate", "2.9%"), ("source", "同业拆借中心公告")];
    let refused = admin.post_from(path, path, &[("from_on", "2026-01-05"), ("rate", "x"), ("source", "")]);
    assert_eq!(refused.expect_status(400).texts(".govuk-error-summary li").len(), 2);
    admin.post_from(path, path, &typed).expect_status(303);
    let approver = Visitor::signed_in(test, "finance-approve");
    let page = approver.get(path).expect_status(200);
    assert!(page.text.contains("2.90%"), "{}", page.text);
    assert_eq!(page.form_ending("/approve").send(&approver, "").status, 303);
    let rules = Visitor::signed_in(test, "justice").get("/statutes").expect_status(200);
    assert!(rules.text.contains("2.90%"), "{}", rules.text);
    assert_eq!(differences(test), []);
}
