//! The demonstration's spreadsheets: a workbook of one sheet with a bold first row. The same input gives the same
//! bytes.

use chrono::NaiveDate;
use rust_xlsxwriter::{ColNum, DocProperties, Format, Formula, RowNum, Workbook, XlsxError};

/// Width of every column, in characters.
const COLUMN_WIDTH: u32 = 16;
const FONT: &str = "宋体";

/// Content of a cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(u32),
    /// A `SUM` over the numbers above in the same column, with its result for readers that do not compute.
    Sum(u32),
}

/// Writes a workbook with one sheet: its name, the titles of its columns, its rows. `created_on` is written into the
/// properties in place of the machine's time.
///
/// # Errors
/// A name that Excel does not take, or more rows than it has.
pub(super) fn write_workbook(
    name: &str,
    titles: &[&str],
    rows: &[Vec<Cell>],
    created_on: NaiveDate,
) -> Result<Vec<u8>, XlsxError> {
    let plain = Format::new().set_font_name(FONT);
    let bold = plain.clone().set_bold();
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created_on));
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (column, title) in (0..).zip(titles) {
        sheet.set_column_width(column, COLUMN_WIDTH)?.write_string_with_format(0, column, *title, &bold)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string_with_format(row, column, text, &plain)?;
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, *number, &plain)?;
                }
                Cell::Sum(sum) => {
                    sheet.write_formula_with_format(row, column, sum_above(row, column, *sum), &bold)?;
                }
            }
        }
    }
    workbook.save_to_buffer()
}

/// The formula that adds up a column from its second row to the one above `row`.
fn sum_above(row: RowNum, column: ColNum, sum: u32) -> Formula {
    let range = rust_xlsxwriter::utility::cell_range(1, column, row - 1, column);
    Formula::new(format!("SUM({range})")).set_result(sum.to_string())
}
