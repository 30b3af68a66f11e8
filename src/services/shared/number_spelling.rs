//! The spellings in which people write numbers, and the one spelling that the domain's parsers read.
//!
//! A number is read as a whole, or refused with the reason and the character to blame; no part of it is ever read as
//! the number. Bounds are checked by the type that the number becomes.

use crate::domain::text_input::{clean, half_width, is_hidden, plain_dash};
use crate::error::Message;
use crate::services::shared::amount_parts::{join_cents, join_parts, split_forms, strip_unit};
use crate::services::shared::chinese_numerals::{digit_value, is_numeral, split_numeral};
use crate::services::shared::percent_spelling::split_percent;

/// Signs of a number below zero.
const NEGATIVE: [char; 2] = ['-', '负'];

/// The kinds of numbers, which differ in decimal places and in the words that may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// An amount in yuan.
    Money,
    /// A quantity in the unit of its service.
    Quantity,
    /// A value of an indicator.
    Measured,
    /// Points, of 100.
    Score,
    /// A percentage.
    Percent,
    /// A count.
    Whole,
    /// A number of days.
    Days,
    /// A calendar year.
    Year,
}

impl NumberKind {
    /// Returns the maximum number of decimal places.
    pub fn places(self) -> usize {
        match self {
            Self::Money => 2,
            Self::Quantity => 4,
            Self::Measured | Self::Score => 10,
            Self::Percent => 8,
            Self::Whole | Self::Days | Self::Year => 0,
        }
    }

    /// Returns a number of this kind, as an example of the spelling.
    pub fn example(self) -> &'static str {
        match self {
            Self::Money => "12,345.60",
            Self::Quantity => "1,200",
            Self::Measured => "95.5",
            Self::Score => "92.5",
            Self::Percent => "0.05",
            Self::Whole => "12",
            Self::Days => "30",
            Self::Year => "2026",
        }
    }

    /// Returns the kind of number in a field, by the last part of the field's name that is not a number.
    pub fn of_field(name: &str) -> Self {
        // A measured value is named by the code of its indicator, which may be any word.
        if name.starts_with("measured.") || name.contains(".measured.") {
            return Self::Measured;
        }
        let last = name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or(name);
        match last {
            "amount" | "unit_price" | "amount_per_worker" => Self::Money,
            "quantity" => Self::Quantity,
            "score" => Self::Score,
            "rate"
            | "daily_rate"
            | "cap"
            | "tolerance"
            | "penalty_cap"
            | "penalty_fraction"
            | "advance"
            | "late_payment_daily_rate" => Self::Percent,
            "days" | "inspection_days" | "cure_days" | "payment_days" | "grace_days" | "after_days" | "days_late" => {
                Self::Days
            }
            "target" | "limit" | "measured" => Self::Measured,
            "year" => Self::Year,
            _ => Self::Whole,
        }
    }
}

