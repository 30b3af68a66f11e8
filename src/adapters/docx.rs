//! Word documents (DOCX, ECMA-376): writes the document that `pdf` prints as text that can be edited. Equal documents give
//! equal bytes. A picture of a code has no place in a text to edit, so codes are left out.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::adapters::pdf::document::{Block, Cell, Column, Document, Row, Table, Text};

/// Parts that are the same in every document, by their names.
const FIXED: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#,
    ),
    (
        "word/_rels/document.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "word/styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="21"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="80" w:line="320" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="240"/><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="40"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="320"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="28"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="24"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0" w:line="260" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="18"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Figure"><w:name w:val="Figure"/><w:basedOn w:val="Cell"/><w:pPr><w:jc w:val="right"/></w:pPr></w:style></w:styles>"#,
    ),
];

/// Writes a document.
///
/// # Errors
/// Errors of the archive, which memory has none of.
pub fn write(document: &Document) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let (properties, body) = (properties(document), body(document));
    let own = [("docProps/core.xml", properties.as_str()), ("word/document.xml", &body)];
    for (name, text) in FIXED.into_iter().chain(own) {
        // Without the size in front, as a streamed archive has its entries, some readers refuse a package.
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Writes title, author and language of the document.
fn properties(document: &Document) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{}</dc:title><dc:subject>{}</dc:subject><dc:creator>{}</dc:creator><dc:language>{}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{}T00:00:00Z</dcterms:created></cp:coreProperties>"#,
        escaped(&document.title),
        escaped(&document.subject),
        escaped(&document.author),
        document.lang.tag(),
        document.date,
    )
}

fn body(document: &Document) -> String {
    let mut text = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#,
    );
    for block in &document.blocks {
        write_block(&mut text, block);
    }
    write_paragraph(&mut text, &document.footer, "Cell", "");
    // A4 upright with margins of two centimetres, in twentieths of a point.
    text.push_str(
        r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>"#,
    );
    text
}

fn write_block(text: &mut String, block: &Block) {
    match block {
        Block::Title { lines } => lines.iter().for_each(|line| write_paragraph(text, line, "Title", "")),
        Block::Heading { level, lines, .. } => {
            let style = if *level == 1 { "Heading1" } else { "Heading2" };
            lines.iter().for_each(|line| write_paragraph(text, line, style, ""));
        }
        Block::Paragraph(line) => write_paragraph(text, line, "Normal", ""),
        Block::KeyValues { rows, .. } => {
            let row = |(name, value): &(Cell, Cell)| Row { cells: vec![name.clone(), value.clone()], total: false };
            let columns = vec![Column::Words, Column::Words];
            write_table(text, &Table { columns, head: Vec::new(), rows: rows.iter().map(row).collect() });
        }
        Block::Table(table) | Block::Grid(table) => write_table(text, table),
        Block::Steps(steps) => {
            for (number, step) in (1..).zip(steps) {
                for (place, line) in step.iter().enumerate() {
                    let mark = if place == 0 { format!("{number}. ") } else { String::new() };
                    write_paragraph(text, line, "Normal", &mark);
                }
            }
        }
        Block::Bar { shares, .. } => {
            for share in shares {
                write_paragraph(text, &share.figure, "Normal", &format!("{} ", share.label.plain()));
            }
        }
        Block::Space(_) => {}
        Block::PageBreak => text.push_str(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#),
    }
}

/// Writes a table whose head repeats on every page. A paragraph follows, which Word wants between two tables.
fn write_table(text: &mut String, table: &Table) {
    text.push_str(r#"<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>"#);
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        text.push_str(&format!(r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>"#));
    }
    text.push_str("</w:tblBorders></w:tblPr><w:tblGrid>");
    table.columns.iter().for_each(|_| text.push_str("<w:gridCol/>"));
    text.push_str("</w:tblGrid>");
    if !table.head.is_empty() {
        write_row(text, &table.columns, &table.head, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    }
    for row in &table.rows {
        write_row(text, &table.columns, &row.cells, "<w:trPr><w:cantSplit/></w:trPr>");
    }
    text.push_str("</w:tbl><w:p/>");
}

fn write_row(text: &mut String, columns: &[Column], cells: &[Cell], properties: &str) {
    text.push_str("<w:tr>");
    text.push_str(properties);
    for (cell, column) in cells.iter().zip(columns) {
        text.push_str("<w:tc><w:tcPr/>");
        let style = if *column == Column::Figures { "Figure" } else { "Cell" };
        // A cell has a paragraph even if it has no text.
        if cell.is_empty() {
            text.push_str("<w:p/>");
        }
        cell.iter().for_each(|line| write_paragraph(text, line, style, ""));
        text.push_str("</w:tc>");
    }
    text.push_str("</w:tr>");
}

/// Writes a paragraph after a mark, with a break for each line end.
fn write_paragraph(text: &mut String, line: &Text, style: &str, mark: &str) {
    let lang = line.lang.tag();
    text.push_str(&format!(
        r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:rPr><w:lang w:val="{lang}" w:eastAsia="{lang}"/></w:rPr>"#
    ));
    for (place, part) in format!("{mark}{}", line.plain()).split('\n').enumerate() {
        if place > 0 {
            text.push_str("<w:br/>");
        }
        text.push_str(&format!(r#"<w:t xml:space="preserve">{}</w:t>"#, escaped(part)));
    }
    text.push_str("</w:r></w:p>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
