//! Received files before they enter the store: each was inspected and has its digest, but no row refers to it yet.

use crate::adapters::files::{FileError, FileFlag, FileStore, Staged};
use crate::clock::Ids;
use crate::error::Error;
use crate::services::deliverables::files::{self, ShownCopy, StoredFile};

/// A file that was received and inspected, but is not yet in the store.
pub(super) struct StagedFile {
    pub staged: Staged,
    pub name: String,
    pub media_type: &'static str,
    pub flags: Vec<FileFlag>,
    pub sha256: String,
    /// The copy without personal data.
    pub shown: Option<Staged>,
}

/// Moves received files into the store. If one cannot be stored, those stored before it are removed.
///
/// # Errors
/// `Unavailable` if the store does not accept a file.
pub(super) async fn store_staged(
    store: &FileStore,
    ids: &Ids,
    staged: Vec<StagedFile>,
) -> Result<Vec<StoredFile>, Error> {
    let mut stored: Vec<StoredFile> = Vec::new();
    for file in staged {
        match store_file(ids, file).await {
            Ok(file) => stored.push(file),
            Err(error) => {
                files::remove_files(store, &stored).await;
                return Err(Error::Unavailable(error.to_string()));
            }
        }
    }
    Ok(stored)
}

/// Moves a file and its copy into the store. A copy whose original cannot be stored is swept later.
async fn store_file(ids: &Ids, file: StagedFile) -> Result<StoredFile, FileError> {
    let shown = match file.shown {
        Some(copy) => Some(copy.finish().await?),
        None => None,
    };
    let found = file.staged.finish().await?;
    Ok(StoredFile {
        id: ids.uuid(),
        key: found.key,
        name: file.name,
        media_type: file.media_type.to_owned(),
        bytes: found.bytes,
        sha256: found.sha256,
        hash_algorithm: found.hash_algorithm.to_owned(),
        flags: file.flags.iter().map(|flag| flag.message_key()).collect::<Vec<_>>().join(","),
        shown: shown.map(|copy| ShownCopy { key: copy.key, bytes: copy.bytes, sha256: copy.sha256 }),
    })
}
