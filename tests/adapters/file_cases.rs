//! Files as people really send them, from `tests/cases/files`, and variants of each kind made here.

use std::io::Cursor;

use luyue::adapters::files::{Content, FileError, FileFlag as F, MIB, inspect};

use crate::adapters::fixtures::{archive, jpeg, office, part, pdf, png, relationships, replaced};
use crate::support::files::package;

pub fn case(name: &str) -> Vec<u8> {
    std::fs::read(package().join("tests/cases/files").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the flags of an accepted file.
#[track_caller]
fn accepted(name: &str, file: &[u8]) -> Vec<F> {
    inspect(name, &mut Cursor::new(file), 50 * MIB).unwrap_or_else(|error| panic!("{name}: {error}")).flags
}

/// Returns the error of a refused file.
#[track_caller]
fn refused(name: &str, file: &[u8]) -> FileError {
    let error = inspect(name, &mut Cursor::new(file), 50 * MIB).expect_err(name);
    assert!(error.is_refusal(), "{name}: {error}");
    error
}

/// Returns the code of a refused file and the part that it names.
#[track_caller]
fn reason(name: &str, file: &[u8]) -> (&'static str, String) {
    let error = refused(name, file);
    let part = error.args().into_iter().find(|(key, _)| *key == "part").map(|(_, part)| part);
    (error.code(), part.unwrap_or_default())
}

#[test]
fn ordinary_files_of_common_programs_are_accepted() {
    let plain =
        ["good.docx", "good.jpg", "document2.docx", "chart.docx", "nochart.pptx", "mac-printer.docx", "gps.jpg"];
    let of_phones = ["no-eoi.jpg", "mpo.jpg", "samsung-trailer.jpg", "author.docx"];
    let of_writers = ["bom.pdf", "crlf.pdf", "nul3000.pdf", "no-eof.pdf"];
    for name in plain.iter().chain(&of_phones).chain(&of_writers) {
        assert_eq!(accepted(name, &case(name)), [], "{name}");
    }
    for name in ["photo.heic", "invoice.ofd", "a.wps"] {
        assert_eq!(accepted(name, &case(name)), [F::NoPreview], "{name}");
    }
    assert_eq!(accepted("owner-AES-128.pdf", &case("owner-AES-128.pdf")), [F::Locked]);
    assert_eq!(accepted("remote-template.docx", &case("remote-template.docx")), [F::RemoteTemplate]);
}

#[test]
fn refusals_name_the_part() {
    let cases = [
        ("two-main.docx", "file-main-parts", "word/document.xml + word/document.xml"),
        ("outside.docx", "file-path", "../../word/document.xml"),
        ("external.docx", "file-path", "http://evil.example/document.xml"),
        ("ole.docx", "file-nested", "word/embeddings/oleObject1.bin"),
        ("embedded-xlsm.docx", "file-macros", "word/embeddings/a.xlsm"),
        ("embedded-zip.docx", "file-nested", "word/embeddings/a.zip"),
        ("html-polyglot.pdf", "file-mismatch", ""),
        ("zip-polyglot.pdf", "file-hidden", ""),
        ("user-AES-128.pdf", "file-encrypted", ""),
        ("enc.docx", "file-encrypted", ""),
        ("empty.pdf", "file-empty", ""),
    ];
    for (name, code, part) in cases {
        assert_eq!(reason(name, &case(name)), (code, part.to_owned()), "{name}");
    }
}

#[test]
fn refusals_say_what_the_file_is() {
    let saved_page = b"MIME-Version: 1.0\nContent-Type: multipart/related".to_vec();
    let wide: Vec<u8> = "\u{feff}编号,名称".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ods = archive(vec![part("mimetype", "application/vnd.oasis"), part("META-INF/manifest.xml", "<m/>")]);
    let cases: Vec<(&str, Vec<u8>, Content)> = vec![
        ("html.xls", case("html.xls"), Content::Html),
        ("webp-as.jpg", case("webp-as.jpg"), Content::Webp),
        ("csv.xlsx", case("csv.xlsx"), Content::Text),
        ("table.xls", b" \r\n<TABLE border=1><tr></tr></table>".to_vec(), Content::Html),
        ("page.xls", saved_page, Content::Mhtml),
        ("table.csv", wide, Content::WideText),
        ("sheet.xlsx", ods, Content::OpenDocument),
        ("scan.pdf", jpeg(9, 9), Content::Jpeg),
        ("photo.jpg", case("photo.heic"), Content::Heif),
        ("photo.jpg", png(9, 9), Content::Png),
        ("report.doc", case("good.docx"), Content::Docx),
        ("report.pdf", case("invoice.ofd"), Content::Ofd),
        ("sheet.xlsx", case("good.docx"), Content::Docx),
        ("files.pdf", archive(vec![part("a.txt", "a")]), Content::Zip),
        ("old.pdf", b"{\\rtf1 }".to_vec(), Content::Rtf),
        ("setup.pdf", b"MZ\x90\0\x03\0\0\0".to_vec(), Content::Program),
        ("clip.jpg", b"\0\0\0\x18ftypmp42\0\0\0\0".to_vec(), Content::Media),
        ("scan.jpg", b"II*\0\x08\0\0\0".to_vec(), Content::Tiff),
    ];
    for (name, file, content) in cases {
        let error = refused(name, &file);
        assert_eq!((error.code(), error.content()), ("file-mismatch", Some(content)), "{name}");
    }
    let unknown =
        [("a.gif", b"GIF89a\x01\0\x01\0".to_vec(), Content::Gif), ("a.rar", b"Rar!\x1a\x07".to_vec(), Content::Rar)];
    for (name, file, content) in unknown {
        let error = refused(name, &file);
        assert_eq!((error.code(), error.content()), ("file-type-refused", Some(content)), "{name}");
    }
    // A table that begins like a program is a table.
    assert_eq!(accepted("a.csv", b"MZ001,1\nMZ002,2\n"), []);
}

/// Builds a Word document with the given name and target of its main part.
fn named(main: &str, target: &str) -> Vec<u8> {
    let types = format!(
        "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/{main}\" ContentType=\
         \"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
    );
    archive(vec![
        part("[Content_Types].xml", types),
        part("_rels/.rels", relationships(&[target])),
        part(main, "<w:document/>"),
    ])
}

#[test]
fn the_main_part_is_the_one_that_the_package_names() {
    for (main, target) in [
        ("word/document2.xml", "word/document2.xml"),
        ("word/document.xml", "/word/document.xml"),
        ("word/document.xml", "./word/../word/document.xml"),
        ("main.xml", "main.xml"),
        ("word/文档.xml", "word/%E6%96%87%E6%A1%A3.xml"),
        ("Word/Document.xml", "word/document.XML"),
    ] {
        assert_eq!(accepted("a.docx", &named(main, target)), [], "{target}");
    }
    for (target, code) in [
        ("word/other.xml", "file-main-parts"),
        ("../word/document.xml", "file-path"),
        ("word/../../document.xml", "file-path"),
        ("%2e%2e/document.xml", "file-path"),
        ("http://x.example/document.xml", "file-path"),
        ("\\\\server\\document.xml", "file-path"),
    ] {
        assert_eq!(reason("a.docx", &named("word/document.xml", target)), (code, target.to_owned()));
    }
    let no_relationships = archive(vec![part("[Content_Types].xml", "<Types/>"), part("word/document.xml", "<a/>")]);
    assert_eq!(reason("a.docx", &no_relationships).0, "file-main-parts");
}

#[test]
fn document_types_are_looked_for_in_xml_parts_only() {
    let plist = "<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\"><plist/>";
    for name in ["xl/printerSettings/printerSettings1.bin", "ppt/printerSettings/printerSettings2.bin", "word/a.dat"] {
        assert_eq!(accepted("a.xlsx", &office("xlsx", vec![part(name, plist)])), [], "{name}");
    }
    for name in ["xl/a.xml", "xl/_rels/a.xml.rels", "xl/drawings/a.vml"] {
        let found = reason("a.xlsx", &office("xlsx", vec![part(name, plist)]));
        assert_eq!(found, ("file-xml-entities", name.to_owned()));
    }
}

#[test]
fn one_level_of_embedded_documents_is_inspected() {
    let with = |name: &str, inner: Vec<u8>| office("docx", vec![part(name, inner)]);
    let at = "word/embeddings/Microsoft_Excel_Sheet1.xlsx";
    assert_eq!(accepted("a.docx", &with(at, office("xlsx", vec![]))), []);
    let protected = office("xlsx", vec![part("xl/worksheets/sheet1.xml", "<x:sheetProtection sheet=\"1\"/>")]);
    assert_eq!(accepted("a.docx", &with(at, protected)), [F::Locked]);
    let cases = [
        (office("xlsx", vec![part("xl/vbaProject.bin", "x")]), "file-macros", "/xl/vbaProject.bin"),
        (office("xlsx", vec![part("xl/a.xml", "<!DOCTYPE a>")]), "file-xml-entities", "/xl/a.xml"),
        (
            office("xlsx", vec![part("xl/embeddings/b.xlsx", office("xlsx", vec![]))]),
            "file-nested",
            "/xl/embeddings/b.xlsx",
        ),
        (archive(vec![part("a.txt", "a")]), "file-nested", ""),
        ([office("xlsx", vec![]), b"more".to_vec()].concat(), "file-nested", ""),
    ];
    for (inner, code, end) in cases {
        assert_eq!(reason("a.docx", &with(at, inner)), (code, format!("{at}{end}")));
    }
    // The whole is limited, however it is spread.
    let zeros = office("xlsx", vec![part("xl/worksheets/sheet1.xml", vec![0; 20 << 20])]);
    assert_eq!(reason("a.docx", &with(at, zeros)).0, "file-bomb");
}

#[test]
fn content_that_acts_by_itself_is_flagged() {
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" TargetMode=\"External\" Target=\"{target}\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\"/></Relationships>"
        )
    };
    let rels = |kind: &str, target: &str| vec![part("word/_rels/settings.xml.rels", relation(kind, target))];
    let split = "<w:fldChar/><w:instrText> D</w:instrText><w:instrText>DEAUTO c:\\\\x</w:instrText><w:fldChar/>";
    let locked = |on: &str| {
        format!("<w:settings><w:documentProtection w:edit=\"readOnly\" w:enforcement=\"{on}\"/></w:settings>")
    };
    let cases: Vec<(&str, Vec<crate::adapters::fixtures::Part>, Vec<F>)> = vec![
        ("template by http", rels("attachedTemplate", "https://x.example/t.dotm"), vec![F::RemoteTemplate]),
        ("template on a share", rels("attachedTemplate", "\\\\server\\t.dotm"), vec![F::RemoteTemplate]),
        ("template on a share by file", rels("attachedTemplate", "file://server/t.dotm"), vec![F::RemoteTemplate]),
        ("own template", rels("attachedTemplate", "file:///C:/Templates/Normal.dotm"), vec![]),
        ("link", rels("hyperlink", "https://x.example/"), vec![]),
        ("linked picture", rels("image", "https://x.example/a.png"), vec![F::ExternalContent]),
        ("field", vec![part("word/header1.xml", "<w:fldSimple w:instr=\" DDE Excel x\"/>")], vec![F::Dde]),
        ("split field", vec![part("word/footnotes.xml", format!("<w:p>{split}</w:p>"))], vec![F::Dde]),
        ("harmless field", vec![part("word/a.xml", "<w:instrText> PAGE </w:instrText>")], vec![]),
        (
            "link of a sheet",
            vec![part("xl/externalLinks/externalLink1.xml", "<ddeLink ddeService=\"cmd\"/>")],
            vec![F::Dde],
        ),
        ("text about links", vec![part("word/a.xml", "<w:t>ddeLink sheetProtection </w:t>")], vec![]),
        ("controls", vec![part("word/activeX/activeX1.xml", "<ax:ocx/>")], vec![F::Controls]),
        (
            "object",
            vec![part("word/embeddings/e.bin", crate::adapters::fixtures::ole(&["Equation"], b""))],
            vec![F::OleObject],
        ),
        ("signature", vec![part("_xmlsignatures/sig1.xml", "<Signature/>")], vec![F::Signed]),
        ("locked", vec![part("word/settings.xml", locked("1"))], vec![F::Locked]),
        ("unlocked", vec![part("word/settings.xml", locked("0"))], vec![]),
        ("locked slides", vec![part("ppt/a.xml", "<p:modifyVerifier a=\"1\"/>")], vec![F::Locked]),
    ];
    for (what, parts, flags) in cases {
        assert_eq!(accepted("a.docx", &office("docx", parts)), flags, "{what}");
    }
}

