//! File type detection: the accepted types, and a distinct reason for each refusal (ASVS 1.5.1, 5.2, 5.3).

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use luyue::adapters::files::{FILE_KINDS, FileError, FileFlag, MIB, inspect, kind_of};
use luyue::config::Settings;
use zip::ZipWriter;

use crate::adapters::fixtures::{OFFICE, archive, csv, deflated, jpeg, office, ole, part, pdf, png, replaced};
use crate::support::files;

/// The largest file of these tests, in bytes.
const LIMIT: u64 = 50 * MIB;

fn code(name: &str, file: &[u8]) -> &'static str {
    match inspect(name, &mut Cursor::new(file), LIMIT) {
        Ok(_) => "accepted",
        Err(error) => {
            assert!(error.is_refusal(), "{name}: {error}");
            error.code()
        }
    }
}

fn flags(file: &[u8]) -> Vec<FileFlag> {
    inspect("a.pdf", &mut Cursor::new(file), LIMIT).expect("accepted").flags
}

fn good(extension: &str) -> Vec<u8> {
    match extension {
        "pdf" => pdf(b""),
        "png" => png(640, 480),
        "jpg" | "jpeg" => jpeg(640, 480),
        "doc" => ole(&["WordDocument", "1Table"], b""),
        "xls" => ole(&["Workbook"], b""),
        "ppt" => ole(&["PowerPoint Document", "Current User"], b""),
        "csv" => csv(),
        "ofd" => archive(vec![part("OFD.xml", "<ofd:OFD/>"), part("Doc_0/Document.xml", "<x/>")]),
        "heic" | "heif" => b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0bmdat123".to_vec(),
        "wps" | "et" | "dps" => ole(&["WpsContent"], b""),
        "xml" => "<?xml version=\"1.0\"?><EInvoice><Amount>1.00</Amount></EInvoice>".into(),
        office_ending => office(office_ending, vec![]),
    }
}

#[test]
fn each_type_is_accepted_under_its_own_extension_only() {
    for kind in FILE_KINDS {
        let file = good(kind.extension);
        let found = inspect(&format!("验收 报告.{}", kind.extension.to_uppercase()), &mut Cursor::new(&file), LIMIT)
            .unwrap_or_else(|e| panic!("{}: {e}", kind.extension));
        assert_eq!(found.kind, kind);
        let is_unseen = ["ofd", "heic", "heif", "wps", "et", "dps", "xml"].contains(&kind.extension);
        assert_eq!(found.flags.contains(&FileFlag::NoPreview), is_unseen, "{}", kind.extension);
        assert_eq!(found.flags.len(), usize::from(is_unseen));
        // The programs of WPS Office write the formats of Microsoft Office under their own endings.
        let of_wps = |extension: &str| ["wps", "et", "dps"].contains(&extension);
        let is_heif = |extension: &str| ["heic", "heif"].contains(&extension);
        let others = FILE_KINDS.iter().filter(|other| other.media_type != kind.media_type);
        let others = others.filter(|other| !(is_heif(other.extension) && is_heif(kind.extension)));
        for other in others.filter(|other| !of_wps(other.extension)) {
            let name = format!("a.{}", other.extension);
            assert_eq!(code(&name, &file), "file-mismatch", "{} as {name}", kind.extension);
        }
    }
}

#[test]
fn no_accepted_type_is_executed_by_browsers() {
    for kind in FILE_KINDS {
        for never in ["html", "xml+", "svg", "script"] {
            assert!(!kind.media_type.contains(never));
        }
    }
    for name in ["a.html", "a.svg", "a.js", "a.exe", "a.zip", "a.docm", "a.xlsm", "a.gif", "a.webp", "a.pdf.exe"] {
        assert!(kind_of(name).is_none(), "{name}");
        assert_eq!(code(name, &pdf(b"")), "file-type-refused", "{name}");
    }
    for name in ["a", ".pdf", "", "文件"] {
        assert_eq!(code(name, &pdf(b"")), "file-no-ending", "{name}");
    }
}

#[test]
fn empty_and_too_large_files_are_refused() {
    assert_eq!(code("a.pdf", b""), "file-empty");
    for blank in [b"\xef\xbb\xbf".as_slice(), b"\r\n\r\n", b"  \t\n"] {
        assert_eq!(code("a.csv", blank), "file-empty", "{blank:?}");
    }
    let at_the_limit = [png(9, 9), vec![0; 100]].concat();
    let length = at_the_limit.len() as u64;
    let inspected = |limit| inspect("a.png", &mut Cursor::new(&at_the_limit), limit);
    assert!(!matches!(inspected(length), Err(FileError::TooLarge { .. })));
    assert!(matches!(inspected(length - 1), Err(FileError::TooLarge { limit }) if limit == length - 1));
}

