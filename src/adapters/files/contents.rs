//! The true type of a file, whatever its name: recognised by the first bytes and, for archives and compound files, by
//! the names inside. The type is compared with the name, and stated in a refusal.

use std::io::{Read, Seek};

use memchr::memmem;
use zip::ZipArchive;

use crate::adapters::files::error::FileError;
use crate::adapters::files::{ole, scan};

/// Number of bytes looked at for the beginning of a text.
const HEAD_BYTES: usize = 1024;
/// Maximum size of a list of content types, in bytes.
const MAX_TYPES: u64 = 1024 * 1024;

/// The type of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Pdf,
    Png,
    Jpeg,
    Heif,
    Docx,
    Xlsx,
    Pptx,
    /// Document with macros in the OOXML format.
    MacroOffice,
    Doc,
    Xls,
    Ppt,
    /// Compound file of another or an unknown program.
    Ole,
    /// OOXML document encrypted with a password.
    LockedOffice,
    Ofd,
    Xml,
    Text,
    /// Text in UTF-16, which Excel writes as “Unicode text”.
    WideText,
    Html,
    Svg,
    /// Web archive (MHTML), which Excel writes as “web page”.
    Mhtml,
    Webp,
    Gif,
    Bmp,
    Tiff,
    Rtf,
    OpenDocument,
    Zip,
    Rar,
    SevenZip,
    Gzip,
    Program,
    Script,
    Media,
    Unknown,
}

/// The way to put a file of some type right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Rename the file: it is accepted under one of these endings.
    Rename(&'static str),
    /// Save the file again as CSV in UTF-8.
    Csv,
    /// Save the file again as an Office document.
    Office,
    /// Save the file again as a picture.
    Picture,
    /// Unpack it and upload the files.
    Unpack,
    /// Save or print the file as PDF.
    Pdf,
    /// Nothing helps.
    Never,
}

impl Content {
    /// Returns the end of the message key of the type, `file-is-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Heif => "heif",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::MacroOffice => "macro-office",
            Self::Doc => "doc",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::Ole => "ole",
            Self::LockedOffice => "locked-office",
            Self::Ofd => "ofd",
            Self::Xml => "xml",
            Self::Text => "text",
            Self::WideText => "wide-text",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Mhtml => "mhtml",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Rtf => "rtf",
            Self::OpenDocument => "open-document",
            Self::Zip => "zip",
            Self::Rar => "rar",
            Self::SevenZip => "seven-zip",
            Self::Gzip => "gzip",
            Self::Program => "program",
            Self::Script => "script",
            Self::Media => "media",
            Self::Unknown => "unknown",
        }
    }

    /// Returns how the sender can correct a file of this type that arrived with the given ending. Renaming turns only
    /// plain tables into `.csv`, and never a program into something that may be uploaded.
    pub fn remedy(self, ending: &str) -> Remedy {
        let is_program = PROGRAM_ENDINGS.contains(&ending);
        match self.usual_remedy() {
            Remedy::Rename(".csv") if is_program => Remedy::Never,
            Remedy::Rename(".csv") if !TABLE_ENDINGS.contains(&ending) => Remedy::Pdf,
            Remedy::Unpack | Remedy::Pdf if is_program => Remedy::Never,
            usual => usual,
        }
    }

    fn usual_remedy(self) -> Remedy {
        match self {
            Self::Pdf => Remedy::Rename(".pdf"),
            Self::Png => Remedy::Rename(".png"),
            Self::Jpeg => Remedy::Rename(".jpg"),
            Self::Heif => Remedy::Rename(".heic"),
            Self::Docx => Remedy::Rename(".docx"),
            Self::Xlsx => Remedy::Rename(".xlsx"),
            Self::Pptx => Remedy::Rename(".pptx"),
            Self::Doc => Remedy::Rename(".doc"),
            Self::Xls => Remedy::Rename(".xls"),
            Self::Ppt => Remedy::Rename(".ppt"),
            Self::Ofd => Remedy::Rename(".ofd"),
            Self::Xml => Remedy::Rename(".xml"),
            Self::Text => Remedy::Rename(".csv"),
            Self::WideText => Remedy::Csv,
            Self::Html | Self::Mhtml | Self::Rtf | Self::OpenDocument | Self::MacroOffice | Self::LockedOffice => {
                Remedy::Office
            }
            Self::Webp | Self::Gif | Self::Bmp | Self::Tiff | Self::Svg => Remedy::Picture,
            Self::Zip | Self::Rar | Self::SevenZip | Self::Gzip => Remedy::Unpack,
            Self::Program | Self::Script => Remedy::Never,
            Self::Ole | Self::Media | Self::Unknown => Remedy::Pdf,
        }
    }
}

/// Endings of programs and scripts.
#[rustfmt::skip]
const PROGRAM_ENDINGS: &[&str] = &[
    "exe", "com", "scr", "dll", "sys", "msi", "cpl", "pif", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs",
    "wsf", "wsh", "hta", "lnk", "reg", "sh", "bash", "zsh", "py", "pl", "rb", "php", "jar", "apk", "app", "run", "bin",
];
/// Endings under which programs save a table as text.
const TABLE_ENDINGS: &[&str] = &["csv", "tsv", "tab", "xls", "xlsx", "xlsm", "xlsb", "et", "ods"];

