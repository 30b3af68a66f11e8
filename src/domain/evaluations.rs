//! Evaluations (绩效评价) of a contract over a period: measures, bounded adjustments, result and the order of the steps.
//!
//! The officer opens an evaluation with the measures of the standing; the contractor assesses itself; the officer
//! proposes the result, with reasons for each adjusted measure; the contractor comments; a leader makes it final. The
//! measures come from `domain::standing` and are kept as they were on the day; none is computed here.

use std::collections::BTreeMap;

use chrono::{Days as Span, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::Role;
use crate::domain::fixed::div_round;
use crate::domain::numbers::{Score, Whole};
use crate::domain::policy::Action;
use crate::domain::standing::{Measures, Performance, Points, Rating, Step, Value};
use crate::domain::tasks::{CUSTOMARY_DAYS, TaskKind, days_after};
use crate::domain::terms::Weights;

/// Acts on an evaluation by name, each with the right that it needs.
pub const EVALUATION_ACTIONS: &[(&str, Action)] = &[
    ("assess", Action::AssessEvaluation),
    ("propose", Action::ProposeEvaluation),
    ("comment", Action::CommentEvaluation),
    ("finalise", Action::FinaliseEvaluation),
    ("withdraw", Action::WithdrawEvaluation),
];

/// Days within which the contractor may comment on a proposed result. No law sets them; docs/rules.md gives the reason.
pub const COMMENT_DAYS: u64 = 14;
/// Days within which the contractor assesses itself, unless the officer names another day.
pub const ASSESSMENT_DAYS: u64 = 7;
/// Points by which the officer may move a measure, either way.
pub const ADJUSTMENT_POINTS: i128 = 10;

/// Formula of the result, stored with it.
const FORMULA: &str = "sum(weight * score) / sum(weight), to 2 places, halves up; measures without data left out";
/// Units of a [`Score`] in a hundredth of a point.
const HUNDREDTH: i128 = Score::SCALE / 100;

codes! {
    /// The state of an evaluation.
    pub enum EvaluationState {
        /// Opened: the contractor may assess itself, and the officer has not proposed a result.
        Draft = "draft",
        Proposed = "proposed",
        Final = "final",
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// The steps of an evaluation.
    pub enum EvaluationStepKind {
        Open = "open",
        Assess = "assess",
        /// The officer proposes the result, and may propose another one after the comments.
        Propose = "propose",
        Comment = "comment",
        Finalise = "finalise",
        Withdraw = "withdraw",
    }
}

codes! {
    /// The measures of performance (docs/standing.md).
    pub enum Measure {
        Quantity = "quantity",
        Timeliness = "timeliness",
        FirstPass = "first_pass",
        Quality = "quality",
        Compliance = "compliance",
        Satisfaction = "satisfaction",
    }
}

codes! {
    /// The direction in which the mean of a contractor's scores moved between its last two years.
    pub enum Trend {
        Rising = "rising",
        Level = "level",
        Falling = "falling",
    }
}

/// A measure as it was when the evaluation was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Measurement {
    pub measure: Measure,
    /// Score that the standing computed, 0 to 100.
    #[schema(value_type = String)]
    pub score: Score,
    /// Weight in the contract's scorecard.
    #[schema(value_type = u64)]
    pub weight: Whole,
    /// Number of deliverables counted; of breaches for compliance, of surveys for satisfaction.
    pub count: u64,
}

/// The inputs of an evaluation, kept from the day on which it was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Measures with data, in the order of the standing.
    pub measures: Vec<Measurement>,
    /// Score that the standing computed; `None` without data.
    pub score: Option<Score>,
    /// Steps behind the measures, as the standing records them.
    pub trail: serde_json::Value,
}

/// The officer's score of a measure in place of the computed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Score, at most 10 points from the computed one.
    #[schema(value_type = String)]
    pub score: Score,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
}

/// Adjustments by measure.
pub type Adjustments = BTreeMap<Measure, Adjustment>;

/// The contractor's own scores by measure.
pub type Views = BTreeMap<Measure, Score>;

