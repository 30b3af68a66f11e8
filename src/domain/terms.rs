//! What was agreed: the terms of a contract, as `docs/standing.md` writes them. Values are within their bounds as soon as they exist;
//! whether they fit together is `standing::check_terms`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::domain::clauses::{Base, BreachTerm, Clause, QualityTier, ScoreTier, Severity};
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Quantity, Rate, Whole};
use crate::domain::shape::{
    date, list, object_or_default, objects, optional_date, optional_object, or_default, positive, present, word,
    word_or_default,
};

/// The terms of a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What the contract is worth in all.
    #[serde(deserialize_with = "present")]
    pub amount: Money,
    /// The first day of the term.
    #[serde(deserialize_with = "date")]
    pub starts_on: NaiveDate,
    /// The last day of the term.
    #[serde(deserialize_with = "date")]
    pub ends_on: NaiveDate,
    /// The rate of the amount that all penalties together do not exceed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty_cap: Option<Rate>,
    /// What the purchaser owes a day for paying late (decree 802, art. 17).
    #[serde(default = "statutory_rate", deserialize_with = "late_payment_rate")]
    pub late_payment_daily_rate: Rate,
    /// What starts the clock of payment.
    #[serde(default, deserialize_with = "word_or_default")]
    pub payment_from: PaymentFrom,
    /// The days that the purchaser has to decide on a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection_days: Option<Days>,
    /// Whether what is not decided within `inspection_days` counts as accepted.
    #[serde(default, deserialize_with = "or_default")]
    pub deemed_acceptance: bool,
    /// The days after a deliverable's first rejection that are not counted as delay (整改期).
    #[serde(default, deserialize_with = "or_default")]
    pub cure_days: Days,
    /// What is bought.
    #[serde(default, deserialize_with = "objects")]
    pub items: Vec<Item>,
    /// What is handed over, and when.
    #[serde(default, deserialize_with = "objects")]
    pub deliverables: Vec<Deliverable>,
    /// What is paid, and for what.
    #[serde(default, deserialize_with = "objects")]
    pub milestones: Vec<Milestone>,
    /// What follows from a breach.
    #[serde(default, deserialize_with = "objects")]
    pub breach_terms: Vec<BreachTerm>,
    /// When the purchaser may end the contract.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub termination: Option<Termination>,
    /// How the performance is scored.
    #[serde(default, deserialize_with = "object_or_default")]
    pub scorecard: Scorecard,
}

codes! {
    /// What starts the clock of payment.
    #[derive(Default)]
    pub enum PaymentFrom {
        #[default]
        Acceptance = "acceptance",
        Invoice = "invoice",
    }
}

codes! {
    /// On which side of its target an indicator is good.
    pub enum Direction {
        AtLeast = "at_least",
        AtMost = "at_most",
    }
}

/// A kind of service, its quantity over the whole contract and its price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code.
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// How much of it is bought.
    #[serde(deserialize_with = "present")]
    pub quantity: Quantity,
    /// The price of one.
    #[serde(deserialize_with = "present")]
    pub unit_price: Money,
}

/// A part of an item that is handed over by a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    /// Its code.
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// The item's code.
    #[serde(deserialize_with = "present")]
    pub item: Code,
    /// How much of the item.
    #[serde(deserialize_with = "present")]
    pub quantity: Quantity,
    /// The day by which it is to be handed over, before extensions.
    #[serde(deserialize_with = "date")]
    pub due_on: NaiveDate,
    /// What its quality is measured by.
    #[serde(default, deserialize_with = "objects")]
    pub indicators: Vec<Indicator>,
}

/// A measure of quality and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its code.
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// The target, over 0.
    #[serde(deserialize_with = "positive")]
    pub target: Measured,
    /// Which side of the target is good.
    #[serde(deserialize_with = "word")]
    pub direction: Direction,
}

/// A part of the price, and what it is paid for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Its code.
    #[serde(deserialize_with = "present")]
    pub code: Code,
    /// What is paid; none: by accepted quantity.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The deliverables' codes.
    #[serde(default, deserialize_with = "list")]
    pub requires: Vec<Code>,
    /// The day before which it is not satisfied.
    #[serde(default, deserialize_with = "optional_date", skip_serializing_if = "Option::is_none")]
    pub not_before: Option<NaiveDate>,
    /// Whether it waits for a score.
    #[serde(default, deserialize_with = "or_default")]
    pub requires_score: bool,
    /// The days within which it is paid (decree 802, art. 9).
    #[serde(default = "statutory_days", deserialize_with = "payment_days")]
    pub payment_days: Days,
}

/// When the purchaser may end the contract: any one of these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Penalties of this rate of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty_fraction: Option<Rate>,
    /// A deliverable with more days late than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_late: Option<Days>,
    /// So many breaches that are not waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaches: Option<Whole>,
}

/// How the performance is scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "ScorecardAsWritten")]
pub struct Scorecard {
    /// What a day late costs of 100.
    pub points_per_late_day: Whole,
    /// What each measure weighs.
    pub weights: Weights,
}

/// What each measure weighs in the score.
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

/// A scorecard in JSON: what is absent has its default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScorecardAsWritten {
    points_per_late_day: Option<Whole>,
    #[serde(default, deserialize_with = "object_or_default")]
    weights: Weights,
}

/// Weights in JSON: what is absent has its default, each by itself.
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

/// 0.05 % a day (decree 802, art. 17).
pub fn statutory_rate() -> Rate {
    Rate::from_units(5_000_000).unwrap_or_default()
}

/// 30 days (decree 802, art. 9).
pub fn statutory_days() -> Days {
    Days::new(30).unwrap_or_default()
}

fn late_payment_rate<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(statutory_rate))
}

fn payment_days<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Days, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(statutory_days))
}
