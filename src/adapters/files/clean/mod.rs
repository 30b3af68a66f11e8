//! The copy of a file that ordinary readers get: without the location, the device and other personal data that programs
//! and phones add unseen. The visible content does not change, and the original is kept beside the copy.

mod documents;
mod office;
mod pictures;
mod properties;
mod reviewers;

use std::io::{self, Read, Seek, SeekFrom, Write};

pub(super) use crate::adapters::files::clean::documents::{has_author_in, has_unremovable_author};
use crate::adapters::files::error::FileError;
use crate::adapters::files::kinds::{FileKind, Shape};

/// A piece of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes of the original from an offset up to another.
    Kept(u64, u64),
    /// Other bytes in their place.
    Written(Vec<u8>),
}

/// Writes the copy of a file without personal data. Returns false if the file has no personal data; the copy is then
/// useless.
///
/// # Errors
/// `Damaged` for a file whose personal data cannot be separated from the rest; `Store` if the store fails.
pub fn write_clean_copy(
    kind: &FileKind,
    body: &mut (impl Read + Seek),
    copy: &mut (impl Read + Write + Seek),
) -> Result<bool, FileError> {
    let length = body.seek(SeekFrom::End(0))?;
    match kind.shape {
        Shape::Jpeg => write_pieces(&pictures::jpeg(body, length)?, body, length, copy),
        Shape::Png => write_pieces(&pictures::png(body, length)?, body, length, copy),
        Shape::Heif => write_pieces(&pictures::heif(body, length)?, body, length, copy),
        Shape::Pdf => write_pieces(&documents::pieces(body, length)?, body, length, copy),
        Shape::Office(_) => office::write(body, copy),
        Shape::Wps if starts_as_archive(body)? => office::write(body, copy),
        Shape::Ole(_) | Shape::Wps => write_pieces(&properties::pieces(body, length)?, body, length, copy),
        _ => Ok(false),
    }
}

fn starts_as_archive(body: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut head = Vec::new();
    body.rewind()?;
    body.take(4).read_to_end(&mut head)?;
    Ok(head == b"PK\x03\x04")
}

/// Writes the pieces of a copy, unless they are the whole original.
fn write_pieces(
    pieces: &[Piece],
    body: &mut (impl Read + Seek),
    length: u64,
    copy: &mut impl Write,
) -> Result<bool, FileError> {
    let mut next = 0;
    let is_whole = pieces.iter().all(|piece| match piece {
        Piece::Kept(start, end) if *start == next => {
            next = *end;
            true
        }
        _ => false,
    });
    if is_whole && next == length {
        return Ok(false);
    }
    for piece in pieces {
        match piece {
            Piece::Kept(start, end) => {
                body.seek(SeekFrom::Start(*start))?;
                io::copy(&mut body.take(end - start), copy)?;
            }
            Piece::Written(bytes) => copy.write_all(bytes)?,
        }
    }
    Ok(true)
}
