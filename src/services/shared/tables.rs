//! Lists and reports as files: all rows, up to a bound, as CSV or as a workbook.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;

pub use crate::adapters::spreadsheet::{Cell, Table};
use crate::adapters::spreadsheet::{write_csv, write_xlsx};
use crate::domain::codes::FileFormat;
use crate::domain::money::Money;
use crate::error::{Error, Message};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};

/// Maximum number of rows of a file. A longer list is refused, so that no file lacks rows.
pub const MAX_ROWS: usize = 20_000;

/// Returns the media type of a file.
pub fn media_type(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Csv => "text/csv; charset=utf-8",
        FileFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

/// A file to be saved.
#[derive(Debug)]
pub struct TableFile {
    /// Name with its ending.
    pub name: String,
    pub format: FileFormat,
    pub bytes: Vec<u8>,
}

/// Writes a table as a file named after its title and the day.
///
/// # Errors
/// `Internal`, which cannot happen for a table within the bound.
pub fn write_file(table: &Table, format: FileFormat, today: NaiveDate) -> Result<TableFile, Error> {
    let bytes = match format {
        FileFormat::Csv => write_csv(table)?,
        FileFormat::Xlsx => write_xlsx(table, today)?,
    };
    Ok(TableFile { name: format!("{} {today}.{format}", table.title), format, bytes })
}

/// Maximum number of pages loaded for a file. Some are short, because items are hidden from the caller.
const MAX_PAGES: usize = 1_000;

/// Loads all items of a list, page by page.
///
/// # Errors
/// `Refused` for more than `most` items, or too many short pages; errors of `load`.
pub fn load_all<T>(most: usize, mut load: impl FnMut(&Page) -> Result<Paged<T>, Error>) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    let mut page = Page { limit: MAX_PAGE_SIZE, after: None };
    for _ in 0..MAX_PAGES {
        let Paged { items: found, next } = load(&page)?;
        items.extend(found);
        if items.len() > most {
            break;
        }
        if next.is_none() {
            return Ok(items);
        }
        page.after = next;
    }
    Err(Error::refused("file-rows", Message::new("file-too-many-rows").with("most", most)))
}

/// Properties with amounts in yuan. Days are named `on` or end in `_on`, moments `at` and `_at`.
const AMOUNTS: &[&str] =
    &["amount", "committed", "free", "reserved", "released", "paid", "payable", "gross", "deductions", "interest"];

/// Builds a table of serialised items: a column for each property, with those of an inner object as `outer.inner`, in
/// alphabetical order.
///
/// # Errors
/// `Internal` for an item that cannot be serialised.
pub fn table_of<T: Serialize>(title: String, items: &[T]) -> Result<Table, Error> {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        let value = serde_json::to_value(item).map_err(|error| Error::Internal(format!("a list item: {error}")))?;
        let mut cells = BTreeMap::new();
        flatten(String::new(), &value, &mut cells);
        flat.push(cells);
    }
    let columns: BTreeSet<String> = flat.iter().flat_map(|cells| cells.keys().cloned()).collect();
    let row = |mut cells: BTreeMap<String, Cell>| {
        columns.iter().map(|column| cells.remove(column).unwrap_or(Cell::Empty)).collect()
    };
    let rows = flat.into_iter().map(row).collect();
    Ok(Table { title, columns: columns.into_iter().collect(), rows, total: Vec::new() })
}

fn flatten(name: String, value: &Value, cells: &mut BTreeMap<String, Cell>) {
    let Value::Object(fields) = value else {
        cells.insert(name.clone(), cell(name.rsplit('.').next().unwrap_or_default(), value));
        return;
    };
    for (key, value) in fields {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        flatten(name, value, cells);
    }
}

/// Converts a property to a typed cell; lists stay JSON.
fn cell(key: &str, value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string().into(), Cell::Number),
        Value::String(text) if AMOUNTS.contains(&key) => {
            text_or(text, |text| text.parse::<Money>().ok().map(|amount| Cell::Amount(amount.into())))
        }
        Value::String(text) if key == "on" || key.ends_with("_on") => {
            text_or(text, |text| text.parse().ok().map(Cell::Day))
        }
        Value::String(text) if key == "at" || key.ends_with("_at") => {
            text_or(text, |text| text.parse::<DateTime<Utc>>().ok().map(Cell::from))
        }
        Value::String(text) => text.clone().into(),
        other => Cell::Text(other.to_string()),
    }
}

fn text_or(text: &str, read: impl FnOnce(&str) -> Option<Cell>) -> Cell {
    read(text).unwrap_or_else(|| text.to_owned().into())
}
