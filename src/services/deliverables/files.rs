//! Files of contracts: uploading, downloading and sweeping. A file enters the store before the row that refers to it,
//! is served only if its digest still matches, and is swept if no row refers to it. The inspection of content is
//! `adapters::files`'.

use std::sync::PoisonError;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::files::{FileError, FileKey, FileStore, MIB, content_disposition};
use crate::app::App;
use crate::clock::civil_day;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::deliverables::uploads::{UploadForm, UploadPermit, first_half};
use crate::services::identity::caller::Caller;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::{self, Contract};
use crate::storage::deliverables::files::{self as file_rows, CLEAN, FileRow, FileUse, NewFile};
use crate::storage::ids::OrganisationId;
use crate::storage::write::{Event, Tx, stored_answer, write};
use crate::storage::{AnyConnection, Pool};

/// Largest file served from memory, in bytes; a larger one is read twice, first to verify its digest.
const IN_MEMORY_BYTES: u64 = 8 * MIB;
/// Bytes in a GiB.
const GIB: u64 = 1024 * MIB;
/// Age from which a file without a row is removed; longer than any request lasts.
const SWEEP_AGE: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Number of files looked up per query while sweeping.
const SWEEP_BATCH: usize = 500;

/// A file that is in the store but has no row yet.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Random identifier that its row will have.
    pub id: String,
    /// Key in the file store.
    pub key: FileKey,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Digest algorithm.
    pub hash_algorithm: &'static str,
    /// Warnings about the content, as codes separated by commas.
    pub flags: String,
}

/// A file as listed in the response to its upload and in the words of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileSummary {
    /// Random identifier of the file.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
}

/// A file of a contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileView {
    /// Random identifier of the file.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Warnings about the content: `x` stands for the message `file-flag-x`.
    pub flags: Vec<String>,
}

impl From<&StoredFile> for FileSummary {
    fn from(file: &StoredFile) -> Self {
        Self { id: file.id.clone(), name: file.name.clone(), bytes: file.bytes, sha256: file.sha256.clone() }
    }
}

impl From<&FileRow> for FileView {
    fn from(row: &FileRow) -> Self {
        Self {
            id: row.public_id.clone(),
            name: row.name.clone(),
            media_type: row.media_type.clone(),
            bytes: row.bytes,
            sha256: row.sha256.clone(),
            flags: row.flags.split(',').filter(|flag| !flag.is_empty()).map(str::to_owned).collect(),
        }
    }
}

/// The submission or invoice to which uploaded files belong.
pub(crate) struct FilePurpose<'a> {
    /// Contract of the submission or invoice.
    pub contract: &'a Contract,
    /// Use of the files.
    pub kind: FileUse,
    /// Code of the deliverable or milestone.
    pub subject: &'a str,
    /// Number of the submission or invoice, from 1.
    pub no: i32,
}

/// A response that lists the files stored for it.
pub(crate) trait ListsFiles {
    /// Returns the stored files.
    fn files(&self) -> &[FileSummary];
}

/// Checks that an organisation's quota has room for `more` bytes.
///
/// # Errors
/// `TooLarge` over the quota.
pub(crate) fn check_quota(
    app: &App,
    connection: &mut AnyConnection,
    owner: OrganisationId,
    more: u64,
) -> Result<(), Error> {
    let quota = u64::from(app.settings.contractor_quota_gib);
    let used = u64::try_from(file_rows::total_bytes(connection, owner)?).unwrap_or(0);
    if used.saturating_add(more) > quota.saturating_mul(GIB) {
        return Err(Error::TooLarge(Message::new("upload-quota").with("quota", quota)));
    }
    Ok(())
}

