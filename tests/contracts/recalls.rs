//! Recalling a submitted contract until finance has opened it.

use serde_json::{Value, json};

use crate::support::app::{Reply, TestApp, differences};
use crate::support::programme;
use crate::support::race::race;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_recall_races_with_an_opening_and_a_decision
}

on_sqlite_first! {
    who_submitted_recalls_until_finance_opens
    each_way_to_look_opens_for_finance_alone
    the_page_recalls_or_says_who_opened_and_when
}

fn submitted(test: &TestApp, number: &str) -> String {
    let id = programme::registered(test, number);
    act(test, "justice", &id, "submit").expect_status(200);
    id
}

fn act(test: &TestApp, who: &str, id: &str, name: &str) -> Reply {
    test.by(who).post(&format!("contracts/{id}/actions/{name}"), &json!({}))
}

fn state(test: &TestApp, id: &str) -> Value {
    test.by("audit").get(&format!("contracts/{id}")).expect_status(200)["state"].clone()
}

fn who_submitted_recalls_until_finance_opens(test: &TestApp) {
    let id = submitted(test, "R-1");
    act(test, "justice-2", &id, "recall").expect_status(403);
    act(test, "finance-review", &id, "recall").expect_status(403);
    assert_eq!(act(test, "justice", &id, "recall").expect_status(200)["state"], "draft");
    assert_eq!(act(test, "justice", &id, "recall").status, 409);
    assert_eq!(
        test.by("finance-review").get("worklist").expect_status(200)["items"],
        json!([]),
        "it left the work list"
    );
    act(test, "finance-review", &id, "fund").expect_status(409);
    act(test, "justice", &id, "submit").expect_status(200);
    test.by("finance-review").get(&format!("contracts/{id}")).expect_status(200);
    let refused = act(test, "justice", &id, "recall").expect_status(409);
    let told =
        refused["detail"].as_str().unwrap_or_default().to_owned() + refused["title"].as_str().unwrap_or_default();
    assert!(told.contains("finance-review") && told.contains("2026-01-05 09:"), "{refused}");
    // Submitted again after a return, it has not been opened yet.
    let back = json!({"reason": "指标文号有误"});
    test.by("finance-review").post(&format!("contracts/{id}/actions/return"), &back).expect_status(200);
    act(test, "justice", &id, "submit").expect_status(200);
    act(test, "justice", &id, "recall").expect_status(200);
    assert_eq!(differences(test), []);
}

fn each_way_to_look_opens_for_finance_alone(test: &TestApp) {
    let looks: [fn(&TestApp, &str); 3] = [
        |test, id| drop(test.by("finance-review").get(&format!("contracts/{id}")).expect_status(200)),
        |test, id| {
            let reviewer = Visitor::signed_in(test, "finance-review");
            reviewer.get(&format!("/contracts/{id}")).expect_status(200);
        },
        |test, id| {
            let reviewer = Visitor::signed_in(test, "finance-review");
            reviewer.get(&format!("/contracts/{id}/act/fund")).expect_status(200);
        },
    ];
    for (number, look) in looks.iter().enumerate() {
        let id = submitted(test, &format!("R-{number}"));
        for who in ["justice", "justice-2", "justice-leader", "finance-approve", "contractor", "audit"] {
            test.by(who).get(&format!("contracts/{id}")).expect_status(200);
        }
        test.by("finance-review").get("contracts").expect_status(200);
        look(test, &id);
        act(test, "justice", &id, "recall").expect_status(409);
        let other = submitted(test, &format!("S-{number}"));
        act(test, "justice", &other, "recall").expect_status(200);
    }
    assert_eq!(differences(test), []);
}

fn the_page_recalls_or_says_who_opened_and_when(test: &TestApp) {
    let id = submitted(test, "R-1");
    let (here, form) = (format!("/contracts/{id}"), format!("/contracts/{id}/act/recall"));
    let officer = Visitor::signed_in(test, "justice");
    assert!(officer.get(&here).attrs("a", "href").iter().any(|way| way.starts_with(&form)), "the recall is offered");
    assert!(officer.get(&form).expect_status(200).has("#page-form"));
    let other = Visitor::signed_in(test, "justice-2").get(&form).expect_status(200);
    assert!(other.text.contains("只有提交人本人可以收回") && !other.has("#page-form"), "{}", other.text);
    officer.post_from(&form, &form, &[]).expect_status(303);
    assert_eq!(state(test, &id), "draft");
    act(test, "justice", &id, "submit").expect_status(200);
    Visitor::signed_in(test, "finance-review").get(&here).expect_status(200);
    let barred = officer.get(&form).expect_status(200);
    assert!(barred.text.contains("finance-review 已于 2026-01-05 09:"), "{}", barred.text);
    assert!(!barred.has("#page-form"));
}

fn a_recall_races_with_an_opening_and_a_decision(test: &TestApp) {
    for round in 0..4 {
        let id = submitted(test, &format!("R-{round}"));
        let statuses = race(2, |racer| match racer {
            0 => act(test, "justice", &id, "recall").status,
            _ => test.by("finance-review").get(&format!("contracts/{id}")).status,
        });
        let is_recalled = state(test, &id) == "draft";
        assert_eq!(statuses, [if is_recalled { 200 } else { 409 }, 200]);
        let id = submitted(test, &format!("S-{round}"));
        let statuses = race(2, |racer| match racer {
            0 => act(test, "justice", &id, "recall").status,
            _ => act(test, "finance-review", &id, "fund").status,
        });
        let expected = if state(test, &id) == "draft" { [200, 409] } else { [409, 200] };
        assert_eq!(statuses, expected, "one of them comes first");
    }
    assert_eq!(differences(test), []);
}