#[test]
fn cells_that_start_a_program_are_flagged() {
    for cell in ["=cmd|'/C calc'!A0", "\"+cmd|' /C calc'!A0\"", "@SUM(1)*cmd|'x'!A0"] {
        assert_eq!(accepted("a.csv", format!("编号,说明\n1,{cell}\n").as_bytes()), [F::Dde], "{cell}");
    }
    assert_eq!(accepted("a.csv", "编号,说明\n1,a|b!\n2,=1+1\n".as_bytes()), []);
}

#[test]
fn blanks_before_and_padding_behind_a_pdf_are_accepted() {
    let whole = pdf(b"");
    let fronts: [&[u8]; 6] = [b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b" \t", b"\xef\xbb\xbf\r\n", b"\0\0"];
    for front in fronts {
        assert_eq!(accepted("a.pdf", &[front, &whole].concat()), [], "{front:?}");
    }
    for (byte, count) in [(0, 1), (0, 3_000), (0, 200_000), (b'\n', 70_000), (b' ', 65_536), (b'\r', 1)] {
        let padded = [whole.clone(), vec![byte; count]].concat();
        assert_eq!(accepted("a.pdf", &padded), [], "{count} of {byte}");
        let hidden = [padded, b"<html>".to_vec()].concat();
        assert!(["file-hidden", "file-damaged"].contains(&reason("a.pdf", &hidden).0), "{count} of {byte}");
    }
    let unmarked = whole[..whole.len() - b"%%EOF\n".len()].to_vec();
    assert_eq!(accepted("a.pdf", &unmarked), []);
    assert_eq!(accepted("a.pdf", &[unmarked.clone(), vec![0; 5_000]].concat()), []);
    assert_eq!(accepted("a.pdf", &[whole.clone(), b"%%EOF\n".to_vec()].concat()), []);
    assert_eq!(reason("a.pdf", &[unmarked, b" endobj".to_vec()].concat()).0, "file-hidden");
    assert_eq!(reason("a.pdf", &[b"GIF89a".to_vec(), whole.clone()].concat()).0, "file-mismatch");
    let zip = archive(vec![part("a.txt", "a")]);
    let between = [whole.clone(), zip, whole].concat();
    assert_eq!(reason("a.pdf", &between).0, "file-hidden");
}

