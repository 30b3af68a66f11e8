//! PDF checks: the file must begin and end as a PDF. Only a byte order mark and blanks may precede it, and only padding
//! may follow; a missing end mark is accepted, as readers do. Active content is flagged, not rejected: forms and signed
//! documents contain it, and our pages never open a PDF.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::adapters::files::contents::pdf_start;
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::{clean, pdf_lock, scan};

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
/// Distance in bytes from the end within which the last table marker must be.
const TAIL_BYTES: u64 = 2048;
/// Keyword before the offset of the last table.
const TABLE_MARK: &[u8] = b"startxref";
const END_MARK: &[u8] = b"%%EOF";

/// Checks the ends of a PDF and searches it for active content, signatures and encryption; returns its flags.
pub(super) fn check(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<FileFlag>, FileError> {
    let (start, end) = check_ends(body, length)?;
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
    if found.is_encrypted {
        found.flags.extend(pdf_lock::check_encryption(body, start, end)?);
    }
    if found.names_author || clean::has_unremovable_author(body)? {
        found.flags.push(FileFlag::NamesAuthor);
    }
    Ok(found.flags)
}

/// Returns the offsets of the header and of the padding behind the end.
fn check_ends(body: &mut (impl Read + Seek), length: u64) -> Result<(u64, u64), FileError> {
    let mut head = vec![0; 1024];
    body.rewind()?;
    let read = scan::fill(body, &mut head)?;
    head.truncate(read);
    let start = pdf_start(&head).ok_or(FileError::Hidden)?;
    let version = head.get(start + 5..start + 8).unwrap_or_default();
    if !matches!(version, [b'1', b'.', b'0'..=b'7'] | b"2.0") {
        return Err(FileError::Damaged("the PDF has no known version"));
    }
    let end = content_end(body, length)?;
    let tail = scan::tail(body, end, TAIL_BYTES)?;
    let last = (0..tail.len())
        .rev()
        .find(|at| tail.get(*at..).is_some_and(|rest| rest.starts_with(TABLE_MARK)))
        .ok_or(FileError::Damaged("the PDF does not say where its table is"))?;
    let behind = tail.get(last + TABLE_MARK.len()..).unwrap_or_default();
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let digits = behind.iter().position(|byte| !blank(byte)).unwrap_or(behind.len());
    let rest = behind.get(digits..).unwrap_or_default();
    let mark = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let mut rest = rest.get(mark..).unwrap_or_default().trim_ascii();
    // Some programs write the end mark twice.
    while let Some(more) = rest.strip_prefix(END_MARK) {
        rest = more.trim_ascii();
    }
    if !rest.iter().all(blank) || scan::ends_as_zip(body, length)? {
        return Err(FileError::Hidden);
    }
    Ok((start as u64, end))
}

/// Returns the length of the file without trailing blanks and zeros.
fn content_end(body: &mut (impl Read + Seek), length: u64) -> Result<u64, FileError> {
    let mut end = length;
    while end > 0 {
        let block = scan::tail(body, end, scan::BLOCK as u64)?;
        let kept = block.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != 0).map_or(0, |at| at + 1);
        end -= (block.len() - kept) as u64;
        if kept > 0 {
            break;
        }
    }
    Ok(end)
}

/// Findings so far.
#[derive(Default)]
struct Names {
    flags: Vec<FileFlag>,
    /// True if an encryption dictionary may exist.
    is_encrypted: bool,
    object_streams: Vec<u64>,
    /// True if a compressed object names the author.
    names_author: bool,
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
            } else if name == b"Encrypt" {
                self.is_encrypted |= has_value(block, from);
            } else if let Some(flag) = flag_of(&name, block, at)
                && !self.flags.contains(&flag)
            {
                self.flags.push(flag);
            }
        }
    }
}

/// Returns whether a dictionary or a reference follows the name at `from`, as in a PDF trailer.
fn has_value(block: &[u8], from: usize) -> bool {
    let rest = block.get(from..).unwrap_or_default();
    let mut behind = rest.iter().skip_while(|byte| !is_delimiter(**byte)).skip_while(|byte| byte.is_ascii_whitespace());
    behind.next().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<')
}

/// Parses the name at `from`, resolving `#xx`; `None` if the name does not end within the block or is too long.
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

/// Returns the flag of a name that stands for active content or a signature.
pub(super) fn flag_of_name(name: &[u8]) -> Option<FileFlag> {
    Some(match name {
        b"JS" | b"JavaScript" => FileFlag::Scripts,
        b"OpenAction" | b"AA" => FileFlag::OpenAction,
        b"Launch" => FileFlag::Launch,
        b"EmbeddedFile" | b"EmbeddedFiles" => FileFlag::EmbeddedFile,
        b"SubmitForm" | b"ImportData" => FileFlag::SubmitForm,
        b"GoToR" | b"GoToE" => FileFlag::OtherFile,
        b"XFA" => FileFlag::Xfa,
        b"RichMedia" | b"3D" | b"Movie" | b"Sound" | b"Rendition" => FileFlag::RichMedia,
        b"ByteRange" => FileFlag::Signed,
        _ => return None,
    })
}

fn flag_of(name: &[u8], block: &[u8], at: usize) -> Option<FileFlag> {
    let flag = flag_of_name(name)?;
    // Short names occur by chance in image data, but not among printable characters.
    let around = block.get(at.saturating_sub(8)..(at + 11).min(block.len()))?;
    let readable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    (name.len() > 3 || around.iter().all(readable)).then_some(flag)
}

/// Searches the object stream whose dictionary has `/ObjStm` at `at`; returns the number of bytes unpacked. Ignores a
/// stream that cannot be unpacked, such as an encrypted one.
fn scan_object_stream(body: &mut (impl Read + Seek), at: u64, found: &mut Names) -> io::Result<u64> {
    body.seek(SeekFrom::Start(at))?;
    let mut dictionary = Vec::new();
    body.take(DICTIONARY_BYTES).read_to_end(&mut dictionary)?;
    let Some(keyword) = memmem::find(&dictionary, b"stream") else {
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
        found.names_author |= clean::has_author_in(block);
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
