//! Terms: the agreed content of a contract, in the format of `docs/standing.md`. Each value is within its bounds by
//! construction; `standing::check_terms` verifies that the values fit together.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::domain::clauses::{Base, BreachTerm, Clause, QualityTier, ScoreTier, Severity};
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Quantity, Rate, Whole};
use crate::domain::shape::{
    date, list, object, object_or_default, objects, optional_date, optional_object, or_default, positive, present,
    word, word_or_default,
};

/// The terms of a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Total price of the contract.
    #[serde(deserialize_with = "present")]
    pub amount: Money,
    /// The first day of the term.
    #[serde(deserialize_with = "date")]
    pub starts_on: NaiveDate,
    /// The last day of the term.
    #[serde(deserialize_with = "date")]
    pub ends_on: NaiveDate,
    /// Cap on all penalties together, as a fraction of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty_cap: Option<Rate>,
    /// Daily interest on late payments, as a fraction (decree 802, art. 17).
    #[serde(default = "statutory_rate", deserialize_with = "late_payment_rate")]
    pub late_payment_daily_rate: Rate,
    /// Event that starts the time allowed for payment.
    #[serde(default, deserialize_with = "word_or_default")]
    pub payment_from: PaymentFrom,
    /// Days within which the purchaser must decide on a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection_days: Option<Days>,
    /// True if a submission not decided within `inspection_days` counts as accepted.
    #[serde(default, deserialize_with = "or_default")]
    pub deemed_acceptance: bool,
    /// Days after a deliverable's first rejection that do not count as delay (整改期).
    #[serde(default, deserialize_with = "or_default")]
    pub cure_days: Days,
    #[serde(default, deserialize_with = "objects")]
    pub items: Vec<Item>,
    #[serde(default, deserialize_with = "objects")]
    pub deliverables: Vec<Deliverable>,
    #[serde(default, deserialize_with = "objects")]
    pub milestones: Vec<Milestone>,
    #[serde(default, deserialize_with = "objects")]
    pub breach_terms: Vec<BreachTerm>,
    /// Conditions under which the purchaser may end the contract early.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub termination: Option<Termination>,
    #[serde(default, deserialize_with = "object_or_default")]
    pub scorecard: Scorecard,
}

/// New terms that replace the earlier ones from a day on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    #[serde(deserialize_with = "date")]
    pub effective_on: NaiveDate,
    #[serde(deserialize_with = "object")]
    pub terms: Terms,
}

/// The signed terms and the amendments agreed since, in their order. Terms without amendments convert into this type.
#[derive(Clone, Debug)]
pub struct Agreement<'a> {
    pub terms: &'a Terms,
    /// Effective day and terms of each amendment.
    pub amendments: Vec<(NaiveDate, &'a Terms)>,
}

impl<'a> From<&'a Terms> for Agreement<'a> {
    fn from(terms: &'a Terms) -> Self {
        Self { terms, amendments: Vec::new() }
    }
}

codes! {
    /// The event that starts the time allowed for payment.
    #[derive(Default)]
    pub enum PaymentFrom {
        #[default]
        Acceptance = "acceptance",
        Invoice = "invoice",
    }
}

codes! {
    /// The side of the target on which an indicator is good.
    pub enum Direction {
        AtLeast = "at_least",
        AtMost = "at_most",
    }
}

/// A service to buy, its quantity over the whole contract and its unit price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    #[serde(deserialize_with = "present")]
    pub code: Code,
    #[serde(deserialize_with = "present")]
    pub quantity: Quantity,
    #[serde(deserialize_with = "present")]
    pub unit_price: Money,
}

/// A part of an item, to be submitted by a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// Code of the item.
    #[serde(deserialize_with = "present")]
    pub item: Code,
    #[serde(deserialize_with = "present")]
    pub quantity: Quantity,
    /// Day by which the deliverable must be submitted, before extensions.
    #[serde(deserialize_with = "date")]
    pub due_on: NaiveDate,
    #[serde(default, deserialize_with = "objects")]
    pub indicators: Vec<Indicator>,
}

