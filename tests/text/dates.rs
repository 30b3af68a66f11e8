//! Days as people read them.

use chrono::NaiveDate;
use luyue::domain::codes::Language;
use luyue::text::dates::{long, month, short, weekday};

#[test]
fn days_are_written_in_the_language() {
    let day = NaiveDate::from_ymd_opt(2026, 9, 3).unwrap();
    assert_eq!(
        (long(day, Language::Zh).as_str(), long(day, Language::En).as_str()),
        ("2026年9月3日", "3 September 2026")
    );
    assert_eq!(
        (month(day, Language::Zh), month(day, Language::En)),
        ("2026年9月".to_owned(), "September 2026".to_owned())
    );
    assert_eq!(short(day), "2026-09-03");
    assert_eq!(weekday(day, Language::Zh), "2026-09-03（周四）");
    assert_eq!(weekday(day, Language::En), "Thu 2026-09-03");
}
