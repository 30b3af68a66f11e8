//! Expected payments, for forecasts: the day and amount that each milestone is still to be paid. No amount due or paid
//! depends on them.
//!
//! They change only with the facts, the terms and the calendar, never because a day passed, so they can be stored: a
//! deliverable that is overdue stays expected on its past day.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use crate::domain::calendar::Calendar;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Days};
use crate::domain::standing::attainable::value_of;
use crate::domain::standing::output::{DeliverableStanding, DeliverableState, MilestoneStanding, Standing};
use crate::domain::terms::{Deliverable, Item, Milestone, Terms};

/// A payment that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedPayment {
    /// Last day to pay on time, if everything goes as agreed.
    pub on: NaiveDate,
    pub amount: Money,
}

/// Returns for each milestone of a standing, in order, what is still to be paid; `None` where nothing is.
///
/// A satisfied milestone is paid on its due day or, while its invoice is missing, as if the invoice had come on the day
/// on which the milestone was satisfied. Any other is paid in full, as if its deliverables came on their due days and
/// were inspected in the agreed time: deductions are not foreseen.
///
/// `has_ended` is true for a contract that was ended early: its milestones without deliverables can then no longer be
/// satisfied.
pub fn expected_payments(
    terms: &Terms,
    standing: &Standing,
    calendar: &Calendar,
    has_ended: bool,
) -> Vec<Option<ExpectedPayment>> {
    let plan = Plan {
        terms,
        calendar,
        has_ended,
        items: terms.items.iter().map(|item| (&item.code, item)).collect(),
        deliverables: terms.deliverables.iter().map(|agreed| (&agreed.code, agreed)).collect(),
        reached: standing.deliverables.iter().map(|reached| (&reached.code, reached)).collect(),
    };
    let agreed: BTreeMap<&Code, &Milestone> = terms.milestones.iter().map(|agreed| (&agreed.code, agreed)).collect();
    let each = standing.milestones.iter();
    each.map(|milestone| {
        let agreed = agreed.get(&milestone.code).copied();
        let expected = match milestone.satisfied_on {
            Some(satisfied_on) => plan.satisfied(milestone, satisfied_on, agreed),
            None => plan.planned(agreed?),
        };
        expected.filter(|expected| expected.amount != Money::ZERO)
    })
    .collect()
}

/// The terms by code, beside the deliverables of the standing.
struct Plan<'a> {
    terms: &'a Terms,
    calendar: &'a Calendar,
    has_ended: bool,
    items: BTreeMap<&'a Code, &'a Item>,
    deliverables: BTreeMap<&'a Code, &'a Deliverable>,
    reached: BTreeMap<&'a Code, &'a DeliverableStanding>,
}

impl Plan<'_> {
    /// Plans what is left of a satisfied milestone; `None` if nothing is.
    fn satisfied(
        &self,
        milestone: &MilestoneStanding,
        satisfied_on: NaiveDate,
        agreed: Option<&Milestone>,
    ) -> Option<ExpectedPayment> {
        let days = agreed.map(|agreed| agreed.payment_days);
        let on = milestone.due_on.unwrap_or_else(|| self.calendar.roll(after(satisfied_on, days)));
        Some(ExpectedPayment { on, amount: milestone.payable.checked_sub(milestone.paid)? })
    }

    /// Plans a milestone that is not satisfied; `None` if it can no longer be satisfied.
    fn planned(&self, agreed: &Milestone) -> Option<ExpectedPayment> {
        if self.has_ended && agreed.requires.is_empty() {
            return None;
        }
        let (mut ready_on, mut value) = (agreed.not_before.unwrap_or(self.terms.starts_on), Sum::ZERO);
        for code in &agreed.requires {
            let reached = self.reached.get(code)?;
            match reached.state {
                DeliverableState::Cancelled if agreed.amount.is_some() => return None,
                DeliverableState::Cancelled => continue,
                DeliverableState::Accepted | DeliverableState::Partial => {}
                DeliverableState::Submitted
                | DeliverableState::Overdue
                | DeliverableState::Rejected
                | DeliverableState::Open => ready_on = ready_on.max(after(reached.due_on, self.terms.inspection_days)),
            }
            value = Sum::from_fen(value.fen() + self.value(reached)?.fen());
        }
        let amount = agreed.amount.or_else(|| value.money())?;
        Some(ExpectedPayment { on: self.calendar.roll(after(ready_on, Some(agreed.payment_days))), amount })
    }

    /// Returns the value of a deliverable, by the accepted quantity once its decision is final.
    fn value(&self, reached: &DeliverableStanding) -> Option<Sum> {
        let agreed = self.deliverables.get(&reached.code)?;
        let item = self.items.get(&agreed.item)?;
        Some(value_of(agreed, reached, item.unit_price))
    }
}

/// Returns the day so many days after another; the last day of chrono if out of range.
fn after(day: NaiveDate, days: Option<Days>) -> NaiveDate {
    let days = days.map_or(0, |days| i64::from(days.get()));
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}
