//! Files of contracts: stored before the row that names them, given out only when they are still what was handed in, swept
//! when no row names them.

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
use crate::services::deliverables::uploads::{Admitted, Form, half};
use crate::services::identity::caller::Caller;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::{self, Contract};
use crate::storage::deliverables::files::{self as rows, CLEAN, FileRow, FileUse, NewFile};
use crate::storage::ids::OrganisationId;
use crate::storage::write::{Event, Tx, stored_answer, write};
use crate::storage::{AnyConnection, Pool};

/// Up to this size a file is read whole and sent from memory; a larger one is read twice.
const WHOLE_BYTES: u64 = 8 * MIB;
/// Bytes of a GiB.
const GIB: u64 = 1024 * MIB;
/// Age from which a file that no row names is removed: longer than any request lasts.
const SWEEP_AGE: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Files that are asked for at a time while sweeping.
const SWEEP_STEP: usize = 500;

/// A file that is in the store and has no row yet.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Random identifier that it will have.
    pub id: String,
    /// The store's key.
    pub key: FileKey,
    /// Name to show.
    pub name: String,
    /// Type by content.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest in hexadecimal.
    pub sha256: String,
    /// Its algorithm.
    pub hash_algorithm: &'static str,
    /// What is worth a warning in it, separated by commas.
    pub flags: String,
}

/// A file as it is answered to whoever handed it in, and as a fact's words name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileSummary {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest in hexadecimal.
    pub sha256: String,
}

/// A file of a contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileView {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Type by content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest in hexadecimal.
    pub sha256: String,
    /// What is worth a warning in it, as `file-flag-scripts`.
    pub flags: Vec<String>,
}

