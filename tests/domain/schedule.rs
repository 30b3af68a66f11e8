//! Terms divided into months, quarters and parts.

use chrono::{Days, NaiveDate};
use luyue::domain::schedule::{Part, Rhythm, Shift, divide_term, most_parts_of, split_amount, split_quantity};
use proptest::prelude::*;

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

#[test]
fn days_and_names_move_with_the_first_day() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let moved = |from: &str, to: &str, of: &str| {
        Shift::between(day(from), day(to)).and_then(|shift| shift.day(day(of))).expect("a day").to_string()
    };
    assert_eq!(moved("2026-01-05", "2027-01-05", "2026-12-31"), "2027-12-31");
    assert_eq!(moved("2027-03-01", "2028-03-01", "2028-02-29"), "2029-02-28", "the end of a month stays there");
    assert_eq!(moved("2026-03-01", "2027-03-01", "2027-02-28"), "2028-02-29");
    assert_eq!(moved("2026-01-01", "2026-04-01", "2026-06-30"), "2026-09-30");
    assert_eq!(moved("2026-01-05", "2026-03-08", "2026-06-10"), "2026-08-13", "months, then days");
    assert_eq!(moved("2026-03-08", "2026-01-05", "2026-06-10"), "2026-04-07", "back as well");
    assert_eq!(moved("2026-01-31", "2026-02-28", "2026-05-15"), "2026-06-15", "as one month");
    let named = |from: &str, to: &str, text: &str| Shift::between(day(from), day(to)).expect("a shift").text(text);
    let later = |text: &str| named("2026-01-05", "2027-01-05", text);
    assert_eq!(later("2026年第1季度（2026-2027）"), "2027年第1季度（2027-2028）");
    assert_eq!(later("VISIT-202612"), "VISIT-202712");
    assert_eq!(later("VISIT-2026Q4"), "VISIT-2027Q4");
    for same in ["VISIT-202613", "12026", "1999", "2099", "第1期", ""] {
        assert_eq!(later(same), same);
    }
    assert_eq!(named("2026-01-05", "2027-02-05", "2026年"), "2026年", "by months alone no year is meant");
}
