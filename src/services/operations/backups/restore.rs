//! `luyue restore`: restores a backup into an empty database and file store.
//!
//! Everything is verified before anything is written. Files are restored first, since a file without a row does no
//! harm. The rows of all tables follow in one transaction, which is committed only if their digests are those of the
//! backup. An interrupted restore is repeated with the same command.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use futures_util::stream::StreamExt;
use sha2::{Digest, Sha256};

use crate::adapters::archive::{ArchiveReader, Entry};
use crate::adapters::files::{FileKey, FileStore};
use crate::adapters::secrets::Secret;
use crate::config::Settings;
use crate::error::Error;
use crate::services::operations::backups::manifest::{
    FORMAT, MANIFEST, Manifest, PURPOSE, SIGNATURE, StoredFile, StoredTable,
};
use crate::services::operations::backups::{BackupError, Progress, check_key_exists, runtime};
use crate::storage::audit::hash_chains::hex;
use crate::storage::backend::{applied_migrations, known_migrations, run_migrations};
use crate::storage::{AnyConnection, Pool, transfer};

/// Maximum size of a manifest in bytes, for about a million files.
const MANIFEST_LIMIT: u64 = 512 << 20;
/// Bytes of rows inserted at once.
const LINES_AT_ONCE: usize = 1 << 20;

/// Backups that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// Only backups of the installation's own key.
    Own,
    /// Also backups of a lost key, whose signature cannot be verified.
    Any,
}

