//! The board of the justice bureau: figures counted by hand, lists with the same contracts, rights.

use diesel::prelude::*;
use luyue::schema::breaches;
use serde_json::{Value, json};

use crate::evaluations::setup::inserted;
use crate::support::app::{CONTRACTOR, TestApp, differences};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite};

on_both_engines! { figures_are_those_counted_by_hand }
on_sqlite! { figures_lead_to_their_contracts }

/// Registers a running contract, whose three deliverables of the first half of 2026 are overdue, and a draft with
/// another service; both are evaluated.
fn overdue(test: &TestApp) -> [String; 2] {
    let running = programme::registered(test, "XCSF-2026-001");
    programme::activate(test, &running);
    let mut input = programme::input(test, "XCSF-2026-002");
    input["details"]["items"]["EDU"]["service"] = json!("教育学习");
    let draft = test.by("justice").post("contracts", &input).expect_status(201);
    test.at("2026-07-06", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    inserted(test, "XCSF-2026-001", ("2026-01-05", "2026-06-30"), Some("80.25"));
    inserted(test, "XCSF-2026-002", ("2026-01-05", "2026-06-30"), Some("90.5"));
    inserted(test, "XCSF-2026-002", ("2025-01-05", "2025-06-30"), Some("10"));
    [running, draft["id"].as_str().expect("an id").to_owned()]
}

fn board(test: &TestApp, who: &str, query: &str) -> Value {
    test.by(who).get(&format!("boards/justice.json?{query}")).expect_status(200)
}

/// Returns the figures of a row as contracts, running ones, deliverables overdue and due soon, evaluations, mean score.
fn figures(row: &Value) -> (i64, i64, i64, i64, i64, &str) {
    let number = |name: &str| row[name].as_i64().expect("a number");
    let states = row["states"].as_array().expect("a list");
    let active = states.iter().find(|known| known["state"] == "active").expect("the state");
    let mean = row["mean_score"].as_str().unwrap_or_default();
    let active = active["count"].as_i64().expect("a number");
    (number("contracts"), active, number("overdue"), number("due_soon"), number("evaluations"), mean)
}

fn figures_are_those_counted_by_hand(test: &TestApp) {
    overdue(test);
    assert_eq!(differences(test), []);
    let (count, fen): (i64, Option<i64>) = {
        let connection = &mut *test.app.pool.get().expect("a connection");
        let found: Vec<i64> = breaches::table
            .filter(breaches::waived.eq(false))
            .select(breaches::charged_fen)
            .load(connection)
            .expect("the breaches");
        (i64::try_from(found.len()).expect("few"), Some(found.iter().sum()))
    };
    assert!(count >= 3, "each overdue deliverable is a breach");
    let by_county = board(test, "justice", "");
    assert_eq!((&by_county["as_of"], &by_county["year"]), (&json!("2026-07-06"), &json!(2026)));
    let rows = by_county["rows"].as_array().expect("rows");
    assert_eq!((rows.len(), &rows[0]["group"]), (1, &json!({"code": "341800", "name": "宣城市"})));
    let expected = (2, 1, 3, 0, 2, "85.4");
    assert_eq!(figures(&rows[0]), expected);
    assert_eq!(figures(&by_county["total"]), expected);
    for row in [&rows[0], &by_county["total"]] {
        let charged = format!("{}.{:02}", fen.unwrap_or_default() / 100, fen.unwrap_or_default() % 100);
        assert_eq!((row["breaches"].as_i64(), row["charged"].as_str()), (Some(count), Some(charged.as_str())));
    }
    // Both contracts have the first service, the draft alone the second; the total counts each contract once.
    let by_service = board(test, "audit", "by=service");
    let rows = by_service["rows"].as_array().expect("rows");
    let named: Vec<_> = rows.iter().map(|row| (row["group"]["name"].as_str(), figures(row))).collect();
    let expected_rows = [(Some("上门走访"), expected), (Some("教育学习"), (1, 0, 0, 0, 1, "90.5"))];
    assert_eq!(named, expected_rows);
    assert_eq!(figures(&by_service["total"]), expected);
    let by_contractor = board(test, "finance-review", "by=contractor&region=341800");
    assert_eq!(by_contractor["rows"][0]["group"]["code"], CONTRACTOR);
    assert_eq!(figures(&by_contractor["rows"][0]), expected);
    let earlier = board(test, "justice-leader", "year=2025");
    assert_eq!(figures(&earlier["total"]), (2, 1, 3, 0, 1, "10.0"));
    assert_eq!(earlier["total"]["breaches"], 0);
    // On the day of the second half's deadline less thirty days.
    test.at("2026-11-15", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(figures(&board(test, "justice", "")["total"]), (2, 1, 3, 3, 2, "85.4"));
    assert_eq!(differences(test), []);

    // A neighbouring county sees none of them, and neither does a board of its region.
    for (who, query) in [("other-justice", ""), ("other-finance", "by=service"), ("audit", "region=341824")] {
        let elsewhere = board(test, who, query);
        assert_eq!((&elsewhere["rows"], figures(&elsewhere["total"])), (&json!([]), (0, 0, 0, 0, 0, "")), "{who}");
    }
    for who in ["station", "contractor", "accountant", "admin"] {
        assert_eq!(test.by(who).get("boards/justice.json").status, 403, "{who}");
    }
    let refused = test.by("justice").get("boards/justice.json?year=1899").expect_status(400);
    assert_eq!(refused["errors"][0]["path"], "year");
}

/// Returns the numbers of the contracts that a page lists.
fn listed(visitor: &Visitor<'_>, address: &str) -> Vec<String> {
    let mut numbers = visitor.get(address).expect_status(200).texts("#found td:first-child .unbroken");
    numbers.sort();
    numbers
}

fn figures_lead_to_their_contracts(test: &TestApp) {
    overdue(test);
    let leader = Visitor::signed_in(test, "justice-leader");
    let (running, draft) = ("XCSF-2026-001", "XCSF-2026-002");
    for (query, panel, wanted) in [
        ("by=county", "states", vec![vec![draft], vec![running], vec![running, draft]]),
        ("by=county", "deliveries", vec![vec![running]]),
        ("by=county", "breaches", vec![vec![running]]),
        ("by=county", "scores", vec![vec![running, draft]]),
        ("by=contractor", "states", vec![vec![draft], vec![running], vec![running, draft]]),
        ("by=contractor", "breaches", vec![vec![running]]),
    ] {
        let page = leader.get(&format!("/boards/justice?{query}")).expect_status(200);
        let links = page.attrs(&format!("#{panel} tbody td.number a"), "href");
        let found: Vec<Vec<String>> = links.iter().map(|link| listed(&leader, link)).collect();
        assert_eq!(found, wanted, "{query} {panel}: {links:?}");
        assert_eq!(page.attrs("[data-chart]", "data-chart"), ["states", "deliveries", "breaches", "scores"]);
    }
    let page = leader.get("/boards/justice?by=service").expect_status(200);
    let of_service = page.attrs("#states tbody tr:last-child td:last-child a", "href");
    assert_eq!(listed(&leader, &of_service[0]), [draft]);
    let list = leader.get(&of_service[0]);
    assert!(list.text.contains("服务项目：教育学习"), "the list says by what it is narrowed: {}", list.text);
    assert_eq!(list.attr("input[name=service]", "value"), "教育学习", "the form keeps it");
    // The county alone leaves out what lies below it; a list that cannot be narrowed says so.
    assert_eq!(listed(&leader, "/contracts?region=341824&alone=true"), Vec::<String>::new());
    assert_eq!(test.by("justice").get("contracts?having=no-such-thing").status, 400);
    assert_eq!(test.by("justice").get("contracts?having_year=1899").status, 400);
    let files = page.attrs("a[download]", "href");
    assert_eq!(files.len(), 2);
    assert!(leader.get(&files[0]).expect_status(200).text.contains("教育学习"));
    assert_eq!(leader.get("/boards").expect_status(200).text_of("h1"), "合同履行看板");
    assert_eq!(leader.get("/boards/none").status, 404);
    assert_eq!(Visitor::signed_in(test, "contractor").get("/boards").status, 403);
    let wrong = leader.get("/boards/justice?year=x&region=%E6%97%A0").expect_status(200);
    assert!(wrong.has("#year[aria-invalid=true]") && wrong.has("#region[aria-invalid=true]"));
}
