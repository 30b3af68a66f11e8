//! A contract's time line as a drawing: what was planned, what happened, and today. The tables beside it say the same.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::Language;
use crate::domain::standing::{DeliverableState, MilestoneState};
use crate::services::documents::SummaryInput;
use crate::services::documents::words;
use crate::text::dates;

/// Where the lanes begin and how wide they are, in the drawing's units.
const LEFT: i64 = 70;
const WIDTH: i64 = 1000;
/// Month lines that are labelled at most.
const LABELS: usize = 14;

/// A mark on a lane.
#[derive(Debug)]
pub struct Mark {
    /// Its place.
    pub x: i64,
    /// How it stands: `good`, `bad`, `due`, `open`.
    pub class: &'static str,
    /// What it is, and when.
    pub title: String,
}

/// A month's first day.
#[derive(Debug)]
pub struct Tick {
    /// Its place.
    pub x: i64,
    /// Its name; none where there is no room.
    pub label: Option<String>,
}

/// The drawing.
#[derive(Debug)]
pub struct Timeline {
    /// The months.
    pub ticks: Vec<Tick>,
    /// The day that the page shows.
    pub today: Mark,
    /// When each deliverable is due.
    pub deliverables: Vec<Mark>,
    /// When each milestone is to be paid.
    pub payments: Vec<Mark>,
    /// Since when each breach is.
    pub breaches: Vec<Mark>,
}

impl Timeline {
    /// The time line of a contract.
    pub fn of(input: &SummaryInput, language: Language) -> Self {
        let standing = &input.standing;
        let days = standing
            .deliverables
            .iter()
            .map(|deliverable| deliverable.due_on)
            .chain(standing.milestones.iter().filter_map(|milestone| milestone.due_on))
            .chain(standing.breaches.iter().map(|breach| breach.since))
            .chain([input.terms.starts_on, input.terms.ends_on, input.as_of]);
        let (first, last) =
            days.fold((input.terms.starts_on, input.terms.ends_on), |(a, b), day| (a.min(day), b.max(day)));
        let span = (last - first).num_days().max(1);
        let x = |day: NaiveDate| LEFT + (day - first).num_days() * WIDTH / span;
        let mark = |day: NaiveDate, class, name: &str, state: &str| Mark {
            x: x(day),
            class,
            title: format!("{name}：{}（{state}）", dates::short(day)),
        };
        let deliverables = standing.deliverables.iter().map(|deliverable| {
            let class = match deliverable.state {
                DeliverableState::Accepted => "good",
                DeliverableState::Overdue | DeliverableState::Rejected => "bad",
                DeliverableState::Partial | DeliverableState::Submitted => "due",
                DeliverableState::Open | DeliverableState::Cancelled => "open",
            };
            let name = input.details.deliverable(deliverable.code.as_str());
            mark(deliverable.due_on, class, name, &words::word("deliverable", deliverable.state, language))
        });
        let payments = standing.milestones.iter().filter_map(|milestone| {
            let class = match milestone.state {
                MilestoneState::Paid => "good",
                MilestoneState::Overdue => "bad",
                MilestoneState::Due => "due",
                MilestoneState::Waiting | MilestoneState::Earned => "open",
            };
            let name = input.details.milestone(milestone.code.as_str());
            Some(mark(milestone.due_on?, class, name, &words::word("milestone", milestone.state, language)))
        });
        let breaches = standing.breaches.iter().map(|breach| {
            let name = words::clause(breach.clause.as_str(), input, language);
            let class = if breach.waived { "open" } else { "bad" };
            mark(breach.since, class, &name, &words::subject(&breach.subject, input))
        });
        Self {
            deliverables: deliverables.collect(),
            payments: payments.collect(),
            breaches: breaches.collect(),
            today: Mark { x: x(input.as_of), class: "today", title: dates::short(input.as_of) },
            ticks: ticks(first, last, x),
        }
    }
}

fn ticks(first: NaiveDate, last: NaiveDate, x: impl Fn(NaiveDate) -> i64) -> Vec<Tick> {
    let mut months = Vec::new();
    let mut month = first.with_day(1).unwrap_or(first);
    while month <= last {
        if month >= first {
            months.push(month);
        }
        let Some(next) = month.checked_add_months(chrono::Months::new(1)) else { break };
        month = next;
    }
    let every = months.len().div_ceil(LABELS).max(1);
    let label =
        |place: usize, month: NaiveDate| (place.is_multiple_of(every)).then(|| month.format("%Y-%m").to_string());
    months.iter().enumerate().map(|(place, month)| Tick { x: x(*month), label: label(place, *month) }).collect()
}