#[test]
fn a_pdf_that_opens_is_searched_although_it_is_encrypted() {
    let locked = case("owner-AES-128.pdf");
    for front in [b"\xef\xbb\xbf".as_slice(), b"\r\n"] {
        assert_eq!(accepted("a.pdf", &[front, &locked].concat()), [F::Locked]);
    }
    assert_eq!(accepted("a.pdf", &[locked.clone(), vec![0; 3_000]].concat()), [F::Locked]);
    let unmarked = locked[..locked.len() - b"%%EOF\n".len()].to_vec();
    assert_eq!(accepted("a.pdf", &unmarked), [F::Locked]);
    // An encryption that no reader knows cannot be opened.
    let unknown = replaced(&locked, b"/Filter /Standard", b"/Filter /Stendard");
    assert_eq!(reason("a.pdf", &unknown).0, "file-encrypted");
}

#[test]
fn pictures_of_phones_are_accepted_and_polyglots_are_not() {
    let whole = jpeg(64, 48);
    let unmarked = whole[..whole.len() - 2].to_vec();
    let trailer = |bytes: &[u8]| [whole.as_slice(), bytes].concat();
    for file in [unmarked, trailer(&[0; 100_000]), trailer(b"SEFHk\0\0\0SEFT"), trailer(&jpeg(9, 9)), trailer(b"\r\n")]
    {
        assert_eq!(accepted("a.jpg", &file), []);
    }
    let comment = [b"\xff\xd8\xff\xfe\0\x0b%PDF-1.7\n".as_slice(), &whole[2..]].concat();
    assert_eq!(reason("a.jpg", &comment).0, "file-hidden");
    assert_eq!(reason("a.jpg", &trailer(&archive(vec![part("a", "a")]))).0, "file-hidden");
    assert_eq!(reason("a.heic", &[case("photo.heic"), archive(vec![part("a", "a")])].concat()).0, "file-hidden");
}

