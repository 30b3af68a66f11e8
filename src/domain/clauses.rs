//! Breach terms: the clauses that state the consequences of a breach. JSON has the keys of all kinds of clause side by
//! side, all optional; the types here give each kind exactly its own.

use serde::{Deserialize, Serialize};

use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Rate, Score, Whole};
use crate::domain::shape::{FOREIGN, LACKS, List, Object, optional_word, or_default, present, word, word_or_default};

/// A clause of the contract on one kind of breach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "AsWritten", into = "AsWritten")]
pub struct BreachTerm {
    pub code: Code,
    /// Weight of a breach in the compliance measure.
    pub severity: Severity,
    /// True if its charges do not count towards the penalty cap.
    pub outside_cap: bool,
    pub clause: Clause,
}

codes! {
    /// The severity of a breach.
    #[derive(Default)]
    pub enum Severity {
        #[default]
        Minor = "minor",
        Major = "major",
        Critical = "critical",
    }
}

codes! {
    /// The amount to which a rate applies.
    pub enum Base {
        Deliverable = "deliverable",
        Milestone = "milestone",
        Contract = "contract",
    }
}

codes! {
    /// The kinds of clause.
    pub enum ClauseKind {
        LateDelivery = "late_delivery",
        NonDelivery = "non_delivery",
        QuantityShortfall = "quantity_shortfall",
        QualityShortfall = "quality_shortfall",
        LowScore = "low_score",
        Staffing = "staffing",
        Incident = "incident",
    }
}

/// The kinds of clause with their parameters (`docs/standing.md`, Breaches). Empty `deliverables` means all of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// A penalty for each day a submission is late.
    LateDelivery { deliverables: Vec<Code>, grace_days: Days, daily_rate: Rate, base: Base, cap: Option<Rate> },
    /// A penalty if nothing is submitted within some days.
    NonDelivery { deliverables: Vec<Code>, after_days: Days, rate: Rate, base: Base },
    /// A smaller quantity was accepted than agreed.
    QuantityShortfall { deliverables: Vec<Code>, tolerance: Rate, rate: Rate },
    /// A measured indicator is beyond a tier.
    QualityShortfall { deliverables: Vec<Code>, indicator: Code, base: Base, tiers: Vec<QualityTier> },
    /// The score of a milestone is below a tier.
    LowScore { tiers: Vec<ScoreTier> },
    /// There are fewer workers than the number of clients requires.
    Staffing { clients_per_worker: Whole, amount_per_worker: Money },
    /// A recorded incident, at a fixed amount or a rate of the contract's amount.
    Incident { amount: Option<Money>, rate: Option<Rate> },
}

impl Clause {
    /// Returns the kind of the clause, without its parameters.
    pub fn kind(&self) -> ClauseKind {
        match self {
            Self::LateDelivery { .. } => ClauseKind::LateDelivery,
            Self::NonDelivery { .. } => ClauseKind::NonDelivery,
            Self::QuantityShortfall { .. } => ClauseKind::QuantityShortfall,
            Self::QualityShortfall { .. } => ClauseKind::QualityShortfall,
            Self::LowScore { .. } => ClauseKind::LowScore,
            Self::Staffing { .. } => ClauseKind::Staffing,
            Self::Incident { .. } => ClauseKind::Incident,
        }
    }

    /// Returns the deliverables that the clause is limited to; empty if it covers all or is not about deliverables.
    pub fn deliverables(&self) -> &[Code] {
        match self {
            Self::LateDelivery { deliverables, .. }
            | Self::NonDelivery { deliverables, .. }
            | Self::QuantityShortfall { deliverables, .. }
            | Self::QualityShortfall { deliverables, .. } => deliverables,
            Self::LowScore { .. } | Self::Staffing { .. } | Self::Incident { .. } => &[],
        }
    }
}

/// A rate that applies once a measured value is beyond a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityTier {
    pub beyond: Measured,
    /// Fraction of the base.
    pub rate: Rate,
}

/// A rate that applies once a score is below a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreTier {
    pub below: Score,
    /// Fraction of the milestone's gross.
    pub rate: Rate,
}

/// A tier of either sort in JSON. The clause's kind decides which of the two limits it must have.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TierAsWritten {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beyond: Option<Measured>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<Score>,
    #[serde(deserialize_with = "present")]
    rate: Rate,
}

