//! PDF checks: the file must begin and end as a PDF, with nothing before or after. Active content is flagged, not
//! rejected: forms and signed documents have it, and our pages never open a PDF.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;

use crate::adapters::files::error::FileError;
use crate::adapters::files::inspect::FileFlag;
use crate::adapters::files::scan;

/// Name that marks a stream of compressed objects.
const OBJECT_STREAM: &[u8] = b"ObjStm";
/// Maximum length of an inspected name, in bytes as written (`#4A` for `J` takes three).
const LONGEST_NAME: usize = 48;
/// Overlap of blocks in bytes: enough for a name and its surroundings.
const OVERLAP: usize = 128;
/// Maximum distance in bytes from `/ObjStm` to the start of its stream.
const DICTIONARY_BYTES: u64 = 4096;
/// Limits on compressed object streams: number inspected, bytes of each, bytes of all.
const MAX_STREAMS: usize = 2_000;
const MAX_STREAM_BYTES: u64 = 4 * 1024 * 1024;
const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn check(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<FileFlag>, FileError> {
    check_ends(body, length)?;
    body.rewind()?;
    let mut found = Names::default();
    scan::each_block(body, OVERLAP, |start, block| {
        found.scan_block(start, block);
        true
    })?;
    let mut unpacked = 0;
    for at in std::mem::take(&mut found.object_streams) {
        if unpacked >= MAX_UNPACKED_BYTES {
            break;
        }
        unpacked += scan_object_stream(body, at, &mut found)?;
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

/// Findings so far.
#[derive(Default)]
struct Names {
    flags: Vec<FileFlag>,
    object_streams: Vec<u64>,
}

impl Names {
    fn scan_block(&mut self, start: u64, block: &[u8]) {
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
                // Bytes in the overlap are seen twice.
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

/// Parses the name at `from`, resolving `#xx`; `None` if it does not end within the block or is too long.
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
    // Two-letter names occur by chance in image data, but not among printable characters.
    let around = block.get(at.saturating_sub(8)..(at + 11).min(block.len()))?;
    let readable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    (name.len() > 2 || around.iter().all(readable)).then_some(flag)
}

/// Searches the object stream whose dictionary has `/ObjStm` at `at`; returns the number of bytes unpacked. A stream
/// that cannot be unpacked (encrypted, or not one) is ignored.
fn scan_object_stream(body: &mut (impl Read + Seek), at: u64, found: &mut Names) -> io::Result<u64> {
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
    // A name is only recognised with a delimiter after it; a compressed object can end without one.
    let mut last = Vec::new();
    let read = scan::each_block(&mut unpacked, OVERLAP, |start, block| {
        found.scan_block(start, block);
        bytes = start + block.len() as u64;
        last = block.iter().rev().take(LONGEST_NAME).rev().copied().collect();
        true
    });
    last.push(b' ');
    found.scan_block(0, &last);
    // Object streams are not nested: a match in there is text.
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
