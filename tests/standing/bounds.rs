//! The shape and the bounds of the JSON input (`docs/standing.md`, Notation): values on both sides of each bound, and
//! the path reported for malformed input.

use luyue::domain::case::Case;
use luyue::domain::json;
use luyue::domain::standing::Trails;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::standing::contracts::contracts;
use crate::standing::support::{evaluate, examples};
use crate::standing::validity::{base, put};

/// Returns the path and code reported for a malformed case, before any validity rule applies.
fn malformed(case: &Value) -> Option<(String, &'static str)> {
    json::parse_object::<Case>(case.to_string().as_bytes()).err().map(|invalid| (invalid.path, invalid.code))
}

fn with(place: &str, value: Value) -> Value {
    let mut case = base();
    put(&mut case, place, value);
    case
}

/// Checks which values are accepted and which are refused at a place.
#[track_caller]
fn bound(place: &str, code: &str, taken: &[Value], refused: &[Value]) {
    for value in taken {
        assert_eq!(malformed(&with(place, value.clone())), None, "{place}: {value}");
    }
    for value in refused {
        let (path, found) =
            malformed(&with(place, value.clone())).unwrap_or_else(|| panic!("{place}: {value} is taken"));
        let place: String = place.split('/').skip(1).fold(String::new(), |path, part| match part.parse::<usize>() {
            Ok(n) => format!("{path}[{n}]"),
            Err(_) if path.is_empty() => part.to_owned(),
            Err(_) => format!("{path}.{part}"),
        });
        assert_eq!((path, found), (place, found), "{value}");
        assert!(found == code || found == "malformed-type", "{value}: {found}");
    }
}

#[test]
fn decimals_are_bounded() {
    let (no, exponent) = (json!("-1"), json!("1e3"));
    let not_decimal = [
        json!(""),
        json!("."),
        json!("1."),
        json!(".5"),
        json!("+1"),
        json!(" 1"),
        json!("1,0"),
        json!("１"),
        json!(1),
        json!(1.5),
    ];
    let refused = |more: &[Value]| [more, &[no.clone(), exponent.clone()], &not_decimal].concat();
    bound(
        "/terms/amount",
        "malformed-money",
        &[json!("0"), json!("999999999999.99"), json!("007.5")],
        &refused(&[json!("1000000000000"), json!("1.005"), json!("1.000")]),
    );
    bound(
        "/terms/items/0/quantity",
        "malformed-quantity",
        &[json!("0"), json!("999999999.9999")],
        &refused(&[json!("1000000000"), json!("0.00001")]),
    );
    bound(
        "/terms/penalty_cap",
        "malformed-rate",
        &[json!("0"), json!("10"), json!("10.0000000000"), json!("0.0000000001")],
        &refused(&[json!("10.0000000001"), json!("0.00000000001"), json!("11")]),
    );
    bound(
        "/facts/surveys/0/score",
        "malformed-score",
        &[json!("0"), json!("100"), json!("99.9999999999")],
        &refused(&[json!("100.0000000001"), json!("1.00000000000")]),
    );
    bound(
        "/terms/deliverables/0/indicators/0/target",
        "malformed-measured",
        &[json!("0.0000000001"), json!("999999999.9999999999")],
        &refused(&[json!("1000000000"), json!("1844674407.3709551616"), json!("99999999999999999999999999")]),
    );
    bound("/facts/decisions/1/measured/Q1", "malformed-measured", &[json!("0")], &refused(&[json!("1000000000")]));
}

#[test]
fn positive_values_are_required() {
    bound("/facts/payments/0/amount", "malformed-positive-money", &[json!("0.01")], &[json!("0"), json!("0.00")]);
    bound("/facts/submissions/0/quantity", "malformed-positive-quantity", &[json!("0.0001")], &[json!("0.0000")]);
    bound("/terms/deliverables/0/indicators/0/target", "malformed-positive-target", &[json!("0.1")], &[json!("0")]);
    let staffing = |clients: u64| json!({"code": "B9", "kind": "staffing", "clients_per_worker": clients, "amount_per_worker": "1"});
    assert_eq!(malformed(&with("/terms/breach_terms/3", staffing(1))), None);
    let found = malformed(&with("/terms/breach_terms/3", staffing(0)));
    assert_eq!(found, Some(("terms.breach_terms[3].clients_per_worker".to_owned(), "malformed-positive-whole")));
}

#[test]
fn whole_numbers_are_bounded() {
    let no = [json!(-1), json!("1"), json!(1.0), json!(1.5), json!(true)];
    let refused = |more: &[Value]| [more, &no].concat();
    for place in [
        "/terms/inspection_days",
        "/terms/cure_days",
        "/terms/milestones/0/payment_days",
        "/facts/extensions/0/days",
        "/terms/breach_terms/0/grace_days",
    ] {
        bound(place, "malformed-days", &[json!(0), json!(3650)], &refused(&[json!(3651), json!(u64::MAX)]));
    }
    let most = 9_007_199_254_740_991_u64;
    bound("/facts/headcounts/0/clients", "malformed-whole", &[json!(0), json!(most)], &refused(&[json!(most + 1)]));
    bound("/facts/headcounts/0/workers", "malformed-whole", &[json!(0), json!(most)], &refused(&[json!(most + 1)]));
}

