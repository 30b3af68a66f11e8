//! Workers (服务人员) on the roster of a contract: their assignment, their certificate, and the headcount that follows.
//!
//! The contractor proposes a worker, and the purchaser consents, also where one takes the place of another. The roster
//! proposes the number of workers of a month. It moves no money: only a recorded headcount is judged.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use crate::domain::policy::Action;
use crate::domain::text_input::key;

/// Steps on a worker by name, each with the right that it needs.
pub const WORKER_ACTIONS: &[(&str, Action)] = &[
    ("approve", Action::DecideWorker),
    ("refuse", Action::DecideWorker),
    (RECALL, Action::ProposeWorker),
    (LEAVE, Action::RecordLeave),
];
/// Name of the step by which the contractor takes back a worker who awaits consent.
pub const RECALL: &str = "recall";
/// Name of the step by which the contractor records that a worker has left.
pub const LEAVE: &str = "leave";
/// Maximum number of workers on a roster, those refused and gone included.
pub const MAX_WORKERS: usize = 1_000;
/// Days before the last day of a certificate on which people are warned; -1 is the day after it.
const WARNING_DAYS: [i64; 2] = [30, -1];

codes! {
    /// The roles of workers.
    pub enum WorkerRole {
        /// Counts towards the clients per worker that a contract agrees on (1:20).
        SocialWorker = "social_worker",
        Counsellor = "counsellor",
        Volunteer = "volunteer",
        Other = "other",
    }
}

/// The assignment of a worker to whom the purchaser consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    pub role: WorkerRole,
    pub from_on: NaiveDate,
    /// Last day; `None` until the contract ends.
    pub until_on: Option<NaiveDate>,
    /// Last day on which the certificate is valid; `None` for one that does not expire.
    pub certificate_until: Option<NaiveDate>,
}

impl Assignment {
    /// Returns whether the worker is assigned on a day.
    pub fn is_assigned_on(&self, day: NaiveDate) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day <= until)
    }

    /// Returns whether the certificate has lapsed by a day.
    pub fn has_lapsed(&self, day: NaiveDate) -> bool {
        self.certificate_until.is_some_and(|until| until < day)
    }

    /// Returns whether a warning about the certificate is due on a day.
    pub fn is_to_be_warned_of(&self, day: NaiveDate) -> bool {
        let [early, _] = WARNING_DAYS;
        self.certificate_until.and_then(|until| before(until, early)).is_some_and(|first| first <= day)
    }

    /// Returns whether two assignments have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, other: &Self| one.until_on.is_some_and(|until| until < other.from_on);
        !ends_before(self, other) && !ends_before(other, self)
    }
}

codes! {
    /// The reason why the worker named in a service record does not fit the roster.
    pub enum RosterFault {
        /// The roster has no worker of the name.
        Unknown = "unknown",
        /// The worker is on the roster, but was not assigned on the day.
        Absent = "absent",
        /// The certificate had lapsed by the day.
        Lapsed = "lapsed",
    }
}

/// The workers of a contract to whom the purchaser consented, by folded name.
#[derive(Debug, Default)]
pub struct Roster(BTreeMap<String, Vec<Assignment>>);

impl Roster {
    /// Builds the roster from names and assignments.
    pub fn new<'a>(workers: impl Iterator<Item = (&'a str, Assignment)>) -> Self {
        let mut by_name: BTreeMap<String, Vec<Assignment>> = BTreeMap::new();
        for (name, assignment) in workers {
            by_name.entry(key(name)).or_default().push(assignment);
        }
        Self(by_name)
    }

    /// Compares the worker named in a record of a day with the roster; `None` if they fit, and for a contract without a
    /// roster.
    pub fn fault(&self, name: &str, day: NaiveDate) -> Option<RosterFault> {
        if self.0.is_empty() {
            return None;
        }
        let Some(known) = self.0.get(&key(name)) else { return Some(RosterFault::Unknown) };
        let mut assigned = known.iter().filter(|one| one.is_assigned_on(day)).peekable();
        if assigned.peek().is_none() {
            return Some(RosterFault::Absent);
        }
        assigned.all(|one| one.has_lapsed(day)).then_some(RosterFault::Lapsed)
    }
}

/// The social workers assigned on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OnDuty {
    /// Number of those without a lapsed certificate, which is proposed as the headcount.
    pub workers: u64,
    /// Number of those whose certificate has lapsed.
    pub lapsed: u64,
}

/// Counts the social workers assigned on a day.
pub fn on_duty(assignments: &[Assignment], day: NaiveDate) -> OnDuty {
    let mut found = OnDuty::default();
    for one in assignments.iter().filter(|one| one.role == WorkerRole::SocialWorker && one.is_assigned_on(day)) {
        let count = if one.has_lapsed(day) { &mut found.lapsed } else { &mut found.workers };
        *count += 1;
    }
    found
}

/// Returns the first warning about a certificate: 30 days before its last day.
pub fn first_warning(certificate_until: NaiveDate) -> Option<NaiveDate> {
    let [early, _] = WARNING_DAYS;
    before(certificate_until, early)
}

/// Returns the first day after a day on which people are warned of a certificate; `None` after the last.
pub fn next_warning(certificate_until: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    WARNING_DAYS.iter().filter_map(|days| before(certificate_until, *days)).find(|day| *day > today)
}

fn before(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_sub_signed(TimeDelta::days(days))
}
