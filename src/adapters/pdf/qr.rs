//! QR codes as a single filled shape, so that no hairlines show between modules.

use qrcode::{Color, EcLevel, QrCode};

use crate::adapters::pdf::PdfError;

/// Returns the code for `content` as closed rings, `side` points wide and high, y downwards. Adjacent modules of a row
/// share a ring.
///
/// # Errors
/// `Qr` if the content is too long for a code.
pub fn rings(content: &str, side: f32) -> Result<Vec<Vec<(f32, f32)>>, PdfError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).map_err(|e| PdfError::Qr(e.to_string()))?;
    let modules = code.width();
    let one = side / modules as f32;
    let mut rings = Vec::new();
    for (row, colors) in code.to_colors().chunks(modules).enumerate() {
        let mut from = 0;
        for same in colors.chunk_by(|a, b| a == b) {
            let to = from + same.len();
            if same.first() == Some(&Color::Dark) {
                let (left, right) = (from as f32 * one, to as f32 * one);
                let (top, bottom) = (row as f32 * one, (row + 1) as f32 * one);
                rings.push(vec![(left, top), (right, top), (right, bottom), (left, bottom)]);
            }
            from = to;
        }
    }
    Ok(rings)
}