/// Inserts the rows of stored files.
///
/// # Errors
/// `TooLarge` over the owner's quota; the database's.
pub(crate) fn insert_file_rows(
    app: &App,
    tx: &mut Tx<'_>,
    files: &[StoredFile],
    purpose: &FilePurpose<'_>,
) -> Result<(), Error> {
    let owner_id = purpose.contract.contractor_id;
    check_quota(app, tx.connection, owner_id, files.iter().map(|file| file.bytes).sum())?;
    let uploaded_by = tx.person()?;
    let rows: Vec<NewFile> = files
        .iter()
        .map(|file| NewFile {
            public_id: file.id.clone(),
            storage_key: file.key.as_str().to_owned(),
            name: file.name.clone(),
            media_type: file.media_type,
            bytes: i64::try_from(file.bytes).unwrap_or(i64::MAX),
            sha256: file.sha256.clone(),
            hash_alg: file.hash_algorithm,
            flags: file.flags.clone(),
            state: CLEAN,
            owner_id,
            contract_id: purpose.contract.id,
            kind: purpose.kind.as_str(),
            subject: purpose.subject.to_owned(),
            no: purpose.no,
            uploaded_by,
            uploaded_at: tx.context.now,
        })
        .collect();
    file_rows::insert(tx.connection, &rows)
}