/// Returns the plain decimal of a typed number: digits, and a point with the places that are not zeros.
///
/// # Errors
/// A sign, a character that is not part of a number of this kind, misplaced separators, or too many places.
pub fn plain_number(typed: &str, kind: NumberKind) -> Result<String, Message> {
    let text = ascii_spelling(typed);
    let (text, other) = if kind == NumberKind::Money { split_forms(&text) } else { (text.as_str(), None) };
    if let Some(other) = other {
        let (first, second) = (plain_number(text, kind)?, plain_number(other, kind)?);
        let apart = Message::new("typed-two-amounts").with("first", text).with("second", other);
        return if first == second { Ok(first) } else { Err(apart) };
    }
    let text = without_day(without_currency(text, kind), kind);
    if let Some(sign) = text.chars().next().filter(|first| NEGATIVE.contains(first)) {
        // Spreadsheets show nothing as a dash.
        let is_number = text.contains(|c: char| c.is_ascii_digit() || is_numeral(c));
        return Err(if is_number { Message::new("typed-negative") } else { refuse_character(sign, kind) });
    }
    // 万分之五 is 0.05 percent: the point moves two places to the right and four to the left.
    let (text, percent, divided) = match split_percent(text).filter(|_| kind == NumberKind::Percent) {
        Some((number, power)) => (number, 2, power),
        None => (text.to_owned(), 0, 0),
    };
    let text = in_digits(in_one_part(text, kind), kind)?;
    let is_digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'');
    let end = text.find(|c| !is_digits(c)).unwrap_or(text.len());
    let (digits, words) = text.split_at(end);
    if digits.trim().is_empty() {
        return Err(words
            .chars()
            .next()
            .map_or_else(|| Message::new("draft-empty"), |wrong| refuse_character(wrong, kind)));
    }
    // Ten working days are about fourteen days, which only the calendar of holidays could tell.
    if kind == NumberKind::Days && words.contains("工作日") {
        return Err(Message::new("typed-working-days"));
    }
    // A duration is entered in minutes; hours among other counts are a slip.
    if kind == NumberKind::Whole && ["小时", "钟头"].iter().any(|unit| words.contains(unit)) {
        return Err(Message::new("typed-hours"));
    }
    let power = power_of(words.trim(), kind).map_err(|wrong| refuse_character(wrong, kind))?;
    let (whole, fraction) = split_number(digits.trim(), kind)?;
    let (whole, fraction) = shift_point(&whole, fraction, (power + percent, divided));
    let most = kind.places();
    if fraction.len() > most {
        let key = match kind {
            NumberKind::Money => "typed-places-money",
            NumberKind::Days => "draft-days",
            NumberKind::Whole | NumberKind::Year => "draft-whole",
            _ => "typed-places",
        };
        let message = Message::new(key).with("most", most).with("given", fraction.len());
        return Err(message);
    }
    Ok(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// Returns a number that is written in parts, such as those of 万 and of jiao, as one part.
fn in_one_part(text: String, kind: NumberKind) -> String {
    let cents = if kind == NumberKind::Money { join_cents(&text) } else { None };
    let text = cents.unwrap_or(text);
    let counts = matches!(kind, NumberKind::Money | NumberKind::Quantity | NumberKind::Whole);
    if counts { join_parts(&text).unwrap_or(text) } else { text }
}

/// Returns a text whose Chinese numeral at the beginning is written in digits.
///
/// # Errors
/// The first character of a numeral that cannot be read, or that people read in two ways.
fn in_digits(text: String, kind: NumberKind) -> Result<String, Message> {
    let Some(first) = text.chars().next().filter(|first| is_numeral(*first)) else { return Ok(text) };
    if kind == NumberKind::Year {
        // A year is written digit by digit: 二〇二六.
        let year: Option<String> = text.chars().take(4).map(|c| char::from_digit(digit_value(c)?, 10)).collect();
        if let Some(year) = year.filter(|year| year.len() == 4) {
            return Ok(year + &text.chars().skip(4).collect::<String>());
        }
    }
    let (digits, rest) = split_numeral(&text).ok_or_else(|| refuse_character(first, kind))?;
    Ok(format!("{digits}{rest}"))
}

/// Returns the plain decimal of an amount that may be negative, such as that of a red-letter invoice. Accountants write
/// it in brackets.
///
/// # Errors
/// As [`plain_number`].
pub fn plain_signed_amount(typed: &str) -> Result<String, Message> {
    let text = ascii_spelling(typed);
    let text = without_currency(&text, NumberKind::Money);
    let in_brackets = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match text.strip_prefix(NEGATIVE).or(in_brackets) {
        Some(rest) => plain_number(rest, NumberKind::Money).map(|amount| format!("-{amount}")),
        None => plain_number(text, NumberKind::Money),
    }
}

/// Returns a text with the ASCII forms of full-width characters, of dashes and of the full stops of input methods.
pub(super) fn ascii_spelling(typed: &str) -> String {
    let shown = clean(typed);
    let characters = shown.chars().filter(|c| !is_hidden(*c)).map(|c| match c {
        '\u{3002}' | '\u{FF61}' => '.',
        '\u{FFE5}' => '\u{A5}',
        // Input methods offer circles for the zero of a year.
        '\u{25CB}' | '\u{25EF}' => '〇',
        _ => plain_dash(half_width(c)),
    });
    characters.collect::<String>().trim().to_owned()
}

/// Drops the word by which a contract says that a rate is of a day: 每日万分之五, 0.05%/日.
fn without_day(text: &str, kind: NumberKind) -> &str {
    if kind != NumberKind::Percent {
        return text;
    }
    let before = ["每日", "每天", "按日", "日"].iter().find_map(|word| text.strip_prefix(word));
    let text = before.map_or(text, str::trim_start);
    let after = ["/日", "/天", "每日", "每天"].iter().find_map(|word| text.strip_suffix(word));
    after.map_or(text, str::trim_end)
}

fn without_currency(text: &str, kind: NumberKind) -> &str {
    let marks = ["\u{A5}", "RMB", "CNY", "人民币"];
    let rest = marks.iter().find_map(|mark| text.strip_prefix(mark)).filter(|_| kind == NumberKind::Money);
    rest.map_or(text, str::trim_start)
}

/// Returns the power of ten of the words after a number (万 is 4).
///
/// # Errors
/// The first character that does not belong there.
fn power_of(words: &str, kind: NumberKind) -> Result<usize, char> {
    use NumberKind::{Days, Measured, Money, Percent, Quantity, Score, Whole, Year};
    let counts = matches!(kind, Money | Quantity | Measured | Whole);
    let (power, unit) = strip_unit(words).filter(|_| counts).unwrap_or((0, words));
    let power = usize::try_from(power).unwrap_or_default();
    let units: &[&str] = match kind {
        Money => {
            &["元", "圆", "元整", "圆整", "元正", "圆正", "块", "块钱", "人民币", "元人民币", "yuan", "RMB", "CNY"]
        }
        Score => &["分", "%", "points"],
        Measured if unit == "%" => &["%"],
        Days => &["天", "日", "个自然日", "自然日", "个日历日", "日历日", "日历天", "day", "days"],
        Year => &["年", "年度"],
        Percent | Quantity | Measured | Whole => &[],
    };
    // A contract sets a time as 15日内.
    let within = ["以内", "之内", "内"].iter().find_map(|end| unit.strip_suffix(end));
    let unit = within.filter(|unit| kind == Days && !unit.is_empty()).unwrap_or(unit);
    // A count is of people or things, or of minutes: 2小时 is not 2.
    let others = if kind == Whole { "元角天日月年周时刻头季" } else { "" };
    let unclear = "余多几半约近成打双百千万亿一二三四五六七八九十零两";
    let is_unit_word = |c: char| is_han(c) && !unclear.contains(c) && !others.contains(c);
    match unit.chars().next() {
        None => Ok(power),
        Some(_) if units.contains(&unit) => Ok(power),
        Some(first) if !units.is_empty() => Err(first),
        Some(_) if matches!(kind, Quantity | Measured | Whole) => match unit.chars().find(|c| !is_unit_word(*c)) {
            None => Ok(power),
            Some(wrong) => Err(wrong),
        },
        Some(first) => Err(first),
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

/// Splits digits at the point and removes separators of thousands.
fn split_number(digits: &str, kind: NumberKind) -> Result<(String, &str), Message> {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    if let Some(wrong) = fraction.and_then(|fraction| fraction.chars().find(|c| !c.is_ascii_digit())) {
        return Err(refuse_character(wrong, kind));
    }
    if fraction == Some("") {
        return Err(refuse_character('.', kind));
    }
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else { return Ok((whole.to_owned(), fraction.unwrap_or_default())) };
    let groups: Vec<&str> = whole.split(separator).collect();
    let is_group = |(place, group): (usize, &&str)| {
        let fits = if place == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        fits && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    if groups.iter().enumerate().all(is_group) {
        return Ok((groups.concat(), fraction.unwrap_or_default()));
    }
    let example = if kind == NumberKind::Money { "12,345.60" } else { "12,345" };
    Err(Message::new("typed-grouping").with("character", visible(separator)).with("example", example))
}

/// Moves the point to the right, then to the left, and drops redundant zeros.
fn shift_point(whole: &str, fraction: &str, (right, left): (usize, usize)) -> (String, String) {
    let fraction = format!("{fraction:0<right$}");
    let (gained, fraction) = fraction.split_at(right);
    let whole = format!("{whole}{gained}");
    let whole = format!("{whole:0>left$}");
    let (whole, lost) = whole.split_at(whole.len() - left);
    let digits = whole.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    (digits.to_owned(), format!("{lost}{fraction}").trim_end_matches('0').to_owned())
}

fn refuse_character(character: char, kind: NumberKind) -> Message {
    Message::new("typed-character").with("character", visible(character)).with("example", kind.example())
}

/// Returns a character as people can see it: by its code point where it is invisible.
fn visible(character: char) -> String {
    if character.is_whitespace() || is_hidden(character) {
        crate::domain::text_input::code_point(character)
    } else {
        character.to_string()
    }
}
