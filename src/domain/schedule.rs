//! Proposals for a new contract: its term divided into months, quarters or equal parts, and quantities and amounts
//! divided over the parts. People edit the result before it is agreed.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::domain::numbers::Quantity;

codes! {
    /// The periods into which a term is divided: of the calendar, of the contract (counted from its first day), or
    /// equal.
    pub enum Rhythm {
        Monthly = "monthly",
        ContractMonthly = "contract_monthly",
        Quarterly = "quarterly",
        ContractQuarterly = "contract_quarterly",
        Count = "count",
    }
}

/// Maximum number of parts of a term.
pub const MOST_PARTS: usize = 120;

/// A part of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Year, and the number of the calendar month or quarter within the year; for other rhythms, the number of the
    /// part.
    pub of: (i32, u32),
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Set for a month or quarter that the term does not cover in full.
    pub is_short: bool,
}

/// Divides a term into the months or quarters it touches, the first and last cut at the ends of the term, or into
/// `count` parts of nearly equal length. `None` if there would be no part or more than [`MOST_PARTS`].
pub fn divide_term(starts_on: NaiveDate, ends_on: NaiveDate, rhythm: Rhythm, count: usize) -> Option<Vec<Part>> {
    let parts = match rhythm {
        Rhythm::Monthly => calendar_parts(starts_on, ends_on, 1)?,
        Rhythm::Quarterly => calendar_parts(starts_on, ends_on, 3)?,
        Rhythm::ContractMonthly => contract_parts(starts_on, ends_on, 1)?,
        Rhythm::ContractQuarterly => contract_parts(starts_on, ends_on, 3)?,
        Rhythm::Count => {
            let days = u64::try_from((ends_on - starts_on).num_days() + 1).ok()?;
            let all = u64::try_from(count).ok().filter(|all| (1..=MOST_PARTS as u64).contains(all) && *all <= days)?;
            let start = |number: u64| starts_on.checked_add_days(Days::new(days * number / all));
            let part = |number: u64| {
                let of = (starts_on.year(), u32::try_from(number + 1).ok()?);
                Some(Part { of, starts_on: start(number)?, ends_on: start(number + 1)?.pred_opt()?, is_short: false })
            };
            (0..all).map(part).collect::<Option<_>>()?
        }
    };
    Some(parts).filter(|parts| (1..=MOST_PARTS).contains(&parts.len()))
}

/// Divides a term at the calendar's periods of so many months.
fn calendar_parts(starts_on: NaiveDate, ends_on: NaiveDate, months: u32) -> Option<Vec<Part>> {
    let number = starts_on.month0() / months;
    let mut first = NaiveDate::from_ymd_opt(starts_on.year(), number * months + 1, 1)?;
    let mut parts = Vec::new();
    while first <= ends_on && parts.len() <= MOST_PARTS {
        let next = first.checked_add_months(Months::new(months))?;
        let of = (first.year(), first.month0() / months + 1);
        parts.push(part_within((first, next.pred_opt()?), (starts_on, ends_on), of));
        first = next;
    }
    Some(parts)
}

/// Divides a term into periods of so many months, counted from its first day, so that a term that begins on the 31st
/// keeps to the ends of shorter months.
fn contract_parts(starts_on: NaiveDate, ends_on: NaiveDate, months: u32) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let start = |number: u32| starts_on.checked_add_months(Months::new(number * months));
    for number in 0..=u32::try_from(MOST_PARTS).ok()? {
        let first = start(number)?;
        if first > ends_on {
            break;
        }
        let last = start(number + 1)?.pred_opt()?;
        parts.push(part_within((first, last), (starts_on, ends_on), (starts_on.year(), number + 1)));
    }
    Some(parts)
}

/// Cuts a period to the term.
fn part_within(whole: (NaiveDate, NaiveDate), term: (NaiveDate, NaiveDate), of: (i32, u32)) -> Part {
    let (starts_on, ends_on) = (whole.0.max(term.0), whole.1.min(term.1));
    Part { of, starts_on, ends_on, is_short: (starts_on, ends_on) != whole }
}

