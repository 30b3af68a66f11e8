//! Milestones not yet satisfied: how much each can still earn. Of what is final, that is what was accepted; after an early
//! end, only what was submitted before it counts. A milestone that can earn nothing any more is never due.

use chrono::NaiveDate;

use crate::domain::money::{Money, Sum};
use crate::domain::numbers::Code;
use crate::domain::standing::deliverable_value;
use crate::domain::standing::output::{DeliverableStanding, DeliverableState, MilestoneStanding, Standing};
use crate::domain::terms::{Deliverable, Milestone, Terms};

/// Returns the value of a deliverable, by the accepted quantity once its decision is final, else as agreed.
pub(super) fn value_of(agreed: &Deliverable, reached: &DeliverableStanding, unit_price: Money) -> Sum {
    let quantity = reached.accepted.map_or(agreed.quantity, |accepted| accepted.min(agreed.quantity));
    deliverable_value(quantity, unit_price)
}

/// Returns the highest amount that a milestone not yet satisfied can still earn, in fen, given the day of an early end;
/// `None` if the milestone can no longer be satisfied.
pub fn attainable_fen(
    milestone: &Milestone,
    (terms, ended_on): (&Terms, Option<NaiveDate>),
    standing: &Standing,
) -> Option<i64> {
    use DeliverableState::{Accepted, Cancelled, Partial, Submitted};
    let reached = |code: &Code| standing.deliverables.iter().find(|found| found.code == *code);
    let state = |code: &Code| reached(code).map(|found| found.state);
    let is_live = |code: &Code| ended_on.is_none() || matches!(state(code), Some(Accepted | Partial | Submitted));
    if milestone.requires.is_empty() {
        let is_over = milestone.not_before.zip(ended_on).is_some_and(|(day, ended_on)| day > ended_on);
        return milestone.amount.filter(|_| !is_over).map(|amount| amount.fen());
    }
    if let Some(amount) = milestone.amount {
        return milestone.requires.iter().all(is_live).then(|| amount.fen());
    }
    // A milestone paid by quantity goes without its cancelled deliverables, but not without an overdue or rejected one.
    let is_left_out = |code: &Code| !is_live(code) && state(code) == Some(Cancelled);
    let can_follow = milestone.requires.iter().all(|code| is_live(code) || is_left_out(code));
    if !can_follow || milestone.requires.iter().all(is_left_out) {
        return None;
    }
    let required = terms.deliverables.iter().filter(|one| milestone.requires.contains(&one.code) && is_live(&one.code));
    let values = required.filter_map(|one| {
        let item = terms.items.iter().find(|item| item.code == one.item)?;
        Some(value_of(one, reached(&one.code)?, item.unit_price).fen())
    });
    Some(i64::try_from(values.sum::<i128>()).unwrap_or(i64::MAX))
}

/// Returns the highest amount that all milestones not yet satisfied can still earn, in fen, given the day of an early end.
pub fn all_attainable_fen(terms: &Terms, ended_on: Option<NaiveDate>, standing: &Standing) -> i64 {
    let open = standing.milestones.iter().filter(|milestone| milestone.satisfied_on.is_none());
    let agreed = open.filter_map(|open| terms.milestones.iter().find(|milestone| milestone.code == open.code));
    agreed.filter_map(|agreed| attainable_fen(agreed, (terms, ended_on), standing)).fold(0, i64::saturating_add)
}

/// Returns whether a milestone can no longer be satisfied, because the contract was ended early.
pub fn is_never_due(
    milestone: &MilestoneStanding,
    (terms, ended_on): (&Terms, Option<NaiveDate>),
    standing: &Standing,
) -> bool {
    let agreed = terms.milestones.iter().find(|agreed| agreed.code == milestone.code);
    let open = agreed.filter(|_| milestone.satisfied_on.is_none());
    open.is_some_and(|agreed| attainable_fen(agreed, (terms, ended_on), standing).is_none())
}
