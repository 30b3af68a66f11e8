//! Kept files: when a form with files is refused, its accepted files are kept for the sender, so that they need not be
//! chosen and sent again. Those of a withdrawn submission are kept in the same way for who withdrew it. A kept file belongs to one person and one form, expires after a day, and is deleted earlier
//! if newer files of the person need the room.

use chrono::NaiveDateTime;

use crate::adapters::files::{FileKey, HASH_ALGORITHM, MIB};
use crate::app::App;
use crate::domain::policy::Action;
use crate::error::{Error, FieldError, Message};
use crate::services::deliverables::files::{ShownCopy, StoredFile, flag_codes, row_bytes, run_blocking};
use crate::services::identity::caller::Caller;
use crate::storage::deliverables::files::{FileRow, FileUse};
use crate::storage::deliverables::kept_files::{self as rows, KeptFileRow};
use crate::storage::ids::PersonId;
use crate::storage::locks::Scope;
use crate::storage::write::{Context, Tx, write_in};

/// Time after which a kept file expires.
const KEPT_FOR: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Storage for one person's kept files, as a multiple of the largest form.
const QUOTA_FORMS: u64 = 2;

/// A kept file, as the form lists it.
#[derive(Debug, Clone)]
pub struct KeptFile {
    /// Random identifier of the file.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Notes on the content: `x` stands for the message `file-flag-x`.
    pub flags: Vec<String>,
}

/// Returns the key of a form: its use, the contract, and the deliverable or milestone.
pub(crate) fn form_key(kind: FileUse, contract: &str, code: &str) -> String {
    format!("{}/{contract}/{code}", kind.as_str())
}

/// Lists the files that are kept for the caller with the form of an act.
///
/// # Errors
/// `NotFound` for an act without files; `Forbidden` for a caller who may not send the form; database errors.
pub fn list(app: &App, caller: &Caller, act: &str, (contract, code): (&str, &str)) -> Result<Vec<KeptFile>, Error> {
    let (kind, action) = match act {
        "submission" => (FileUse::Submission, Action::SubmitDeliverable),
        "invoice" => (FileUse::Invoice, Action::ReceiveInvoice),
        "apply-extension" => (FileUse::Application, Action::ApplyForExtension),
        "apply-waiver" => (FileUse::Application, Action::ApplyForWaiver),
        "objection" => (FileUse::Objection, Action::RaiseObjection),
        "objection-uphold" | "objection-reject" => (FileUse::Answer, Action::AnswerObjection),
        "message" => (FileUse::Message, Action::SendMessage),
        "annex" => (FileUse::Annex, Action::AddAnnex),
        _ => return Err(Error::NotFound),
    };
    caller.may(action)?;
    let form = form_key(kind, contract, code);
    let found = app.pool.read(|connection| rows::of_form(connection, caller.person, &form, caller.now - KEPT_FOR))?;
    let view = |row: KeptFileRow| KeptFile {
        id: row.public_id,
        name: row.name,
        bytes: row.bytes,
        flags: flag_codes(&row.flags),
    };
    Ok(found.into_iter().map(view).collect())
}

/// A person and the form with which files are kept.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    /// Person who sends the form.
    pub person: PersonId,
    /// Key of the form.
    pub form: String,
}

