//! Pictures without personal data: keeps the pixels, the colour profile and the orientation; removes EXIF, XMP, IPTC,
//! comments, further pictures in the same file, and data appended by phones.

use std::io::{BufReader, Read, Seek, SeekFrom};

use crate::adapters::files::clean::Piece;
use crate::adapters::files::error::FileError;
use crate::adapters::files::heif;

/// Maximum number of chunks or segments.
const MAX_PARTS: usize = 100_000;
/// Start of an EXIF segment's content.
const EXIF: &[u8] = b"Exif\0\0";
/// Number of the EXIF field with the orientation.
const ORIENTATION: u16 = 0x0112;
/// Chunks of a PNG that name its author, location, device or time.
const PERSONAL_CHUNKS: &[&[u8; 4]] = &[b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];

/// Returns the pieces of a PNG without personal chunks. The picture was inspected before.
pub(super) fn png(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Piece>, FileError> {
    let mut pieces = vec![Piece::Kept(0, 8)];
    let mut at = 8;
    for _ in 0..MAX_PARTS {
        if at >= length {
            return Ok(pieces);
        }
        let mut head = [0; 8];
        body.seek(SeekFrom::Start(at))?;
        body.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let end = at + u64::from(u32::from_be_bytes([a, b, c, d])) + 12;
        if !PERSONAL_CHUNKS.contains(&&name) {
            pieces.push(Piece::Kept(at, end));
        }
        at = end;
    }
    Err(FileError::Damaged("the PNG has too many chunks"))
}

/// Returns the pieces of a HEIF picture in which the personal items are empty: an EXIF item without fields, then zeros.
/// Nothing moves, so the places of all items stay right.
pub(super) fn heif(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Piece>, FileError> {
    let mut extents = heif::personal(body, length)?;
    extents.sort_unstable();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (start, size) in extents {
        if start < at || size == 0 {
            continue;
        }
        pieces.push(Piece::Kept(at, start));
        let size_in_memory = usize::try_from(size).map_err(|_| FileError::Bomb)?;
        let mut empty = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0".to_vec();
        empty.resize(size_in_memory, 0);
        pieces.push(Piece::Written(empty));
        at = start + size;
    }
    pieces.push(Piece::Kept(at, length));
    Ok(pieces)
}

/// Returns the pieces of an inspected JPEG without personal segments, up to its first end mark.
pub(super) fn jpeg(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Piece>, FileError> {
    let mut pieces = vec![Piece::Kept(0, 2)];
    let mut at = 2;
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        body.seek(SeekFrom::Start(at))?;
        body.read_exact(&mut head)?;
        let [_, marker, high, low] = head;
        if marker == 0xff {
            // Fill byte.
            at += 1;
            continue;
        }
        let end = at + 2 + u64::from(u16::from_be_bytes([high, low]));
        if marker == 0xda {
            pieces.push(Piece::Kept(at, scan_end(body, at, length)?));
            return Ok(pieces);
        }
        let mut content = Vec::new();
        if matches!(marker, 0xe0..=0xef) {
            body.take(end - at - 4).read_to_end(&mut content)?;
        }
        match kept_segment(marker, &content) {
            Segment::Kept => pieces.push(Piece::Kept(at, end)),
            Segment::Turned(segment) => pieces.push(Piece::Written(segment)),
            Segment::Removed => {}
        }
        at = end;
    }
    Err(FileError::Damaged("the JPEG has too many segments"))
}

/// The fate of a segment in the copy.
enum Segment {
    Kept,
    Removed,
    /// Segment with nothing but the orientation, written in place of the original one.
    Turned(Vec<u8>),
}

fn kept_segment(marker: u8, content: &[u8]) -> Segment {
    match marker {
        0xe1 if content.starts_with(EXIF) => match orientation(content.get(EXIF.len()..).unwrap_or_default()) {
            Some(turned) => {
                let only = turned_segment(turned);
                if only.get(4..) == Some(content) { Segment::Kept } else { Segment::Turned(only) }
            }
            None => Segment::Removed,
        },
        // JFIF, colour profile, and the colour model of Adobe's programs.
        0xe0 if content.starts_with(b"JFIF\0") => Segment::Kept,
        0xe2 if content.starts_with(b"ICC_PROFILE\0") => Segment::Kept,
        0xee if content.starts_with(b"Adobe") => Segment::Kept,
        0xe0..=0xef | 0xfe => Segment::Removed,
        _ => Segment::Kept,
    }
}

/// Reads the orientation, 1 to 8; `None` if the EXIF data has none.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let is_big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let (high, low) = if is_big { (4, 6) } else { (6, 4) };
    let first = (usize::from(short(high)?) << 16) | usize::from(short(low)?);
    let entries = (0..usize::from(short(first)?)).map(|index| first + 2 + index * 12);
    let found = entries.into_iter().find(|at| short(*at) == Some(ORIENTATION))?;
    short(found + 8).filter(|turned| (1..=8).contains(turned))
}

/// Builds an EXIF segment with nothing but the orientation.
fn turned_segment(turned: u16) -> Vec<u8> {
    let mut segment = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    segment.extend(turned.to_be_bytes());
    segment.extend([0; 6]);
    segment
}

/// Returns the offset after the end mark of the picture whose scan begins at `at`; without an end mark, the end of the
/// file.
fn scan_end(body: &mut (impl Read + Seek), at: u64, length: u64) -> Result<u64, FileError> {
    body.seek(SeekFrom::Start(at))?;
    let mut bytes = BufReader::new(body).bytes();
    let mut place = at;
    let mut next = || -> Result<Option<u8>, FileError> {
        place += 1;
        bytes.next().transpose().map_err(FileError::from)
    };
    let mut is_marker = false;
    while let Some(byte) = next()? {
        match (is_marker, byte) {
            (true, 0xd9) => return Ok(place.min(length)),
            // A segment between two scans: its content is not a mark.
            (true, 0xc0..=0xcf | 0xda..=0xef | 0xfe) => {
                let (Some(high), Some(low)) = (next()?, next()?) else { break };
                for _ in 2..u16::from_be_bytes([high, low]) {
                    next()?;
                }
                is_marker = false;
            }
            _ => is_marker = byte == 0xff,
        }
    }
    Ok(length)
}
