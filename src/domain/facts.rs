//! Facts: the recorded events of a contract, each with the day `on` from which it counts, in the format of
//! `docs/standing.md`. `standing::check` verifies that they fit the terms and each other.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, OutOfBounds, Quantity, Score, Whole};
use crate::domain::shape::{self, FOREIGN, LACKS, date, objects, optional_object, positive, present, word};

/// All facts of a contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    #[serde(default, deserialize_with = "objects")]
    pub extensions: Vec<Extension>,
    #[serde(default, deserialize_with = "objects")]
    pub submissions: Vec<Submission>,
    #[serde(default, deserialize_with = "objects")]
    pub decisions: Vec<Decision>,
    #[serde(default, deserialize_with = "objects")]
    pub invoices: Vec<Invoice>,
    #[serde(default, deserialize_with = "objects")]
    pub scores: Vec<MilestoneScore>,
    #[serde(default, deserialize_with = "objects")]
    pub payments: Vec<Payment>,
    #[serde(default, deserialize_with = "objects")]
    pub headcounts: Vec<Headcount>,
    #[serde(default, deserialize_with = "objects")]
    pub incidents: Vec<Incident>,
    #[serde(default, deserialize_with = "objects")]
    pub waivers: Vec<Waiver>,
    #[serde(default, deserialize_with = "objects")]
    pub surveys: Vec<Survey>,
    /// The early end of the contract, if it ended early.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// Moves the due day of a deliverable by some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    #[serde(deserialize_with = "present")]
    pub deliverable: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    #[serde(deserialize_with = "present")]
    pub days: Days,
}

/// A deliverable was submitted for the `no`-th time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    #[serde(deserialize_with = "present")]
    pub deliverable: Code,
    #[serde(deserialize_with = "present")]
    pub no: Whole,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Quantity, over 0.
    #[serde(deserialize_with = "positive")]
    pub quantity: Quantity,
}

/// The purchaser decided on a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "DecisionAsWritten", into = "DecisionAsWritten")]
pub struct Decision {
    pub deliverable: Code,
    pub no: Whole,
    pub on: NaiveDate,
    pub verdict: Verdict,
}

/// The outcome of an inspection.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Accepted(Acceptance),
    Partial(Acceptance),
    Rejected,
}

impl Verdict {
    /// Returns what was accepted; `None` for a rejection.
    pub fn acceptance(&self) -> Option<&Acceptance> {
        match self {
            Self::Accepted(acceptance) | Self::Partial(acceptance) => Some(acceptance),
            Self::Rejected => None,
        }
    }
}

/// The results of an inspection that accepted something.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// Accepted quantity.
    pub quantity: Quantity,
    /// Measured values by indicator.
    pub measured: BTreeMap<Code, Measured>,
}

codes! {
    /// The outcomes of an inspection as written in JSON.
    pub enum DecisionWord {
        Accepted = "accepted",
        Partial = "partial",
        Rejected = "rejected",
    }
}

/// A decision in JSON, with quantity and measured values as keys of their own.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionAsWritten {
    #[serde(deserialize_with = "present")]
    deliverable: Code,
    #[serde(deserialize_with = "present")]
    no: Whole,
    #[serde(deserialize_with = "date")]
    on: NaiveDate,
    #[serde(deserialize_with = "word")]
    decision: DecisionWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quantity: Option<Quantity>,
    #[serde(default, deserialize_with = "measured", skip_serializing_if = "Option::is_none")]
    measured: Option<BTreeMap<Code, Measured>>,
}

/// The contractor's invoice for a milestone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    #[serde(deserialize_with = "present")]
    pub milestone: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
}

/// The score of a milestone that requires one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneScore {
    #[serde(deserialize_with = "present")]
    pub milestone: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    #[serde(deserialize_with = "present")]
    pub score: Score,
}

/// An amount paid for a milestone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    #[serde(deserialize_with = "present")]
    pub milestone: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Amount, over 0.
    #[serde(deserialize_with = "positive")]
    pub amount: Money,
}

/// The number of clients and workers in a month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headcount {
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    #[serde(deserialize_with = "present")]
    pub month: Month,
    #[serde(deserialize_with = "present")]
    pub clients: Whole,
    #[serde(deserialize_with = "present")]
    pub workers: Whole,
}

/// An incident under a clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    #[serde(deserialize_with = "present")]
    pub id: Code,
    #[serde(deserialize_with = "present")]
    pub clause: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
}

/// The purchaser waives the charge for a breach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    #[serde(deserialize_with = "present")]
    pub clause: Code,
    /// Code of a deliverable or milestone, month of a headcount, or id of an incident.
    #[serde(deserialize_with = "present")]
    pub subject: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
}

/// A survey of the clients' satisfaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survey {
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    #[serde(deserialize_with = "present")]
    pub score: Score,
}

/// The contract ended before its term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
}

/// A month written `YYYY-MM`, 2000 to 2099. Text order is time order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Month(String);

impl Month {
    /// Returns the month as `YYYY-MM`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the month of a day.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.format("%Y-%m").to_string())
    }

    /// Returns the first day of the month.
    pub fn first_day(&self) -> NaiveDate {
        format!("{}-01", self.0).parse().map_or(NaiveDate::MIN, |shape::Date(day)| day)
    }

    /// Returns the last day of the month.
    pub fn last_day(&self) -> NaiveDate {
        let first = self.first_day();
        first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Month {
    type Err = OutOfBounds;

    fn from_str(text: &str) -> Result<Self, OutOfBounds> {
        match format!("{text}-01").parse::<shape::Date>() {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(()) => Err(OutOfBounds("malformed-month")),
        }
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shape::text(deserializer, "malformed-month")
    }
}

impl TryFrom<DecisionAsWritten> for Decision {
    type Error = String;

    fn try_from(written: DecisionAsWritten) -> Result<Self, String> {
        let DecisionAsWritten { deliverable, no, on, decision, quantity, measured } = written;
        let verdict = match (decision, quantity, measured) {
            (DecisionWord::Rejected, None, None) => Verdict::Rejected,
            (DecisionWord::Rejected, Some(_), _) => return Err(format!("{FOREIGN}quantity")),
            (DecisionWord::Rejected, None, Some(_)) => return Err(format!("{FOREIGN}measured")),
            (DecisionWord::Accepted | DecisionWord::Partial, None, _) => return Err(format!("{LACKS}.quantity")),
            (DecisionWord::Accepted, Some(quantity), measured) => {
                Verdict::Accepted(Acceptance { quantity, measured: measured.unwrap_or_default() })
            }
            (DecisionWord::Partial, Some(quantity), measured) => {
                Verdict::Partial(Acceptance { quantity, measured: measured.unwrap_or_default() })
            }
        };
        Ok(Self { deliverable, no, on, verdict })
    }
}

impl From<Decision> for DecisionAsWritten {
    fn from(decision: Decision) -> Self {
        let Decision { deliverable, no, on, verdict } = decision;
        let (decision, acceptance) = match verdict {
            Verdict::Accepted(acceptance) => (DecisionWord::Accepted, Some(acceptance)),
            Verdict::Partial(acceptance) => (DecisionWord::Partial, Some(acceptance)),
            Verdict::Rejected => (DecisionWord::Rejected, None),
        };
        let (quantity, measured) = acceptance.map(|a| (a.quantity, a.measured)).unzip();
        Self { deliverable, no, on, decision, quantity, measured }
    }
}

fn measured<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeMap<Code, Measured>>, D::Error> {
    shape::optional_pairs(deserializer)
}