/// The result of an evaluation with its formula, frozen when it becomes final.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    pub formula: String,
    pub measures: Vec<Measurement>,
    /// The officer's scores and reasons by measure.
    #[schema(value_type = Object)]
    pub adjustments: Adjustments,
    /// The contractor's own scores by measure.
    #[schema(value_type = Object)]
    pub views: Views,
    /// Score; null without data.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Rating by 财预〔2020〕10号; null without data.
    #[schema(value_type = Option<String>)]
    pub rating: Option<Rating>,
}

impl Inputs {
    /// Takes the measures, their weights and the number of things behind each from a performance with its trail.
    pub fn of(performance: &Performance, weights: &Weights) -> Self {
        let count = |measure: Measure| count_behind(&performance.trail, measure);
        let measurement = |(measure, points, weight): (Measure, Option<Points>, Whole)| {
            Some(Measurement { measure, score: score_of(points?)?, weight, count: count(measure) })
        };
        Self {
            measures: measures_with_weights(&performance.measures, weights)
                .into_iter()
                .filter_map(measurement)
                .collect(),
            score: performance.score.and_then(score_of),
            trail: serde_json::to_value(&performance.trail).unwrap_or_default(),
        }
    }

    /// Returns the result with these adjustments.
    pub fn outcome(&self, adjustments: &Adjustments, views: &Views) -> Outcome {
        let score = self.weighted(adjustments);
        Outcome {
            formula: FORMULA.to_owned(),
            measures: self.measures.clone(),
            adjustments: adjustments.clone(),
            views: views.clone(),
            score,
            rating: score.map(rating_of),
        }
    }

    /// Computes the weighted mean of the measures, with adjusted scores in place of computed ones. `None` without data
    /// on what was delivered, as in the standing.
    fn weighted(&self, adjustments: &Adjustments) -> Option<Score> {
        let is_data = |known: &Measurement| !matches!(known.measure, Measure::Compliance | Measure::Satisfaction);
        if !self.measures.iter().any(is_data) {
            return None;
        }
        let (mut sum, mut weights) = (0, 0);
        for known in &self.measures {
            let score = adjustments.get(&known.measure).map_or(known.score, |adjusted| adjusted.score);
            let weight = i128::from(known.weight.get());
            // Six products under 2^53 × 10^12, within 128 bits.
            sum += weight * score.exact();
            weights += weight;
        }
        if weights == 0 {
            return None;
        }
        let hundredths = div_round(sum, weights * HUNDREDTH);
        u64::try_from(hundredths * HUNDREDTH).ok().and_then(Score::from_units)
    }

    /// Returns the computed score of a measure; `None` where it had no data.
    pub fn computed(&self, measure: Measure) -> Option<Score> {
        self.measures.iter().find(|known| known.measure == measure).map(|known| known.score)
    }
}

/// Returns whether an adjusted score is at most [`ADJUSTMENT_POINTS`] from the computed one.
pub fn is_within_reach(computed: Score, adjusted: Score) -> bool {
    (computed.exact() - adjusted.exact()).abs() <= ADJUSTMENT_POINTS * Score::SCALE
}

/// Returns the rating of an evaluation's score.
pub fn rating_of(score: Score) -> Rating {
    Rating::of_hundredths(i64::try_from(score.exact() / HUNDREDTH).unwrap_or_default())
}

/// Converts points of the standing, in hundredths, into a score.
fn score_of(points: Points) -> Option<Score> {
    let units = i128::from(points.hundredths()) * HUNDREDTH;
    u64::try_from(units).ok().and_then(Score::from_units)
}

/// Returns every measure with its points and its weight.
fn measures_with_weights(measures: &Measures, weights: &Weights) -> [(Measure, Option<Points>, Whole); 6] {
    [
        (Measure::Quantity, measures.quantity, weights.quantity),
        (Measure::Timeliness, measures.timeliness, weights.timeliness),
        (Measure::FirstPass, measures.first_pass, weights.first_pass),
        (Measure::Quality, measures.quality, weights.quality),
        (Measure::Compliance, measures.compliance, weights.compliance),
        (Measure::Satisfaction, measures.satisfaction, weights.satisfaction),
    ]
}

