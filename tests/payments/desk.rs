//! The payments desk: what is in progress or was paid, over all contracts that a person may see.

use serde_json::{Value, json};

use crate::payments::setup::{advance, asked, step, through};
use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme;
use crate::support::visitor::{Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    the_desk_lists_and_sums_what_one_may_see
}

on_sqlite_first! {
    the_desk_is_read_page_by_page
    filters_that_cannot_be_read_are_named
    the_page_shows_what_the_api_lists
}

/// Requests three payments of two contracts, the last of which is paid; returns their identifiers.
fn three(test: &TestApp) -> [String; 3] {
    let first = advance(test);
    let second = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &second);
    test.at("2026-01-13", 10);
    let small = asked(test, &first, "ADVANCE", &json!({"amount": "100.00"}));
    let large = asked(test, &second, "ADVANCE", &json!({"amount": "900.00"}));
    let paid = asked(test, &first, "ADVANCE", &json!({"amount": "200.00", "another": true}));
    through(test, &paid, 3);
    step(test, "finance-pay", &paid, "pay", &json!({"voucher": "ZF-1"})).expect_status(200);
    [small, large, paid]
}

fn desk(test: &TestApp, who: &str, query: &str) -> Value {
    test.by(who).get(&format!("payments?{query}")).expect_status(200)
}

fn ids(found: &Value) -> Vec<String> {
    let items = found["items"].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_str().expect("an identifier").to_owned()).collect()
}

fn the_desk_lists_and_sums_what_one_may_see(test: &TestApp) {
    let [small, large, paid] = three(test);
    let open = desk(test, "finance-review", "");
    assert_eq!(ids(&open), [small.clone(), large.clone()]);
    assert_eq!((&open["sums"]["amount"], &open["count"]), (&json!("1000.00"), &json!(2)));
    assert_eq!((&open["items"][0]["role"], &open["items"][0]["age_days"]), (&json!("officer"), &json!(0)));
    assert_eq!(open["items"][0]["name"], "预付款");
    assert_eq!(ids(&desk(test, "audit", "sort=amount")), [large.clone(), small.clone()]);
    assert_eq!(ids(&desk(test, "audit", "sort=newest")), [large, small.clone()]);
    let month = desk(test, "justice", "stage=paid&month=2026-01");
    assert_eq!((ids(&month), &month["sums"]["amount"]), (vec![paid], &json!("200.00")));
    assert_eq!(month["items"][0]["voucher"], "ZF-1");
    for none in ["stage=paid&month=2026-02", "month=2025-12", "stage=returned", "bureau=JX-JUSTICE", "contractor=1"] {
        let found = desk(test, "audit", none);
        assert_eq!(
            (ids(&found), &found["sums"]["amount"], &found["count"]),
            (vec![], &json!("0.00"), &json!(0)),
            "{none}"
        );
    }
    let own = desk(test, "contractor", &format!("contractor={CONTRACTOR}&bureau=XC-JUSTICE"));
    assert_eq!(own["count"], 2);
    for stranger in ["contractor-2", "other-finance", "other-justice"] {
        assert_eq!(desk(test, stranger, "")["count"], 0, "{stranger}");
        let cursor = test.by("audit").get("payments?limit=1").expect_status(200)["next"].clone();
        let address = format!("payments?cursor={}", cursor.as_str().expect("a cursor"));
        assert_eq!(test.by(stranger).get(&address).status, 400, "a cursor reveals nothing to {stranger}");
    }
}

fn the_desk_is_read_page_by_page(test: &TestApp) {
    let [small, large, paid] = three(test);
    let third = asked(test, &programme_of(test, &small), "ADVANCE", &json!({"amount": "900.00", "another": true}));
    for (sort, order) in [
        ("oldest", [&small, &large, &third]),
        ("newest", [&third, &large, &small]),
        ("amount", [&large, &third, &small]),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let found = desk(test, "audit", &format!("sort={sort}&limit=1{cursor}"));
            assert_eq!(found["sums"]["amount"], "1900.00", "the sum is that of all pages");
            seen.extend(ids(&found));
            let Some(next) = found["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), order, "{sort}");
    }
    assert!(!ids(&desk(test, "audit", "")).contains(&paid));
}

fn programme_of(test: &TestApp, payment: &str) -> String {
    let shown = test.by("justice").get(&format!("payments/{payment}")).expect_status(200);
    shown["contract"].as_str().expect("a contract").to_owned()
}

fn filters_that_cannot_be_read_are_named(test: &TestApp) {
    for (field, value) in [("stage", "lost"), ("month", "2026-13"), ("month", "202601"), ("sort", "name")] {
        let refused = test.by("audit").get(&format!("payments?{field}={value}")).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], field, "{value}");
    }
    give_password(test, "finance-review");
    let finance = Visitor::signed_in(test, "finance-review");
    let page = finance.get("/payments?month=13%E6%9C%88&bureau=%E6%97%A0%E6%AD%A4%E5%B1%80").expect_status(200);
    assert!(page.has("#month[aria-invalid=true]") || page.has("#bureau[aria-invalid=true]"));
    assert_eq!(page.attr("#bureau", "value"), "无此局", "what was typed stays");
}

fn the_page_shows_what_the_api_lists(test: &TestApp) {
    let [small, ..] = three(test);
    let finance = Visitor::signed_in(test, "finance-review");
    let page = finance.get("/payments").expect_status(200);
    assert!(page.text_of("#found > p").contains("1,000.00"), "the sum");
    assert_eq!(page.rows("#found").len(), 2);
    let contract = programme_of(test, &small);
    assert_eq!(page.attrs("tbody a", "href")[0], format!("/contracts/{contract}#payment-{small}"));
    let month = finance.get("/payments?stage=paid&month=2026%E5%B9%B41%E6%9C%88").expect_status(200);
    assert!(month.text_of("#found").contains("ZF-1"));
    let contractor = Visitor::signed_in(test, "contractor").get("/payments").expect_status(200);
    assert!(!contractor.has("#bureau"), "a contractor chooses no other bureau or contractor");
}
