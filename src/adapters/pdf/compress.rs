//! Compression of a PDF's streams.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::adapters::pdf::PdfError;

/// Level of compression. The default of lopdf, the highest level, costs a third more CPU and makes a summary less than
/// a hundredth smaller.
pub const LEVEL: u32 = 6;

/// Compresses bytes for the filter `FlateDecode`.
pub fn deflate(bytes: &[u8]) -> Result<Vec<u8>, PdfError> {
    let failed = |error: std::io::Error| PdfError::Write(error.to_string());
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(LEVEL));
    encoder.write_all(bytes).map_err(failed)?;
    encoder.finish().map_err(failed)
}
