//! Deliverables: due day, clock and days late on any day (`docs/standing.md`, Deliverables), computed directly and not
//! day by day. Money is not considered.

use std::collections::BTreeMap;

use crate::domain::calendar::{Calendar, Day};
use crate::domain::facts::{Acceptance, Verdict};
use crate::domain::numbers::{Code, Measured};
use crate::domain::standing::output::DeliverableState;
use crate::domain::standing::recorded::{Contract, History, Submitted};

/// A deliverable as of a day.
pub(super) struct Progress<'a> {
    pub state: DeliverableState,
    pub due: Day,
    /// Day up to which the clock counts, and the days that are not the contractor's delay.
    pub stop: Day,
    pub held: i32,
    pub days_late: i32,
    pub accepted: Option<Accepted<'a>>,
    /// Last visible rejection.
    pub rejected: Option<Rejected>,
    /// Last day of the cure period, while it is the contractor's turn after the first rejection.
    pub cure_until: Option<Day>,
    /// True if the first submission was accepted in full; `None` while undecided.
    pub first_pass: Option<bool>,
}

/// The final decision.
#[derive(Clone, Copy)]
pub(super) struct Accepted<'a> {
    pub on: Day,
    pub inspect_by: Option<Day>,
    pub quantity: i128,
    pub measured: Option<&'a BTreeMap<Code, Measured>>,
    pub partial: bool,
}

/// A rejection: its day, and the day by which the submission had to be inspected.
#[derive(Clone, Copy)]
pub(super) struct Rejected {
    pub on: Day,
    pub inspect_by: Option<Day>,
}

impl Progress<'_> {
    /// Returns whether the deliverable is neither final nor pending: the contractor's clock runs unless the contract
    /// has ended.
    pub fn is_running(&self) -> bool {
        match self.state {
            DeliverableState::Accepted | DeliverableState::Partial | DeliverableState::Submitted => false,
            DeliverableState::Cancelled
            | DeliverableState::Overdue
            | DeliverableState::Rejected
            | DeliverableState::Open => true,
        }
    }

    /// Returns whether the deliverable was cancelled by the early end of the contract.
    pub fn is_cancelled(&self) -> bool {
        self.state == DeliverableState::Cancelled
    }
}

/// The data from which a deliverable's days late are computed. `end` is the end of the contract, past or future.
pub(super) struct Clock<'c, 'a> {
    history: &'c History<'a>,
    calendar: &'c Calendar,
    /// Due day with every extension visible on the latest day of interest. An extension is granted no later than the
    /// due day before it, so on an earlier day the deliverable is not late either way.
    pub due: Day,
    end: Option<Day>,
}

/// The stage of a submission as of a day.
enum Stage<'a> {
    Pending,
    Rejected(Day),
    Accepted(Accepted<'a>),
}

impl<'c, 'a> Clock<'c, 'a> {
    /// Creates the clock of a deliverable from the facts visible as of a day. The clock is valid for that day and all
    /// earlier ones.
    pub fn new(contract: &'c Contract<'a>, deliverable: usize, as_of: Day) -> Option<Self> {
        let agreed = contract.agreed.deliverables.get(deliverable)?;
        let history = contract.histories.get(deliverable)?;
        let more: i32 = history.extensions.iter().filter(|(on, _)| *on <= as_of).map(|(_, days)| days).sum();
        Some(Self {
            history,
            calendar: contract.calendar,
            due: contract.calendar.roll_day(agreed.due_on + more),
            end: contract.end,
        })
    }

    /// Returns the stage of a submission as of a day, deemed acceptance included.
    fn stage(&self, handed: &Submitted<'a>, as_of: Day) -> Stage<'a> {
        let inspect_by = handed.inspect_by;
        let visible = handed.decision.filter(|(on, _)| *on <= as_of);
        let accepted = |on, acceptance: &'a Acceptance, partial| {
            let (quantity, measured) = (acceptance.quantity.exact(), Some(&acceptance.measured));
            Stage::Accepted(Accepted { on, inspect_by, quantity, measured, partial })
        };
        match visible {
            Some((on, Verdict::Accepted(acceptance))) => accepted(on, acceptance, false),
            Some((on, Verdict::Partial(acceptance))) => accepted(on, acceptance, true),
            Some((on, Verdict::Rejected)) => Stage::Rejected(on),
            None => match inspect_by.filter(|by| handed.deemed && *by < as_of) {
                Some(by) => Stage::Accepted(Accepted {
                    on: by + 1,
                    inspect_by,
                    quantity: handed.quantity,
                    measured: None,
                    partial: false,
                }),
                None => Stage::Pending,
            },
        }
    }

