//! Files of contracts: storing them with their rows, listing and sweeping. A file enters the store before the row that
//! refers to it, and is swept if no row refers to it. Content is inspected in `adapters::files`.

use std::sync::PoisonError;

use futures_util::stream::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::files::{FileError, FileKey, FileStore, MIB, distinct_names};
use crate::app::App;
use crate::clock::civil_day;
use crate::error::{Error, FieldError, Message};
use crate::services::deliverables::kept;
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, first_half};
use crate::services::identity::caller::Caller;
use crate::storage::contracts::Contract;
use crate::storage::deliverables::files::{self as file_rows, CLEAN, FileRow, FileUse, NewFile};
use crate::storage::ids::OrganisationId;
use crate::storage::locks::{self, Scope};
use crate::storage::write::{Tx, stored_answer, write_in};
use crate::storage::{AnyConnection, Pool};

/// Bytes in a GiB.
const GIB: u64 = 1024 * MIB;
/// Age from which a file without a row is removed; longer than any request lasts.
const SWEEP_AGE: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Number of files looked up per query while sweeping.
const SWEEP_BATCH: usize = 500;

/// A file that is in the store but has no row yet.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Random identifier that the file's row will have.
    pub id: String,
    /// Key in the file store.
    pub key: FileKey,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Digest algorithm.
    pub hash_algorithm: String,
    /// Notes on the content, as codes separated by commas.
    pub flags: String,
    /// The copy without personal data, for ordinary readers; `None` if they get the file itself.
    pub shown: Option<ShownCopy>,
}

/// A copy of a file without personal data, in the store.
#[derive(Debug, Clone)]
pub struct ShownCopy {
    /// Key in the file store.
    pub key: FileKey,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the copy, in hexadecimal.
    pub sha256: String,
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
    /// Digest of the file as it was uploaded, in hexadecimal.
    pub sha256: String,
    /// Notes on the content: `x` stands for the message `file-flag-x`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Digest of the copy without personal data, which ordinary readers get; absent if they get the file itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_sha256: Option<String>,
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
    /// Digest of the file as it was uploaded, in hexadecimal.
    pub sha256: String,
    /// Notes on the content: `x` stands for the message `file-flag-x`.
    pub flags: Vec<String>,
    /// Size in bytes of the copy without personal data, which ordinary readers get; absent if they get the file itself.
    pub shown_bytes: Option<i64>,
    /// Digest of the copy, in hexadecimal.
    pub shown_sha256: Option<String>,
}

/// Splits stored notes on a file into their codes.
pub(crate) fn flag_codes(stored: &str) -> Vec<String> {
    stored.split(',').filter(|flag| !flag.is_empty()).map(str::to_owned).collect()
}

impl From<&StoredFile> for FileSummary {
    fn from(file: &StoredFile) -> Self {
        Self {
            id: file.id.clone(),
            name: file.name.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            flags: flag_codes(&file.flags),
            shown_sha256: file.shown.as_ref().map(|copy| copy.sha256.clone()),
        }
    }
}

impl FileView {
    /// Builds the view of a file from its row alone.
    pub(crate) fn of_row(row: FileRow) -> Self {
        Self {
            flags: flag_codes(&row.flags),
            id: row.public_id,
            name: row.name,
            media_type: row.media_type,
            bytes: row.bytes,
            sha256: row.sha256,
            shown_bytes: row.shown_bytes,
            shown_sha256: row.shown_sha256,
        }
    }

    /// Builds the view of a file from its row and from its record in a fact, whose digests it shows.
    pub(crate) fn new(row: &FileRow, recorded: &FileSummary) -> Self {
        Self {
            id: row.public_id.clone(),
            name: recorded.name.clone(),
            media_type: row.media_type.clone(),
            bytes: row.bytes,
            sha256: recorded.sha256.clone(),
            flags: flag_codes(&row.flags),
            shown_bytes: row.shown_bytes,
            shown_sha256: recorded.shown_sha256.clone().or_else(|| row.shown_sha256.clone()),
        }
    }
}

