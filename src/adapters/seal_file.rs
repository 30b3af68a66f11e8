//! The file to which daily seals are appended, on a disk that is not the database's.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Appends a text and an empty line, unless the file contains the text already; waits until the text is on disk.
///
/// # Errors
/// A file that cannot be read or written.
pub fn append_once(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(known) if known.contains(text) => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{text}\n\n").as_bytes())?;
    file.sync_all()
}
