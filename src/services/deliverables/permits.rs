//! Permission to send a form with files: rights, state and quota are checked before the body of the request is read, so
//! that no one without the right can make the program read a large body.

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

/// Permission to upload, granted before the body is read.
pub struct UploadPermit {
    /// Person who uploads.
    pub caller: Caller,
    /// Seat in which the caller uploads.
    pub(crate) seat: Seat,
    /// Key of the contract.
    pub(crate) contract_id: ContractId,
    /// Random identifier of the contract.
    pub(crate) contract: String,
    /// Code of the deliverable or milestone.
    pub(crate) code: String,
    /// Use of the files.
    pub(crate) kind: FileUse,
}

impl UploadPermit {
    /// Returns the key of the form with which files are kept.
    pub(crate) fn form_key(&self) -> String {
        kept::form_key(self.kind, &self.contract, &self.code)
    }
}

/// Grants permission to upload for a deliverable or milestone of a contract, before the body of the request is read.
/// `has` returns whether the contract's terms have that deliverable or milestone.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Conflict` in another state, `TooLarge` if the contractor's quota is used up.
pub(crate) fn permit_upload(
    app: &App,
    caller: Caller,
    (id, code): (&str, &str),
    (action, kind): (Action, FileUse),
    has: impl Fn(&Terms) -> bool,
) -> Result<UploadPermit, Error> {
    caller.may(action)?;
    let (contract, seat) = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, id, action)?;
        files::check_quota(app, connection, contract.contractor_id, 0)?;
        let record = ContractRecord::load(connection, contract)?;
        if has(record.terms_on(caller.today())) { Ok((record.contract, seat)) } else { Err(Error::NotFound) }
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
