//! Days and years counted from the first day of a term, and back.

use chrono::NaiveDate;
use luyue::domain::term_days::{TermDay, count_years, fill_years};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Counts a day from one first day and returns the day for another.
fn moved(first: &str, of: &str, to: &str) -> String {
    let counted = TermDay::of(day(first), day(of)).to_string();
    let read: TermDay = counted.parse().expect("as written");
    read.day(TermDay::start(day(first)), day(to)).expect("in range").to_string()
}

#[test]
fn days_move_with_the_first_day() {
    for (first, of, to, expected) in [
        ("2026-01-05", "2026-01-12", "2027-01-05", "2027-01-12"),
        ("2026-01-05", "2026-12-31", "2027-01-05", "2027-12-31"),
        ("2026-01-05", "2026-02-28", "2028-01-05", "2028-02-29"),
        ("2026-01-01", "2026-12-31", "2026-03-08", "2027-03-07"),
        ("2026-01-05", "2026-06-30", "2027-02-01", "2027-07-27"),
        ("2026-03-31", "2026-04-30", "2027-02-28", "2027-03-31"),
        ("2026-03-10", "2026-02-20", "2027-03-10", "2027-02-20"),
        ("2026-06-01", "2026-07-30", "2027-01-01", "2027-02-28"),
    ] {
        assert_eq!(moved(first, of, to), expected, "{of} from {first} to {to}");
    }
}

#[test]
fn days_out_of_range_and_other_texts_are_no_days() {
    let begun = TermDay::start(day("2026-01-05"));
    for text in ["", "+5", "5/32", "+5/0", "x/1", "2026-01-05"] {
        assert!(text.parse::<TermDay>().is_err(), "{text}");
    }
    let far: TermDay = "+4000000/1".parse().expect("a day of a term");
    assert_eq!(far.day(begun, day("2026-01-05")), None);
}

#[test]
fn years_of_the_term_follow_it_and_others_stay() {
    let first = day("2026-03-01");
    let text = "2026 年度（2026-2027）V-202603 至 202702，依据〔2016〕64号，共 2026001 次 {x} {yea";
    let counted = count_years(text, first);
    let expected = "{year} 年度（{year}-{year+1}）V-{month} 至 {month+11}，依据〔2016〕64号，共 2026001 次 {x} {yea";
    assert_eq!(counted, expected);
    assert_eq!(fill_years(&counted, first), text);
    let later = "2028 年度（2028-2029）V-202809 至 202908，依据〔2016〕64号，共 2026001 次 {x} {yea";
    assert_eq!(fill_years(&counted, day("2028-09-01")), later);
    assert_eq!(fill_years("{year-1}{month-1}{year+x}{year+9999999999}", first), "2025202602{year+x}{year+9999999999}");
}