/// Keeps the files of a form that are in the store, and drops those in `unwanted`. A file that was kept before and is
/// sent again replaces the earlier one; in a form for one file, any new file does. Returns the identifiers of the
/// replaced files.
///
/// # Errors
/// Database errors; the files are then swept later.
pub(crate) async fn keep_files(
    app: &App,
    keeper: &Keeper,
    files: Vec<StoredFile>,
    unwanted: Vec<String>,
    takes_one: bool,
) -> Result<Vec<String>, Error> {
    let context = write_context(app, keeper.person);
    let quota = quota(app);
    let (pool, keeper) = (app.pool.clone(), keeper.clone());
    run_blocking(move || {
        write_in(&pool, Scope::Person(keeper.person), &context, |tx| {
            rows::delete(tx.connection, keeper.person, &unwanted)?;
            let mut replaced = rows::of_form(tx.connection, keeper.person, &keeper.form, tx.context.now - KEPT_FOR)?;
            let is_same = |row: &KeptFileRow| files.iter().any(|new| new.name == row.name && new.sha256 == row.sha256);
            replaced.retain(|row| is_same(row) || (takes_one && !files.is_empty()));
            let replaced: Vec<String> = replaced.into_iter().map(|row| row.public_id).collect();
            rows::delete(tx.connection, keeper.person, &replaced)?;
            let new: Vec<KeptFileRow> = files.iter().map(|file| to_row(file, &keeper, tx.context.now)).collect();
            insert_within(tx, keeper.person, quota, &new)?;
            Ok(replaced)
        })
    })
    .await
}

/// Keeps the files of a withdrawn submission for the form of the next one. They share their content with the rows that
/// stay with the contract.
///
/// # Errors
/// Database errors.
pub(super) fn keep_withdrawn(app: &App, tx: &mut Tx<'_>, form: &str, files: Vec<FileRow>) -> Result<(), Error> {
    let (person, kept_at) = (tx.person()?, tx.context.now);
    let row = |file: FileRow| KeptFileRow {
        public_id: app.ids.uuid(),
        person_id: person,
        form: form.to_owned(),
        storage_key: file.storage_key,
        name: file.name,
        media_type: file.media_type,
        bytes: file.bytes,
        sha256: file.sha256,
        hash_alg: HASH_ALGORITHM.to_owned(),
        flags: file.flags,
        shown_key: file.shown_key,
        shown_bytes: file.shown_bytes,
        shown_sha256: file.shown_sha256,
        kept_at,
    };
    let new: Vec<KeptFileRow> = files.into_iter().map(row).collect();
    insert_within(tx, person, quota(app), &new)
}

/// Returns the storage for one person's kept files, in bytes.
fn quota(app: &App) -> u64 {
    u64::from(app.settings.max_form_mb).saturating_mul(MIB * QUOTA_FORMS)
}

/// Inserts rows of a person's kept files, after the oldest ones beyond the quota went.
fn insert_within(tx: &mut Tx<'_>, person: PersonId, quota: u64, new: &[KeptFileRow]) -> Result<(), Error> {
    let room = row_bytes(quota).saturating_sub(new.iter().map(|row| row.bytes).sum());
    let excess = oldest_beyond(&rows::sizes(tx.connection, person)?, room);
    rows::delete(tx.connection, person, &excess)?;
    rows::insert(tx.connection, new)
}

/// Returns the oldest files that must go so that the others fit into `room` bytes.
fn oldest_beyond(kept: &[(String, i64)], room: i64) -> Vec<String> {
    let mut excess = kept.iter().map(|(_, bytes)| bytes).sum::<i64>() - room;
    let mut dropped = Vec::new();
    for (id, bytes) in kept {
        if excess <= 0 {
            break;
        }
        excess -= bytes;
        dropped.push(id.clone());
    }
    dropped
}

/// Takes kept files into the transaction that accepts their form; all other kept files of the form are dropped. The
/// flag is true if one of them is gone.
///
/// # Errors
/// Database errors.
pub(crate) fn adopt_kept_files(tx: &mut Tx<'_>, form: &str, ids: &[String]) -> Result<(Vec<StoredFile>, bool), Error> {
    let person = tx.person()?;
    let mut found = match ids {
        [] => Vec::new(),
        _ => rows::of_form(tx.connection, person, form, tx.context.now - KEPT_FOR)?,
    };
    found.retain(|row| ids.contains(&row.public_id));
    let is_one_gone = found.len() < ids.len();
    rows::delete_of_form(tx.connection, person, form)?;
    let files = found.into_iter().map(to_stored_file).collect::<Result<_, _>>()?;
    Ok((files, is_one_gone))
}

