//! A contract's timeline as a drawing: planned days, actual days, and today. The drawing repeats the content of the
//! tables next to it. Each lane has the agreed days above and the actual days below, joined by a line.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::{Language, PaymentKind};
use crate::domain::facts::DecisionWord;
use crate::domain::standing::{BreachStanding, DeliverableState, MilestoneState};
use crate::services::deliverables::{DeliverableView, SubmissionView};
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
    /// Month; absent if there is no room for it.
    pub label: Option<String>,
}

/// The line from an agreed day to the actual day.
#[derive(Debug)]
pub struct Delay {
    /// Position of the agreed day.
    pub from: i64,
    /// Position of the actual day.
    pub to: i64,
    /// `good`, or `bad` for a late day.
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

    /// Draws the line from a due day to the day of the act.
    fn delay(&self, due: NaiveDate, day: NaiveDate) -> Delay {
        Delay { from: self.x(due), to: self.x(day), class: if day > due { "bad" } else { "good" } }
    }
}

/// The content of the drawing: a contract with its submissions and payments up to the snapshot's day.
struct Story<'a> {
    snapshot: &'a ContractSnapshot,
    deliverables: &'a [DeliverableView],
    payments: &'a [PaymentRequestView],
    language: Language,
}

impl Story<'_> {
    fn submissions_of(&self, code: &str) -> impl Iterator<Item = &SubmissionView> {
        let view = self.deliverables.iter().find(|view| view.code == code);
        let (submissions, by) = (view.map_or(&[][..], |view| &view.submissions), self.snapshot.as_of);
        submissions.iter().filter(move |submission| submission.on <= by)
    }

    /// Lists the days on which a milestone was paid.
    fn payment_days_of(&self, code: &str) -> Vec<NaiveDate> {
        let is_of = |payment: &&PaymentRequestView| payment.milestone == code && payment.kind == PaymentKind::Principal;
        let payments = self.payments.iter().filter(is_of);
        payments.filter_map(|payment| payment.paid_on).filter(|day| *day <= self.snapshot.as_of).collect()
    }

    /// Lists every day that has a mark, and the first and last day of the terms.
    fn days(&self) -> Vec<NaiveDate> {
        let standing = &self.snapshot.standing;
        let mut days = vec![self.snapshot.terms.starts_on, self.snapshot.terms.ends_on, self.snapshot.as_of];
        for deliverable in &standing.deliverables {
            days.push(deliverable.due_on);
            days.extend(self.submissions_of(deliverable.code.as_str()).map(|submission| submission.on));
        }
        for milestone in &standing.milestones {
            days.extend(milestone.due_on);
            days.extend(self.payment_days_of(milestone.code.as_str()));
        }
        days.extend(standing.breaches.iter().map(|breach| breach.since));
        days
    }

    /// Draws due days and submissions of the deliverables.
    fn deliveries(&self, scale: &Scale) -> Lane {
        let mut lane = Lane::default();
        for deliverable in &self.snapshot.standing.deliverables {
            let code = deliverable.code.as_str();
            let name = self.snapshot.details.deliverable(code);
            let class = match deliverable.state {
                DeliverableState::Overdue | DeliverableState::Rejected => "bad",
                DeliverableState::Open
                | DeliverableState::Submitted
                | DeliverableState::Partial
                | DeliverableState::Accepted
                | DeliverableState::Cancelled => "open",
            };
            let state = words::word("deliverable", deliverable.state, self.language);
            lane.planned.push(scale.mark(deliverable.due_on, class, name, &state));
            for submission in self.submissions_of(code) {
                let decision = submission.decision.as_ref().filter(|decision| decision.on <= self.snapshot.as_of);
                let class = match decision.map(|decision| decision.decision) {
                    Some(DecisionWord::Accepted) => "good",
                    Some(DecisionWord::Rejected) => "bad",
                    Some(DecisionWord::Partial) | None => "due",
                };
                let name = format!("{name} {}", submission.no);
                lane.actual.push(scale.mark(submission.on, class, &name, &submission.quantity));
                lane.delays.push(scale.delay(deliverable.due_on, submission.on));
            }
        }
        lane
    }

    /// Draws due days and payments of the milestones.
    fn payments(&self, scale: &Scale) -> Lane {
        let mut lane = Lane::default();
        let word = |state: MilestoneState| words::word("milestone", state, self.language);
        for milestone in &self.snapshot.standing.milestones {
            let code = milestone.code.as_str();
            let Some(due) = milestone.due_on else { continue };
            let class = if milestone.state == MilestoneState::Overdue { "bad" } else { "open" };
            let name = self.snapshot.details.milestone(code);
            lane.planned.push(scale.mark(due, class, name, &word(milestone.state)));
            for day in self.payment_days_of(code) {
                let delay = scale.delay(due, day);
                lane.actual.push(scale.mark(day, delay.class, name, &word(MilestoneState::Paid)));
                lane.delays.push(delay);
            }
        }
        lane
    }

    /// Draws the first day of each breach.
    fn breaches(&self, scale: &Scale) -> Vec<Mark> {
        let mark = |breach: &BreachStanding| {
            let name = words::clause(breach.clause.as_str(), self.snapshot, self.language);
            let class = if breach.waived { "open" } else { "bad" };
            scale.mark(breach.since, class, &name, &words::breach_subject_name(&breach.subject, self.snapshot))
        };
        self.snapshot.standing.breaches.iter().map(mark).collect()
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
        let story = Story { snapshot, deliverables, payments, language };
        let days = story.days();
        // The contract's own days make the list non-empty.
        let (scale, last) = Scale::over(days.iter().copied())
            .unwrap_or((Scale { first: snapshot.terms.starts_on, days: 1 }, snapshot.terms.ends_on));
        Self {
            breaches: story.breaches(&scale),
            deliverables: story.deliveries(&scale),
            payments: story.payments(&scale),
            today: Mark { x: scale.x(snapshot.as_of), class: "today", title: dates::short(snapshot.as_of) },
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
