//! The largest values, and results exactly on a rounding boundary, where a fixed number of digits would be too few.

use luyue::domain::standing::{Standing, Trails};
use serde_json::{Value, json};

use crate::standing::support::evaluate;

/// 999,999,999,999.99 in fen, the largest amount.
const MOST: i128 = 99_999_999_999_999;

fn largest() -> Value {
    json!({
        "terms": {
            "amount": "999999999999.99", "starts_on": "2000-01-01", "ends_on": "2000-01-02",
            "late_payment_daily_rate": "10", "cure_days": 3650, "inspection_days": 3650,
            "items": [{"code": "I", "quantity": "1", "unit_price": "999999999999.99"}],
            "deliverables": [
                {"code": "D", "item": "I", "quantity": "0", "due_on": "2000-01-01"},
                {"code": "E", "item": "I", "quantity": "1", "due_on": "2000-01-01"}
            ],
            "milestones": [
                {"code": "M", "amount": "999999999999.99", "not_before": "2000-01-01", "payment_days": 1},
                {"code": "N", "amount": "0", "requires": ["D", "E"]}
            ],
            "breach_terms": [
                {"code": "LATE", "kind": "late_delivery", "daily_rate": "10", "base": "contract"},
                {"code": "STAFF", "kind": "staffing", "clients_per_worker": 1, "amount_per_worker": "999999999999.99"},
                {"code": "SHORT", "kind": "quantity_shortfall", "rate": "10"}
            ],
            "termination": {"penalty_fraction": "10", "days_late": 3650, "breaches": 9007199254740991_u64},
            "scorecard": {"points_per_late_day": 9007199254740991_u64, "weights": {"timeliness": 9007199254740991_u64, "compliance": 9007199254740991_u64}}
        },
        "facts": {
            "headcounts": [{"on": "2000-02-01", "month": "2000-01", "clients": 9007199254740991_u64, "workers": 0}]
        },
        "calendar": {},
        "as_of": "2099-12-31"
    })
}

fn standing(case: &Value) -> Standing {
    evaluate(case, Trails::On).unwrap()
}

#[test]
fn the_largest_values_are_computed_exactly() {
    let standing = standing(&largest());
    // 2000-01-01 is a Saturday, so work due on that day is due on the 3rd.
    let days = (standing.as_of - "2000-01-03".parse::<chrono::NaiveDate>().unwrap()).num_days();
    assert_eq!(i64::from(standing.deliverables[0].days_late), days);
    let late = MOST * 10 * i128::from(days);
    let amounts: Vec<i128> = standing.breaches.iter().map(|breach| breach.amount.fen()).collect();
    assert_eq!(amounts, [late, late, MOST * 9_007_199_254_740_991]);
    assert_eq!(standing.totals.charged.fen(), late * 2 + MOST * 9_007_199_254_740_991);
    // The total exceeds what the milestone can bear, so nothing is payable.
    let milestone = &standing.milestones[0];
    assert_eq!(
        (i128::from(milestone.deductions.fen()), milestone.late_interest.fen()),
        (0, MOST * 10 * i128::from(days))
    );
    assert_eq!(standing.performance.measures.timeliness.unwrap().to_string(), "0.00");
    // Ten times the contract's amount is reached on the first day on which two deliverables each owe as much.
    assert_eq!(standing.termination_right_since.unwrap().to_string(), "2000-01-04");
}

#[test]
fn a_million_breaches_are_computed() {
    let mut case = largest();
    let clause = |n: usize| json!({"code": format!("S{n}"), "kind": "staffing", "clients_per_worker": 1, "amount_per_worker": "999999999999.99"});
    case["terms"]["breach_terms"] = (0..40).map(clause).collect();
    let months = (0..1000).map(|n| format!("{}-{:02}", 2000 + n / 12, 1 + n % 12));
    let headcount =
        |month: String| json!({"on": "2099-01-01", "month": month, "clients": 9007199254740991_u64, "workers": 0});
    case["facts"]["headcounts"] = months.map(headcount).collect();
    let standing = evaluate(&case, Trails::Off).unwrap();
    assert_eq!(standing.totals.charged.fen(), MOST * 9_007_199_254_740_991 * 40_000);
}

