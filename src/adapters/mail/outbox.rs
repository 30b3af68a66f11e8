//! The outbox: emails as files, for trials without a mail server. A file is either complete or absent, and an email
//! sent twice is one file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::adapters::mail::email::Email;
use crate::adapters::mail::{MailError, one_line};

/// A folder of `*.eml` files.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// Creates an outbox in a folder, which the first email creates.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Writes an email to its file and returns the file's name.
    pub(super) fn send(&self, email: &Email) -> Result<String, MailError> {
        let bytes = email.message()?.formatted();
        let name = format!("{}.eml", email.id()?);
        self.write(&name, &bytes).map_err(|e| MailError::Temporary(one_line(&e.to_string(), 300)))?;
        Ok(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let beside = self.folder.join(format!("{name}.{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Emails contain links that sign in.
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, self.folder.join(name))?;
        File::open(&self.folder)?.sync_all()
    }
}
