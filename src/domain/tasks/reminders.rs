//! The days on which people are reminded of a task.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::codes::AlertKind;
use crate::domain::tasks::TaskKind;

/// Days before the due day on which a reminder is sent, and its kind; -1 is the day after the due day.
type Stages = [(i64, AlertKind); 4];

const STAGES: Stages = [(7, AlertKind::Due7), (3, AlertKind::Due3), (1, AlertKind::Due1), (-1, AlertKind::Overdue)];
/// Stages of a step of a payment, after which each day costs interest.
const PAYMENT_STAGES: Stages =
    [(10, AlertKind::Due10), (5, AlertKind::Due5), (1, AlertKind::Due1), (-1, AlertKind::Overdue)];

/// Returns the stages of tasks of a stored kind.
fn stages_of(kind: &str) -> &'static Stages {
    if TaskKind::parse(kind).is_some_and(TaskKind::is_step_of_payment) { &PAYMENT_STAGES } else { &STAGES }
}

/// Returns the latest reminder of a task that is due by `today`: its kind, and the day on which it became due. `None`
/// before the first.
pub fn reminder_stage((kind, due_on): (&str, NaiveDate), today: NaiveDate) -> Option<(AlertKind, NaiveDate)> {
    let stages = stages_of(kind).iter().rev();
    stages.map(|(days, alert)| (*alert, stage_day(due_on, *days))).find(|(_, day)| *day <= today)
}

/// Returns the first day after `today` on which a reminder of a task is due; `None` after the last.
pub fn next_reminder((kind, due_on): (&str, NaiveDate), today: NaiveDate) -> Option<NaiveDate> {
    stages_of(kind).iter().map(|(days, _)| stage_day(due_on, *days)).find(|day| *day > today)
}

/// Returns the day so many days before a due day; a negative number counts days after it.
fn stage_day(due_on: NaiveDate, days_before: i64) -> NaiveDate {
    due_on.checked_sub_signed(TimeDelta::days(days_before)).unwrap_or(due_on)
}
