//! Compound files (MS-CFB), the container of older Office documents: the directory of storages and streams, and the
//! places of their bytes. Every chain is limited, so that a damaged file cannot be read forever.

use std::io::{Read, Seek, SeekFrom};

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan;

/// Maximum number of directory sectors, four entries each.
const MAX_DIRECTORY_SECTORS: usize = 8_192;
/// Maximum number of sectors of a stream whose places are looked up.
const MAX_CHAIN: usize = 65_536;
/// Sector numbers from here on are markers: end of chain, free.
const LAST_SECTOR: u32 = 0xffff_fffa;
/// Minimum size of a stream with sectors of its own, in bytes.
const MIN_STREAM: u32 = 4096;
/// Size of the sectors that smaller streams share, in bytes.
const SMALL_SECTOR: u64 = 64;

const BROKEN_TABLE: FileError = FileError::Damaged("the document's table of sectors is broken");

/// A place in the file: offset and length in bytes.
pub(super) type Extent = (u64, u64);

/// A storage or stream of the directory.
pub(super) struct Entry {
    pub name: String,
    /// First sector, or first small sector for a stream without sectors of its own.
    pub start: u32,
    /// Size in bytes.
    pub size: u32,
}

impl Entry {
    /// Returns whether a stream has sectors of its own; smaller streams share the sectors of the root.
    pub(super) fn has_sectors(&self) -> bool {
        self.size >= MIN_STREAM
    }
}

/// Reads the entries of all storages and streams.
pub(super) fn directory(body: &mut (impl Read + Seek), length: u64) -> Result<Vec<Entry>, FileError> {
    let file = Compound::open(body, length)?;
    let mut entries = Vec::new();
    let mut sector = file.directory;
    for _ in 0..MAX_DIRECTORY_SECTORS {
        if sector >= LAST_SECTOR {
            return Ok(entries);
        }
        let bytes = file.sector(body, sector)?;
        entries.extend(bytes.chunks_exact(128).filter_map(read_entry));
        sector = file.next(body, sector)?;
    }
    Err(FileError::Damaged("the directory of the document has no end"))
}

fn read_entry(entry: &[u8]) -> Option<Entry> {
    let kind = *entry.get(66)?;
    let length = usize::from(u16_at(entry, 64)?);
    if kind == 0 || !(2..=64).contains(&length) {
        return None;
    }
    let units: Vec<u16> = entry.get(..length - 2)?.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)).collect();
    Some(Entry { name: String::from_utf16_lossy(&units), start: u32_at(entry, 116)?, size: u32_at(entry, 120)? })
}

/// The sectors of a compound file.
pub(super) struct Compound {
    length: u64,
    shift: u32,
    directory: u32,
    /// First sector of the table of small sectors.
    small_table: u32,
    /// Sectors of the allocation table.
    table: Vec<u32>,
}

impl Compound {
    /// Reads the header and the places of the allocation table.
    ///
    /// # Errors
    /// `Damaged`.
    pub(super) fn open(body: &mut (impl Read + Seek), length: u64) -> Result<Self, FileError> {
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
            small_table: number(60)?,
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

    /// Reads a sector; the last one may be cut short.
    ///
    /// # Errors
    /// `Damaged` for a sector beyond the end of the file.
    pub(super) fn sector(&self, body: &mut (impl Read + Seek), sector: u32) -> Result<Vec<u8>, FileError> {
        body.seek(SeekFrom::Start(self.place(sector)?))?;
        let mut bytes = vec![0; 1 << self.shift];
        // The last sector may be cut short.
        scan::fill(body, &mut bytes)?;
        Ok(bytes)
    }

    /// Returns the extents of a stream in the file, in stream order.
    ///
    /// # Errors
    /// `Damaged` for a broken or overlong chain of sectors.
    pub(super) fn extents(
        &self,
        body: &mut (impl Read + Seek),
        root: &Entry,
        stream: &Entry,
    ) -> Result<Vec<Extent>, FileError> {
        if stream.has_sectors() {
            return self.chain(body, stream.start, stream.size);
        }
        let shared = self.chain(body, root.start, root.size)?;
        let table = self.chain(body, self.small_table, u32::MAX)?;
        let mut found = Vec::new();
        let (mut small, mut left) = (stream.start, u64::from(stream.size));
        while left > 0 {
            let size = left.min(SMALL_SECTOR);
            let at = place_in(&shared, u64::from(small) * SMALL_SECTOR).ok_or(BROKEN_TABLE)?;
            found.push((at, size));
            left -= size;
            let entry = place_in(&table, u64::from(small) * 4).ok_or(BROKEN_TABLE)?;
            let mut next = [0; 4];
            body.seek(SeekFrom::Start(entry))?;
            body.read_exact(&mut next)?;
            small = u32::from_le_bytes(next);
        }
        Ok(found)
    }

    /// Returns the offsets of the sectors of a chain, limited to `size` bytes.
    fn chain(&self, body: &mut (impl Read + Seek), start: u32, size: u32) -> Result<Vec<Extent>, FileError> {
        let (mut sector, mut left) = (start, u64::from(size));
        let mut found = Vec::new();
        while left > 0 && sector < LAST_SECTOR {
            if found.len() > MAX_CHAIN {
                return Err(BROKEN_TABLE);
            }
            let bytes = left.min(1 << self.shift);
            found.push((self.place(sector)?, bytes));
            left -= bytes;
            sector = self.next(body, sector)?;
        }
        Ok(found)
    }

    /// Returns the next sector of the chain.
    fn next(&self, body: &mut (impl Read + Seek), sector: u32) -> Result<u32, FileError> {
        let a_part = 1usize << (self.shift - 2);
        let (part, entry) = (sector as usize / a_part, sector as usize % a_part);
        let part = *self.table.get(part).ok_or(BROKEN_TABLE)?;
        let bytes = self.sector(body, part)?;
        u32_at(&bytes, entry * 4).ok_or(BROKEN_TABLE)
    }
}

/// Returns the place in the file of a byte of a stream.
fn place_in(extents: &[Extent], at: u64) -> Option<u64> {
    let mut before = 0;
    for (start, size) in extents {
        if at < before + size {
            return Some(start + at - before);
        }
        before += size;
    }
    None
}

/// Reads a number of two bytes.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

/// Reads a number of four bytes.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
