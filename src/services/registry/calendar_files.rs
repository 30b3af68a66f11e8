//! Parser for files with one year of the working calendar: JSON in the format of the built-in calendar, or CSV with a
//! date and `off` or `work` on each line. Only the format is checked; `domain::calendar_year` checks the year itself.

use chrono::{Datelike, Days, NaiveDate};
use csv::{ReaderBuilder, StringRecord, Trim};

use crate::adapters::files::text_of_table;
use crate::domain::calendar;
use crate::domain::calendar_year::YearDays;
use crate::domain::invalid::Invalid;
use crate::domain::text_input::clean;
use crate::error::{Error, FieldError, Message};

/// Maximum number of lines of a CSV file.
const MAX_LINES: usize = 400;
/// Accepted words for a day off and for a working day.
const OFF: &[&str] = &["off", "holiday", "休", "放假", "休息"];
const WORKED: &[&str] = &["work", "workday", "班", "上班", "补班"];

/// Times that spreadsheets append to a day.
const MIDNIGHTS: &[&str] = &[" 0:00:00", " 00:00:00", " 0:00", " 00:00"];
/// Day 0 of the day numbers in spreadsheets: 1899-12-30.
const SERIAL_ZERO: NaiveDate = match NaiveDate::from_ymd_opt(1899, 12, 30) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A year parsed from a file.
pub struct CalendarFile {
    /// Days off and working days of the year.
    pub days: YearDays,
    /// Source named by the file; empty if none.
    pub source: String,
}

/// Parses a JSON or CSV file.
///
/// # Errors
/// `Refused` for another format, or for more than one year.
pub fn parse(file: &[u8]) -> Result<CalendarFile, Error> {
    let text = text_of_table(file).ok_or_else(|| refused(vec![Message::new("calendar-no-text")]))?;
    let text = clean_lines(&text);
    if text.trim_start().starts_with('{') { parse_json(&text) } else { parse_csv(&text) }
}

/// Cleans every line; empty lines stay, so that the line numbers do not change.
fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn parse_json(text: &str) -> Result<CalendarFile, Error> {
    let calendar::CalendarFile { source, years, holidays, workdays } =
        calendar::CalendarFile::parse(text.as_bytes()).map_err(malformed)?;
    let year = match years {
        Some([first, last]) if first == last => first,
        Some(_) => return Err(refused(vec![Message::new("calendar-one-year")])),
        None => year_of(holidays.first().or(workdays.first()))?,
    };
    Ok(CalendarFile { days: YearDays { year, holidays, workdays }, source })
}

fn parse_csv(text: &str) -> Result<CalendarFile, Error> {
    let (mut holidays, mut workdays) = (Vec::new(), Vec::new());
    let lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty());
    for (line, number) in lines {
        let wrong = || refused(vec![Message::new("calendar-line").with("line", number)]);
        let record = record_of(line).ok_or_else(wrong)?;
        let first = record.get(0).unwrap_or_default();
        let kind = record.get(1).map(str::to_lowercase).unwrap_or_default();
        if number == 1 && is_header(first, &kind) {
            continue;
        }
        if number > MAX_LINES {
            return Err(wrong());
        }
        let day = parse_day(first).ok_or_else(wrong)?;
        match kind.as_str() {
            kind if OFF.contains(&kind) => holidays.push(day),
            kind if WORKED.contains(&kind) => workdays.push(day),
            _ => return Err(wrong()),
        }
    }
    let year = year_of(holidays.first().or(workdays.first()))?;
    Ok(CalendarFile { days: YearDays { year, holidays, workdays }, source: String::new() })
}

/// Returns whether a line is a row of headings. A line with a digit or with the kind of a day is data, and an error if
/// it cannot be parsed.
fn is_header(first: &str, kind: &str) -> bool {
    let is_name = |text: &str| !text.is_empty() && !text.chars().any(char::is_numeric);
    is_name(first) && is_name(kind) && !OFF.contains(&kind) && !WORKED.contains(&kind)
}

/// Parses one line of CSV with any of the usual separators, including the full-width comma of input methods. Lines are
/// parsed one by one so that an error names the right line, since a parser of whole files does not count empty lines.
fn record_of(line: &str) -> Option<StringRecord> {
    let line = line.replace('，', ",");
    let delimiter = line.bytes().find(|byte| b",;\t".contains(byte)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).delimiter(delimiter).trim(Trim::All).from_reader(line.as_bytes());
    reader.records().next()?.ok()
}

/// Parses a day as spreadsheets and people write it: 2027-01-01, 2027/1/1, 2027.1.1, 2027年1月1日, 20270101, each also
/// with a time of midnight and in full-width digits; or the day number of a spreadsheet.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let plain: String = text.chars().map(to_half_width).collect();
    let plain = plain.trim();
    let date = MIDNIGHTS.iter().find_map(|time| plain.strip_suffix(time)).unwrap_or(plain).trim_end();
    let date = date.strip_suffix('日').unwrap_or(date).replace(['年', '月', '/', '.'], "-");
    if !date.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '-' | ' ')) {
        return None;
    }
    let numbers: Vec<u32> = date.split('-').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match (numbers.as_slice(), date.len()) {
        ([year, month, day], _) => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day),
        ([packed], 8) => {
            NaiveDate::from_ymd_opt(i32::try_from(packed / 10_000).ok()?, packed / 100 % 100, packed % 100)
        }
        ([serial], 5) => SERIAL_ZERO.checked_add_days(Days::new(u64::from(*serial))),
        _ => None,
    }
}

/// Returns the ordinary character for a full-width sign (U+FF01 to U+FF5E) or space; any other as it is.
fn to_half_width(sign: char) -> char {
    match sign {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(sign).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(sign),
        other => other,
    }
}

fn year_of(first: Option<&NaiveDate>) -> Result<i32, Error> {
    first.map(|day| day.year()).ok_or_else(|| refused(vec![Message::new("calendar-no-days")]))
}

fn malformed(invalid: Invalid) -> Error {
    let place = Some(invalid.path).filter(|path| !path.is_empty());
    let mut messages = vec![Message { key: invalid.code, args: invalid.args }];
    messages.extend(place.map(|path| Message::new("calendar-place").with("path", path)));
    refused(messages)
}

fn refused(messages: Vec<Message>) -> Error {
    let errors = messages.into_iter().map(|message| FieldError { path: "file".to_owned(), message });
    Error::Refused { rule: "calendar".to_owned(), errors: errors.collect() }
}
