//! The first day on which the purchaser could end the contract early (`docs/standing.md`, Payment,
//! `termination_right_since`), found without evaluating every day.

use crate::domain::calendar::Day;
use crate::domain::standing::agreed::share;
use crate::domain::standing::breaches::{Breach, Subject, late_amount};
use crate::domain::standing::deliverables::{Clock, Progress};
use crate::domain::standing::recorded::Contract;
use crate::domain::standing::settlement::Settlement;
use crate::domain::terms::Clause;

/// Returns the days up to `as_of`, in order, on which an extension was granted to a deliverable that was already late.
///
/// Rule 10 allows it only beside an amendment: an extension from a later stretch of days, earlier in the list, counts
/// towards the due day that the extension must not be after, although it is not visible yet.
pub(super) fn delays_taken_back(contract: &Contract, as_of: Day) -> Vec<Day> {
    let mut days = Vec::new();
    for (deliverable, history) in contract.agreed.deliverables.iter().zip(&contract.histories) {
        for &(on, _) in history.extensions.iter().filter(|(on, _)| *on <= as_of) {
            let more: i32 = history.extensions.iter().filter(|(other, _)| *other < on).map(|(_, days)| days).sum();
            if on > contract.calendar.roll_day(deliverable.due_on + more) {
                days.push(on);
            }
        }
    }
    days.sort_unstable();
    days
}

/// The inputs of the three conditions.
pub(super) struct Grounds<'g, 'a> {
    pub contract: &'g Contract<'a>,
    pub clocks: &'g [Clock<'g, 'a>],
    pub progress: &'g [Progress<'a>],
    pub breaches: &'g [Breach<'a>],
    pub settlement: &'g Settlement,
    pub as_of: Day,
}

impl Grounds<'_, '_> {
    /// Returns the earliest day, from the start of the term to `as_of`, on which a condition is met. Each day is
    /// subject to the terms in force on it.
    pub fn right_since(&self) -> Option<Day> {
        let earlier = self.contract.before.as_ref().and_then(|before| before.right_since);
        earlier.or_else(|| self.under_terms_in_force())
    }

    /// Returns the first day that is subject to the terms in force.
    fn start(&self) -> Day {
        let starts_on = self.contract.agreed.starts_on;
        self.contract.before.as_ref().map_or(starts_on, |before| before.from.max(starts_on))
    }

    /// Returns the earliest day on which a condition of the terms in force is met.
    fn under_terms_in_force(&self) -> Option<Day> {
        let termination = self.contract.agreed.terms.termination.as_ref()?;
        if self.as_of < self.start() {
            return None;
        }
        let conditions = [
            termination
                .penalty_fraction
                .and_then(|fraction| self.charged(share(self.contract.agreed.amount, fraction).max(1))),
            termination.days_late.and_then(|days| self.late(i32::from(days.get()))),
            termination.breaches.and_then(|count| self.counted(count.get())),
        ];
        conditions.into_iter().flatten().min()
    }

    /// Returns the first day on which a deliverable is more than `days` days late.
    fn late(&self, days: i32) -> Option<Day> {
        let late = self.progress.iter().zip(self.clocks).filter(|(progress, _)| progress.days_late > days);
        let since = late.filter_map(|(_, clock)| clock.since(days, self.as_of)).min();
        since.map(|since| since.max(self.start()))
    }

    /// Returns the first day with at least `count` breaches that are not waived.
    fn counted(&self, count: u64) -> Option<Day> {
        let start = self.start();
        if count == 0 {
            return Some(start);
        }
        if (self.breaches.len() as u64) < count {
            return None;
        }
        let mut events: Vec<(Day, i64)> = Vec::new();
        for breach in self.breaches {
            if breach.waived_on.is_none_or(|on| on > breach.since) {
                events.push((breach.since.max(start), 1));
                events.extend(breach.waived_on.map(|on| (on.max(start), -1)));
            }
        }
        events.sort_unstable();
        let mut standing = 0_i64;
        for day in events.chunk_by(|a, b| a.0 == b.0) {
            standing += day.iter().map(|(_, change)| change).sum::<i64>();
            if u64::try_from(standing).is_ok_and(|standing| standing >= count) {
                return day.first().map(|(day, _)| *day);
            }
        }
        None
    }

    /// Returns the first day on which the charges reach `enough`, in fen. Charges fall only on days of waivers, so the
    /// day is found by bisection between them.
    fn charged(&self, enough: i128) -> Option<Day> {
        let start = self.start();
        let mut falls: Vec<Day> =
            self.breaches.iter().filter_map(|breach| breach.waived_on).filter(|on| *on > start).collect();
        falls.sort_unstable();
        falls.dedup();
        let ends = falls.iter().map(|on| on - 1).chain([self.as_of]);
        let mut from = start;
        for to in ends {
            if self.charged_on(to) >= enough {
                return Some(first_day(from, to, |day| self.charged_on(day) >= enough));
            }
            from = to + 1;
        }
        None
    }

    /// Returns the total of all charges as of an earlier day, in fen.
    ///
    /// Regardless of the order of settlement, the charges under the cap add up to the cap or to all amounts, whichever
    /// is less. A breach waived after its settlement keeps its share of the cap and is not charged. Breaches settled
    /// before the terms in force come first and have their own caps, so what they took is fixed.
    fn charged_on(&self, day: Day) -> i128 {
        let (mut outside, mut under, mut kept, mut taken) = (0, 0, 0, 0);
        for (breach, charge) in
            self.breaches.iter().zip(&self.settlement.charges).filter(|(breach, _)| breach.since <= day)
        {
            let waived = breach.waived_on.is_some_and(|on| on <= day);
            if waived && charge.waived_late.is_none() {
                continue;
            }
            let outside_cap = breach.term.outside_cap;
            if breach.kept.is_some() {
                outside += if waived { 0 } else { charge.taken };
                taken += if outside_cap { 0 } else { charge.taken };
                continue;
            }
            let amount = self.amount_on(breach, day);
            if outside_cap {
                outside += if waived { 0 } else { amount };
            } else {
                under += amount;
                kept += if waived { charge.taken } else { 0 };
            }
        }
        let room = self.contract.agreed.cap().map(|cap| (cap - taken).max(0));
        outside + room.map_or(under, |room| under.min(room)) - kept
    }

    /// Returns the amount of a breach as of an earlier day, in fen.
    fn amount_on(&self, breach: &Breach, day: Day) -> i128 {
        match &breach.term.clause {
            Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } if day < self.as_of => {
                let Subject::Deliverable(place) = breach.subject else { return breach.amount };
                let Some((agreed, clock)) = self.contract.agreed.deliverables.get(place).zip(self.clocks.get(place))
                else {
                    return breach.amount;
                };
                let days = clock.progress(day).days_late - i32::from(grace_days.get());
                late_amount(self.contract.agreed.base_amount(*base, agreed), *daily_rate, days, *cap).0
            }
            // Fixed on the day on which the breach is found.
            Clause::LateDelivery { .. }
            | Clause::NonDelivery { .. }
            | Clause::QuantityShortfall { .. }
            | Clause::QualityShortfall { .. }
            | Clause::LowScore { .. }
            | Clause::Staffing { .. }
            | Clause::Incident { .. } => breach.amount,
        }
    }
}

/// Bisects `from..=to` for the first day on which `holds`, which must hold on that day and every later one up to `to`.
pub(super) fn first_day(from: Day, to: Day, holds: impl Fn(Day) -> bool) -> Day {
    let (mut from, mut to) = (from, to);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) { to = middle } else { from = middle + 1 }
    }
    to
}