/// First bytes that identify a type.
const MAGIC: &[(&[u8], Content)] = &[
    (b"\x89PNG\r\n\x1a\n", Content::Png),
    (b"\xff\xd8\xff", Content::Jpeg),
    (b"PK\x03\x04", Content::Zip),
    (b"PK\x05\x06", Content::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::Ole),
    (b"GIF8", Content::Gif),
    (b"II*\0", Content::Tiff),
    (b"MM\0*", Content::Tiff),
    (b"Rar!", Content::Rar),
    (b"7z\xbc\xaf\x27\x1c", Content::SevenZip),
    (b"\x1f\x8b", Content::Gzip),
    (b"{\\rtf", Content::Rtf),
    (b"MZ", Content::Program),
    (b"\x7fELF", Content::Program),
    (b"\xcf\xfa\xed\xfe", Content::Program),
    (b"\xca\xfe\xba\xbe", Content::Program),
    (b"#!", Content::Script),
    (b"ID3", Content::Media),
    (b"\x1aE\xdf\xa3", Content::Media),
];

/// Names in a HEIF file's type box.
const HEIF_BRANDS: &[&[u8]] =
    &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif", b"avif"];

/// Recognises the content of a file.
///
/// # Errors
/// `Store` if the file cannot be read.
pub fn recognise(body: &mut (impl Read + Seek), length: u64) -> Result<Content, FileError> {
    body.rewind()?;
    let mut head = vec![0; HEAD_BYTES];
    let read = scan::fill(body, &mut head)?;
    head.truncate(read);
    let found = by_first_bytes(&head);
    Ok(match found {
        Content::Zip => of_archive(body),
        Content::Ole => ole::content(body, length),
        other => other,
    })
}

fn by_first_bytes(head: &[u8]) -> Content {
    if pdf_start(head).is_some() {
        return Content::Pdf;
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Content::WideText;
    }
    // A table may begin with the letters `MZ`.
    let is_text = !head.iter().any(|byte| is_binary(*byte));
    let known = MAGIC.iter().find(|(bytes, _)| head.starts_with(bytes));
    if let Some((bytes, content)) = known
        && !(is_text && bytes.iter().all(u8::is_ascii_alphanumeric))
    {
        return *content;
    }
    let brand = |at: usize| head.get(at..at + 4).unwrap_or_default();
    match (brand(0), brand(4), brand(8)) {
        (b"RIFF", _, b"WEBP") => Content::Webp,
        (b"RIFF", ..) => Content::Media,
        (_, b"ftyp", name) if HEIF_BRANDS.contains(&name) => Content::Heif,
        (_, b"ftyp", _) => Content::Media,
        ([b'B', b'M', ..], ..) if head.get(6..10) == Some(&[0; 4]) => Content::Bmp,
        _ => of_text(head),
    }
}

/// Returns the offset of a PDF's header. Readers accept a byte order mark, blanks and empty lines before it.
pub(super) fn pdf_start(head: &[u8]) -> Option<usize> {
    let unmarked = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = head.len() - unmarked.len() + unmarked.iter().take_while(|byte| blank(byte)).count();
    head.get(start..)?.starts_with(b"%PDF-").then_some(start)
}

/// Matches control characters that no text has.
fn is_binary(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

fn of_text(head: &[u8]) -> Content {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if text.iter().any(|byte| is_binary(*byte)) {
        return Content::Unknown;
    }
    let lower = text.trim_ascii_start().to_ascii_lowercase();
    let has = |mark: &[u8]| memmem::find(&lower, mark).is_some();
    if lower.starts_with(b"mime-version:") {
        return Content::Mhtml;
    }
    if !lower.starts_with(b"<") {
        return Content::Text;
    }
    let page = [b"<html".as_slice(), b"<!doctype html", b"<script", b"<body", b"<table", b"<head", b"<meta"];
    if has(b"<svg") || has(b"2000/svg") {
        Content::Svg
    } else if page.iter().any(|mark| has(mark)) || has(b"1999/xhtml") {
        Content::Html
    } else {
        Content::Xml
    }
}

/// Distinguishes documents from other archives by the names inside.
fn of_archive(body: &mut (impl Read + Seek)) -> Content {
    if body.rewind().is_err() {
        return Content::Zip;
    }
    let Ok(mut archive) = ZipArchive::new(body) else { return Content::Zip };
    let has = |archive: &ZipArchive<_>, name: &str| archive.index_for_name(name).is_some();
    if has(&archive, "OFD.xml") {
        return Content::Ofd;
    }
    if has(&archive, "mimetype") && has(&archive, "META-INF/manifest.xml") {
        return Content::OpenDocument;
    }
    let mut types = String::new();
    let read = archive.by_name("[Content_Types].xml").map(|part| part.take(MAX_TYPES).read_to_string(&mut types));
    if !matches!(read, Ok(Ok(_))) {
        return Content::Zip;
    }
    let kinds = [
        ("macroenabled", Content::MacroOffice),
        ("wordprocessingml.document.main", Content::Docx),
        ("spreadsheetml.sheet.main", Content::Xlsx),
        ("presentationml.presentation.main", Content::Pptx),
    ];
    let types = types.to_lowercase();
    kinds.into_iter().find(|(mark, _)| types.contains(mark)).map_or(Content::Zip, |(_, content)| content)
}
