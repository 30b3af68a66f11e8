//! The validity rules of `docs/standing.md`: each is violated separately and reported at its path, in the order of the
//! rules.

use luyue::domain::standing::Trails;
use serde_json::{Value, json};

use crate::standing::support::evaluate;

/// Returns a valid case in which every list has an element to break.
pub fn base() -> Value {
    json!({
        "terms": {
            "amount": "1000.00", "starts_on": "2026-01-05", "ends_on": "2026-12-31",
            "inspection_days": 5, "deemed_acceptance": true,
            "items": [
                {"code": "I1", "quantity": "10", "unit_price": "60"},
                {"code": "I2", "quantity": "4", "unit_price": "100"}
            ],
            "deliverables": [
                {"code": "D1", "item": "I1", "quantity": "10", "due_on": "2026-03-02",
                 "indicators": [{"code": "Q1", "target": "90", "direction": "at_least"}, {"code": "Q2", "target": "2", "direction": "at_most"}]},
                {"code": "D2", "item": "I2", "quantity": "4", "due_on": "2026-06-01"}
            ],
            "milestones": [
                {"code": "M0", "amount": "100.00", "not_before": "2026-01-06"},
                {"code": "M1", "amount": "500.00", "requires": ["D1"], "requires_score": true},
                {"code": "M2", "requires": ["D2"]}
            ],
            "breach_terms": [
                {"code": "B1", "kind": "late_delivery", "deliverables": ["D1"], "daily_rate": "0.001", "base": "contract"},
                {"code": "B2", "kind": "quality_shortfall", "indicator": "Q1", "base": "deliverable", "tiers": [{"beyond": "80", "rate": "0.1"}]},
                {"code": "B3", "kind": "incident", "amount": "5.00"}
            ]
        },
        "facts": {
            "extensions": [{"deliverable": "D1", "on": "2026-02-02", "days": 7}],
            "submissions": [
                {"deliverable": "D1", "no": 1, "on": "2026-03-02", "quantity": "10"},
                {"deliverable": "D1", "no": 2, "on": "2026-03-10", "quantity": "10"}
            ],
            "decisions": [
                {"deliverable": "D1", "no": 1, "on": "2026-03-04", "decision": "rejected"},
                {"deliverable": "D1", "no": 2, "on": "2026-03-11", "decision": "accepted", "quantity": "10", "measured": {"Q1": "95", "Q2": "1"}}
            ],
            "scores": [{"milestone": "M1", "on": "2026-03-12", "score": "90"}],
            "invoices": [{"milestone": "M0", "on": "2026-01-07"}],
            "payments": [
                {"milestone": "M0", "on": "2026-01-08", "amount": "60"},
                {"milestone": "M0", "on": "2026-01-07", "amount": "40"}
            ],
            "headcounts": [{"on": "2026-02-01", "month": "2026-01", "clients": 10, "workers": 1}],
            "incidents": [{"id": "N1", "clause": "B3", "on": "2026-02-01"}],
            "waivers": [{"clause": "B3", "subject": "N1", "on": "2026-02-02"}],
            "surveys": [{"on": "2026-02-01", "score": "80"}]
        },
        "calendar": {},
        "as_of": "2026-12-01"
    })
}

fn path(case: &Value) -> String {
    match evaluate(case, Trails::Off) {
        Ok(_) => "valid".to_owned(),
        Err(invalid) => invalid.path,
    }
}