    /// Returns the days for which the purchaser kept a rejected submission beyond its inspection period.
    fn held_for(&self, handed: &Submitted, rejected_on: Day, as_of: Day) -> i32 {
        let until = self.end.filter(|end| *end <= as_of).map_or(rejected_on, |end| rejected_on.min(end));
        handed.inspect_by.map_or(0, |by| (until - by).max(0))
    }

    /// Returns the days of the cure period after the first rejection, up to `stop`.
    fn cured_for(&self, (rejected_on, cure_days): (Day, i32), stop: Day) -> i32 {
        if cure_days == 0 {
            return 0;
        }
        let next = self.history.submissions.get(1).map_or(stop, |next| next.on.min(stop));
        let until = self.calendar.roll_day(rejected_on + cure_days).min(next);
        (until - self.due.max(rejected_on)).max(0)
    }

    /// Computes the state of the deliverable as of a day.
    pub fn progress(&self, as_of: Day) -> Progress<'a> {
        let ended = self.end.filter(|end| *end <= as_of);
        let mut held = 0;
        let mut first_rejection = None;
        let mut rejected = None;
        let mut first_pass = None;
        let mut last = None;
        for handed in self.history.submissions.iter().take_while(|handed| handed.on <= as_of) {
            match self.stage(handed, as_of) {
                Stage::Rejected(on) => {
                    held += self.held_for(handed, on, as_of);
                    first_rejection.get_or_insert((on, handed.cure_days));
                    first_pass.get_or_insert(false);
                    rejected = Some(Rejected { on, inspect_by: handed.inspect_by });
                }
                Stage::Accepted(accepted) => {
                    first_pass.get_or_insert(!accepted.partial);
                    last = Some((handed.on, Some(accepted)));
                    break;
                }
                Stage::Pending => {
                    last = Some((handed.on, None));
                    break;
                }
            }
        }
        let stop = last.map_or(ended.unwrap_or(as_of), |(on, _)| on);
        held += first_rejection.map_or(0, |first| self.cured_for(first, stop));
        let accepted = last.and_then(|(_, accepted)| accepted);
        // The next submission ends the cure period.
        let is_mending = last.is_none() && self.history.submissions.get(1).is_none_or(|next| next.on > as_of);
        let cure_until = first_rejection
            .filter(|(_, days)| is_mending && *days > 0)
            .map(|(on, days)| self.calendar.roll_day(on + days));
        let state = match (&last, accepted) {
            (_, Some(accepted)) if accepted.partial => DeliverableState::Partial,
            (_, Some(_)) => DeliverableState::Accepted,
            (Some(_), None) => DeliverableState::Submitted,
            _ if ended.is_some_and(|end| self.due > end) => DeliverableState::Cancelled,
            _ if as_of > self.due => DeliverableState::Overdue,
            _ if rejected.is_some() => DeliverableState::Rejected,
            _ => DeliverableState::Open,
        };
        Progress {
            state,
            due: self.due,
            stop,
            held,
            days_late: (stop - self.due - held).max(0),
            accepted,
            rejected,
            cure_until,
            first_pass,
        }
    }

    /// Returns `since(n)`: the first day, no later than `until`, as of which the days late exceed `n`.
    ///
    /// Days late never fall, and grow only while the clock runs: before the first submission, and from each rejection
    /// to the next submission. In each of these stretches the day is computed directly.
    pub fn since(&self, n: i32, until: Day) -> Option<Day> {
        let mut held = 0;
        let mut starts = Day::MIN;
        let mut first_rejection = None;
        for turn in 0..=self.history.submissions.len() {
            let handed = self.history.submissions.get(turn).filter(|handed| handed.on <= until);
            let closes = handed.map_or(until, |handed| handed.on);
            let plain = self.due + held + n + 1;
            let reached = match first_rejection {
                // The cure period counts from the later of due day and rejection, and delays the day.
                Some(first @ (on, _)) if plain > self.due.max(on) => plain + self.cured_for(first, Day::MAX),
                _ => plain,
            };
            let day = reached.max(starts);
            if day <= closes && self.end.is_none_or(|end| reached <= end) {
                return Some(day);
            }
            let handed = handed?;
            let Stage::Rejected(on) = self.stage(handed, until) else { return None };
            held += self.held_for(handed, on, until);
            first_rejection.get_or_insert((on, handed.cure_days));
            starts = on;
        }
        None
    }
}