/// Returns those of a person's kept files with a form that were chosen.
///
/// # Errors
/// Database errors.
pub(super) async fn chosen(app: &App, keeper: &Keeper, ids: Vec<String>) -> Result<Vec<StoredFile>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (pool, keeper, since) = (app.pool.clone(), keeper.clone(), app.clock.now() - KEPT_FOR);
    run_blocking(move || {
        let mut found = pool.read(|connection| rows::of_form(connection, keeper.person, &keeper.form, since))?;
        found.retain(|row| ids.contains(&row.public_id));
        found.into_iter().map(to_stored_file).collect()
    })
    .await
}

/// Returns the error of a form whose kept files are gone. Another fault of the form comes first, as the files may have
/// gone with the same form sent from another tab; one about files does not, as it may be that of the missing ones.
pub(crate) fn gone_error(other: Option<Error>, field: &'static str) -> Error {
    let is_of_files = |error: &Error| match error {
        Error::Malformed(faults) | Error::Refused { errors: faults, .. } => {
            faults.iter().all(|fault| fault.path == field)
        }
        _ => false,
    };
    let gone = FieldError { path: field.to_owned(), message: Message::new("upload-kept-gone") };
    other.filter(|error| !is_of_files(error)).unwrap_or_else(|| Error::Malformed(vec![gone]))
}

/// Drops files that were kept by a form which turned out to be a repetition.
///
/// # Errors
/// Database errors.
pub(crate) async fn discard(app: &App, person: PersonId, ids: Vec<String>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let (pool, context) = (app.pool.clone(), write_context(app, person));
    let delete = move |tx: &mut Tx<'_>| rows::delete(tx.connection, person, &ids);
    run_blocking(move || write_in(&pool, Scope::Person(person), &context, delete)).await
}

/// Deletes the rows of all expired files. Their content is then swept as files without a row.
///
/// # Errors
/// Database errors.
pub(crate) async fn delete_expired(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let context = Context::of_program(now, app.ids.clone());
    let pool = app.pool.clone();
    run_blocking(move || {
        write_in(&pool, Scope::Unshared, &context, |tx| rows::delete_older(tx.connection, now - KEPT_FOR).map(|_| ()))
    })
    .await
}

fn write_context(app: &App, person: PersonId) -> Context {
    Context::of_person(person, app.clock.now(), app.ids.clone())
}

fn to_row(file: &StoredFile, keeper: &Keeper, now: NaiveDateTime) -> KeptFileRow {
    KeptFileRow {
        public_id: file.id.clone(),
        person_id: keeper.person,
        form: keeper.form.clone(),
        storage_key: file.key.as_str().to_owned(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: row_bytes(file.bytes),
        sha256: file.sha256.clone(),
        hash_alg: file.hash_algorithm.clone(),
        flags: file.flags.clone(),
        shown_key: file.shown.as_ref().map(|copy| copy.key.as_str().to_owned()),
        shown_bytes: file.shown.as_ref().map(|copy| row_bytes(copy.bytes)),
        shown_sha256: file.shown.as_ref().map(|copy| copy.sha256.clone()),
        kept_at: now,
    }
}

fn to_stored_file(row: KeptFileRow) -> Result<StoredFile, Error> {
    let parse = |key: &str| FileKey::parse(key).ok_or_else(|| Error::Internal("invalid storage key".to_owned()));
    let bytes = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
    let shown = match (&row.shown_key, row.shown_bytes, row.shown_sha256) {
        (Some(key), Some(size), Some(sha256)) => Some(ShownCopy { key: parse(key)?, bytes: bytes(size), sha256 }),
        _ => None,
    };
    Ok(StoredFile {
        id: row.public_id,
        key: parse(&row.storage_key)?,
        name: row.name,
        media_type: row.media_type,
        bytes: bytes(row.bytes),
        sha256: row.sha256,
        hash_algorithm: row.hash_alg,
        flags: row.flags,
        shown,
    })
}