impl From<&NewUpload> for FileSummary {
    fn from(file: &NewUpload) -> Self {
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

/// What files are handed in for.
pub(crate) struct Purpose<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Submission or invoice.
    pub kind: FileUse,
    /// Code of the deliverable or milestone.
    pub subject: &'a str,
    /// Number of the submission or invoice.
    pub no: i32,
}

/// An answer that names the files that it stored.
pub(crate) trait Names {
    /// Their identifiers.
    fn files(&self) -> &[FileSummary];
}

/// Whether there is room for more files of an organisation.
///
/// # Errors
/// `TooLarge` over the quota.
pub(crate) fn room(app: &App, connection: &mut AnyConnection, owner: OrganisationId, more: u64) -> Result<(), Error> {
    let quota = u64::from(app.settings.contractor_quota_gib);
    let taken = u64::try_from(rows::bytes_of(connection, owner)?).unwrap_or(0);
    if taken.saturating_add(more) > quota.saturating_mul(GIB) {
        return Err(Error::TooLarge(Message::new("upload-quota").with("quota", quota)));
    }
    Ok(())
}

/// Gives stored files their rows.
///
/// # Errors
/// `TooLarge` over the owner's quota; the database's.
pub(crate) fn record(app: &App, tx: &mut Tx<'_>, files: &[NewUpload], purpose: &Purpose<'_>) -> Result<(), Error> {
    let owner_id = purpose.contract.contractor_id;
    room(app, tx.connection, owner_id, files.iter().map(|file| file.bytes).sum())?;
    let uploaded_by = tx.person()?;
    let new: Vec<NewFile> = files
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
    rows::insert(tx.connection, &new)
}

/// Stores the files of a form and then does the work that names them, in one transaction. A form that comes again under its
/// request key is answered what it was answered, and stored no second time.
///
/// # Errors
/// Those of `work`; nothing that the form brought stays in the store then.
pub(crate) async fn hand_in<T>(
    app: &App,
    admitted: Admitted,
    form: Form,
    work: impl Fn(&mut Tx<'_>, &Caller, &[NewUpload]) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error>
where
    T: Names + Serialize + DeserializeOwned + Send + 'static,
{
    let Admitted { mut caller, seat, contract, code } = admitted;
    if let Some(request) = &mut caller.request {
        request.hash = form.hash(&[contract.as_str(), code.as_str()]);
    }
    // The body may have taken minutes.
    caller.now = app.clock.now();
    let context = caller.context(app, &seat);
    let (pool, asked) = (app.pool.clone(), context.clone());
    if let Some(answer) = blocking(move || stored_answer::<T>(&pool, &asked)).await? {
        return Ok(answer);
    }
    let files = form.store().await?;
    let (pool, stored) = (app.pool.clone(), files.clone());
    let done = blocking(move || write(&pool, &context, |tx| work(tx, &caller, &stored))).await;
    let kept = match &done {
        // The same request was faster elsewhere: the answer names its files, not these.
        Ok(answer) => {
            files.is_empty() || answer.files().iter().any(|named| files.iter().any(|file| file.id == named.id))
        }
        // Whether the transaction came through is not known: the sweep will see.
        Err(Error::Unavailable(_) | Error::Internal(_)) => true,
        Err(_) => false,
    };
    if !kept {
        remove(&app.files, &files).await;
    }
    done
}

/// Removes files that got no row. What cannot be removed now is swept.
pub(crate) async fn remove(store: &FileStore, files: &[NewUpload]) {
    for file in files {
        if let Err(error) = store.delete(&file.key).await {
            tracing::warn!(%error, "a file without a row stays until it is swept");
        }
    }
}

/// Does what blocks on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// A file on its way out.
pub struct Download {
    /// Size in bytes.
    pub bytes: u64,
    /// Type by content.
    pub media_type: String,
    /// The header that makes a browser save it under its name.
    pub disposition: String,
    /// Its content.
    pub content: BoxStream<'static, Result<Bytes, FileError>>,
}

/// A file of a contract that the caller may see. Not a byte of it is given before its digest was found right.
///
/// # Errors
/// `NotFound`; `Internal` for a file that the store has lost or changed, which is noted in the contract's chain.
pub async fn download(app: &App, caller: Caller, id: &str) -> Result<Download, Error> {
    caller.may(Action::ReadContract)?;
    let (pool, id, organisations) = (app.pool.clone(), id.to_owned(), caller.organisations());
    let row = blocking(move || rows::seen_by(&mut *pool.get()?, &id, &organisations)).await?.ok_or(Error::NotFound)?;
    let key = FileKey::parse(&row.storage_key).ok_or_else(|| Error::Internal("a key that is none".to_owned()))?;
    let bytes = u64::try_from(row.bytes).unwrap_or(0);
    let opened = if bytes <= WHOLE_BYTES {
        let whole = app.files.read(&key, &row.sha256, WHOLE_BYTES).await;
        whole.map(|whole| (whole.len() as u64, stream::iter([Ok(whole)]).boxed()))
    } else {
        app.files.open(&key, &row.sha256).await.map(|opened| (opened.bytes, opened.stream))
    };
    match opened {
        Ok((bytes, content)) => {
            Ok(Download { bytes, media_type: row.media_type, disposition: content_disposition(&row.name), content })
        }
        Err(error @ (FileError::Changed | FileError::Missing | FileError::TooLarge { .. })) => {
            let reason = format!("file {} of the store: {error}", row.public_id);
            let (app, at_fault) = (app.clone(), reason.clone());
            blocking(move || note_damage(&app, &caller, &row, &at_fault)).await?;
            Err(Error::Internal(reason))
        }
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

/// Notes in the contract's chain that a file is not what was handed in.
fn note_damage(app: &App, caller: &Caller, row: &FileRow, reason: &str) -> Result<(), Error> {
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

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Staged copies.
    pub staged: usize,
    /// Files of the store that no row named.
    pub files: usize,
}

/// Removes what requests that failed or were cut off have left: staged copies, and files of the store that no row names, once
/// they are older than a day by the store's own clock (the program's may be set to another time).
///
/// # Errors
/// The store or the database does not answer.
pub async fn sweep(app: &App) -> Result<Swept, Error> {
    let now = app.files.probe(&probe_key(app)).await.map_err(unavailable)?;
    let before = now - SWEEP_AGE;
    let staged = app.files.sweep_staging(before.into()).map_err(unavailable)?;
    let mut old = app.files.written_before(before).chunks(SWEEP_STEP);
    let mut files = 0;
    while let Some(keys) = old.next().await {
        let keys: Vec<FileKey> = keys.into_iter().collect::<Result<_, _>>().map_err(unavailable)?;
        for key in nameless(&app.pool, keys).await? {
            app.files.delete(&key).await.map_err(unavailable)?;
            files += 1;
        }
    }
    Ok(Swept { staged, files })
}

/// Sweeps once on a day, for a step of the jobs; gives how much was removed. A process that starts anew looks again.
///
/// # Errors
/// The store or the database does not answer; then it is tried again at the next step.
pub fn sweep_daily(app: &App) -> Result<usize, Error> {
    let today = civil_day(app.clock.now());
    let swept_on = || app.swept_on.lock().unwrap_or_else(PoisonError::into_inner);
    if *swept_on() == Some(today) {
        return Ok(0);
    }
    // A step of the jobs is on a thread that may block; the store wants a runtime.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let swept = runtime.map_err(|error| Error::Internal(error.to_string()))?.block_on(sweep(app))?;
    *swept_on() = Some(today);
    Ok(swept.staged + swept.files)
}

async fn nameless(pool: &Pool, keys: Vec<FileKey>) -> Result<Vec<FileKey>, Error> {
    let pool = pool.clone();
    blocking(move || {
        let asked: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let known = rows::known(&mut *pool.get()?, &asked)?;
        Ok(keys.into_iter().filter(|key| !known.contains(key.as_str())).collect())
    })
    .await
}

/// A key for a trial of the store.
pub(crate) fn probe_key(app: &App) -> FileKey {
    FileKey::from_random(half(app.ids.bytes()))
}

fn unavailable(error: FileError) -> Error {
    Error::Unavailable(error.to_string())
}