/// The number of a rule, the values that break it with their places, and the path that is reported.
type Break = (u8, Vec<(&'static str, Value)>, &'static str);

/// Returns the violations in the order of the rules.
fn breaks() -> Vec<Break> {
    let submission = |no: u64, on: &str| json!({"deliverable": "D1", "no": no, "on": on, "quantity": "1"});
    vec![
        (1, vec![("/terms/ends_on", json!("2026-01-04"))], "terms.ends_on"),
        (2, vec![("/terms/inspection_days", Value::Null)], "terms.deemed_acceptance"),
        (3, vec![("/terms/items/1/code", json!("I1"))], "terms.items[1].code"),
        (3, vec![("/terms/deliverables/1/code", json!("D1"))], "terms.deliverables[1].code"),
        (3, vec![("/terms/milestones/2/code", json!("M0"))], "terms.milestones[2].code"),
        (3, vec![("/terms/breach_terms/2/code", json!("B2"))], "terms.breach_terms[2].code"),
        (4, vec![("/terms/deliverables/1/item", json!("I9"))], "terms.deliverables[1].item"),
        (4, vec![("/terms/deliverables/0/indicators/1/code", json!("Q1"))], "terms.deliverables[0].indicators[1].code"),
        (5, vec![("/terms/items/1/quantity", json!("4.0001"))], "terms.items[1].quantity"),
        (6, vec![("/terms/amount", json!("1000.01"))], "terms.amount"),
        (7, vec![("/terms/milestones/2/requires/0", json!("D9"))], "terms.milestones[2].requires[0]"),
        (7, vec![("/terms/milestones/2/requires", json!(["D2", "D2"]))], "terms.milestones[2].requires[1]"),
        (7, vec![("/terms/milestones/2/requires", json!(["D1"]))], "terms.milestones[2].requires[0]"),
        (7, vec![("/terms/milestones/0/amount", Value::Null)], "terms.milestones[0].amount"),
        (7, vec![("/terms/milestones/0/not_before", Value::Null)], "terms.milestones[0].not_before"),
        (7, vec![("/terms/milestones/1/payment_days", json!(0))], "terms.milestones[1].payment_days"),
        (7, vec![("/terms/milestones/1/payment_days", json!(61))], "terms.milestones[1].payment_days"),
        (
            8,
            vec![("/terms/milestones/1/requires", json!([])), ("/terms/milestones/1/not_before", json!("2026-02-02"))],
            "terms.deliverables[0].code",
        ),
        (8, vec![("/terms/milestones/0/amount", json!("100.01"))], "terms.milestones"),
        (9, vec![("/terms/breach_terms/0/deliverables/0", json!("D9"))], "terms.breach_terms[0].deliverables[0]"),
        (
            9,
            vec![("/terms/breach_terms/0/deliverables", json!(["D2", "D1", "D2"]))],
            "terms.breach_terms[0].deliverables[2]",
        ),
        (9, vec![("/terms/breach_terms/1/indicator", json!("Q9"))], "terms.breach_terms[1].indicator"),
        (9, vec![("/terms/breach_terms/1/deliverables", json!(["D2"]))], "terms.breach_terms[1].indicator"),
        (9, vec![("/terms/breach_terms/2/amount", Value::Null)], "terms.breach_terms[2].amount"),
        (9, vec![("/terms/breach_terms/2/rate", json!("0.1"))], "terms.breach_terms[2].amount"),
        (10, vec![("/facts/extensions/0/deliverable", json!("D9"))], "facts.extensions[0].deliverable"),
        (10, vec![("/facts/extensions/0/on", json!("2026-03-03"))], "facts.extensions[0].on"),
        (
            10,
            vec![("/facts/extensions/1", json!({"deliverable": "D1", "on": "2026-03-10", "days": 1}))],
            "facts.extensions[1].on",
        ),
        (10, vec![("/facts/end", json!({"on": "2026-02-01"}))], "facts.extensions[0].on"),
        (
            10,
            vec![(
                "/facts/decisions/0",
                json!({"deliverable": "D1", "no": 1, "on": "2026-02-02", "decision": "partial", "quantity": "1"}),
            )],
            "facts.extensions[0].on",
        ),
        (11, vec![("/facts/submissions/1/deliverable", json!("D9"))], "facts.submissions[1].deliverable"),
        (11, vec![("/facts/submissions/0/no", json!(0))], "facts.submissions[0].no"),
        (11, vec![("/facts/submissions/1/no", json!(3))], "facts.submissions[1].no"),
        (11, vec![("/facts/submissions/1/on", json!("2026-03-03"))], "facts.submissions[1].on"),
        (11, vec![("/facts/submissions/2", submission(3, "2026-03-20"))], "facts.submissions[2].on"),
        (11, vec![("/facts/end", json!({"on": "2026-03-09"}))], "facts.submissions[1].on"),
        (12, vec![("/facts/decisions/1/deliverable", json!("D2"))], "facts.decisions[1].no"),
        (12, vec![("/facts/decisions/1/no", json!(3))], "facts.decisions[1].no"),
        (
            12,
            vec![(
                "/facts/decisions/2",
                json!({"deliverable": "D1", "no": 2, "on": "2026-03-11", "decision": "rejected"}),
            )],
            "facts.decisions[2].no",
        ),
        (12, vec![("/facts/decisions/1/on", json!("2026-03-09"))], "facts.decisions[1].on"),
        (12, vec![("/facts/decisions/1/on", json!("2026-03-17"))], "facts.decisions[1].on"),
        (12, vec![("/facts/decisions/1/quantity", json!("10.0001"))], "facts.decisions[1].quantity"),
        (
            12,
            vec![("/facts/decisions/1/measured", json!({"R": "1", "Q1": "1", "Q9": "1"}))],
            "facts.decisions[1].measured.Q9",
        ),
        (13, vec![("/facts/scores/0/milestone", json!("M9"))], "facts.scores[0].milestone"),
        (
            13,
            vec![("/facts/scores/1", json!({"milestone": "M1", "on": "2026-03-13", "score": "1"}))],
            "facts.scores[1].milestone",
        ),
        (13, vec![("/facts/scores/0/milestone", json!("M2"))], "facts.scores[0].milestone"),
        (13, vec![("/facts/invoices/0/milestone", json!("M9"))], "facts.invoices[0].milestone"),
        (
            13,
            vec![("/facts/invoices/1", json!({"milestone": "M0", "on": "2026-03-13"}))],
            "facts.invoices[1].milestone",
        ),
        (
            14,
            vec![("/facts/headcounts/1", json!({"on": "2026-02-02", "month": "2026-01", "clients": 1, "workers": 1}))],
            "facts.headcounts[1].month",
        ),
        (14, vec![("/facts/headcounts/0/month", json!("2026-03"))], "facts.headcounts[0].month"),
        (
            14,
            vec![("/facts/incidents/1", json!({"id": "N1", "clause": "B3", "on": "2026-02-02"}))],
            "facts.incidents[1].id",
        ),
        (14, vec![("/facts/incidents/0/clause", json!("B1"))], "facts.incidents[0].clause"),
        (14, vec![("/facts/incidents/0/clause", json!("B9"))], "facts.incidents[0].clause"),
        (15, vec![("/facts/waivers/0/clause", json!("B9"))], "facts.waivers[0].clause"),
        (16, vec![("/facts/payments/1/milestone", json!("M9"))], "facts.payments[1].milestone"),
        (16, vec![("/facts/payments/1/on", json!("2026-01-06"))], "facts.payments[1].on"),
        (16, vec![("/facts/payments/1/amount", json!("40.01"))], "facts.payments[0].amount"),
    ]
}

/// Sets the value at a place, appending if the place is the end of a list and adding a missing key.
pub fn put(case: &mut Value, place: &str, value: Value) {
    if let Some(there) = case.pointer_mut(place) {
        *there = value;
        return;
    }
    let (parent, key) = place.rsplit_once('/').unwrap();
    match case.pointer_mut(parent).unwrap() {
        Value::Array(list) => list.push(value),
        Value::Object(keys) => drop(keys.insert(key.to_owned(), value)),
        other => panic!("{place} in {other}"),
    }
}

fn broken(by: &[(&'static str, Value)]) -> Value {
    let mut case = base();
    by.iter().for_each(|(place, value)| put(&mut case, place, value.clone()));
    case
}

#[test]
fn the_base_is_valid() {
    assert_eq!(path(&base()), "valid");
}

#[test]
fn each_violation_is_reported_at_its_path() {
    for (rule, by, expected) in breaks() {
        assert_eq!(path(&broken(&by)), expected, "rule {rule}: {by:?}");
    }
}

/// If two rules are violated at unrelated places, the earlier rule is reported.
#[test]
fn the_first_broken_rule_is_told() {
    let breaks = breaks();
    // One violation of each rule that does not touch the values changed to violate later rules.
    let apart = [
        "terms.ends_on",
        "terms.deemed_acceptance",
        "terms.breach_terms[2].code",
        "terms.deliverables[0].indicators[1].code",
        "terms.items[1].quantity",
        "terms.amount",
        "terms.milestones[1].payment_days",
        "terms.milestones",
        "terms.breach_terms[0].deliverables[0]",
        "facts.extensions[0].deliverable",
        "facts.submissions[1].no",
        "facts.decisions[1].measured.Q9",
        "facts.scores[0].milestone",
        "facts.invoices[0].milestone",
        "facts.headcounts[0].month",
        "facts.incidents[1].id",
        "facts.waivers[0].clause",
        "facts.payments[1].milestone",
    ];
    let chosen: Vec<_> =
        apart.iter().map(|path| breaks.iter().find(|(.., expected)| expected == path).expect("it is listed")).collect();
    for (n, (rule, by, expected)) in chosen.iter().enumerate() {
        for (later_rule, later, _) in chosen.iter().skip(n + 1) {
            let mut case = broken(by);
            later.iter().for_each(|(place, value)| put(&mut case, place, value.clone()));
            assert_eq!(path(&case), *expected, "rules {rule} and {later_rule}");
        }
    }
}

#[test]
fn facts_not_yet_visible_are_validated_except_payments() {
    let mut case = base();
    case["as_of"] = json!("2026-01-06");
    put(&mut case, "/facts/payments/0/milestone", json!("M9"));
    assert_eq!(path(&case), "valid");
    put(&mut case, "/facts/waivers/0/clause", json!("B9"));
    assert_eq!(path(&case), "facts.waivers[0].clause");
}

#[test]
fn values_at_the_limits_are_valid() {
    let fits = [
        ("/terms/ends_on", json!("2026-01-05")),
        ("/terms/milestones/1/payment_days", json!(1)),
        ("/terms/milestones/1/payment_days", json!(60)),
        ("/facts/extensions/0/on", json!("2026-03-02")),
        ("/facts/extensions/1", json!({"deliverable": "D1", "on": "2026-03-09", "days": 1})),
        ("/facts/end", json!({"on": "2026-03-10"})),
        ("/facts/decisions/1/on", json!("2026-03-10")),
        ("/facts/decisions/1/on", json!("2026-03-16")),
        ("/facts/decisions/1/measured", json!({})),
        ("/facts/headcounts/0/month", json!("2026-02")),
        ("/facts/waivers/0/subject", json!("nothing")),
    ];
    for (place, value) in fits {
        assert_eq!(path(&broken(&[(place, value.clone())])), "valid", "{place}: {value}");
    }
    let same_day = [("/facts/submissions/1/on", json!("2026-03-04")), ("/facts/decisions/1/on", json!("2026-03-04"))];
    assert_eq!(path(&broken(&same_day)), "valid", "handed over again on the day of the rejection");
}
