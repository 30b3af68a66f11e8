//! Archives that are documents (OOXML, OFD): every part is unpacked once, in blocks, counting bytes as they come rather
//! than trusting the headers (ASVS 5.2.3). Refuses macros, programs, nested archives, paths outside the document, links
//! and XML entities (ASVS 1.5.1, 5.2.5, 5.3.3), naming the part.

use std::collections::HashSet;
use std::io::{Read, Seek};

use memchr::memmem;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of parts.
const MAX_PARTS: u16 = 5_000;
/// Maximum unpacked size of all parts together, in bytes.
pub(super) const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
/// Maximum expansion ratio of a part above [`HARMLESS`] bytes.
const MAX_RATIO: u64 = 200;
const HARMLESS: u64 = 4 * 1024 * 1024;
/// Overlap of blocks in bytes: enough for an element with its attributes.
const OVERLAP: usize = 512;

const DAMAGED: FileError = FileError::Damaged("the document's archive is broken");

/// First bytes of content that has no place in a document.
const FOREIGN: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"#!",
];
/// Extensions of files that run when opened, and of archives.
const PROGRAMS: &[&str] = &[
    "exe", "dll", "scr", "com", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "lnk", "msi", "jar",
    "reg", "url", "html", "htm", "zip", "rar", "7z",
];
/// Extensions of documents with macros.
const MACRO_DOCUMENTS: &[&str] = &["docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"];
/// First bytes of a compound file.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// `Ole10Native` in UTF-16: marks a file embedded as a clickable icon.
const PACKED_FILE: &[u8] = b"O\0l\0e\x001\x000\0N\0a\0t\0i\0v\0e\0";
/// `_VBA_PROJECT` in UTF-16: macros of an embedded document.
const EMBEDDED_MACROS: &[u8] = b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0";

/// A part of a document that is being read.
pub(super) struct Part<'a> {
    /// Name within the archive.
    pub name: &'a str,
    /// Name in lower case: Office ignores case.
    pub lower: &'a str,
    /// True for a part that is read as XML.
    pub is_xml: bool,
}

/// The rules of a document format that differ from those of all archives.
pub(super) trait Format {
    /// Returns whether a part is read as XML.
    fn is_xml(&self, lower: &str) -> bool;
    /// Returns whether a part may be an embedded document, which is then inspected by the same rules.
    fn may_embed(&self, lower: &str) -> bool;
    /// Inspects the content of an embedded document; returns its unpacked size.
    ///
    /// # Errors
    /// Errors of the inspection.
    fn embedded(&mut self, part: &Part<'_>, content: Vec<u8>, room: u64) -> Result<u64, FileError>;
    /// Examines a block of a part; `is_first` is true for the first block.
    fn inspect(&mut self, part: &Part<'_>, block: &[u8], is_first: bool);
}

/// Opens an archive that fills the whole file.
///
/// # Errors
/// `Hidden` for content before or after it, `Bomb` for overlapping parts, `Damaged`.
pub(super) fn open_archive<R: Read + Seek>(mut body: R, length: u64) -> Result<ZipArchive<R>, FileError> {
    check_end(&mut body, length)?;
    body.rewind()?;
    let mut archive = ZipArchive::new(body).map_err(broken)?;
    if archive.offset() != 0 {
        return Err(FileError::Hidden);
    }
    if archive.has_overlapping_entries().map_err(broken)? {
        return Err(FileError::Bomb);
    }
    archive.validate_header_consistency().map_err(broken)?;
    Ok(archive)
}

/// Unpacks every part, at most `room` bytes in all; returns the unpacked size.
///
/// # Errors
/// The error of the first refused part.
pub(super) fn walk<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    room: u64,
    format: &mut impl Format,
) -> Result<u64, FileError> {
    let mut names = HashSet::new();
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let name = check_entry(archive, index)?;
        let lower = name.to_lowercase();
        let part = Part { name: &name, lower: &lower, is_xml: format.is_xml(&lower) };
        unpacked += check_content(archive, index, &part, room.saturating_sub(unpacked), format)?;
        // Office ignores case, so two parts of one name would be ambiguous.
        if !names.insert(lower) {
            return Err(FileError::Damaged("two parts of the document have one name"));
        }
    }
    Ok(unpacked)
}

