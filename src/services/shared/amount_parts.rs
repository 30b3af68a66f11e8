//! Numbers in the parts in which contracts and vouchers write them: 12万3456.78元, 3万5千元, 壹佰贰拾元伍角陆分.
//!
//! A part that people read in two ways is not read: 3万5 is 35,000 in speech and looks like 30,005.

use crate::services::shared::chinese_numerals::{digit_value, split_numeral};

/// Units of a part by power of ten, the longest first.
const UNITS: [(&str, u32); 7] = [("千万", 7), ("百万", 6), ("十万", 5), ("亿", 8), ("万", 4), ("千", 3), ("百", 2)];

/// Returns the power of ten of the unit at the beginning of a text (万 is 4), and what follows it.
pub(super) fn strip_unit(text: &str) -> Option<(u32, &str)> {
    UNITS.iter().find_map(|(word, power)| Some((*power, text.strip_prefix(word)?)))
}

/// Joins the parts of a number with falling units into digits, before the words that follow them; `None` for a number of
/// one part, which may have places, or with a part that is not clear.
pub(super) fn join_parts(text: &str) -> Option<String> {
    let (mut sum, mut rest, mut last, mut parts) = (0_u64, text, None::<u32>, 0);
    while rest.starts_with(|c: char| c.is_ascii_digit()) && last != Some(0) {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        let unit = strip_unit(after);
        let (power, after) = unit.unwrap_or((0, after));
        let value = digits.parse::<u64>().ok()?.checked_mul(10_u64.pow(power))?;
        if let Some(last) = last {
            let is_clear = unit.is_some() || usize::try_from(last).is_ok_and(|places| digits.len() == places);
            if power >= last || !is_clear || value >= 10_u64.pow(last) {
                return None;
            }
        }
        sum = sum.checked_add(value)?;
        (rest, last, parts) = (after, Some(power), parts + 1);
    }
    (parts > 1).then(|| format!("{sum}{rest}"))
}

/// Returns an amount whose jiao and fen are written in places: 壹佰元伍角 is 100.50; `None` for any other amount.
pub(super) fn join_cents(text: &str) -> Option<String> {
    let (yuan, cents) = text.split_once(['元', '圆'])?;
    let yuan = match split_numeral(yuan) {
        Some((digits, "")) => digits,
        _ => yuan.to_owned(),
    };
    let cents = cents.trim().trim_end_matches(['整', '正']);
    let digit = |text: &str| {
        let mut characters = text.trim_start_matches(['零', '〇']).chars();
        let only = characters.next().filter(|_| characters.next().is_none())?;
        only.to_digit(10).or_else(|| digit_value(only))
    };
    let (jiao, fen) = match cents.split_once('角') {
        Some((jiao, "")) => (digit(jiao)?, 0),
        Some((jiao, fen)) => (digit(jiao)?, digit(fen.strip_suffix('分')?)?),
        None => (0, digit(cents.strip_suffix('分')?)?),
    };
    (!yuan.contains('.')).then(|| format!("{yuan}.{jiao}{fen}"))
}

/// Splits an amount that is written in words and in digits, the second one in brackets: 陆万元整(小写:60,000.00元). Marks of
/// the form are dropped; an amount in one form has no second part.
pub(super) fn split_forms(text: &str) -> (&str, Option<&str>) {
    let text = without_marks(text);
    match text.strip_suffix(')').and_then(|whole| whole.split_once('(')) {
        Some((first, second)) if !first.trim().is_empty() => (first.trim_end(), Some(without_marks(second))),
        _ => (text, None),
    }
}

/// Drops the words before an amount that name its form.
fn without_marks(text: &str) -> &str {
    let marks = ["人民币", "(大写)", "(小写)", "大写", "小写", ":"];
    let mut rest = text.trim_start();
    while let Some(after) = marks.iter().find_map(|mark| rest.strip_prefix(mark)) {
        rest = after.trim_start();
    }
    rest
}
