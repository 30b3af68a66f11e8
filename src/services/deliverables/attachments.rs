//! Files attached to a part of a contract other than submissions and invoices: a change request, an objection, its
//! answer, a message or an annex. The files are received, inspected and stored like those of a submission; the event
//! that records the part lists its files with their digests.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::deliverables::files::{self, FilePurpose, FileSummary, FileView, StoredFile};
use crate::services::deliverables::permits::{self, UploadPermit};
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains;
use crate::storage::contracts::{self, Contract, facts};
use crate::storage::deliverables::files::{self as file_rows, FileRow, FileUse};
use crate::storage::identity::people::Seat;
use crate::storage::ids::ContractId;
use crate::storage::write::Tx;

/// Maximum number of files of one part.
pub const MAX_FILES: usize = 20;

/// Grants permission to send a form with files for a part of a contract, under the first of `actions` that the caller
/// has. `key` identifies the form among those of the contract.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota of the caller's organisation is used
/// up.
pub(in crate::services) fn permit(
    app: &App,
    caller: Caller,
    (contract, key): (&str, &str),
    (actions, kind): (&[Action], FileUse),
) -> Result<UploadPermit, Error> {
    permits::permit_upload(app, caller, (contract, key), (actions, kind), |_| true)
}

/// Inserts the rows of stored files for a part of a contract, by its random identifier.
///
/// # Errors
/// `TooLarge` over the quota of the seat's organisation; database errors.
pub(in crate::services) fn attach(
    app: &App,
    tx: &mut Tx<'_>,
    (contract, seat): (&Contract, &Seat),
    (kind, subject): (FileUse, &str),
    stored: &[StoredFile],
) -> Result<Vec<FileSummary>, Error> {
    if !stored.is_empty() {
        let purpose = FilePurpose { contract, owner: seat.organisation, kind, subject, no: 1 };
        files::insert_file_rows(app, tx, stored, &purpose)?;
    }
    Ok(stored.iter().map(FileSummary::from).collect())
}

/// Adds the files of a part to the body of its event.
pub(in crate::services) fn list_in(body: &mut serde_json::Value, files: &[FileSummary]) {
    if let (Some(body), false) = (body.as_object_mut(), files.is_empty()) {
        body.insert("files".to_owned(), serde_json::json!(files));
    }
}

/// Files of one contract.
pub(in crate::services) struct Attachments(Vec<FileRow>);

impl Attachments {
    /// Loads all files of a contract.
    ///
    /// # Errors
    /// Database errors.
    pub(in crate::services) fn all(connection: &mut AnyConnection, contract: ContractId) -> Result<Self, Error> {
        Ok(Self(file_rows::of_any_use(connection, contract)?))
    }

    /// Returns the rows, oldest first.
    pub(in crate::services) fn rows(&self) -> &[FileRow] {
        &self.0
    }

    /// Loads the files of these uses that are attached to these parts of a contract.
    ///
    /// # Errors
    /// Database errors.
    pub(in crate::services) fn load(
        connection: &mut AnyConnection,
        contract: ContractId,
        uses: &[FileUse],
        subjects: &[&str],
    ) -> Result<Self, Error> {
        Ok(Self(file_rows::of_subjects(connection, contract, uses, subjects)?))
    }

    /// Returns the files of a use that are attached to a part, in the order of the upload.
    pub(in crate::services) fn of(&self, kind: FileUse, subject: &str) -> Vec<FileView> {
        let own = self.0.iter().filter(|row| row.kind == kind.as_str() && row.subject == subject);
        own.cloned().map(FileView::of_row).collect()
    }
}

/// Returns the kind of fact and the actions of the events that record the files of a use.
fn recording(kind: FileUse) -> (Option<FactKind>, &'static [EventAction]) {
    use EventAction::{InvoiceDocument, ObjectionReject, ObjectionUphold, Step};
    match kind {
        FileUse::Submission => (Some(FactKind::Submission), &[]),
        FileUse::Invoice => (Some(FactKind::Invoice), &[InvoiceDocument]),
        FileUse::Application => (
            None,
            &[
                Step(Action::ApplyForExtension),
                Step(Action::ApplyForWaiver),
                Step(Action::RequestExtension),
                Step(Action::RequestWaiver),
                Step(Action::ProposeIncident),
            ],
        ),
        FileUse::Objection => (None, &[Step(Action::RaiseObjection)]),
        FileUse::Answer => (None, &[ObjectionUphold, ObjectionReject]),
        FileUse::Message => (None, &[Step(Action::SendMessage)]),
        FileUse::Annex => (None, &[Step(Action::AddAnnex)]),
    }
}

/// Loads the record of a file in the fact or event of its upload; `None` if none names the file.
///
/// # Errors
/// Database errors.
pub(crate) fn load_recorded(connection: &mut AnyConnection, row: &FileRow) -> Result<Option<FileSummary>, Error> {
    let Some(kind) = FileUse::parse(&row.kind) else { return Ok(None) };
    let (fact, actions) = recording(kind);
    let mut texts = match fact {
        Some(fact) => facts::words_of(connection, row.contract_id, fact)?,
        None => Vec::new(),
    };
    if !actions.is_empty() {
        let stream = format!("contract:{}", contracts::by_id(connection, row.contract_id)?.public_id);
        let events = hash_chains::events_with(connection, &stream, actions)?;
        texts.extend(events.into_iter().map(|event| event.body));
    }
    let listed = texts.iter().filter(|text| text.contains(&row.public_id));
    let mut files =
        listed.filter_map(|text| serde_json::from_str::<ListedFiles>(text).ok()).flat_map(|list| list.files);
    Ok(files.find(|file| file.id == row.public_id))
}

/// Returns what facts and events recorded about files, by identifier. A row that differs from its record was changed.
pub(in crate::services) fn recorded_in<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, FileSummary> {
    let listed = texts.filter_map(|text| serde_json::from_str::<ListedFiles>(text).ok());
    listed.flat_map(|list| list.files).map(|file| (file.id.clone(), file)).collect()
}

/// The list of files in a fact or event.
#[derive(Deserialize)]
struct ListedFiles {
    #[serde(default)]
    files: Vec<FileSummary>,
}
