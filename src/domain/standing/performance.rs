//! Performance: measures, score and rating (`docs/standing.md`, Performance). Quotients and means are exact until the
//! one rounding that the rule names.

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::domain::calendar::{Day, day};
use crate::domain::fixed::div_round;
use crate::domain::numbers::{Measured, Score};
use crate::domain::standing::breaches::Breach;
use crate::domain::standing::deliverables::Progress;
use crate::domain::standing::output::{DeliverableState, Measures, Points, Rating};
use crate::domain::standing::recorded::Contract;
use crate::domain::terms::{Direction, Indicator, Severity, Weights};

/// One point, in hundredths.
const POINT: i128 = 100;

/// The inputs of the measures as of a day.
pub(super) struct Measuring<'m, 'a> {
    pub contract: &'m Contract<'a>,
    pub progress: &'m [Progress<'a>],
    pub breaches: &'m [Breach<'a>],
    pub as_of: Day,
}

/// A fraction, dividend and divisor, both ≥ 0.
pub(super) type Ratio = (i128, i128);

impl<'a> Measuring<'_, 'a> {
    /// Computes all measures; `None` for one without data.
    pub fn measures(&self) -> Measures {
        Measures {
            quantity: self.quantity(),
            timeliness: self.timeliness(),
            first_pass: self.first_pass(),
            quality: mean(&self.attained()),
            compliance: Some(self.compliance()),
            satisfaction: self.satisfaction(),
        }
    }

    /// Returns the deliverables in the quantity measure: position, accepted quantity up to the agreed one, agreed
    /// quantity.
    pub fn quantities(&self) -> impl Iterator<Item = (usize, i128, i128)> {
        let deliverables = self.contract.agreed.deliverables.iter().zip(self.progress).enumerate();
        let counted = deliverables.filter(|(_, (_, p))| {
            p.accepted.is_some() || p.due < self.as_of && p.state != DeliverableState::Submitted && !p.is_cancelled()
        });
        counted.map(|(place, (agreed, p))| {
            let accepted = p.accepted.as_ref().map_or(0, |a| a.quantity.min(agreed.planned));
            (place, accepted, agreed.planned)
        })
    }

    /// Computes the quantity measure.
    fn quantity(&self) -> Option<Points> {
        let (mut accepted, mut planned) = (0, 0);
        for (place, quantity, of) in self.quantities() {
            let unit_price = self.contract.agreed.deliverables.get(place).map_or(0, |d| d.unit_price);
            accepted += quantity * unit_price;
            planned += of * unit_price;
        }
        rounded((100 * accepted, planned))
    }

    /// Returns the deliverables in the timeliness measure.
    pub fn timed(&self) -> impl Iterator<Item = (usize, &Progress<'a>)> {
        let counts = |p: &Progress| {
            !p.is_cancelled() && (p.accepted.is_some() || p.state == DeliverableState::Submitted || p.due < self.as_of)
        };
        self.progress.iter().enumerate().filter(move |(_, p)| counts(p))
    }

    /// Computes the timeliness measure.
    fn timeliness(&self) -> Option<Points> {
        let points = i128::from(self.contract.agreed.terms.scorecard.points_per_late_day.get());
        let (mut sum, mut count) = (0, 0);
        for (_, progress) in self.timed() {
            sum += (100 - points * i128::from(progress.days_late)).max(0);
            count += 1;
        }
        rounded((sum, count))
    }

    /// Counts the first submissions that were accepted in full, and those that were decided.
    pub fn first_passes(&self) -> Ratio {
        let decided = self.progress.iter().filter(|p| !p.is_cancelled()).filter_map(|p| p.first_pass);
        decided.fold((0, 0), |(passed, of), pass| (passed + i128::from(pass), of + 1))
    }

    /// Computes the first-pass measure.
    fn first_pass(&self) -> Option<Points> {
        let (passed, of) = self.first_passes();
        rounded((100 * passed, of))
    }

    /// Returns the indicators measured in final decisions: position of the deliverable, indicator, value.
    pub fn indicators(&self) -> impl Iterator<Item = (usize, &'a Indicator, Measured)> {
        let deliverables = self.contract.agreed.deliverables.iter().zip(self.progress).enumerate();
        let measured =
            deliverables.filter_map(|(place, (agreed, p))| Some((place, agreed.terms, p.accepted.as_ref()?.measured?)));
        measured.flat_map(|(place, deliverable, measured)| {
            let value =
                move |indicator: &'a Indicator| measured.get(&indicator.code).map(|value| (place, indicator, *value));
            deliverable.indicators.iter().filter_map(value)
        })
    }

    /// Returns the points that each measured indicator attains.
    fn attained(&self) -> Vec<Ratio> {
        self.indicators().map(|(_, indicator, value)| attained(indicator, value)).collect()
    }

    /// Counts the breaches of each severity that are not waived.
    pub fn standing_breaches(&self) -> [(Severity, i128); 3] {
        let mut counts = [(Severity::Minor, 0), (Severity::Major, 0), (Severity::Critical, 0)];
        for breach in self.breaches.iter().filter(|breach| breach.waived_on.is_none()) {
            if let Some((_, count)) = counts.iter_mut().find(|(of, _)| *of == breach.term.severity) {
                *count += 1;
            }
        }
        counts
    }

    /// Computes the compliance measure, which is always present.
    fn compliance(&self) -> Points {
        let points: i128 = self.standing_breaches().iter().map(|(severity, count)| cost(*severity) * count).sum();
        Points(i64::try_from((100 - points).max(0) * POINT).unwrap_or_default())
    }

    /// Returns the scores of the visible surveys.
    pub fn surveys(&self) -> impl Iterator<Item = Score> {
        self.contract.facts.surveys.iter().filter(|survey| day(survey.on) <= self.as_of).map(|survey| survey.score)
    }

    /// Computes the satisfaction measure.
    fn satisfaction(&self) -> Option<Points> {
        let (sum, count) =
            self.surveys().fold((0, 0), |(sum, count), score| (sum + score.exact(), count + Score::SCALE));
        rounded((sum, count))
    }
}

