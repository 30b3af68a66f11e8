//! PDF rendering: turns texts and tables into the bytes of a PDF; equal documents give equal bytes. Knows nothing about
//! contracts, and reads neither a clock nor a random source.
//!
//! `document` describes the content, `lines` and `table` lay it out, `pages` breaks it into pages, `write` draws them
//! with printpdf, and `finish` adds what printpdf lacks: the structure tree, the outline, the metadata and an id
//! derived from the data. `missing` marks characters that no font has, so that none can stop a document. It claims
//! neither PDF/A nor PDF/UA, which no validator has confirmed.

mod compress;
pub mod document;
mod faces;
mod finish;
mod lines;
mod missing;
mod outline;
mod pages;
pub mod qr;
mod strips;
mod structure;
mod table;
mod write;

pub use document::Document;

/// A failure to render a document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PdfError {
    /// An embedded font cannot be read or subset.
    #[error("cannot read font: {0}")]
    Font(String),
    /// The content is too long for a QR code.
    #[error("cannot build QR code: {0}")]
    Qr(String),
    /// The file cannot be written.
    #[error("cannot write PDF: {0}")]
    Write(String),
}

/// Renders a document as PDF.
///
/// # Errors
/// See [`PdfError`].
pub fn render(document: &Document) -> Result<Vec<u8>, PdfError> {
    let mut document = document.clone();
    let faces = faces::Faces::load()?;
    missing::mark_missing_characters(&mut document, &faces);
    let laid = pages::lay_out(&document, &faces)?;
    let drawn = write::draw(&document, &laid, &faces)?;
    finish::finish(&document, &laid, drawn)
}
