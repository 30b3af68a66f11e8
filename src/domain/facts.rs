//! What happened: the facts of a contract, each with the day `on` from which it counts, as `docs/standing.md` writes them.
//! Whether they fit the terms and each other is `standing::check`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, OutOfBounds, Quantity, Score, Whole};
use crate::domain::shape::{self, FOREIGN, LACKS, date, objects, optional_object, positive, present, word};

/// Everything that happened.
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
    /// The contract ended early.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// More time for a deliverable.
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

/// A deliverable was handed over for the `no`-th time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    #[serde(deserialize_with = "present")]
    pub deliverable: Code,
    #[serde(deserialize_with = "present")]
    pub no: Whole,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Over 0.
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

/// What was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Accepted(Acceptance),
    Partial(Acceptance),
    Rejected,
}

/// What was found on acceptance.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// How much was accepted.
    pub quantity: Quantity,
    /// What was measured, by indicator.
    pub measured: BTreeMap<Code, Measured>,
}

codes! {
    /// The words of a decision.
    pub enum DecisionWord {
        Accepted = "accepted",
        Partial = "partial",
        Rejected = "rejected",
    }
}

/// A decision in JSON: quantity and measured stand beside its word.
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

/// The score that a milestone waits for.
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

/// Money that the purchaser paid for a milestone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    #[serde(deserialize_with = "present")]
    pub milestone: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Over 0.
    #[serde(deserialize_with = "positive")]
    pub amount: Money,
}

/// How many clients and workers there were in a month.
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

/// Something happened that a clause names.
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

/// The purchaser forgoes what a breach charges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    #[serde(deserialize_with = "present")]
    pub clause: Code,
    /// A deliverable's or milestone's code, a headcount's month, an incident's id.
    #[serde(deserialize_with = "present")]
    pub subject: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
}

/// The recipients' satisfaction.
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

/// A month written `YYYY-MM`, 2000 to 2099; as text it sorts as in time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Month(String);

impl Month {
    /// The month's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The month of a day.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.format("%Y-%m").to_string())
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
            (_, None, _) => return Err(format!("{LACKS}.quantity")),
            (word, Some(quantity), measured) => {
                let acceptance = Acceptance { quantity, measured: measured.unwrap_or_default() };
                if word == DecisionWord::Partial { Verdict::Partial(acceptance) } else { Verdict::Accepted(acceptance) }
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