#[test]
fn disguised_files_are_refused() {
    let zip = archive(vec![part("a.txt", "a")]);
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    let svg = b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>".to_vec();
    let exe = [b"MZ\x90\x00\x03\x00".as_slice(), &[0; 200]].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("html.pdf", html.clone(), "file-mismatch"),
        ("html-before.pdf", [html.as_slice(), &pdf(b"")].concat(), "file-mismatch"),
        ("html-behind.pdf", [pdf(b""), html.clone()].concat(), "file-hidden"),
        ("zip-behind.pdf", [pdf(b""), zip.clone()].concat(), "file-hidden"),
        ("zip-within.pdf", pdf(&zip), "file-hidden"),
        ("exe.pdf", exe.clone(), "file-mismatch"),
        ("svg.png", svg.clone(), "file-mismatch"),
        ("zip-behind.png", [png(9, 9), zip.clone()].concat(), "file-hidden"),
        ("zip-behind.jpg", [jpeg(9, 9), zip.clone()].concat(), "file-hidden"),
        ("zip.docx", zip.clone(), "file-mismatch"),
        ("exe-before.docx", [exe.clone(), office("docx", vec![])].concat(), "file-mismatch"),
        ("text-behind.docx", [office("docx", vec![]), b"more".to_vec()].concat(), "file-hidden"),
        ("page-between.docx", [b"PK\x03\x04".to_vec(), html.clone(), office("docx", vec![])].concat(), "file-hidden"),
        ("html.csv", html, "file-mismatch"),
        ("html-after-blanks.csv", b"\xef\xbb\xbf \n<!doctype html>".to_vec(), "file-mismatch"),
        ("svg.csv", svg, "file-mismatch"),
        ("exe.csv", exe, "file-mismatch"),
        ("rtf.doc", b"{\\rtf1 }".to_vec(), "file-mismatch"),
        ("script.csv", b"#!/bin/sh\nid\n".to_vec(), "file-mismatch"),
        ("gif.png", b"GIF89a".to_vec(), "file-mismatch"),
        ("zip-behind.doc", [good("doc"), zip].concat(), "file-hidden"),
        ("other-end.docx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "file-mismatch"),
    ];
    for (name, file, expected) in cases {
        assert_eq!(code(name, &file), expected, "{name}");
    }
}

