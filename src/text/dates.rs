//! Days and times for people.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::domain::codes::Language;

/// Formats a day for a sentence: 2026年9月30日, in English 30 September 2026.
pub fn long(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::En => day.format("%-d %B %Y").to_string(),
    }
}

/// Formats a day for tables, in either language: 2026-09-30.
pub fn short(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
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
    at.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_the_language() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 3).unwrap();
        assert_eq!(
            (long(day, Language::Zh).as_str(), long(day, Language::En).as_str()),
            ("2026年9月3日", "3 September 2026")
        );
        assert_eq!(short(day), "2026-09-03");
        assert_eq!(weekday(day, Language::Zh), "2026-09-03（周四）");
        assert_eq!(weekday(day, Language::En), "Thu 2026-09-03");
    }
}