/// Stores the files of a form, then runs `work` in one transaction that refers to them. A form repeated under its
/// idempotency key gets the earlier response and is not stored again.
///
/// # Errors
/// Those of `work`; the form's files are then removed from the store.
pub(crate) async fn store_files<T>(
    app: &App,
    permit: UploadPermit,
    form: UploadForm,
    work: impl Fn(&mut Tx<'_>, &Caller, &[StoredFile]) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error>
where
    T: ListsFiles + Serialize + DeserializeOwned + Send + 'static,
{
    let UploadPermit { mut caller, seat, contract, code } = permit;
    if let Some(request) = &mut caller.request {
        request.hash = form.request_hash(&[contract.as_str(), code.as_str()]);
    }
    // Receiving the body may have taken minutes.
    caller.now = app.clock.now();
    let context = caller.context(app, &seat);
    let (pool, repeated) = (app.pool.clone(), context.clone());
    if let Some(response) = run_blocking(move || stored_answer::<T>(&pool, &repeated)).await? {
        return Ok(response);
    }
    let files = form.store().await?;
    let (pool, stored) = (app.pool.clone(), files.clone());
    let result = run_blocking(move || write(&pool, &context, |tx| work(tx, &caller, &stored))).await;
    let is_kept = match &result {
        // A repeat of the request may have won the race: the response then lists its files, not these.
        Ok(response) => {
            files.is_empty() || response.files().iter().any(|listed| files.iter().any(|file| file.id == listed.id))
        }
        // The transaction may have been committed. Files without a row are swept later.
        Err(Error::Unavailable(_) | Error::Internal(_)) => true,
        Err(_) => false,
    };
    if !is_kept {
        remove_files(&app.files, &files).await;
    }
    result
}

/// Removes files that got no row. Files that cannot be removed now are swept later.
pub(crate) async fn remove_files(store: &FileStore, files: &[StoredFile]) {
    for file in files {
        if let Err(error) = store.delete(&file.key).await {
            tracing::warn!(%error, "cannot remove a file without a row; the sweep will retry");
        }
    }
}

/// Runs blocking work on a thread pool made for it.
///
/// # Errors
/// Those of `work`; `Internal` where it panics.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// A file to be sent to the caller.
pub struct Download {
    /// Size in bytes.
    pub bytes: u64,
    /// Media type determined from the content.
    pub media_type: String,
    /// `Content-Disposition` header with which a browser saves the file under its name.
    pub disposition: String,
    /// Content as a stream.
    pub content: BoxStream<'static, Result<Bytes, FileError>>,
}

/// Opens a file of a contract that the caller may see. Its digest is verified before the first byte is sent.
///
/// # Errors
/// `NotFound`; `Internal` for a file that the store has lost or changed, which is recorded in the contract's audit log.
pub async fn download(app: &App, caller: Caller, id: &str) -> Result<Download, Error> {
    caller.may(Action::ReadContract)?;
    let (pool, id, organisations) = (app.pool.clone(), id.to_owned(), caller.organisations());
    let row = run_blocking(move || file_rows::seen_by(&mut *pool.get()?, &id, &organisations))
        .await?
        .ok_or(Error::NotFound)?;
    let key = FileKey::parse(&row.storage_key).ok_or_else(|| Error::Internal("invalid storage key".to_owned()))?;
    let bytes = u64::try_from(row.bytes).unwrap_or(0);
    let opened = if bytes <= IN_MEMORY_BYTES {
        let content = app.files.read(&key, &row.sha256, IN_MEMORY_BYTES).await;
        content.map(|content| (content.len() as u64, stream::iter([Ok(content)]).boxed()))
    } else {
        app.files.open(&key, &row.sha256).await.map(|opened| (opened.bytes, opened.stream))
    };
    match opened {
        Ok((bytes, content)) => {
            Ok(Download { bytes, media_type: row.media_type, disposition: content_disposition(&row.name), content })
        }
        Err(error @ (FileError::Changed | FileError::Missing | FileError::TooLarge { .. })) => {
            let reason = format!("file {} in the store: {error}", row.public_id);
            let (app, message) = (app.clone(), reason.clone());
            run_blocking(move || record_damage(&app, &caller, &row, &message)).await?;
            Err(Error::Internal(reason))
        }
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

/// Records in the contract's audit log that a stored file no longer matches its upload.
fn record_damage(app: &App, caller: &Caller, row: &FileRow, reason: &str) -> Result<(), Error> {
    tracing::error!(event = "file-damaged", file = %row.public_id, reason);
    let seat = caller.seat(Action::ReadContract)?;
    let mut context = caller.context(app, seat);
    context.request = None;
    write(&app.pool, &context, |tx| {
        let contract = contracts::by_id(tx.connection, row.contract_id)?;
        let stream = format!("contract:{}", contract.public_id);
        let body = serde_json::json!({ "sha256": row.sha256, "reason": reason });
        tx.event(&Event { stream: &stream, action: EventAction::FileDamaged, object: &row.public_id, body })
    })
}

/// The number of files that a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepSummary {
    /// Staged copies left by interrupted uploads.
    pub staged: usize,
    /// Files in the store without a row.
    pub files: usize,
}

/// Removes the remains of failed or interrupted uploads: staged copies, and files in the store without a row, once
/// they are more than a day old by the store's clock (the program's clock may differ).
///
/// # Errors
/// `Unavailable` where the store or the database does not answer.
pub async fn sweep(app: &App) -> Result<SweepSummary, Error> {
    let now = app.files.probe(&probe_key(app)).await.map_err(unavailable)?;
    let before = now - SWEEP_AGE;
    let staged = app.files.sweep_staging(before.into()).map_err(unavailable)?;
    let mut old = app.files.written_before(before).chunks(SWEEP_BATCH);
    let mut files = 0;
    while let Some(keys) = old.next().await {
        let keys: Vec<FileKey> = keys.into_iter().collect::<Result<_, _>>().map_err(unavailable)?;
        for key in keys_without_row(&app.pool, keys).await? {
            app.files.delete(&key).await.map_err(unavailable)?;
            files += 1;
        }
    }
    Ok(SweepSummary { staged, files })
}

/// Sweeps once a day and returns the number of files removed; called at every tick of the jobs. A restarted process
/// sweeps again.
///
/// # Errors
/// `Unavailable` where the store or the database does not answer; the next tick retries.
pub fn sweep_daily(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let swept_on = || app.swept_on.lock().unwrap_or_else(PoisonError::into_inner);
    if *swept_on() == Some(today) {
        return Ok(0);
    }
    // Jobs run on a thread that may block, outside any runtime; the store needs one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let swept = runtime.map_err(|error| Error::Internal(error.to_string()))?.block_on(sweep(app))?;
    *swept_on() = Some(today);
    Ok(swept.staged + swept.files)
}

async fn keys_without_row(pool: &Pool, keys: Vec<FileKey>) -> Result<Vec<FileKey>, Error> {
    let pool = pool.clone();
    run_blocking(move || {
        let names: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let known = file_rows::keys_with_row(&mut *pool.get()?, &names)?;
        Ok(keys.into_iter().filter(|key| !known.contains(key.as_str())).collect())
    })
    .await
}

/// Returns a random key with which to probe the store.
pub(crate) fn probe_key(app: &App) -> FileKey {
    FileKey::from_random(first_half(app.ids.bytes()))
}

fn unavailable(error: FileError) -> Error {
    Error::Unavailable(error.to_string())
}
