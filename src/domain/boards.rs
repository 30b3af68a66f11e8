//! Boards: sums over contracts for leaders, finance and supervisors, and what their figures lead to in lists.

use chrono::{Days, NaiveDate};

use crate::domain::policy::Action;
use crate::domain::shape::YEARS;

/// Days ahead in which a deliverable counts as due soon.
pub const SOON_DAYS: u64 = 30;

codes! {
    /// The boards.
    pub enum BoardName {
        Justice = "justice",
        Finance = "finance",
        Counties = "counties",
    }
}

impl BoardName {
    /// Returns the right to read the board.
    pub fn right(self) -> Action {
        match self {
            Self::Justice => Action::ReadBoards,
            Self::Finance | Self::Counties => Action::ReadReports,
        }
    }
}

codes! {
    /// Measures by which counties are compared.
    pub enum Measure {
        /// Deliverables overdue for each hundred running contracts.
        Overdue = "overdue",
        /// Breaches for each hundred contracts.
        Breaches = "breaches",
        /// Mean score of evaluations.
        Score = "score",
    }
}

codes! {
    /// Kinds of the rows of a board.
    pub enum Grouping {
        /// The county of the purchaser.
        County = "county",
        /// The catalogue service.
        Service = "service",
        Contractor = "contractor",
    }
}

codes! {
    /// Things that the contracts of a list have, by which a figure of a board leads to them.
    pub enum Having {
        /// A deliverable whose due date has passed.
        OverdueDeliverable = "overdue-deliverable",
        /// A deliverable that is due today or soon.
        DueDeliverable = "due-deliverable",
        /// An amount whose last day for payment has passed.
        OverduePayment = "overdue-payment",
        /// A breach that began in a year and was not waived.
        Breach = "breach",
        /// A final evaluation whose period ends in a year.
        Evaluation = "evaluation",
    }
}

impl Having {
    /// Returns the first and last day between which a contract has it. `year` matters to breaches and evaluations, `today`
    /// to the others.
    pub fn days(self, year: i32, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::OverdueDeliverable | Self::OverduePayment => {
                (first_day(*YEARS.start()), today.pred_opt().unwrap_or(today))
            }
            Self::DueDeliverable => (today, today.checked_add_days(Days::new(SOON_DAYS)).unwrap_or(today)),
            Self::Breach | Self::Evaluation => {
                (first_day(year), NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default())
            }
        }
    }
}

fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// Returns by how many percent a figure is above the mean of all; 0 if it is not, or if either is unknown.
pub fn excess(own: Option<i64>, mean: Option<i64>) -> i64 {
    match (own, mean) {
        (Some(own), Some(mean)) if mean > 0 => ((own - mean) * 100 / mean).max(0),
        _ => 0,
    }
}
