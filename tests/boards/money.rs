//! The boards of finance and of supervisors: the reports' figures, outliers first, late payers, and where they lead.

use diesel::prelude::*;
use luyue::schema::organisations;
use serde_json::json;

use crate::reports::figures::two_contracts;
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite};

on_both_engines! { late_payers_and_outliers_come_first }
on_sqlite! { boards_of_money_lead_to_reports_and_lists }

fn late_payers_and_outliers_come_first(test: &TestApp) {
    two_contracts(test);
    let board = test.by("audit").get("boards/counties.json?year=2026").expect_status(200);
    // Of the second advance, 90,000.00 are unpaid since 11 February; both payments were made in 2026.
    let payer = &board["late_payers"][0];
    let figures = ["overdue", "oldest_due_on", "mean_days"].map(|name| payer[name].as_str().unwrap_or_default());
    assert_eq!(figures, ["90000.00", "2026-02-11", "20.0"]);
    assert_eq!((&payer["payments"], &payer["over_60"]), (&json!(2), &json!(0)));
    assert_eq!(board["rows"][0]["county"], json!({"code": "341800", "name": "宣城市"}));
    assert_eq!((&board["rows"][0]["active"], &board["rows"][0]["outlier"]), (&json!(2), &json!(null)));
    // A list of what is overdue has the one contract.
    let overdue = test.by("audit").get("contracts?having=overdue-payment&purchaser=XC-JUSTICE").expect_status(200);
    let numbers: Vec<&str> =
        overdue["items"].as_array().expect("items").iter().filter_map(|one| one["number"].as_str()).collect();
    assert_eq!(numbers, ["XCSF-2026-002"]);
    let report = test.by("finance-pay").get("reports/ageing.json").expect_status(200);
    let board = test.by("finance-pay").get("boards/finance.json").expect_status(200);
    assert_eq!(board["ageing"], report, "the board has the reports' figures");
    assert_eq!(board["execution"]["total"]["paid"], "97200.00");
    for name in ["finance.json", "counties.json"] {
        for who in ["justice", "justice-leader", "contractor", "station", "admin"] {
            assert_eq!(test.by(who).get(&format!("boards/{name}")).status, 403, "{who}: {name}");
        }
        let elsewhere = test.by("other-finance").get(&format!("boards/{name}")).expect_status(200);
        let found = elsewhere["late_payers"].as_array().or(elsewhere["ageing"]["rows"].as_array()).expect("a list");
        assert_eq!(found.len(), 0, "{name}");
    }
    // A second county with more overdue deliverables for each contract comes before the first.
    test.at("2026-07-06", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let connection = &mut *test.app.pool.get().expect("a connection");
    let county: Option<i64> = organisations::table
        .filter(organisations::code.eq("JX-JUSTICE"))
        .select(organisations::region_id)
        .first(connection)
        .expect("the bureau is there");
    move_and_complete(connection, county.expect("it has a region"));
    let board = test.by("audit").get("boards/counties.json").expect_status(200);
    let rows = board["rows"].as_array().expect("rows");
    let codes: Vec<&str> = rows.iter().filter_map(|row| row["county"]["code"].as_str()).collect();
    assert_eq!(codes, ["341824", "341800"]);
    assert_eq!((&rows[0]["outlier"], &rows[0]["worse_percent"]), (&json!("overdue"), &json!(100)));
    assert_eq!((&rows[1]["outlier"], &rows[1]["worse_percent"]), (&json!(null), &json!(0)));
}

/// Moves the first contract to a county, and leaves the second nothing to deliver and no breach.
fn move_and_complete(connection: &mut luyue::storage::AnyConnection, county: i64) {
    use luyue::schema::{breaches, contracts, tasks};
    let by_number = |number: &'static str| contracts::table.filter(contracts::number.eq(number));
    let first: i64 = contracts::table.select(contracts::id).order(contracts::id).first(connection).expect("a contract");
    diesel::update(contracts::table.find(first))
        .set(contracts::region_id.eq(county))
        .execute(connection)
        .expect("moved");
    let second: i64 = by_number("XCSF-2026-002").select(contracts::id).first(connection).expect("a contract");
    let tasks = tasks::table.filter(tasks::contract_id.eq(second));
    diesel::delete(tasks).execute(connection).expect("nothing to do");
    diesel::delete(breaches::table).execute(connection).expect("no breach");
}

fn boards_of_money_lead_to_reports_and_lists(test: &TestApp) {
    two_contracts(test);
    let finance = Visitor::signed_in(test, "finance-review");
    let page = finance.get("/boards").expect_status(200);
    assert_eq!(page.text_of("h1"), "财政看板");
    assert_eq!(page.texts("nav ul.tabs li"), ["财政看板", "合同履行看板", "监督看板"]);
    assert_eq!(page.attrs("[data-chart]", "data-chart"), ["execution", "forecast", "ageing", "payment-time"]);
    let links = page.attrs("main a.govuk-link", "href");
    for link in &links {
        assert_eq!(finance.get(link).status, 200, "{link}");
    }
    for wanted in ["/reports/execution?", "/reports/forecast?", "/reports/ageing?", "/reports/payment-time?"] {
        assert!(links.iter().any(|link| link.starts_with(wanted)), "{wanted}: {links:?}");
    }
    let supervisor = Visitor::signed_in(test, "audit");
    let page = supervisor.get("/boards?year=2026").expect_status(200);
    assert_eq!(page.text_of("h1"), "监督看板");
    assert_eq!(page.rows("#late-payers")[0][1], "90,000.00");
    for link in page.attrs("main a.govuk-link", "href") {
        assert_eq!(supervisor.get(&link).status, 200, "{link}");
    }
    let leader = Visitor::signed_in(test, "justice-leader");
    assert_eq!(leader.get("/boards").expect_status(200).texts("nav ul.tabs li"), Vec::<String>::new());
    for path in ["/boards/finance", "/boards/counties", "/boards/counties?format=csv"] {
        assert_eq!(leader.get(path).status, 403, "{path}");
    }
    assert_eq!(finance.get("/boards/finance?format=csv").status, 404, "each report is a file");
}
