//! The days on which people are reminded of a task.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::codes::AlertKind;

/// Days before the due day on which a reminder is sent, and its kind; -1 is the day after the due day.
pub const REMINDER_STAGES: [(i64, AlertKind); 4] =
    [(7, AlertKind::Due7), (3, AlertKind::Due3), (1, AlertKind::Due1), (-1, AlertKind::Overdue)];

/// Returns the latest reminder due by `today`: its kind, and the day on which it became due. `None` before the first.
pub fn reminder_stage(due_on: NaiveDate, today: NaiveDate) -> Option<(AlertKind, NaiveDate)> {
    REMINDER_STAGES.iter().rev().map(|(days, kind)| (*kind, stage_day(due_on, *days))).find(|(_, day)| *day <= today)
}

/// Returns the first day after `today` on which a reminder is due; `None` after the last.
pub fn next_reminder(due_on: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    REMINDER_STAGES.iter().map(|(days, _)| stage_day(due_on, *days)).find(|day| *day > today)
}

/// Returns the day so many days before a due day; a negative number counts days after it.
fn stage_day(due_on: NaiveDate, days_before: i64) -> NaiveDate {
    due_on.checked_sub_signed(TimeDelta::days(days_before)).unwrap_or(due_on)
}
