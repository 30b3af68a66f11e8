//! Builders of sample files: valid ones, and the modifications that make them invalid.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub fn pdf(body: &[u8]) -> Vec<u8> {
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".as_slice(),
        body,
        b"\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
    ]
    .concat()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, bytes) in [(b"IHDR", header), (b"IDAT", vec![1; 40]), (b"IEND", Vec::new())] {
        file.extend((bytes.len() as u32).to_be_bytes());
        file.extend(name);
        file.extend(bytes);
        file.extend([0; 4]);
    }
    file
}

pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let [a, b] = height.to_be_bytes();
    let [c, d] = width.to_be_bytes();
    let mut file = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".to_vec();
    file.extend([0xff, 0xc0, 0, 11, 8, a, b, c, d, 1, 1, 0x11, 0]);
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0]);
    file.extend([0x55; 200]);
    file.extend([0xff, 0xd9]);
    file
}

pub fn csv() -> Vec<u8> {
    "编号,名称,数量\nD1,入户走访,120\n".into()
}

pub struct Part<'a> {
    pub name: &'a str,
    pub bytes: Vec<u8>,
}

pub fn part<'a>(name: &'a str, bytes: impl Into<Vec<u8>>) -> Part<'a> {
    Part { name, bytes: bytes.into() }
}

/// The three office formats: extension, main part and content type.
pub const OFFICE: [(&str, &str, &str); 3] = [
    ("docx", "word/document.xml", "wordprocessingml.document"),
    ("xlsx", "xl/workbook.xml", "spreadsheetml.sheet"),
    ("pptx", "ppt/presentation.xml", "presentationml.presentation"),
];

/// Builds an office document with the given extension and additional parts.
pub fn office(ending: &str, more: Vec<Part>) -> Vec<u8> {
    let (_, main, word) = OFFICE.into_iter().find(|(e, ..)| *e == ending).expect("one of the three");
    let types = format!(
        "<?xml version=\"1.0\"?><Types><Override PartName=\"/{main}\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.{word}.main+xml\"/></Types>"
    );
    let text = "<w:t>履约</w:t>".repeat(200);
    let mut parts =
        vec![part("[Content_Types].xml", types), part("_rels/.rels", relationships(&[main])), part(main, text)];
    parts.extend(more);
    archive(parts)
}

/// Builds the package's relationships to the given main parts.
pub fn relationships(mains: &[&str]) -> String {
    let one = |main: &&str| {
        format!(
            "<Relationship Id=\"r\" Target=\"{main}\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/>"
        )
    };
    let all: String = mains.iter().map(one).collect();
    format!("<?xml version=\"1.0\"?><Relationships>{all}</Relationships>")
}

pub fn archive(parts: Vec<Part>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        writer.start_file(part.name, deflated()).expect("begun");
        writer.write_all(&part.bytes).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

pub fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

/// Builds an OLE compound file with the named streams: header, sector table, directory, content.
pub fn ole(streams: &[&str], content: &[u8]) -> Vec<u8> {
    let mut directory = entry("Root Entry", 5);
    for name in streams {
        directory.extend(entry(name, 2));
    }
    directory.resize(directory.len().next_multiple_of(512), 0);
    let directory_sectors = directory.len() / 512;
    let mut table = vec![0xffff_fffd_u32];
    for n in 0..directory_sectors {
        let last = n + 1 == directory_sectors;
        table.push(if last { 0xffff_fffe } else { n as u32 + 2 });
    }
    table.resize(128, 0xffff_ffff);
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.resize(24, 0);
    header.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header.resize(44, 0);
    for number in [1_u32, 1, 0, 4096, 0xffff_fffe, 0, 0xffff_fffe, 0, 0] {
        header.extend(number.to_le_bytes());
    }
    header.resize(512, 0xff);
    let mut file = header;
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    file.extend(directory);
    file.extend(content);
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

fn entry(name: &str, kind: u8) -> Vec<u8> {
    let units: Vec<u16> = name.encode_utf16().collect();
    let mut bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    bytes.resize(64, 0);
    bytes.extend(((units.len() as u16 + 1) * 2).to_le_bytes());
    bytes.push(kind);
    bytes.resize(128, 0);
    bytes
}

/// Returns the file with the first occurrence of one byte sequence replaced by another of the same length.
pub fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from).expect("it is there");
    let mut changed = file.to_vec();
    changed.splice(at..at + from.len(), to.iter().copied());
    changed
}
