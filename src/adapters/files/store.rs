//! File store: a folder, or S3 in builds with that feature. Uploads are staged on the local disk and inspected there.
//! Keys are random; stored files never change, and every read checks the digest (ASVS 5.3.2).

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures_util::stream::{BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use crate::adapters::files::antivirus::Scanner;
use crate::adapters::files::clean::write_clean_copy;
use crate::adapters::files::error::FileError;
use crate::adapters::files::inspect::{Inspected, inspect};
use crate::adapters::files::kinds::FileKind;
use crate::adapters::hex::hex;

/// Algorithm of the digests, stored with each digest.
pub const HASH_ALGORITHM: &str = "SHA-256";
/// Size in bytes of the write buffer and of a part sent to the store (at least the minimum of S3).
const HELD_BYTES: usize = 256 * 1024;
const PART_BYTES: usize = 5 * 1024 * 1024;
/// Content written by [`FileStore::probe`].
const PROBE: &[u8] = b"luyue";

/// Key of a file in the store: 32 random hexadecimal characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// Creates a key from 16 random bytes.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(hex(&random))
    }

    /// Parses a key from the database; `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(text.to_owned()))
    }

    /// Returns the key as text, as stored in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Places files in folders by their first two characters, so that no folder grows too large.
    fn path(&self) -> StorePath {
        let folder: String = self.0.chars().take(2).collect();
        StorePath::from_iter([folder.as_str(), self.0.as_str()])
    }
}

/// A stored file, as its database row describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub key: FileKey,
    pub bytes: u64,
    /// Digest in lower-case hexadecimal.
    pub sha256: String,
    /// Always [`HASH_ALGORITHM`] for now.
    pub hash_algorithm: &'static str,
}

/// A stored file whose digest was verified, for streaming.
pub struct Opened {
    pub bytes: u64,
    pub stream: BoxStream<'static, Result<Bytes, FileError>>,
}

/// The file store and the folder of staged copies.
#[derive(Debug, Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    staging: PathBuf,
    scanner: Option<Scanner>,
}

impl FileStore {
    /// Connects to the store at a URL: `file:///folder`, or `s3://bucket` in builds with the feature `s3` (credentials
    /// from the AWS_… variables). Creates the folders.
    ///
    /// # Errors
    /// An unsupported URL, or folders that cannot be created.
    pub fn connect(url: &str, staging: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(staging).map_err(store_error)?;
        let store: Arc<dyn ObjectStore> = match url.split_once("://") {
            Some(("file", path)) => {
                let path = percent_decode_str(path).decode_utf8().map_err(store_error)?;
                fs::create_dir_all(path.as_ref()).map_err(store_error)?;
                let local = LocalFileSystem::new_with_prefix(path.as_ref()).map_err(store_error)?;
                Arc::new(local.with_fsync(true))
            }
            #[cfg(feature = "s3")]
            Some(("s3", _)) => {
                Arc::new(object_store::aws::AmazonS3Builder::from_env().with_url(url).build().map_err(store_error)?)
            }
            _ => {
                return Err(store_error("unsupported URL of the file store"));
            }
        };
        Ok(Self { store, staging: staging.to_owned(), scanner: None })
    }

    /// Has every upload scanned for viruses when it is inspected.
    #[must_use]
    pub fn scanning(self, scanner: Option<Scanner>) -> Self {
        Self { scanner, ..self }
    }

    /// Begins an upload of at most `limit` bytes under a new key.
    ///
    /// # Errors
    /// The staged copy cannot be created, or the key is already in use.
    pub fn begin(&self, key: FileKey, limit: u64) -> Result<Staged, FileError> {
        let path = self.staging.join(key.as_str());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(&path).map_err(store_error)?;
        Ok(Staged {
            store: Arc::clone(&self.store),
            scanner: self.scanner.clone(),
            copy: Some(Copy { path: path.clone(), at: 0, hash: Sha256::new() }),
            _copy_goes: Removed(path),
            key,
            limit,
            held: BytesMut::new(),
            bytes: 0,
        })
    }

    /// Opens a file after verifying its digest; the file is therefore read twice.
    ///
    /// # Errors
    /// `Missing`; `Changed` if the digest differs, which means that the store is damaged.
    pub async fn open(&self, key: &FileKey, sha256: &str) -> Result<Opened, FileError> {
        let mut bytes = 0;
        let mut hash = Sha256::new();
        let mut first = self.stream(key).await?;
        while let Some(block) = first.next().await {
            let block = block?;
            bytes += block.len() as u64;
            hash.update(&block);
        }
        check_digest(hash, sha256)?;
        let stream = self.stream(key).await?;
        Ok(Opened { bytes, stream })
    }

