//! Table of accepted file types, used by the checks, the pages and the documentation. HTML, SVG, scripts, archives and
//! documents with macros must never be added (ASVS 5.1.1). XML is accepted for electronic invoices only: its check
//! refuses whatever a browser would run.

/// Bytes in a MB, as people read sizes.
pub const MIB: u64 = 1024 * 1024;

/// The check for a type's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Pdf,
    Png,
    Jpeg,
    Heif,
    /// OOXML document, with the content type of its main part.
    Office(&'static str),
    /// Compound file of older Office versions, with the possible names of its main stream.
    Ole(&'static [&'static str]),
    /// Document of WPS Office: a compound file or, since 2019, OOXML.
    Wps,
    /// Fixed-layout document of GB/T 33190.
    Ofd,
    Xml,
    Table,
}

/// An accepted file type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// File name extension, in lower case.
    pub extension: &'static str,
    pub media_type: &'static str,
    pub(super) shape: Shape,
}

impl FileKind {
    /// Returns whether programs write the place, the device or the author into files of this type.
    pub fn may_hold_personal_data(&self) -> bool {
        !matches!(self.shape, Shape::Ofd | Shape::Xml | Shape::Table)
    }
}

const fn kind(extension: &'static str, media_type: &'static str, shape: Shape) -> FileKind {
    FileKind { extension, media_type, shape }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// All accepted types.
pub const FILE_KINDS: &[FileKind] = &[
    kind("pdf", "application/pdf", Shape::Pdf),
    kind("ofd", "application/ofd", Shape::Ofd),
    kind("png", "image/png", Shape::Png),
    kind("jpg", "image/jpeg", Shape::Jpeg),
    kind("jpeg", "image/jpeg", Shape::Jpeg),
    kind("heic", "image/heic", Shape::Heif),
    kind("heif", "image/heif", Shape::Heif),
    kind("docx", DOCX, Shape::Office("wordprocessingml.document.main+xml")),
    kind("xlsx", XLSX, Shape::Office("spreadsheetml.sheet.main+xml")),
    kind("pptx", PPTX, Shape::Office("presentationml.presentation.main+xml")),
    kind("doc", "application/msword", Shape::Ole(&["WordDocument"])),
    kind("xls", "application/vnd.ms-excel", Shape::Ole(&["Workbook", "Book"])),
    kind("ppt", "application/vnd.ms-powerpoint", Shape::Ole(&["PowerPoint Document"])),
    kind("wps", "application/wps-office.wps", Shape::Wps),
    kind("et", "application/wps-office.et", Shape::Wps),
    kind("dps", "application/wps-office.dps", Shape::Wps),
    kind("csv", "text/csv", Shape::Table),
    kind("xml", "application/xml", Shape::Xml),
];

/// Returns the ending of a file name in lower case, without its dot; empty for a name without an ending.
pub fn ending_of(name: &str) -> String {
    match name.trim().rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => ending.to_lowercase(),
        _ => String::new(),
    }
}

/// Looks up the accepted type for a file name by its extension.
pub fn kind_of(name: &str) -> Option<&'static FileKind> {
    let ending = ending_of(name);
    FILE_KINDS.iter().find(|kind| kind.extension == ending)
}
