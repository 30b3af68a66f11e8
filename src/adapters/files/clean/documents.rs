//! PDF without the name of its author, which programs write into the document's properties (`/Author`, ISO 32000-1
//! 14.3.3) and into its XMP metadata (`dc:creator`). The names are overwritten with blanks in place, so that no object
//! moves and every offset stays right.
//!
//! A signed file would lose its signature and an encrypted one cannot be read, so both stay as they are; names in
//! compressed objects stay too. `has_unremovable_author` and `has_author_in` report them, and the file is flagged.

use std::io::{self, Read, Seek};

use memchr::memmem;

use crate::adapters::files::clean::Piece;
use crate::adapters::files::compound::Extent;
use crate::adapters::files::scan;

/// Key of the author in the properties, and the element of the metadata.
const AUTHOR: &[u8] = b"/Author";
const CREATOR: (&[u8], &[u8]) = (b"<dc:creator", b"</dc:creator>");
/// Keys of signed and of encrypted files.
const FIXED: [&[u8]; 2] = [b"/ByteRange", b"/Encrypt"];
/// Maximum length of a name, in bytes as written.
const LONGEST: usize = 8 * 1024;

/// Returns the pieces of a PDF in which the names of its author are blank.
pub(super) fn pieces(body: &mut (impl Read + Seek), length: u64) -> io::Result<Vec<Piece>> {
    let found = find(body)?;
    if found.is_fixed {
        return Ok(vec![Piece::Kept(0, length)]);
    }
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (start, size) in found.names.iter().copied() {
        if start >= at {
            pieces.push(Piece::Kept(at, start));
            pieces.push(Piece::Written(found.blanks(start, size)));
            at = start + size;
        }
    }
    pieces.push(Piece::Kept(at, length));
    Ok(pieces)
}

/// Returns whether a PDF names its author where the name cannot be removed from a copy: it is signed or encrypted.
pub fn has_unremovable_author(body: &mut (impl Read + Seek)) -> io::Result<bool> {
    let found = find(body)?;
    Ok(found.is_fixed && !found.names.is_empty())
}

/// Returns true if the given unpacked objects of a PDF name its author.
pub fn has_author_in(objects: &[u8]) -> bool {
    let mut found = Found::default();
    places(objects, AUTHOR).for_each(|at| add_property(&mut found, 0, objects, at + AUTHOR.len()));
    !found.names.is_empty()
}

/// The places of names in a PDF.
#[derive(Default)]
struct Found {
    /// Offset and length of each name that is not blank, in file order.
    names: Vec<Extent>,
    /// Offsets of the names written as hexadecimal digits.
    hexadecimal: Vec<u64>,
    /// True if the file is signed or encrypted.
    is_fixed: bool,
}

impl Found {
    /// Returns blanks in the spelling of the name at an offset.
    fn blanks(&self, start: u64, size: u64) -> Vec<u8> {
        let digits: &[u8] = if self.hexadecimal.contains(&start) { b"20" } else { b" " };
        digits.iter().copied().cycle().take(usize::try_from(size).unwrap_or_default()).collect()
    }

    fn add(&mut self, start: u64, name: &[u8], is_hexadecimal: bool) {
        let place = (start, name.len() as u64);
        let is_blank = match is_hexadecimal {
            true => name.chunks(2).all(|pair| pair == b"20" || pair == b"2"),
            false => name.iter().all(|byte| *byte == b' '),
        };
        // Bytes in the overlap of two blocks are seen twice.
        if !is_blank && !self.names.contains(&place) {
            self.names.push(place);
            if is_hexadecimal {
                self.hexadecimal.push(start);
            }
        }
    }
}

fn find(body: &mut (impl Read + Seek)) -> io::Result<Found> {
    let mut found = Found::default();
    body.rewind()?;
    scan::each_block(body, LONGEST + 64, |start, block| {
        found.is_fixed |= FIXED.iter().any(|key| memmem::find(block, key).is_some());
        for at in places(block, AUTHOR) {
            add_property(&mut found, start, block, at + AUTHOR.len());
        }
        for at in places(block, CREATOR.0) {
            add_elements(&mut found, start, block, at);
        }
        true
    })?;
    found.names.sort_unstable();
    Ok(found)
}

/// Returns the places of a text in a block.
fn places<'a>(block: &'a [u8], text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + memmem::find(block.get(from..)?, text)?;
        from = at + text.len();
        Some(at)
    })
}

/// Adds the string that follows a key at `from`: `(...)` with balanced brackets, or `<...>` of hexadecimal digits.
fn add_property(found: &mut Found, start: u64, block: &[u8], from: usize) {
    let rest = block.get(from..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let (rest, first) = (rest.get(blank + 1..).unwrap_or_default(), rest.get(blank));
    let length = match first {
        Some(b'(') => literal_length(rest),
        Some(b'<') => rest.iter().take(LONGEST).position(|byte| *byte == b'>'),
        _ => None,
    };
    let Some(name) = length.and_then(|length| rest.get(..length)) else { return };
    let is_hexadecimal = first == Some(&b'<');
    if is_hexadecimal && !name.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()) {
        return;
    }
    found.add(start + (from + blank + 1) as u64, name, is_hexadecimal);
}

/// Returns the length of a literal string up to its closing bracket.
fn literal_length(rest: &[u8]) -> Option<usize> {
    let (mut depth, mut is_escaped) = (1_u32, false);
    rest.iter().take(LONGEST).position(|byte| {
        match byte {
            _ if is_escaped => {
                is_escaped = false;
                return false;
            }
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// Adds the texts within an element that begins at `at`.
fn add_elements(found: &mut Found, start: u64, block: &[u8], at: usize) {
    let rest = block.get(at..).unwrap_or_default();
    let Some(end) = memmem::find(rest.get(..rest.len().min(LONGEST)).unwrap_or_default(), CREATOR.1) else { return };
    let mut text_start = None;
    for (place, byte) in rest.iter().enumerate().take(end + 1) {
        match (byte, text_start) {
            (b'>', _) => text_start = Some(place + 1),
            (b'<', Some(from)) => {
                let text = rest.get(from..place).unwrap_or_default();
                if !text.trim_ascii().is_empty() {
                    found.add(start + (at + from) as u64, text, false);
                }
                text_start = None;
            }
            _ => {}
        }
    }
}