/// Reads a part of at most `limit` bytes into memory, ignoring the case of its name; `None` if there is no such part.
///
/// # Errors
/// `Bomb` beyond the limit, `Damaged`.
pub(super) fn read_part<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
    limit: u64,
) -> Result<Option<Vec<u8>>, FileError> {
    let same = |index: &usize| {
        let found = archive.name_for_index(*index).and_then(Result::ok);
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let Some(index) = (0..archive.len()).find(same) else { return Ok(None) };
    let part = archive.by_index(index).map_err(broken)?;
    read_bounded(part, limit).map(Some)
}

fn read_bounded(part: impl Read, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut content = Vec::new();
    part.take(limit + 1).read_to_end(&mut content).map_err(|error| broken(ZipError::Io(error)))?;
    if content.len() as u64 > limit { Err(FileError::Bomb) } else { Ok(content) }
}

/// Checks that the archive fills the file exactly, and that the number of parts is acceptable before memory is
/// allocated.
fn check_end(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    let end = scan::tail(body, length, scan::ZIP_END_REACH)?;
    let Some(record) = end.len().checked_sub(22).and_then(|at| end.get(at..)) else {
        return Err(DAMAGED);
    };
    if !record.starts_with(b"PK\x05\x06") {
        let elsewhere = memmem::find(&end, b"PK\x05\x06").is_some();
        return Err(if elsewhere { FileError::Hidden } else { DAMAGED });
    }
    let short = |at: usize| record.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
    let long = |at: usize| record.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let (Some(parts), Some(size), Some(start)) = (short(10), long(12), long(16)) else {
        return Err(DAMAGED);
    };
    // 0xffff also means that the true number is in a zip64 record, which no document needs.
    if parts > MAX_PARTS {
        return Err(FileError::Bomb);
    }
    let larger_form =
        end.len().checked_sub(42).and_then(|at| end.get(at..)).is_some_and(|bytes| bytes.starts_with(b"PK\x06\x07"));
    if larger_form || u64::from(start) + u64::from(size) + 22 != length {
        return Err(FileError::Hidden);
    }
    Ok(())
}

/// Checks a part's entry in the archive; returns its name.
fn check_entry(archive: &mut ZipArchive<impl Read + Seek>, index: usize) -> Result<String, FileError> {
    let entry = archive.by_index_raw(index).map_err(broken)?;
    let part = String::from_utf8_lossy(entry.name_raw()).into_owned();
    let leads_out = part.starts_with('/')
        || part.contains(['\\', '\0', ':', '\u{fffd}'])
        || part.split('/').any(|step| matches!(step, "." | ".."));
    if leads_out || part.is_empty() || entry.is_symlink() {
        return Err(FileError::Path { part });
    }
    if entry.encrypted() {
        return Err(FileError::Encrypted);
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(FileError::Damaged("a part of the document is compressed in an unknown way"));
    }
    let lower = part.to_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    let has_macros = lower.contains("vbaproject") || lower.contains("vbadata") || lower.contains("macrosheets/");
    if has_macros || MACRO_DOCUMENTS.contains(&ending) {
        return Err(FileError::Macros { part });
    }
    if PROGRAMS.contains(&ending) {
        return Err(FileError::Nested { part });
    }
    Ok(part)
}

/// Unpacks a part; returns the number of bytes counted, including an embedded document.
fn check_content(
    archive: &mut ZipArchive<impl Read + Seek>,
    index: usize,
    part: &Part<'_>,
    room: u64,
    format: &mut impl Format,
) -> Result<u64, FileError> {
    let mut entry = archive.by_index(index).map_err(broken)?;
    let (packed, claimed) = (entry.compressed_size(), entry.size());
    let most = room.min(HARMLESS.max(packed.saturating_mul(MAX_RATIO)));
    let may_embed = format.may_embed(part.lower);
    let mut content = Vec::new();
    let mut count = 0;
    let mut refused = None;
    let mut is_compound = false;
    let read = scan::each_block(&mut entry, OVERLAP, |start, block| {
        let is_first = start == 0;
        let fresh = block.get((count - start) as usize..).unwrap_or_default();
        count = start + block.len() as u64;
        is_compound = is_compound || is_first && block.starts_with(COMPOUND);
        refused = if count > most {
            Some(FileError::Bomb)
        } else if may_embed && (!content.is_empty() || is_first && block.starts_with(b"PK\x03\x04")) {
            content.extend_from_slice(fresh);
            None
        } else {
            refused_block(part, is_first, is_compound, block)
        };
        if refused.is_none() && content.is_empty() {
            format.inspect(part, block, is_first);
        }
        refused.is_none()
    });
    if let Some(error) = refused {
        return Err(error);
    }
    read.map_err(|e| broken(ZipError::Io(e)))?;
    if count != claimed {
        return Err(FileError::Bomb);
    }
    if content.is_empty() {
        return Ok(count);
    }
    let inner = format.embedded(part, content, room.saturating_sub(count));
    inner.map(|inner| count + inner).map_err(|error| error.within(part.name))
}

/// Searches a block for forbidden content.
fn refused_block(part: &Part<'_>, is_first: bool, is_compound: bool, block: &[u8]) -> Option<FileError> {
    let named = || part.name.to_owned();
    if is_first && FOREIGN.iter().any(|magic| block.starts_with(magic)) {
        return Some(FileError::Nested { part: named() });
    }
    if part.is_xml {
        return declares_entities(is_first, block).then(|| FileError::XmlEntities { part: named() });
    }
    if is_compound && memmem::find(block, EMBEDDED_MACROS).is_some() {
        return Some(FileError::Macros { part: named() });
    }
    (is_compound && memmem::find(block, PACKED_FILE).is_some()).then(|| FileError::Nested { part: named() })
}

/// Returns whether a block has declarations: entities can expand without end; a document type can reference other
/// files.
fn declares_entities(is_first: bool, block: &[u8]) -> bool {
    // UTF-16 would evade this search; Office writes UTF-8.
    if is_first && (block.starts_with(b"\xff\xfe<\0") || block.starts_with(b"\xfe\xff\0<") || block.starts_with(b"<\0"))
    {
        return true;
    }
    let mut from = 0;
    while let Some(at) = block.get(from..).and_then(|rest| memmem::find(rest, b"<!")) {
        let word = block.get(from + at + 2..).unwrap_or_default();
        let declares = |name: &[u8]| word.get(..name.len()).is_some_and(|w| w.eq_ignore_ascii_case(name));
        if declares(b"DOCTYPE") || declares(b"ENTITY") {
            return true;
        }
        from += at + 2;
    }
    false
}

/// Maps errors of the zip reader: only a failure of our own disk is not the file's fault.
pub(super) fn broken(error: ZipError) -> FileError {
    match error {
        ZipError::Io(e) if e.raw_os_error().is_some() => FileError::Store(e.to_string()),
        _ => DAMAGED,
    }
}
