//! Interest on late payment (逾期利息) as money: the amounts accrued, requested, paid and waived for a milestone. What was
//! requested, paid and waived never exceeds what has accrued by the day of the step.
//!
//! `standing` computes the accrued amount and considers nothing else here: a payment of interest does not reduce what
//! the milestone is owed, and a waiver moves no day (decree 802, art. 17).

use chrono::{Days as Span, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Days};
use crate::domain::shape::{date, positive, present};
use crate::domain::standing::MilestoneStanding;

/// A recorded payment or waiver of late interest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterestRecord {
    #[serde(deserialize_with = "present")]
    pub milestone: Code,
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Amount, over 0.
    #[serde(deserialize_with = "positive")]
    pub amount: Money,
}

/// The payments and waivers of a contract's late interest that were not reversed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedInterest {
    pub paid: Vec<InterestRecord>,
    pub waived: Vec<InterestRecord>,
}

impl RecordedInterest {
    /// Returns the interest that was paid, in fen.
    pub fn paid_fen(&self) -> i64 {
        self.paid.iter().fold(0, |sum, paid| sum.saturating_add(paid.amount.fen()))
    }

    /// Returns the interest of a milestone as it stands, given the fen in its open payment requests.
    pub fn of(&self, milestone: &MilestoneStanding, requested_fen: i64) -> MilestoneInterest {
        let sum = |records: &[InterestRecord]| {
            let of_milestone = records.iter().filter(|record| record.milestone == milestone.code);
            Sum::from_fen(of_milestone.map(|record| i128::from(record.amount.fen())).sum())
        };
        MilestoneInterest {
            accrued: milestone.late_interest,
            requested: Sum::from_fen(requested_fen.into()),
            paid: sum(&self.paid),
            waived: sum(&self.waived),
        }
    }
}

/// The late interest of one milestone on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MilestoneInterest {
    /// Accrued by the day, as `standing` computes it.
    pub accrued: Sum,
    /// Amount in requests that are neither paid nor returned.
    pub requested: Sum,
    pub paid: Sum,
    pub waived: Sum,
}

impl MilestoneInterest {
    /// Returns accrued interest less what was paid, waived or requested; never below 0. This much can still be
    /// requested or waived.
    pub fn requestable(&self) -> Sum {
        Sum::from_fen((self.unpaid().fen() - self.requested.fen()).max(0))
    }

    /// Returns accrued interest less what was paid or waived; never below 0.
    pub fn unpaid(&self) -> Sum {
        Sum::from_fen((self.accrued.fen() - self.paid.fen() - self.waived.fen()).max(0))
    }

    /// Returns true if more was requested, paid and waived than has accrued.
    pub fn is_exceeded(&self) -> bool {
        self.requested.fen() + self.paid.fen() + self.waived.fen() > self.accrued.fen()
    }
}

/// Returns the last day to pay requested interest: as many days after the request as the milestone allows for payment,
/// since no law sets a day.
pub fn pay_by(calendar: &Calendar, requested_on: NaiveDate, payment_days: Days) -> NaiveDate {
    calendar.roll(requested_on.checked_add_days(Span::new(payment_days.get().into())).unwrap_or(NaiveDate::MAX))
}
