//! Days and times for people, as sentences, tables and plans write them. Times come in the zone in which they are
//! shown.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::domain::codes::Language;

/// Formats a day for a sentence: 2026年9月30日, in English 30 September 2026.
pub fn long(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::En => day.format("%-d %B %Y").to_string(),
    }
}

/// Formats a month for a heading: 2026年9月, in English September 2026.
pub fn month(first: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月", first.year(), first.month()),
        Language::En => first.format("%B %Y").to_string(),
    }
}

/// Formats a day for tables, in either language: 2026-09-30.
pub fn short(day: NaiveDate) -> String {
    // Formatting by a pattern takes several times as long, and a page has a hundred days.
    day.to_string()
}

/// Formats a day with its weekday, for planning: 2026-09-30（周三）, in English Wed 2026-09-30.
pub fn weekday(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => {
            let names = ["一", "二", "三", "四", "五", "六", "日"];
            let name = names.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
            format!("{}（周{name}）", short(day))
        }
        Language::En => day.format("%a %Y-%m-%d").to_string(),
    }
}

/// Formats a time to the minute: 2026-09-30 09:05.
pub fn minute(at: NaiveDateTime) -> String {
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}
