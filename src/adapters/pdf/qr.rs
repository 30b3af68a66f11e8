//! QR codes as dark bars of modules, to be filled together, so that no hairlines show between modules.

use qrcode::{Color, EcLevel, QrCode};

use crate::adapters::pdf::PdfError;

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Number of modules on each side.
    pub side: usize,
    /// Dark modules next to each other: row, first column, and the column after the last.
    pub bars: Vec<(usize, usize, usize)>,
}

/// Returns the code for `content`.
///
/// # Errors
/// `Qr` if the content is too long for a code.
pub fn encode(content: &str) -> Result<Code, PdfError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).map_err(|e| PdfError::Qr(e.to_string()))?;
    let side = code.width();
    let mut bars = Vec::new();
    for (row, colors) in code.to_colors().chunks(side).enumerate() {
        let mut from = 0;
        for same in colors.chunk_by(|a, b| a == b) {
            let to = from + same.len();
            if same.first() == Some(&Color::Dark) {
                bars.push((row, from, to));
            }
            from = to;
        }
    }
    Ok(Code { side, bars })
}