    /// Reads a whole small file into memory and verifies its digest.
    ///
    /// # Errors
    /// As for [`FileStore::open`]; `TooLarge` beyond `limit` bytes.
    pub async fn read(&self, key: &FileKey, sha256: &str, limit: u64) -> Result<Bytes, FileError> {
        let found = self.store.get(&key.path()).await.map_err(from_store)?;
        if found.meta.size > limit {
            return Err(FileError::TooLarge { limit });
        }
        let bytes = found.bytes().await.map_err(from_store)?;
        check_digest(Sha256::new_with_prefix(&bytes), sha256)?;
        Ok(bytes)
    }

    /// Deletes a file; succeeds if the file does not exist.
    ///
    /// # Errors
    /// The store fails.
    pub async fn delete(&self, key: &FileKey) -> Result<(), FileError> {
        match self.store.delete(&key.path()).await.map_err(from_store) {
            Err(FileError::Missing) => Ok(()),
            other => other,
        }
    }

    /// Tests the store by writing, reading and deleting a few bytes under a new key. Returns the write time by the
    /// store's own clock, which dates its files.
    ///
    /// # Errors
    /// The store fails.
    pub async fn probe(&self, key: &FileKey) -> Result<DateTime<Utc>, FileError> {
        let path = key.path();
        self.store.put(&path, PROBE.into()).await.map_err(from_store)?;
        let found = self.store.get(&path).await.map_err(from_store)?;
        let written = found.meta.last_modified;
        let bytes = found.bytes().await.map_err(from_store)?;
        self.delete(key).await?;
        if bytes == PROBE { Ok(written) } else { Err(FileError::Changed) }
    }

    /// Streams the keys of files last written before an instant of the store's clock, skipping foreign files.
    pub fn list_written_before(&self, before: DateTime<Utc>) -> BoxStream<'static, Result<FileKey, FileError>> {
        self.store
            .list(None)
            .filter_map(move |found| async move {
                match found {
                    Ok(meta) if meta.last_modified < before => {
                        meta.location.filename().and_then(FileKey::parse).map(Ok)
                    }
                    Ok(_) => None,
                    Err(error) => Some(Err(from_store(error))),
                }
            })
            .boxed()
    }

    /// Deletes staged copies last written before an instant, which a killed process left behind; returns their number.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn sweep_staging(&self, before: SystemTime) -> Result<usize, FileError> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.staging).map_err(store_error)? {
            let entry = entry.map_err(store_error)?;
            let old = entry.metadata().and_then(|m| m.modified()).is_ok_and(|written| written < before);
            if old && fs::remove_file(entry.path()).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Streams a file without verifying its digest, for callers that compute it themselves.
    ///
    /// # Errors
    /// `Missing`; the store fails.
    pub async fn stream(&self, key: &FileKey) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        let found = self.store.get(&key.path()).await.map_err(from_store)?;
        Ok(found.into_stream().map(|block| block.map_err(from_store)).boxed())
    }
}

/// An upload in progress. Dropping it before [`Staged::finish`] deletes the staged copy. No file is open between calls:
/// a form may have a hundred copies, and each connection may be receiving a form.
pub struct Staged {
    store: Arc<dyn ObjectStore>,
    scanner: Option<Scanner>,
    copy: Option<Copy>,
    _copy_goes: Removed,
    key: FileKey,
    limit: u64,
    held: BytesMut,
    bytes: u64,
}

pub(super) struct Copy {
    path: PathBuf,
    /// Place from which the next block is read.
    at: u64,
    hash: Sha256,
}

impl Copy {
    pub(super) fn open(&self) -> Result<File, FileError> {
        OpenOptions::new().read(true).write(true).open(&self.path).map_err(store_error)
    }
}

/// Deletes the staged copy on drop.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // It may be gone already; leftovers are swept later.
        let _ = fs::remove_file(&self.0);
    }
}

impl Staged {
    /// Appends a chunk.
    ///
    /// # Errors
    /// `TooLarge` from the first byte beyond the limit: stop reading the request.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), FileError> {
        let bytes = self.bytes.saturating_add(chunk.len() as u64);
        if bytes > self.limit {
            return Err(FileError::TooLarge { limit: self.limit });
        }
        self.bytes = bytes;
        self.held.extend_from_slice(chunk);
        if self.held.len() >= HELD_BYTES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Inspects the complete upload, sent under `name`, and has it scanned. Call it once, at the end.
    ///
    /// # Errors
    /// See [`inspect`] and [`Scanner::scan`].
    pub async fn inspect(&mut self, name: &str) -> Result<Inspected, FileError> {
        self.flush().await?;
        let (name, limit, scanner) = (name.to_owned(), self.limit, self.scanner.clone());
        let inspected = move |copy: &mut Copy| {
            let found = inspect(&name, &mut copy.open()?, limit)?;
            scanner.map_or(Ok(()), |scanner| scanner.scan(&mut copy.open()?))?;
            Ok(found)
        };
        self.with_copy(inspected).await
    }

