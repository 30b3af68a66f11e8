//! Tables as CSV and XLSX: typed cells, and texts that a spreadsheet may take for formulas.

use std::io::Read;

use luyue::adapters::spreadsheet::{Cell, Table, write_csv, write_xlsx};
use luyue::domain::money::Sum;

use crate::support::app::day;

/// Returns a part of a workbook as text.
pub fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("a workbook is a ZIP file");
    let mut text = String::new();
    archive.by_name(name).expect("the part is there").read_to_string(&mut text).expect("it is text");
    text
}

fn table(cells: Vec<Cell>) -> Table {
    let columns = (1..=cells.len()).map(|number| format!("列 {number}")).collect();
    Table { title: "付款/台账：[一]".to_owned(), columns, rows: vec![cells], total: Vec::new() }
}

fn csv_of(cells: Vec<Cell>) -> String {
    let text = String::from_utf8(write_csv(&table(cells)).expect("it is written")).expect("UTF-8");
    let rows = text.strip_prefix('\u{feff}').expect("a byte order mark");
    rows.split_once("\r\n").expect("headings").1.to_owned()
}

#[test]
fn cells_keep_their_types() {
    let cells = || {
        vec![
            Cell::Text("甲,乙\"丙\"".to_owned()),
            Cell::Number(-3),
            Cell::Amount(Sum::from_fen(123_456_789)),
            Cell::Tenths(125),
            Cell::Day(day("2026-09-30")),
            Cell::Time(day("2026-09-30").and_hms_opt(9, 5, 0).expect("a time")),
            Cell::Empty,
        ]
    };
    assert_eq!(csv_of(cells()), "\"甲,乙\"\"丙\"\"\",-3,1234567.89,12.5,2026-09-30,2026-09-30 09:05,\r\n");
    let workbook = write_xlsx(&table(cells()), day("2026-09-30")).expect("it is written");
    assert_eq!(workbook, write_xlsx(&table(cells()), day("2026-09-30")).expect("it is written"), "the same bytes");
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    for value in ["<v>-3</v>", "<v>1234567.89</v>", "<v>12.5</v>", "<v>46295</v>"] {
        assert!(sheet.contains(value), "{value}: {sheet}");
    }
    assert!(
        part(&workbook, "xl/workbook.xml").contains("name=\"付款台账：一\""),
        "signs that no name may hold are left out"
    );
}

#[test]
fn amounts_beyond_what_a_spreadsheet_shows_exactly_are_text() {
    let exact = write_xlsx(&table(vec![Cell::Amount(Sum::from_fen(999_999_999_999_999))]), day("2026-09-30"));
    assert!(part(&exact.expect("written"), "xl/worksheets/sheet1.xml").contains("<v>9999999999999.99</v>"));
    let larger = write_xlsx(&table(vec![Cell::Amount(Sum::from_fen(1_000_000_000_000_001))]), day("2026-09-30"));
    assert!(part(&larger.expect("written"), "xl/sharedStrings.xml").contains("10000000000000.01"));
}

#[test]
fn no_text_acts_as_a_formula() {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"] {
        let written = csv_of(vec![Cell::Text(text.to_owned())]);
        let read: Vec<_> =
            csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes()).into_records().collect();
        assert_eq!(read[0].as_ref().expect("a record")[0], format!("'{text}"), "{text:?}");
        let workbook = write_xlsx(&table(vec![Cell::Text(text.to_owned())]), day("2026-09-30")).expect("written");
        let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("t=\"s\"") && !sheet.contains("<f>"), "{text:?}: {sheet}");
        assert!(part(&workbook, "xl/styles.xml").contains("quotePrefix=\"1\""), "it stays text when it is edited");
    }
    for text in ["1-2", "a=b", "宣财〔2026〕12号", "'x"] {
        assert_eq!(csv_of(vec![Cell::Text(text.to_owned())]).trim_end(), text, "others stay as they are");
    }
}
