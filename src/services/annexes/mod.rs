//! Annexes of a contract and its amendments: the signed text and other documents. An officer adds annexes with files,
//! and may remove one until the contract is signed or a party has consented to the amendment. Internal annexes are read
//! by bureaus only.

pub mod signed;
pub mod view;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::annexes::{AnnexKind, MAX_ANNEXES, is_removable};
use crate::domain::codes::AmendmentState;
use crate::domain::policy::Action;
use crate::domain::text_input::key;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, repeats};
use crate::services::deliverables::attachments::{self, MAX_FILES};
use crate::services::deliverables::files::{self, FileSummary, ListsFiles, StoredFile};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::amendments::{self, Amendment};
use crate::storage::annexes::{self as rows, Annex, NewAnnex};
use crate::storage::contracts::Contract;
use crate::storage::deliverables::files::{self as file_rows, FileRow, FileUse};
use crate::storage::identity::people::Seat;
use crate::storage::write::Tx;

/// Maximum length of a title, in characters.
const TITLE_LENGTH: usize = 200;

/// The form of an annex.
pub static ANNEX_LIMITS: UploadLimits = UploadLimits {
    texts: &["amendment", "kind", "title", "internal", signed::CODE],
    file: "files",
    files: MAX_FILES,
    endings: &[],
};

/// The receipt for an annex.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AnnexReceipt {
    /// Random identifier of the annex.
    pub id: String,
    /// Files stored with the annex.
    pub files: Vec<FileSummary>,
}

impl ListsFiles for AnnexReceipt {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// A removal.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnexRemovalInput {
    /// Reason; required.
    #[serde(default)]
    pub reason: Option<String>,
}

/// An annex after its removal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AnnexRemoved {
    /// Random identifier of the annex.
    pub id: String,
    /// Random identifier of the contract.
    pub contract: String,
}

/// Grants permission to add an annex, before the body of its form is read. `key` identifies the form: by the amendment,
/// or empty for the contract.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota is used up.
pub fn permit(app: &App, caller: Caller, contract: &str, key: &str) -> Result<UploadPermit, Error> {
    attachments::permit(app, caller, (contract, key), (&[Action::AddAnnex], FileUse::Annex))
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_form(form: &UploadForm) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let unknown = "annex-kind-unknown";
    form.require_field("kind", &mut faults, |kind| AnnexKind::parse(kind).ok_or(unknown));
    faults.extend(form.missing_fault("title", "draft-empty"));
    let kind = form.text("kind").and_then(AnnexKind::parse);
    faults.extend(signed::fault_of_code(kind, form.text(signed::CODE)));
    if form.file_count() == 0 {
        let message = Message::new("annex-without-file");
        faults.push(FieldError { path: ANNEX_LIMITS.file.to_owned(), message });
    }
    faults
}

/// Adds an annex with the files of a form.
///
/// # Errors
/// `Malformed` without kind, title or file; `Duplicate` if an annex with the same kind, title and files exists;
/// `NotFound` for an amendment of another contract; `Conflict` for an amendment that was withdrawn or refused;
/// `Refused` beyond the number of annexes that a contract may have, and for a code that was not printed for it.
pub async fn add(app: &App, permit: UploadPermit, form: UploadForm) -> Result<AnnexReceipt, Error> {
    let faults = faults_of_form(&form);
    if !faults.is_empty() {
        return Err(Error::Malformed(faults));
    }
    let text = |name: &str| form.text(name).map(str::to_owned);
    let added = Added {
        kind: text("kind").and_then(|kind| AnnexKind::parse(&kind)).unwrap_or(AnnexKind::Other),
        title: text("title").unwrap_or_default(),
        amendment: text("amendment"),
        internal: text("internal").is_some(),
        code: text(signed::CODE),
    };
    let (cloned, contract) = (app.clone(), permit.contract.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (record, seat, _) = acts::begin(tx, caller, &contract, &[Action::AddAnnex])?;
        insert(&cloned, tx, (&record, &seat), &added, files)
    })
    .await
}

/// An annex as the form describes it.
struct Added {
    kind: AnnexKind,
    title: String,
    amendment: Option<String>,
    internal: bool,
    /// Code printed on the document of which the annex is the signed scan.
    code: Option<String>,
}

/// Stores an annex with its files, within the transaction that stores the files.
fn insert(
    app: &App,
    tx: &mut Tx<'_>,
    (record, seat): (&ContractRecord, &Seat),
    added: &Added,
    files: &[StoredFile],
) -> Result<AnnexReceipt, Error> {
    if let Some(message) = inputs::line_fault(&added.title, TITLE_LENGTH) {
        return Err(Error::refused_at("length", "title", message));
    }
    let contract_id = record.contract.id;
    let amendment = match &added.amendment {
        Some(id) => Some(open_amendment(tx, record, id)?),
        None => None,
    };
    let signed = added.code.as_deref().map(|code| signed::read_code(app, record, code)).transpose()?;
    let known = rows::of_contract(tx.connection, contract_id)?;
    refuse_repeated(tx, record, &known, (added, amendment.as_ref()), files)?;
    if known.len() >= MAX_ANNEXES {
        return Err(Error::refused("annexes", Message::new("annex-too-many").with("limit", MAX_ANNEXES)));
    }
    let (id, by) = (tx.context.ids.uuid(), tx.person()?);
    let new = NewAnnex {
        public_id: &id,
        contract_id,
        amendment_id: amendment.map(|amendment| amendment.id),
        kind: added.kind,
        title: &added.title,
        internal: added.internal,
    };
    let key = rows::insert(tx.connection, tx.context, &new, by)?;
    if let Some(signed) = &signed {
        signed::insert(tx.connection, (contract_id, key), signed)?;
    }
    let files = attachments::attach(app, tx, (&record.contract, seat), (FileUse::Annex, &id), files)?;
    let mut body = serde_json::json!({
        "annex": id, "kind": added.kind, "title": added.title, "amendment": added.amendment, "internal": added.internal,
    });
    if let Some(signed) = &signed {
        body["signed"] = serde_json::json!(signed);
    }
    attachments::list_in(&mut body, &files);
    append_event(tx, &record.contract, Action::AddAnnex, body)?;
    Ok(AnnexReceipt { id, files })
}

