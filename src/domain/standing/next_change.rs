//! The next day on which a standing changes without a new fact, found by evaluating few days. The daily job relies on
//! it.

use chrono::NaiveDate;

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::money::Sum;
use crate::domain::shape::LAST_DAY;
use crate::domain::standing::termination::first_day;
use crate::domain::standing::timeline::Timeline;
use crate::domain::standing::{DeliverableState, Standing, Trails};
use crate::domain::terms::Agreement;

/// Returns the next day on which the standing changes if nothing more is recorded; `None` if it stays the same up to
/// the end of 2099. A fact or amendment dated after `as_of` counts if it changes something.
///
/// Daily growth does not count as a change: accruing amounts, late interest and what depends on them, that is, the days
/// late of an open deliverable, the timeliness measure, the score and the totals. A change of rating does count.
///
/// # Errors
/// The first broken rule of 1 to 16 as of `as_of`.
pub fn next_change<'a>(
    agreement: impl Into<Agreement<'a>>,
    facts: &'a Facts,
    calendar: &'a Calendar,
    as_of: NaiveDate,
) -> Result<Option<NaiveDate>, Invalid> {
    let agreement = agreement.into();
    let timeline = Timeline::new(&agreement, facts, calendar)?;
    let today = day(as_of);
    let now = without_daily_growth(timeline.standing(today, Trails::Off)?);
    // A day on which rule 16 fails differs from a valid one.
    let differs = |day: Day| timeline.standing(day, Trails::Off).map(without_daily_growth).ok().as_ref() != Some(&now);
    let last = LAST_DAY.map_or(today, day);
    let mut from = today + 1;
    let mut days = fact_days(facts);
    days.extend(agreement.amendments.iter().map(|(effective_on, _)| day(*effective_on)));
    days.sort_unstable();
    days.dedup();
    // Between two days with facts or amendments no change is undone, so the first day of one can be found by bisection.
    for fact_day in days.into_iter().filter(|day| *day > today).chain([last + 1]) {
        let before = fact_day - 1;
        if from <= before && differs(before) {
            return Ok(Some(date(first_day(from, before, differs))));
        }
        if fact_day <= last && differs(fact_day) {
            return Ok(Some(date(fact_day)));
        }
        from = fact_day + 1;
    }
    Ok(None)
}

/// Returns the days of all facts.
fn fact_days(facts: &Facts) -> Vec<Day> {
    let mut dates: Vec<NaiveDate> = Vec::new();
    dates.extend(facts.extensions.iter().map(|fact| fact.on));
    dates.extend(facts.submissions.iter().map(|fact| fact.on));
    dates.extend(facts.decisions.iter().map(|fact| fact.on));
    dates.extend(facts.invoices.iter().map(|fact| fact.on));
    dates.extend(facts.scores.iter().map(|fact| fact.on));
    dates.extend(facts.payments.iter().map(|fact| fact.on));
    dates.extend(facts.headcounts.iter().map(|fact| fact.on));
    dates.extend(facts.incidents.iter().map(|fact| fact.on));
    dates.extend(facts.waivers.iter().map(|fact| fact.on));
    dates.extend(facts.surveys.iter().map(|fact| fact.on));
    dates.extend(facts.end.iter().map(|fact| fact.on));
    dates.into_iter().map(day).collect()
}

/// Resets the parts of a standing that grow from day to day.
pub fn without_daily_growth(mut standing: Standing) -> Standing {
    standing.as_of = NaiveDate::default();
    for deliverable in &mut standing.deliverables {
        if matches!(deliverable.state, DeliverableState::Overdue | DeliverableState::Rejected) {
            deliverable.days_late = 0;
        }
    }
    for breach in standing.breaches.iter_mut().filter(|breach| breach.accruing) {
        (breach.amount, breach.charged) = (Sum::ZERO, Sum::ZERO);
    }
    for milestone in &mut standing.milestones {
        milestone.late_interest = Sum::ZERO;
    }
    let totals = &mut standing.totals;
    (totals.charged, totals.outstanding, totals.late_interest) = (Sum::ZERO, Sum::ZERO, Sum::ZERO);
    let performance = &mut standing.performance;
    performance.measures.timeliness = performance.measures.timeliness.map(|_| crate::domain::standing::Points(0));
    performance.score = performance.score.map(|_| crate::domain::standing::Points(0));
    standing
}
