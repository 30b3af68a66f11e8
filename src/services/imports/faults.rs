//! Faults of a workbook, each with its sheet, row and column, in the operator's language.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::workbooks::column_name;
use crate::domain::codes::Language;
use crate::error::Message;
use crate::services::imports::columns::{Sheet, SheetName};
use crate::text::message;

/// A fault of a cell, a row or a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellFault {
    /// Title of the sheet; empty for the whole workbook.
    pub sheet: String,
    /// Row, from 1; 0 for the whole sheet.
    pub row: usize,
    /// Heading of the column; empty for a whole row.
    pub column: String,
    /// Cell in the spreadsheet's notation, such as C5; empty for a whole row.
    pub cell: String,
    /// The fault and its remedy.
    pub message: String,
}

impl CellFault {
    /// Returns the fault as one line.
    pub fn line(&self, language: Language) -> String {
        let say = |key, args: &[(&'static str, String)]| message(language, key, args);
        let (sheet, row) = (self.sheet.clone(), self.row.to_string());
        let place = match (self.sheet.is_empty(), self.row, self.column.is_empty()) {
            (true, ..) => return self.message.clone(),
            (_, 0, _) => say("import-at-sheet", &[("sheet", sheet)]),
            (_, _, true) => say("import-at-row", &[("sheet", sheet), ("row", row)]),
            _ => {
                let (column, cell) = (self.column.clone(), self.cell.clone());
                say("import-at-cell", &[("sheet", sheet), ("row", row), ("column", column), ("cell", cell)])
            }
        };
        format!("{place}{}", self.message)
    }
}

/// Place of a fault in the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub sheet: SheetName,
    /// Row, from 1.
    pub row: usize,
    /// Position of the column within the sheet's table of columns; `None` for the whole row.
    pub column: Option<usize>,
}

impl At {
    /// Builds the place of a field in a row, or of the whole row if the sheet has no such column.
    pub fn field(sheet: SheetName, row: usize, field: &str) -> Self {
        Self { sheet, row, column: Sheet::of(sheet).place_of(field) }
    }
}

/// Faults found so far.
#[derive(Debug, Clone)]
pub(super) struct CellFaults {
    language: Language,
    found: Vec<(Option<At>, CellFault)>,
    /// Places of the columns in the file, by sheet.
    places: Vec<(SheetName, Vec<Option<usize>>)>,
}

impl CellFaults {
    /// Creates an empty list.
    pub fn new(language: Language) -> Self {
        Self { language, found: Vec::new(), places: Vec::new() }
    }

    /// Returns the language of the faults.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Remembers where the columns of a sheet are in the file.
    pub fn place_columns(&mut self, sheet: SheetName, places: Vec<Option<usize>>) {
        self.places.push((sheet, places));
    }

    /// Adds a fault of a cell or a row.
    pub fn add(&mut self, at: At, reason: &Message) {
        let sheet = Sheet::of(at.sheet);
        let column = at.column.and_then(|place| sheet.columns.get(place));
        let known = self.places.iter().find(|(name, _)| *name == at.sheet);
        let placed = known.zip(at.column).and_then(|((_, places), column)| places.get(column).copied().flatten());
        let place = placed.or(at.column);
        let fault = CellFault {
            sheet: message(self.language, sheet.title, &[]),
            row: at.row,
            column: column.map(|column| message(self.language, column.label, &[])).unwrap_or_default(),
            cell: place.map(|place| format!("{}{}", column_name(place), at.row)).unwrap_or_default(),
            message: reason.text(self.language),
        };
        self.found.push((Some(at), fault));
    }

    /// Adds a fault of a sheet with a title as in the file, or of the whole workbook for an empty title.
    pub fn add_to_sheet(&mut self, sheet: &str, reason: &Message) {
        let message = reason.text(self.language);
        let fault = CellFault { sheet: sheet.to_owned(), row: 0, column: String::new(), cell: String::new(), message };
        self.found.push((None, fault));
    }

    /// Returns whether no fault was found so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns the faults in the order of sheets, rows and columns.
    pub fn into_sorted(mut self) -> Vec<CellFault> {
        self.found.sort_by_key(|(at, _)| *at);
        self.found.into_iter().map(|(_, fault)| fault).collect()
    }
}
