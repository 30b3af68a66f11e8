//! ZIP archives of backups and dossiers, written and read as streams, so an entry may be larger than memory.
//!
//! [`ArchiveWriter`] writes a backup to a file under a temporary name, readable by its owner only, and renames the file
//! once it is complete and on disk; [`StreamedArchive`] writes to any writer, such as the answer to a browser. Names of
//! entries are never used as paths.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::adapters::hex::hex;

/// Bytes buffered between the archive and the disk.
const BUFFER: usize = 256 * 1024;

/// A failure to write or read an archive.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error("{0} exists already: choose another name")]
    Exists(PathBuf),
    #[error("{0} cannot be written: {1}")]
    Unwritable(PathBuf, #[source] io::Error),
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("{0} is not a complete archive ({1}): it was cut off, or it is another kind of file")]
    Incomplete(PathBuf, String),
    #[error("the archive has no entry {0}")]
    Missing(String),
    #[error("the entry {0} is damaged ({1})")]
    Damaged(String, String),
}

/// An archive that is being written. Dropping it before [`ArchiveWriter::finish`] deletes the file.
pub struct ArchiveWriter {
    zip: Option<ZipWriter<BufWriter<File>>>,
    temporary: PathBuf,
    target: PathBuf,
}

impl ArchiveWriter {
    /// Creates an archive that will be called `target`.
    ///
    /// # Errors
    /// `Exists` if there is such a file; `Unwritable` for a folder that does not exist or may not be written.
    pub fn create(target: &Path) -> Result<Self, ArchiveError> {
        if fs::symlink_metadata(target).is_ok() {
            return Err(ArchiveError::Exists(target.to_owned()));
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let temporary = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&temporary).map_err(|error| ArchiveError::Unwritable(temporary.clone(), error))?;
        let zip = ZipWriter::new(BufWriter::with_capacity(BUFFER, file));
        Ok(Self { zip: Some(zip), temporary, target: target.to_owned() })
    }

    /// Begins an entry, to which all further writes go. `packed` compresses the entry.
    ///
    /// # Errors
    /// `Unwritable`, such as for a full disk.
    pub fn begin(&mut self, name: &str, packed: bool) -> Result<(), ArchiveError> {
        let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        let begun = self.zip()?.start_file(name, options);
        begun.map_err(|error| self.unwritable(error.into()))
    }

    /// Appends bytes to the entry.
    ///
    /// # Errors
    /// `Unwritable`, such as for a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let written = self.zip()?.write_all(bytes);
        written.map_err(|error| self.unwritable(error))
    }

    /// Completes the archive, waits until it is on disk, and renames it to its final name. Returns its size in bytes.
    ///
    /// # Errors
    /// `Unwritable`; the unfinished file is deleted.
    pub fn finish(mut self) -> Result<u64, ArchiveError> {
        let zip = self.zip.take().ok_or_else(|| self.unwritable(ended()))?;
        let bytes = self.complete(zip).map_err(|error| self.unwritable(error))?;
        Ok(bytes)
    }

    fn complete(&self, zip: ZipWriter<BufWriter<File>>) -> io::Result<u64> {
        let file = zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        fs::rename(&self.temporary, &self.target)?;
        let folder = self.target.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(bytes)
    }

    fn zip(&mut self) -> Result<&mut ZipWriter<BufWriter<File>>, ArchiveError> {
        let path = &self.temporary;
        self.zip.as_mut().ok_or_else(|| ArchiveError::Unwritable(path.clone(), ended()))
    }

    fn unwritable(&self, error: io::Error) -> ArchiveError {
        ArchiveError::Unwritable(self.target.clone(), error)
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        if let Some(zip) = self.zip.take() {
            drop(zip);
        }
        // After `finish` there is no such file any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn ended() -> io::Error {
    io::Error::other("the archive is complete already")
}

/// An archive that is written as a stream, such as to a browser. The archive is complete once
/// [`StreamedArchive::finish`] returns.
pub struct StreamedArchive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> StreamedArchive<W> {
    /// Creates an archive in `out`.
    pub fn new(out: W) -> Self {
        Self { zip: ZipWriter::new_stream(out), hash: Sha256::new(), bytes: 0 }
    }