/// Counts what the step of a measure lists: deliverables, each once, or breaches, or surveys.
fn count_behind(trail: &[Step], measure: Measure) -> u64 {
    let Some(step) = trail.iter().find(|step| step.kind == measure.as_str()) else { return 0 };
    let input = |name: &str| step.inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let member = |row: &Value, name: &str| match row {
        Value::Row(row) => row.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
        _ => None,
    };
    let whole = |value: Option<Value>| match value {
        Some(Value::Count(count)) => u64::try_from(count).unwrap_or_default(),
        _ => 0,
    };
    let rows = ["deliverables", "indicators", "breaches", "surveys"].iter().find_map(|name| match input(name) {
        Some(Value::List(rows)) => Some(rows.as_slice()),
        _ => None,
    });
    let rows = rows.unwrap_or_default();
    match measure {
        Measure::FirstPass => whole(input("decided").cloned()),
        Measure::Compliance => rows.iter().map(|row| whole(member(row, "count"))).sum(),
        Measure::Satisfaction => number_of(rows.len()),
        Measure::Quantity | Measure::Timeliness | Measure::Quality => {
            let mut names: Vec<String> = rows
                .iter()
                .filter_map(|row| match member(row, "deliverable") {
                    Some(Value::Name(name)) => Some(name),
                    _ => None,
                })
                .collect();
            names.sort_unstable();
            names.dedup();
            number_of(names.len())
        }
    }
}

/// Converts a count; `u64::MAX` if it does not fit.
fn number_of(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Returns the last day to comment on a result proposed on a day.
pub fn comment_by(proposed_on: NaiveDate) -> NaiveDate {
    proposed_on.checked_add_days(Span::new(COMMENT_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// Returns the last day for the self-assessment of an evaluation opened on a day.
pub fn assess_by(opened_on: NaiveDate) -> NaiveDate {
    opened_on.checked_add_days(Span::new(ASSESSMENT_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// Returns whether two periods, both ends included, have a day in common.
pub fn overlaps(one: (NaiveDate, NaiveDate), other: (NaiveDate, NaiveDate)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

/// An evaluation that is neither final nor withdrawn.
#[derive(Debug, Clone)]
pub struct OpenEvaluation {
    /// Public id.
    pub id: String,
    /// True once the officer has proposed the result.
    pub is_proposed: bool,
    /// Day of the contractor's answer to the last step of the officer: self-assessment or comments.
    pub answered_on: Option<NaiveDate>,
    /// Last day for the contractor's answer.
    pub answer_by: NaiveDate,
}

impl OpenEvaluation {
    /// Returns the steps that the evaluation waits for, each with the role that takes it and its due day.
    pub fn awaited(&self) -> Vec<(TaskKind, Role, NaiveDate)> {
        let (answer, next) = if self.is_proposed {
            (TaskKind::CommentEvaluation, (TaskKind::FinaliseEvaluation, Role::Leader))
        } else {
            (TaskKind::AssessEvaluation, (TaskKind::ProposeEvaluation, Role::Officer))
        };
        let due_on = days_after(self.answered_on.unwrap_or(self.answer_by), CUSTOMARY_DAYS);
        let own = self.answered_on.is_none().then_some((answer, Role::Contractor, self.answer_by));
        own.into_iter().chain([(next.0, next.1, due_on)]).collect()
    }

    /// Returns whether the purchaser's next step can be taken: the contractor has answered, or the last day for it
    /// passed.
    pub fn is_heard(&self, today: NaiveDate) -> bool {
        self.answered_on.is_some() || today > self.answer_by
    }
}

/// Computes the mean of scores, to hundredths of a point, halves up; `None` without scores.
pub fn mean_of(scores: impl Iterator<Item = Score>) -> Option<Score> {
    let (sum, count) = scores.fold((0, 0), |(sum, count), score| (sum + score.exact(), count + 1));
    if count == 0 {
        return None;
    }
    let hundredths = div_round(sum, count * HUNDREDTH);
    u64::try_from(hundredths * HUNDREDTH).ok().and_then(Score::from_units)
}
