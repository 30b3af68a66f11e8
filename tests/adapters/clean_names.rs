//! Names of people in documents: who commented, changed or wrote is not in the copy that readers get.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use luyue::adapters::files::{FileFlag, inspect, kind_of, write_clean_copy};
use zip::ZipArchive;

use crate::adapters::fixtures::{office, ole, part, pdf};

/// Returns the copy of a file; `None` where the file itself is shown.
fn copy(name: &str, file: &[u8]) -> Option<Vec<u8>> {
    let kind = kind_of(name).expect("an accepted type");
    let mut copied = Cursor::new(Vec::new());
    let is_changed = write_clean_copy(kind, &mut Cursor::new(file), &mut copied).expect("written");
    is_changed.then(|| copied.into_inner())
}

fn flags(name: &str, file: &[u8]) -> Vec<FileFlag> {
    inspect(name, &mut Cursor::new(file), 50 << 20).unwrap_or_else(|error| panic!("{name}: {error}")).flags
}

fn text_of(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
    let mut content = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut content).expect("read");
    content
}

#[test]
fn those_who_comment_or_change_are_not_named() {
    let cases = [
        (
            "docx",
            "word/comments2.xml",
            "<w:comment w:id=\"1\" w:author=\"张敏\" w:date=\"2026-01-05\" w:initials=\"ZM\"><w:t>补照片</w:t></w:comment>",
            "<w:comment w:id=\"1\" w:author=\"Author\" w:date=\"2026-01-05\" w:initials=\"A\"><w:t>补照片</w:t></w:comment>",
        ),
        (
            "docx",
            "word/footnotes.xml",
            "\u{feff}<w:p><w:ins w:id='2' w:author='张敏 &amp; 李'><w:t>a</w:t></w:ins><w:del w:author=\"\"/></w:p>",
            "\u{feff}<w:p><w:ins w:id=\"2\" w:author=\"Author\"><w:t>a</w:t></w:ins><w:del w:author=\"\"/></w:p>",
        ),
        (
            "docx",
            "word/people.xml",
            "<w15:person w15:author=\"张敏\"><w15:presenceInfo w15:providerId=\"AD\" w15:userId=\"S::zhangmin@x.cn\"/></w15:person>",
            "<w15:person w15:author=\"Author\"><w15:presenceInfo w15:providerId=\"None\" w15:userId=\"Author\"/></w15:person>",
        ),
        (
            "xlsx",
            "xl/comments1.xml",
            "<comments><authors><author>张敏</author><author>李&#x4e94;</author></authors><text>张敏：补</text></comments>",
            "<comments><authors><author></author><author></author></authors><text>张敏：补</text></comments>",
        ),
        (
            "xlsx",
            "xl/persons/person.xml",
            "<personList><person displayName=\"张敏\" id=\"{1}\" userId=\"zm\" providerId=\"AD\"/></personList>",
            "<personList><person displayName=\"Author\" id=\"{1}\" userId=\"Author\" providerId=\"None\"/></personList>",
        ),
        (
            "pptx",
            "ppt/commentAuthors.xml",
            "<p:cmAuthorLst><p:cmAuthor id=\"0\" name=\"张敏\" initials=\"ZM\"/></p:cmAuthorLst>",
            "<p:cmAuthorLst><p:cmAuthor id=\"0\" name=\"Author\" initials=\"A\"/></p:cmAuthorLst>",
        ),
        (
            "pptx",
            "ppt/authors.xml",
            "<p188:authorLst><p188:author id=\"{1}\" name=\"张敏\" initials=\"ZM\" userId=\"zm\" providerId=\"AD\"/></p188:authorLst>",
            "<p188:authorLst><p188:author id=\"{1}\" name=\"Author\" initials=\"A\" userId=\"Author\" providerId=\"None\"/></p188:authorLst>",
        ),
    ];
    for (ending, name, written, shown) in cases {
        let file = office(ending, vec![part(name, written)]);
        let copied = copy(&format!("a.{ending}"), &file).unwrap_or_else(|| panic!("{name} is shown as it is"));
        flags(&format!("a.{ending}"), &copied);
        assert_eq!(
            text_of(&copied, name).trim_start_matches('\u{feff}'),
            shown.trim_start_matches('\u{feff}'),
            "{name}"
        );
        assert_eq!(copy(&format!("a.{ending}"), &copied), None, "a copy of the copy");
        // A signature covers the text, so a signed document is shown as it is, and flagged.
        let signed = office(ending, vec![part(name, written), part("_xmlsignatures/sig1.xml", "<Signature/>")]);
        assert_eq!(copy(&format!("a.{ending}"), &signed), None, "{name}");
        assert_eq!(flags(&format!("a.{ending}"), &signed), [FileFlag::Signed]);
    }
    let about = office("docx", vec![part("word/a.xml", "<w:t>the author and userName of this</w:t>")]);
    assert_eq!(copy("a.docx", &about), None);
}

