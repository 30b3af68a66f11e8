//! Days and years of a contract counted from its first day, for templates of contracts, which have no days of their own.
//!
//! A day becomes the number of its month and the day of that month, as `+5/31` in the sixth month; 31 is the last day of
//! any month. A year in a text becomes `{year}`, and six digits of a year and a month become `{month}`, each with the
//! distance from those of the first day.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

/// Day that stands for the last day of a month.
const LAST: u32 = 31;
/// Years before and after that of the first day that a text counts from it.
const YEARS: std::ops::RangeInclusive<i32> = -1..=5;
const YEAR: &str = "year";
const MONTH: &str = "month";

/// A day of a term, counted from the month in which the term starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermDay {
    months: i32,
    day: u32,
}

impl TermDay {
    /// Returns the first day of a term itself, which keeps its day of the month.
    pub fn start(first: NaiveDate) -> Self {
        Self { months: 0, day: first.day() }
    }

    /// Returns a day of the term that starts on `first`.
    pub fn of(first: NaiveDate, day: NaiveDate) -> Self {
        let is_last = day.succ_opt().is_none_or(|next| next.month() != day.month());
        Self { months: month_number(day) - month_number(first), day: if is_last { LAST } else { day.day() } }
    }

    /// Returns the day in a term that starts on `first`, where `start` is the first day of the template; `None` if out of
    /// range. The days that the term starts later in its month than the template move the day likewise.
    pub fn day(self, start: Self, first: NaiveDate) -> Option<NaiveDate> {
        let own = first.with_day(1)?;
        let (month, began) = match in_month(own, start.day)? {
            began if began <= first => (own, began),
            _ => {
                let before = own.checked_sub_months(Months::new(1))?;
                (before, in_month(before, start.day)?)
            }
        };
        let months = Months::new(self.months.unsigned_abs());
        let month = if self.months < 0 { month.checked_sub_months(months) } else { month.checked_add_months(months) };
        in_month(month?, self.day)?.checked_add_signed(TimeDelta::days((first - began).num_days()))
    }
}

impl Display for TermDay {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:+}/{}", self.months, self.day)
    }
}

impl FromStr for TermDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (months, day) = text.split_once('/').ok_or(())?;
        let (months, day) = (months.parse().map_err(|_| ())?, day.parse().map_err(|_| ())?);
        if (1..=LAST).contains(&day) { Ok(Self { months, day }) } else { Err(()) }
    }
}

/// Returns a day of the month that begins on `month`, or the last day of a month that is shorter.
fn in_month(month: NaiveDate, day: u32) -> Option<NaiveDate> {
    let last = || month.checked_add_months(Months::new(1))?.pred_opt();
    month.with_day(day).or_else(last)
}

fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// Counts the years and months in a text from the first day of a term. Years far from the term stay as they are.
pub fn count_years(text: &str, first: NaiveDate) -> String {
    let mut counted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let (digits, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
        counted.push_str(before);
        counted.push_str(&mark(digits, first).unwrap_or_else(|| digits.to_owned()));
        rest = after;
    }
    counted + rest
}

/// Returns the mark for the digits of a year, or of a year and a month; `None` for other digits.
fn mark(digits: &str, first: NaiveDate) -> Option<String> {
    let (year, month) = digits.split_at_checked(4)?;
    let year: i32 = year.parse().ok()?;
    if !YEARS.contains(&(year - first.year())) {
        return None;
    }
    let (name, distance) = match (month.len(), month.parse::<i32>()) {
        (0, _) => (YEAR, year - first.year()),
        (2, Ok(month)) if (1..=12).contains(&month) => (MONTH, year * 12 + month - 1 - month_number(first)),
        _ => return None,
    };
    Some(if distance == 0 { format!("{{{name}}}") } else { format!("{{{name}{distance:+}}}") })
}

/// Replaces the marks in a text by the years and months of the term that starts on `first`.
pub fn fill_years(text: &str, first: NaiveDate) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        match from.split_once('}').and_then(|(mark, after)| Some((digits(mark, first)?, after))) {
            Some((digits, after)) => {
                filled.push_str(&digits);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = from;
            }
        }
    }
    filled + rest
}

/// Returns the digits for a mark without its braces; `None` for other text.
fn digits(mark: &str, first: NaiveDate) -> Option<String> {
    let distance = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i32>().ok() };
    if let Some(text) = mark.strip_prefix(YEAR) {
        return Some(first.year().checked_add(distance(text)?)?.to_string());
    }
    let number = month_number(first).checked_add(distance(mark.strip_prefix(MONTH)?)?)?;
    Some(format!("{}{:02}", number.div_euclid(12), number.rem_euclid(12) + 1))
}
