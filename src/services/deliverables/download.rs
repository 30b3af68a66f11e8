//! Downloads: a file is served only if it still has the digest recorded with its upload. Ordinary readers get the copy
//! without personal data, if there is one; the original is only for those who audit.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::adapters::files::{FileError, FileKey, MIB, content_disposition};
use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::annexes;
use crate::services::deliverables::attachments::load_recorded;
use crate::services::deliverables::files::{flag_codes, run_blocking};
use crate::services::deliverables::openings;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts;
use crate::storage::deliverables::files::{self as file_rows, FileRow, FileUse};
use crate::storage::locks::Scope;
use crate::storage::write::{Event, write_in};

/// Maximum size of a file served from memory, in bytes; a larger one is read twice, first to verify its digest.
const IN_MEMORY_BYTES: u64 = 8 * MIB;

/// A file to be sent to the caller.
pub struct Download {
    /// Size in bytes.
    pub bytes: u64,
    /// Media type determined from the content.
    pub media_type: String,
    /// `Content-Disposition` header with which a browser saves the file under its name.
    pub disposition: String,
    /// Notes on the content: `x` stands for the message `file-flag-x`.
    pub flags: Vec<String>,
    /// Content as a stream.
    pub content: BoxStream<'static, Result<Bytes, FileError>>,
}

/// Opens a file of a contract that the caller may see, without the hidden personal data that programs write into files.
/// The digest is verified before the first byte is sent.
///
/// # Errors
/// `NotFound`; `Internal` for a file that the store has lost or changed, which is recorded in the contract's audit log.
pub async fn download(app: &App, caller: Caller, id: &str) -> Result<Download, Error> {
    caller.may(Action::ReadContract)?;
    open_download(app, caller, id, Version::Shown).await
}

/// Opens a file of a contract exactly as it was uploaded, for those who audit.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Internal` as for [`download`].
pub async fn download_original(app: &App, caller: Caller, id: &str) -> Result<Download, Error> {
    caller.may(Action::ReadOriginalFile)?;
    open_download(app, caller, id, Version::Original).await
}

/// The version of a file that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Shown,
    Original,
}

/// Checks the right, the opening and the digest, and opens the file.
async fn open_download(app: &App, caller: Caller, id: &str, version: Version) -> Result<Download, Error> {
    let action = match version {
        Version::Shown => Action::ReadContract,
        Version::Original => Action::ReadOriginalFile,
    };
    let organisations = caller.may(action)?.iter().map(|seat| seat.organisation).collect::<Vec<_>>();
    let (reading, id, reader) = (app.clone(), id.to_owned(), caller.clone());
    let (row, recorded) = run_blocking(move || {
        let found = reading.pool.read(|connection| {
            let row = file_rows::seen_by(connection, &id, &organisations)?.ok_or(Error::NotFound)?;
            reject_other_readers(connection, &reader, &row)?;
            let recorded = load_recorded(connection, &row)?;
            Ok((row, recorded))
        })?;
        openings::record_download(&reading, &reader, &found.0)?;
        Ok(found)
    })
    .await?;
    // The hash chain has the recorded values, so a file that was changed together with its row is found too.
    let (original, copy) = recorded.map_or((None, None), |file| (Some(file.sha256), file.shown_sha256));
    let shown = (row.shown_key.as_ref(), row.shown_bytes, copy.or_else(|| row.shown_sha256.clone()));
    let (key, bytes, sha256) = match shown {
        (Some(key), Some(bytes), Some(sha256)) if version == Version::Shown => (key, bytes, sha256),
        _ => (&row.storage_key, row.bytes, original.unwrap_or_else(|| row.sha256.clone())),
    };
    let key = FileKey::parse(key).ok_or_else(|| Error::Internal("invalid storage key".to_owned()))?;
    let bytes = u64::try_from(bytes).unwrap_or(0);
    let opened = if bytes <= IN_MEMORY_BYTES {
        let content = app.files.read(&key, &sha256, IN_MEMORY_BYTES).await;
        content.map(|content| (content.len() as u64, stream::iter([Ok(content)]).boxed()))
    } else {
        app.files.open(&key, &sha256).await.map(|opened| (opened.bytes, opened.stream))
    };
    match opened {
        Ok((bytes, content)) => {
            let flags = flag_codes(&row.flags);
            Ok(Download {
                bytes,
                media_type: row.media_type,
                disposition: content_disposition(&row.name),
                flags,
                content,
            })
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

/// Rejects callers who may see the contract but not the message or annex to which a file belongs.
fn reject_other_readers(connection: &mut AnyConnection, caller: &Caller, row: &FileRow) -> Result<(), Error> {
    let may_read = match FileUse::parse(&row.kind) {
        Some(FileUse::Message) => {
            let contract = contracts::by_id(connection, row.contract_id)?;
            caller.seat_on(&contract, Action::ReadMessages).is_ok()
        }
        Some(FileUse::Annex) => {
            let contract = contracts::by_id(connection, row.contract_id)?;
            annexes::may_read(connection, caller, (&contract, row))?
        }
        Some(FileUse::Submission | FileUse::Invoice | FileUse::Application | FileUse::Objection | FileUse::Answer)
        | None => true,
    };
    if may_read { Ok(()) } else { Err(Error::NotFound) }
}

/// Records in the contract's audit log that a stored file no longer matches its upload.
fn record_damage(app: &App, caller: &Caller, row: &FileRow, reason: &str) -> Result<(), Error> {
    tracing::error!(event = "file-damaged", file = %row.public_id, reason);
    let seat = caller.seat(Action::ReadContract)?;
    let mut context = caller.context(app, seat);
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Contract(row.contract_id), &context, |tx| {
        let contract = contracts::by_id(tx.connection, row.contract_id)?;
        let stream = format!("contract:{}", contract.public_id);
        let body = serde_json::json!({ "sha256": row.sha256, "reason": reason });
        tx.event(&Event { stream: &stream, action: EventAction::FileDamaged, object: &row.public_id, body })
    })
}
