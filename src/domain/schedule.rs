//! Proposals for a new contract: divides its term into months, quarters or equal parts, and a quantity over them.
//! People edit the result before it is agreed.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::domain::numbers::Quantity;

codes! {
    /// The periods into which a term is divided.
    pub enum Rhythm {
        Monthly = "monthly",
        Quarterly = "quarterly",
        Count = "count",
    }
}

/// Most parts into which a term is divided.
pub const MOST_PARTS: usize = 120;

/// A part of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Year, and the number of the month or quarter within it; for equal parts, the number of the part.
    pub of: (i32, u32),
    /// Last day.
    pub ends_on: NaiveDate,
}

/// Divides a term into the calendar months or quarters it touches, the last cut at the end of the term, or into `count`
/// parts of nearly equal length. `None` if that gives no part or more than [`MOST_PARTS`].
pub fn divide_term(starts_on: NaiveDate, ends_on: NaiveDate, rhythm: Rhythm, count: usize) -> Option<Vec<Part>> {
    let parts = match rhythm {
        Rhythm::Monthly => calendar_parts(starts_on, ends_on, 1)?,
        Rhythm::Quarterly => calendar_parts(starts_on, ends_on, 3)?,
        Rhythm::Count => {
            let days = u64::try_from((ends_on - starts_on).num_days() + 1).ok()?;
            let all = u64::try_from(count).ok().filter(|all| (1..=MOST_PARTS as u64).contains(all) && *all <= days)?;
            let end = |number: u64| starts_on.checked_add_days(Days::new(days * number / all - 1));
            let part =
                |number: u64| Some(Part { of: (starts_on.year(), u32::try_from(number).ok()?), ends_on: end(number)? });
            (1..=all).map(part).collect::<Option<_>>()?
        }
    };
    Some(parts).filter(|parts| (1..=MOST_PARTS).contains(&parts.len()))
}

fn calendar_parts(starts_on: NaiveDate, ends_on: NaiveDate, months: u32) -> Option<Vec<Part>> {
    let number = starts_on.month0() / months;
    let mut first = NaiveDate::from_ymd_opt(starts_on.year(), number * months + 1, 1)?;
    let mut parts = Vec::new();
    while first <= ends_on && parts.len() <= MOST_PARTS {
        let next = first.checked_add_months(Months::new(months))?;
        let of = (first.year(), first.month0() / months + 1);
        parts.push(Part { of, ends_on: next.pred_opt()?.min(ends_on) });
        first = next;
    }
    Some(parts)
}

/// Splits a quantity into parts that add up to it. A whole quantity gives whole parts that differ by at most one;
/// another gives parts that differ by at most the smallest unit.
pub fn split_quantity(quantity: Quantity, parts: usize) -> Vec<Quantity> {
    let one = u64::try_from(Quantity::SCALE).unwrap_or(1);
    let step = if quantity.units().is_multiple_of(one) { one } else { 1 };
    let (steps, all) = (u128::from(quantity.units() / step), parts as u128);
    let until = |number: u128| u64::try_from(steps * number / all.max(1)).unwrap_or_default();
    let part = |number| Quantity::from_units((until(number + 1) - until(number)) * step).unwrap_or_default();
    (0..all).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(from: &str, to: &str, rhythm: Rhythm, count: usize) -> Vec<String> {
        let day = |text: &str| text.parse().expect("a day");
        let parts = divide_term(day(from), day(to), rhythm, count).unwrap_or_default();
        parts.iter().map(|part| part.ends_on.to_string()).collect()
    }

    #[test]
    fn a_term_has_its_months_its_quarters_and_its_parts() {
        assert_eq!(ends("2026-01-05", "2026-03-15", Rhythm::Monthly, 0), ["2026-01-31", "2026-02-28", "2026-03-15"]);
        assert_eq!(
            ends("2026-02-10", "2026-12-31", Rhythm::Quarterly, 0),
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
        );
        assert_eq!(ends("2026-01-01", "2026-12-31", Rhythm::Count, 2), ["2026-07-01", "2026-12-31"]);
        assert_eq!(ends("2026-01-01", "2026-01-02", Rhythm::Count, 3), [""; 0], "more parts than days");
        assert_eq!(ends("2026-02-01", "2026-01-01", Rhythm::Monthly, 0), [""; 0], "a term that ends before it begins");
        assert_eq!(ends("2000-01-01", "2099-12-31", Rhythm::Monthly, 0), [""; 0], "too many");
    }

    #[test]
    fn the_parts_of_a_quantity_are_the_quantity() {
        let parts = |text: &str, all| {
            split_quantity(text.parse().expect("a quantity"), all).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(parts("100", 12).join(" "), "8 8 9 8 8 9 8 8 9 8 8 9");
        assert_eq!(parts("1.0001", 2), ["0.5", "0.5001"]);
        assert_eq!(parts("1", 2), ["0", "1"]);
    }
}
