//! Days as people type them: numbers in the order year, month, day with any separator, Chinese numerals, English names of
//! months, and the day numbers of spreadsheets.
//!
//! A day is read as a whole, or refused with the missing part named; neither a year nor the order of month and day is
//! guessed.

use chrono::{Datelike, Days, Month, NaiveDate, Weekday};

use crate::domain::shape::YEARS;
use crate::error::Message;
use crate::services::shared::chinese_numerals::{digit_value, is_numeral, read_numeral};
use crate::services::shared::number_spelling::ascii_spelling;

/// Returns a typed day as `YYYY-MM-DD`, whether or not there is such a day; `None` for any other form.
pub fn plain_day(typed: &str) -> Option<String> {
    let text = in_digits(without_midnight(&ascii_spelling(typed)));
    if let Some(day) = read_english_day(&text) {
        return Some(format!("{}-{:0>2}-{:0>2}", day.year?, day.month, day.day?));
    }
    let numbers = split_date(&text, 3)?;
    match numbers.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            Some(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        [first, second, year] if year.len() == 4 => {
            let (month, day) = month_and_day(first, second)?;
            Some(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        [number] if number.len() == 5 => day_of_spreadsheet(number.parse().ok()?),
        [whole] => {
            Some(format!("{}-{}-{}", whole.get(..4)?, whole.get(4..6)?, whole.get(6..).filter(|d| d.len() == 2)?))
        }
        _ => None,
    }
}

/// Returns month and day from two numbers before a year, if only one order is possible: 29/09 and 09/29, but not 03/04.
fn month_and_day<'a>(first: &'a str, second: &'a str) -> Option<(&'a str, &'a str)> {
    let [is_first, is_second] =
        [first, second].map(|number| number.parse().is_ok_and(|number: u32| (1..=12).contains(&number)));
    match (is_first, is_second) {
        (true, false) => Some((first, second)),
        (false, true) => Some((second, first)),
        (true, true) if first.parse::<u32>() == second.parse() => Some((first, second)),
        _ => None,
    }
}

/// Returns the day that a spreadsheet stores as a number of days since 30 December 1899. Only numbers for possible
/// years are accepted.
fn day_of_spreadsheet(number: u64) -> Option<String> {
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(number))?;
    YEARS.contains(&day.year()).then(|| day.to_string())
}

/// Returns a typed month as `YYYY-MM`; `None` for any other form.
pub fn plain_month(typed: &str) -> Option<String> {
    let text = in_digits(&ascii_spelling(typed));
    if let Some(named) = read_english_day(&text) {
        return named.year.filter(|_| named.day.is_none()).map(|year| format!("{year}-{:0>2}", named.month));
    }
    let numbers = split_date(&text, 2)?;
    match numbers.as_slice() {
        [year, month] if year.len() == 4 && month.len() <= 2 => Some(format!("{year}-{month:0>2}")),
        [whole] => Some(format!("{}-{}", whole.get(..4)?, whole.get(4..).filter(|month| month.len() == 2)?)),
        _ => None,
    }
}

/// Explains why [`plain_day`] cannot read a text.
pub fn day_fault(typed: &str) -> Message {
    let text = in_digits(without_midnight(&ascii_spelling(typed)));
    if let Some(day) = read_english_day(&text) {
        return Message::new(if day.year.is_none() { "typed-day-year" } else { "typed-day-day" });
    }
    let lengths: Vec<usize> = split_date(&text, 3)
        .or_else(|| split_date(&text, 2))
        .map(|numbers| numbers.iter().map(String::len).collect())
        .unwrap_or_default();
    Message::new(match lengths.as_slice() {
        // 2026年9月, and 2026-9.
        [4, _] => "typed-day-day",
        // 9月29日, and 9-29.
        [1 | 2, 1 | 2] => "typed-day-year",
        // 26.9.1, and 29/09/26: either end may be the year.
        [1 | 2, 1 | 2, 1 | 2] => "typed-day-century",
        // 03/04/2026: the order of day and month is unknown.
        [1 | 2, 1 | 2, 4] => "typed-day-order",
        _ => "draft-date",
    })
}

