//! The working calendar, and days as whole numbers for arithmetic. It does not read the clock: callers pass the day.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::calendar_year::YearDays;
use crate::domain::invalid::Invalid;
use crate::domain::json;
use crate::domain::shape::{self, Date};

/// A civil day, numbered from the common era: 0001-01-01, a Monday, is 1.
pub(crate) type Day = i32;

/// Returns the number of a civil day.
pub(crate) fn day(date: NaiveDate) -> Day {
    date.num_days_from_ce()
}

/// Returns the date of a day number; the last date of chrono if out of range.
pub(crate) fn date(day: Day) -> NaiveDate {
    // Days of a contract end centuries before the last day of chrono.
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX)
}

/// The working days: Monday to Friday except holidays, and the weekend days worked in exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Lists", into = "Lists")]
pub struct Calendar {
    holidays: Vec<Day>,
    workdays: Vec<Day>,
}

impl Calendar {
    /// Creates a calendar from holidays and worked weekend days, in any order.
    pub fn new(holidays: impl IntoIterator<Item = NaiveDate>, workdays: impl IntoIterator<Item = NaiveDate>) -> Self {
        /// Sorts the days and removes repetitions.
        fn sort_days(dates: impl IntoIterator<Item = NaiveDate>) -> Vec<Day> {
            let mut days: Vec<Day> = dates.into_iter().map(day).collect();
            days.sort_unstable();
            days.dedup();
            days
        }
        Self { holidays: sort_days(holidays), workdays: sort_days(workdays) }
    }

    /// Returns the calendar with the days of one year replaced.
    pub fn with_year(&self, days: &YearDays) -> Self {
        let others = |list: &[Day]| -> Vec<NaiveDate> {
            list.iter().map(|number| date(*number)).filter(|day| day.year() != days.year).collect()
        };
        let both = |own: &[NaiveDate], list: &[Day]| own.iter().copied().chain(others(list)).collect::<Vec<_>>();
        Self::new(both(&days.holidays, &self.holidays), both(&days.workdays, &self.workdays))
    }

    /// Returns the built-in calendar of the People's Republic, from the State Council's notices for 2018 to 2026. In
    /// other years only weekends are off.
    pub fn prc() -> &'static Calendar {
        &built_in().calendar
    }

    /// Returns the first and last built-in year, and the notices that they come from.
    pub fn prc_years() -> (RangeInclusive<i32>, &'static str) {
        let built_in = built_in();
        (built_in.years.clone(), &built_in.source)
    }

    /// Returns whether a day is worked.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.works(day(date))
    }

    /// Returns the first working day on or after `from` (Civil Code, art. 203).
    pub fn roll(&self, from: NaiveDate) -> NaiveDate {
        date(self.roll_day(day(from)))
    }

    fn works(&self, day: Day) -> bool {
        let weekend = (day - 1).rem_euclid(7) >= 5;
        if weekend {
            self.workdays.binary_search(&day).is_ok()
        } else {
            self.holidays.binary_search(&day).is_err() || self.workdays.binary_search(&day).is_ok()
        }
    }

    /// Returns the first working day on or after `from`, as [`Calendar::roll`] does.
    pub(crate) fn roll_day(&self, from: Day) -> Day {
        let mut day = from;
        while !self.works(day) {
            day += 1;
        }
        day
    }
}

/// A calendar in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    #[serde(default, deserialize_with = "dates")]
    holidays: Vec<NaiveDate>,
    #[serde(default, deserialize_with = "dates")]
    workdays: Vec<NaiveDate>,
}

struct BuiltIn {
    calendar: Calendar,
    years: RangeInclusive<i32>,
    source: String,
}

/// Returns the built-in calendar, parsed once.
fn built_in() -> &'static BuiltIn {
    static PRC: OnceLock<BuiltIn> = OnceLock::new();
    PRC.get_or_init(|| {
        // Compiled in and covered by a test, so it cannot fail at run time.
        let published =
            CalendarFile::parse(include_bytes!("prc-calendar.json")).expect("the built-in calendar is JSON");
        let [first, last] = published.years.unwrap_or_default();
        let calendar = Calendar::new(published.holidays, published.workdays);
        BuiltIn { calendar, years: first..=last, source: published.source }
    })
}

/// A calendar file, built in or imported, with its source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// The notice or other source.
    #[serde(default)]
    pub source: String,
    /// First and last year.
    #[serde(default)]
    pub years: Option<[i32; 2]>,
    /// Days that are off.
    #[serde(default, deserialize_with = "dates")]
    pub holidays: Vec<NaiveDate>,
    /// Weekend days that are worked.
    #[serde(default, deserialize_with = "dates")]
    pub workdays: Vec<NaiveDate>,
}

impl CalendarFile {
    /// Parses a file.
    ///
    /// # Errors
    /// The first malformed value.
    pub fn parse(json: &[u8]) -> Result<Self, Invalid> {
        json::parse_object(json)
    }
}

fn dates<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<NaiveDate>, D::Error> {
    let dates: Vec<Date> = shape::list(deserializer)?;
    Ok(dates.into_iter().map(|Date(date)| date).collect())
}

impl From<Lists> for Calendar {
    fn from(lists: Lists) -> Self {
        Self::new(lists.holidays, lists.workdays)
    }
}

impl From<Calendar> for Lists {
    fn from(calendar: Calendar) -> Self {
        let dates = |days: Vec<Day>| days.into_iter().map(date).collect();
        Self { holidays: dates(calendar.holidays), workdays: dates(calendar.workdays) }
    }
}
