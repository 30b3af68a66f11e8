//! Values as people type them into forms: the only place where typed text becomes an amount, a quantity, a date …
//!
//! Every function goes through [`canonical`] first, so a spelling that should be tolerated is added there and holds for
//! every form. The API reads JSON strictly and does not come here. An error is a message to show beside the field.

use chrono::NaiveDate;

use crate::domain::facts::Month;
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Days, Measured, Quantity, Rate, Score, Whole};
use crate::domain::shape::Date;
use crate::error::Message;

/// Message keys of the domain's parsers, and their counterparts beside a field of a form.
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

/// Returns the message key to show beside a field for the message key of a parser.
pub fn beside_a_field(code: &str) -> Option<&'static str> {
    BESIDE_A_FIELD.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}

/// Returns the spelling that the domain's own parsers read.
fn canonical(typed: &str) -> &str {
    typed.trim()
}

fn parse<T: std::str::FromStr>(typed: &str, problem: &'static str) -> Result<T, Message> {
    canonical(typed).parse().map_err(|_| Message::new(problem))
}

/// Parses an amount in yuan.
///
/// # Errors
/// More than two places, or not under 10^12 yuan.
pub fn parse_amount(typed: &str) -> Result<Money, Message> {
    parse(typed, "draft-money")
}

/// Parses a quantity of an item.
///
/// # Errors
/// More than four places, or not under 10^9.
pub fn parse_quantity(typed: &str) -> Result<Quantity, Message> {
    parse(typed, "draft-quantity")
}

/// Parses the measured value of an indicator.
///
/// # Errors
/// More than ten places, or not under 10^9.
pub fn parse_measured(typed: &str) -> Result<Measured, Message> {
    parse(typed, "draft-measured")
}

/// Parses a score of 0 to 100.
///
/// # Errors
/// More than ten places, or over 100.
pub fn parse_score(typed: &str) -> Result<Score, Message> {
    parse(typed, "draft-score")
}

/// Parses a count of 0 or more.
///
/// # Errors
/// Anything but a whole number under 2^53.
pub fn parse_whole(typed: &str) -> Result<Whole, Message> {
    let number = canonical(typed).parse().ok();
    number.and_then(Whole::new).ok_or_else(|| Message::new("draft-whole"))
}

/// Parses a rate typed as a percentage, with or without a percent sign.
///
/// # Errors
/// More than eight places, or over 1,000 %.
pub fn parse_percent(typed: &str) -> Result<Rate, Message> {
    let number = canonical(typed).trim_end_matches(['%', '％']).trim_end();
    Rate::from_percent(number).map_err(|_| Message::new("draft-rate"))
}

/// Parses a number of days, which may be 0.
///
/// # Errors
/// Anything but a whole number of 0 to 3,650.
pub fn parse_days(typed: &str) -> Result<Days, Message> {
    canonical(typed).parse().ok().and_then(Days::new).ok_or_else(|| Message::new("draft-days"))
}

/// Parses a number of days over 0.
///
/// # Errors
/// Anything but a whole number of 1 to 3,650.
pub fn parse_positive_days(typed: &str) -> Result<Days, Message> {
    let days = parse_days(typed)?;
    if days.get() == 0 { Err(Message::new("malformed-positive-whole")) } else { Ok(days) }
}

/// Parses a calendar year; the register that takes it checks its bounds.
///
/// # Errors
/// Anything but a whole number.
pub fn parse_year(typed: &str) -> Result<i32, Message> {
    parse(typed, "register-year")
}

/// Parses a date of the years 2000 to 2099.
///
/// # Errors
/// Anything but `YYYY-MM-DD`.
pub fn parse_date(typed: &str) -> Result<NaiveDate, Message> {
    parse(typed, "draft-date").map(|Date(day)| day)
}

/// Parses a month of the years 2000 to 2099.
///
/// # Errors
/// Anything but `YYYY-MM`.
pub fn parse_month(typed: &str) -> Result<Month, Message> {
    parse(typed, "draft-month")
}

/// Parses a code of 1 to 64 characters.
///
/// # Errors
/// Any other length.
pub fn parse_code(typed: &str) -> Result<Code, Message> {
    parse(typed, "draft-code")
}

/// Parses a choice of a closed list.
///
/// # Errors
/// A word that the list does not have.
pub fn parse_choice<T: TryFrom<String>>(typed: &str) -> Result<T, Message> {
    T::try_from(canonical(typed).to_owned()).map_err(|_| Message::new("draft-choice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_values_are_read_within_their_bounds() {
        assert_eq!(parse_amount(" 12.50 ").map(Money::fen), Ok(1_250));
        assert_eq!(parse_whole("0").map(Whole::get), Ok(0));
        assert_eq!(parse_positive_days("3").map(Days::get), Ok(3));
        assert_eq!(parse_date("2026-02-28").ok(), NaiveDate::from_ymd_opt(2026, 2, 28));
        for (typed, key) in [("0", "malformed-positive-whole"), ("-1", "draft-days"), ("3651", "draft-days")] {
            assert_eq!(parse_positive_days(typed), Err(Message::new(key)), "{typed}");
        }
        for typed in ["", "1.005", "1e3", "一百万"] {
            assert_eq!(parse_amount(typed), Err(Message::new("draft-money")), "{typed}");
        }
        assert_eq!(parse_whole("很多"), Err(Message::new("draft-whole")));
        assert_eq!(parse_month("一月"), Err(Message::new("draft-month")));
    }
}