#[test]
fn the_author_of_a_pdf_is_blank_in_place() {
    let xmp = "5 0 obj << /Type /Metadata >> stream\n<x><dc:creator><rdf:Seq>\n<rdf:li>张敏</rdf:li></rdf:Seq></dc:creator>\
               <dc:title>t</dc:title></x>\nendstream endobj";
    for (written, gone) in [
        ("2 0 obj << /Author (Zhang \\) \\( (Min)) /Title (T) >> endobj", "Zhang"),
        ("2 0 obj << /Author(Zhang) >> endobj", "Zhang"),
        ("2 0 obj << /Title (T) /Author\n<FEFF5F20654F> >> endobj", "FEFF5F20654F"),
        (xmp, "张敏"),
    ] {
        let file = pdf(written.as_bytes());
        assert_eq!(flags("a.pdf", &file), []);
        let copied = copy("a.pdf", &file).unwrap_or_else(|| panic!("{written} is shown as it is"));
        assert_eq!(copied.len(), file.len(), "nothing moves");
        let text = String::from_utf8_lossy(&copied);
        assert!(!text.contains(gone) && (text.contains("(T)") || !written.contains("(T)")), "{text}");
        assert!(text.contains("<dc:title>t</dc:title>") || written != xmp);
        flags("a.pdf", &copied);
        assert_eq!(copy("a.pdf", &copied), None, "a copy of the copy");
        // A signature covers every byte, so a signed file is shown as it is, and flagged.
        let signed = pdf(format!("{written}\n6 0 obj << /ByteRange [0 1 2 3] >> endobj").as_bytes());
        assert_eq!(copy("a.pdf", &signed), None);
        assert_eq!(flags("a.pdf", &signed), [FileFlag::Signed, FileFlag::NamesAuthor]);
    }
    for nobody in ["<< /Author () >>", "<< /Author (  ) >>", "<< /Author <> >>", "<< /Author 7 0 R >>", "(/Author)"] {
        assert_eq!(copy("a.pdf", &pdf(nobody.as_bytes())), None, "{nobody}");
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"7 0 << /Author (Zhang) >> ").expect("packed");
    let body = [b"3 0 obj << /Type /ObjStm >> stream\n".as_slice(), &packed.finish().expect("packed"), b"\nendstream"]
        .concat();
    assert_eq!(flags("a.pdf", &pdf(&body)), [FileFlag::NamesAuthor]);
}

#[test]
fn links_of_older_documents_to_programs_are_flagged() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let link = |path: &[u8], flags: u8, units: usize| {
        let size = u16::try_from(5 + path.len()).expect("short").to_le_bytes();
        let units = u16::try_from(units).expect("short").to_le_bytes();
        [&[0xae, 1][..], &size, &[1, 0], &units, &[flags], path].concat()
    };
    let path = "cmd\u{3}/c calc";
    for (stream, content) in [
        ("WordDocument", b"text \x13 DDE excel x y\x14".to_vec()),
        ("WordDocument", b"text \x13dde \"c:\\x\"\x14".to_vec()),
        ("WordDocument", b"\x13   DDEAUTO c:\\x\x14".to_vec()),
        ("WordDocument", wide("文字\u{13} DdE excel\u{14}")),
        ("WordDocument", wide("\u{13}DDEAUTO excel\u{14}")),
        ("Workbook", link(path.as_bytes(), 0, path.len())),
        ("Workbook", link(&wide(path), 1, path.len())),
    ] {
        let name = if stream == "Workbook" { "a.xls" } else { "a.doc" };
        assert_eq!(flags(name, &ole(&[stream], &content)), [FileFlag::Dde], "{}", String::from_utf8_lossy(&content));
    }
    for (stream, content) in [
        ("WordDocument", b"\x13 PAGE \x14 about DDE in general".to_vec()),
        ("WordDocument", b"\x13 DDEX \x14".to_vec()),
        ("Workbook", link(b"other.xls", 0, 9)),
        ("Workbook", link(b"\x03\x01\x02", 0, 3)),
    ] {
        let name = if stream == "Workbook" { "a.xls" } else { "a.doc" };
        assert_eq!(flags(name, &ole(&[stream], &content)), [], "{}", String::from_utf8_lossy(&content));
    }
}
