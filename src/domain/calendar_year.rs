//! One year of the working calendar: plausibility checks against the State Council's yearly notice, and the days that
//! importing the year would change. A later notice never changes days in the past, so no past result changes
//! (`docs/rules.md`).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::domain::calendar::Calendar;
use crate::domain::invalid::Invalid;

/// Years a calendar may cover, the same as those of a contract's days.
pub const YEARS: RangeInclusive<i32> = 2000..=2099;
/// Plausible number of weekdays off in a year. Thirteen holidays are fixed by law, some of them on weekends.
const OFF: RangeInclusive<usize> = 8..=40;
/// Maximum number of weekend days worked in a year.
const WORKED: usize = 20;
/// Holidays on the same day every year (全国年节及纪念日放假办法): month and day.
const ALWAYS_OFF: [(u32, u32); 3] = [(1, 1), (5, 1), (10, 1)];

/// Returns whether a day is in a year whose holidays have not been announced yet, so that a due day there may still
/// move. `announced_until` is the last announced year; `None` where the calendar does not matter.
pub fn is_provisional(day: NaiveDate, announced_until: Option<i32>) -> bool {
    announced_until.is_some_and(|last| day.year() > last)
}

/// The exceptions to the working week in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearDays {
    pub year: i32,
    /// Days off.
    pub holidays: Vec<NaiveDate>,
    /// Worked weekend days.
    pub workdays: Vec<NaiveDate>,
}

/// A day that an import would turn from working to off, or the reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayChange {
    pub day: NaiveDate,
    /// True if the day would become a working day.
    pub works: bool,
}

impl YearDays {
    /// Extracts one year from a calendar.
    pub fn from_calendar(calendar: &Calendar, year: i32) -> Self {
        Self::from_fn(year, |day| calendar.is_working_day(day))
    }

    fn from_fn(year: i32, works: impl Fn(NaiveDate) -> bool) -> Self {
        let all = || days_of(year);
        Self {
            year,
            holidays: all().filter(|day| !is_weekend(*day) && !works(*day)).collect(),
            workdays: all().filter(|day| is_weekend(*day) && works(*day)).collect(),
        }
    }

    /// Returns the reasons why this cannot be the announced year; empty if it is plausible.
    pub fn faults(&self) -> Vec<Invalid> {
        if !YEARS.contains(&self.year) {
            return vec![Invalid::at("year", "calendar-year")];
        }
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for (name, days) in [("holidays", &self.holidays), ("workdays", &self.workdays)] {
            for (place, day) in days.iter().enumerate() {
                let path = format!("{name}[{place}]");
                if day.year() != self.year {
                    faults.push(Invalid::at(&path, "calendar-other-year").with("day", day).with("year", self.year));
                } else if !seen.insert(*day) {
                    faults.push(Invalid::at(&path, "calendar-twice").with("day", day));
                } else if name == "workdays" && !is_weekend(*day) {
                    faults.push(Invalid::at(&path, "calendar-no-weekend").with("day", day));
                }
            }
        }
        let off = self.holidays.iter().filter(|day| !is_weekend(**day)).count();
        if !OFF.contains(&off) {
            let bounds = Invalid::at("holidays", "calendar-count-off").with("found", off);
            faults.push(bounds.with("least", OFF.start()).with("most", OFF.end()));
        }
        if self.workdays.len() > WORKED {
            faults.push(Invalid::at("workdays", "calendar-count-worked").with("most", WORKED));
        }
        let calendar = Calendar::new(self.holidays.iter().copied(), self.workdays.iter().copied());
        let always = ALWAYS_OFF.iter().filter_map(|(month, day)| NaiveDate::from_ymd_opt(self.year, *month, *day));
        for day in always.filter(|day| calendar.is_working_day(*day)) {
            faults.push(Invalid::at("holidays", "calendar-always-off").with("day", day));
        }
        faults
    }

    /// Merges this year into the calendar used so far, which keeps the days up to `today`. Also returns the past days
    /// on which the two differ.
    pub fn from_tomorrow(&self, so_far: &Calendar, today: NaiveDate) -> (Self, Vec<NaiveDate>) {
        let said = Calendar::new(self.holidays.iter().copied(), self.workdays.iter().copied());
        let held = |day| if day <= today { so_far.is_working_day(day) } else { said.is_working_day(day) };
        let kept = days_of(self.year).filter(|day| held(*day) != said.is_working_day(*day)).collect();
        (Self::from_fn(self.year, held), kept)
    }

    /// Returns the days that importing this year would change.
    pub fn changed_days(&self, so_far: &Calendar) -> Vec<DayChange> {
        let then = so_far.with_year(self);
        let all = days_of(self.year).map(|day| DayChange { day, works: then.is_working_day(day) });
        all.filter(|changed| so_far.is_working_day(changed.day) != changed.works).collect()
    }
}

/// Iterates over the days of a year; empty for a year outside chrono's range.
fn days_of(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    first.into_iter().flat_map(|first| first.iter_days()).take_while(move |day| day.year() == year)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
