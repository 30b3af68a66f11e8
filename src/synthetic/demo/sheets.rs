//! The demonstration's spreadsheets: one sheet of OOXML (ECMA-376), as small as Excel opens it.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::Error;
use crate::synthetic::demo::city::internal;

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(u64),
    /// The sum of the column's numbers above, and what it comes to.
    Sum(u64),
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const OF_WORKBOOK: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 0 is plain, style 1 the bold one of the first row.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;

/// A workbook of one sheet: its name, what stands in the first row, the rows below.
///
/// # Errors
/// The archive's, which is written into memory.
pub(super) fn xlsx(name: &str, head: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>, Error> {
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        escaped(name)
    );
    let sheet = sheet(head, rows);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (part, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", OF_WORKBOOK),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        archive.start_file(part, SimpleFileOptions::default()).map_err(internal)?;
        archive.write_all(HEAD.as_bytes()).map_err(internal)?;
        archive.write_all(text.as_bytes()).map_err(internal)?;
    }
    Ok(archive.finish().map_err(internal)?.into_inner())
}

fn sheet(head: &[&str], rows: &[Vec<Cell>]) -> String {
    let mut text = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>"#,
    );
    text.push_str(&format!(
        r#"<col min="1" max="{}" width="16" customWidth="1"/></cols><sheetData><row r="1">"#,
        head.len()
    ));
    for (column, title) in head.iter().enumerate() {
        text.push_str(&words(column, 1, r#" s="1""#, title));
    }
    text.push_str("</row>");
    for (row, cells) in rows.iter().enumerate() {
        let number = row + 2;
        text.push_str(&format!(r#"<row r="{number}">"#));
        for (column, cell) in cells.iter().enumerate() {
            let at = place(column, number);
            match cell {
                Cell::Text(said) if said.is_empty() => {}
                Cell::Text(said) => text.push_str(&words(column, number, "", said)),
                Cell::Number(value) => text.push_str(&format!(r#"<c r="{at}"><v>{value}</v></c>"#)),
                Cell::Sum(value) => {
                    let (from, to) = (place(column, 2), place(column, number - 1));
                    text.push_str(&format!(r#"<c r="{at}" s="1"><f>SUM({from}:{to})</f><v>{value}</v></c>"#));
                }
            }
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

fn words(column: usize, row: usize, style: &str, said: &str) -> String {
    format!(r#"<c r="{}"{style} t="inlineStr"><is><t>{}</t></is></c>"#, place(column, row), escaped(said))
}

/// The name of a cell. A sheet of ours has no more columns than there are letters.
fn place(column: usize, row: usize) -> String {
    let letter = u8::try_from(column).ok().and_then(|column| b'A'.checked_add(column)).unwrap_or(b'A');
    format!("{}{row}", char::from(letter))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
