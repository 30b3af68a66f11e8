//! Rows of an uploaded workbook: sheets found by their titles and columns by their headings, in either language, and
//! cells read as values. Everything that cannot be read is a fault at its cell.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::adapters::workbooks::SheetRow;
use crate::domain::codes::Language;
use crate::domain::text_input::{clean, key};
use crate::error::Message;
use crate::services::imports::cells;
use crate::services::imports::columns::{SHEETS, Sheet, SheetName};
use crate::services::imports::faults::{At, CellFaults};
use crate::services::shared::heading_units;
use crate::services::shared::typed_tables::{Cells, clean_cell, find_headings};
use crate::text::message;

/// Rows above the headings of a sheet, for a title.
const TITLES: usize = 10;
/// Titles of sheets that are skipped: explanations, choices, and the register of an export.
const UNREAD: [&str; 3] = ["import-sheet-explained", "import-sheet-choices", "import-sheet-register"];

/// A row whose cells have been read.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Number in the file, from 1.
    pub number: usize,
    /// Folded number of the row's contract; empty if it is missing.
    pub contract: String,
    /// Value of each filled cell, by field.
    pub values: Map<String, Value>,
    /// False if a cell of the row has a fault.
    pub is_whole: bool,
}

impl Row {
    /// Returns the text of a field; empty for a cell that is not filled.
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Reads all sheets. A sheet that the workbook lacks has no rows.
pub(super) fn read_rows(sheets: Vec<(String, Vec<SheetRow>)>, faults: &mut CellFaults) -> Vec<(SheetName, Vec<Row>)> {
    let mut found: Vec<(SheetName, Vec<Row>)> = Vec::new();
    for (title, rows) in sheets.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        if UNREAD.iter().any(|unread| is_titled(&title, unread)) {
            continue;
        }
        match SHEETS.iter().find(|sheet| is_titled(&title, sheet.title)) {
            None => faults.add_to_sheet(&title, &Message::new("import-sheet-unknown")),
            Some(sheet) if found.iter().any(|(name, _)| *name == sheet.name) => {
                faults.add_to_sheet(&title, &Message::new("import-sheet-twice"));
            }
            Some(sheet) => found.push((sheet.name, read_sheet(sheet, &title, rows, faults))),
        }
    }
    found
}

fn is_titled(title: &str, wanted: &str) -> bool {
    let folded = |text: &str| clean(text).to_lowercase();
    Language::ALL.iter().any(|language| folded(&message(*language, wanted, &[])) == folded(title))
}

/// Reads a sheet: finds its headings, and reads the rows below.
fn read_sheet(sheet: &'static Sheet, title: &str, mut rows: Vec<SheetRow>, faults: &mut CellFaults) -> Vec<Row> {
    let columns: Vec<(&str, &str)> = sheet.columns.iter().map(|column| (column.field, column.label)).collect();
    let titles: Vec<Cells> = rows
        .iter()
        .take(TITLES)
        .map(|(number, cells)| (*number, cells.iter().map(|cell| clean_cell(cell)).collect()))
        .collect();
    let Some((known, skipped)) = find_headings(&columns, &titles) else {
        faults.add_to_sheet(title, &Message::new("import-headings"));
        return Vec::new();
    };
    let mut places = vec![None; sheet.columns.len()];
    for (cell, column) in known.iter().enumerate().filter_map(|(cell, column)| Some((cell, (*column)?))) {
        if let Some(place) = places.get_mut(column) {
            *place = Some(cell);
        }
    }
    let headings = titles.get(skipped.saturating_sub(1)).map(|(_, cells)| cells.clone()).unwrap_or_default();
    let filled: BTreeSet<usize> = rows.iter().skip(skipped).flat_map(|(_, cells)| filled_places(cells)).collect();
    for cell in filled.into_iter().filter(|cell| known.get(*cell).copied().flatten().is_none()) {
        let heading = headings.get(cell).map_or("", String::as_str);
        faults.add_to_sheet(title, &Message::new("import-heading-unknown").with("heading", heading));
    }
    if rows.len() > skipped {
        for (column, _) in sheet.columns.iter().zip(&places).filter(|(column, at)| column.is_required && at.is_none()) {
            let label = message(faults.language(), column.label, &[]);
            faults.add_to_sheet(title, &Message::new("import-heading-missing").with("heading", label));
        }
    }
    let kind_of = |column: usize| sheet.columns.get(column).and_then(|column| column.kind.of_numbers());
    for fault in heading_units::convert(&mut rows, &known, skipped, kind_of) {
        faults.add_to_sheet(title, &fault);
    }
    faults.place_columns(sheet.name, places.clone());
    rows.into_iter().skip(skipped).map(|(number, cells)| read_row(sheet, number, (&cells, &places), faults)).collect()
}

fn filled_places(cells: &[String]) -> Vec<usize> {
    cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).map(|(place, _)| place).collect()
}

/// Reads the cells of a row; each fault is added to `faults`.
fn read_row(
    sheet: &Sheet,
    number: usize,
    (cells, places): (&[String], &[Option<usize>]),
    faults: &mut CellFaults,
) -> Row {
    let mut row = Row { number, contract: String::new(), values: Map::new(), is_whole: true };
    for (place, column) in sheet.columns.iter().enumerate() {
        let at = places.get(place).copied().flatten();
        let text = at.and_then(|at| cells.get(at)).map_or("", String::as_str);
        let read = if clean(text).is_empty() {
            if !column.is_required || at.is_none() {
                continue;
            }
            Err(Message::new("draft-empty"))
        } else {
            cells::read_cell(column.kind, text, faults.language())
        };
        match read {
            Ok(value) => drop(row.values.insert(column.field.to_owned(), value)),
            Err(reason) => {
                row.is_whole = false;
                faults.add(At { sheet: sheet.name, row: number, column: Some(place) }, &reason);
            }
        }
    }
    let contract = if sheet.name == SheetName::Contracts { "number" } else { "contract" };
    row.contract = key(row.text(contract));
    row
}
