//! Values as people type them into forms: the only place where typed text becomes an amount, a quantity, a date …
//!
//! Alternative spellings are accepted in [`number_spelling`](super::number_spelling) and
//! [`day_spelling`](super::day_spelling), equally for every form. The API reads JSON strictly and does not use this
//! module. An error is a message to show next to the field.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::codes::Language;
use crate::domain::facts::Month;
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Quantity, Rate, Score, Whole};
use crate::domain::shape::{Date, YEARS};
use crate::domain::text_input::clean;
use crate::error::Message;
use crate::services::shared::day_spelling::{day_fault, plain_day, plain_month};
use crate::services::shared::number_spelling::{NumberKind, plain_number, plain_signed_amount};
use crate::text;
use crate::text::money::group_thousands;

/// Message keys of the domain's parsers, and their counterparts for a field of a form.
const BESIDE_A_FIELD: &[(&str, &str)] = &[
    ("malformed-money", "draft-money"),
    ("malformed-quantity", "draft-quantity"),
    ("malformed-rate", "draft-rate"),
    ("malformed-score", "draft-score"),
    ("malformed-measured", "draft-measured"),
    ("malformed-days", "draft-days"),
    ("malformed-whole", "draft-whole"),
    ("malformed-code", "draft-code"),
    ("malformed-date", "draft-date"),
    ("malformed-month", "draft-month"),
];

/// Returns the message key to show next to a field for the message key of a parser.
pub fn beside_a_field(code: &str) -> Option<&'static str> {
    BESIDE_A_FIELD.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}

/// Parses a number; `problem` is the message for one out of bounds.
fn parse<T: FromStr>(typed: &str, kind: NumberKind, problem: &'static str) -> Result<T, Message> {
    plain_number(typed, kind)?.parse().map_err(|_| Message::new(problem))
}

/// Parses an amount in yuan.
///
/// # Errors
/// Not an amount, more than two places, or not under 10^12 yuan.
pub fn parse_amount(typed: &str) -> Result<Money, Message> {
    parse(typed, NumberKind::Money, "typed-large-money")
}

/// Parses a quantity of an item.
///
/// # Errors
/// Not a number, more than four places, or not under 10^9.
pub fn parse_quantity(typed: &str) -> Result<Quantity, Message> {
    parse(typed, NumberKind::Quantity, "typed-large-quantity")
}

/// Parses the measured value of an indicator.
///
/// # Errors
/// Not a number, more than ten places, or not under 10^9.
pub fn parse_measured(typed: &str) -> Result<Measured, Message> {
    parse(typed, NumberKind::Measured, "typed-large-measured")
}

/// Parses a score of 0 to 100.
///
/// # Errors
/// Not a number, more than ten places, or over 100.
pub fn parse_score(typed: &str) -> Result<Score, Message> {
    parse(typed, NumberKind::Score, "draft-score")
}

/// Parses a percentage as a rate.
///
/// # Errors
/// Not a number, more than eight places, or over 1,000 %.
pub fn parse_percent(typed: &str) -> Result<Rate, Message> {
    let plain = plain_number(typed, NumberKind::Percent)?;
    Rate::from_percent(&plain).map_err(|_| Message::new("draft-rate"))
}

/// Parses a count of 0 or more.
///
/// # Errors
/// Anything but a whole number under 2^53.
pub fn parse_whole(typed: &str) -> Result<Whole, Message> {
    let number: u64 = parse(typed, NumberKind::Whole, "typed-large-whole")?;
    Whole::new(number).ok_or_else(|| Message::new("typed-large-whole"))
}

/// Parses a number of days.
///
/// # Errors
/// Anything but a whole number of 0 to 3,650.
pub fn parse_days(typed: &str) -> Result<Days, Message> {
    read_days(typed, 0, "draft-days")
}

/// Parses a number of days over 0.
///
/// # Errors
/// Anything but a whole number of 1 to 3,650.
pub fn parse_positive_days(typed: &str) -> Result<Days, Message> {
    read_days(typed, 1, "draft-days-positive")
}

/// Parses a number of days that is at least `least`; `problem` says which are taken.
fn read_days(typed: &str, least: u64, problem: &'static str) -> Result<Days, Message> {
    let out_of_bounds = || Message::new(problem);
    // A part of a day is out of bounds as well.
    let told = |fault: Message| if fault.key == "draft-days" { out_of_bounds() } else { fault };
    let number: Option<u64> = plain_number(typed, NumberKind::Days).map_err(told)?.parse().ok();
    number.filter(|number| *number >= least).and_then(Days::new).ok_or_else(out_of_bounds)
}

