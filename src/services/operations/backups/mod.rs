//! Backups: one archive with the rows of every table, as seen by one read transaction, and the files that these rows
//! name. A backup of either engine can be restored into either engine, also by a later version of the program.
//!
//! A backup contains no key. Its manifest names the key by its identifier and is signed with a key derived from the
//! installation's secret.

pub mod make;
mod manifest;
pub mod move_database;
pub mod restore;

use std::path::PathBuf;

use thiserror::Error;

use crate::adapters::archive::ArchiveError;
use crate::adapters::files::FileError;
use crate::adapters::secrets::SecretError;
use crate::config::Settings;
use crate::storage::backend::Engine;

pub use manifest::{FORMAT, MANIFEST, Manifest, PURPOSE, SIGNATURE, StoredFile, StoredTable};

/// Progress of a backup, a restore or a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// The state to back up is fixed; later writes are not part of the backup.
    Snapshot,
    /// Table, and number of its rows so far.
    Rows(&'a str, u64),
    /// Number of files so far.
    Files(u64),
    /// Number of entries of the archive verified so far.
    Verified(u64),
}

/// A reason why a backup, a restore or a move was not done. Nothing is left half done.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error("there is no database at {0}: check --config, LUYUE_DATABASE_URL and LUYUE_DATA")]
    NoDatabase(String),
    #[error(
        "there is no key: {0} does not exist and LUYUE_SECRET is not set. Put the secret.key of the installation there \
         (mode 600)"
    )]
    NoKey(PathBuf),
    #[error("the key cannot be used: {0}")]
    Key(#[from] SecretError),
    #[error(
        "the database has another schema than this version of Luyue ({0}): use the version that wrote it, or start \
         `luyue serve` of this version once"
    )]
    SourceSchema(String),
    #[error("{0}. Nothing was changed; free some space or choose another folder, and repeat the command")]
    Unwritten(ArchiveError),
    #[error("{0}")]
    Exists(ArchiveError),
    #[error("{0}. Use another backup")]
    Archive(ArchiveError),
    #[error("the backup is damaged: {0}. Nothing was changed; use another backup")]
    Damaged(String),
    #[error(
        "the backup has the format {0}, this version of Luyue reads {FORMAT}: install the version that made it, or a later one"
    )]
    OtherFormat(u32),
    #[error(
        "the backup was made by a later version of Luyue ({program}, migration {migration}): install that version and \
         repeat the command"
    )]
    NewerSchema { program: String, migration: String },
    #[error(
        "the backup belongs to the key {backup}, but {place} has the key {here}: put the secret.key of the backup's \
         installation there. If it is lost for good, repeat with --without-its-key"
    )]
    OtherKey { backup: String, here: String, place: String },
    #[error("{0} is not empty: restore into a new data folder and a new database")]
    NotEmpty(String),
    #[error("the target has the schema of another version of Luyue: give a new database")]
    TargetSchema,
    #[error("{0} is both the source and the target: name another target")]
    SameDatabase(String),
    #[error(
        "the file {key} of the file store is {fault}: put it back from an earlier backup (entry files/{key}), then \
         repeat the command"
    )]
    FileLost { key: String, fault: &'static str },
    #[error("files were deleted while they were copied, three times: repeat the command")]
    FilesDeleted,
    #[error("the target differs from the source in {0} after copying; nothing was kept. Please report this")]
    Differs(String),
    #[error("the file store: {0}")]
    Files(#[from] FileError),
    #[error("{0}")]
    Program(#[from] crate::error::Error),
}

impl From<ArchiveError> for BackupError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Unwritable(..) => Self::Unwritten(error),
            ArchiveError::Missing(_) | ArchiveError::Damaged(..) => Self::Damaged(error.to_string()),
            ArchiveError::Exists(_) => Self::Exists(error),
            ArchiveError::Unreadable(..) | ArchiveError::Incomplete(..) => Self::Archive(error),
        }
    }
}

/// Checks that a database file exists, so that none is created by mistake. PostgreSQL reports this by itself.
///
/// # Errors
/// `NoDatabase`.
pub fn check_database_exists(url: &str) -> Result<(), BackupError> {
    match Engine::parse(url)? {
        Engine::Sqlite(path) if !std::path::Path::new(&path).exists() => Err(BackupError::NoDatabase(path)),
        _ => Ok(()),
    }
}

/// Checks that the installation has a key, so that none is created by mistake.
///
/// # Errors
/// `NoKey`.
pub fn check_key_exists(settings: &Settings) -> Result<(), BackupError> {
    let path = settings.key_file();
    if settings.secret.is_some() || path.exists() { Ok(()) } else { Err(BackupError::NoKey(path)) }
}

/// Builds a runtime for the file store's asynchronous functions on this thread.
fn runtime() -> Result<tokio::runtime::Runtime, BackupError> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(built.map_err(|error| crate::error::Error::Internal(error.to_string()))?)
}