/// Verifies a backup and restores it into the database and the file store of the settings.
///
/// # Errors
/// See [`BackupError`]; the database is then empty as before.
pub fn restore(
    settings: &Settings,
    path: &Path,
    rule: KeyRule,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Manifest, BackupError> {
    check_key_exists(settings)?;
    let mut archive = ArchiveReader::open(path)?;
    let manifest = read_manifest(&mut archive, settings, rule)?;
    verify(&mut archive, &manifest, progress)?;
    let pool = Pool::open(&settings.database_url(), 1)?;
    check_target(&pool, &manifest.migrations)?;
    let files = FileStore::connect(&settings.files_url(), &settings.data.join("staging"))?;
    let runtime = runtime()?;
    let present = runtime.block_on(present_files(&files, &manifest, &settings.files_url()))?;
    // Copies left by an interrupted restore.
    files.sweep_staging(DateTime::<Utc>::MAX_UTC.into())?;
    let absent = manifest.files.iter().filter(|file| !present.contains(&file.key));
    for (file, count) in absent.zip(1..) {
        runtime.block_on(restore_file(&files, &mut archive, file))?;
        progress(Progress::Files(count));
    }
    run_migrations(&mut *pool.get()?, &manifest.migrations)?;
    transfer::in_one_transaction(&pool, |connection| {
        refuse_filled(connection)?;
        for table in &manifest.tables {
            restore_table(connection, &mut archive, table, progress)?;
        }
        for table in &manifest.tables {
            if transfer::digest(connection, &table.table)? != table.digest {
                return Err(BackupError::Differs(table.table.name.clone()));
            }
        }
        let tables: Vec<_> = manifest.tables.iter().map(|table| table.table.clone()).collect();
        Ok(transfer::set_sequences(connection, &tables)?)
    })?;
    Ok(manifest)
}

/// Reads the manifest and checks its signature, format and schema.
fn read_manifest(archive: &mut ArchiveReader, settings: &Settings, rule: KeyRule) -> Result<Manifest, BackupError> {
    let json = archive.entry(MANIFEST, MANIFEST_LIMIT)?.into_bytes()?;
    let unreadable = |error: serde_json::Error| BackupError::Damaged(format!("its list cannot be read ({error})"));
    // A later format may have other fields, so its number is read first.
    let any: serde_json::Value = serde_json::from_slice(&json).map_err(unreadable)?;
    let format = any.get("format").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if format != u64::from(FORMAT) {
        return Err(BackupError::OtherFormat(u32::try_from(format).unwrap_or(u32::MAX)));
    }
    let manifest: Manifest = serde_json::from_value(any).map_err(unreadable)?;
    let secret = match &settings.secret {
        Some(text) => Secret::parse(text)?,
        None => Secret::load(&settings.key_file())?,
    };
    let key = secret.derive(PURPOSE);
    if key.id == manifest.key_id {
        let signature = String::from_utf8_lossy(&archive.entry(SIGNATURE, 1024)?.into_bytes()?).into_owned();
        if !key.signed(&json, &signature) {
            return Err(BackupError::Damaged("the signature of its list is not valid".to_owned()));
        }
    } else if rule == KeyRule::Own {
        let place = if settings.secret.is_some() { "LUYUE_SECRET".to_owned() } else { shown(&settings.key_file()) };
        return Err(BackupError::OtherKey { backup: manifest.key_id, here: key.id, place });
    }
    let known = known_migrations()?;
    if let Some(migration) = manifest.migrations.iter().find(|migration| !known.contains(migration)) {
        return Err(BackupError::NewerSchema { program: manifest.program, migration: migration.clone() });
    }
    match manifest.fault().or_else(|| manifest.unexpected(&archive.names().ok()?)) {
        Some(fault) => Err(BackupError::Damaged(fault)),
        None => Ok(manifest),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Verifies size and digest of every entry.
fn verify(
    archive: &mut ArchiveReader,
    manifest: &Manifest,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), BackupError> {
    let tables = manifest.tables.iter().map(|table| (table.entry(), table.digest.bytes, &table.digest.sha256));
    let files = manifest.files.iter().map(|file| (file.entry(), file.bytes, &file.sha256));
    for ((name, bytes, sha256), count) in tables.chain(files).zip(1..) {
        let mut entry = archive.entry(&name, bytes)?;
        let (mut hash, mut read) = (Sha256::new(), 0);
        while let Some(block) = entry.next_block()? {
            read += block.len() as u64;
            hash.update(block);
        }
        if read != bytes || hex(&hash.finalize()) != *sha256 {
            return Err(BackupError::Damaged(format!("{name} is not what was backed up")));
        }
        progress(Progress::Verified(count));
    }
    Ok(())
}

/// Refuses a database in use, or with a schema other than the backup's.
pub(super) fn check_target(pool: &Pool, migrations: &[String]) -> Result<(), BackupError> {
    transfer::in_one_transaction(pool, |connection| {
        refuse_filled(connection)?;
        let applied = applied_migrations(connection)?;
        if applied.iter().all(|migration| migrations.contains(migration)) {
            Ok(())
        } else {
            Err(BackupError::TargetSchema)
        }
    })
}

/// Refuses a database with rows.
pub(super) fn refuse_filled(connection: &mut AnyConnection) -> Result<(), BackupError> {
    match transfer::clear_unused(connection)? {
        Some(table) => Err(BackupError::NotEmpty(format!("the database (table {table})"))),
        None => Ok(()),
    }
}

/// Returns the keys of files left by an interrupted restore. Refuses a store with any other file.
async fn present_files(files: &FileStore, manifest: &Manifest, url: &str) -> Result<Vec<String>, BackupError> {
    let wanted: BTreeMap<&str, &StoredFile> = manifest.files.iter().map(|file| (file.key.as_str(), file)).collect();
    let mut found = files.list_written_before(DateTime::<Utc>::MAX_UTC);
    let mut present = Vec::new();
    while let Some(key) = found.next().await {
        let key = key?;
        let same = match wanted.get(key.as_str()) {
            Some(file) => files.open(&key, &file.sha256).await.is_ok(),
            None => false,
        };
        if !same {
            return Err(BackupError::NotEmpty(format!("the file store {url}")));
        }
        present.push(key.as_str().to_owned());
    }
    Ok(present)
}

async fn restore_file(files: &FileStore, archive: &mut ArchiveReader, file: &StoredFile) -> Result<(), BackupError> {
    let damaged = || BackupError::Damaged(format!("{} is not what was backed up", file.entry()));
    let key = FileKey::parse(&file.key).ok_or_else(damaged)?;
    let mut entry = archive.entry(&file.entry(), file.bytes)?;
    let mut staged = files.begin(key, file.bytes)?;
    while let Some(block) = entry.next_block()? {
        staged.write(block).await?;
    }
    if staged.sha256().await? != file.sha256 {
        return Err(damaged());
    }
    staged.finish().await?;
    Ok(())
}

fn restore_table(
    connection: &mut AnyConnection,
    archive: &mut ArchiveReader,
    table: &StoredTable,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), BackupError> {
    let mut lines = Lines { entry: archive.entry(&table.entry(), table.digest.bytes)?, rest: Vec::new() };
    let mut rows = 0;
    while let Some(part) = lines.next_part()? {
        transfer::insert(connection, &table.table, &part)?;
        rows += part.len() as u64;
        progress(Progress::Rows(&table.table.name, rows));
    }
    Ok(())
}

/// Reader of the lines of an entry.
struct Lines<'a> {
    entry: Entry<'a>,
    /// Bytes read that are not yet part of a returned line.
    rest: Vec<u8>,
}

impl Lines<'_> {
    /// Returns about a mebibyte of lines, at least one; `None` at the end.
    fn next_part(&mut self) -> Result<Option<Vec<String>>, BackupError> {
        while self.rest.len() < LINES_AT_ONCE || !self.rest.contains(&b'\n') {
            match self.entry.next_block()? {
                Some(block) => self.rest.extend_from_slice(block),
                None => break,
            }
        }
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Ok(None) };
        let rest = self.rest.split_off(end + 1);
        let text = String::from_utf8(std::mem::replace(&mut self.rest, rest))
            .map_err(|_| Error::Internal("a line is not text".to_owned()))?;
        Ok(Some(text.lines().map(str::to_owned).collect()))
    }
}
