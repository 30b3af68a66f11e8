//! PDF: begins and ends as one, with nothing in front or behind. What can act by itself is flagged, not refused: forms
//! and signed documents have it, and we never open a PDF in our own pages.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;

use crate::adapters::files::error::FileError;
use crate::adapters::files::inspect::FileFlag;
use crate::adapters::files::scan;

/// Names that can be a flag, and those that tell where more names are packed.
const OBJECT_STREAM: &[u8] = b"ObjStm";
/// Longest name that is looked at, in bytes as written (`#4A` for `J` takes three).
const LONGEST_NAME: usize = 48;
/// What a name and what stands around it can take at the border of two blocks.
const OVERLAP: usize = 128;
/// How far a stream begins behind its dictionary's `/ObjStm`.
const DICTIONARY_BYTES: u64 = 4096;
/// Packed objects: the most streams that are looked into and the most bytes of each and of all.
const MAX_STREAMS: usize = 2_000;
const MAX_STREAM_BYTES: u64 = 4 * 1024 * 1024;
const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn check(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<FileFlag>, FileError> {
    check_ends(body, length)?;
    body.rewind()?;
    let mut found = Names::default();
    scan::each_block(body, OVERLAP, |start, block| {
        found.look(start, block);
        true
    })?;
    let mut unpacked = 0;
    for at in std::mem::take(&mut found.object_streams) {
        if unpacked >= MAX_UNPACKED_BYTES {
            break;
        }
        unpacked += look_into(body, at, &mut found)?;
    }
    Ok(found.flags)
}

fn check_ends(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    let mut head = [0; 8];
    body.rewind()?;
    body.read_exact(&mut head)?;
    if !matches!(
        &head,
        b"%PDF-1.0"
            | b"%PDF-1.1"
            | b"%PDF-1.2"
            | b"%PDF-1.3"
            | b"%PDF-1.4"
            | b"%PDF-1.5"
            | b"%PDF-1.6"
            | b"%PDF-1.7"
            | b"%PDF-2.0"
    ) {
        return Err(FileError::Damaged("the PDF has no known version"));
    }
    let end = scan::tail(body, length, 2048)?;
    let mark = b"%%EOF";
    let last = (0..end.len())
        .rev()
        .find(|at| end.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
        .ok_or(FileError::Damaged("the PDF has no end"))?;
    let behind = end.get(last + mark.len()..).unwrap_or_default();
    if !behind.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(FileError::Hidden);
    }
    if scan::find(&end, b"startxref").is_none() {
        return Err(FileError::Damaged("the PDF does not say where its table is"));
    }
    if scan::ends_as_zip(body, length)? {
        return Err(FileError::Hidden);
    }
    Ok(())
}

/// What was found so far.
#[derive(Default)]
struct Names {
    flags: Vec<FileFlag>,
    object_streams: Vec<u64>,
}

impl Names {
    fn look(&mut self, start: u64, block: &[u8]) {
        let mut from = 0;
        while let Some(at) =
            block.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'/')).map(|offset| from + offset)
        {
            from = at + 1;
            let Some(name) = name_at(block, from) else {
                continue;
            };
            if name == OBJECT_STREAM {
                let place = start + at as u64;
                // The overlap is seen twice.
                if self.object_streams.len() < MAX_STREAMS && !self.object_streams.contains(&place) {
                    self.object_streams.push(place);
                }
            } else if let Some(flag) = flag_of(&name, block, at)
                && !self.flags.contains(&flag)
            {
                self.flags.push(flag);
            }
        }
    }
}

/// The name that begins here, with `#xx` resolved; none, if it is not seen to its end or is longer than any of ours.
fn name_at(block: &[u8], from: usize) -> Option<Vec<u8>> {
    let rest = block.get(from..)?;
    let end = rest.iter().take(LONGEST_NAME).position(|byte| is_delimiter(*byte))?;
    let mut written = rest.get(..end)?.iter().copied();
    let mut name = Vec::new();
    while let Some(byte) = written.next() {
        if byte != b'#' {
            name.push(byte);
            continue;
        }
        let digits = [written.next()?, written.next()?];
        let text = std::str::from_utf8(&digits).ok()?;
        name.push(u8::from_str_radix(text, 16).ok()?);
    }
    Some(name)
}

fn is_delimiter(byte: u8) -> bool {
    byte == 0 || byte.is_ascii_whitespace() || b"()<>[]{}/%".contains(&byte)
}

fn flag_of(name: &[u8], block: &[u8], at: usize) -> Option<FileFlag> {
    let flag = match name {
        b"JS" | b"JavaScript" => FileFlag::Scripts,
        b"OpenAction" | b"AA" => FileFlag::OpenAction,
        b"Launch" => FileFlag::Launch,
        b"EmbeddedFile" | b"EmbeddedFiles" => FileFlag::EmbeddedFile,
        b"Encrypt" => FileFlag::Encrypted,
        _ => return None,
    };
    // Two letters come up by chance in a picture's bytes; then they do not stand between readable ones.
    let around = block.get(at.saturating_sub(8)..(at + 11).min(block.len()))?;
    let readable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    (name.len() > 2 || around.iter().all(readable)).then_some(flag)
}

/// Looks for names in the object stream whose dictionary has `/ObjStm` at this place, and says how much it unpacked. One
/// that cannot be unpacked (because the file is encrypted, or it is not one) tells nothing.
fn look_into(body: &mut (impl Read + Seek), at: u64, found: &mut Names) -> io::Result<u64> {
    body.seek(SeekFrom::Start(at))?;
    let mut dictionary = Vec::new();
    body.take(DICTIONARY_BYTES).read_to_end(&mut dictionary)?;
    let Some(keyword) = scan::find(&dictionary, b"stream") else {
        return Ok(0);
    };
    let behind = keyword + b"stream".len();
    let line = dictionary.get(behind..).unwrap_or_default();
    let skip = if line.starts_with(b"\r\n") { 2 } else { 1 };
    body.seek(SeekFrom::Start(at + (behind + skip) as u64))?;
    let mut unpacked = ZlibDecoder::new(BufReader::new(body)).take(MAX_STREAM_BYTES);
    let mut bytes = 0;
    // Names in a text need an end to be seen; a packed object can be the last thing there is.
    let mut last = Vec::new();
    let read = scan::each_block(&mut unpacked, OVERLAP, |start, block| {
        found.look(start, block);
        bytes = start + block.len() as u64;
        last = block.iter().rev().take(LONGEST_NAME).rev().copied().collect();
        true
    });
    last.push(b' ');
    found.look(0, &last);
    // Object streams are not nested: what looked like one in there is a text.
    found.object_streams.clear();
    match read {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            Ok(bytes)
        }
        other => other.map(|()| bytes),
    }
}
