//! Dates of made-up stories: counted from one another in calendar or working days.

use chrono::{Days, NaiveDate};

use crate::domain::calendar::Calendar;

/// Returns a date; `NaiveDate::MIN` for one that does not exist, which no story has.
pub(super) const fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, of_month) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// Adds calendar days.
pub(super) fn after(day: NaiveDate, days: usize) -> NaiveDate {
    day.checked_add_days(Days::new(days as u64)).unwrap_or(day)
}

/// Subtracts calendar days.
pub(super) fn before(day: NaiveDate, days: usize) -> NaiveDate {
    day.checked_sub_days(Days::new(days as u64)).unwrap_or(day)
}

/// Moves a day off to the next working day.
pub(super) fn working(day: NaiveDate) -> NaiveDate {
    Calendar::prc().roll(day)
}
