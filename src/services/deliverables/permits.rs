//! Permission to send a form with files: rights, state and quota are checked before the body of the request is read, so
//! that only people with the right can make the program read a large body.

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::{files, kept};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::people::Seat;
use crate::storage::ids::ContractId;
use crate::storage::write::stored_answer;

/// Permission to upload, granted before the body of the request is read.
pub struct UploadPermit {
    /// Person who uploads.
    pub caller: Caller,
    /// Seat in which the caller uploads.
    pub(crate) seat: Seat,
    /// Key of the contract.
    pub(crate) contract_id: ContractId,
    /// Random identifier of the contract.
    pub(crate) contract: String,
    /// Code of the deliverable or milestone, or another key of the form.
    pub(crate) code: String,
    /// Use of the files.
    pub(crate) kind: FileUse,
}

impl UploadPermit {
    /// Returns the key of the form for kept files.
    pub(crate) fn form_key(&self) -> String {
        kept::form_key(self.kind, &self.contract, &self.code)
    }
}

/// Grants permission to upload for a part of a contract, before the body of the request is read, under the first of
/// `actions` that the caller has. `has` returns whether the contract's terms have the deliverable or milestone.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota of the caller's organisation is used
/// up.
pub(crate) fn permit_upload(
    app: &App,
    caller: Caller,
    (id, code): (&str, &str),
    (actions, kind): (&[Action], FileUse),
    has: impl Fn(&Terms) -> bool,
) -> Result<UploadPermit, Error> {
    caller.may_any(actions)?;
    let (contract, seat, action) = app.pool.read(|connection| {
        let (contract, seat, action) = caller.contract_by_any(connection, id, actions)?;
        files::check_quota(app, connection, seat.organisation, 0)?;
        let record = ContractRecord::load(connection, contract)?;
        if has(record.terms_on(caller.today())) { Ok((record.contract, seat, action)) } else { Err(Error::NotFound) }
    })?;
    if let Err(wrong) = in_state(&contract, action) {
        // A repeated request gets its earlier response, whatever the state is now.
        let earlier = stored_answer::<serde_json::Value>(&app.pool, &caller.context(app, &seat));
        if caller.idempotency_key.is_none() || matches!(earlier, Ok(None)) {
            return Err(wrong);
        }
    }
    Ok(UploadPermit { caller, seat, contract_id: contract.id, contract: id.to_owned(), code: code.to_owned(), kind })
}
