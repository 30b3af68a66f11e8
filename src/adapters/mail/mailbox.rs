//! A mailbox as a folder (Maildir), into which a mail server or a program that fetches mail delivers: each message is a
//! file in `new`, and is moved to `cur` once it was read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest part of a message that is read, in bytes: reports repeat at most the email.
pub const MAX_MESSAGE: u64 = 4 * 1024 * 1024;
/// Ending of the name of a message that was seen.
const SEEN: &str = ":2,S";

/// A mailbox.
#[derive(Debug, Clone)]
pub struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    /// Opens a mailbox.
    ///
    /// # Errors
    /// A folder that cannot be listed, or that is not a mailbox.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mailbox = Self { folder: folder.to_owned() };
        mailbox.unread(1)?;
        Ok(mailbox)
    }

    /// Returns up to `limit` messages that were not read, in the order of their names, which begin with the time.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn unread(&self, limit: usize) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.folder.join("new"))? {
            let entry = entry?;
            // A name with a leading full stop is not a message.
            if entry.file_type()?.is_file() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                found.push(entry.path());
            }
        }
        found.sort_unstable();
        found.truncate(limit);
        Ok(found)
    }

    /// Reads the beginning of a message; `None` if another process has moved it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(message: &Path) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(message) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_MESSAGE).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Moves a message that was read out of `new`.
    ///
    /// # Errors
    /// A message that cannot be moved.
    pub fn set_read(&self, message: &Path) -> io::Result<()> {
        let seen = self.folder.join("cur");
        fs::create_dir_all(&seen)?;
        let mut name = message.file_name().unwrap_or_default().to_owned();
        name.push(SEEN);
        match fs::rename(message, seen.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            moved => moved,
        }
    }
}
