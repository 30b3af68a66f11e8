//! Where files are kept: a folder, or an S3 store in a build that has it. A file goes through a staged copy on the local
//! disk, where it is counted, digested and looked at while it is no file of ours yet. Its key is random and tells
//! nothing; what was stored is never changed, and every reading checks the digest (ASVS 5.3.2).

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

use crate::adapters::files::error::FileError;
use crate::adapters::files::inspect::{Inspected, inspect};
use crate::adapters::hex::hex;

/// The algorithm of the digests, stored beside each of them.
pub const HASH_ALGORITHM: &str = "SHA-256";
/// Bytes that are held before they are written, and parts in which a file goes to the store (the least of S3).
const HELD_BYTES: usize = 256 * 1024;
const PART_BYTES: usize = 5 * 1024 * 1024;
/// What a trial of the store writes.
const PROBE: &[u8] = b"luyue";

/// The name under which the store keeps a file: random, in 32 hexadecimal characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// A key of 16 random bytes.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(hex(&random))
    }

    /// A key as it was stored in the database; none, if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two characters make a folder, so that none has too many files.
    fn path(&self) -> StorePath {
        let folder: String = self.0.chars().take(2).collect();
        StorePath::from_iter([folder.as_str(), self.0.as_str()])
    }
}

/// What was stored: what the row that names the file says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub key: FileKey,
    pub bytes: u64,
    /// In lower-case hexadecimal.
    pub sha256: String,
    /// Always [`HASH_ALGORITHM`] today.
    pub hash_algorithm: &'static str,
}

/// A stored file whose digest was found right, to be sent on block by block.
pub struct Opened {
    pub bytes: u64,
    pub stream: BoxStream<'static, Result<Bytes, FileError>>,
}

/// The store and the folder for staged copies.
#[derive(Debug, Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    staging: PathBuf,
}

impl FileStore {
    /// The store that a URL names (`file:///folder`, or `s3://bucket` in a build with the feature `s3`, its access by the
    /// AWS_… variables), with staged copies in a folder of the local disk. Both folders are made.
    ///
    /// # Errors
    /// A URL that is not understood, or folders that cannot be made.
    pub fn connect(url: &str, staging: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(staging).map_err(failed)?;
        let store: Arc<dyn ObjectStore> = match url.split_once("://") {
            Some(("file", path)) => {
                let path = percent_decode_str(path).decode_utf8().map_err(failed)?;
                fs::create_dir_all(path.as_ref()).map_err(failed)?;
                let local = LocalFileSystem::new_with_prefix(path.as_ref()).map_err(failed)?;
                Arc::new(local.with_fsync(true))
            }
            #[cfg(feature = "s3")]
            Some(("s3", _)) => {
                Arc::new(object_store::aws::AmazonS3Builder::from_env().with_url(url).build().map_err(failed)?)
            }
            _ => {
                return Err(failed("the URL of the files is not one that this program knows"));
            }
        };
        Ok(Self { store, staging: staging.to_owned() })
    }

    /// Begins a file of at most `limit` bytes under a new key.
    ///
    /// # Errors
    /// The staged copy cannot be made, or the key was used before.
    pub fn begin(&self, key: FileKey, limit: u64) -> Result<Staged, FileError> {
        let path = self.staging.join(key.as_str());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).map_err(failed)?;
        Ok(Staged {
            store: Arc::clone(&self.store),
            copy: Some(Copy { file, hash: Sha256::new() }),
            _copy_goes: Removed(path),
            key,
            limit,
            held: BytesMut::new(),
            bytes: 0,
        })
    }

    /// The file, once its whole digest was found right; it is read twice for that.
    ///
    /// # Errors
    /// `Missing`; `Changed` where the digest is another one: somebody must look at the store.
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

    /// The whole file in memory, its digest checked: for files that are known to be small.
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

    /// Removes a file. One that is not there is as good as removed.
    ///
    /// # Errors
    /// The store cannot be reached or refuses.
    pub async fn delete(&self, key: &FileKey) -> Result<(), FileError> {
        match self.store.delete(&key.path()).await.map_err(from_store) {
            Err(FileError::Missing) => Ok(()),
            other => other,
        }
    }

    /// Writes, reads and removes a few bytes under a new key, to see whether the store works. Gives the time at which the
    /// store says that it wrote them: its own clock, by which the age of its files is told.
    ///
    /// # Errors
    /// The store cannot be reached or refuses.
    pub async fn probe(&self, key: &FileKey) -> Result<DateTime<Utc>, FileError> {
        let path = key.path();
        self.store.put(&path, PROBE.into()).await.map_err(from_store)?;
        let found = self.store.get(&path).await.map_err(from_store)?;
        let written = found.meta.last_modified;
        let bytes = found.bytes().await.map_err(from_store)?;
        self.delete(key).await?;
        if bytes == PROBE { Ok(written) } else { Err(FileError::Changed) }
    }

    /// The keys of files last written before an instant of the store's clock. What is no file of ours is left out.
    pub fn written_before(&self, before: DateTime<Utc>) -> BoxStream<'static, Result<FileKey, FileError>> {
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

    /// Removes staged copies last written before an instant: what a program that was killed left behind. Says how many.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn sweep_staging(&self, before: SystemTime) -> Result<usize, FileError> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.staging).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let old = entry.metadata().and_then(|m| m.modified()).is_ok_and(|written| written < before);
            if old && fs::remove_file(entry.path()).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    }

    async fn stream(&self, key: &FileKey) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
        let found = self.store.get(&key.path()).await.map_err(from_store)?;
        Ok(found.into_stream().map(|block| block.map_err(from_store)).boxed())
    }
}

