//! The next day on which a standing changes by itself, found by looking at few days. What the daily job goes by.

use chrono::NaiveDate;

use crate::domain::calendar::{Calendar, Day, date, day};
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::money::Sum;
use crate::domain::shape::LAST_DAY;
use crate::domain::standing::recorded::Contract;
use crate::domain::standing::termination::first_day;
use crate::domain::standing::{DeliverableState, Standing, Trails, standing_of};
use crate::domain::terms::Terms;

/// The next day on which the standing changes if nothing more happens, none if there is none up to the last day of 2099. A fact that is
/// dated after `as_of` is a change when it does change something.
///
/// What grows by the day is no change: an accruing amount, late interest, and what follows from the same clocks — the days late of a
/// deliverable that is not handed over, the timeliness measure and the score (its rating is one), the totals.
///
/// # Errors
/// The first broken rule of 1 to 16 as of `as_of`.
pub fn next_change(
    terms: &Terms,
    facts: &Facts,
    calendar: &Calendar,
    as_of: NaiveDate,
) -> Result<Option<NaiveDate>, Invalid> {
    let contract = Contract::new(terms, facts, calendar)?;
    let today = day(as_of);
    let now = without_daily_growth(standing_of(&contract, today, Trails::Off)?);
    // A standing with facts that do not let it stand (rule 16) differs from one that does.
    let differs =
        |day: Day| standing_of(&contract, day, Trails::Off).map(without_daily_growth).ok().as_ref() != Some(&now);
    let last = LAST_DAY.map_or(today, day);
    let mut from = today + 1;
    // Between two days with facts everything goes one way: a clock runs, a day passes. What has changed then stays changed, so that the
    // first day of it is found by halving.
    for happens in fact_days(facts).into_iter().filter(|day| *day > today).chain([last + 1]) {
        let before = happens - 1;
        if from <= before && differs(before) {
            return Ok(Some(date(first_day(from, before, differs))));
        }
        if happens <= last && differs(happens) {
            return Ok(Some(date(happens)));
        }
        from = happens + 1;
    }
    Ok(None)
}

/// The days on which facts are dated, in order.
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
    let mut days: Vec<Day> = dates.into_iter().map(day).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// A standing without what grows by the day.
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