/// Splits a quantity into parts that add up to it. The parts of a whole quantity are whole and differ by at most one;
/// those of another differ by at most the smallest unit, 0.0001. `None` if a part would be 0.
pub fn split_quantity(quantity: Quantity, parts: usize) -> Option<Vec<Quantity>> {
    let step = quantity_step(quantity);
    let (steps, all) = (u128::from(quantity.units() / step), parts as u128);
    if steps < all || all == 0 {
        return None;
    }
    let until = |number: u128| u64::try_from(steps * number / all).ok();
    let part = |number| Quantity::from_units((until(number + 1)? - until(number)?) * step);
    (0..all).map(part).collect()
}

/// Returns the largest number of parts, up to [`MOST_PARTS`], into which a quantity can be split without a part of 0.
pub fn most_parts_of(quantity: Quantity) -> usize {
    usize::try_from(quantity.units() / quantity_step(quantity)).unwrap_or(MOST_PARTS).min(MOST_PARTS)
}

/// Returns the step in which a quantity is split, in units of 10^-4: one whole, or one unit if the quantity is not
/// whole.
fn quantity_step(quantity: Quantity) -> u64 {
    let one = u64::try_from(Quantity::SCALE).unwrap_or(1);
    if quantity.units().is_multiple_of(one) { one } else { 1 }
}

/// Splits an amount in fen in proportion to weights, by largest remainder: each part is rounded down, and the fen left
/// over go to the parts with the largest remainders, the earlier first. The parts add up to the amount.
pub fn split_amount(fen: i128, weights: &[i128]) -> Vec<i128> {
    let total: i128 = weights.iter().sum();
    if total <= 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i128> = weights.iter().map(|weight| fen * weight / total).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    let remainder = |place: &usize| weights.get(*place).map_or(0, |weight| fen * weight % total);
    by_remainder.sort_by_key(|place| std::cmp::Reverse(remainder(place)));
    let left = fen - parts.iter().sum::<i128>();
    for place in by_remainder.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        if let Some(part) = parts.get_mut(place) {
            *part += 1;
        }
    }
    parts
}

/// The distance between the first days of two terms, by which the other days of a copied contract are moved: whole
/// months, and the days beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    months: i32,
    days: i64,
}

impl Shift {
    /// Measures the distance between two days; `None` if it is out of range.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
        let later = |months| Some((months, add_months(from, months)?));
        let (months, reached) = later(months).filter(|(_, day)| *day <= to).or_else(|| later(months - 1))?;
        Some(Self { months, days: (to - reached).num_days() })
    }

    /// Returns the distance in years; `None` unless it is a whole number of years.
    pub fn years(self) -> Option<i32> {
        (self.days == 0 && self.months % 12 == 0).then_some(self.months / 12)
    }

    /// Moves a day; `None` if out of range. The last day of a month stays the last day of its month.
    pub fn day(self, day: NaiveDate) -> Option<NaiveDate> {
        let is_last = day.succ_opt()?.month() != day.month();
        let moved = add_months(day, self.months)?;
        let moved = if is_last { last_of_month(moved)? } else { moved };
        moved.checked_add_signed(chrono::TimeDelta::days(self.days))
    }

    /// Moves each year from 2000 to 2099 in a text, alone or before the two digits of a month, by whole years. A
    /// distance that is not in whole years leaves the text as it is.
    pub fn text(self, text: &str) -> String {
        let Some(years) = self.years() else { return text.to_owned() };
        let mut moved = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, from) = rest.split_at(start);
            let (digits, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
            moved.push_str(before);
            moved.push_str(&moved_year(digits, years).unwrap_or_else(|| digits.to_owned()));
            rest = after;
        }
        moved + rest
    }
}

/// Adds months, which may be negative; a day that its month lacks becomes the month's last.
fn add_months(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let number = Months::new(months.unsigned_abs());
    if months < 0 { day.checked_sub_months(number) } else { day.checked_add_months(number) }
}

/// Returns the last day of a day's month.
fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Moves a year, alone or before the two digits of a month; `None` for other digits or outside 2000 to 2099.
fn moved_year(digits: &str, years: i32) -> Option<String> {
    let (year, month) = digits.split_at_checked(4)?;
    let is_month = month.is_empty() || (month.len() == 2 && (1..=12).contains(&month.parse::<u32>().ok()?));
    let known = |year: &i32| (2000..=2099).contains(year);
    let moved = year.parse::<i32>().ok().filter(|year| is_month && known(year))? + years;
    known(&moved).then(|| format!("{moved}{month}"))
}