#[test]
fn damaged_files_are_refused() {
    let whole = |extension| good(extension);
    let cut = |extension, left: usize| {
        let mut file = good(extension);
        file.truncate(file.len() - left);
        file
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("cut.pdf", cut("pdf", 20)),
        ("no-table.pdf", replaced(&whole("pdf"), b"startxref", b"startnone")),
        ("version.pdf", replaced(&whole("pdf"), b"%PDF-1.7", b"%PDF-9.7")),
        ("cut.png", cut("png", 6)),
        ("no-header.png", replaced(&whole("png"), b"IHDR", b"IDAT")),
        ("no-size.png", png(0, 10)),
        ("cut.jpg", whole("jpg")[..30].to_vec()),
        ("no-frame.jpg", replaced(&whole("jpg"), b"\xff\xc0", b"\xff\xfe")),
        ("cut.docx", cut("docx", 30)),
        ("cut.doc", whole("doc")[..700].to_vec()),
        ("order.doc", replaced(&whole("doc"), b"\xfe\xff\x09\x00", b"\xff\xfe\x09\x00")),
        ("table.doc", replaced(&whole("doc"), &[1, 0, 0, 0, 1, 0, 0, 0], &[255, 255, 255, 0, 1, 0, 0, 0])),
        ("broken.csv", b"a,\xff\xff\xff\n".to_vec()),
    ];
    for (name, file) in cases {
        assert_eq!(code(name, &file), "file-damaged", "{name}");
    }
    // A directory whose entries form a cycle does not loop forever.
    let around = replaced(&whole("doc"), &0xffff_fffe_u32.to_le_bytes(), &0xffff_fffe_u32.to_le_bytes());
    let mut around = around;
    around[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(code("around.doc", &around), "file-damaged");
}

#[test]
fn images_that_would_exhaust_memory_are_refused() {
    assert_eq!(code("a.png", &png(100_000, 100_000)), "file-bomb");
    assert_eq!(code("a.jpg", &jpeg(65_535, 65_535)), "file-bomb");
    assert_eq!(code("a.jpg", &jpeg(12_000, 9_000)), "accepted");
    let telephone = [jpeg(4000, 3000), b"SEFT\0\0 a motion picture".to_vec()].concat();
    assert_eq!(code("a.jpg", &telephone), "accepted");
}

#[test]
fn tables_are_text_in_utf8_or_gb18030() {
    let (gb, ..) = encoding_rs::GB18030.encode("编号,名称\nD1,入户走访\n");
    assert_eq!(code("a.csv", &gb), "accepted");
    assert_eq!(code("a.csv", "\u{feff}编号,名称\r\n".as_bytes()), "accepted");
    assert_eq!(code("a.csv", b"a\0b"), "file-mismatch");
    let utf16: Vec<u8> = "编号,a".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(code("a.csv", &utf16), "file-mismatch");
    // A character split across two blocks still counts as one character, and an error in the last block is reported.
    let long = format!("{}{}", "a".repeat(65_535), "编号".repeat(100_000));
    assert_eq!(code("a.csv", long.as_bytes()), "accepted");
    let faulty = [long.as_bytes(), b"\xff"].concat();
    assert_eq!(code("a.csv", &faulty), "file-damaged");
}

#[test]
fn active_content_in_a_pdf_is_flagged() {
    use FileFlag as F;
    let cases: Vec<(&[u8], Vec<F>)> = vec![
        (b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>", vec![F::Scripts]),
        (b"<< /JS 5 0 R >>", vec![F::Scripts]),
        (b"<< /S /J#61va#53cript >>", vec![F::Scripts]),
        (b"<< /OpenAction 5 0 R >>", vec![F::OpenAction]),
        (b"<< /AA << /O 5 0 R >> >>", vec![F::OpenAction]),
        (b"<< /S /Launch /F (cmd.exe) >>", vec![F::Launch]),
        (b"<< /Type /EmbeddedFile >>", vec![F::EmbeddedFile]),
        (b"<< /S /SubmitForm /F (https://x.example) >>", vec![F::SubmitForm]),
        (b"<< /S /ImportData >>", vec![F::SubmitForm]),
        (b"<< /S /GoToR /F (other.pdf) >>", vec![F::OtherFile]),
        (b"<< /S /GoToE >>", vec![F::OtherFile]),
        (b"<< /AcroForm << /XFA 5 0 R >> >>", vec![F::Xfa]),
        (b"<< /Subtype /RichMedia >>", vec![F::RichMedia]),
        (b"<< /Subtype /3D >>", vec![F::RichMedia]),
        (b"<< /S /Movie >>", vec![F::RichMedia]),
        (b"<< /Type /Sig /ByteRange [0 1 2 3] >>", vec![F::Signed]),
        (b"<< /OpenAction << /S /Launch >> >>", vec![F::OpenAction, F::Launch]),
        (b"<< /Title (how to /Encrypt) >>", vec![]),
        (b"<< /Launcher /JSX /OpenActions /Title (Launch) >>", vec![]),
        (b"\xf1\x82/JS\x0a\x99\xa0\x01", vec![]),
    ];
    for (body, expected) in cases {
        assert_eq!(flags(&pdf(body)), expected, "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn active_content_is_found_at_any_position() {
    // The first block ends 65,664 bytes into the file.
    for before in (65_500..65_700).step_by(3) {
        let body = [vec![b'x'; before], b" << /S /Launch >> ".to_vec()].concat();
        assert_eq!(flags(&pdf(&body)), [FileFlag::Launch], "{before}");
    }
}

#[test]
fn active_content_is_found_in_compressed_objects() {
    let packed = |objects: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(objects).expect("packed");
        let bytes = encoder.finish().expect("packed");
        let head = format!(
            "7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >>\nstream\r\n",
            bytes.len()
        );
        pdf(&[head.as_bytes(), &bytes, b"\nendstream\nendobj"].concat())
    };
    let objects =
        [b"1 0 << /Type /Catalog /OpenAction 2 0 R ".as_slice(), &b" /Pad 1".repeat(20_000), b">> /Launch"].concat();
    let file = packed(&objects);
    assert!(!file.windows(7).any(|window| window == b"/Launch"));
    assert_eq!(flags(&file), [FileFlag::OpenAction, FileFlag::Launch]);
    assert_eq!(flags(&packed(b"1 0 << /Type /Catalog >>")), []);
    // A decompression bomb among the objects is unpacked only while that is cheap; it then counts as an object that
    // cannot be inspected.
    let begun = Instant::now();
    assert_eq!(flags(&packed(&vec![b' '; 200 * 1024 * 1024])), []);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn documents_with_macros_or_a_password_are_refused() {
    for (ending, main, word) in OFFICE {
        let file = office(ending, vec![part("word/vbaProject.bin", "\u{1}")]);
        assert_eq!(code(&format!("a.{ending}"), &file), "file-macros");
        let types = format!(
            "<Types><Override PartName=\"/{main}\" ContentType=\"application/vnd.{word}.main+xml \
             application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>"
        );
        let renamed = archive(vec![part("[Content_Types].xml", types), part(main, "<a/>")]);
        assert_eq!(code(&format!("a.{ending}"), &renamed), "file-macros");
    }
    let record = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00\x05\x00\x00\x00";
    let content = |flag: u8| [record.as_slice(), &[flag, 0, 0, 0, 2, 0, 0, 0]].concat();
    let many = ["a"; 30];
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.doc", ole(&["WordDocument", "Macros", "VBA"], b""), "file-macros"),
        ("a.xls", ole(&["Workbook", "_VBA_PROJECT_CUR"], b""), "file-macros"),
        ("a.xls", ole(&[&["Workbook"], many.as_slice(), &["_VBA_PROJECT_CUR"]].concat(), b""), "file-macros"),
        ("a.ppt", ole(&["PowerPoint Document"], &content(1)), "file-macros"),
        ("a.ppt", ole(&["PowerPoint Document"], &content(0)), "accepted"),
        ("a.doc", ole(&["WordDocument", "\u{1}Ole10Native"], b""), "file-nested"),
        ("a.docx", ole(&["EncryptionInfo", "EncryptedPackage"], b""), "file-encrypted"),
        ("a.doc", ole(&["EncryptionInfo", "EncryptedPackage"], b""), "file-encrypted"),
        ("a.docx", ole(&["WordDocument"], b""), "file-mismatch"),
    ];
    for (name, file, expected) in cases {
        assert_eq!(code(name, &file), expected, "{name}");
    }
}

#[test]
fn unexpected_parts_of_a_document_are_refused() {
    let inner = archive(vec![part("a.txt", "a")]);
    let packed_file: Vec<u8> = "\u{1}Ole10Native".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("word/embeddings/a.bin", inner, "file-nested"),
        ("word/embeddings/b.bin", b"MZ\x90".to_vec(), "file-nested"),
        ("word/embeddings/c.bin", b"\x7fELF".to_vec(), "file-nested"),
        ("word/embeddings/d.bin", ole(&["\u{1}Ole10Native"], &packed_file), "file-nested"),
        ("word/run.JS", b"WScript.Echo(1)".to_vec(), "file-nested"),
        ("../outside.xml", b"<a/>".to_vec(), "file-path"),
        ("word/../../outside.xml", b"<a/>".to_vec(), "file-path"),
        ("/etc/cron.d/x", b"x".to_vec(), "file-path"),
        ("C:/x", b"x".to_vec(), "file-path"),
        ("word\\..\\x", b"x".to_vec(), "file-path"),
        ("word/media/image1.png", png(9, 9), "accepted"),
        ("word/embeddings/e.bin", ole(&["Equation Native"], b""), "accepted"),
    ];
    for (name, bytes, expected) in cases {
        let file = office("docx", vec![part(name, bytes)]);
        assert_eq!(code("a.docx", &file), expected, "{name}");
    }
    let link = {
        let mut writer = ZipWriter::new_append(Cursor::new(office("docx", vec![]))).expect("opened");
        writer.add_symlink("word/link.xml", "/etc/passwd", deflated()).expect("linked");
        writer.finish().expect("finished").into_inner()
    };
    assert_eq!(code("a.docx", &link), "file-path");
}

#[test]
fn archives_that_unpack_to_too_much_are_refused() {
    let zeros = |mib: usize| vec![0; mib * 1024 * 1024];
    let bomb = office("xlsx", vec![part("xl/worksheets/sheet1.xml", zeros(20))]);
    assert!(bomb.len() < 40_000);
    assert_eq!(code("a.xlsx", &bomb), "file-bomb");
    let many: Vec<String> = (0..5_000).map(|n| format!("xl/{n}.xml")).collect();
    let parts = many.iter().map(|name| part(name, "")).collect();
    assert_eq!(code("a.xlsx", &office("xlsx", parts)), "file-bomb");
    // Each part is within its limit, but their total is not.
    let names: Vec<String> = (0..80).map(|n| format!("xl/{n}.xml")).collect();
    let parts = names.iter().map(|name| part(name, zeros(4))).collect();
    assert_eq!(code("a.xlsx", &office("xlsx", parts)), "file-bomb");
    let usual = office("xlsx", vec![part("xl/worksheets/sheet1.xml", b"<c r=\"A1\"><v>1</v></c>".repeat(100_000))]);
    assert_eq!(code("a.xlsx", &usual), "accepted");
}

#[test]
fn archives_with_false_headers_are_refused() {
    // Both headers claim 16 bytes for data that unpacks to 3 MiB: unpacking stops at the claimed size.
    let real = 3 * 1024 * 1024_u32;
    let mut lying = office("docx", vec![part("word/a.xml", vec![b' '; real as usize])]);
    for _ in 0..2 {
        lying = replaced(&lying, &real.to_le_bytes(), &16_u32.to_le_bytes());
    }
    assert_eq!(code("a.docx", &lying), "file-damaged", "less claimed");
    let more = replaced(&lying, &16_u32.to_le_bytes(), &real.to_le_bytes());
    assert_eq!(code("a.docx", &more), "file-damaged", "headers that differ");

    let overlapping = {
        let mut writer = ZipWriter::new_append(Cursor::new(office("docx", vec![]))).expect("opened");
        writer.shallow_copy_file("word/document.xml", "word/again.xml").expect("copied");
        writer.finish().expect("finished").into_inner()
    };
    assert_eq!(code("a.docx", &overlapping), "file-bomb");

    let renamed = {
        let file = office("docx", vec![part("word/first.xml", "<a/>")]);
        replaced(&file, b"word/first.xml", b"word/other.xml")
    };
    assert_eq!(code("a.docx", &renamed), "file-damaged", "two names for one part");

    let checksum = {
        let file = office("docx", vec![part("word/media/a.png", png(9, 9))]);
        let at = file.windows(8).position(|w| w == b"word/med").expect("there");
        let mut changed = file;
        changed[at + 16 + 20] ^= 0x10;
        changed
    };
    assert_eq!(code("a.docx", &checksum), "file-damaged", "a flipped bit");

    let twice = office("docx", vec![part("word/a.xml", "<a/>"), part("WORD/A.xml", "<b/>")]);
    assert_eq!(code("a.docx", &twice), "file-damaged", "two parts that differ in case alone");
}

#[test]
fn xml_entities_are_refused_at_once() {
    let laughs = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">{}]><lolz>&lol9;</lolz>",
        (1..10).map(|n| format!("<!ENTITY lol{n} \"{}\">", "&lol;".repeat(10))).collect::<String>()
    );
    let utf16: Vec<u8> = format!("\u{feff}{laughs}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for before in (66_010..66_060).step_by(3) {
        let late = format!("<a>{}<!EntITY x \"y\"></a>", " ".repeat(before));
        let file = office("docx", vec![part("word/styles.xml", late)]);
        assert_eq!(code("a.docx", &file), "file-xml-entities", "{before}");
    }
    for (what, bytes) in [("laughs", laughs.into_bytes()), ("UTF-16", utf16)] {
        let begun = Instant::now();
        let file = office("docx", vec![part("word/styles.xml", bytes)]);
        assert_eq!(code("a.docx", &file), "file-xml-entities", "{what}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{what}");
    }
    let comment = office("docx", vec![part("word/styles.xml", "<!-- fine --><a/>")]);
    assert_eq!(code("a.docx", &comment), "accepted");
}

#[test]
fn the_documentation_lists_what_is_accepted() {
    let page = files::text("docs/security.md");
    let listed = page.split("Types: `").nth(1).and_then(|rest| rest.split('`').next()).expect("a list of types");
    let accepted: Vec<&str> = FILE_KINDS.iter().map(|kind| kind.extension).collect();
    assert_eq!(listed.split(' ').collect::<Vec<_>>(), accepted);
    let settings = Settings::default();
    let sizes = format!("Sizes: {} MB a file and {} MB a form", settings.max_file_mb, settings.max_form_mb);
    assert!(page.contains(&sizes), "{sizes}");
}

#[test]
fn the_documentation_goes_through_every_check() {
    let page = files::text("docs/security.md");
    let table = page.split("| check | shown by |").nth(1).expect("a table");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()?.parse::<usize>().ok());
    assert_eq!(rows.collect::<Vec<_>>(), (1..=76).collect::<Vec<_>>());
}
