//! Tables as files for spreadsheets: CSV (UTF-8 with a byte order mark, RFC 4180) and XLSX with typed cells.
//!
//! No text of a table can act as a formula in either. The same table gives the same bytes.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet, XlsxError};

use crate::clock::civil_time;
use crate::domain::fixed::format_units;
use crate::domain::money::Sum;
use crate::error::Error;

/// Width of every column of a workbook, in characters.
const COLUMN_WIDTH: u32 = 16;
/// Maximum number of characters of a name of a sheet, and of a text in a cell.
const SHEET_NAME: usize = 31;
const CELL_TEXT: usize = 32_767;
/// Characters that are not allowed in the name of a sheet.
const NOT_IN_SHEET_NAMES: &[char] = &['[', ']', ':', '*', '?', '/', '\\', '\''];
/// First characters of texts that a spreadsheet may read as a formula; the full-width ones count in Chinese
/// spreadsheets.
const FORMULA_SIGNS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Largest number of fen that a spreadsheet shows exactly: 15 digits.
const EXACT_FEN: i128 = 999_999_999_999_999;

/// A value in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(i64),
    /// An amount in yuan.
    Amount(Sum),
    /// A number of tenths, such as 125 for 12.5.
    Tenths(i64),
    Day(NaiveDate),
    /// A moment in the civil time of the contracts.
    Time(NaiveDateTime),
}

impl Cell {
    /// Returns the value as plain text: no thousands separators, days as 2026-09-30, moments to the minute.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Amount(amount) => amount.to_string(),
            Self::Tenths(tenths) => format_units(i128::from(*tenths), 1),
            Self::Day(day) => day.to_string(),
            Self::Time(at) => at.format("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// Returns whether the value is a figure, which is set to the right.
    pub fn is_figure(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Amount(_) | Self::Tenths(_))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl From<DateTime<Utc>> for Cell {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Time(civil_time(at.naive_utc()))
    }
}

/// A table with a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    /// Headings of the columns.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Totals, one cell for each column; empty for a table without totals.
    pub total: Vec<Cell>,
}

impl Table {
    fn all_rows(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.rows.iter().chain(Some(&self.total).filter(|total| !total.is_empty()))
    }
}

/// Writes a table as CSV.
///
/// # Errors
/// `Internal`, which no table causes.
pub fn write_csv(table: &Table) -> Result<Vec<u8>, Error> {
    let failed = |error: String| Error::Internal(format!("writing a CSV file failed: {error}"));
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(table.columns.iter().map(|heading| harmless(heading))).map_err(|e| failed(e.to_string()))?;
    for row in table.all_rows() {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text),
            cell => cell.plain(),
        });
        writer.write_record(cells).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}

/// Prefixes a text with an apostrophe if a spreadsheet may read it as a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA_SIGNS) { format!("'{text}") } else { text.to_owned() }
}

/// Writes a table as a workbook of one sheet. `created_on` replaces the system time in its properties.
///
/// # Errors
/// `Internal` for more rows or columns than a sheet can have.
pub fn write_xlsx(table: &Table, created_on: NaiveDate) -> Result<Vec<u8>, Error> {
    workbook(table, created_on).map_err(|error| Error::Internal(format!("writing a workbook failed: {error}")))
}

fn workbook(table: &Table, created_on: NaiveDate) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created_on));
    let name: String = table.title.chars().filter(|c| !NOT_IN_SHEET_NAMES.contains(c)).take(SHEET_NAME).collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let formats = Formats::new();
    for (column, heading) in (0..).zip(&table.columns) {
        sheet.set_column_width(column, COLUMN_WIDTH)?;
        sheet.write_string_with_format(0, column, heading, &formats.bold)?;
    }
    for (row, cells) in (1..).zip(table.all_rows()) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, (row, column), cell, &formats)?;
        }
    }
    workbook.save_to_buffer()
}

/// Formats of the cells of a workbook.
pub(super) struct Formats {
    pub(super) bold: Format,
    amount: Format,
    tenths: Format,
    day: Format,
    time: Format,
    /// Text that stays text even if its cell is edited.
    quoted: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        Self {
            bold: Format::new().set_bold(),
            amount: Format::new().set_num_format("#,##0.00"),
            tenths: Format::new().set_num_format("0.0"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            quoted: Format::new().set_quote_prefix(),
        }
    }
}

/// Writes a typed value into a cell. No text acts as a formula.
pub(super) fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    // The file holds the decimal text of a number, which 15 digits survive unchanged.
    let number = || cell.plain().parse::<f64>().unwrap_or_default();
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) => {
            let text: String = text.chars().take(CELL_TEXT).collect();
            if text.starts_with(FORMULA_SIGNS) {
                sheet.write_string_with_format(row, column, text, &formats.quoted)?
            } else {
                sheet.write_string(row, column, text)?
            }
        }
        Cell::Amount(amount) if amount.fen() > EXACT_FEN => sheet.write_string(row, column, cell.plain())?,
        Cell::Number(_) => sheet.write_number(row, column, number())?,
        Cell::Amount(_) => sheet.write_number_with_format(row, column, number(), &formats.amount)?,
        Cell::Tenths(_) => sheet.write_number_with_format(row, column, number(), &formats.tenths)?,
        Cell::Day(day) => sheet.write_datetime_with_format(row, column, day, &formats.day)?,
        Cell::Time(at) => sheet.write_datetime_with_format(row, column, at, &formats.time)?,
    };
    Ok(())
}
