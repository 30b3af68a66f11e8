//! A contract's timeline as a drawing: planned days, actual days, and today. It repeats the content of the tables next
//! to it. Each lane has the agreed days above and the actual days below, joined by a line.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::Language;
use crate::domain::facts::DecisionWord;
use crate::domain::standing::{DeliverableState, MilestoneState};
use crate::services::deliverables::DeliverableView;
use crate::services::documents::{ContractSnapshot, words};
use crate::services::payments::PaymentRequestView;
use crate::text::dates;

/// Left end and width of the lanes, in units of the drawing.
const LEFT: i64 = 70;
const WIDTH: i64 = 1000;
/// Maximum number of labelled month lines.
const MAX_LABELS: usize = 14;

/// A mark on a lane.
#[derive(Debug)]
pub struct Mark {
    /// Horizontal position.
    pub x: i64,
    /// Class: `good`, `bad`, `due`, `open` or `today`.
    pub class: &'static str,
    /// Name, day and state, shown on hovering.
    pub title: String,
}

/// The first day of a month.
#[derive(Debug)]
pub struct Tick {
    /// Horizontal position.
    pub x: i64,
    /// Month; left out where there is no room.
    pub label: Option<String>,
}

/// The line from an agreed day to the actual one.
#[derive(Debug)]
pub struct Delay {
    /// Position of the agreed day.
    pub from: i64,
    /// Position of the actual day.
    pub to: i64,
    /// `good`, or `bad` for a late one.
    pub class: &'static str,
}

/// Agreed and actual days of deliverables or of payments.
#[derive(Debug, Default)]
pub struct Lane {
    /// Agreed days.
    pub planned: Vec<Mark>,
    /// Actual days.
    pub actual: Vec<Mark>,
    /// Lines between the two.
    pub delays: Vec<Delay>,
}

/// The drawing.
#[derive(Debug)]
pub struct Timeline {
    /// Month lines.
    pub ticks: Vec<Tick>,
    /// The day that the page shows.
    pub today: Mark,
    /// Due days and submissions of deliverables.
    pub deliverables: Lane,
    /// Due days and payments of milestones.
    pub payments: Lane,
    /// First days of breaches.
    pub breaches: Vec<Mark>,
}

/// The days that the drawing spans.
struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn over(days: impl Iterator<Item = NaiveDate> + Clone) -> Option<(Self, NaiveDate)> {
        let (first, last) = (days.clone().min()?, days.max()?);
        Some((Self { first, days: (last - first).num_days().max(1) }, last))
    }

    fn x(&self, day: NaiveDate) -> i64 {
        LEFT + (day - self.first).num_days() * WIDTH / self.days
    }

    fn mark(&self, day: NaiveDate, class: &'static str, name: &str, state: &str) -> Mark {
        Mark { x: self.x(day), class, title: format!("{name} · {} · {state}", dates::short(day)) }
    }
}

impl Timeline {
    /// Draws the timeline of a contract with the submissions and payments up to the day shown.
    pub fn draw(
        snapshot: &ContractSnapshot,
        deliverables: &[DeliverableView],
        payments: &[PaymentRequestView],
        language: Language,
    ) -> Self {
        let (standing, by) = (&snapshot.standing, snapshot.as_of);
        let submitted = |code: &str| {
            let view = deliverables.iter().find(|view| view.code == code);
            view.map_or(&[][..], |view| &view.submissions).iter().filter(move |submission| submission.on <= by)
        };
        let paid = |code: &str| {
            let of: Vec<NaiveDate> =
                payments.iter().filter(|p| p.milestone == code).filter_map(|p| p.paid_on).collect();
            of.into_iter().filter(move |day| *day <= by)
        };
        let mut days = vec![snapshot.terms.starts_on, snapshot.terms.ends_on, snapshot.as_of];
        days.extend(standing.deliverables.iter().map(|deliverable| deliverable.due_on));
        days.extend(standing.deliverables.iter().flat_map(|d| submitted(d.code.as_str()).map(|s| s.on)));
        days.extend(standing.milestones.iter().filter_map(|milestone| milestone.due_on));
        days.extend(standing.milestones.iter().flat_map(|m| paid(m.code.as_str())));
        days.extend(standing.breaches.iter().map(|breach| breach.since));
        // The contract's own days make the list non-empty.
        let (scale, last) = Scale::over(days.iter().copied())
            .unwrap_or((Scale { first: snapshot.terms.starts_on, days: 1 }, snapshot.terms.ends_on));
        let delay = |due: NaiveDate, day: NaiveDate| Delay {
            from: scale.x(due),
            to: scale.x(day),
            class: if day > due { "bad" } else { "good" },
        };
        let mut delivering = Lane::default();
        for deliverable in &standing.deliverables {
            let code = deliverable.code.as_str();
            let name = snapshot.details.deliverable(code);
            let class = match deliverable.state {
                DeliverableState::Overdue | DeliverableState::Rejected => "bad",
                _ => "open",
            };
            let state = words::word("deliverable", deliverable.state, language);
            delivering.planned.push(scale.mark(deliverable.due_on, class, name, &state));
            for submission in submitted(code) {
                let decision = submission.decision.as_ref().filter(|decision| decision.on <= by);
                let class = match decision.map(|decision| decision.decision) {
                    Some(DecisionWord::Accepted) => "good",
                    Some(DecisionWord::Rejected) => "bad",
                    Some(DecisionWord::Partial) | None => "due",
                };
                let name = format!("{name} {}", submission.no);
                delivering.actual.push(scale.mark(submission.on, class, &name, &submission.quantity));
                delivering.delays.push(delay(deliverable.due_on, submission.on));
            }
        }
        let mut paying = Lane::default();
        for milestone in &standing.milestones {
            let code = milestone.code.as_str();
            let Some(due) = milestone.due_on else { continue };
            let class = if milestone.state == MilestoneState::Overdue { "bad" } else { "open" };
            let (name, state) = (snapshot.details.milestone(code), words::word("milestone", milestone.state, language));
            paying.planned.push(scale.mark(due, class, name, &state));
            for day in paid(code) {
                let class = if day > due { "bad" } else { "good" };
                paying.actual.push(scale.mark(
                    day,
                    class,
                    name,
                    &words::word("milestone", MilestoneState::Paid, language),
                ));
                paying.delays.push(delay(due, day));
            }
        }
        let breaches = standing.breaches.iter().map(|breach| {
            let name = words::clause(breach.clause.as_str(), snapshot, language);
            let class = if breach.waived { "open" } else { "bad" };
            scale.mark(breach.since, class, &name, &words::breach_subject_name(&breach.subject, snapshot))
        });
        Self {
            breaches: breaches.collect(),
            deliverables: delivering,
            payments: paying,
            today: Mark { x: scale.x(by), class: "today", title: dates::short(by) },
            ticks: ticks(scale.first, last, |day| scale.x(day)),
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
    let every = months.len().div_ceil(MAX_LABELS).max(1);
    let label =
        |place: usize, month: NaiveDate| (place.is_multiple_of(every)).then(|| month.format("%Y-%m").to_string());
    months.iter().enumerate().map(|(place, month)| Tick { x: x(*month), label: label(place, *month) }).collect()
}
