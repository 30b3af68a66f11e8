//! The figures of every report, counted by hand for two contracts of 468,000.00 each. Their advances of 93,600.00 were
//! satisfied on 12 January and are due on 11 February 2026. The first is paid in full on 20 February, after 39 days; of
//! the second, 3,600.00 are paid on 13 January, after one day.

use diesel::prelude::*;
use luyue::schema::milestones;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::payments::setup::{advance, asked, id_of, through};
use crate::support::app::{TestApp, differences};
use crate::support::programme;

on_both_engines! {
    figures_are_those_counted_by_hand
    amounts_grow_old_at_the_stated_days
    rows_of_an_earlier_version_are_filled_in
}

/// Registers the contracts and makes the payments.
pub fn two_contracts(test: &TestApp) -> [String; 2] {
    let first = advance(test);
    let second = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &second);
    through(test, &asked(test, &second, "ADVANCE", &json!({"amount": "3600.00"})), 4);
    test.at("2026-02-20", 9);
    through(test, &asked(test, &first, "ADVANCE", &json!({})), 4);
    test.at("2026-03-01", 9);
    [first, second]
}

/// Reads a report as finance.
pub fn report(test: &TestApp, name: &str, query: &str) -> Value {
    test.by("finance-review").get(&format!("reports/{name}.json?{query}")).expect_status(200)
}

/// Asserts that a value holds these figures.
#[track_caller]
fn holds(value: &Value, figures: &[(&str, &str)]) {
    for (name, figure) in figures {
        let found = &value[name];
        let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        assert_eq!(found, *figure, "{name} of {value}");
    }
}

fn figures_are_those_counted_by_hand(test: &TestApp) {
    let [first, second] = two_contracts(test);
    // Late interest is not a payment of principal, so no figure has it.
    let interest = test.by("contractor").post(&format!("contracts/{first}/milestones/ADVANCE/interest"), &json!({}));
    through(test, &id_of(&interest.expect_status(201)), 4);
    let execution = report(test, "execution", "");
    assert_eq!(execution["rows"].as_array().map(Vec::len), Some(1));
    let line = &execution["rows"][0];
    assert_eq!((&line["bureau"]["code"], &line["line"]), (&json!("XC-JUSTICE"), &json!("2040607 社区矫正")));
    let figures = [
        ("amount", "936000.00"),
        ("committed", "936000.00"),
        ("free", "0.00"),
        ("paid", "97200.00"),
        ("paid_percent", "10.4"),
        ("other_years", "0.00"),
    ];
    holds(line, &figures);
    holds(&execution["total"], &figures);
    let months = ["3600.00", "93600.00"].into_iter().chain(std::iter::repeat_n("0.00", 10)).collect::<Vec<_>>();
    assert_eq!((&line["months"], &execution["total"]["months"]), (&json!(months), &json!(months)));
    assert_eq!(report(test, "execution", "year=2025")["rows"], json!([]));
    assert_eq!(report(test, "execution", "bureau=JX-JUSTICE")["rows"], json!([]));

    // The half-year's deliverables are due on 30 June, inspected within 10 days and paid within 30: 9 August, a Sunday.
    // The others are due on 15 December, with 60 days to pay: 23 February 2027.
    let forecast = report(test, "forecast", "");
    let rows = forecast["rows"].as_array().expect("rows");
    assert_eq!((rows.len(), &rows[0]["month"], &rows[1]["month"]), (13, &Value::Null, &json!("2026-03")));
    let expected = |month: &str| rows.iter().find(|row| row["month"] == month).expect("the month");
    holds(&rows[0], &[("due", "90000.00"), ("awaited", "0.00"), ("total", "90000.00"), ("count", "1")]);
    for month in ["2026-08", "2027-02"] {
        holds(expected(month), &[("due", "0.00"), ("awaited", "374400.00"), ("count", "2")]);
    }
    holds(expected("2026-07"), &[("total", "0.00"), ("count", "0")]);
    holds(&forecast["total"], &[("due", "90000.00"), ("awaited", "748800.00"), ("total", "838800.00"), ("count", "5")]);
    let of_year = report(test, "forecast", "year=2026");
    holds(&of_year["rows"][2], &[("month", "2026-02"), ("due", "90000.00")]);

    let time = report(test, "payment-time", "");
    let figures = [
        ("count", "2"),
        ("amount", "97200.00"),
        ("mean_days", "20.0"),
        ("within_30", "1"),
        ("from_31_to_60", "1"),
        ("over_60", "0"),
    ];
    holds(&time["rows"][0], &figures);
    holds(&time["total"], &figures);
    holds(&report(test, "payment-time", "year=2025")["total"], &[("count", "0"), ("mean_days", "null")]);

    assert_eq!(report(test, "arrears", "")["rows"], json!([]), "nothing was due in 2025");
    for year in [2026, 2027, 2099] {
        let path = format!("reports/arrears.json?year={year}");
        let refused = test.by("finance-review").get(&path).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], "year", "{year} has not ended");
        assert_eq!(test.by("finance-review").get(&path.replace("json", "csv")).status, 400, "{year}");
    }
    test.at("2027-01-05", 9);
    through(test, &asked(test, &second, "ADVANCE", &json!({"amount": "40000.00", "another": true})), 4);
    let arrears = report(test, "arrears", "");
    assert_eq!(
        (&arrears["year"], &arrears["publish_by"], &arrears["count"]),
        (&json!(2026), &json!("2027-03-31"), &json!(1))
    );
    let figures = [("overdue", "90000.00"), ("paid_since", "40000.00"), ("unpaid", "50000.00")];
    let row = &arrears["rows"][0];
    holds(row, &[("number", "XCSF-2026-002"), ("due_on", "2026-02-11"), ("days_overdue", "323")]);
    holds(row, &figures);
    holds(&arrears["total"], &figures);
    holds(&report(test, "execution", "year=2026")["total"], &[("paid", "137200.00"), ("other_years", "40000.00")]);
    assert_eq!(differences(test), []);
}

fn amounts_grow_old_at_the_stated_days(test: &TestApp) {
    two_contracts(test);
    for (day, age) in [
        ("2026-03-01", "days_1_to_30"),
        ("2026-03-13", "days_1_to_30"),
        ("2026-03-14", "days_31_to_60"),
        ("2026-04-12", "days_31_to_60"),
        ("2026-04-13", "days_61_to_90"),
        ("2026-05-12", "days_61_to_90"),
        ("2026-05-13", "days_over_90"),
    ] {
        test.at(day, 9);
        let ageing = report(test, "ageing", "bureau=XC-JUSTICE");
        let figures = [
            (age, "90000.00"),
            ("not_overdue", "0.00"),
            ("overdue", "90000.00"),
            ("total", "90000.00"),
            ("count", "1"),
            ("oldest_due_on", "2026-02-11"),
        ];
        holds(&ageing["rows"][0], &figures);
        holds(&ageing["total"], &figures);
    }
}

/// Before a row was refreshed after an upgrade, its expected payment is unknown.
fn rows_of_an_earlier_version_are_filled_in(test: &TestApp) {
    two_contracts(test);
    let before = report(test, "forecast", "");
    let unknown = (milestones::expected_on.eq(None::<chrono::NaiveDate>), milestones::expected_fen.eq(None::<i64>));
    let connection = &mut *test.app.pool.get().expect("a connection");
    diesel::update(milestones::table).set(unknown).execute(connection).expect("the rows are changed");
    assert_eq!(differences(test), []);
    assert_eq!(report(test, "forecast", "")["total"]["count"], 0);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    assert_eq!(report(test, "forecast", ""), before);
    assert_eq!(differences(test), []);
}
