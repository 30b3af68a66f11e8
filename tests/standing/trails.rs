//! Trails: each figure is recomputed only from the steps of its trail, as shown in JSON, in exact fractions.

use std::collections::BTreeSet;

use luyue::domain::codes::Language;
use luyue::domain::standing::{Trails, standing};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use serde_json::Value;

use crate::standing::contracts::{contracts, on};
use crate::standing::support::{evaluate, examples};

type R = BigRational;

fn whole(number: i64) -> R {
    R::from_integer(BigInt::from(number))
}

/// Parses a decimal text or a JSON number.
fn number(value: &Value) -> R {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (digits, places) = match text.split_once('.') {
        Some((whole, fraction)) => (format!("{whole}{fraction}"), fraction.len()),
        None => (text.clone(), 0),
    };
    let digits: BigInt = digits.parse().unwrap_or_else(|_| panic!("{text} is no number"));
    R::new(digits, BigInt::from(10).pow(places as u32))
}

/// Rounds to 0.01, halves away from zero.
fn round(value: R) -> R {
    (value * whole(100)).round() / whole(100)
}

fn rows<'v>(inputs: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    inputs[list].as_array().unwrap_or_else(|| panic!("no {list} in {inputs}")).iter()
}

fn step<'t>(trail: &'t [Value], rule: &str) -> &'t Value {
    let mut found = trail.iter().filter(|step| step["rule"] == rule);
    let step = found.next().unwrap_or_else(|| panic!("no step {rule} in {trail:?}"));
    assert!(found.next().is_none(), "{rule} twice");
    step
}

/// Returns the amount of a breach computed from the values in the step of its clause.
fn amount(trail: &[Value], step: &Value) -> R {
    let inputs = &step["inputs"];
    let has = |name: &str| inputs.get(name).is_some_and(|value| !value.is_null());
    let of = |name: &str| number(&inputs[name]);
    let highest = |within: &dyn Fn(&Value) -> bool| {
        rows(inputs, "tiers").filter(|tier| within(tier)).map(|tier| number(&tier["rate"])).max().expect("a tier")
    };
    if has("daily_rate") {
        assert_eq!(of("days_late"), days_late(&trail[0]));
        let amount = round(of("base_amount") * of("daily_rate") * (of("days_late") - of("grace_days")));
        if has("cap") { amount.min(round(of("base_amount") * of("cap"))) } else { amount }
    } else if has("after_days") {
        assert!(days_late(&trail[0]) > of("after_days"));
        round(of("base_amount") * of("rate"))
    } else if has("tolerance") {
        let short = of("planned") - of("accepted");
        assert!(short > of("planned") * of("tolerance"));
        round(short * of("unit_price") * of("rate"))
    } else if has("indicator") {
        let beyond = |tier: &Value| match inputs["direction"].as_str() {
            Some("at_least") => of("measured") < number(&tier["beyond"]),
            _ => of("measured") > number(&tier["beyond"]),
        };
        round(of("base_amount") * highest(&beyond))
    } else if has("score") {
        round(of("gross") * highest(&|tier| of("score") < number(&tier["below"])))
    } else if has("clients_per_worker") {
        round(((of("clients") / of("clients_per_worker")).ceil() - of("workers")) * of("amount_per_worker"))
    } else if has("contract") {
        round(of("contract") * of("rate"))
    } else {
        of("amount")
    }
}

fn date(value: &Value) -> chrono::NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn days_late(step: &Value) -> R {
    let inputs = &step["inputs"];
    let days = (date(&inputs["stop"]) - date(&inputs["due_on"])).num_days() - inputs["held"].as_i64().unwrap();
    assert_eq!(step["result"], days.max(0));
    whole(days.max(0))
}

fn check_breach(breach: &Value) {
    let trail = breach["trail"].as_array().unwrap();
    let [.., clause, charge] = trail.as_slice() else { panic!("too few steps: {breach}") };
    assert_eq!(clause["rule"], breach["clause"]);
    let amount = amount(trail, clause);
    assert_eq!(amount, number(&breach["amount"]), "{breach}");
    let inputs = &charge["inputs"];
    assert_eq!((charge["rule"].as_str(), number(&inputs["amount"])), (Some("charge"), amount.clone()));
    assert_eq!(!inputs["waived_on"].is_null(), breach["waived"].as_bool().unwrap());
    let charged = match (&inputs["waived_on"], &inputs["outside_cap"], &inputs["room"]) {
        (Value::Null, Value::Bool(false), room @ Value::String(_)) => amount.min(number(room)),
        (Value::Null, ..) => amount,
        _ => whole(0),
    };
    assert_eq!(charged, number(&breach["charged"]), "{breach}");
}

fn check_milestone(milestone: &Value) {
    let trail = milestone["trail"].as_array().unwrap();
    let gross = &step(trail, "gross")["inputs"];
    let priced = |row: &Value| {
        let quantity = number(&row["accepted"]).min(number(&row["planned"]));
        round(quantity * number(&row["unit_price"]))
    };
    let gross = match gross.get("amount") {
        Some(amount) => number(amount),
        None => rows(gross, "deliverables").map(priced).fold(whole(0), |sum, price| sum + price),
    };
    assert_eq!(gross, number(&milestone["gross"]), "{milestone}");
    let (deductions, payable) = (&step(trail, "deductions")["inputs"], &step(trail, "payable")["inputs"]);
    let satisfied = !milestone["satisfied_on"].is_null();
    let expected = match satisfied {
        false => {
            assert!(deductions["satisfied_on"].is_null() && payable["satisfied_on"].is_null());
            (whole(0), whole(0), whole(0))
        }
        true => {
            let charges = rows(deductions, "charges").fold(whole(0), |sum, row| sum + number(&row["charged"]));
            let deducted = (charges + number(&deductions["carried"])).min(number(&deductions["gross"]));
            let payable = number(&payable["gross"]) - number(&payable["deductions"]);
            assert_eq!(step(trail, "decree-802-art-9")["result"], milestone["due_on"]);
            (deducted, payable, interest(&step(trail, "decree-802-art-17")["inputs"]))
        }
    };
    let shown = ["deductions", "payable", "late_interest"].map(|figure| number(&milestone[figure]));
    assert_eq!([expected.0, expected.1, expected.2], shown, "{milestone}");
}

