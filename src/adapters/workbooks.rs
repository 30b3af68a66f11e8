//! Workbooks (xlsx): the rows of an uploaded one, and templates that people fill in.
//!
//! An uploaded workbook is read cell by cell within bounds: a sheet may claim any size, and loading it whole would
//! allocate that much memory first.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};
use chrono::NaiveDate;
use rust_xlsxwriter::utility::{column_number_to_name, worksheet_range_absolute};
use rust_xlsxwriter::{DataValidation, DataValidationRule, DocProperties, Format, Formula, Note, Workbook, XlsxError};
use zip::ZipArchive;

use crate::adapters::files::FileError;

/// Maximum unpacked size of a workbook whose rows are read, in bytes.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
const FONT: &str = "宋体";
/// Row of the headings, counted from 0.
const HEADINGS: u32 = 0;

/// A row: its number from 1, and its cells as text. Days are written as 2026-09-30.
pub type SheetRow = (usize, Vec<String>);

/// A fault of a workbook that cannot be read.
const BROKEN: FileError = FileError::Damaged("one of its sheets cannot be read");

/// Reads the rows of a workbook's first sheet. Skips empty rows and cells beyond `columns`.
///
/// # Errors
/// `Damaged` for a workbook that cannot be read, `Bomb` for one that unpacks to too many bytes or has filled cells
/// below `rows`.
pub fn read_first_sheet(bytes: &[u8], rows: usize, columns: usize) -> Result<Vec<SheetRow>, FileError> {
    guarded(|| {
        let mut workbook = open_workbook(bytes)?;
        let name = workbook.sheet_names().into_iter().next().ok_or(BROKEN)?;
        read_sheet(&mut workbook, &name, rows, columns)
    })
}

/// Reads the rows of all sheets of a workbook, each with the sheet's name, as [`read_first_sheet`] does.
///
/// # Errors
/// As [`read_first_sheet`].
pub fn read_sheets(bytes: &[u8], rows: usize, columns: usize) -> Result<Vec<(String, Vec<SheetRow>)>, FileError> {
    guarded(|| {
        let mut workbook = open_workbook(bytes)?;
        let names = workbook.sheet_names();
        let read = |name: String| {
            let rows = read_sheet(&mut workbook, &name, rows, columns)?;
            Ok((name, rows))
        };
        names.into_iter().map(read).collect()
    })
}

/// Reads a workbook, whose parser counts rows and columns without bounds and panics where a reference to a cell is too
/// large for a number. Everything that it has touched then is dropped.
fn guarded<T>(read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(BROKEN))
}

/// Opens a workbook that does not unpack to too much.
fn open_workbook(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    let mut unpacked: u64 = 0;
    for index in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(index).map_err(|_| BROKEN)?.size());
    }
    if unpacked > MAX_UNPACKED {
        return Err(FileError::Bomb);
    }
    Xlsx::new(Cursor::new(bytes)).map_err(|_| BROKEN)
}

fn read_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    rows: usize,
    columns: usize,
) -> Result<Vec<SheetRow>, FileError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| BROKEN)?;
    let mut found: Vec<SheetRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| BROKEN)? {
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        let text = text_of(cell.get_value());
        if text.trim().is_empty() || column >= columns {
            continue;
        }
        if number > rows {
            return Err(FileError::Bomb);
        }
        if found.last().is_none_or(|(last, _)| *last != number) {
            found.push((number, vec![String::new(); columns]));
        }
        if let Some(place) = found.last_mut().and_then(|(_, cells)| cells.get_mut(column)) {
            *place = text;
        }
    }
    Ok(found)
}

/// Returns a cell as text. A day with a time other than midnight keeps only its day.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Values that a column of a template accepts.
#[derive(Debug)]
pub enum Takes {
    Text,
    Day,
    /// A whole number between two bounds.
    Number(i32, i32),
    /// A number with decimal places, which is not checked in the spreadsheet.
    Figure,
    /// One of a list, chosen in a drop-down.
    OneOf(Vec<String>),
}

