//! Percentages in the words and signs of contracts: 万分之五, 百分之二十, 5‰. Most contracts write rates in this way.
//!
//! They are rewritten as digits and a number of places by which the point is moved; nothing is computed.

/// Digits of Chinese numerals, by value.
const DIGITS: &str = "零一二三四五六七八九";
/// Signs after a number, and the power of ten by which they divide it.
const SIGNS: [(char, usize); 3] = [('%', 2), ('‰', 3), ('‱', 4)];
/// Characters before 分之, and the power of ten by which they divide.
const PARTS: [(&str, usize); 4] = [("十", 1), ("百", 2), ("千", 3), ("万", 4)];

/// Splits a percentage into its number in digits and the power of ten that divides it; `None` if it has neither sign
/// nor words, or its numeral cannot be read.
pub fn split_percent(text: &str) -> Option<(String, usize)> {
    if let Some((part, numeral)) = text.split_once("分之") {
        let (_, power) = PARTS.iter().find(|(word, _)| *word == part.trim())?;
        return Some((to_digits(numeral.trim())?, *power));
    }
    let (_, power) = SIGNS.iter().find(|(sign, _)| text.ends_with(*sign))?;
    let mut number = text.to_owned();
    number.pop();
    Some((number.trim_end().to_owned(), *power))
}

/// Returns a numeral in digits: digits as they are, a Chinese numeral up to 9,999 with a fraction after 点.
fn to_digits(numeral: &str) -> Option<String> {
    if numeral.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(numeral.to_owned());
    }
    let (whole, fraction) = numeral.split_once('点').map_or((numeral, None), |(whole, part)| (whole, Some(part)));
    let whole = read_chinese_number(whole)?.to_string();
    let Some(fraction) = fraction else { return Some(whole) };
    let places: String = fraction
        .chars()
        .map(digit_value)
        .map(|found| found.and_then(|of| char::from_digit(of, 10)))
        .collect::<Option<_>>()?;
    (!places.is_empty()).then(|| format!("{whole}.{places}"))
}

fn digit_value(character: char) -> Option<u32> {
    let character = match character {
        '〇' => '零',
        '两' => '二',
        other => other,
    };
    DIGITS.chars().zip(0..).find(|(known, _)| *known == character).map(|(_, value)| value)
}

/// Reads a Chinese number whose units fall from 千 to 十, each used once.
fn read_chinese_number(text: &str) -> Option<u32> {
    let (mut sum, mut least) = (0, 10_000);
    let mut pending: Option<u32> = None;
    for character in text.chars() {
        let unit = match character {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            _ => {
                // 零 marks a skipped unit; any other digit waits for its unit.
                let value = digit_value(character)?;
                if pending.is_some_and(|of| of != 0) {
                    return None;
                }
                pending = Some(value);
                continue;
            }
        };
        if unit >= least {
            return None;
        }
        // 十五 is 一十五.
        let count = match pending.take() {
            Some(0) => return None,
            Some(count) => count,
            None if unit == 10 && sum == 0 => 1,
            None => return None,
        };
        (sum, least) = (sum + count * unit, unit);
    }
    (!text.is_empty()).then(|| sum + pending.unwrap_or_default())
}
