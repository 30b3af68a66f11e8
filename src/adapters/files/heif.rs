//! HEIF pictures (ISO/IEC 23008-12), which phones write as HEIC: a sequence of boxes. Location and device are separate
//! items, which the list of items names; pixels are not decoded.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::compound::Extent;
use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of boxes and of items.
const MAX_BOXES: usize = 10_000;
/// Maximum size of the list of items with their places, in bytes.
const MAX_META: u64 = 8 * 1024 * 1024;

const CUT_OFF: FileError = FileError::Damaged("a box of the picture is cut off");

/// Checks that the boxes fit into the file, and that no other file is appended.
pub(super) fn check(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    if scan::ends_as_zip(body, length)? {
        return Err(FileError::Hidden);
    }
    personal(body, length).map(|_| ())
}

/// Returns the extents of the items with EXIF and XMP data.
pub(super) fn personal(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Extent>, FileError> {
    match read_item_box(body, length)? {
        Some(meta) => personal_extents(&meta, length),
        None => Ok(Vec::new()),
    }
}

/// Finds the box of the items at the top of the file.
fn read_item_box(body: &mut (impl Read + Seek), length: u64) -> Result<Option<Vec<u8>>, FileError> {
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        if at + 8 > length {
            return Ok(None);
        }
        body.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        let read = scan::fill(body, &mut head)?;
        let (size, header) = size_of(head.get(..read).unwrap_or_default(), length - at).ok_or(CUT_OFF)?;
        if head.get(4..8) == Some(b"meta") {
            if size > MAX_META {
                return Err(FileError::Bomb);
            }
            body.seek(SeekFrom::Start(at + header))?;
            let mut content = Vec::new();
            body.take(size - header).read_to_end(&mut content)?;
            return Ok(Some(content));
        }
        at += size;
    }
    Err(FileError::Damaged("the picture has too many boxes"))
}

/// Reads the size of a box and of its header; `None` if the box does not fit into the remaining `room` bytes.
fn size_of(head: &[u8], room: u64) -> Option<(u64, u64)> {
    let (size, header) = match read_number(head, 0, 4)? {
        // The last box may leave its size out.
        0 => (room, 8),
        1 => (read_number(head, 8, 8)?, 16),
        size => (size, 8),
    };
    (size >= header && size <= room).then_some((size, header))
}

/// Name and content of a box.
type NamedBox<'a> = (&'a [u8], &'a [u8]);

/// Returns the boxes of some content by their names.
fn split_boxes(content: &[u8]) -> Result<Vec<NamedBox<'_>>, FileError> {
    let mut found = Vec::new();
    let mut rest = content;
    while rest.len() >= 8 && found.len() < MAX_BOXES {
        let (size, header) = size_of(rest, rest.len() as u64).ok_or(CUT_OFF)?;
        let whole = rest.get(..size as usize).ok_or(CUT_OFF)?;
        found.push((whole.get(4..8).ok_or(CUT_OFF)?, whole.get(header as usize..).ok_or(CUT_OFF)?));
        rest = rest.get(size as usize..).unwrap_or_default();
    }
    Ok(found)
}

/// Reads a big-endian number of `bytes` bytes at `at`: 0 if `bytes` is 0, `None` beyond the end.
fn read_number(from: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let digits = from.get(at..at.checked_add(bytes)?)?;
    Some(digits.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
}

fn personal_extents(meta: &[u8], length: u64) -> Result<Vec<Extent>, FileError> {
    // The box has a version and flags before its own boxes.
    let inner = split_boxes(meta.get(4..).ok_or(CUT_OFF)?)?;
    let of = |name: &[u8]| inner.iter().find(|(found, _)| *found == name).map(|(_, content)| *content);
    let (Some(infos), Some(places)) = (of(b"iinf"), of(b"iloc")) else { return Ok(Vec::new()) };
    let items = personal_items(infos)?;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let extents = extents_of(places, &items).ok_or(FileError::Damaged("the picture's items cannot be found"))?;
    let fits = |(at, size): &Extent| at.checked_add(*size).is_some_and(|end| end <= length);
    if extents.iter().all(fits) { Ok(extents) } else { Err(CUT_OFF) }
}

/// Returns the numbers of the items with EXIF data, XMP or other text about the picture.
fn personal_items(infos: &[u8]) -> Result<Vec<u64>, FileError> {
    let counted = if infos.first() == Some(&0) { 6 } else { 8 };
    let mut items = Vec::new();
    for (name, entry) in split_boxes(infos.get(counted..).unwrap_or_default())? {
        let version = entry.first().copied().unwrap_or_default();
        let wide = if version >= 3 { 4 } else { 2 };
        let kind = entry.get(4 + wide + 2..).and_then(|rest| rest.get(..4)).unwrap_or_default();
        let is_personal = matches!(kind, b"Exif" | b"mime" | b"uri ");
        if name == b"infe" && version >= 2 && is_personal {
            items.extend(read_number(entry, 4, wide));
        }
    }
    Ok(items)
}

/// Reads the places of items (ISO/IEC 14496-12, 8.11.3); `None` for places that are not offsets into the file.
fn extents_of(places: &[u8], items: &[u64]) -> Option<Vec<Extent>> {
    let version = *places.first()?;
    let sizes = read_number(places, 4, 2)?;
    let nibble = |shift: u64| ((sizes >> shift) & 0xf) as usize;
    let (offset_size, length_size, base_size) = (nibble(12), nibble(8), nibble(4));
    let index_size = if version == 0 { 0 } else { nibble(0) };
    let wide = if version < 2 { 2 } else { 4 };
    let mut at = 6 + wide;
    let mut next = |bytes: usize| {
        let value = read_number(places, at, bytes);
        at += bytes;
        value
    };
    let mut found = Vec::new();
    for _ in 0..read_number(places, 6, wide)?.min(MAX_BOXES as u64) {
        let item = next(wide)?;
        let method = if version == 0 { 0 } else { next(2)? & 0xf };
        next(2)?;
        let base = next(base_size)?;
        for _ in 0..next(2)?.min(MAX_BOXES as u64) {
            next(index_size)?;
            let (offset, size) = (next(offset_size)?, next(length_size)?);
            if items.contains(&item) {
                if method != 0 {
                    return None;
                }
                found.push((base.checked_add(offset)?, size));
            }
        }
    }
    Some(found)
}
