//! Workbooks that no spreadsheet program writes: references to cells beyond every number.

use std::io::{Cursor, Read, Write};

use luyue::adapters::files::FileError;
use luyue::adapters::workbooks::{read_first_sheet, read_sheets};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Returns a workbook whose only sheet has this content.
pub fn with_sheet(xml: &[u8]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet();
    let whole = workbook.save_to_buffer().expect("a workbook");
    let mut parts = ZipArchive::new(Cursor::new(whole)).expect("an archive");
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        changed.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("its content");
        let is_sheet = name.starts_with("xl/worksheets/");
        changed.write_all(if is_sheet { xml } else { &content }).expect("it is written");
    }
    changed.finish().expect("an archive").into_inner()
}

/// Returns the text of a sheet with one cell, of this range, in this row, at this place.
pub fn sheet(range: &str, row: &str, cell: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"{range}\"/>\
         <sheetData><row r=\"{row}\"><c r=\"{cell}\"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>\
         </sheetData></worksheet>"
    )
}

#[test]
fn references_beyond_every_number_are_a_damaged_file() {
    let read = |range, row, cell| read_first_sheet(&with_sheet(sheet(range, row, cell).as_bytes()), 10, 26);
    assert_eq!(read("A1:B2", "1", "A1").expect("a sheet").len(), 2);
    for (range, row, cell) in [
        ("A1:B2", "1", "A99999999999999"),
        ("A1:B2", "1", "ZZZZZZZZZZ1"),
        ("A1:B2", "4294967296", "A1"),
        ("A1:ZZZZZZZZZZ9", "1", "A1"),
    ] {
        let found = read(range, row, cell);
        assert!(matches!(found, Err(FileError::Damaged(_))), "{range} {row} {cell}: {found:?}");
        let found = read_sheets(&with_sheet(sheet(range, row, cell).as_bytes()), 10, 26);
        assert!(matches!(found, Err(FileError::Damaged(_))), "{range} {row} {cell}: {found:?}");
    }
    for (row, cell) in [("4294967295", "A4294967295"), ("0", "A0"), ("1", "FXSHRXX1"), ("-1", "1"), ("1", "")] {
        drop(read("A1:B2", row, cell));
    }
}