/// A column of a template.
#[derive(Debug)]
pub struct TemplateColumn {
    /// Heading in the first row.
    pub title: String,
    /// Note shown at the heading and when a cell is selected.
    pub note: String,
    /// Width in characters.
    pub width: u32,
    pub takes: Takes,
}

/// A workbook to be filled in: a sheet with headings, and one with the choices of its drop-downs.
#[derive(Debug)]
pub struct Template {
    /// Name of the sheet.
    pub sheet: String,
    /// Name of the sheet with the choices.
    pub choices: String,
    /// Title of the message about an invalid cell.
    pub refused: String,
    pub columns: Vec<TemplateColumn>,
    /// Number of rows to be filled in.
    pub rows: u32,
    /// Day written into the properties in place of the machine's time.
    pub made_on: NaiveDate,
}

/// Writes a template.
///
/// # Errors
/// A text that is too long for Excel; the error is a message for the log.
pub fn write_template(template: &Template) -> Result<Vec<u8>, String> {
    write(template).map_err(|error| error.to_string())
}

fn write(template: &Template) -> Result<Vec<u8>, XlsxError> {
    let plain = Format::new().set_font_name(FONT);
    let (bold, text) = (plain.clone().set_bold(), plain.clone().set_num_format("@"));
    let day = plain.clone().set_num_format("yyyy-mm-dd");
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&template.made_on));
    let sheet = workbook.add_worksheet();
    sheet.set_name(&template.sheet)?.set_freeze_panes(HEADINGS + 1, 0)?;
    let last = HEADINGS + template.rows;
    for (place, column) in (0_u16..).zip(&template.columns) {
        let format = match column.takes {
            Takes::Text | Takes::OneOf(_) => &text,
            Takes::Day => &day,
            Takes::Number(..) | Takes::Figure => &plain,
        };
        sheet.set_column_width(place, column.width)?.set_column_format(place, format)?;
        sheet.write_string_with_format(HEADINGS, place, &column.title, &bold)?;
        sheet.insert_note(HEADINGS, place, &Note::new(&column.note).add_author_prefix(false))?;
        if let Some(rule) = validation(template, place, column)? {
            sheet.add_data_validation(HEADINGS + 1, place, last, place, &rule)?;
        }
    }
    let choices = workbook.add_worksheet();
    choices.set_name(&template.choices)?;
    for (place, column) in (0_u16..).zip(&template.columns) {
        if let Takes::OneOf(values) = &column.takes {
            choices.set_column_width(place, column.width)?;
            choices.write_string_with_format(0, place, &column.title, &bold)?;
            for (row, value) in (1..).zip(values) {
                choices.write_string_with_format(row, place, value, &text)?;
            }
        }
    }
    workbook.save_to_buffer()
}

/// Returns the check of the cells of a column in Excel; `None` for plain text and for a list without choices.
fn validation(template: &Template, place: u16, column: &TemplateColumn) -> Result<Option<DataValidation>, XlsxError> {
    let rule = DataValidation::new();
    let rule = match &column.takes {
        Takes::Text | Takes::Day | Takes::Figure => return Ok(None),
        Takes::Number(least, most) => rule.allow_whole_number(DataValidationRule::Between(*least, *most)),
        Takes::OneOf(values) if values.is_empty() => return Ok(None),
        Takes::OneOf(values) => rule.allow_list_formula(choices_in(&template.choices, place, values)),
    };
    Ok(Some(rule.ignore_blank(true).set_error_title(&template.refused)?.set_error_message(&column.note)?))
}

/// Returns the formula for the choices below the heading of a column.
pub(super) fn choices_in(sheet: &str, place: u16, values: &[String]) -> Formula {
    let last = u32::try_from(values.len()).unwrap_or(u32::MAX);
    Formula::new(format!("={}", worksheet_range_absolute(sheet, 1, place, last, place)))
}

/// Returns the letters of a column, counted from 0: `A`, `Z`, `AA`.
pub fn column_name(place: usize) -> String {
    u16::try_from(place).map(column_number_to_name).unwrap_or_default()
}