#[test]
fn days_months_codes_and_words_are_bounded() {
    let dates = [json!("2000-01-01"), json!("2099-12-31"), json!("2024-02-29")];
    let not_dates = [
        json!("1999-12-31"),
        json!("2100-01-01"),
        json!("2025-02-29"),
        json!("2026-1-05"),
        json!("20260105"),
        json!("2026-01-05T00:00"),
        json!("2026/01/05"),
        json!("+026-01-05"),
        json!("２０２6-01-05"),
        json!(20260105),
    ];
    for place in
        ["/terms/starts_on", "/terms/milestones/0/not_before", "/facts/surveys/0/on", "/as_of", "/calendar/holidays"]
    {
        let (taken, refused): (Vec<Value>, Vec<Value>) = match place {
            "/calendar/holidays" => (dates.iter().map(|date| json!([date])).collect(), Vec::new()),
            _ => (dates.to_vec(), not_dates.to_vec()),
        };
        bound(place, "malformed-date", &taken, &refused);
    }
    bound(
        "/facts/headcounts/0/month",
        "malformed-month",
        &[json!("2026-12"), json!("2000-01")],
        &[json!("2026-13"), json!("2026-00"), json!("1999-12"), json!("2026-1"), json!("2026-01-01")],
    );
    bound(
        "/facts/incidents/0/id",
        "malformed-code",
        &[json!("x"), json!("证".repeat(64))],
        &[json!(""), json!("证".repeat(65)), json!("x".repeat(65)), json!(7)],
    );
    bound(
        "/terms/payment_from",
        "malformed-word",
        &[json!("invoice")],
        &[json!("Invoice"), json!(""), json!({"invoice": null})],
    );
    bound(
        "/terms/breach_terms/0/base",
        "malformed-word",
        &[json!("milestone")],
        &[json!("payment"), json!({"milestone": null})],
    );
}

#[test]
fn lists_are_bounded() {
    let survey = || json!({"on": "2026-02-01", "score": "80"});
    bound(
        "/facts/surveys",
        "malformed-list",
        &[json!(vec![survey(); 1000])],
        &[json!(vec![survey(); 1001]), json!({}), json!("")],
    );
    let days = |count| json!(vec!["2026-02-01"; count]);
    bound("/calendar/holidays", "malformed-list", &[days(1000)], &[days(1001)]);
    let codes = |count: usize| Value::from((0..count).map(|n| format!("D{n}")).collect::<Vec<_>>());
    bound("/terms/milestones/1/requires", "malformed-list", &[codes(1000)], &[codes(1001)]);
    let measured = |count: usize| Value::Object((0..count).map(|n| (format!("Q{n}"), json!("1"))).collect());
    bound("/facts/decisions/1/measured", "malformed-list", &[measured(1000)], &[measured(1001)]);
}

#[test]
fn a_deliverable_has_ten_extensions_at_most() {
    let extensions = |count: usize| {
        let extension = json!({"deliverable": "D1", "on": "2026-02-02", "days": 0});
        with("/facts/extensions", json!(vec![extension; count]))
    };
    assert!(evaluate(&extensions(10), Trails::Off).is_ok());
    let eleven = evaluate(&extensions(11), Trails::Off).unwrap_err();
    assert_eq!((eleven.path.as_str(), eleven.code), ("facts.extensions[10]", "malformed-extensions"));
    // Like malformed input, this is reported before the validity rules.
    let mut case = extensions(11);
    put(&mut case, "/terms/ends_on", json!("2001-01-01"));
    assert_eq!(evaluate(&case, Trails::Off).unwrap_err().path, "facts.extensions[10]");
}

