//! The result types: exactly the keys of `docs/standing.md`, Output. Nothing is computed here.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Quantity};
use crate::domain::standing::steps::Step;

/// The standing of a contract on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    pub as_of: NaiveDate,
    pub deliverables: Vec<DeliverableStanding>,
    pub breaches: Vec<BreachStanding>,
    pub milestones: Vec<MilestoneStanding>,
    pub totals: Totals,
    /// First day on which the purchaser could end the contract early.
    pub termination_right_since: Option<NaiveDate>,
    pub performance: Performance,
    /// The amendments effective by the day; absent for terms without any amendment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendments: Option<Vec<AmendmentStanding>>,
}

/// An amendment that is effective by the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AmendmentStanding {
    pub effective_on: NaiveDate,
    /// False if the amendment would have changed something settled, so that the earlier terms stay in force.
    pub in_force: bool,
}

codes! {
    /// The state of a deliverable.
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
    /// The state of a milestone's payment.
    pub enum MilestoneState {
        Waiting = "waiting",
        Paid = "paid",
        Earned = "earned",
        Overdue = "overdue",
        Due = "due",
    }
}

codes! {
    /// The rating of a performance score (财预〔2020〕10号).
    pub enum Rating {
        Excellent = "excellent",
        Good = "good",
        Adequate = "adequate",
        Poor = "poor",
    }
}

impl Rating {
    /// Returns the rating of a score in hundredths of a point.
    pub fn of_hundredths(score: i64) -> Self {
        match score {
            9_000.. => Self::Excellent,
            8_000.. => Self::Good,
            6_000.. => Self::Adequate,
            _ => Self::Poor,
        }
    }
}

/// A deliverable on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliverableStanding {
    pub code: Code,
    pub state: DeliverableState,
    /// Due day with extensions, on a working day.
    pub due_on: NaiveDate,
    /// Days of delay by the contractor. Grows daily while the state is `overdue` or `rejected`: store the due day, not
    /// the number.
    pub days_late: i32,
    /// Accepted quantity, once final.
    pub accepted: Option<Quantity>,
    /// Last day of the cure period, while the contractor puts right what was rejected first.
    #[serde(skip)]
    pub cure_until: Option<NaiveDate>,
}

/// A breach and its charge on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreachStanding {
    pub clause: Code,
    /// Code of a deliverable or milestone, month of a headcount, or id of an incident.
    pub subject: String,
    /// Day on which the breach arose.
    pub since: NaiveDate,
    pub amount: Sum,
    /// Amount after the cap; 0.00 once waived.
    pub charged: Sum,
    pub waived: bool,
    /// True while the amount grows daily.
    pub accruing: bool,
    /// Milestone that bears the breach, once settled.
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
    /// Last day to pay on time; `None` while the time for payment has not started.
    pub due_on: Option<NaiveDate>,
    pub paid: Money,
    pub late_interest: Sum,
    pub trail: Vec<Step>,
}

/// Totals over the contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Totals {
    pub charged: Sum,
    pub settled: Sum,
    pub outstanding: Sum,
    pub payable: Sum,
    pub paid: Sum,
    pub late_interest: Sum,
}

/// The contractor's performance as of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Performance {
    pub measures: Measures,
    pub score: Option<Points>,
    pub rating: Option<Rating>,
    pub trail: Vec<Step>,
}

/// The performance measures; those without data are absent.
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

/// A measure or a score, 0.00 to 100.00, held in hundredths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub(super) i64);

impl Points {
    /// Returns the value in hundredths of a point.
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Decimal::new(self.0, 2))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