#[test]
fn electronic_invoices_are_accepted_as_xml_without_anything_that_runs() {
    let invoice =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EInvoice xmlns=\"urn:fp\"><Amount>1.00</Amount></EInvoice>";
    assert_eq!(accepted("a.xml", invoice.as_bytes()), [F::NoPreview]);
    let (gbk, ..) = encoding_rs::GB18030.encode("<?xml version=\"1.0\" encoding=\"GBK\"?><发票><金额>１</金额></发票>");
    assert_eq!(accepted("a.xml", &gbk), [F::NoPreview]);
    let cases = [
        ("<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "file-xml-entities"),
        ("<?xml version=\"1.0\"?><?xml-stylesheet href=\"a.xsl\"?><a/>", "file-xml-entities"),
        ("<a><b xmlns=\"http://www.w3.org/1999/xhtml\"/></a>", "file-mismatch"),
        ("<a><script/></a>", "file-mismatch"),
        ("<a xmlns:s=\"http://www.w3.org/2000/svg\"/>", "file-mismatch"),
        ("<a><b></a>", "file-damaged"),
        ("<a><b/>", "file-damaged"),
        ("<a/><b/>", "file-damaged"),
    ];
    for (file, code) in cases {
        assert_eq!(reason("a.xml", file.as_bytes()).0, code, "{file}");
    }
}

#[test]
fn documents_of_wps_and_ofd_are_inspected_as_well() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let raw = |name: &str| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600], wide(name)].concat();
    assert_eq!(reason("a.wps", &raw("_VBA_PROJECT")).0, "file-macros");
    assert_eq!(reason("a.et", &raw("Ole10Native")).0, "file-nested");
    assert_eq!(reason("a.dps", &raw("EncryptedPackage")).0, "file-encrypted");
    assert_eq!(accepted("a.et", &office("xlsx", vec![])), [F::NoPreview]);
    assert_eq!(reason("a.et", &office("xlsx", vec![part("xl/vbaProject.bin", "x")])).0, "file-macros");
    let ofd = |name: &str, content: &str| archive(vec![part("OFD.xml", "<ofd:OFD/>"), part(name, content)]);
    assert_eq!(accepted("a.ofd", &ofd("Doc_0/Signs/Signatures.xml", "<a/>")), [F::Signed, F::NoPreview]);
    assert_eq!(reason("a.ofd", &ofd("Doc_0/a.exe", "x")), ("file-nested", "Doc_0/a.exe".to_owned()));
    assert_eq!(reason("a.ofd", &ofd("Doc_0/a.xml", "<!DOCTYPE a>")).0, "file-xml-entities");
}