/// A clause in JSON, with the keys of all kinds.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsWritten {
    #[serde(deserialize_with = "present")]
    code: Code,
    #[serde(deserialize_with = "word")]
    kind: ClauseKind,
    #[serde(default, deserialize_with = "word_or_default")]
    severity: Severity,
    #[serde(default, deserialize_with = "or_default")]
    outside_cap: bool,
    #[serde(default, deserialize_with = "optional_list", skip_serializing_if = "Option::is_none")]
    deliverables: Option<Vec<Code>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grace_days: Option<Days>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    daily_rate: Option<Rate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_days: Option<Days>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tolerance: Option<Rate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    indicator: Option<Code>,
    #[serde(default, deserialize_with = "optional_word", skip_serializing_if = "Option::is_none")]
    base: Option<Base>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<Rate>,
    #[serde(default, deserialize_with = "optional_objects", skip_serializing_if = "Option::is_none")]
    tiers: Option<Vec<TierAsWritten>>,
    #[serde(default, deserialize_with = "optional_positive", skip_serializing_if = "Option::is_none")]
    clients_per_worker: Option<Whole>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount_per_worker: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<Rate>,
}

impl TryFrom<AsWritten> for BreachTerm {
    type Error = String;

    fn try_from(mut written: AsWritten) -> Result<Self, String> {
        let w = &mut written;
        let clause = match w.kind {
            ClauseKind::LateDelivery => Clause::LateDelivery {
                deliverables: w.deliverables.take().unwrap_or_default(),
                grace_days: w.grace_days.take().unwrap_or_default(),
                daily_rate: take_required(&mut w.daily_rate, "daily_rate")?,
                base: take_required(&mut w.base, "base")?,
                cap: w.cap.take(),
            },
            ClauseKind::NonDelivery => Clause::NonDelivery {
                deliverables: w.deliverables.take().unwrap_or_default(),
                after_days: take_required(&mut w.after_days, "after_days")?,
                rate: take_required(&mut w.rate, "rate")?,
                base: take_required(&mut w.base, "base")?,
            },
            ClauseKind::QuantityShortfall => Clause::QuantityShortfall {
                deliverables: w.deliverables.take().unwrap_or_default(),
                tolerance: w.tolerance.take().unwrap_or_default(),
                rate: take_required(&mut w.rate, "rate")?,
            },
            ClauseKind::QualityShortfall => Clause::QualityShortfall {
                deliverables: w.deliverables.take().unwrap_or_default(),
                indicator: take_required(&mut w.indicator, "indicator")?,
                base: take_required(&mut w.base, "base")?,
                tiers: tiers(w.tiers.take(), "below", |tier| (tier.below.is_some(), tier.beyond), "beyond")?
                    .map(|(beyond, rate)| QualityTier { beyond, rate })
                    .collect(),
            },
            ClauseKind::LowScore => Clause::LowScore {
                tiers: tiers(w.tiers.take(), "beyond", |tier| (tier.beyond.is_some(), tier.below), "below")?
                    .map(|(below, rate)| ScoreTier { below, rate })
                    .collect(),
            },
            ClauseKind::Staffing => Clause::Staffing {
                clients_per_worker: take_required(&mut w.clients_per_worker, "clients_per_worker")?,
                amount_per_worker: take_required(&mut w.amount_per_worker, "amount_per_worker")?,
            },
            ClauseKind::Incident => Clause::Incident { amount: w.amount.take(), rate: w.rate.take() },
        };
        match written.unused_key() {
            Some(key) => Err(format!("{FOREIGN}{key}")),
            None => {
                Ok(Self { code: written.code, severity: written.severity, outside_cap: written.outside_cap, clause })
            }
        }
    }
}

/// Takes a value out of a key that the clause's kind requires.
fn take_required<T>(value: &mut Option<T>, key: &str) -> Result<T, String> {
    value.take().ok_or_else(|| format!("{LACKS}.{key}"))
}