/// Returns the points, of 100, that a breach of a severity costs.
pub(super) fn cost(severity: Severity) -> i128 {
    match severity {
        Severity::Minor => 2,
        Severity::Major => 5,
        Severity::Critical => 20,
    }
}

/// Returns the points, of 100, that an indicator attains.
fn attained(indicator: &Indicator, value: Measured) -> Ratio {
    let (value, target) = (value.exact(), indicator.target.exact());
    match indicator.direction {
        Direction::AtLeast => {
            if value < target {
                (100 * value, target)
            } else {
                (100, 1)
            }
        }
        Direction::AtMost => {
            if value > target {
                (100 * target, value)
            } else {
                (100, 1)
            }
        }
    }
}

/// Rounds a fraction of points to hundredths; `None` if the divisor is 0, because there is nothing to measure.
fn rounded((dividend, divisor): Ratio) -> Option<Points> {
    if divisor == 0 {
        return None;
    }
    i64::try_from(div_round(dividend * POINT, divisor)).ok().map(Points)
}

/// Computes the rounded mean of fractions of 0 to 100 points.
///
/// The sum is enclosed between two bounds 10^-14 points apart for each fraction. Only if they round differently are the
/// fractions added exactly.
fn mean(ratios: &[Ratio]) -> Option<Points> {
    const FINE: i128 = 100_000_000_000_000;
    let count = i128::try_from(ratios.len()).ok().filter(|count| *count > 0)?;
    let (mut low, mut slack) = (0, 0);
    for (dividend, divisor) in ratios {
        // Under 10^21 × 10^14, within 128 bits.
        low += dividend * FINE / divisor;
        slack += i128::from(dividend * FINE % divisor != 0);
    }
    let at = |sum: i128| div_round(sum * POINT, count * FINE);
    let hundredths = if at(low) == at(low + slack) { at(low) } else { exact_mean(ratios, count) };
    i64::try_from(hundredths).ok().map(Points)
}

/// Computes the mean with exact fractions, in hundredths of a point.
fn exact_mean(ratios: &[Ratio], count: i128) -> i128 {
    let zero = BigRational::from_integer(BigInt::from(0));
    let sum = ratios
        .iter()
        .fold(zero, |sum, (dividend, divisor)| sum + BigRational::new((*dividend).into(), (*divisor).into()));
    let hundredths = sum * BigRational::new(POINT.into(), count.into());
    // Ratio::round takes halves away from zero. A mean of points is far within 128 bits.
    i128::try_from(hundredths.round().to_integer()).unwrap_or_default()
}

/// Returns the measures that are present, with their weights, in their order.
pub(super) fn weighed<'w>(
    measures: &Measures,
    weights: &'w Weights,
) -> impl Iterator<Item = (&'static str, Points, u64)> + use<'w> {
    let all = [
        ("quantity", measures.quantity, weights.quantity),
        ("timeliness", measures.timeliness, weights.timeliness),
        ("first_pass", measures.first_pass, weights.first_pass),
        ("quality", measures.quality, weights.quality),
        ("compliance", measures.compliance, weights.compliance),
        ("satisfaction", measures.satisfaction, weights.satisfaction),
    ];
    all.into_iter().filter_map(|(name, measure, weight)| Some((name, measure?, weight.get())))
}

/// Computes the score over the measures present; `None` without data.
pub(super) fn score(measures: &Measures, weights: &Weights) -> Option<Points> {
    let data = [measures.quantity, measures.timeliness, measures.first_pass, measures.quality];
    if data.iter().all(Option::is_none) {
        return None;
    }
    let (mut sum, mut weight_sum) = (0, 0);
    for (_, measure, weight) in weighed(measures, weights) {
        sum += i128::from(weight) * i128::from(measure.0);
        weight_sum += i128::from(weight);
    }
    if weight_sum == 0 {
        return None;
    }
    i64::try_from(div_round(sum, weight_sum)).ok().map(Points)
}

/// Returns the rating of a score.
pub(super) fn rating(score: Points) -> Rating {
    Rating::of_hundredths(score.0)
}
