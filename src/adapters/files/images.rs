//! Image checks: walks the structure of a PNG or JPEG without decoding pixels. JPEGs of phones may lack an end mark or
//! have data behind it; both are accepted, because viewers show them.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of pixels: more than any camera produces, less than what exhausts memory when displayed.
const MAX_PIXELS: u64 = 250_000_000;
/// Maximum number of chunks or segments.
const MAX_PARTS: usize = 100_000;

/// Checks a PNG: chunks from IHDR to IEND, and the end of the file after IEND.
pub(super) fn check_png(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    let mut at = 8;
    for part in 0..MAX_PARTS {
        body.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        body.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(FileError::Damaged("a chunk of the PNG has no name"));
        }
        if (part == 0) != (&name == b"IHDR") {
            return Err(FileError::Damaged("the PNG does not begin with its header"));
        }
        if part == 0 {
            let mut dimensions = [0; 8];
            body.read_exact(&mut dimensions)?;
            let [a, b, c, d, e, f, g, h] = dimensions;
            check_pixels(u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))?;
        }
        // Length, name and checksum surround the chunk's bytes.
        at += size + 12;
        if at > length {
            return Err(FileError::Damaged("a chunk of the PNG is cut off"));
        }
        if &name == b"IEND" {
            return if at == length { Ok(()) } else { Err(FileError::Hidden) };
        }
    }
    Err(FileError::Damaged("the PNG has too many chunks"))
}

/// Checks a JPEG: segments up to the start of its scan, with the dimensions before it. Rejects only an archive behind
/// the picture, or a PDF that begins in its first segments.
pub(super) fn check_jpeg(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    if scan::ends_as_zip(body, length)? || begins_as_pdf(body)? {
        return Err(FileError::Hidden);
    }
    let mut at = 2;
    let mut sized = false;
    for _ in 0..MAX_PARTS {
        body.seek(SeekFrom::Start(at))?;
        let mut head = [0; 4];
        body.read_exact(&mut head)?;
        let [0xff, marker, high, low] = head else {
            return Err(FileError::Damaged("a segment of the JPEG has no marker"));
        };
        if marker == 0xff {
            // Fill byte.
            at += 1;
            continue;
        }
        let size = u64::from(u16::from_be_bytes([high, low]));
        if size < 2 || at + 2 + size > length {
            return Err(FileError::Damaged("a segment of the JPEG is cut off"));
        }
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let mut frame = [0; 5];
                body.read_exact(&mut frame)?;
                let [_, a, b, c, d] = frame;
                check_pixels(u16::from_be_bytes([a, b]).into(), u16::from_be_bytes([c, d]).into())?;
                sized = true;
            }
            0xda if sized => return Ok(()),
            0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => {}
            _ => return Err(FileError::Damaged("the JPEG has an unknown segment")),
        }
        at += 2 + size;
    }
    Err(FileError::Damaged("the JPEG has too many segments"))
}

/// Returns whether a PDF reader would open the file: readers look for the header in the first kilobyte.
fn begins_as_pdf(body: &mut (impl Read + Seek)) -> Result<bool, FileError> {
    body.rewind()?;
    let mut head = vec![0; 1024];
    let read = scan::fill(body, &mut head)?;
    Ok(memmem::find(head.get(..read).unwrap_or_default(), b"%PDF-").is_some())
}

fn check_pixels(width: u32, height: u32) -> Result<(), FileError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(FileError::Damaged("the picture has no size")),
        pixels if pixels > MAX_PIXELS => Err(FileError::Bomb),
        _ => Ok(()),
    }
}
