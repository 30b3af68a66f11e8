//! Checks of compound files (MS-CFB) of older Office versions and of WPS Office: identifies the document by the streams
//! in its directory, rejects macros, embedded programs and passwords, and flags objects, signatures and DDE. Reads only
//! the first sector of each stream.

use std::io::{Read, Seek};

use memchr::memmem;

use crate::adapters::files::compound::{Compound, Entry, directory, u16_at};
use crate::adapters::files::contents::Content;
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::scan;

const MACROS: &[&str] = &["VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"];
const PACKAGES: &[&str] = &["\u{1}Ole10Native", "Package"];
const ENCRYPTED: &str = "EncryptedPackage";
/// Streams that only a presentation with a password has.
const LOCKED_PPT: &str = "EncryptedSummary";
const SIGNATURES: &[&str] = &["_signatures", "_xmlsignatures"];
/// Names and codes that are searched in a compound file whose directory cannot be read.
const NAMES: &[&str] = &["_VBA_PROJECT", "Ole10Native", ENCRYPTED];

/// Record declaring macros in a presentation (MS-PPT 2.4.10, VBAInfoContainer with its atom).
const PPT_MACROS: &[u8] = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00";

/// Checks that one of `streams` exists and that no executable stream does.
pub(super) fn check(body: &mut (impl Read + Seek), length: u64, streams: &[&str]) -> Result<Vec<FileFlag>, FileError> {
    let entries = directory(body, length)?;
    let has = |wanted: &[&str]| entries.iter().any(|entry| wanted.contains(&entry.name.as_str()));
    if !has(streams) && !has(&[ENCRYPTED]) {
        return Err(FileError::Mismatch { found: content_of(&entries), ending: String::new() });
    }
    check_entries(body, length, &entries)
}

/// Checks a document of WPS Office. WPS may write directories of its own, so a document with an unreadable directory is
/// searched as text.
pub(super) fn check_wps(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<FileFlag>, FileError> {
    match directory(body, length) {
        Ok(entries) => check_entries(body, length, &entries),
        Err(FileError::Damaged(_)) => {
            for name in NAMES {
                if contains_wide(body, name)? {
                    let part = (*name).to_owned();
                    return Err(match *name {
                        ENCRYPTED => FileError::Encrypted,
                        "_VBA_PROJECT" => FileError::Macros { part },
                        _ => FileError::Nested { part },
                    });
                }
            }
            if scan::ends_as_zip(body, length)? { Err(FileError::Hidden) } else { Ok(Vec::new()) }
        }
        Err(other) => Err(other),
    }
}

/// Recognises the document in a compound file.
pub(super) fn content(body: &mut (impl Read + Seek), length: u64) -> Content {
    directory(body, length).map_or(Content::Ole, |entries| content_of(&entries))
}

fn content_of(entries: &[Entry]) -> Content {
    let has = |wanted: &str| entries.iter().any(|entry| entry.name == wanted);
    if has(ENCRYPTED) {
        Content::LockedOffice
    } else if has("WordDocument") {
        Content::Doc
    } else if has("Workbook") || has("Book") {
        Content::Xls
    } else if has("PowerPoint Document") {
        Content::Ppt
    } else {
        Content::Ole
    }
}

fn check_entries(body: &mut (impl Read + Seek), length: u64, entries: &[Entry]) -> Result<Vec<FileFlag>, FileError> {
    let find = |wanted: &[&str]| entries.iter().find(|entry| wanted.contains(&entry.name.as_str()));
    let part = |entry: &Entry| entry.name.clone();
    if find(&[ENCRYPTED, LOCKED_PPT]).is_some() || needs_password(body, length, entries)? {
        return Err(FileError::Encrypted);
    }
    if let Some(macros) = find(MACROS) {
        return Err(FileError::Macros { part: part(macros) });
    }
    if has_ppt_macros(body)? {
        return Err(FileError::Macros { part: "PowerPoint Document".to_owned() });
    }
    if let Some(package) = find(PACKAGES) {
        return Err(FileError::Nested { part: part(package) });
    }
    if scan::ends_as_zip(body, length)? {
        return Err(FileError::Hidden);
    }
    let mut flags = Vec::new();
    if find(SIGNATURES).is_some() {
        flags.push(FileFlag::Signed);
    }
    if entries.iter().any(is_object) {
        flags.push(FileFlag::OleObject);
    }
    if contains_wide(body, "DDEAUTO")? || contains(body, b"DDEAUTO")? || has_dde(body)? {
        flags.push(FileFlag::Dde);
    }
    Ok(flags)
}

/// Returns whether a storage is that of an embedded object: `_1234567890` in Word, `MBD0001A2B3` in Excel.
fn is_object(entry: &Entry) -> bool {
    let digits = |text: &str| text.len() >= 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    entry.name.strip_prefix('_').or_else(|| entry.name.strip_prefix("MBD")).is_some_and(digits)
}

/// Returns whether a password is needed to open the file: the flag of a Word document (MS-DOC 2.5.2, fEncrypted), or
/// the record after the first of a workbook (MS-XLS 2.4.117, FilePass).
fn needs_password(body: &mut (impl Read + Seek), length: u64, entries: &[Entry]) -> Result<bool, FileError> {
    const FILE_PASS: u16 = 0x2f;
    let mut first_sector = |names: &[&str]| -> Result<Vec<u8>, FileError> {
        let stream = entries.iter().find(|entry| names.contains(&entry.name.as_str()) && entry.has_sectors());
        match stream {
            Some(stream) => Compound::open(body, length)?.sector(body, stream.start),
            None => Ok(Vec::new()),
        }
    };
    let word = first_sector(&["WordDocument"])?;
    if u16_at(&word, 0) == Some(0xa5ec) && u16_at(&word, 10).is_some_and(|bits| bits & 0x0100 != 0) {
        return Ok(true);
    }
    let workbook = first_sector(&["Workbook", "Book"])?;
    let mut at = 0;
    while let (Some(record), Some(size)) = (u16_at(&workbook, at), u16_at(&workbook, at + 2)) {
        if record == FILE_PASS {
            return Ok(true);
        }
        at += 4 + usize::from(size);
    }
    Ok(false)
}

/// Searches a body for a text in UTF-16.
fn contains_wide(body: &mut (impl Read + Seek), text: &str) -> Result<bool, FileError> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    contains(body, &wide)
}

