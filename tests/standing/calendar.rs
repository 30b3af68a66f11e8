//! Working days: the built-in calendar and one that is given.

use chrono::NaiveDate;
use luyue::domain::calendar::Calendar;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_published_calendar_knows_holidays_and_days_worked_in_exchange() {
    let prc = Calendar::prc();
    for (text, works) in [
        ("2026-09-25", false), // Friday, mid-autumn
        ("2026-09-20", true),  // Sunday, worked in exchange
        ("2026-09-27", false), // Sunday
        ("2018-01-01", false),
        ("2026-10-10", true), // Saturday, worked in exchange
        ("2027-01-01", true), // Friday of a year that is not published yet
        ("2027-01-02", false),
    ] {
        assert_eq!(prc.is_working_day(day(text)), works, "{text}");
    }
    assert_eq!(prc.roll(day("2026-10-01")), day("2026-10-08"));
    assert_eq!(prc.roll(day("2026-09-24")), day("2026-09-24"));
}

#[test]
fn a_day_that_is_listed_as_worked_is_worked_whatever_else_it_is() {
    let calendar = Calendar::new([day("2026-03-02"), day("2026-03-03")], [day("2026-03-03"), day("2026-02-28")]);
    assert_eq!(calendar.roll(day("2026-03-01")), day("2026-03-03"));
    assert_eq!(calendar.roll(day("2026-02-28")), day("2026-02-28"));
}
