//! Amendments: new terms are accepted only if everything already settled stays the same (`docs/standing.md`,
//! Amendments).

use chrono::{Months, NaiveDate};

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::standing::recorded::Contract;
use crate::domain::standing::{BreachStanding, MilestoneStanding, Standing, Trails, standing_of};
use crate::domain::terms::Terms;

/// The reason an amendment is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum AmendmentRefused {
    /// The old or the new terms do not fit the facts.
    Invalid(Invalid),
    /// A milestone satisfied under either version would change.
    Milestone {
        /// Code of the milestone.
        code: String,
        /// First day on which it differs.
        on: NaiveDate,
    },
    /// A breach settled under either version would change.
    Breach {
        /// Code of the clause.
        clause: String,
        /// Subject of the breach.
        subject: String,
        /// First day on which it differs.
        on: NaiveDate,
    },
}

/// Checks that new terms may replace the old from a day on. Both are evaluated with the same facts on that day and
/// every day of the following year; every milestone satisfied and every breach settled under either must be equal.
///
/// # Errors
/// The first difference, or the broken rule if the facts do not fit one of the versions.
pub fn allows_amendment(
    old: &Terms,
    new: &Terms,
    facts: &Facts,
    calendar: &Calendar,
    effective_on: NaiveDate,
) -> Result<(), AmendmentRefused> {
    let old = Contract::new(old, facts, calendar).map_err(AmendmentRefused::Invalid)?;
    let new = Contract::new(new, facts, calendar).map_err(AmendmentRefused::Invalid)?;
    let last = effective_on.checked_add_months(Months::new(12)).unwrap_or(effective_on);
    for on in day(effective_on)..=day(last) {
        let under =
            |contract: &Contract, on: Day| standing_of(contract, on, Trails::Off).map_err(AmendmentRefused::Invalid);
        if let Some(refused) = differs(&under(&old, on)?, &under(&new, on)?, date(on)) {
            return Err(refused);
        }
    }
    Ok(())
}

fn differs(old: &Standing, new: &Standing, on: NaiveDate) -> Option<AmendmentRefused> {
    let settled = |standing: &'_ Standing| -> Vec<MilestoneStanding> {
        standing.milestones.iter().filter(|milestone| milestone.satisfied_on.is_some()).cloned().collect()
    };
    let missing = |of: &[MilestoneStanding], other: &[MilestoneStanding]| {
        of.iter().find(|milestone| !other.contains(milestone)).map(|milestone| milestone.code.to_string())
    };
    let (before, after) = (settled(old), settled(new));
    if let Some(code) = missing(&before, &after).or_else(|| missing(&after, &before)) {
        return Some(AmendmentRefused::Milestone { code, on });
    }
    let settled = |standing: &'_ Standing| -> Vec<BreachStanding> {
        standing.breaches.iter().filter(|breach| breach.settled_in.is_some()).cloned().collect()
    };
    let missing = |of: &[BreachStanding], other: &[BreachStanding]| {
        let missing = of.iter().find(|breach| !other.contains(breach));
        missing.map(|breach| (breach.clause.to_string(), breach.subject.clone()))
    };
    let (before, after) = (settled(old), settled(new));
    let (clause, subject) = missing(&before, &after).or_else(|| missing(&after, &before))?;
    Some(AmendmentRefused::Breach { clause, subject, on })
}
