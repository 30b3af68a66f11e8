//! Opening a change request, after checking that its fact could be recorded today. The right under which it is opened
//! decides its first step: a request of the purchaser waits for the leader, one of the contractor for the officer.

use serde_json::Value;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, Role};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::change_requests::{
    ChangeRequestSummary, event_body, extension, incident, requested_fact, reversal, waiver,
};
use crate::services::contracts::acts;
use crate::services::contracts::append::{self, check_fact};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::deliverables::attachments;
use crate::services::deliverables::files::{self, StoredFile};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::UploadForm;
use crate::services::identity::caller::Caller;
use crate::services::shared::inputs;
use crate::storage::change_requests as rows;
use crate::storage::deliverables::files::FileUse;
use crate::storage::locks::Scope;
use crate::storage::write::{Tx, write_in};

/// A change request to open.
#[derive(Debug, Clone)]
pub(super) struct NewRequest {
    pub kind: ChangeRequestKind,
    /// The fact that the request would become.
    pub body: Value,
    pub reason: String,
    /// True to make another request about a thing while one is pending.
    pub another: bool,
}

/// Returns the rights under which a kind of change is requested: first the purchaser's, then the contractor's.
pub(super) fn rights_of(kind: ChangeRequestKind) -> &'static [Action] {
    match kind {
        ChangeRequestKind::Extension => &[Action::RequestExtension, Action::ApplyForExtension],
        ChangeRequestKind::Waiver => &[Action::RequestWaiver, Action::ApplyForWaiver],
        ChangeRequestKind::Reversal => &[Action::RequestReversal],
        ChangeRequestKind::Incident => &[Action::ProposeIncident],
        // An early end is requested in `contracts::transitions`.
        ChangeRequestKind::Termination => &[],
    }
}

/// Opens a change request without files.
pub(super) fn open_request(
    app: &App,
    caller: &Caller,
    contract: &str,
    new: &NewRequest,
) -> Result<ChangeRequestSummary, Error> {
    let rights = rights_of(new.kind);
    caller.may_any(rights)?;
    let (found, seat, _) = app.pool.read(|connection| caller.contract_by_any(connection, contract, rights))?;
    write_in(&app.pool, Scope::Contract(found.id), &caller.context(app, &seat), |tx| {
        insert_request(app, tx, caller, (contract, new), &[])
    })
}

/// Grants permission to request a change with files, before its body is read. The address names the contract and what
/// the request is about, which identifies its form.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Conflict` in another state, `TooLarge` if the quota is used up.
pub fn permit_request(
    app: &App,
    caller: Caller,
    kind: ChangeRequestKind,
    address: (&str, &str),
) -> Result<UploadPermit, Error> {
    attachments::permit(app, caller, address, (rights_of(kind), FileUse::Application))
}

/// Requests an extension or a waiver, or proposes an incident, with the files of a form.
///
/// # Errors
/// `Malformed` fields, and those of the request without files; no file is kept then. `NotFound` for a kind without
/// files.
pub async fn request_with_files(
    app: &App,
    permit: UploadPermit,
    form: UploadForm,
    kind: ChangeRequestKind,
) -> Result<ChangeRequestSummary, Error> {
    let new = match kind {
        ChangeRequestKind::Extension => extension::read_form(&form)?,
        ChangeRequestKind::Waiver => waiver::read_form(&form)?,
        ChangeRequestKind::Incident => incident::read_form(&permit.caller, &form)?,
        ChangeRequestKind::Termination | ChangeRequestKind::Reversal => return Err(Error::NotFound),
    };
    let (cloned, contract) = (app.clone(), permit.contract.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        insert_request(&cloned, tx, caller, (&contract, &new), files)
    })
    .await
}

/// Checks and stores a change request, with its files, within an open transaction.
fn insert_request(
    app: &App,
    tx: &mut Tx<'_>,
    caller: &Caller,
    (contract, new): (&str, &NewRequest),
    files: &[StoredFile],
) -> Result<ChangeRequestSummary, Error> {
    let (mut record, seat, action) = acts::begin(tx, caller, contract, rights_of(new.kind))?;
    // An incident is described by its clause, so its note may be empty.
    let reason = match new.kind {
        ChangeRequestKind::Incident => inputs::text("note", &new.reason)?,
        ChangeRequestKind::Extension
        | ChangeRequestKind::Waiver
        | ChangeRequestKind::Termination
        | ChangeRequestKind::Reversal => inputs::reason(Some(&new.reason))?,
    };
    let fact = requested_fact(tx, new.kind, &new.body, Value::Null)?;
    if new.kind == ChangeRequestKind::Reversal && matches!(seat.role, Role::Cashier | Role::Accountant) {
        reversal::reject_unless_payment(&record, &fact)?;
    }
    let made = rows::of_contract(tx.connection, record.contract.id)?;
    repeats::refuse_repeated_request(&record, &made, (new.kind, &new.body), (reason, new.another))?;
    check_fact(tx, &record, &fact)?;
    let (id, by) = (tx.context.ids.uuid(), tx.person()?);
    let state = match action {
        Action::ApplyForExtension | Action::ApplyForWaiver => ChangeRequestState::Applied,
        Action::RequestReversal
            if seat.role.is_finance() || reversal::is_paid_by_finance(tx.connection, &record, &fact)? =>
        {
            ChangeRequestState::AtFinance
        }
        _ => ChangeRequestState::Requested,
    };
    let text = new.body.to_string();
    rows::insert(tx.connection, tx.context, &id, record.contract.id, (new.kind, state), (&text, reason), by)?;
    let files = attachments::attach(app, tx, (&record.contract, &seat), (FileUse::Application, &id), files)?;
    let mut body = event_body(&id, &new.body, reason);
    attachments::list_in(&mut body, &files);
    append_event(tx, &record.contract, action, body)?;
    append::save_change(tx, &mut record)?;
    Ok(ChangeRequestSummary { id, state, seq: None, version: record.contract.version, files })
}