#[test]
fn keys_are_known_and_there() {
    let path = |case: &Value| malformed(case).map(|(path, _)| path).unwrap_or_else(|| "taken".to_owned());
    for (object, key, shown) in [
        ("", "as_of", ""),
        ("", "terms", ""),
        ("", "facts", ""),
        ("/terms", "amount", "terms"),
        ("/terms/items/1", "unit_price", "terms.items[1]"),
        ("/terms/deliverables/0/indicators/1", "direction", "terms.deliverables[0].indicators[1]"),
        ("/terms/breach_terms/0", "kind", "terms.breach_terms[0]"),
        ("/terms/breach_terms/0", "daily_rate", "terms.breach_terms[0]"),
        ("/terms/breach_terms/1", "indicator", "terms.breach_terms[1]"),
        ("/terms/breach_terms/1/tiers/0", "beyond", "terms.breach_terms[1].tiers[0]"),
        ("/terms/breach_terms/1/tiers/0", "rate", "terms.breach_terms[1].tiers[0]"),
        ("/facts/decisions/1", "quantity", "facts.decisions[1]"),
        ("/facts/decisions/0", "on", "facts.decisions[0]"),
    ] {
        let mut lacking = base();
        lacking.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(key).expect("it was there");
        assert_eq!(path(&lacking), shown, "{object} without {key}");
        let null = with(&format!("{object}/{key}"), Value::Null);
        assert_eq!(path(&null), shown, "{object} with {key} null: null is absent");
    }
    for (place, shown) in [
        ("/more", "more"),
        ("/terms/more", "terms.more"),
        ("/terms/items/0/more", "terms.items[0].more"),
        ("/terms/breach_terms/2/more", "terms.breach_terms[2].more"),
        ("/terms/breach_terms/2/cap", "terms.breach_terms[2].cap"),
        ("/terms/breach_terms/1/tiers/0/below", "terms.breach_terms[1].tiers[0].below"),
        ("/facts/decisions/0/quantity", "facts.decisions[0].quantity"),
        ("/calendar/more", "calendar.more"),
    ] {
        assert_eq!(path(&with(place, json!("1"))), shown);
    }
    for (place, shown) in
        [("/terms", "terms"), ("/facts/surveys/0", "facts.surveys[0]"), ("/terms/scorecard", "terms.scorecard")]
    {
        assert_eq!(path(&with(place, json!(["2026-02-01", "80"]))), shown, "an object is no list");
    }
    let text = base().to_string();
    let twice = text.replacen("\"as_of\":", "\"as_of\":\"2026-01-01\",\"as_of\":", 1);
    assert!(json::parse_object::<Case>(twice.as_bytes()).is_err());
    let measured = text.replacen("\"Q1\":\"95\"", "\"Q1\":\"95\",\"Q1\":\"94\"", 1);
    assert_eq!(json::parse_object::<Case>(measured.as_bytes()).unwrap_err().path, "facts.decisions[1].measured");
    let after = format!("{text} x");
    assert_eq!(json::parse_object::<Case>(after.as_bytes()).unwrap_err().path, "");
}

#[test]
fn what_may_be_left_out_may_be_null() {
    let mut case = json!({
        "terms": {"amount": "0", "starts_on": "2026-01-05", "ends_on": "2026-01-05"},
        "facts": {}, "as_of": "2026-01-05"
    });
    let plain: Case = json::parse_object(case.to_string().as_bytes()).unwrap();
    for key in [
        "penalty_cap",
        "late_payment_daily_rate",
        "payment_from",
        "inspection_days",
        "deemed_acceptance",
        "cure_days",
        "items",
        "deliverables",
        "milestones",
        "breach_terms",
        "termination",
        "scorecard",
    ] {
        case["terms"][key] = Value::Null;
    }
    for key in [
        "extensions",
        "submissions",
        "decisions",
        "invoices",
        "scores",
        "payments",
        "headcounts",
        "incidents",
        "waivers",
        "surveys",
        "end",
    ] {
        case["facts"][key] = Value::Null;
    }
    case["calendar"] = Value::Null;
    assert_eq!(json::parse_object::<Case>(case.to_string().as_bytes()).unwrap(), plain);
    assert_eq!(plain.terms.late_payment_daily_rate.to_string(), "0.0005");
    case["terms"]["scorecard"] = json!({"points_per_late_day": null, "weights": {"quantity": 1, "quality": null}});
    let scorecard = json::parse_object::<Case>(case.to_string().as_bytes()).unwrap().terms.scorecard;
    let weights = scorecard.weights;
    let all = [
        weights.quantity,
        weights.timeliness,
        weights.first_pass,
        weights.quality,
        weights.compliance,
        weights.satisfaction,
    ];
    assert_eq!((scorecard.points_per_late_day.get(), all.map(|weight| weight.get())), (5, [1, 20, 15, 20, 10, 10]));
}

#[test]
fn examples_come_back_as_they_were_written() {
    for (name, case, _) in examples() {
        let Ok(read) = json::parse_object::<Case>(case.to_string().as_bytes()) else { continue };
        let written = serde_json::to_vec(&read).unwrap();
        assert_eq!(json::parse_object::<Case>(&written).as_ref(), Ok(&read), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn terms_and_facts_come_back_as_they_were_written(contract in contracts()) {
        let as_of = contract.terms.starts_on;
        let case = Case { terms: contract.terms, amendments: contract.amendments, facts: contract.facts, calendar: Some(contract.calendar), as_of };
        let written = serde_json::to_vec(&case).unwrap();
        prop_assert_eq!(json::parse_object::<Case>(&written), Ok(case));
    }
}