/// Parses a year of 2000 to 2099.
///
/// # Errors
/// Anything but such a year.
pub fn parse_year(typed: &str) -> Result<i32, Message> {
    let year: i32 = parse(typed, NumberKind::Year, "register-year")?;
    if YEARS.contains(&year) { Ok(year) } else { Err(Message::new("register-year")) }
}

/// Parses a date of the years 2000 to 2099.
///
/// # Errors
/// Another shape, or a day that does not exist.
pub fn parse_date(typed: &str) -> Result<NaiveDate, Message> {
    let plain = plain_day(typed).ok_or_else(|| day_fault(typed))?;
    let day = plain.parse().map(|Date(day)| day);
    let year = plain.get(..4).and_then(|year| year.parse::<i32>().ok());
    let key = if year.is_some_and(|year| YEARS.contains(&year)) { "typed-no-such-day" } else { "typed-day-beyond" };
    day.map_err(|()| Message::new(key).with("day", plain))
}

/// Parses a month of the years 2000 to 2099.
///
/// # Errors
/// Another shape, or a month that does not exist.
pub fn parse_month(typed: &str) -> Result<Month, Message> {
    let plain = plain_month(typed).ok_or_else(|| Message::new("draft-month"))?;
    plain.parse().map_err(|_| Message::new("draft-month"))
}

/// Parses a code of 1 to 64 characters.
///
/// # Errors
/// Any other length.
pub fn parse_code(typed: &str) -> Result<Code, Message> {
    typed.trim().parse().map_err(|_| Message::new("draft-code"))
}

/// Parses a choice of a closed list.
///
/// # Errors
/// A word that the list does not have.
pub fn parse_choice<T: TryFrom<String>>(typed: &str) -> Result<T, Message> {
    T::try_from(clean(typed).into_owned()).map_err(|_| Message::new("draft-choice"))
}

/// Returns the value that a typed number was read as, to show next to it: `= 5,000.00 元`. `None` for a number that is
/// refused, or is shown as it was typed.
pub fn understood_number(typed: &str, kind: NumberKind, language: Language) -> Option<String> {
    let plain = plain_number(typed, kind).ok()?;
    let (key, value) = match kind {
        NumberKind::Money => ("understood-money", parse_amount(typed).ok()?.to_string()),
        NumberKind::Percent => ("understood-percent", plain),
        NumberKind::Days => ("understood-days", plain),
        NumberKind::Year if plain == typed.trim() => return None,
        NumberKind::Year => return Some(text::message(language, "understood", &[("value", plain)])),
        _ => ("understood", plain),
    };
    let grouped = group_thousands(&value);
    let is_as_typed = kind != NumberKind::Money && grouped == typed.trim();
    (!is_as_typed).then(|| text::message(language, key, &[("value", grouped)]))
}

/// Returns how a typed amount that may be negative was understood; nothing for one that is refused.
pub fn understood_signed_amount(typed: &str, language: Language) -> Option<String> {
    let plain = plain_signed_amount(typed).ok()?;
    let (sign, amount) = plain.strip_prefix('-').map_or(("", plain.as_str()), |amount| ("-", amount));
    let value = format!("{sign}{}", group_thousands(&parse_amount(amount).ok()?.to_string()));
    Some(text::message(language, "understood-money", &[("value", value)]))
}

/// Returns the day that typed text was read as; `None` if it is refused, or is shown as it was typed.
pub fn understood_day(typed: &str, language: Language) -> Option<String> {
    let day = parse_date(typed).ok()?;
    let is_as_typed = text::dates::short(day) == typed.trim();
    let value = text::dates::weekday(day, language);
    (!is_as_typed).then(|| text::message(language, "understood", &[("value", value)]))
}

/// Returns the month that typed text was read as; `None` if it is refused, or is shown as it was typed.
pub fn understood_month(typed: &str, language: Language) -> Option<String> {
    parse_month(typed).ok()?;
    let value = plain_month(typed).filter(|plain| plain != typed.trim())?;
    Some(text::message(language, "understood", &[("value", value)]))
}
