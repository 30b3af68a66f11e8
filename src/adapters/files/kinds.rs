//! Table of accepted file types, used by the checks and by the documentation. HTML, SVG, XML, scripts, archives and
//! documents with macros must never be added (ASVS 5.1.1).

pub const MIB: u64 = 1024 * 1024;
/// Maximum size of a file of any type, in bytes.
pub const MAX_FILE_BYTES: u64 = 50 * MIB;

/// The check for a type's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Pdf,
    Png,
    Jpeg,
    /// OOXML document with its main part.
    Office {
        main: &'static str,
        content_type: &'static str,
    },
    /// Compound file of older Office versions, with the possible names of its main stream.
    Ole(&'static [&'static str]),
    Table,
}

/// An accepted file type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKind {
    /// File name extension, in lower case.
    pub extension: &'static str,
    pub media_type: &'static str,
    pub max_bytes: u64,
    pub(super) shape: Shape,
}

const fn kind(extension: &'static str, media_type: &'static str, mib: u64, shape: Shape) -> FileKind {
    FileKind { extension, media_type, max_bytes: mib * MIB, shape }
}

const fn office(main: &'static str, content_type: &'static str) -> Shape {
    Shape::Office { main, content_type }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// All accepted types.
pub const FILE_KINDS: &[FileKind] = &[
    kind("pdf", "application/pdf", 50, Shape::Pdf),
    kind("png", "image/png", 20, Shape::Png),
    kind("jpg", "image/jpeg", 20, Shape::Jpeg),
    kind("jpeg", "image/jpeg", 20, Shape::Jpeg),
    kind("docx", DOCX, 50, office("word/document.xml", "wordprocessingml.document.main+xml")),
    kind("xlsx", XLSX, 50, office("xl/workbook.xml", "spreadsheetml.sheet.main+xml")),
    kind("pptx", PPTX, 50, office("ppt/presentation.xml", "presentationml.presentation.main+xml")),
    kind("doc", "application/msword", 50, Shape::Ole(&["WordDocument"])),
    kind("xls", "application/vnd.ms-excel", 50, Shape::Ole(&["Workbook", "Book"])),
    kind("ppt", "application/vnd.ms-powerpoint", 50, Shape::Ole(&["PowerPoint Document"])),
    kind("csv", "text/csv", 20, Shape::Table),
];

/// Looks up the accepted type for a file name by its extension.
pub fn kind_of(name: &str) -> Option<&'static FileKind> {
    let (stem, extension) = name.trim().rsplit_once('.')?;
    let extension = extension.to_lowercase();
    FILE_KINDS.iter().find(|kind| !stem.is_empty() && kind.extension == extension)
}
