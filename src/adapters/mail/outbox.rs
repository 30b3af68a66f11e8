//! Letters as files: what a trial without a mail server does with them. A file is whole or not there, and a letter that
//! is sent twice is one file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::adapters::mail::letter::Letter;
use crate::adapters::mail::{MailError, one_line};

/// A folder of `*.eml` files.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn send(&self, letter: &Letter) -> Result<String, MailError> {
        let bytes = letter.message()?.formatted();
        let name = format!("{}.eml", letter.id()?);
        self.write(&name, &bytes).map_err(|e| MailError::Temporary(one_line(&e.to_string(), 300)))?;
        Ok(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let beside = self.folder.join(format!("{name}.{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Letters have links that sign in.
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