/// A file on its way in. Dropped before [`Staged::finish`], nothing of it is left.
pub struct Staged {
    store: Arc<dyn ObjectStore>,
    copy: Option<Copy>,
    _copy_goes: Removed,
    key: FileKey,
    limit: u64,
    held: BytesMut,
    bytes: u64,
}

struct Copy {
    file: File,
    hash: Sha256,
}

/// Removes the staged copy when it goes.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // It may be gone already; what stays is swept.
        let _ = fs::remove_file(&self.0);
    }
}

impl Staged {
    /// Takes the next chunk.
    ///
    /// # Errors
    /// `TooLarge` as soon as there is one byte too many: stop reading the request.
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

    /// Looks at what was taken so far: call it once, at the end. `name` is the one under which it was sent.
    ///
    /// # Errors
    /// See [`inspect`].
    pub async fn inspect(&mut self, name: &str) -> Result<Inspected, FileError> {
        self.flush().await?;
        let name = name.to_owned();
        self.with_copy(move |copy| inspect(&name, &mut copy.file)).await
    }

    /// The digest of what was taken so far, in lower-case hexadecimal.
    ///
    /// # Errors
    /// The staged copy cannot be written.
    pub async fn sha256(&mut self) -> Result<String, FileError> {
        self.flush().await?;
        self.with_copy(|copy| Ok(hex(&copy.hash.clone().finalize()))).await
    }

    /// Puts the file into the store, on the disk for good before this returns, so that a row may name it.
    ///
    /// # Errors
    /// The store cannot be reached or refuses; then it holds nothing under this key.
    pub async fn finish(mut self) -> Result<Stored, FileError> {
        self.flush().await?;
        self.with_copy(|copy| copy.file.rewind().map_err(failed)).await?;
        let path = self.key.path();
        let upload = self.store.put_multipart(&path).await.map_err(from_store)?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        if let Err(e) = self.send(&mut writer).await {
            // The first error is the one to tell.
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
            copy.file.seek(SeekFrom::End(0)).map_err(failed)?;
            copy.file.write_all(&held).map_err(failed)
        })
        .await
    }

    async fn next_block(&mut self, left: u64) -> Result<Bytes, FileError> {
        let size = left.min(HELD_BYTES as u64) as usize;
        self.with_copy(move |copy| {
            let mut block = vec![0; size];
            copy.file.read_exact(&mut block).map_err(failed)?;
            Ok(Bytes::from(block))
        })
        .await
    }

    /// Does what blocks on a thread that may.
    async fn with_copy<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Copy) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, FileError> {
        let mut copy = self.copy.take().ok_or_else(|| failed("the staged copy is gone"))?;
        let (copy, done) = tokio::task::spawn_blocking(move || {
            let done = work(&mut copy);
            (copy, done)
        })
        .await
        .map_err(failed)?;
        self.copy = Some(copy);
        done
    }
}

fn check_digest(hash: Sha256, expected: &str) -> Result<(), FileError> {
    if hex(&hash.finalize()) == expected { Ok(()) } else { Err(FileError::Changed) }
}

fn failed(error: impl std::fmt::Display) -> FileError {
    FileError::Store(error.to_string())
}

fn from_store(error: object_store::Error) -> FileError {
    match error {
        object_store::Error::NotFound { .. } => FileError::Missing,
        other => failed(other),
    }
}
