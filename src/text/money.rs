//! Figures as people read them: digits grouped by thousands, rates as percentages. Nothing is rounded.

use crate::domain::numbers::Rate;

/// Groups the digits before the point by thousands: `1234567.80` becomes `1,234,567.80`.
pub fn group_thousands(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Names of the values in messages that may be amounts.
const AMOUNTS: &[&str] = &[
    "payable", "paid", "open", "left", "amount", "free", "sum", "gross", "invoiced", "old", "new", "limit", "used",
    "increase", "waived", "interest",
];

/// Returns a value of a message as people read it: an amount in yuan is grouped by thousands, anything else stays.
pub fn shown_value(name: &str, value: &str) -> String {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = value.strip_prefix('-').unwrap_or(value).split_once('.');
    let is_amount = digits.is_some_and(|(yuan, fen)| is_digits(yuan) && fen.len() == 2 && is_digits(fen));
    if is_amount && AMOUNTS.contains(&name) { group_thousands(value) } else { value.to_owned() }
}

/// Formats a rate as a percentage: 0.0005 is `0.05%`.
pub fn format_percent(rate: Rate) -> String {
    format!("{}%", group_thousands(&rate.percent().to_string()))
}