/// Returns a case with one accepted deliverable and its indicators: code, target, direction, measured value.
fn measured(indicators: &[(&str, &str, &str, &str)]) -> Value {
    let listed: Vec<Value> = indicators
        .iter()
        .map(|(code, target, direction, _)| json!({"code": code, "target": target, "direction": direction}))
        .collect();
    let found: serde_json::Map<String, Value> =
        indicators.iter().map(|(code, .., value)| ((*code).to_owned(), json!(value))).collect();
    json!({
        "terms": {
            "amount": "3.00", "starts_on": "2026-01-05", "ends_on": "2026-12-31",
            "items": [{"code": "I", "quantity": "3", "unit_price": "1"}],
            "deliverables": [{"code": "D", "item": "I", "quantity": "3", "due_on": "2026-03-02", "indicators": listed}],
            "milestones": [{"code": "M", "requires": ["D"]}]
        },
        "facts": {
            "submissions": [{"deliverable": "D", "no": 1, "on": "2026-03-02", "quantity": "3"}],
            "decisions": [{"deliverable": "D", "no": 1, "on": "2026-03-02", "decision": "accepted", "quantity": "2", "measured": found}]
        },
        "as_of": "2026-03-03"
    })
}

#[test]
fn a_mean_of_thirds_on_a_rounding_boundary_is_exact() {
    let quality = |indicators: &[_]| standing(&measured(indicators)).performance.measures.quality.unwrap().to_string();
    // 33.3… + 66.6… + 50.01 + 50.01 is exactly 200.02, and a quarter of it is 50.005.
    let thirds = [
        ("A", "3", "at_least", "1"),
        ("B", "3", "at_least", "2"),
        ("C", "100", "at_least", "50.01"),
        ("D", "100", "at_least", "50.01"),
    ];
    assert_eq!(quality(&thirds), "50.01");
    // One ten-billionth less falls below the rounding boundary.
    let mut under = thirds;
    under[3].3 = "50.0099999999";
    assert_eq!(quality(&under), "50.00");
    // A target that is met or exceeded scores 100. For `at_most`, the score is the target divided by the measured
    // value.
    assert_eq!(
        quality(&[("A", "3", "at_least", "9"), ("B", "2", "at_most", "2"), ("C", "2", "at_most", "6")]),
        "77.78"
    );
    assert_eq!(
        quality(&[("A", "3", "at_most", "0"), ("B", "0.0000000001", "at_most", "999999999.9999999999")]),
        "50.00"
    );
}

#[test]
fn half_a_fen_rounds_up() {
    let mut case = measured(&[]);
    case["terms"]["breach_terms"] = json!([{"code": "S", "kind": "quantity_shortfall", "rate": "0.005"}, {"code": "T", "kind": "quantity_shortfall", "rate": "0.0049999999"}]);
    let amounts: Vec<String> = standing(&case).breaches.iter().map(|breach| breach.amount.to_string()).collect();
    assert_eq!(amounts, ["0.01", "0.00"]);
}

#[test]
fn no_data_is_no_rating() {
    let mut case = measured(&[]);
    case["facts"] = json!({"surveys": [{"on": "2026-03-02", "score": "90"}]});
    case["as_of"] = json!("2026-03-02");
    let performance = standing(&case).performance;
    assert_eq!((performance.score, performance.rating), (None, None));
    assert_eq!(
        serde_json::to_value(&performance.measures).unwrap(),
        json!({"compliance": "100.00", "satisfaction": "90.00"})
    );
    let mut case = measured(&[]);
    case["terms"]["scorecard"] = json!({"weights": {"quantity": 0, "timeliness": 0, "first_pass": 0, "compliance": 0}});
    assert_eq!(standing(&case).performance.score, None);
}

