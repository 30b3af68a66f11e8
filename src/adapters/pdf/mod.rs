//! Documents on paper: texts and tables in, the bytes of a PDF out, the same bytes for the same document. Knows nothing of contracts.
//!
//! `document` says what there is, `lines` and `table` lay it out, `pages` cuts it into pages, `write` draws them with printpdf, and
//! `finish` adds what printpdf does not: the structure tree, the outline, the metadata and an id that follows from the data. It must
//! read no clock and no random source, and it claims neither PDF/A nor PDF/UA, which no validator has confirmed.

pub mod document;
mod faces;
mod finish;
mod lines;
mod outline;
mod pages;
pub mod qr;
mod strips;
mod structure;
mod table;
mod write;

pub use document::Document;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PdfError {
    /// Characters that no embedded font has, each once, in the order of their codes. Better none than a box in a name.
    #[error("no font has {}", .0.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect::<Vec<_>>().join(", "))]
    MissingGlyphs(Vec<char>),
    /// A font of the program itself could not be read or cut.
    #[error("font: {0}")]
    Font(String),
    /// The content is too long for a QR code.
    #[error("QR code: {0}")]
    Qr(String),
    /// The bytes could not be put together.
    #[error("writing: {0}")]
    Write(String),
}

/// The bytes of `document`.
pub fn render(document: &Document) -> Result<Vec<u8>, PdfError> {
    let faces = faces::Faces::for_document(document)?;
    let laid = pages::lay_out(document, &faces)?;
    let drawn = write::draw(document, &laid, &faces)?;
    finish::finish(document, &laid, drawn)
}