/// Refuses an annex with the kind, title and files of one that stands beside it.
fn refuse_repeated(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    known: &[Annex],
    (added, amendment): (&Added, Option<&Amendment>),
    files: &[StoredFile],
) -> Result<(), Error> {
    let is_alike = |annex: &&Annex| {
        annex.removed_at.is_none()
            && annex.kind == added.kind
            && annex.amendment_id == amendment.map(|amendment| amendment.id.0)
            && key(&annex.title) == key(&added.title)
    };
    let alike: Vec<&Annex> = known.iter().filter(is_alike).collect();
    let ids: Vec<&str> = alike.iter().map(|annex| annex.public_id.as_str()).collect();
    let stored = file_rows::of_subjects(tx.connection, record.contract.id, &[FileUse::Annex], &ids)?;
    let given: BTreeSet<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let has_same = |annex: &&&Annex| {
        let own = stored.iter().filter(|row| row.subject == annex.public_id);
        own.map(|row| row.sha256.as_str()).collect::<BTreeSet<_>>() == given
    };
    let Some(first) = alike.iter().find(has_same) else { return Ok(()) };
    let message = Message::new("annex-repeated").with("on", civil_day(first.added_at));
    Err(repeats::duplicate_on_page(&record.contract, format!("annexes#annex-{}", first.public_id), message, false))
}

/// Finds an amendment of a contract to which annexes can be added.
fn open_amendment(tx: &mut Tx<'_>, record: &ContractRecord, id: &str) -> Result<Amendment, Error> {
    let found = amendments::one_of_contract(tx.connection, record.contract.id, id)?.ok_or(Error::NotFound)?;
    match found.state {
        AmendmentState::Withdrawn | AmendmentState::Refused => Err(Error::conflict("annex-amendment-ended")),
        _ => Ok(found),
    }
}

/// Removes an annex. Its row, its files and both events are kept.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` once the contract is signed or a party has consented to the amendment, or for an
/// annex already removed; `Refused` without a reason.
pub fn remove(app: &App, caller: &Caller, id: &str, input: &AnnexRemovalInput) -> Result<AnnexRemoved, Error> {
    let action = Action::RemoveAnnex;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, _, annex| {
        let reason = inputs::reason(input.reason.as_deref())?;
        let amended = amendment_states(tx.connection, &record.contract, std::slice::from_ref(&annex))?;
        if annex.removed_at.is_some() {
            let (page, message) = (format!("annexes#annex-{}", annex.public_id), Message::new("annex-removed"));
            return Err(repeats::duplicate_on_page(&record.contract, page, message, false));
        }
        if !is_removable(record.contract.state, amended.first().map(|(_, _, state)| *state)) {
            return Err(Error::conflict("annex-signed"));
        }
        let by = tx.person()?;
        rows::remove(tx.connection, tx.context, annex.id, by)?;
        let body = serde_json::json!({ "annex": annex.public_id, "reason": reason });
        append_event(tx, &record.contract, action, body)?;
        Ok(AnnexRemoved { id: annex.public_id, contract: record.contract.public_id.clone() })
    })
}

/// Loads key, random identifier and state of the amendments to which annexes belong.
fn amendment_states(
    connection: &mut AnyConnection,
    contract: &Contract,
    annexes: &[Annex],
) -> Result<Vec<(i64, String, AmendmentState)>, Error> {
    if annexes.iter().all(|annex| annex.amendment_id.is_none()) {
        return Ok(Vec::new());
    }
    let all = amendments::of_contract(connection, contract.id)?.into_iter();
    let named = all.filter(|one| annexes.iter().any(|annex| annex.amendment_id == Some(one.id.0)));
    Ok(named.map(|one| (one.id.0, one.public_id, one.state)).collect())
}

/// Returns whether a caller who may see the contract may read the file of an annex: any caller one that is neither
/// internal nor removed, bureaus also internal ones, and those who audit also removed ones.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn may_read(
    connection: &mut AnyConnection,
    caller: &Caller,
    (contract, file): (&Contract, &FileRow),
) -> Result<bool, Error> {
    let may = |action| caller.seat_on(contract, action).is_ok();
    let annex = rows::one_of_contract(connection, contract.id, &file.subject)?;
    Ok(annex.is_some_and(|annex| {
        (!annex.internal || may(Action::ReadInternalAnnex))
            && (annex.removed_at.is_none() || may(Action::ReadOriginalFile))
    }))
}