/// A penalty waived after its settlement still uses up room under the cap, but is no longer charged. The right to end
/// the contract depends on the amounts charged on each day, not on the used room.
#[test]
fn room_kept_under_the_cap_is_not_charged() {
    let mut case = crate::standing::validity::base();
    case["terms"]["penalty_cap"] = json!("0.1");
    case["terms"]["termination"] = json!({"penalty_fraction": "0.09"});
    case["terms"]["breach_terms"][2]["amount"] = json!("80.00");
    case["facts"]["payments"] = json!([]);
    case["facts"]["incidents"] = json!([
        {"id": "N1", "clause": "B3", "on": "2026-01-06"},
        {"id": "N2", "clause": "B3", "on": "2026-02-10"}
    ]);
    // N1 is settled in M0 on its day and waived on 2026-02-02.
    let found = standing(&case);
    let charged: Vec<String> = found.breaches.iter().map(|breach| breach.charged.to_string()).collect();
    assert_eq!(charged, ["0.00", "20.00", "0.00"]);
    assert_eq!(found.termination_right_since, None);
    case["facts"]["waivers"] = json!([]);
    assert_eq!(standing(&case).termination_right_since.unwrap().to_string(), "2026-02-10");
}

/// An advance that would fall after an early end is not owed; one on the day of the end is.
#[test]
fn an_early_end_cancels_later_advances() {
    let mut case = measured(&[]);
    case["terms"]["milestones"] = json!([
        {"code": "A", "amount": "1", "not_before": "2026-05-01"},
        {"code": "M", "amount": "2", "requires": ["D"]}
    ]);
    case["as_of"] = json!("2026-06-01");
    for (end, satisfied_on) in [("2026-04-30", None), ("2026-05-01", Some("2026-05-01"))] {
        case["facts"]["end"] = json!({"on": end});
        let found = standing(&case).milestones[0].satisfied_on.map(|on| on.to_string());
        assert_eq!(found.as_deref(), satisfied_on, "ended on {end}");
    }
}

/// The payment period of a milestone by quantity that loses cancelled work starts at the end of the contract. If the
/// work was rejected after that, it starts at the rejection, but no later than the inspection deadline: a purchaser who
/// rejects late does not delay the payment (decree 802, art. 10).
#[test]
fn cancelled_work_starts_the_payment_period() {
    let mut case = measured(&[]);
    case["terms"]["inspection_days"] = json!(5);
    case["terms"]["items"][0]["quantity"] = json!("5");
    case["terms"]["amount"] = json!("5");
    let other = json!({"code": "E", "item": "I", "quantity": "2", "due_on": "2026-12-01"});
    case["terms"]["deliverables"].as_array_mut().unwrap().push(other);
    case["terms"]["milestones"] = json!([{"code": "M", "requires": ["D", "E"], "payment_days": 10}]);
    case["facts"]["end"] = json!({"on": "2026-04-01"});
    case["calendar"] = json!({});
    case["as_of"] = json!("2026-06-01");
    let days = |case: &Value| {
        let milestone = standing(case).milestones.swap_remove(0);
        [milestone.satisfied_on, milestone.due_on].map(|on| on.unwrap().to_string())
    };
    assert_eq!(days(&case), ["2026-04-01", "2026-04-13"]);
    let handed = json!({"deliverable": "E", "no": 1, "on": "2026-03-30", "quantity": "2"});
    case["facts"]["submissions"].as_array_mut().unwrap().push(handed);
    let rejected = json!({"deliverable": "E", "no": 1, "on": "2026-04-20", "decision": "rejected"});
    case["facts"]["decisions"].as_array_mut().unwrap().push(rejected);
    // The inspection is due by Monday, 6 April.
    assert_eq!(days(&case), ["2026-04-20", "2026-04-16"]);
    case["facts"]["decisions"][1]["on"] = json!("2026-04-03");
    assert_eq!(days(&case), ["2026-04-03", "2026-04-13"]);
    case["facts"]["decisions"][1]["on"] = json!("2026-03-31");
    assert_eq!(days(&case), ["2026-04-01", "2026-04-13"]);
}
