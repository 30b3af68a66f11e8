//! The record of a contractor: who reads it, its groups and trend, and the sentence about it in drafts.

use luyue::services::contracts::drafts;
use serde_json::{Value, json};

use crate::deliverables::support::caller;
use crate::evaluations::setup::{act, commented, inserted, opened};
use crate::on_both_engines;
use crate::payments::setup::{NUMBER, midyear};
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_record_counts_final_evaluations_by_year_service_and_county
    drafts_tell_the_record_of_the_chosen_contractor
}

fn record(test: &TestApp, who: &str, contractor: &str) -> crate::support::app::Reply {
    test.by(who).get(&format!("contractors/{contractor}/record"))
}

fn a_record_counts_final_evaluations_by_year_service_and_county(test: &TestApp) {
    let id = midyear(test);
    for (who, status) in [
        ("justice", 200),
        ("justice-leader", 200),
        ("finance-pay", 200),
        ("audit", 200),
        ("other-justice", 200),
        ("contractor", 200),
        ("contractor-2", 404),
        ("station", 403),
        ("admin", 403),
    ] {
        assert_eq!(record(test, who, CONTRACTOR).status, status, "{who}");
    }
    let empty = record(test, "contractor-2", CONTRACTOR_2).expect_status(200);
    assert_eq!((&empty["count"], &empty["mean"], &empty["trend"]), (&json!(0), &Value::Null, &Value::Null));
    assert_eq!(record(test, "audit", "52341800MJA00099XX").status, 404);

    let evaluation = opened(test, &id);
    assert_eq!(record(test, "audit", CONTRACTOR).expect_status(200)["count"], 0, "only final ones count");
    commented(test, &evaluation);
    act(test, "justice-leader", &evaluation, "finalise", &json!({})).expect_status(200);
    inserted(test, NUMBER, ("2025-01-01", "2025-06-30"), Some("99.5"));
    inserted(test, NUMBER, ("2025-07-01", "2025-12-31"), Some("100"));
    inserted(test, NUMBER, ("2024-07-01", "2024-12-31"), None);
    let shown = record(test, "other-justice", CONTRACTOR).expect_status(200);
    assert_eq!(shown["count"], 3);
    let names = |list: &str| {
        let groups = shown[list].as_array().expect("groups").iter();
        groups.map(|group| group["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("years"), ["2025", "2026"]);
    assert_eq!(shown["years"][0], json!({"name": "2025", "count": 2, "mean": "99.75"}));
    assert_eq!(shown["trend"], "falling");
    assert!(names("services").contains(&"上门走访".to_owned()), "{shown}");
    assert_eq!(names("counties").len(), 1, "{shown}");
    assert_eq!(shown["evaluations"][0]["to"], "2026-06-30", "the last period comes first");
    let text = shown.to_string();
    assert!(!text.contains(NUMBER) && !text.contains(&id), "no contract is named");
    let page = Visitor::signed_in(test, "contractor").get(&format!("/contractors/{CONTRACTOR}/record"));
    assert!(page.expect_status(200).text.contains("99.75"));
}

fn drafts_tell_the_record_of_the_chosen_contractor(test: &TestApp) {
    let contract = programme::registered(test, NUMBER);
    let officer = Visitor::signed_in(test, "justice");
    let draft = drafts::of_contract(&test.app, &caller(test, "justice"), &contract).expect("a draft").id;
    let pages = ["parties", "check"].map(|page| format!("/drafts/{draft}/{page}"));
    let address = format!("/contractors/{CONTRACTOR}/record");
    for (period, score, words) in [
        (None, None, None),
        (Some(("2025-01-01", "2025-06-30")), Some("90"), Some((false, "90（优）"))),
        (Some(("2025-07-01", "2025-12-31")), Some("59.99"), Some((true, "59.99（差）"))),
    ] {
        if let Some(period) = period {
            inserted(test, NUMBER, period, score);
        }
        for path in &pages {
            let page = officer.get(path).expect_status(200);
            let Some((is_warning, last)) = words else {
                assert!(!page.attrs("a", "href").contains(&address), "{path}: there is no record yet");
                continue;
            };
            assert!(page.attrs("a", "href").contains(&address) && page.text.contains(last), "{path}: {}", page.text);
            assert_eq!(page.text.contains("最近一次评价低于 60 分"), is_warning, "{path}");
        }
    }
    officer.get(&address).expect_status(200);
}
