//! Search for byte strings in a stream, block by block with an overlap, so that no match across two blocks is missed.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;

/// Block size in bytes.
pub(super) const BLOCK: usize = 64 * 1024;

/// Fills the buffer from the stream; returns the number of bytes read, which is less than its length only at the end of
/// the stream.
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

/// Reads the last `most` bytes of the body, or all of it.
pub(super) fn tail(body: &mut (impl Read + Seek), length: u64, most: u64) -> io::Result<Vec<u8>> {
    let most = most.min(length);
    body.seek(SeekFrom::Start(length - most))?;
    let mut bytes = Vec::new();
    body.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Maximum distance in bytes of a zip's end record from the end of the file: 22 for itself, plus the longest comment.
pub(super) const ZIP_END_REACH: u64 = 22 + 65_535;

/// Returns whether an archive program would open the file as a zip: such programs look for the end record first.
pub(super) fn ends_as_zip(body: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    let end = tail(body, length, ZIP_END_REACH)?;
    Ok(memmem::find(&end, b"PK\x05\x06").is_some())
}

/// Calls `look` with each block of the stream and its offset from the current position. A block starts with the last
/// `overlap` bytes of the block before. Stops when `look` returns false.
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