    /// Writes the copy without personal data into an empty upload; `None` if the file has no personal data. Call this
    /// after [`Staged::inspect`].
    ///
    /// # Errors
    /// See [`write_clean_copy`].
    pub async fn clean_copy(&mut self, kind: &'static FileKind, into: Self) -> Result<Option<Self>, FileError> {
        let mut other = into;
        let mut target = other.copy.take().ok_or_else(|| store_error("the staged copy is gone"))?;
        let (target, bytes) = self
            .with_copy(move |copy| {
                let mut cleaned = target.open()?;
                if !write_clean_copy(kind, &mut copy.open()?, &mut cleaned)? {
                    return Ok((target, 0));
                }
                cleaned.rewind()?;
                let mut block = vec![0; HELD_BYTES];
                let mut bytes = 0;
                loop {
                    let read = cleaned.read(&mut block)?;
                    if read == 0 {
                        return Ok((target, bytes));
                    }
                    target.hash.update(block.get(..read).unwrap_or_default());
                    bytes += read as u64;
                }
            })
            .await?;
        other.copy = Some(target);
        other.bytes = bytes;
        Ok((bytes > 0).then_some(other))
    }

    /// Returns the digest of the bytes so far, in lower-case hexadecimal.
    ///
    /// # Errors
    /// The staged copy cannot be written.
    pub async fn sha256(&mut self) -> Result<String, FileError> {
        self.flush().await?;
        self.with_copy(|copy| Ok(hex(&copy.hash.clone().finalize()))).await
    }

    /// Moves the file into the store. The file is durable on return, so a row may reference it.
    ///
    /// # Errors
    /// The store fails; nothing is then stored under this key.
    pub async fn finish(mut self) -> Result<Stored, FileError> {
        self.flush().await?;
        if let Some(copy) = &mut self.copy {
            copy.at = 0;
        }
        let path = self.key.path();
        let upload = self.store.put_multipart(&path).await.map_err(from_store)?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        if let Err(e) = self.send(&mut writer).await {
            // The first error is the one to report.
            let _ = writer.abort().await;
            return Err(e);
        }
        writer.finish().await.map_err(from_store)?;
        let hash = self.copy.take().map(|copy| copy.hash).unwrap_or_default();
        Ok(Stored {
            key: self.key.clone(),
            bytes: self.bytes,
            sha256: hex(&hash.finalize()),
            hash_algorithm: HASH_ALGORITHM,
        })
    }

    async fn send(&mut self, writer: &mut WriteMultipart) -> Result<(), FileError> {
        let mut left = self.bytes;
        while left > 0 {
            let block = self.next_block(left).await?;
            left -= block.len() as u64;
            writer.wait_for_capacity(2).await.map_err(from_store)?;
            writer.put(block);
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), FileError> {
        let held = std::mem::take(&mut self.held).freeze();
        if held.is_empty() {
            return Ok(());
        }
        self.with_copy(move |copy| {
            copy.hash.update(&held);
            let mut file = copy.open()?;
            file.seek(SeekFrom::End(0)).map_err(store_error)?;
            file.write_all(&held).map_err(store_error)
        })
        .await
    }

    async fn next_block(&mut self, left: u64) -> Result<Bytes, FileError> {
        let size = left.min(HELD_BYTES as u64) as usize;
        self.with_copy(move |copy| {
            let mut block = vec![0; size];
            let mut file = copy.open()?;
            file.seek(SeekFrom::Start(copy.at)).map_err(store_error)?;
            file.read_exact(&mut block).map_err(store_error)?;
            copy.at += size as u64;
            Ok(Bytes::from(block))
        })
        .await
    }

    /// Runs blocking work on the copy, on a blocking thread.
    pub(super) async fn with_copy<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Copy) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, FileError> {
        let mut copy = self.copy.take().ok_or_else(|| store_error("the staged copy is gone"))?;
        let (copy, done) = tokio::task::spawn_blocking(move || {
            let done = work(&mut copy);
            (copy, done)
        })
        .await
        .map_err(store_error)?;
        self.copy = Some(copy);
        done
    }
}

fn check_digest(hash: Sha256, expected: &str) -> Result<(), FileError> {
    if hex(&hash.finalize()) == expected { Ok(()) } else { Err(FileError::Changed) }
}

fn store_error(error: impl std::fmt::Display) -> FileError {
    FileError::Store(error.to_string())
}

fn from_store(error: object_store::Error) -> FileError {
    match error {
        object_store::Error::NotFound { .. } => FileError::Missing,
        other => store_error(other),
    }
}
