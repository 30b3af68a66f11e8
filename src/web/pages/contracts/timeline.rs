//! A contract's time line as a drawing: what was planned, what happened, and today. The tables beside it say the same.
//! Each lane has what was agreed above and what happened below, joined by a line.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::Language;
use crate::domain::facts::DecisionWord;
use crate::domain::standing::{DeliverableState, MilestoneState};
use crate::services::deliverables::DeliverableView;
use crate::services::documents::{SummaryInput, words};
use crate::services::payments::PaymentRequestView;
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

/// From what was agreed to what happened.
#[derive(Debug)]
pub struct Lag {
    /// Place of the day that was agreed.
    pub from: i64,
    /// Place of the day on which it happened.
    pub to: i64,
    /// `good`, or `bad` where it happened later.
    pub class: &'static str,
}

/// What was agreed of something, and what happened.
#[derive(Debug, Default)]
pub struct Lane {
    /// By when each was agreed.
    pub planned: Vec<Mark>,
    /// When each happened.
    pub actual: Vec<Mark>,
    /// Which belong together.
    pub lags: Vec<Lag>,
}

/// The drawing.
#[derive(Debug)]
pub struct Timeline {
    /// The months.
    pub ticks: Vec<Tick>,
    /// The day that the page shows.
    pub today: Mark,
    /// Deliverables: due, and handed over.
    pub deliverables: Lane,
    /// Milestones: to be paid by, and paid.
    pub payments: Lane,
    /// Since when each breach is.
    pub breaches: Vec<Mark>,
}

/// The days that a drawing spans, and where each has its place.
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
    /// The time line of a contract, with what was handed over and paid by the day that is shown.
    pub fn of(
        input: &SummaryInput,
        deliverables: &[DeliverableView],
        payments: &[PaymentRequestView],
        language: Language,
    ) -> Self {
        let (standing, by) = (&input.standing, input.as_of);
        let handed = |code: &str| {
            let view = deliverables.iter().find(|view| view.code == code);
            view.map_or(&[][..], |view| &view.submissions).iter().filter(move |submission| submission.on <= by)
        };
        let paid = |code: &str| {
            let of: Vec<NaiveDate> =
                payments.iter().filter(|p| p.milestone == code).filter_map(|p| p.paid_on).collect();
            of.into_iter().filter(move |day| *day <= by)
        };
        let mut days = vec![input.terms.starts_on, input.terms.ends_on, input.as_of];
        days.extend(standing.deliverables.iter().map(|deliverable| deliverable.due_on));
        days.extend(standing.deliverables.iter().flat_map(|d| handed(d.code.as_str()).map(|s| s.on)));
        days.extend(standing.milestones.iter().filter_map(|milestone| milestone.due_on));
        days.extend(standing.milestones.iter().flat_map(|m| paid(m.code.as_str())));
        days.extend(standing.breaches.iter().map(|breach| breach.since));
        // The contract's own days are always there.
        let (scale, last) = Scale::over(days.iter().copied())
            .unwrap_or((Scale { first: input.terms.starts_on, days: 1 }, input.terms.ends_on));
        let lag = |due: NaiveDate, day: NaiveDate| Lag {
            from: scale.x(due),
            to: scale.x(day),
            class: if day > due { "bad" } else { "good" },
        };
        let mut handing = Lane::default();
        for deliverable in &standing.deliverables {
            let code = deliverable.code.as_str();
            let name = input.details.deliverable(code);
            let class = match deliverable.state {
                DeliverableState::Overdue | DeliverableState::Rejected => "bad",
                _ => "open",
            };
            let state = words::word("deliverable", deliverable.state, language);
            handing.planned.push(scale.mark(deliverable.due_on, class, name, &state));
            for submission in handed(code) {
                let decision = submission.decision.as_ref().filter(|decision| decision.on <= by);
                let class = match decision.map(|decision| decision.decision) {
                    Some(DecisionWord::Accepted) => "good",
                    Some(DecisionWord::Rejected) => "bad",
                    Some(DecisionWord::Partial) | None => "due",
                };
                let name = format!("{name} {}", submission.no);
                handing.actual.push(scale.mark(submission.on, class, &name, &submission.quantity));
                handing.lags.push(lag(deliverable.due_on, submission.on));
            }
        }
        let mut paying = Lane::default();
        for milestone in &standing.milestones {
            let code = milestone.code.as_str();
            let Some(due) = milestone.due_on else { continue };
            let class = if milestone.state == MilestoneState::Overdue { "bad" } else { "open" };
            let (name, state) = (input.details.milestone(code), words::word("milestone", milestone.state, language));
            paying.planned.push(scale.mark(due, class, name, &state));
            for day in paid(code) {
                let class = if day > due { "bad" } else { "good" };
                paying.actual.push(scale.mark(
                    day,
                    class,
                    name,
                    &words::word("milestone", MilestoneState::Paid, language),
                ));
                paying.lags.push(lag(due, day));
            }
        }
        let breaches = standing.breaches.iter().map(|breach| {
            let name = words::clause(breach.clause.as_str(), input, language);
            let class = if breach.waived { "open" } else { "bad" };
            scale.mark(breach.since, class, &name, &words::subject(&breach.subject, input))
        });
        Self {
            breaches: breaches.collect(),
            deliverables: handing,
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
    let every = months.len().div_ceil(LABELS).max(1);
    let label =
        |place: usize, month: NaiveDate| (place.is_multiple_of(every)).then(|| month.format("%Y-%m").to_string());
    months.iter().enumerate().map(|(place, month)| Tick { x: x(*month), label: label(place, *month) }).collect()
}
