//! The working calendar, and days as whole numbers to reckon with. It must not know the clock: whoever asks brings the day.

use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::shape::{self, Date};

/// A civil day as its number from the common era: 0001-01-01, a Monday, is 1.
pub(crate) type Day = i32;

/// The number of a civil day.
pub(crate) fn day(date: NaiveDate) -> Day {
    date.num_days_from_ce()
}

/// The civil day of a number.
pub(crate) fn date(day: Day) -> NaiveDate {
    // Days of a contract end centuries before the last that chrono knows.
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX)
}

/// Which days are worked: Monday to Friday but holidays, and the weekend days that are worked in exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Lists", into = "Lists")]
pub struct Calendar {
    holidays: Vec<Day>,
    workdays: Vec<Day>,
}

impl Calendar {
    /// A calendar of holidays and of weekend days that are worked, in any order.
    pub fn new(holidays: impl IntoIterator<Item = NaiveDate>, workdays: impl IntoIterator<Item = NaiveDate>) -> Self {
        fn sorted(dates: impl IntoIterator<Item = NaiveDate>) -> Vec<Day> {
            let mut days: Vec<Day> = dates.into_iter().map(day).collect();
            days.sort_unstable();
            days.dedup();
            days
        }
        Self { holidays: sorted(holidays), workdays: sorted(workdays) }
    }

    /// The built-in calendar of the People's Republic, from the State Council's notices of 2018 to 2026; other years have weekends alone.
    pub fn prc() -> &'static Calendar {
        static PRC: OnceLock<Calendar> = OnceLock::new();
        PRC.get_or_init(|| {
            // Compiled in, and read by a test: it cannot fail at run time.
            let published: Published =
                serde_json::from_str(include_str!("prc-calendar.json")).expect("the built-in calendar is JSON");
            Calendar::from(Lists { holidays: published.holidays, workdays: published.workdays })
        })
    }

    /// Whether the day is worked.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.works(day(date))
    }

    /// The first working day on or after a day (Civil Code, art. 203).
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

    pub(crate) fn roll_day(&self, from: Day) -> Day {
        let mut day = from;
        while !self.works(day) {
            day += 1;
        }
        day
    }
}

/// The calendar as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    #[serde(default, deserialize_with = "dates")]
    holidays: Vec<NaiveDate>,
    #[serde(default, deserialize_with = "dates")]
    workdays: Vec<NaiveDate>,
}

/// The built-in calendar's file, which also says where it is from.
#[derive(Deserialize)]
struct Published {
    #[serde(deserialize_with = "dates")]
    holidays: Vec<NaiveDate>,
    #[serde(deserialize_with = "dates")]
    workdays: Vec<NaiveDate>,
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
