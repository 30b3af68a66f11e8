//! Parser for files with one year of the working calendar: JSON in the format of the built-in calendar, or CSV with a
//! date and `off` or `work` on each line. It checks the format only; `domain::calendar_year` checks the year itself.

use chrono::{Datelike, NaiveDate};
use csv::{ReaderBuilder, StringRecord, Trim};

use crate::adapters::files::text_of_table;
use crate::domain::calendar;
use crate::domain::calendar_year::YearDays;
use crate::domain::invalid::Invalid;
use crate::error::{Error, FieldError, Message};

/// Maximum number of lines of a CSV file.
const MAX_LINES: usize = 400;
/// Accepted words for a day off and for a working day.
const OFF: &[&str] = &["off", "holiday", "休", "放假", "休息"];
const WORKED: &[&str] = &["work", "workday", "班", "上班", "补班"];

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
    if text.trim_start().starts_with('{') { parse_json(&text) } else { parse_csv(&text) }
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
        let kind = record.get(1).ok_or_else(wrong)?.to_lowercase();
        match (parse_day(first), number) {
            (Some(day), _) if OFF.contains(&kind.as_str()) => holidays.push(day),
            (Some(day), _) if WORKED.contains(&kind.as_str()) => workdays.push(day),
            // The header line.
            (None, 1) => {}
            _ => return Err(wrong()),
        }
        if number > MAX_LINES {
            return Err(wrong());
        }
    }
    let year = year_of(holidays.first().or(workdays.first()))?;
    Ok(CalendarFile { days: YearDays { year, holidays, workdays }, source: String::new() })
}

/// Parses one line of CSV with any of the usual separators, the full-width comma of input methods included. Lines are
/// parsed one by one so that an error names the right line: a reader of the whole file does not count empty ones.
fn record_of(line: &str) -> Option<StringRecord> {
    let line = line.replace('，', ",");
    let delimiter = line.bytes().find(|byte| b",;\t".contains(byte)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).delimiter(delimiter).trim(Trim::All).from_reader(line.as_bytes());
    reader.records().next()?.ok()
}

/// Parses a day as spreadsheets write it: 2027-01-01 or 2027/1/1.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let text = text.replace('/', "-");
    let mut parts = text.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
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
