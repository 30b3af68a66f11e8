//! The standing as it is given out: exactly the keys of `docs/standing.md`, Output. It must not compute.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::domain::fixed;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Quantity};
use crate::domain::standing::steps::Step;

/// What a contract's terms and facts come to on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    pub as_of: NaiveDate,
    pub deliverables: Vec<DeliverableStanding>,
    pub breaches: Vec<BreachStanding>,
    pub milestones: Vec<MilestoneStanding>,
    pub totals: Totals,
    /// The first day on which the purchaser could end the contract.
    pub termination_right_since: Option<NaiveDate>,
    pub performance: Performance,
}

codes! {
    /// How far a deliverable is.
    pub enum DeliverableState {
        Accepted = "accepted",
        Partial = "partial",
        Submitted = "submitted",
        Cancelled = "cancelled",
        Overdue = "overdue",
        Rejected = "rejected",
        Open = "open",
    }
}

codes! {
    /// How far a milestone's payment is.
    pub enum MilestoneState {
        Waiting = "waiting",
        Paid = "paid",
        Earned = "earned",
        Overdue = "overdue",
        Due = "due",
    }
}

codes! {
    /// The band of a score (财预〔2020〕10号).
    pub enum Rating {
        Excellent = "excellent",
        Good = "good",
        Adequate = "adequate",
        Poor = "poor",
    }
}

/// A deliverable on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliverableStanding {
    pub code: Code,
    pub state: DeliverableState,
    /// With its extensions, on a working day.
    pub due_on: NaiveDate,
    /// Days that are the contractor's delay. It grows by itself while the state is `overdue` or `rejected`: store the day, not the number.
    pub days_late: i32,
    /// How much was accepted, once final.
    pub accepted: Option<Quantity>,
}

/// A breach and what it costs on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreachStanding {
    pub clause: Code,
    /// The code of a deliverable or milestone, the month of a headcount, the id of an incident.
    pub subject: String,
    /// The day on which it was found.
    pub since: NaiveDate,
    pub amount: Sum,
    /// The amount under the cap; 0.00 once waived.
    pub charged: Sum,
    pub waived: bool,
    /// Whether the amount still grows by the day.
    pub accruing: bool,
    /// The milestone that bears it.
    pub settled_in: Option<Code>,
    pub trail: Vec<Step>,
}

/// A milestone and its payment on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MilestoneStanding {
    pub code: Code,
    pub state: MilestoneState,
    pub satisfied_on: Option<NaiveDate>,
    pub gross: Money,
    pub deductions: Money,
    pub payable: Money,
    /// The last day to pay on time; none without a clock.
    pub due_on: Option<NaiveDate>,
    pub paid: Money,
    pub late_interest: Sum,
    pub trail: Vec<Step>,
}

/// Sums over the contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Totals {
    pub charged: Sum,
    pub settled: Sum,
    pub outstanding: Sum,
    pub payable: Sum,
    pub paid: Sum,
    pub late_interest: Sum,
}

/// How the contractor performed, as of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Performance {
    pub measures: Measures,
    pub score: Option<Points>,
    pub rating: Option<Rating>,
    pub trail: Vec<Step>,
}

/// The measures that have something to measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeliness: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_pass: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Points>,
}

/// A measure or a score: 0.00 to 100.00, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub(super) i64);

impl Points {
    /// In hundredths of a point.
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&fixed::write(i128::from(self.0), 2))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
