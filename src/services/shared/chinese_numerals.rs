//! Chinese numerals as contracts and vouchers write them: 三十, 两千零五, 三万五千, 壹万贰仟.
//!
//! A numeral that people read in two ways is not read: 两千三 is 2,300 in speech and looks like 2,003.

/// Digits by value, in the ordinary forms and in those of vouchers.
const DIGITS: [&str; 10] = ["零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"];
/// Units below 万 by power of ten, in both forms.
const UNITS: [(&str, u32); 3] = [("十拾", 1), ("百佰", 2), ("千仟", 3)];
/// Units of whole sections.
const SECTIONS: [(&str, u64); 2] = [("亿億", 100_000_000), ("万萬", 10_000)];

/// Returns the value of a digit.
pub(super) fn digit_value(character: char) -> Option<u32> {
    (0..).zip(DIGITS).find(|(_, forms)| forms.contains(character)).map(|(value, _)| value)
}

fn unit_power(character: char) -> Option<u32> {
    UNITS.iter().find(|(forms, _)| forms.contains(character)).map(|(_, power)| *power)
}

/// Returns whether a character can be part of a numeral.
pub(super) fn is_numeral(character: char) -> bool {
    let is_section = SECTIONS.iter().any(|(forms, _)| forms.contains(character));
    is_section || digit_value(character).is_some() || unit_power(character).is_some()
}

/// Splits a text that begins with a numeral into the number in digits and the words after it, in which 万 and 亿 may
/// follow a fraction. `None` if the text begins with no numeral, or with one that is not clear.
pub(super) fn split_numeral(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c| !is_numeral(c)).unwrap_or(text.len());
    let (numeral, rest) = text.split_at(end);
    let whole = read_numeral(numeral)?;
    let Some(fraction) = rest.strip_prefix('点') else { return Some((whole.to_string(), rest)) };
    let end = fraction.find(|c| digit_value(c).is_none()).unwrap_or(fraction.len());
    let (places, rest) = fraction.split_at(end);
    let digits: Option<String> = places.chars().map(|c| char::from_digit(digit_value(c)?, 10)).collect();
    let digits = digits.filter(|digits| !digits.is_empty())?;
    Some((format!("{whole}.{digits}"), rest))
}

/// Reads a whole numeral.
pub(super) fn read_numeral(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let (mut sum, mut rest, mut is_first) = (0_u64, text, true);
    for (forms, size) in SECTIONS {
        if let Some((before, after)) = rest.split_once(|c| forms.contains(c)) {
            let count = read_section(before, is_first)?;
            sum = sum.checked_add(count.checked_mul(size)?)?;
            (rest, is_first) = (after, false);
        }
    }
    if rest.is_empty() {
        return (!is_first).then_some(sum);
    }
    // 三万五 may be 35,000 or 30,005.
    let is_clear = is_first || rest.starts_with(['零', '〇']) || rest.chars().nth(1).and_then(unit_power) == Some(3);
    if !is_clear {
        return None;
    }
    sum.checked_add(read_section(rest, is_first)?)
}

/// Reads a numeral below 10,000, whose units fall from 千 to 十. `is_first` is true at the beginning, where no 零 stands.
fn read_section(text: &str, is_first: bool) -> Option<u64> {
    let text = if is_first { text } else { text.trim_start_matches(['零', '〇']) };
    let (mut sum, mut least, mut pending) = (0_u64, 4, None::<u64>);
    let mut has_gap = false;
    for character in text.chars() {
        if let Some(power) = unit_power(character) {
            // 十五 is 一十五.
            let count = match pending.take() {
                Some(count) if count > 0 => count,
                None if power == 1 && sum == 0 && !has_gap => 1,
                _ => return None,
            };
            // 一千五十 lacks its 零.
            if power >= least || (least < 4 && power + 1 < least && !has_gap) {
                return None;
            }
            (sum, least, has_gap) = (sum + count * 10_u64.pow(power), power, false);
            continue;
        }
        let value = digit_value(character)?;
        match (value, pending) {
            (0, None) if text.chars().count() > 1 => has_gap = true,
            (value, None) => pending = Some(value.into()),
            _ => return None,
        }
    }
    match pending {
        // 两千三 is not clear.
        Some(_) if least < 4 && least > 1 && !has_gap => None,
        Some(last) => Some(sum + last),
        None if least == 4 || has_gap => None,
        None => Some(sum),
    }
}