    /// Begins an entry, to which all further writes go. `packed` compresses the entry.
    ///
    /// # Errors
    /// Errors of `out`; a name that the archive has already.
    pub fn begin(&mut self, name: &str, packed: bool) -> io::Result<()> {
        let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o644);
        Ok(self.zip.start_file(name, options)?)
    }

    /// Appends bytes to the entry.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.zip.write_all(bytes)
    }

    /// Ends the entry and returns its size in bytes and its SHA-256 in hexadecimal.
    pub fn end(&mut self) -> (u64, String) {
        (std::mem::take(&mut self.bytes), hex(&self.hash.finalize_reset()))
    }

    /// Writes a whole entry and returns its size in bytes and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// As [`StreamedArchive::begin`].
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<(u64, String)> {
        self.begin(name, true)?;
        self.write(bytes)?;
        Ok(self.end())
    }

    /// Completes the archive and returns `out`.
    ///
    /// # Errors
    /// Errors of `out`.
    pub fn finish(self) -> io::Result<W> {
        Ok(self.zip.finish()?.into_inner())
    }
}

/// An archive opened for reading.
pub struct ArchiveReader {
    zip: ZipArchive<BufReader<File>>,
}

impl ArchiveReader {
    /// Opens an archive and reads its list of entries.
    ///
    /// # Errors
    /// `Unreadable`; `Incomplete` for a file that was cut off or is not an archive.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::open(path).map_err(|error| ArchiveError::Unreadable(path.to_owned(), error))?;
        let zip = ZipArchive::new(BufReader::with_capacity(BUFFER, file)).map_err(|error| match error {
            ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                ArchiveError::Unreadable(path.to_owned(), error)
            }
            error => ArchiveError::Incomplete(path.to_owned(), error.to_string()),
        })?;
        Ok(Self { zip })
    }

    /// Returns the names of all entries.
    ///
    /// # Errors
    /// `Damaged` for a name that is not valid text.
    pub fn names(&self) -> Result<Vec<String>, ArchiveError> {
        let name = |name: Result<std::borrow::Cow<'_, str>, ZipError>| match name {
            Ok(name) => Ok(name.into_owned()),
            Err(error) => Err(ArchiveError::Damaged("(name)".to_owned(), error.to_string())),
        };
        self.zip.file_names().map(name).collect()
    }

    /// Opens an entry of at most `limit` bytes.
    ///
    /// # Errors
    /// `Missing`; `Damaged` if the entry cannot be unpacked.
    pub fn entry(&mut self, name: &str, limit: u64) -> Result<Entry<'_>, ArchiveError> {
        let file = self.zip.by_name(name).map_err(|error| match error {
            ZipError::FileNotFound => ArchiveError::Missing(name.to_owned()),
            error => ArchiveError::Damaged(name.to_owned(), error.to_string()),
        })?;
        Ok(Entry { file, name: name.to_owned(), left: limit, block: vec![0; BUFFER] })
    }
}

/// An entry that is being read.
pub struct Entry<'a> {
    file: ZipFile<'a, BufReader<File>>,
    name: String,
    left: u64,
    block: Vec<u8>,
}

impl Entry<'_> {
    /// Returns the next bytes; `None` at the end.
    ///
    /// # Errors
    /// `Damaged` if the entry cannot be unpacked, fails its checksum or is longer than its limit.
    pub fn next_block(&mut self) -> Result<Option<&[u8]>, ArchiveError> {
        let damaged = |why: String| ArchiveError::Damaged(self.name.clone(), why);
        let count = self.file.read(&mut self.block).map_err(|error| damaged(error.to_string()))?;
        if count == 0 {
            return Ok(None);
        }
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| damaged("longer than it may be".to_owned()))?;
        Ok(self.block.get(..count))
    }

    /// Returns the whole entry.
    ///
    /// # Errors
    /// As [`Entry::next_block`].
    pub fn into_bytes(mut self) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        while let Some(block) = self.next_block()? {
            bytes.extend_from_slice(block);
        }
        Ok(bytes)
    }
}
