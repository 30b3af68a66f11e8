//! Compound files without personal data: the properties that name people (MS-OLEPS) are emptied in place, so that no
//! sector moves.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::clean::Piece;
use crate::adapters::files::compound::{Compound, Extent, directory, u32_at};
use crate::adapters::files::error::FileError;

/// Streams with properties, and the numbers of the properties that name people: author and last author; manager and
/// company.
const STREAMS: &[(&str, &[u32])] =
    &[("\u{5}SummaryInformation", &[4, 8]), ("\u{5}DocumentSummaryInformation", &[14, 15])];
/// Maximum size of a stream with properties, in bytes.
const MAX_STREAM: u32 = 1024 * 1024;
/// Maximum number of properties.
const MAX_PROPERTIES: u32 = 1_000;
/// Types of text properties: one byte and two bytes per unit.
const TEXTS: [u32; 2] = [0x1e, 0x1f];

/// Returns the pieces of a compound file in which the properties that name people are empty.
pub(super) fn pieces(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Piece>, FileError> {
    // The programs of WPS Office write directories of their own; one that cannot be read has no such streams.
    let Ok(entries) = directory(body, length) else { return Ok(vec![Piece::Kept(0, length)]) };
    let file = Compound::open(body, length)?;
    let mut emptied = Vec::new();
    for (name, numbers) in STREAMS {
        let stream = entries.iter().find(|entry| entry.name == *name && entry.size <= MAX_STREAM);
        if let (Some(stream), Some(root)) = (stream, entries.first()) {
            let extents = file.extents(body, root, stream)?;
            let content = read_extents(body, &extents)?;
            let texts = personal_texts(&content, numbers).unwrap_or_default();
            emptied.extend(texts.into_iter().flat_map(|range| locate_range(&extents, range)));
        }
    }
    emptied.sort_unstable();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (start, size) in emptied.into_iter().filter(|(_, size)| *size > 0) {
        if start >= at {
            pieces.push(Piece::Kept(at, start));
            pieces.push(Piece::Written(vec![0; size as usize]));
            at = start + size;
        }
    }
    pieces.push(Piece::Kept(at, length));
    Ok(pieces)
}

fn read_extents(body: &mut (impl Read + Seek), extents: &[Extent]) -> Result<Vec<u8>, FileError> {
    let mut content = Vec::new();
    for (start, size) in extents {
        body.seek(SeekFrom::Start(*start))?;
        body.by_ref().take(*size).read_to_end(&mut content)?;
    }
    Ok(content)
}

/// Returns the ranges of the non-empty texts with the given property numbers in a stream.
fn personal_texts(content: &[u8], numbers: &[u32]) -> Option<Vec<(usize, usize)>> {
    let number = |at: usize| u32_at(content, at);
    let set = number(44)? as usize;
    let mut found = Vec::new();
    for index in 0..number(set.checked_add(4)?)?.min(MAX_PROPERTIES) as usize {
        let entry = set + 8 + index * 8;
        let value = set.checked_add(number(entry + 4)? as usize)?;
        if !numbers.contains(&number(entry)?) || !TEXTS.contains(&number(value)?) {
            continue;
        }
        let unit = if number(value)? == TEXTS[1] { 2 } else { 1 };
        let (start, size) = (value + 8, (number(value + 4)? as usize).checked_mul(unit)?);
        let text = content.get(start..start.checked_add(size)?)?;
        if text.iter().any(|byte| *byte != 0) {
            found.push((start, size));
        }
    }
    Some(found)
}

/// Returns the places in the file of a range of a stream.
fn locate_range(extents: &[Extent], (start, size): (usize, usize)) -> Vec<Extent> {
    let (first, end) = (start as u64, (start + size) as u64);
    let mut before = 0;
    let mut found = Vec::new();
    for (at, length) in extents {
        let (from, to) = (first.max(before), end.min(before + length));
        if from < to {
            found.push((at + from - before, to - from));
        }
        before += length;
    }
    found
}
