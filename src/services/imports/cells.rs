//! Values of cells: conversion of text as people write it to the JSON of docs/standing.md, and back to typed cells.

use serde_json::{Map, Value};

use crate::adapters::workbooks::Takes;
use crate::domain::codes::Language;
use crate::domain::money::Money;
use crate::domain::numbers::{Code, Rate};
use crate::domain::text_input::{clean_field, key};
use crate::error::Message;
use crate::services::imports::columns::{Choice, Kind};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_tables::clean_cell;
use crate::services::shared::typed_values::{
    parse_amount, parse_code, parse_date, parse_days, parse_measured, parse_month, parse_percent, parse_quantity,
    parse_score, parse_whole,
};
use crate::text::message;

/// Separators of the entries of a list in a cell.
const SEPARATORS: [char; 3] = [';', '；', '\n'];
/// Separators of the two parts of an entry.
const EQUALS: [char; 4] = ['=', '＝', ':', '：'];

/// Reads a filled cell.
///
/// # Errors
/// The reason why the cell cannot be read.
pub(super) fn read_cell(kind: Kind, text: &str, language: Language) -> Result<Value, Message> {
    let line = clean_cell(text);
    Ok(match kind {
        Kind::Line => Value::String(line),
        Kind::Prose => Value::String(clean_field("text", text).into_owned()),
        Kind::Code => plain(read_code(&line)?),
        Kind::Codes => Value::Array(entries(text).map(|code| read_code(code).map(plain)).collect::<Result<_, _>>()?),
        Kind::Money => plain(parse_amount(&line)?),
        Kind::Quantity => plain(parse_quantity(&line)?),
        Kind::Whole => Value::from(parse_whole(&line)?.get()),
        Kind::Days => Value::from(parse_days(&line)?.get()),
        Kind::Percent => plain(read_percent(&line)?),
        Kind::Measured => plain(parse_measured(&line)?),
        Kind::Score => plain(parse_score(&line)?),
        Kind::Day => plain(parse_date(&line)?),
        Kind::Month => plain(parse_month(&line)?),
        Kind::Choice(choice) => chosen(choice, &line, language)?,
        Kind::Tiers => Value::Array(entries(text).map(read_tier).collect::<Result<_, _>>()?),
        Kind::Measures => Value::Object(entries(text).map(read_measure).collect::<Result<_, _>>()?),
    })
}

/// Reads a percentage, which must have its sign: a spreadsheet stores a cell shown as 5% as the number 0.05.
fn read_percent(text: &str) -> Result<Rate, Message> {
    if text.contains(['%', '％', '‰', '‱']) || text.contains("分之") {
        return parse_percent(text);
    }
    Err(Message::new("import-percent"))
}

/// Reads a code, without what no one sees in it.
fn read_code(text: &str) -> Result<Code, Message> {
    parse_code(&clean_field("code", text))
}

fn plain(value: impl std::fmt::Display) -> Value {
    Value::String(value.to_string())
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATORS).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Finds the code of a word in either language; the code itself is accepted too. The message is in the reader's
/// language.
fn chosen(choice: Choice, typed: &str, language: Language) -> Result<Value, Message> {
    let typed = key(typed);
    let codes = choice.codes();
    let is_named = |code: &&str| {
        let words = Language::ALL.iter().map(|language| message(*language, &choice.key(code), &[]));
        key(code) == typed || words.map(|word| key(&word)).any(|word| word == typed)
    };
    let Some(code) = codes.iter().copied().find(is_named) else {
        let words: Vec<String> = codes.iter().map(|code| message(language, &choice.key(code), &[])).collect();
        let choices = words.join(&message(language, "document-list", &[]));
        return Err(Message::new("import-choice").with("choices", choices));
    };
    Ok(if choice == Choice::Answer { Value::Bool(code == "yes") } else { Value::String(code.to_owned()) })
}

/// Reads a limit and its rate: `90=1%`. The key of the limit depends on the kind of clause.
fn read_tier(entry: &str) -> Result<Value, Message> {
    let (limit, rate) = entry.split_once(EQUALS).ok_or_else(|| Message::new("import-pair").with("entry", entry))?;
    let (limit, rate) = (parse_measured(limit)?, read_percent(rate)?);
    Ok(serde_json::json!({ "limit": limit.to_string(), "rate": rate.to_string() }))
}

/// Reads the code of an indicator and its value: `SAT=92`.
fn read_measure(entry: &str) -> Result<(String, Value), Message> {
    let (code, value) = entry.rsplit_once(EQUALS).ok_or_else(|| Message::new("import-pair").with("entry", entry))?;
    Ok((read_code(code)?.to_string(), plain(parse_measured(value)?)))
}

/// Writes a value as a typed cell that [`read`] reads as the same value.
pub(super) fn write(kind: Kind, value: &Value, language: Language) -> Cell {
    let text = match value {
        Value::Null => return Cell::Empty,
        Value::String(text) => text.clone(),
        Value::Bool(answer) => (if *answer { "yes" } else { "no" }).to_owned(),
        other => other.to_string(),
    };
    let typed = match kind {
        Kind::Money => text.parse::<Money>().ok().map(|amount| Cell::Amount(amount.into())),
        Kind::Day => text.parse().ok().map(Cell::Day),
        Kind::Quantity | Kind::Whole | Kind::Days | Kind::Measured | Kind::Score => text.parse().ok().map(Cell::Number),
        Kind::Percent => text.parse::<Rate>().ok().map(|rate| Cell::Text(percent(rate))),
        Kind::Choice(choice) if !text.is_empty() => Some(Cell::Text(message(language, &choice.key(&text), &[]))),
        Kind::Codes => {
            Some(joined(value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)))
        }
        Kind::Measures => Some(joined(
            value
                .as_object()
                .into_iter()
                .flat_map(Map::iter)
                .map(|(code, value)| format!("{code}={}", value.as_str().unwrap_or_default())),
        )),
        Kind::Tiers => Some(joined(value.as_array().into_iter().flatten().filter_map(write_tier))),
        Kind::Line | Kind::Prose | Kind::Code | Kind::Month | Kind::Choice(_) => None,
    };
    typed.unwrap_or_else(|| Cell::from(text))
}

fn percent(rate: Rate) -> String {
    format!("{}%", rate.percent())
}

fn write_tier(tier: &Value) -> Option<String> {
    let limit = tier["beyond"].as_str().or_else(|| tier["below"].as_str())?;
    Some(format!("{limit}={}", percent(tier["rate"].as_str()?.parse().ok()?)))
}

fn joined(entries: impl Iterator<Item = String>) -> Cell {
    Cell::from(entries.collect::<Vec<_>>().join("; "))
}

/// Returns the kind of input that a column of the template accepts.
pub(super) fn takes(kind: Kind, language: Language) -> Takes {
    match kind {
        Kind::Choice(choice) => {
            Takes::OneOf(choice.codes().into_iter().map(|code| message(language, &choice.key(code), &[])).collect())
        }
        Kind::Day => Takes::Day,
        Kind::Days => Takes::Number(0, 3_650),
        Kind::Whole => Takes::Number(0, i32::MAX),
        Kind::Money | Kind::Quantity | Kind::Measured | Kind::Score => Takes::Figure,
        Kind::Line
        | Kind::Prose
        | Kind::Code
        | Kind::Codes
        | Kind::Percent
        | Kind::Month
        | Kind::Tiers
        | Kind::Measures => Takes::Text,
    }
}