fn interest(inputs: &Value) -> R {
    let of_days = |row: &Value| {
        let days = (date(&row["to"]) - date(&row["from"])).num_days() + 1;
        number(&row["owed"]) * whole(days)
    };
    round(rows(inputs, "overdue").map(of_days).fold(whole(0), |sum, owed| sum + owed) * number(&inputs["daily_rate"]))
}

fn mean(values: impl Iterator<Item = R>) -> R {
    let values: Vec<R> = values.collect();
    let count = whole(values.len() as i64);
    round(values.into_iter().fold(whole(0), |sum, value| sum + value) / count)
}

fn measure(name: &str, inputs: &Value) -> R {
    let hundred = || whole(100);
    match name {
        "quantity" => {
            let sum = |quantity: &str| {
                rows(inputs, "deliverables")
                    .map(|row| number(&row[quantity]).min(number(&row["planned"])) * number(&row["unit_price"]))
                    .fold(whole(0), |sum, price| sum + price)
            };
            round(hundred() * sum("accepted") / sum("planned"))
        }
        "timeliness" => {
            mean(rows(inputs, "deliverables").map(|row| {
                (hundred() - number(&inputs["points_per_late_day"]) * number(&row["days_late"])).max(whole(0))
            }))
        }
        "first_pass" => round(hundred() * number(&inputs["passed"]) / number(&inputs["decided"])),
        "quality" => mean(rows(inputs, "indicators").map(|row| {
            let (measured, target) = (number(&row["measured"]), number(&row["target"]));
            match row["direction"].as_str() {
                Some("at_least") => (hundred() * measured / target).min(hundred()),
                _ if measured <= target => hundred(),
                _ => hundred() * target / measured,
            }
        })),
        "compliance" => {
            let points = rows(inputs, "breaches").map(|row| number(&row["count"]) * number(&row["points"]));
            (hundred() - points.fold(whole(0), |sum, points| sum + points)).max(whole(0))
        }
        "satisfaction" => mean(rows(inputs, "surveys").map(number)),
        other => panic!("{other} is no measure"),
    }
}

fn check_performance(performance: &Value) {
    let trail = performance["trail"].as_array().unwrap();
    for (name, value) in performance["measures"].as_object().unwrap() {
        assert_eq!(measure(name, &step(trail, name)["inputs"]), number(value), "{name} in {performance}");
    }
    let score = &step(trail, "score")["inputs"];
    let weighed: BTreeSet<&str> = rows(score, "measures").filter_map(|row| row["measure"].as_str()).collect();
    assert_eq!(weighed, performance["measures"].as_object().unwrap().keys().map(String::as_str).collect());
    if performance["score"].is_null() {
        return;
    }
    let sum = |of: &dyn Fn(&Value) -> R| rows(score, "measures").map(of).fold(whole(0), |sum, value| sum + value);
    let weighed = sum(&|row| number(&row["weight"]) * number(&row["value"])) / sum(&|row| number(&row["weight"]));
    assert_eq!(round(weighed), number(&performance["score"]));
    assert_eq!(step(trail, "rating")["result"], performance["rating"]);
}

pub fn check(standing: &Value) {
    standing["breaches"].as_array().unwrap().iter().for_each(check_breach);
    standing["milestones"].as_array().unwrap().iter().for_each(check_milestone);
    check_performance(&standing["performance"]);
}

#[test]
fn the_figures_of_each_example_follow_from_their_steps() {
    for (_, case, _) in examples() {
        if let Ok(standing) = evaluate(&case, Trails::On) {
            check(&serde_json::to_value(standing).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_follow_from_their_steps(contract in contracts(), days in [0_u64..150, 0..150, 0..400]) {
        for day in days {
            let standing = standing(&contract.terms, &contract.facts, &contract.calendar, on(day), Trails::On).unwrap();
            check(&serde_json::to_value(standing).unwrap());
        }
    }

    #[test]
    fn trails_change_no_figure(contract in contracts(), day in 0_u64..300) {
        let with = |trails| standing(&contract.terms, &contract.facts, &contract.calendar, on(day), trails).unwrap();
        let mut without = with(Trails::On);
        without.breaches.iter_mut().for_each(|breach| breach.trail.clear());
        without.milestones.iter_mut().for_each(|milestone| milestone.trail.clear());
        without.performance.trail.clear();
        prop_assert_eq!(without, with(Trails::Off));
    }

    #[test]
    fn every_step_has_a_sentence_in_both_languages(contract in contracts(), day in 0_u64..200) {
        for language in [Language::Zh, Language::En] {
            let mut standing = standing(&contract.terms, &contract.facts, &contract.calendar, on(day), Trails::On).unwrap();
            luyue::text::trail::add_sentences(&mut standing, language);
            let trails = standing.breaches.iter().map(|b| &b.trail).chain(standing.milestones.iter().map(|m| &m.trail));
            for step in trails.chain([&standing.performance.trail]).flatten() {
                let text = step.text.as_ref().unwrap();
                prop_assert!(!text.contains(['{', '}', '$']) && !text.contains("trail-"), "{}: {}", step.kind, text);
            }
        }
    }
}
