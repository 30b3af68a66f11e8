//! Working days by the built-in calendar and by a custom one.

use chrono::{Datelike, NaiveDate, Weekday};
use luyue::domain::calendar::Calendar;
use luyue::domain::calendar_year::YearDays;
use luyue::domain::facts::Facts;
use luyue::domain::standing::{Standing, Trails, standing};
use proptest::prelude::*;

use crate::standing::contracts::{DAYS, contracts, on};

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

#[test]
fn every_built_in_year_could_have_been_announced() {
    let (years, source) = Calendar::prc_years();
    assert_eq!((*years.start(), *years.end(), source.is_empty()), (2018, 2026, false));
    for year in years {
        let days = YearDays::from_calendar(Calendar::prc(), year);
        assert_eq!(days.faults(), [], "{year}");
        assert_eq!(Calendar::default().with_year(&days).roll(day("2026-10-01")) == day("2026-10-08"), year == 2026);
        assert!(days.changed_days(Calendar::prc()).is_empty());
    }
}

#[test]
fn impossible_calendar_days_are_reported_at_their_places() {
    let good = YearDays::from_calendar(Calendar::prc(), 2026);
    let told = |change: &dyn Fn(&mut YearDays)| {
        let mut days = good.clone();
        change(&mut days);
        days.faults().into_iter().map(|fault| format!("{} {}", fault.path, fault.code)).collect::<Vec<_>>()
    };
    let last = good.holidays.len();
    assert_eq!(told(&|days| days.year = 1999), ["year calendar-year"]);
    assert_eq!(told(&|days| days.holidays.push(day("2027-01-01"))), [format!("holidays[{last}] calendar-other-year")]);
    assert_eq!(told(&|days| days.holidays.push(day("2026-10-10"))), ["workdays[5] calendar-twice"]);
    assert_eq!(told(&|days| days.workdays.push(day("2026-03-02"))), ["workdays[6] calendar-no-weekend"]);
    assert_eq!(told(&|days| days.holidays.truncate(7))[0], "holidays calendar-count-off");
    assert_eq!(
        told(&|days| days.holidays.retain(|holiday| *holiday != day("2026-05-01"))),
        ["holidays calendar-always-off"]
    );
    assert_eq!(told(&|days| days.holidays.push(day("2026-03-01"))), Vec::<String>::new(), "a weekend may be named");
}

#[test]
fn days_up_to_today_keep_their_kind() {
    let prc = Calendar::prc();
    let mut said = YearDays::from_calendar(prc, 2026);
    said.holidays.extend([day("2026-06-15"), day("2026-06-16"), day("2026-06-17")]);
    let (held, kept) = said.from_tomorrow(prc, day("2026-06-16"));
    assert_eq!(kept, [day("2026-06-15"), day("2026-06-16")]);
    let changed: Vec<_> = held.changed_days(prc).into_iter().map(|change| (change.day, change.works)).collect();
    assert_eq!(changed, [(day("2026-06-17"), false)]);
    assert_eq!(prc.with_year(&held).roll(day("2026-06-17")), day("2026-06-18"));
}

/// Returns the facts recorded up to a day.
fn by(facts: &Facts, last: NaiveDate) -> Facts {
    let mut value = serde_json::to_value(facts).unwrap();
    for (_, list) in value.as_object_mut().unwrap() {
        let was_there = |fact: &serde_json::Value| fact["on"].as_str().is_none_or(|on| day(on) <= last);
        match list {
            serde_json::Value::Array(list) => list.retain(was_there),
            other if !was_there(other) => *other = serde_json::Value::Null,
            _ => {}
        }
    }
    serde_json::from_value(value).unwrap()
}

/// Returns the standing without the days that are still to come.
fn found(standing: Standing) -> Standing {
    let today = standing.as_of;
    let mut standing = standing;
    for deliverable in standing.deliverables.iter_mut().filter(|deliverable| deliverable.due_on > today) {
        deliverable.due_on = NaiveDate::MAX;
    }
    for deliverable in standing.deliverables.iter_mut().filter(|d| d.cure_until.is_some_and(|until| until > today)) {
        deliverable.cure_until = Some(NaiveDate::MAX);
    }
    for milestone in standing.milestones.iter_mut().filter(|milestone| milestone.due_on.is_some_and(|due| due > today))
    {
        milestone.due_on = Some(NaiveDate::MAX);
    }
    standing
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_calendar_that_changes_after_today_changes_nothing_that_was_found(
        contract in contracts(),
        last in 0..DAYS,
        other in prop::collection::vec(any::<bool>(), 600),
    ) {
        let today = on(last);
        let (mut holidays, mut workdays) = (Vec::new(), Vec::new());
        let days = on(0).iter_days().take(other.len());
        for (day, works) in days.zip(&other) {
            let works = if day <= today { contract.calendar.is_working_day(day) } else { *works };
            match (matches!(day.weekday(), Weekday::Sat | Weekday::Sun), works) {
                (false, false) => holidays.push(day),
                (true, true) => workdays.push(day),
                _ => {}
            }
        }
        let later = Calendar::new(holidays, workdays);
        let facts = by(&contract.facts, today);
        let standing = |calendar: &Calendar| standing(&contract.terms, &facts, calendar, today, Trails::Off);
        let so_far = standing(&contract.calendar);
        prop_assume!(so_far.is_ok());
        prop_assert_eq!(standing(&later).map(found), so_far.map(found));
    }
}
