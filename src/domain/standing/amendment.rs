//! Amendments: new terms come into force only if they leave unchanged what was settled by the day before
//! (`docs/standing.md`, Amendments, In force).

use crate::domain::calendar::day;
use crate::domain::numbers::Code;
use crate::domain::standing::Reckoning;
use crate::domain::standing::agreed::{Agreed, AgreedDeliverable, AgreedMilestone};
use crate::domain::standing::deliverables::Progress;

/// The reason why an amendment does not come into force: the settled thing that it would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmendmentConflict {
    /// A deliverable that was final is gone, belongs to another item or has a larger quantity.
    Deliverable(Code),
    /// A milestone that was satisfied is gone, or requires something else, or pays another amount.
    Milestone(Code),
    /// A deliverable of a satisfied milestone has another item, quantity, price, due day or indicator.
    Required { milestone: Code, deliverable: Code },
}

/// Returns the first thing settled that new terms would change.
pub(super) fn conflict(settled: &Reckoning, new: &Agreed) -> Option<AmendmentConflict> {
    let old = &settled.contract.agreed;
    for (deliverable, progress) in old.deliverables.iter().zip(&settled.progress) {
        let kept =
            |new: &AgreedDeliverable| new.terms.item == deliverable.terms.item && new.planned <= deliverable.planned;
        if progress.accepted.is_some() && !new.deliverable(&deliverable.terms.code).is_some_and(kept) {
            return Some(AmendmentConflict::Deliverable(deliverable.terms.code.clone()));
        }
    }
    let satisfied = old.milestones.iter().zip(&settled.milestones).filter(|(_, m)| m.satisfied_on.is_some());
    satisfied.map(|(milestone, _)| milestone).find_map(|milestone| milestone_conflict(settled, milestone, new))
}

/// Returns the part of a satisfied milestone that new terms would change.
fn milestone_conflict(settled: &Reckoning, old: &AgreedMilestone, new: &Agreed) -> Option<AmendmentConflict> {
    let code = &old.terms.code;
    let kept = new.milestone(code).is_some_and(|new| {
        new.terms.requires == old.terms.requires
            && new.planned == old.planned
            && new.terms.amount.is_none() == old.terms.amount.is_none()
    });
    if !kept {
        return Some(AmendmentConflict::Milestone(code.clone()));
    }
    old.requires.iter().find_map(|place| {
        let deliverable = settled.contract.agreed.deliverables.get(*place)?;
        let progress = settled.progress.get(*place)?;
        let same = new.deliverable(&deliverable.terms.code).is_some_and(|new| keeps(deliverable, progress, new));
        let (milestone, deliverable) = (code.clone(), deliverable.terms.code.clone());
        (!same).then_some(AmendmentConflict::Required { milestone, deliverable })
    })
}

/// Returns whether new terms keep a required deliverable; its due day may include the extensions granted so far.
fn keeps(old: &AgreedDeliverable, progress: &Progress, new: &AgreedDeliverable) -> bool {
    let due_on = new.terms.due_on;
    new.terms.item == old.terms.item
        && new.planned == old.planned
        && new.unit_price == old.unit_price
        && new.terms.indicators == old.terms.indicators
        && (due_on == old.terms.due_on || day(due_on) == progress.due)
}
