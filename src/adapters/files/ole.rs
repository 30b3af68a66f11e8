//! Checks of compound files (MS-CFB) of older Office versions: identifies the document by the streams in its directory
//! and rejects macros and embedded programs. Reads the header, the allocation table and the directory, no content.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of directory sectors, four entries each.
const MAX_DIRECTORY_SECTORS: usize = 8_192;
/// Sector numbers from here on are markers: end of chain, free.
const LAST_SECTOR: u32 = 0xffff_fffa;

const MACROS: &[&str] = &["VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"];
const PACKAGES: &[&str] = &["\u{1}Ole10Native", "Package"];
const ENCRYPTED: &str = "EncryptedPackage";

/// Record declaring macros in a presentation (MS-PPT 2.4.10, VBAInfoContainer with its atom).
const PPT_MACROS: &[u8] = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00";

/// Checks that one of `streams` exists and that nothing executable does.
pub(super) fn check(body: &mut (impl Read + Seek), length: u64, streams: &[&str]) -> Result<(), FileError> {
    let names = directory(body, length)?;
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    if has(&[ENCRYPTED]) {
        return Err(FileError::Encrypted);
    }
    if !has(streams) {
        return Err(FileError::Mismatch);
    }
    if has(MACROS) || has_ppt_macros(body)? {
        return Err(FileError::Macros);
    }
    if has(PACKAGES) {
        return Err(FileError::Nested);
    }
    if scan::ends_as_zip(body, length)? {
        return Err(FileError::Hidden);
    }
    Ok(())
}

/// Detects a password-protected OOXML document.
pub(super) fn is_encrypted_package(body: &mut (impl Read + Seek), length: u64) -> Result<bool, FileError> {
    Ok(directory(body, length)?.iter().any(|name| name == ENCRYPTED))
}

/// Detects macros in a presentation: the record is followed by a reference and a non-zero flag.
fn has_ppt_macros(body: &mut (impl Read + Seek)) -> Result<bool, FileError> {
    body.rewind()?;
    let mut found = false;
    scan::each_block(body, PPT_MACROS.len() + 8, |_, block| {
        found = scan::find(block, PPT_MACROS)
            .and_then(|at| block.get(at + PPT_MACROS.len() + 4..at + PPT_MACROS.len() + 8))
            .is_some_and(|flag| flag != [0; 4]);
        !found
    })?;
    Ok(found)
}

/// Reads the names of all storages and streams.
fn directory(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<String>, FileError> {
    let file = Compound::open(body, length)?;
    let mut names = Vec::new();
    let mut sector = file.directory;
    for _ in 0..MAX_DIRECTORY_SECTORS {
        if sector >= LAST_SECTOR {
            return Ok(names);
        }
        let bytes = file.sector(body, sector)?;
        names.extend(bytes.chunks_exact(128).filter_map(entry_name));
        sector = file.next(body, sector)?;
    }
    Err(FileError::Damaged("the directory of the document has no end"))
}

fn entry_name(entry: &[u8]) -> Option<String> {
    let kind = *entry.get(66)?;
    let length = usize::from(u16_at(entry, 64)?);
    if kind == 0 || !(2..=64).contains(&length) {
        return None;
    }
    let units: Vec<u16> = entry.get(..length - 2)?.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)).collect();
    Some(String::from_utf16_lossy(&units))
}

struct Compound {
    length: u64,
    shift: u32,
    directory: u32,
    /// Sectors of the allocation table.
    table: Vec<u32>,
}

impl Compound {
    fn open(body: &mut (impl Read + Seek), length: u64) -> Result<Self, FileError> {
        const BROKEN: FileError = FileError::Damaged("the header of the document is broken");
        let mut header = [0; 512];
        body.rewind()?;
        body.read_exact(&mut header)?;
        let shift = u32::from(u16_at(&header, 30).ok_or(BROKEN)?);
        if u16_at(&header, 28) != Some(0xfffe) || !matches!(shift, 9 | 12) {
            return Err(BROKEN);
        }
        let number = |at| u32_at(&header, at).ok_or(BROKEN);
        let mut file = Self {
            length,
            shift,
            directory: number(48)?,
            table: header.get(76..).unwrap_or_default().chunks_exact(4).filter_map(|n| u32_at(n, 0)).collect(),
        };
        let parts = number(44)? as usize;
        // A table cannot be larger than the file.
        if parts as u64 > length >> shift {
            return Err(BROKEN);
        }
        let mut more = number(68)?;
        while file.table.len() < parts {
            let bytes = file.sector(body, more)?;
            let mut numbers: Vec<u32> = bytes.chunks_exact(4).filter_map(|n| u32_at(n, 0)).collect();
            more = numbers.pop().ok_or(BROKEN)?;
            file.table.append(&mut numbers);
        }
        file.table.truncate(parts);
        Ok(file)
    }

    fn place(&self, sector: u32) -> Result<u64, FileError> {
        let at = (u64::from(sector) + 1) << self.shift;
        if at >= self.length {
            return Err(FileError::Damaged("the document points beyond its end"));
        }
        Ok(at)
    }

    fn sector(&self, body: &mut (impl Read + Seek), sector: u32) -> Result<Vec<u8>, FileError> {
        body.seek(SeekFrom::Start(self.place(sector)?))?;
        let mut bytes = vec![0; 1 << self.shift];
        // The last sector may be cut short.
        scan::fill(body, &mut bytes)?;
        Ok(bytes)
    }

    /// Returns the next sector of the chain.
    fn next(&self, body: &mut (impl Read + Seek), sector: u32) -> Result<u32, FileError> {
        const BROKEN: FileError = FileError::Damaged("the document's table of sectors is broken");
        let a_part = 1usize << (self.shift - 2);
        let (part, entry) = (sector as usize / a_part, sector as usize % a_part);
        let part = *self.table.get(part).ok_or(BROKEN)?;
        let bytes = self.sector(body, part)?;
        u32_at(&bytes, entry * 4).ok_or(BROKEN)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
