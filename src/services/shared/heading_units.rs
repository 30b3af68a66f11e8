//! Units in the headings of pasted and uploaded tables: in a column 单价（万元） each number is in 万元, and so is each
//! amount of a table below a line 单位：万元.
//!
//! A number that has a unit of its own keeps it. A unit that cannot be converted is refused, never left out.

use crate::error::Message;
use crate::services::shared::number_spelling::{NumberKind, ascii_spelling};
use crate::services::shared::typed_tables::{Cells, Places};

/// Units of amounts by which a column is converted, and the word that follows each number instead.
const MULTIPLES: [(&str, &str); 4] = [("万元", "万"), ("亿元", "亿"), ("千元", "千"), ("百元", "百")];
/// Units of amounts that are not converted.
const OTHER_MONEY: [&str; 22] = [
    "百万元",
    "千万元",
    "百亿元",
    "美元",
    "美金",
    "欧元",
    "港元",
    "港币",
    "日元",
    "英镑",
    "外币",
    "usd",
    "eur",
    "hkd",
    "jpy",
    "gbp",
    "$",
    "€",
    "£",
    "thousand",
    "million",
    "000",
];
/// Units in brackets behind an amount that are smaller than a yuan.
const SMALLER: [&str; 2] = ["分", "角"];
/// Units in brackets behind a number of days or minutes that are neither.
const OTHER_TIMES: [&str; 13] =
    ["月", "个月", "周", "星期", "年", "小时", "week", "weeks", "month", "months", "h", "hour", "hours"];

/// Returns the word to be put behind each number of a column without a unit of its own: 万, or none.
///
/// # Errors
/// The unit, if it cannot be converted.
pub fn multiple_of(heading: &str, kind: NumberKind) -> Result<&'static str, String> {
    let heading: String = ascii_spelling(heading).chars().filter(|c| !c.is_whitespace()).collect();
    let heading = heading.to_lowercase();
    let unit = in_brackets(&heading);
    match kind {
        NumberKind::Money => {
            let found =
                |units: &[&str]| units.iter().find(|unit| heading.contains(**unit)).map(|unit| (*unit).to_owned());
            if let Some(other) = found(&OTHER_MONEY).or_else(|| SMALLER.contains(&unit).then(|| unit.to_owned())) {
                return Err(other);
            }
            let multiple = MULTIPLES.iter().find(|(word, _)| heading.contains(word));
            Ok(multiple.map(|(_, word)| *word).or_else(|| power_of(unit)).unwrap_or_default())
        }
        NumberKind::Days | NumberKind::Whole if OTHER_TIMES.contains(&unit) => Err(unit.to_owned()),
        NumberKind::Quantity | NumberKind::Whole => Ok(power_of(unit).unwrap_or_default()),
        _ => Ok(""),
    }
}

/// Returns the multiple with which a unit begins, as in 万次.
fn power_of(unit: &str) -> Option<&'static str> {
    MULTIPLES.iter().map(|(_, word)| *word).find(|word| unit.starts_with(word))
}

/// Returns the words in the brackets of a heading, without 单位：.
fn in_brackets(heading: &str) -> &str {
    let inner = heading.split_once(['(', '[']).and_then(|(_, rest)| rest.split([')', ']']).next()).unwrap_or_default();
    inner.trim_start_matches("单位").trim_start_matches(':')
}

/// Puts the units of the headings behind the numbers of a table. `kind_of` names the kind of the numbers of a column.
/// Returns the fault of each heading whose unit cannot be converted.
pub fn convert(
    rows: &mut [Cells],
    places: &Places,
    skipped: usize,
    kind_of: impl Fn(usize) -> Option<NumberKind>,
) -> Vec<Message> {
    let (titles, rows) = rows.split_at_mut(skipped.min(rows.len()));
    let Some(((_, headings), above)) = titles.split_last() else { return Vec::new() };
    // A line above the headings is about all amounts.
    let note = above.iter().flat_map(|(_, cells)| cells).find(|cell| cell.contains("单位"));
    let mut refused = Vec::new();
    for (cell, place) in places.iter().enumerate() {
        let Some(kind) = place.and_then(&kind_of) else { continue };
        let own = multiple_of(headings.get(cell).map_or("", String::as_str), kind);
        let of_all = note.filter(|_| kind == NumberKind::Money).map(|note| multiple_of(note, kind));
        let multiple = match (own, of_all) {
            (Ok(""), Some(of_all)) => of_all,
            (own, _) => own,
        };
        match multiple {
            Ok(word) => {
                rows.iter_mut().filter_map(|(_, cells)| cells.get_mut(cell)).for_each(|text| put_behind(text, word))
            }
            Err(unit) => {
                let heading = headings.get(cell).map_or("", String::as_str);
                let fault = Message::new("heading-unit").with("place", cell + 1).with("heading", heading);
                refused.push(fault.with("unit", unit));
            }
        }
    }
    refused
}

fn put_behind(number: &mut String, word: &str) {
    if ascii_spelling(number).ends_with(|c: char| c.is_ascii_digit()) {
        number.push_str(word);
    }
}
