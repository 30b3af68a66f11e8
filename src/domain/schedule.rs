//! Proposals for a new contract: divides its term into months, quarters or equal parts, and quantities and amounts over
//! them. People edit the result before it is agreed.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::domain::numbers::Quantity;

codes! {
    /// The periods into which a term is divided: of the calendar, of the contract (counted from its first day), or equal.
    pub enum Rhythm {
        Monthly = "monthly",
        ContractMonthly = "contract_monthly",
        Quarterly = "quarterly",
        ContractQuarterly = "contract_quarterly",
        Count = "count",
    }
}

/// Most parts into which a term is divided.
pub const MOST_PARTS: usize = 120;

/// A part of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Year, and the number of the calendar month or quarter within it; for other parts, the number of the part.
    pub of: (i32, u32),
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Set for a month or quarter that the term does not cover in full.
    pub is_short: bool,
}

/// Divides a term into the months or quarters it touches, the first and last cut at the ends of the term, or into
/// `count` parts of nearly equal length. `None` if that gives no part or more than [`MOST_PARTS`].
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

/// Counts from the first day of the term, so that a term from the 31st keeps to the ends of shorter months.
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

fn part_within(whole: (NaiveDate, NaiveDate), term: (NaiveDate, NaiveDate), of: (i32, u32)) -> Part {
    let (starts_on, ends_on) = (whole.0.max(term.0), whole.1.min(term.1));
    Part { of, starts_on, ends_on, is_short: (starts_on, ends_on) != whole }
}

/// Splits a quantity into parts that add up to it. A whole quantity gives whole parts that differ by at most one;
/// another gives parts that differ by at most the smallest unit. `None` if a part would be 0.
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

/// Returns the most parts into which a quantity can be split without a part of 0.
pub fn most_parts_of(quantity: Quantity) -> usize {
    usize::try_from(quantity.units() / quantity_step(quantity)).unwrap_or(MOST_PARTS).min(MOST_PARTS)
}

/// Returns the unit in which a quantity is split: one, or the smallest unit for a quantity that is not whole.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(from: &str, to: &str, rhythm: Rhythm, count: usize) -> Vec<Part> {
        let day = |text: &str| text.parse().expect("a day");
        divide_term(day(from), day(to), rhythm, count).unwrap_or_default()
    }

    fn ends(from: &str, to: &str, rhythm: Rhythm, count: usize) -> Vec<String> {
        parts(from, to, rhythm, count).iter().map(|part| part.ends_on.to_string()).collect()
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
        assert_eq!(ends("2000-01-01", "2099-12-31", Rhythm::ContractMonthly, 0), [""; 0], "too many");
    }

    #[test]
    fn months_of_the_contract_begin_on_its_first_day() {
        assert_eq!(
            ends("2026-01-05", "2026-03-15", Rhythm::ContractMonthly, 0),
            ["2026-02-04", "2026-03-04", "2026-03-15"]
        );
        assert_eq!(
            ends("2026-01-31", "2026-04-29", Rhythm::ContractMonthly, 0),
            ["2026-02-27", "2026-03-30", "2026-04-29"]
        );
        assert_eq!(ends("2026-01-05", "2026-07-04", Rhythm::ContractQuarterly, 0), ["2026-04-04", "2026-07-04"]);
        assert_eq!(ends("2028-02-29", "2029-02-28", Rhythm::ContractMonthly, 0).len(), 13, "one day after the year");
        assert_eq!(ends("2026-01-01", "2026-12-31", Rhythm::ContractMonthly, 0).len(), 12);
    }

    #[test]
    fn short_parts_are_named() {
        let short = |from: &str, to: &str, rhythm| -> Vec<bool> {
            parts(from, to, rhythm, 0).iter().map(|part| part.is_short).collect()
        };
        assert_eq!(short("2026-01-05", "2026-03-31", Rhythm::Monthly), [true, false, false]);
        assert_eq!(short("2026-01-05", "2026-03-31", Rhythm::ContractMonthly), [false, false, true]);
        assert_eq!(short("2026-01-05", "2026-04-04", Rhythm::ContractMonthly), [false; 3]);
        assert_eq!(short("2026-01-05", "2026-01-20", Rhythm::Quarterly), [true]);
    }

    #[test]
    fn the_parts_of_a_quantity_are_the_quantity() {
        let parts = |text: &str, all| {
            let parts = split_quantity(text.parse().expect("a quantity"), all)?;
            Some(parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(parts("100", 12).as_deref(), Some("8 8 9 8 8 9 8 8 9 8 8 9"));
        assert_eq!(parts("1.0001", 2).as_deref(), Some("0.5 0.5001"));
        assert_eq!(parts("1", 2), None);
        assert_eq!(parts("0", 1), None);
        assert_eq!(parts("0.0003", 4), None);
        assert_eq!(most_parts_of("0.0003".parse().expect("a quantity")), 3);
        assert_eq!(most_parts_of("7".parse().expect("a quantity")), 7);
    }

    #[test]
    fn fen_left_over_go_to_the_largest_remainders() {
        assert_eq!(split_amount(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split_amount(1000, &[2, 3, 7]), [167, 250, 583]);
        assert_eq!(split_amount(0, &[1, 2]), [0, 0]);
        assert_eq!(split_amount(5, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_differ_by_less_than_a_fen(fen in 0i128..10_i128.pow(14), weights in prop::collection::vec(0i128..10_i128.pow(14), 1..40)) {
            let (parts, total) = (split_amount(fen, &weights), weights.iter().sum::<i128>());
            prop_assume!(total > 0);
            prop_assert_eq!(parts.iter().sum::<i128>(), fen);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!((part * total - fen * weight).abs() < total);
            }
        }

        #[test]
        fn parts_of_a_term_follow_each_other(start in 0u64..30_000, days in 0u64..2_000, rhythm in prop::sample::select(Rhythm::ALL), count in 1usize..40) {
            let first = NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| day.checked_add_days(Days::new(start)));
            let first = first.expect("a day");
            let last = first.checked_add_days(Days::new(days)).expect("a day");
            if let Some(parts) = divide_term(first, last, rhythm, count) {
                prop_assert_eq!(parts.first().map(|part| part.starts_on), Some(first));
                prop_assert_eq!(parts.last().map(|part| part.ends_on), Some(last));
                for pair in parts.windows(2) {
                    prop_assert_eq!(pair[0].ends_on.succ_opt(), Some(pair[1].starts_on));
                }
                let inside = parts.iter().skip(1).rev().skip(1);
                prop_assert!(inside.into_iter().all(|part| !part.is_short), "only the first and the last are short");
            }
        }
    }
}
