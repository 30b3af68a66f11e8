//! Calendars by RFC 5545: lines that end with CRLF and are folded after 75 octets, with escaped text.

use chrono::{Days, NaiveDate};

/// Maximum number of octets of a line, without its end.
const LINE_OCTETS: usize = 75;

/// A whole-day entry.
#[derive(Debug)]
pub struct Entry {
    /// Identifier that stays the same as long as the entry is the same thing.
    pub uid: String,
    pub on: NaiveDate,
    /// Day of the last change, which also orders versions of the entry.
    pub since: NaiveDate,
    pub summary: String,
    pub description: String,
    pub url: String,
}

/// Writes a calendar with a name. The same entries give the same bytes.
pub fn write(name: &str, entries: &[Entry]) -> String {
    let mut text = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Luyue//Tasks//ZH", "CALSCALE:GREGORIAN"] {
        push(&mut text, line);
    }
    push(&mut text, &format!("X-WR-CALNAME:{}", escape(name)));
    push(&mut text, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    for entry in entries {
        let next = entry.on.checked_add_days(Days::new(1)).unwrap_or(entry.on);
        push(&mut text, "BEGIN:VEVENT");
        push(&mut text, &format!("UID:{}", entry.uid));
        push(&mut text, &format!("DTSTAMP:{}T000000Z", entry.since.format("%Y%m%d")));
        push(&mut text, &format!("DTSTART;VALUE=DATE:{}", entry.on.format("%Y%m%d")));
        push(&mut text, &format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        push(&mut text, &format!("SUMMARY:{}", escape(&entry.summary)));
        push(&mut text, &format!("DESCRIPTION:{}", escape(&entry.description)));
        push(&mut text, &format!("URL:{}", entry.url));
        push(&mut text, "TRANSP:TRANSPARENT");
        push(&mut text, "END:VEVENT");
    }
    push(&mut text, "END:VCALENDAR");
    text
}

/// Escapes a text; other control characters are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// Appends a line, folded between characters. A continuation begins with a blank, which counts.
fn push(text: &mut String, line: &str) {
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > LINE_OCTETS {
            text.push_str("\r\n ");
            used = 1;
        }
        text.push(character);
        used += character.len_utf8();
    }
    text.push_str("\r\n");
}
