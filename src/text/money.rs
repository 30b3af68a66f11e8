//! Figures as people read them: digits grouped by thousands, rates as percentages, amounts in Chinese capitals. Nothing
//! is rounded.

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

/// Chinese digits of vouchers, which cannot be altered into one another.
const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// Writes an amount in fen, never negative, in Chinese capitals as vouchers and forms of approval state it beside its
/// figures (支付结算办法 annex 1): 107000.53 yuan is 壹拾万柒仟元零伍角叁分.
pub fn capitals(fen: i128) -> String {
    let fen = fen.unsigned_abs();
    let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    if fen == 0 {
        return "零元整".to_owned();
    }
    let mut text = if yuan > 0 { format!("{}元", whole_capitals(yuan)) } else { String::new() };
    let follows_gap = yuan > 0 && (jiao == 0 && rest > 0 || jiao > 0 && yuan % 10 == 0);
    if follows_gap {
        text.push('零');
    }
    for (digit, unit) in [(jiao, '角'), (rest, '分')] {
        if digit > 0 {
            text.extend([digit_of(digit), unit]);
        }
    }
    if rest == 0 {
        text.push('整');
    }
    text
}

fn digit_of(digit: u128) -> char {
    usize::try_from(digit).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零')
}

/// Writes a whole number over 0; beyond 亿 the unit is repeated.
fn whole_capitals(number: u128) -> String {
    for (size, unit) in [(100_000_000, '亿'), (10_000, '万'), (1_000, '仟'), (100, '佰'), (10, '拾')] {
        if number >= size {
            let (high, low) = (number / size, number % size);
            let mut text = format!("{}{unit}", whole_capitals(high));
            if low > 0 && low < size / 10 {
                text.push('零');
            }
            if low > 0 {
                text += &whole_capitals(low);
            }
            return text;
        }
    }
    digit_of(number).to_string()
}
