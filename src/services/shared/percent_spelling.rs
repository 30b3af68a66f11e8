//! Percentages in the words and signs of contracts: 万分之五, 百分之二十, 5‰. Most contracts write rates in this way.
//!
//! They are rewritten as digits and a number of places by which the point is moved; nothing is computed.

use crate::services::shared::chinese_numerals::split_numeral;

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

/// Returns a numeral in digits: digits as they are, or a Chinese numeral with a fraction after 点.
fn to_digits(numeral: &str) -> Option<String> {
    if numeral.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(numeral.to_owned());
    }
    split_numeral(numeral).filter(|(_, rest)| rest.is_empty()).map(|(digits, _)| digits)
}
