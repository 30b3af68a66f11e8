//! Drafts that rewrite a draft contract, beside their contract: what they would change of it, and what keeps them from
//! being saved to it.

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::amendments::view::{AmendmentChange, differing_terms};
use crate::services::contracts::drafts::amending::{self, Amended};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::reading::Reading;
use crate::services::contracts::drafts::{load as load_draft, writing};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration;
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::AnyConnection;
use crate::storage::contracts::drafts::{self as rows, Draft, DraftOf};
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::people::Seat;
use crate::storage::ids::ContractId;
use crate::text::names;

/// The contract of a draft that can no longer be saved to it.
#[derive(Debug)]
pub struct Moved {
    /// Random identifier of the contract.
    pub contract: String,
    /// Message that names what keeps the draft from being saved.
    pub message: Message,
}

impl Moved {
    /// Returns the reason in words.
    pub fn words(&self, language: &Language) -> String {
        self.message.text(*language)
    }
}

/// The draft contract that a draft rewrites, and what the draft would change of it.
#[derive(Debug)]
pub struct Rewritten {
    /// The contract as a form.
    pub fields: Fields,
    /// Terms that differ, in words; empty while those of the draft have faults.
    pub changes: Vec<AmendmentChange>,
}

/// Returns why a draft can no longer be saved to its contract: the contract has another state or other terms.
pub(super) fn moved(
    connection: &mut AnyConnection,
    draft: &Draft,
    amended: Option<&Amended>,
) -> Result<Option<Moved>, Error> {
    let Some(id) = draft.contract_id.or(draft.amends_id) else { return Ok(None) };
    let contract = contracts::by_id(connection, ContractId(id))?;
    let (action, version) = match amended {
        Some(amended) => (Action::ProposeAmendment, amended.version),
        None => (Action::EditContract, contract.version),
    };
    let message = match in_state(&contract, action) {
        Err(Error::Conflict(message)) => message,
        _ if version != draft.contract_version => Message::new("draft-contract-changed"),
        _ => return Ok(None),
    };
    Ok(Some(Moved { contract: contract.public_id, message }))
}

/// Returns the draft contract that a draft rewrites; none for any other draft.
///
/// # Errors
/// `NotFound`, also for a draft of another bureau.
pub fn rewritten(app: &App, caller: &Caller, id: &str) -> Result<Option<Rewritten>, Error> {
    app.pool.read(|connection| {
        let draft = load_draft(connection, caller, id)?;
        let Some(contract) = draft.contract_id else { return Ok(None) };
        let contract = contracts::by_id(connection, ContractId(contract))?;
        let record = ContractRecord::load(connection, contract)?;
        let view = registration::build_view(connection, &record, caller.today())?;
        let Reading { terms, .. } = amending::read_fields(&stored(&draft.fields)?, None);
        let changes = terms.map(|(terms, details)| {
            let details: Details = names::complete(details, &terms);
            differing_terms(record.newest_in_force(), (&terms, &details), caller.language)
        });
        Ok(Some(Rewritten { fields: writing::fields_of(&view), changes: changes.unwrap_or_default() }))
    })
}

/// Returns the identifier of the draft with changes to a draft contract that were saved but not taken into it.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn open_change(
    connection: &mut AnyConnection,
    contract: &Contract,
) -> Result<Option<String>, Error> {
    let named = DraftOf::Rewritten(contract.id, contract.version);
    let draft = rows::of_contract(connection, named)?.filter(|draft| draft.is_open_change(contract.version));
    Ok(draft.map(|draft| draft.public_id))
}

/// Loads a contract on which the caller has the right to an action, with whether changes to it wait in a draft, and the
/// seat that gives the right.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract that the caller may not see.
pub(in crate::services) fn find_contract(
    caller: &Caller,
    connection: &mut AnyConnection,
    id: &str,
    action: Action,
) -> Result<(Contract, bool, Seat), Error> {
    caller.may(action)?;
    let found = rows::seen_with_change(connection, id, &caller.organisations())?;
    let (contract, has_change) = found.ok_or(Error::NotFound)?;
    let seat = caller.seat_on(&contract, action)?;
    Ok((contract, has_change, seat))
}
