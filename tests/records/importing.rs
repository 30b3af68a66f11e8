//! Importing records from a file: the template, xlsx and csv in the spellings of spreadsheets, faults by cell, bounds.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;

use crate::adapters::workbooks::{sheet, with_sheet};
use crate::on_sqlite_first;
use crate::payments::setup::advance;
use crate::records::setup::{entered, faults, listed, row, upload};
use crate::support::app::TestApp;

on_sqlite_first! {
    a_workbook_is_imported_or_refused_by_cell
}

const HEADINGS: [&str; 7] =
    ["服务日期", "服务项目", "服务地点", "服务人员", "服务对象代码", "服务人数", "时长（分钟）"];

/// Writes a workbook: a title, the headings, and rows. The days are real dates and the minutes numbers, as people type
/// them.
fn workbook(rows: &[(u32, [&str; 5], f64)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("yyyy/m/d");
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "2026年1月服务记录").expect("a title");
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string(1, column, heading).expect("a heading");
    }
    for (number, (serial, texts, minutes)) in (2..).zip(rows) {
        sheet.write_number_with_format(number, 0, *serial, &day).expect("a day");
        for (column, text) in (1..).zip(texts) {
            sheet.write_string(number, column, *text).expect("a cell");
        }
        sheet.write_number(number, 6, *minutes).expect("a number");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// 12 January 2026 as spreadsheets count days.
const DAY: u32 = 46_034;

fn a_workbook_is_imported_or_refused_by_cell(test: &TestApp) {
    let id = advance(test);
    let visit = |subject: &'static str, people: &'static str| ["上门走访", "西林街道", "林晓东", subject, people];
    let good = workbook(&[(DAY, visit("XZ-1", ""), 45.0), (DAY + 1, visit("XZ-2", "2"), 60.0)]);
    let bad = workbook(&[
        (DAY, visit("XZ-1", ""), 45.0),
        (DAY + 2, visit("13812345678", "many"), 45.5),
        (DAY, visit("XZ-1", "1"), 45.0),
    ]);
    let refused = upload(test, "contractor", &id, ("记录.xlsx", &bad)).expect_status(422);
    let found: Vec<String> = faults(&refused).into_iter().map(|(path, _)| path).collect();
    assert_eq!(found, ["F4", "G4", "E4", "A4", "A5"], "{refused}");
    let (_, words) = &faults(&refused)[0];
    assert!(words.contains("Row 4") && words.contains("Group size"), "{words}");
    assert_eq!(listed(test, &id, ""), [] as [Value; 0], "nothing was imported");

    let done = upload(test, "contractor", &id, ("记录.xlsx", &good)).expect_status(201);
    assert_eq!(done["ids"].as_array().map(Vec::len), Some(2));
    let newest = &listed(test, &id, "")[0];
    assert_eq!((newest["on"].as_str(), newest["minutes"].as_i64()), (Some("2026-01-13"), Some(60)));
    let again = upload(test, "contractor", &id, ("记录.xlsx", &good)).expect_status(409);
    let first = listed(test, &id, "").last().expect("the first")["id"].as_str().expect("an id").to_owned();
    let address = format!("/contracts/{id}/records?month=2026-01#record-{first}");
    assert_eq!((&again["conflict"]["address"], &again["conflict"]["repeatable"]), (&address.into(), &false.into()));
    for (who, status) in [("station", 403), ("justice", 403), ("contractor-2", 404)] {
        assert_eq!(upload(test, who, &id, ("记录.xlsx", &good)).status, status, "{who}");
    }
}

#[test]
fn the_template_can_be_filled_in_and_sent() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let reply = test.by("contractor").get(&format!("contracts/{id}/records/template.xlsx"));
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-disposition").contains(".xlsx"));
    // As it is, it has headings that are known and no row.
    let refused = upload(&test, "contractor", &id, ("template.xlsx", &reply.bytes)).expect_status(422);
    assert_eq!(refused["rule"], "record-none", "{refused}");
    let sheets = luyue::adapters::workbooks::read_first_sheet(&reply.bytes, 10, 26).expect("it can be read");
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    assert_eq!(sheets[0].1[..3], ["Date", "Service", "Deliverable"]);
    assert_eq!(test.by("station").get(&format!("contracts/{id}/records/template.xlsx")).status, 403);
    let crafted = with_sheet(sheet("A1:B2", "1", "A99999999999999").as_bytes());
    let refused = upload(&test, "contractor", &id, ("过大.xlsx", &crafted)).expect_status(422).to_string();
    assert!(refused.contains("过大.xlsx"), "{refused}");
}

#[test]
fn csv_is_read_in_the_spellings_of_spreadsheets() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let line = |subject: &str, separator: &str| {
        let head = ["日期", "服务项目", "地点", "服务人员", "服务对象代码", "时长"].join(separator);
        let cells = ["2026/1/12", "VISIT", "\"西林街道\"", "林晓东", subject, "４５"].join(separator);
        format!("{head}\r\n{cells}\r\n")
    };
    let gb = line("XZ-1", ",");
    let files = [
        encoding_rs::GB18030.encode(&gb).0.into_owned(),
        line("XZ-2", ";").into_bytes(),
        format!("\u{feff}{}", line("XZ-3", "\t")).into_bytes(),
    ];
    for file in &files {
        upload(&test, "contractor", &id, ("记录.csv", file)).expect_status(201);
    }
    assert_eq!(listed(&test, &id, "").len(), 3);
    for (name, bytes, status) in [
        ("空.csv", "".as_bytes().to_vec(), 422),
        ("无表头.csv", "2026-01-12,VISIT,西林街道\n".as_bytes().to_vec(), 422),
        ("图.png", vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a], 415),
        ("大.csv", vec![b'a'; 5 * 1024 * 1024 + 1], 413),
        (
            "多.csv",
            format!(
                "日期,服务项目,地点,服务人员,服务对象代码,时长\n{}",
                "2026-01-12,VISIT,西林街道,林晓东,XZ-1,45\n".repeat(10_001)
            )
            .into_bytes(),
            413,
        ),
    ] {
        assert_eq!(upload(&test, "contractor", &id, (name, &bytes)).status, status, "{name}");
    }
    let head = "日期,服务项目,地点,服务人员,服务对象代码,时长\n";
    let table = format!("{head}2026-01-12,VISIT,西林街道,林晓东,ＸＺ－０９１,45\n");
    for (name, part) in [("一月.pdf", "xlsx, csv"), ("一月.txt", "一月.txt"), ("一月.xlsx", "一月.xlsx")] {
        let refused = upload(&test, "contractor", &id, (name, table.as_bytes())).expect_status(415).to_string();
        assert!(refused.contains(name) && refused.contains(part), "{refused}");
    }
    let broken = upload(&test, "contractor", &id, ("坏.xlsx", b"PK\x03\x04 broken")).status;
    assert!([415, 422].contains(&broken), "{broken}");
    assert_eq!(listed(&test, &id, "").len(), 3);
    upload(&test, "contractor", &id, ("一月.csv", table.as_bytes())).expect_status(201);
    assert!(listed(&test, &id, "").iter().any(|record| record["subject"] == "XZ-091"));
    entered(&test, &id, &[row("XZ-9")]);
}
