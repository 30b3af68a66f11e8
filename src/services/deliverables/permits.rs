//! Permission to send a form with files: rights, state and quota are checked before the body of the request is read, so
//! that only people with the right can make the program read a large body.

use crate::adapters::gate::KeyedTurn;
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
    /// Slot among the forms that are received from the person.
    pub(crate) turn: KeyedTurn,
}

/// Seconds after which a person with too many forms on their way may try again.
const BUSY: u64 = 10;
/// Maximum length of what distinguishes a form among those of its use and contract, in bytes.
const CODE_BYTES: usize = 128;

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
/// up; `TooMany` while the person is sending the maximum number of forms.
pub(crate) fn permit_upload(
    app: &App,
    caller: Caller,
    (id, code): (&str, &str),
    (actions, kind): (&[Action], FileUse),
    has: impl Fn(&Terms) -> bool,
) -> Result<UploadPermit, Error> {
    caller.may_any(actions)?;
    if code.len() > CODE_BYTES {
        return Err(Error::NotFound);
    }
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
    let turn = begin_form(app, &caller)?;
    let (contract_id, contract, code) = (contract.id, id.to_owned(), code.to_owned());
    Ok(UploadPermit { caller, seat, contract_id, contract, code, kind, turn })
}

/// Takes a slot among the forms with files that are received from a person, until the result is dropped.
///
/// # Errors
/// `TooMany` while as many as a person may send at once are on their way.
pub fn begin_form(app: &App, caller: &Caller) -> Result<KeyedTurn, Error> {
    app.forms_of.try_enter(&caller.public_id).ok_or(Error::TooMany(BUSY))
}
