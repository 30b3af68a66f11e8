//! OOXML checks (docx, xlsx, pptx): unpacks every part of the zip once, in blocks, counting bytes as they come rather
//! than trusting the headers (ASVS 5.2.3). Rejects macros, programs, nested archives, paths outside the document, links
//! and XML entities (ASVS 1.5.1, 5.2.5, 5.3.3).

use std::collections::HashSet;
use std::io::{Read, Seek};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of parts.
const MAX_PARTS: u16 = 5_000;
/// Maximum unpacked size of all parts together, in bytes.
const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
/// Maximum expansion ratio of a part above [`HARMLESS`] bytes.
const MAX_RATIO: u64 = 200;
const HARMLESS: u64 = 4 * 1024 * 1024;
/// Maximum size of the list of parts and their types, in bytes.
const MAX_TYPES: u64 = 1024 * 1024;
const TYPES: &str = "[Content_Types].xml";

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
/// Extensions of files that run when opened.
const PROGRAMS: &[&str] = &[
    "exe", "dll", "scr", "com", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "lnk", "msi", "jar",
    "reg", "url", "html", "htm", "zip", "rar", "7z",
];
/// `Ole10Native` in UTF-16: marks a file embedded as a clickable icon.
const PACKED_FILE: &[u8] = b"O\0l\0e\x001\x000\0N\0a\0t\0i\0v\0e\0";

pub(super) fn check(
    body: &mut (impl Read + Seek),
    length: u64,
    main: &str,
    content_type: &str,
) -> Result<(), FileError> {
    check_end(body, length)?;
    body.rewind()?;
    let mut archive = ZipArchive::new(body).map_err(broken)?;
    if archive.offset() != 0 {
        return Err(FileError::Hidden);
    }
    if archive.has_overlapping_entries().map_err(broken)? {
        return Err(FileError::Bomb);
    }
    archive.validate_header_consistency().map_err(broken)?;
    let mut names = HashSet::new();
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let name = check_entry(&mut archive, index)?;
        unpacked += check_content(&mut archive, index, MAX_UNPACKED - unpacked)?;
        // Office ignores case, so two parts of one name would be ambiguous.
        if !names.insert(name.to_lowercase()) {
            return Err(FileError::Damaged("two parts of the document have one name"));
        }
    }
    if !names.contains(main) {
        return Err(FileError::Mismatch);
    }
    check_types(&mut archive, content_type)
}

/// Checks that the archive ends with the file, that nothing precedes it, and that the number of parts is acceptable
/// before memory is allocated for them.
fn check_end(body: &mut (impl Read + Seek), length: u64) -> Result<(), FileError> {
    let end = scan::tail(body, length, scan::ZIP_END_REACH)?;
    let Some(record) = end.len().checked_sub(22).and_then(|at| end.get(at..)) else {
        return Err(DAMAGED);
    };
    if !record.starts_with(b"PK\x05\x06") {
        let elsewhere = scan::find(&end, b"PK\x05\x06").is_some();
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
    let part = archive.by_index_raw(index).map_err(broken)?;
    let name = std::str::from_utf8(part.name_raw()).map_err(|_| FileError::Path)?.to_owned();
    let leads_out = name.starts_with('/')
        || name.contains(['\\', '\0', ':'])
        || name.split('/').any(|step| matches!(step, "." | ".."));
    if leads_out || name.is_empty() || part.is_symlink() {
        return Err(FileError::Path);
    }
    if part.encrypted() {
        return Err(FileError::Encrypted);
    }
    if !matches!(part.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(FileError::Damaged("a part of the document is compressed in an unknown way"));
    }
    let lower = name.to_lowercase();
    if lower.contains("vbaproject") || lower.contains("vbadata") || lower.contains("macrosheets/") {
        return Err(FileError::Macros);
    }
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if PROGRAMS.contains(&ending) {
        return Err(FileError::Nested);
    }
    Ok(name)
}

/// Unpacks a part; returns the number of bytes counted.
fn check_content(archive: &mut ZipArchive<impl Read + Seek>, index: usize, room: u64) -> Result<u64, FileError> {
    let mut part = archive.by_index(index).map_err(broken)?;
    let (packed, claimed) = (part.compressed_size(), part.size());
    let most = room.min(HARMLESS.max(packed.saturating_mul(MAX_RATIO)));
    let mut count = 0;
    let mut refused = None;
    let read = scan::each_block(&mut part, 64, |start, block| {
        count = start + block.len() as u64;
        refused = if count > most {
            Some(FileError::Bomb)
        } else if start == 0 && FOREIGN.iter().any(|magic| block.starts_with(magic)) {
            Some(FileError::Nested)
        } else {
            refused_text(start == 0, block)
        };
        refused.is_none()
    });
    if let Some(error) = refused {
        return Err(error);
    }
    read.map_err(|e| broken(ZipError::Io(e)))?;
    if count != claimed {
        return Err(FileError::Bomb);
    }
    Ok(count)
}

/// Searches a block for forbidden content. Entities can expand without end; a document type can reference other files.
fn refused_text(first: bool, block: &[u8]) -> Option<FileError> {
    // UTF-16 would evade this search; Office writes UTF-8.
    if first && (block.starts_with(b"\xff\xfe<\0") || block.starts_with(b"\xfe\xff\0<") || block.starts_with(b"<\0")) {
        return Some(FileError::XmlEntities);
    }
    let mut from = 0;
    while let Some(at) = block.get(from..).and_then(|rest| scan::find(rest, b"<!")) {
        let word = block.get(from + at + 2..).unwrap_or_default();
        let declares = |name: &[u8]| word.get(..name.len()).is_some_and(|w| w.eq_ignore_ascii_case(name));
        if declares(b"DOCTYPE") || declares(b"ENTITY") {
            return Some(FileError::XmlEntities);
        }
        from += at + 2;
    }
    scan::find(block, PACKED_FILE).map(|_| FileError::Nested)
}

/// Checks that the list of types declares this kind of document and no macros.
fn check_types(archive: &mut ZipArchive<impl Read + Seek>, content_type: &str) -> Result<(), FileError> {
    let types = archive.by_name(TYPES).map_err(|_| FileError::Mismatch)?;
    let mut text = String::new();
    types.take(MAX_TYPES).read_to_string(&mut text).map_err(|_| DAMAGED)?;
    let lower = text.to_lowercase();
    if lower.contains("macroenabled") || lower.contains("vbaproject") {
        return Err(FileError::Macros);
    }
    if !text.contains(content_type) {
        return Err(FileError::Mismatch);
    }
    Ok(())
}

/// Maps errors of the zip reader: only a failure of our own disk is not the file's fault.
fn broken(error: ZipError) -> FileError {
    match error {
        ZipError::Io(e) if e.raw_os_error().is_some() => FileError::Store(e.to_string()),
        _ => DAMAGED,
    }
}