/// The part of a contract to which uploaded files belong.
pub(crate) struct FilePurpose<'a> {
    /// Contract of the thing.
    pub contract: &'a Contract,
    /// Organisation against whose quota the files count.
    pub owner: OrganisationId,
    /// Use of the files.
    pub kind: FileUse,
    /// Code of the deliverable or milestone, or random identifier of the change request, objection or message.
    pub subject: &'a str,
    /// Number of the submission or invoice, from 1; 1 for other uses.
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
/// `TooLarge` over the owner's quota; database errors.
pub(crate) fn insert_file_rows(
    app: &App,
    tx: &mut Tx<'_>,
    files: &[StoredFile],
    purpose: &FilePurpose<'_>,
) -> Result<(), Error> {
    let owner_id = purpose.owner;
    locks::lock_files_of(tx.connection, owner_id)?;
    check_quota(app, tx.connection, owner_id, files.iter().map(|file| file.bytes).sum())?;
    let uploaded_by = tx.person()?;
    let rows: Vec<NewFile> = files
        .iter()
        .map(|file| NewFile {
            public_id: file.id.clone(),
            storage_key: file.key.as_str().to_owned(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            bytes: row_bytes(file.bytes),
            sha256: file.sha256.clone(),
            hash_alg: file.hash_algorithm.clone(),
            flags: file.flags.clone(),
            state: CLEAN,
            owner_id,
            contract_id: purpose.contract.id,
            kind: purpose.kind.as_str(),
            subject: purpose.subject.to_owned(),
            no: purpose.no,
            uploaded_by,
            uploaded_at: tx.context.now,
            shown_key: file.shown.as_ref().map(|copy| copy.key.as_str().to_owned()),
            shown_bytes: file.shown.as_ref().map(|copy| row_bytes(copy.bytes)),
            shown_sha256: file.shown.as_ref().map(|copy| copy.sha256.clone()),
        })
        .collect();
    file_rows::insert(tx.connection, &rows)
}

/// Converts a size for its row.
pub(crate) fn row_bytes(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Stores the files of a form, then runs `work` in one transaction with these files and those kept with the form. No
/// two files may have the same name. A form repeated under its idempotency key gets the earlier response and is not
/// stored again.
///
/// # Errors
/// `Malformed` if a kept file is gone; `TooLarge` for too many files; those of `work`. On an error the form's files are
/// removed from the store, and kept files stay kept.
pub(crate) async fn store_files<T>(
    app: &App,
    permit: UploadPermit,
    form: UploadForm,
    work: impl Fn(&mut Tx<'_>, &Caller, &[StoredFile]) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error>
where
    T: ListsFiles + Serialize + DeserializeOwned + Send + 'static,
{
    let form_key = permit.form_key();
    let scope = Scope::Contract(permit.contract_id);
    let UploadPermit { mut caller, seat, contract, code, turn: _turn, .. } = permit;
    if let Some(key) = &mut caller.idempotency_key {
        key.hash = form.request_hash(&[contract.as_str(), code.as_str()]);
    }
    // Receiving the body may have taken minutes.
    caller.now = app.clock.now();
    let context = caller.context(app, &seat);
    let (pool, repeated) = (app.pool.clone(), context.clone());
    let (limits, kept_ids, fresh) = (form.limits(), form.kept_ids(), form.fresh_ids());
    let person = caller.person;
    if let Some(response) = run_blocking(move || stored_answer::<T>(&pool, &repeated)).await? {
        kept::discard(app, person, fresh).await?;
        return Ok(response);
    }
    let files = form.store().await?;
    let (pool, stored) = (app.pool.clone(), files.clone());
    let in_transaction = move |tx: &mut Tx<'_>| {
        let (mut all, is_one_gone) = kept::adopt_kept_files(tx, &form_key, &kept_ids)?;
        all.extend_from_slice(&stored);
        if all.len() > limits.files {
            return Err(too_many_files(limits.file, limits.files));
        }
        let names = distinct_names(all.iter().map(|file| file.name.as_str()));
        all.iter_mut().zip(names).for_each(|(file, name)| file.name = name);
        let done = work(tx, &caller, &all);
        if is_one_gone { Err(kept::gone_error(done.err(), limits.file)) } else { done }
    };
    let result = run_blocking(move || write_in(&pool, scope, &context, in_transaction)).await;
    let lists = |response: &T, id: &String| response.files().iter().any(|listed| listed.id == *id);
    let is_kept = match &result {
        // A repeat of the request may have won the race: the response then lists its files, not these.
        Ok(response) => files.is_empty() || files.iter().any(|file| lists(response, &file.id)),
        // The transaction may have been committed. Files without a row are swept later.
        Err(Error::Unavailable(_) | Error::Internal(_)) => true,
        Err(_) => false,
    };
    if !is_kept {
        remove_files(&app.files, &files).await;
    }
    if let Ok(response) = &result
        && !fresh.iter().any(|id| lists(response, id))
    {
        kept::discard(app, person, fresh).await?;
    }
    result
}

/// Builds the error for a form with more files than it may have.
pub(crate) fn too_many_files(field: &'static str, limit: usize) -> Error {
    let message = Message::new("upload-too-many-files").with("limit", limit);
    Error::Malformed(vec![FieldError { path: field.to_owned(), message }])
}

/// Removes files that have no row. Files that cannot be removed now are swept later.
pub(crate) async fn remove_files(store: &FileStore, files: &[StoredFile]) {
    let keys = files.iter().flat_map(|file| [Some(&file.key), file.shown.as_ref().map(|copy| &copy.key)]).flatten();
    for key in keys {
        if let Err(error) = store.delete(key).await {
            tracing::warn!(%error, "cannot delete an orphaned file; the next sweep will retry");
        }
    }
}

/// Runs blocking work on a thread pool made for it.
///
/// # Errors
/// Errors of `work`; `Internal` if it panics.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// The number of files that a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepSummary {
    /// Staged copies left by interrupted uploads.
    pub staged: usize,
    /// Files in the store without a row.
    pub files: usize,
}

/// Removes the remains of failed or interrupted uploads: rows of expired kept files, staged copies, and files in the
/// store without a row. Files are removed once they are more than a day old by the store's clock, which may differ from
/// the program's.
///
/// # Errors
/// `Unavailable` if the store or the database does not answer.
pub async fn sweep(app: &App) -> Result<SweepSummary, Error> {
    kept::delete_expired(app).await?;
    let now = app.files.probe(&probe_key(app)).await.map_err(unavailable)?;
    let before = now - SWEEP_AGE;
    let staged = app.files.sweep_staging(before.into()).map_err(unavailable)?;
    let mut old = app.files.list_written_before(before).chunks(SWEEP_BATCH);
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
/// `Unavailable` if the store or the database does not answer; the next tick retries.
pub fn sweep_daily(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let swept_on = || app.swept_on.lock().unwrap_or_else(PoisonError::into_inner);
    if *swept_on() == Some(today) {
        return Ok(0);
    }
    // Jobs run on a thread that may block, outside of any runtime; the store needs a runtime.
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

/// Returns a random key for probing the store.
pub(crate) fn probe_key(app: &App) -> FileKey {
    FileKey::from_random(first_half(app.ids.bytes()))
}

fn unavailable(error: FileError) -> Error {
    Error::Unavailable(error.to_string())
}
