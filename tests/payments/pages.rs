//! Pagination: the payments and change requests of a contract are listed in pages, each item once and in order.

use serde_json::json;

use crate::on_sqlite_first;
use crate::payments::setup::{advance, asked, id_of};
use crate::support::app::TestApp;
use crate::support::programme;

on_sqlite_first! {
    payments_are_read_in_pages
    change_requests_are_read_in_pages
}

/// Returns the identifiers in a list read in pages of two.
fn walked(test: &TestApp, path: &str) -> Vec<String> {
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = test.by("audit").get(&format!("{path}?limit=2{cursor}")).expect_status(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2, "{path}");
        read.extend(items.iter().map(id_of));
        let Some(next) = page["next"].as_str() else { return read };
        assert_eq!(items.len(), 2, "{path}: a page before the last is full");
        assert!(!read.iter().any(|id| next.contains(id.as_str())), "a cursor says nothing");
        cursor = format!("&cursor={next}");
    }
}

/// Checks that a list has exactly these items, in pages, and that another contract's list does not accept its cursor.
fn is_paged(test: &TestApp, contract: &str, what: &str, made: &[String]) {
    let path = format!("contracts/{contract}/{what}");
    assert_eq!(walked(test, &path), made, "{path}");
    let all = test.by("audit").get(&path).expect_status(200);
    assert_eq!((all["items"].as_array().map(Vec::len), all["next"].as_str()), (Some(made.len()), None), "{path}");
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=%21%21", "cursor=bm9ib2R5", "colour=red"] {
        let refused = test.by("audit").get(&format!("{path}?{wrong}"));
        assert_eq!(refused.status, 400, "{path}?{wrong}: {}", refused.json);
    }
    let one = test.by("audit").get(&format!("{path}?limit=1")).expect_status(200);
    let cursor = one["next"].as_str().expect("more follows");
    let other = programme::registered(test, "OTHER-1");
    let refused = test.by("audit").get(&format!("contracts/{other}/{what}?cursor={cursor}"));
    assert_eq!(refused.status, 400, "a place in another contract's list");
}

fn payments_are_read_in_pages(test: &TestApp) {
    let contract = advance(test);
    let made: Vec<String> =
        (1..=5).map(|n| asked(test, &contract, "ADVANCE", &json!({"amount": format!("{n}00.00")}))).collect();
    is_paged(test, &contract, "payments", &made);
    let second = test.by("audit").get(&format!("contracts/{contract}/payments?limit=2")).expect_status(200);
    let steps = second["items"][1]["steps"].as_array().expect("steps").clone();
    assert_eq!((steps.len(), &steps[0]["step"], &steps[0]["by"]), (1, &json!("request"), &json!("contractor")));
}

fn change_requests_are_read_in_pages(test: &TestApp) {
    let contract = advance(test);
    let path = format!("contracts/{contract}/extensions");
    let made: Vec<String> = (1..=4)
        .map(|days| {
            let body = json!({"deliverable": "EDU-H1", "days": days, "reason": "汛期", "another": days > 1});
            id_of(&test.by("justice").post(&path, &body).expect_status(201))
        })
        .collect();
    is_paged(test, &contract, "change-requests", &made);
}
