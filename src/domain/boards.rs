//! Boards: sums over contracts for leaders, finance and supervisors, and what their figures lead to in lists.

use chrono::{Days, NaiveDate};

use crate::domain::shape::YEARS;

/// Days ahead in which a deliverable counts as due soon.
pub const SOON_DAYS: u64 = 30;

codes! {
    /// The boards.
    pub enum BoardName {
        Justice = "justice",
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
        /// A breach that began in a year and was not waived.
        Breach = "breach",
        /// A final evaluation whose period ends in a year.
        Evaluation = "evaluation",
    }
}

impl Having {
    /// Returns the first and last day between which a contract has it. `year` matters to breaches and evaluations, `today`
    /// to deliverables.
    pub fn days(self, year: i32, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::OverdueDeliverable => (first_day(*YEARS.start()), today.pred_opt().unwrap_or(today)),
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