/// Returns limits and rates of the tiers, if each has the limit of the clause's kind and not the other one.
fn tiers<L>(
    tiers: Option<Vec<TierAsWritten>>,
    other: &str,
    limit: impl Fn(&TierAsWritten) -> (bool, Option<L>),
    key: &str,
) -> Result<impl Iterator<Item = (L, Rate)>, String> {
    let pair = |(n, tier): (usize, &TierAsWritten)| match limit(tier) {
        (true, _) => Err(format!("{FOREIGN}tiers[{n}].{other}")),
        (false, None) => Err(format!("{LACKS}tiers[{n}].{key}")),
        (false, Some(limit)) => Ok((limit, tier.rate)),
    };
    let tiers: Result<Vec<_>, String> = tiers.unwrap_or_default().iter().enumerate().map(pair).collect();
    Ok(tiers?.into_iter())
}

impl AsWritten {
    /// Returns a key that is still present after the kind has taken its own, and so is not allowed.
    fn unused_key(&self) -> Option<&'static str> {
        let keys = [
            (self.deliverables.is_some(), "deliverables"),
            (self.grace_days.is_some(), "grace_days"),
            (self.daily_rate.is_some(), "daily_rate"),
            (self.after_days.is_some(), "after_days"),
            (self.tolerance.is_some(), "tolerance"),
            (self.indicator.is_some(), "indicator"),
            (self.base.is_some(), "base"),
            (self.cap.is_some(), "cap"),
            (self.tiers.is_some(), "tiers"),
            (self.clients_per_worker.is_some(), "clients_per_worker"),
            (self.amount_per_worker.is_some(), "amount_per_worker"),
            (self.amount.is_some(), "amount"),
            (self.rate.is_some(), "rate"),
        ];
        keys.iter().find(|(there, _)| *there).map(|(_, key)| *key)
    }
}

impl From<BreachTerm> for AsWritten {
    fn from(term: BreachTerm) -> Self {
        let mut w = Self {
            code: term.code,
            kind: term.clause.kind(),
            severity: term.severity,
            outside_cap: term.outside_cap,
            deliverables: Some(term.clause.deliverables().to_vec()).filter(|codes| !codes.is_empty()),
            grace_days: None,
            daily_rate: None,
            after_days: None,
            tolerance: None,
            indicator: None,
            base: None,
            cap: None,
            tiers: None,
            clients_per_worker: None,
            amount_per_worker: None,
            amount: None,
            rate: None,
        };
        match term.clause {
            Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } => {
                (w.grace_days, w.daily_rate, w.base, w.cap) = (Some(grace_days), Some(daily_rate), Some(base), cap);
            }
            Clause::NonDelivery { after_days, rate, base, .. } => {
                (w.after_days, w.rate, w.base) = (Some(after_days), Some(rate), Some(base));
            }
            Clause::QuantityShortfall { tolerance, rate, .. } => (w.tolerance, w.rate) = (Some(tolerance), Some(rate)),
            Clause::QualityShortfall { indicator, base, tiers, .. } => {
                let tiers =
                    tiers.into_iter().map(|t| TierAsWritten { beyond: Some(t.beyond), below: None, rate: t.rate });
                (w.indicator, w.base, w.tiers) = (Some(indicator), Some(base), Some(tiers.collect()));
            }
            Clause::LowScore { tiers } => {
                let tiers =
                    tiers.into_iter().map(|t| TierAsWritten { beyond: None, below: Some(t.below), rate: t.rate });
                w.tiers = Some(tiers.collect());
            }
            Clause::Staffing { clients_per_worker, amount_per_worker } => {
                (w.clients_per_worker, w.amount_per_worker) = (Some(clients_per_worker), Some(amount_per_worker));
            }
            Clause::Incident { amount, rate } => (w.amount, w.rate) = (amount, rate),
        }
        w
    }
}

fn optional_list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Code>>, D::Error> {
    let list: Option<List<Code>> = Option::deserialize(deserializer)?;
    Ok(list.map(|List(codes)| codes))
}

fn optional_objects<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<TierAsWritten>>, D::Error> {
    let list: Option<List<Object<TierAsWritten>>> = Option::deserialize(deserializer)?;
    Ok(list.map(|List(tiers)| tiers.into_iter().map(|Object(tier)| tier).collect()))
}

fn optional_positive<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Whole>, D::Error> {
    let number: Option<Whole> = Option::deserialize(deserializer)?;
    if number == Some(Whole::default()) {
        return Err(serde::de::Error::custom("malformed-positive-whole"));
    }
    Ok(number)
}
