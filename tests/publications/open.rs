//! The open side: search, filters, pages of the list, caching and limits, for anyone and without a session.

use luyue::clock::Clock;
use luyue::web::limits::{Limits, OPEN};
use serde_json::Value;

use crate::openapi::document::DOCUMENT;
use crate::payments::setup::{NUMBER, midyear, paid};
use crate::publications::setup::{act, listed, numbers, published};
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    published_contracts_are_found_and_paged
}

on_sqlite_first! {
    figures_are_those_of_the_standing
}

fn published_contracts_are_found_and_paged(test: &TestApp) {
    let first = midyear(test);
    paid(test, &first, "ADVANCE");
    let second = programme::registered(test, "GK-2");
    programme::activate(test, &second);
    let hidden = programme::registered(test, "GK-3");
    programme::activate(test, &hidden);
    let publications = [published(test, &first), published(test, &second)];
    let found = |query: &str| {
        let items = listed(test, query);
        numbers(&items).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ["GK-2", NUMBER];
    assert_eq!(found(""), all, "the newest publication first");
    for (query, expected) in [
        ("q=GK-2", &["GK-2"][..]),
        ("q=gk", &["GK-2"]),
        ("q=GK-3", &[]),
        ("q=%E7%9F%AB%E6%AD%A3", &all),
        ("q=%E6%B2%A1%E6%9C%89", &[]),
        // Numbers of vouchers and invoices are not public.
        ("q=V-1", &[]),
        ("q=%23V-1", &[]),
        ("q=%3D", &[]),
        ("region=341800", &all),
        ("region=000000", &[]),
        ("year=2026", &all),
        ("year=2025", &[]),
        ("limit=1", &["GK-2"]),
    ] {
        assert_eq!(found(query), expected, "{query}");
    }
    assert_eq!(found(&format!("contractor={CONTRACTOR}")), all);
    assert_eq!(found(&format!("contractor={CONTRACTOR_2}")), [] as [String; 0]);

    let anyone = test.nobody();
    let operation = DOCUMENT.operation("list_public_contracts");
    let page = anyone.get("public/contracts?limit=1");
    assert_eq!(DOCUMENT.check_answer(operation, &page), Ok(()));
    let next = page.json["next"].as_str().expect("another page").to_owned();
    assert_eq!(found(&format!("limit=1&cursor={next}")), [NUMBER]);
    for query in ["cursor=eA", "limit=0", "limit=201", "year=x", "state=active"] {
        assert_eq!(anyone.get(&format!("public/contracts?{query}")).status, 400, "{query}");
    }
    for path in ["contracts", "contracts.csv", "contracts.xlsx", "ocds/releases.json", "ocds/records.json"] {
        let whole = anyone.get(&format!("public/{path}"));
        assert_eq!((whole.status, whole.header("cache-control")), (200, "public, max-age=300"), "{path}");
        let tag = whole.header("etag").to_owned();
        let known = test.nobody().with("If-None-Match", &tag).get(&format!("public/{path}"));
        assert_eq!((known.status, known.bytes.len()), (304, 0), "{path}");
        assert_eq!(known.header("etag"), tag);
    }
    let text = String::from_utf8(anyone.get("public/contracts.csv?q=GK-2").bytes).expect("UTF-8");
    assert!(text.starts_with('\u{feff}') && text.lines().count() == 2 && text.contains("竞争性磋商"), "{text}");

    let pages = ["/public?region=341800&year=2026", "/public?year=20x6", "/public?q=none", "/public?region=none"];
    let shown = pages.map(|path| Visitor::new(test).get(path).expect_status(200).attrs("td a", "href").len());
    assert_eq!(shown, [2, 0, 0, 0]);
    region_named_in_words(test, 2);
    act(test, "justice-leader", &publications[1], "withdraw", &serde_json::json!({"reason": "误"})).expect_status(200);
    assert_eq!(found(""), [NUMBER]);
    let gone = anyone.get(&format!("public/contracts?limit=1&cursor={next}"));
    assert_eq!(gone.status, 400, "the list no longer has the contract of the cursor");
}

/// A region is found by its name; the downloads name it by its code, as the API expects.
fn region_named_in_words(test: &TestApp, count: usize) {
    let name = test.nobody().get("public/contracts").expect_status(200)["items"][0]["region"]["name"].to_string();
    let named = form_urlencoded::Serializer::new(String::new()).append_pair("region", name.trim_matches('"')).finish();
    let page = Visitor::new(test).get(&format!("/public?{named}")).expect_status(200);
    assert_eq!(page.attrs("td a", "href").len(), count);
    assert!(page.has("a[href='/api/v1/public/contracts.csv?region=341800']"), "{}", page.text);
}

fn figures_are_those_of_the_standing(test: &TestApp) {
    let id = midyear(test);
    paid(test, &id, "ADVANCE");
    published(test, &id);
    let standing = test.by("audit").get(&format!("contracts/{id}/standing")).expect_status(200);
    let item = listed(test, "").remove(0);
    assert_eq!(item["paid"], standing["totals"]["paid"]);
    assert_eq!(item["score"], standing["performance"]["score"]);
    let accepted = |state: &Value| state == "accepted" || state == "partial";
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let deliverables = list(&standing["deliverables"]);
    assert_eq!(item["accepted"], deliverables.iter().filter(|one| accepted(&one["state"])).count());
    for (shown, stands) in list(&item["deliverables"]).iter().zip(&deliverables) {
        for part in ["code", "state", "due_on", "accepted"] {
            assert_eq!(shown[part], stands[part], "{part} of {stands}");
        }
        assert_eq!(shown["accepted_on"].is_null(), !accepted(&stands["state"]), "{shown}");
    }
    for (shown, stands) in list(&item["milestones"]).iter().zip(list(&standing["milestones"])) {
        assert_eq!((&shown["code"], &shown["paid"]), (&stands["code"], &stands["paid"]));
    }
    let sum = |items: Vec<Value>| {
        items
            .iter()
            .map(|one| one["amount"].as_str().unwrap_or("0").replace('.', "").parse::<i64>().expect("fen"))
            .sum::<i64>()
    };
    let paid_fen: i64 = item["paid"].as_str().expect("yuan").replace('.', "").parse().expect("fen");
    assert!(paid_fen > 0 && sum(list(&item["payments"])) == paid_fen, "{item}");
    assert_eq!(item["region"]["code"], "341800");
}

#[test]
fn a_formula_is_no_formula_in_a_spreadsheet() {
    let test = TestApp::sqlite();
    let id = programme::registered(&test, "=1+1");
    programme::activate(&test, &id);
    test.at("2026-01-13", 9);
    published(&test, &id);
    let text = String::from_utf8(test.nobody().get("public/contracts.csv").bytes).expect("UTF-8");
    assert!(text.contains("'=1+1"), "{text}");
}

#[test]
fn one_address_cannot_ask_without_end() {
    let limits = Limits::new(&Clock::standing_at(chrono::NaiveDateTime::default()));
    let ask = |address: &str| limits.count_open(address.parse().expect("an address")).is_ok();
    assert!((0..OPEN.0.get()).all(|_| ask("192.0.2.1")));
    assert!(!ask("192.0.2.1") && ask("192.0.2.2"));
}