/// A measure of quality and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// Target value, over 0.
    #[serde(deserialize_with = "positive")]
    pub target: Measured,
    #[serde(deserialize_with = "word")]
    pub direction: Direction,
}

impl Indicator {
    /// Returns whether a measured value reaches the target.
    pub fn is_met_by(&self, measured: Measured) -> bool {
        match self.direction {
            Direction::AtLeast => measured >= self.target,
            Direction::AtMost => measured <= self.target,
        }
    }
}

/// A part of the price and the conditions of its payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// Fixed amount; if absent, the accepted quantity is paid at its unit price.
    #[serde(default)]
    pub amount: Option<Money>,
    /// Codes of the deliverables that must be accepted.
    #[serde(default, deserialize_with = "list")]
    pub requires: Vec<Code>,
    /// Day before which the milestone cannot be satisfied.
    #[serde(default, deserialize_with = "optional_date", skip_serializing_if = "Option::is_none")]
    pub not_before: Option<NaiveDate>,
    /// True if the milestone needs a score to be satisfied.
    #[serde(default, deserialize_with = "or_default")]
    pub requires_score: bool,
    /// Days allowed for payment (decree 802, art. 9).
    #[serde(default = "statutory_days", deserialize_with = "payment_days")]
    pub payment_days: Days,
}

/// Conditions under which the purchaser may end the contract early; any one suffices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Penalties reach this fraction of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty_fraction: Option<Rate>,
    /// A deliverable is more days late than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_late: Option<Days>,
    /// There are this many breaches that are not waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaches: Option<Whole>,
}

/// Parameters of the performance score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "ScorecardAsWritten")]
pub struct Scorecard {
    /// Points, of 100, lost for each day late.
    pub points_per_late_day: Whole,
    pub weights: Weights,
}

/// Weight of each measure in the performance score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "WeightsAsWritten")]
pub struct Weights {
    pub quantity: Whole,
    pub timeliness: Whole,
    pub first_pass: Whole,
    pub quality: Whole,
    pub compliance: Whole,
    pub satisfaction: Whole,
}

/// A scorecard in JSON. Absent keys have their defaults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScorecardAsWritten {
    points_per_late_day: Option<Whole>,
    #[serde(default, deserialize_with = "object_or_default")]
    weights: Weights,
}

/// Weights in JSON. Each absent key has its own default.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightsAsWritten {
    quantity: Option<Whole>,
    timeliness: Option<Whole>,
    first_pass: Option<Whole>,
    quality: Option<Whole>,
    compliance: Option<Whole>,
    satisfaction: Option<Whole>,
}

impl From<WeightsAsWritten> for Weights {
    fn from(written: WeightsAsWritten) -> Self {
        let or = |weight: Option<Whole>, default| weight.or(Whole::new(default)).unwrap_or_default();
        Self {
            quantity: or(written.quantity, 25),
            timeliness: or(written.timeliness, 20),
            first_pass: or(written.first_pass, 15),
            quality: or(written.quality, 20),
            compliance: or(written.compliance, 10),
            satisfaction: or(written.satisfaction, 10),
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        WeightsAsWritten::default().into()
    }
}

impl From<ScorecardAsWritten> for Scorecard {
    fn from(written: ScorecardAsWritten) -> Self {
        Self {
            points_per_late_day: written.points_per_late_day.or(Whole::new(5)).unwrap_or_default(),
            weights: written.weights,
        }
    }
}

impl Default for Scorecard {
    fn default() -> Self {
        ScorecardAsWritten { points_per_late_day: None, weights: Weights::default() }.into()
    }
}

/// Returns the statutory late-payment rate, 0.05 % a day (decree 802, art. 17).
pub fn statutory_rate() -> Rate {
    Rate::from_units(5_000_000).unwrap_or_default()
}

/// Returns the statutory time for payment, 30 days (decree 802, art. 9).
pub fn statutory_days() -> Days {
    Days::new(30).unwrap_or_default()
}

fn late_payment_rate<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(statutory_rate))
}

fn payment_days<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Days, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(statutory_days))
}
