//! Milestones: the day on which each is satisfied, and its gross (`docs/standing.md`, Milestones). Breaches and
//! payments are computed later.

use crate::domain::calendar::Day;
use crate::domain::standing::agreed::{AgreedMilestone, price};
use crate::domain::standing::deliverables::Progress;
use crate::domain::standing::recorded::Contract;

/// A milestone as of a day, before deductions.
pub(super) struct Reached {
    pub satisfied_on: Option<Day>,
    /// Agreed amount or value of the accepted quantities, in fen, satisfied or not.
    pub gross: i128,
}

/// Evaluates every milestone as of a day.
pub(super) fn evaluate(contract: &Contract, progress: &[Progress], as_of: Day) -> Vec<Reached> {
    let milestones = contract.agreed.milestones.iter().enumerate();
    milestones
        .map(|(place, milestone)| match contract.kept_milestone(place) {
            Some(kept) => Reached { satisfied_on: Some(kept.satisfied_on), gross: kept.gross },
            None => Reached {
                satisfied_on: satisfied_on(contract, place, milestone, progress, as_of).filter(|on| *on <= as_of),
                gross: gross(contract, milestone, progress),
            },
        })
        .collect()
}

/// Returns the day on which the last condition of a milestone is met; `None` while one is not.
fn satisfied_on(
    contract: &Contract,
    place: usize,
    milestone: &AgreedMilestone,
    progress: &[Progress],
    as_of: Day,
) -> Option<Day> {
    let end = contract.end.filter(|end| *end <= as_of);
    let in_force = contract.before.as_ref().map_or(Day::MIN, |before| before.from);
    let mut latest = contract.agreed.starts_on.max(in_force);
    if let Some(not_before) = milestone.not_before {
        if milestone.requires.is_empty() && end.is_some_and(|end| end < not_before) {
            return None;
        }
        latest = latest.max(not_before);
    }
    if milestone.terms.requires_score {
        let (on, _) = (*contract.scores.get(place)?).filter(|(on, _)| *on <= as_of)?;
        latest = latest.max(on);
    }
    let by_quantity = milestone.terms.amount.is_none();
    let mut remaining = milestone.requires.is_empty();
    for required in milestone.requires.iter().filter_map(|place| progress.get(*place)) {
        match (&required.accepted, end) {
            (Some(accepted), _) => {
                remaining = true;
                latest = latest.max(accepted.on);
            }
            // A cancelled deliverable is no longer required, from the day it was cancelled.
            (None, Some(end)) if by_quantity && required.is_cancelled() => {
                latest = latest.max(end).max(required.rejected.map_or(end, |rejected| rejected.on));
            }
            _ => return None,
        }
    }
    remaining.then_some(latest)
}

/// Returns the agreed amount of a milestone or the value of its accepted quantities, in fen.
fn gross(contract: &Contract, milestone: &AgreedMilestone, progress: &[Progress]) -> i128 {
    if let Some(amount) = milestone.terms.amount {
        return amount.exact();
    }
    let worth = |place: &usize| {
        let (deliverable, progress) = (contract.agreed.deliverables.get(*place)?, progress.get(*place)?);
        let accepted = progress.accepted.as_ref()?;
        Some(price(accepted.quantity.min(deliverable.planned), deliverable.unit_price))
    };
    milestone.requires.iter().filter_map(worth).sum()
}
