//! Looking for byte strings in a stream, block by block, so that none is missed across two blocks and little is held.

use std::io::{self, Read, Seek, SeekFrom};

/// Bytes read at a time.
pub(super) const BLOCK: usize = 64 * 1024;

/// Fills the buffer as far as the stream goes and says how far.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Where the bytes are found first.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle.first()?;
    let mut from = 0;
    loop {
        let rest = haystack.get(from..)?;
        let at = from + rest.iter().position(|byte| byte == first)?;
        if haystack.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The last `most` bytes of the body, or all of it.
pub(super) fn tail(body: &mut (impl Read + Seek), length: u64, most: u64) -> io::Result<Vec<u8>> {
    let most = most.min(length);
    body.seek(SeekFrom::Start(length - most))?;
    let mut bytes = Vec::new();
    body.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The end of a zip can stand this far before the end of the file: its own 22 bytes and the longest comment.
pub(super) const ZIP_END_REACH: u64 = 22 + 65_535;

/// Whether a program that reads archives would take the file for one (they look for the end first).
pub(super) fn ends_as_zip(body: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    let end = tail(body, length, ZIP_END_REACH)?;
    Ok(find(&end, b"PK\x05\x06").is_some())
}

/// Calls `look` with each block of the stream and where it begins, counted from where the stream stood. A block has
/// the last `overlap` bytes of the one before in front. `look` says whether to go on.
pub(super) fn each_block(
    reader: &mut impl Read,
    overlap: usize,
    mut look: impl FnMut(u64, &[u8]) -> bool,
) -> io::Result<()> {
    let mut buffer = vec![0; overlap + BLOCK];
    let mut kept = 0;
    let mut start = 0;
    loop {
        let read = fill(reader, buffer.get_mut(kept..).unwrap_or_default())?;
        let end = kept + read;
        if read == 0 || !look(start, buffer.get(..end).unwrap_or_default()) {
            return Ok(());
        }
        kept = overlap.min(end);
        buffer.copy_within(end - kept..end, 0);
        start += (end - kept) as u64;
    }
}
