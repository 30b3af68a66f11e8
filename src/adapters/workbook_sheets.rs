//! Workbooks of several sheets, each with headings, notes, drop-downs and possibly rows: an empty template, or the same
//! sheets filled with the content of a database.

use chrono::NaiveDate;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, Format, Note, Workbook, Worksheet, XlsxError,
};

use crate::adapters::spreadsheet::{Cell, Formats, write_cell};
use crate::adapters::workbooks::{Takes, TemplateColumn, choices_in};
use crate::error::Error;

/// Width of the sheet with explanations, in characters.
const TEXT_WIDTH: u32 = 100;

/// A sheet with headings.
#[derive(Debug)]
pub struct FilledSheet {
    pub name: String,
    pub columns: Vec<TemplateColumn>,
    /// One cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Number of rows below the headings with drop-downs and checks.
    pub prepared: u32,
}

/// A workbook of several sheets.
#[derive(Debug)]
pub struct Sheets {
    /// Name and lines of the sheet with explanations, which comes first.
    pub explained: (String, Vec<String>),
    pub sheets: Vec<FilledSheet>,
    /// Name of the sheet with the choices of the drop-downs, which comes last.
    pub choices: String,
    /// Title of the message about an invalid cell.
    pub refused: String,
    /// Day written into the properties in place of the machine's time.
    pub made_on: NaiveDate,
}

/// Writes a workbook.
///
/// # Errors
/// `Internal` for more rows than a sheet can have, or a text that is too long.
pub fn write_sheets(sheets: &Sheets) -> Result<Vec<u8>, Error> {
    workbook(sheets).map_err(|error| Error::Internal(format!("writing a workbook failed: {error}")))
}

fn workbook(all: &Sheets) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&all.made_on));
    let formats = Formats::new();
    let (name, lines) = &all.explained;
    let explained = workbook.add_worksheet();
    explained.set_name(name)?.set_column_width(0, TEXT_WIDTH)?;
    let wrapped = Format::new().set_text_wrap();
    for (row, line) in (0..).zip(lines) {
        explained.write_string_with_format(row, 0, line, &wrapped)?;
    }
    let mut lists: Vec<(&str, &[String])> = Vec::new();
    for sheet in &all.sheets {
        write_sheet(workbook.add_worksheet(), sheet, all, (&formats, &mut lists))?;
    }
    let choices = workbook.add_worksheet();
    choices.set_name(&all.choices)?;
    for (place, (title, values)) in (0..).zip(lists) {
        choices.write_string_with_format(0, place, title, &formats.bold)?;
        for (row, value) in (1..).zip(values) {
            choices.write_string(row, place, value)?;
        }
    }
    workbook.save_to_buffer()
}

/// Writes one sheet and adds the lists of its drop-downs to the workbook's.
fn write_sheet<'a>(
    to: &mut Worksheet,
    sheet: &'a FilledSheet,
    all: &Sheets,
    (formats, lists): (&Formats, &mut Vec<(&'a str, &'a [String])>),
) -> Result<(), XlsxError> {
    to.set_name(&sheet.name)?.set_freeze_panes(1, 0)?;
    let text = Format::new().set_num_format("@");
    for (place, column) in (0_u16..).zip(&sheet.columns) {
        to.set_column_width(place, column.width)?;
        if matches!(column.takes, Takes::Text | Takes::OneOf(_)) {
            to.set_column_format(place, &text)?;
        }
        to.write_string_with_format(0, place, &column.title, &formats.bold)?;
        if !column.note.is_empty() {
            to.insert_note(0, place, &Note::new(&column.note).add_author_prefix(false))?;
        }
        let rule = match &column.takes {
            Takes::Number(least, most) => {
                DataValidation::new().allow_whole_number(DataValidationRule::Between(*least, *most))
            }
            Takes::OneOf(values) if !values.is_empty() => {
                let list = u16::try_from(lists.len()).unwrap_or(u16::MAX);
                lists.push((&column.title, values));
                DataValidation::new().allow_list_formula(choices_in(&all.choices, list, values))
            }
            Takes::Text | Takes::Day | Takes::Figure | Takes::OneOf(_) => continue,
        };
        let rule = rule.ignore_blank(true).set_error_title(&all.refused)?.set_error_message(&column.title)?;
        if sheet.prepared > 0 {
            to.add_data_validation(1, place, sheet.prepared, place, &rule)?;
        }
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (place, cell) in (0..).zip(cells) {
            write_cell(to, (row, place), cell, formats)?;
        }
    }
    Ok(())
}