fn contains(body: &mut (impl Read + Seek), needle: &[u8]) -> Result<bool, FileError> {
    body.rewind()?;
    let mut found = false;
    scan::each_block(body, needle.len(), |_, block| {
        found = memmem::find(block, needle).is_some();
        !found
    })?;
    Ok(found)
}

/// Maximum distance between the start of a field and its name, and maximum size of a link's record, in bytes.
const DDE_BYTES: usize = 600;
/// Character at which a field begins, and the lower byte of a link's record number (0x01ae).
const FIELD_BEGIN: u8 = 0x13;
const SUP_BOOK_LOW: u8 = 0xae;

/// Returns whether a block has a Word field that is a DDE link, or an Excel link to another program.
fn has_dde(body: &mut (impl Read + Seek)) -> Result<bool, FileError> {
    body.rewind()?;
    let mut found = false;
    scan::each_block(body, DDE_BYTES, |_, block| {
        let mut starts = block.iter().enumerate().filter(|(_, byte)| matches!(**byte, FIELD_BEGIN | SUP_BOOK_LOW));
        found = starts.any(|(at, _)| is_dde_field(block, at) || is_dde_link(block, at));
        !found
    })?;
    Ok(found)
}

/// Returns whether a Word field (MS-DOC 2.8.25) begins at `at` with the code `DDE` or `DDEAUTO`, in one or two bytes a
/// letter.
fn is_dde_field(block: &[u8], at: usize) -> bool {
    if block.get(at) != Some(&FIELD_BEGIN) {
        return false;
    }
    let step = if block.get(at + 1) == Some(&0) { 2 } else { 1 };
    let rest = block.get(at..).unwrap_or_default();
    let codes = rest.iter().take(DDE_BYTES).step_by(step).skip(1);
    let code: Vec<u8> = codes.skip_while(|byte| **byte == b' ').take(8).map(u8::to_ascii_uppercase).collect();
    code.strip_prefix(b"DDE").is_some_and(|after| after.starts_with(b"AUTO") || after.first() == Some(&b' '))
}

/// Returns whether an Excel record at `at` links to another program (MS-XLS 2.4.271, SupBook): its path separates the
/// program and the topic by the character 3.
fn is_dde_link(block: &[u8], at: usize) -> bool {
    const SEPARATOR: u8 = 3;
    if u16_at(block, at) != Some(u16::from_le_bytes([SUP_BOOK_LOW, 1])) {
        return false;
    }
    let (Some(size), Some(units)) = (u16_at(block, at + 2), u16_at(block, at + 6)) else { return false };
    let step = if block.get(at + 8).is_some_and(|flags| flags & 1 != 0) { 2 } else { 1 };
    let (units, size) = (usize::from(units), usize::from(size));
    let path = block.get(at + 9..at + 9 + units * step).unwrap_or_default();
    let is_path = |byte: &u8| *byte >= b' ' || *byte == SEPARATOR || (step == 2 && *byte == 0);
    let is_whole = (1..=255).contains(&units) && size >= 5 + units * step && path.len() == units * step;
    let marks = path.iter().step_by(step).filter(|byte| **byte == SEPARATOR).count();
    is_whole && marks == 1 && path.first() != Some(&SEPARATOR) && path.iter().all(is_path)
}

/// Detects macros in a presentation: the record is followed by a reference and a non-zero flag.
fn has_ppt_macros(body: &mut (impl Read + Seek)) -> Result<bool, FileError> {
    body.rewind()?;
    let mut found = false;
    scan::each_block(body, PPT_MACROS.len() + 8, |_, block| {
        found = memmem::find(block, PPT_MACROS)
            .and_then(|at| block.get(at + PPT_MACROS.len() + 4..at + PPT_MACROS.len() + 8))
            .is_some_and(|flag| flag != [0; 4]);
        !found
    })?;
    Ok(found)
}
