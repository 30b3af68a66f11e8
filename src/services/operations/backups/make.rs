//! `luyue backup`: writes an archive of the database and its files while the server runs.
//!
//! Rows are read in one read transaction. Files are copied afterwards: files never change, and one that is added later
//! is not named by these rows. If the daily sweep deletes a file of a deleted row meanwhile, the backup starts again.

use std::path::Path;

use futures_util::stream::StreamExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::adapters::archive::ArchiveWriter;
use crate::adapters::files::{FileError, FileKey};
use crate::app::App;
use crate::error::Error;
use crate::services::operations::backups::manifest::{
    FORMAT, MANIFEST, Manifest, PURPOSE, SIGNATURE, StoredFile, StoredTable, table_entry,
};
use crate::services::operations::backups::{BackupError, Progress, runtime};
use crate::storage::audit::hash_chains::{digest_bytes, hex};
use crate::storage::backend::{applied_migrations, known_migrations};
use crate::storage::deliverables::files as file_rows;
use crate::storage::transfer::{self, TableHasher};

/// Number of tries before giving up because files are deleted meanwhile.
const TRIES: usize = 3;

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    pub tables: usize,
    pub rows: u64,
    pub files: usize,
    /// Size of the archive.
    pub bytes: u64,
    /// Time of the snapshot, in UTC.
    pub made_at: chrono::NaiveDateTime,
    /// Identifier of the key that a restore needs.
    pub key_id: String,
    /// Digest of the manifest, in hexadecimal, which covers the whole content of the backup.
    pub manifest_sha256: String,
}

/// Backs up the database and the files of the file store into a new archive.
///
/// # Errors
/// `Unwritten` and `Archive` for the archive, `FileLost` for a file of the store that is missing or damaged,
/// `SourceSchema` for a database of another version.
pub fn make(app: &App, target: &Path, progress: &mut dyn FnMut(Progress<'_>)) -> Result<BackupSummary, BackupError> {
    for _ in 0..TRIES {
        if let Some(summary) = make_once(app, target, progress)? {
            return Ok(summary);
        }
    }
    Err(BackupError::FilesDeleted)
}

/// Makes a backup; `None` if a file was deleted before it was copied.
fn make_once(
    app: &App,
    target: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Option<BackupSummary>, BackupError> {
    let mut archive = ArchiveWriter::create(target)?;
    let key = app.secret.derive(PURPOSE);
    let manifest = write_tables(app, &mut archive, &key.id, progress)?;
    if !runtime()?.block_on(write_files(app, &mut archive, &manifest.files, progress))? {
        return Ok(None);
    }
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Internal(error.to_string()))?;
    archive.begin(MANIFEST, true)?;
    archive.write(&json)?;
    archive.begin(SIGNATURE, false)?;
    archive.write(key.sign(&json).as_bytes())?;
    let bytes = archive.finish()?;
    Ok(Some(BackupSummary {
        tables: manifest.tables.len(),
        rows: manifest.rows(),
        files: manifest.files.len(),
        bytes,
        made_at: manifest.made_at,
        key_id: manifest.key_id,
        manifest_sha256: digest_bytes(&json),
    }))
}

/// Writes the rows of all tables and returns the manifest, including the files that the rows name.
fn write_tables(
    app: &App,
    archive: &mut ArchiveWriter,
    key_id: &str,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Manifest, BackupError> {
    transfer::in_one_snapshot(&app.pool, |connection| {
        // The first query fixes the state that all following queries see.
        let migrations = applied_migrations(connection)?;
        let made_at = app.clock.now();
        progress(Progress::Snapshot);
        if migrations != known_migrations()? {
            return Err(BackupError::SourceSchema(migrations.last().cloned().unwrap_or_default()));
        }
        let mut tables = Vec::new();
        for table in transfer::all_tables() {
            archive.begin(&table_entry(&table.name), true)?;
            let (mut hasher, mut rows) = (TableHasher::default(), 0);
            transfer::pass_rows(connection, &table, |mut line| {
                hasher.add(&line);
                line.push('\n');
                rows += 1;
                progress(Progress::Rows(&table.name, rows));
                archive.write(line.as_bytes()).map_err(BackupError::from)
            })?;
            tables.push(StoredTable { table, digest: hasher.finish() });
        }
        let named = file_rows::all_named(connection)?.into_iter();
        let files = named.map(|(key, bytes, sha256)| StoredFile { key, bytes: bytes.unsigned_abs(), sha256 });
        Ok(Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            key_id: key_id.to_owned(),
            migrations,
            tables,
            files: files.collect(),
        })
    })
}

/// Copies files into the archive and verifies each. Returns false if a file was deleted because its row is gone.
async fn write_files(
    app: &App,
    archive: &mut ArchiveWriter,
    files: &[StoredFile],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<bool, BackupError> {
    for (file, count) in files.iter().zip(1..) {
        archive.begin(&file.entry(), false)?;
        let fault = match copy(app, archive, file).await {
            Ok(true) => None,
            Ok(false) | Err(BackupError::Files(FileError::Changed)) => Some("not what was uploaded"),
            Err(BackupError::Files(FileError::Missing)) => Some("missing"),
            Err(error) => return Err(error),
        };
        if let Some(fault) = fault {
            let named = file_rows::keys_with_row(&mut *app.pool.get()?, std::slice::from_ref(&file.key))?;
            if named.is_empty() {
                return Ok(false);
            }
            return Err(BackupError::FileLost { key: file.key.clone(), fault });
        }
        progress(Progress::Files(count));
    }
    Ok(true)
}

/// Copies a file; returns whether its size and digest match its row.
async fn copy(app: &App, archive: &mut ArchiveWriter, file: &StoredFile) -> Result<bool, BackupError> {
    let Some(key) = FileKey::parse(&file.key) else { return Ok(false) };
    let mut stream = app.files.stream(&key).await?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(block) = stream.next().await {
        let block = block?;
        bytes += block.len() as u64;
        hash.update(&block);
        archive.write(&block)?;
    }
    Ok(bytes == file.bytes && hex(&hash.finalize()) == file.sha256)
}
