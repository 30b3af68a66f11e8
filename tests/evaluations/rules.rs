//! The formula of an evaluation, its bounds and bands, and what each state waits for.

use luyue::domain::codes::Role;
use luyue::domain::evaluations::{
    Adjustment, Adjustments, Inputs, Measure, OpenEvaluation, Views, comment_by, is_within_reach, mean_of, overlaps,
    rating_of,
};
use luyue::domain::numbers::Score;
use luyue::domain::standing::Rating;
use luyue::domain::tasks::TaskKind;
use serde_json::{Value, json};

use crate::support::app::day;

fn score(text: &str) -> Score {
    text.parse().expect("a score")
}

fn inputs(measures: &[(&str, &str, u64)]) -> Inputs {
    let measures: Vec<Value> = measures
        .iter()
        .map(|(measure, score, weight)| json!({"measure": measure, "score": score, "weight": weight, "count": 1}))
        .collect();
    serde_json::from_value(json!({"measures": measures, "score": null, "trail": []})).expect("inputs")
}

fn adjusted(measure: Measure, to: &str) -> Adjustments {
    Adjustments::from([(measure, Adjustment { score: score(to), reason: "另有佐证".to_owned() })])
}

#[test]
fn the_result_is_the_weighted_mean_of_the_measures_with_data() {
    let known = inputs(&[("quantity", "97.52", 25), ("timeliness", "93.33", 20), ("compliance", "63", 10)]);
    let result = |adjustments: &Adjustments| known.outcome(adjustments, &Views::new());
    // (97.52 × 25 + 93.33 × 20 + 63 × 10) / 55 = 89.72 to two places.
    let plain = result(&Adjustments::new());
    assert_eq!((plain.score, plain.rating), (Some(score("89.72")), Some(Rating::Good)));
    // 73 instead of 63 adds 100 / 55.
    let raised = result(&adjusted(Measure::Compliance, "73"));
    assert_eq!((raised.score, raised.rating), (Some(score("91.54")), Some(Rating::Excellent)));
    assert_eq!(raised.measures, known.measures, "the computed measures are kept beside the adjusted ones");
    // Halves are rounded up.
    assert_eq!(
        inputs(&[("quantity", "90.01", 1), ("quality", "90", 1)]).outcome(&Adjustments::new(), &Views::new()).score,
        Some(score("90.01"))
    );
}

#[test]
fn without_data_there_is_no_rating() {
    for measures in [&[][..], &[("compliance", "100", 10), ("satisfaction", "91.5", 10)], &[("quantity", "80", 0)]] {
        let outcome = inputs(measures).outcome(&Adjustments::new(), &Views::new());
        assert_eq!((outcome.score, outcome.rating), (None, None), "{measures:?}");
    }
}

#[test]
fn bands_are_those_of_the_notice() {
    for (text, rating) in [
        ("100", Rating::Excellent),
        ("90", Rating::Excellent),
        ("89.99", Rating::Good),
        ("80", Rating::Good),
        ("79.99", Rating::Adequate),
        ("60", Rating::Adequate),
        ("59.99", Rating::Poor),
        ("0", Rating::Poor),
    ] {
        assert_eq!(rating_of(score(text)), rating, "{text}");
    }
}

#[test]
fn adjustments_reach_ten_points_either_way() {
    for (to, reaches) in [("70", true), ("90", true), ("69.9999999999", false), ("90.0000000001", false), ("0", false)]
    {
        assert_eq!(is_within_reach(score("80"), score(to)), reaches, "{to}");
    }
}

#[test]
fn periods_overlap_where_they_have_a_day_in_common() {
    let period = |from, to| (day(from), day(to));
    let first = period("2026-01-05", "2026-06-30");
    for (from, to, expected) in [
        ("2026-06-30", "2026-12-31", true),
        ("2026-07-01", "2026-12-31", false),
        ("2026-01-01", "2026-01-04", false),
        ("2026-02-01", "2026-02-01", true),
    ] {
        assert_eq!(overlaps(first, period(from, to)), expected, "{from} {to}");
        assert_eq!(overlaps(period(from, to), first), expected, "{to} {from}");
    }
}

#[test]
fn means_are_exact_until_they_are_rounded() {
    assert_eq!(mean_of(std::iter::empty()), None);
    assert_eq!(mean_of(["80", "90.01"].map(score).into_iter()), Some(score("85.01")));
    assert_eq!(mean_of(["100", "0", "0"].map(score).into_iter()), Some(score("33.33")));
}

#[test]
fn the_contractor_is_heard_before_the_next_step() {
    assert_eq!(comment_by(day("2026-07-17")), day("2026-07-31"));
    let answer_by = day("2026-07-31");
    let evaluation = |is_proposed, answered: Option<&str>| OpenEvaluation {
        id: "e".to_owned(),
        is_proposed,
        answered_on: answered.map(day),
        answer_by,
    };
    let waiting = evaluation(true, None);
    assert!(!waiting.is_heard(answer_by) && waiting.is_heard(day("2026-08-01")));
    assert_eq!(
        waiting.awaited(),
        [
            (TaskKind::CommentEvaluation, Role::Contractor, answer_by),
            (TaskKind::FinaliseEvaluation, Role::Leader, day("2026-08-07")),
        ]
    );
    let answered = evaluation(false, Some("2026-07-20"));
    assert!(answered.is_heard(day("2026-07-20")));
    assert_eq!(answered.awaited(), [(TaskKind::ProposeEvaluation, Role::Officer, day("2026-07-27"))]);
}
