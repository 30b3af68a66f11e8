//! Days as people read them.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::Language;

/// A day in a sentence: 2026年9月30日, and in English 30 September 2026.
pub fn long(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Language::En => day.format("%-d %B %Y").to_string(),
    }
}

/// A day in a table or beside figures, in either language: 2026-09-30.
pub fn short(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
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
    }
}