/// A day with the name of its month; the day or the year may be missing.
struct EnglishDay {
    year: Option<String>,
    month: u32,
    day: Option<String>,
}

/// Reads a day such as `30 September 2026` or `Sept 30, 2026`; `None` if no month is named.
fn read_english_day(text: &str) -> Option<EnglishDay> {
    let words = text.split([' ', ',', '.', '-']).filter(|word| !word.is_empty());
    let (mut year, mut month, mut day) = (None, None, None);
    for word in words {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let place = match digits.len() {
            4 if is_number => &mut year,
            1 | 2 if is_number => &mut day,
            _ if word.parse::<Weekday>().is_ok() => continue,
            _ => {
                if month.replace(find_month(word)?).is_some() {
                    return None;
                }
                continue;
            }
        };
        if place.replace(digits.to_owned()).is_some() {
            return None;
        }
    }
    Some(EnglishDay { year, month: month?, day })
}

/// Returns the number of a month by its English name or at least three letters from its beginning.
fn find_month(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let is_named = |month: &Month| word.len() >= 3 && month.name().to_ascii_lowercase().starts_with(&word);
    let found = (1..=12).filter_map(|number| Month::try_from(number).ok()).find(is_named);
    found.map(|month| month.number_from_month())
}

/// Drops the weekday that pages and spreadsheets show after a day, and the midnight that spreadsheets append.
fn without_midnight(text: &str) -> &str {
    let bare = text.strip_suffix(')').unwrap_or(text);
    let named = bare.strip_suffix(['一', '二', '三', '四', '五', '六', '日', '天']);
    let before = named.and_then(|named| ["星期", "礼拜", "周"].iter().find_map(|word| named.strip_suffix(word)));
    let day = before.map_or(text, |before| before.strip_suffix('(').unwrap_or(before)).trim_end();
    let (date, time) = day.split_once([' ', 'T']).unwrap_or((day, ""));
    let is_midnight =
        !time.is_empty() && time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z')) && time.contains(':');
    if is_midnight { date } else { day }
}

/// Returns a date in digits for one in Chinese numerals as official papers write it: 二〇二六年十月九日. A year is written
/// digit by digit.
fn in_digits(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(is_numeral) {
        let (before, from) = rest.split_at(begin);
        let end = from.find(|c| !is_numeral(c)).unwrap_or(from.len());
        let (numeral, after) = from.split_at(end);
        let year: Option<String> = numeral.chars().map(|c| char::from_digit(digit_value(c)?, 10)).collect();
        let year = year.filter(|year| year.len() == 4);
        let number = year.or_else(|| read_numeral(numeral).map(|number| number.to_string()));
        read = read + before + number.as_deref().unwrap_or(numeral);
        rest = after;
    }
    read + rest
}

/// Returns the numbers of a date: `count` of them between its separators, or a single one.
fn split_date(text: &str, count: usize) -> Option<Vec<String>> {
    let marked = text.replace("月份", "月").replace(['年', '月'], "-").replace(['日', '号'], "");
    let is_spaced = text.split(' ').filter(|number| !number.is_empty()).count() == count
        && text.chars().all(|c| c == ' ' || c.is_ascii_digit());
    let separator = if is_spaced { "-" } else { "" };
    let marked = marked.trim().trim_end_matches('-').split(' ').filter(|part| !part.is_empty());
    let marked = marked.collect::<Vec<_>>().join(separator);
    let numbers: Vec<String> = marked.split(['-', '/', '.']).map(str::to_owned).collect();
    let is_number = |number: &String| (1..=8).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    (numbers.iter().all(is_number) && [1, count].contains(&numbers.len())).then_some(numbers)
}
