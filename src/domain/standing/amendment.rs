//! Amendments: new terms are taken only where everything that is settled stays as it is (`docs/standing.md`, Amendments).

use chrono::{Months, NaiveDate};

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::standing::recorded::Contract;
use crate::domain::standing::{BreachStanding, MilestoneStanding, Standing, Trails, standing_of};
use crate::domain::terms::Terms;

/// Why an amendment is not taken.
#[derive(Clone, Debug, PartialEq)]
pub enum AmendmentRefused {
    /// The old or the new terms do not fit the facts.
    Invalid(Invalid),
    /// A milestone that is satisfied under either terms would not be the same.
    Milestone {
        /// Its code.
        code: String,
        /// The first day on which it differs.
        on: NaiveDate,
    },
    /// A breach that is settled under either terms would not be the same.
    Breach {
        /// The clause's code.
        clause: String,
        /// The breach's subject.
        subject: String,
        /// The first day on which it differs.
        on: NaiveDate,
    },
}

/// Whether new terms may replace the old from a day on: evaluated under both with nothing more happening, as of that day and of every
/// later day up to a year, every milestone satisfied under either and every settled breach must be equal.
///
/// # Errors
/// The first thing that would change, or what is not valid.
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
