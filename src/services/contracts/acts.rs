//! Acts: writes on one contract by a person with the right to an action. Every act begins with the same checks, which
//! are made here.
//!
//! A contract is loaded in the transaction that locks it. A part of a contract is loaded before the transaction, and
//! again within it, since rights, seats and states may change in between. Conditions of a single act are checked by its
//! own service.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::{Caller, in_state, verify_same_seat};
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::locks::{ContractName, Scope};
use crate::storage::write::{Tx, write_in, write_named};

/// Runs `work` in one transaction on the contract with a random identifier. `work` gets the contract's record and the
/// seat in which the caller acts.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` for a contract that the caller may not see; `Conflict` in a state that
/// does not allow the action; those of `work` and of [`write_in`].
pub(in crate::services) fn write_contract<T>(
    app: &App,
    caller: &Caller,
    id: &str,
    action: Action,
    work: impl Fn(&mut Tx<'_>, &mut ContractRecord, &Seat) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    caller.may(action)?;
    let find = |connection: &mut AnyConnection, _: ContractId| -> Result<_, Error> {
        let found = caller.contract(connection, id, action)?;
        let context = caller.context(app, &found.1);
        Ok((found, context))
    };
    write_named(&app.pool, ContractName::Contract(id), find, |tx, (contract, seat)| {
        in_state(&contract, action)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        work(tx, &mut record, &seat)
    })
}

/// Runs `work` as [`write_contract`] for an act on a part of a contract, such as an amendment. `find` loads the part by
/// `id` together with its contract, if one of the organisations may see that contract.
///
/// # Errors
/// As [`write_contract`]; `NotFound` if `find` returns `None`.
pub(in crate::services) fn write_about<X, T>(
    app: &App,
    caller: &Caller,
    action: Action,
    (id, find): (&str, impl Fn(&mut AnyConnection, &str, &[OrganisationId]) -> Result<Option<(X, Contract)>, Error>),
    work: impl Fn(&mut Tx<'_>, &mut ContractRecord, &Seat, X) -> Result<T, Error>,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned,
{
    caller.may(action)?;
    let find = |connection: &mut AnyConnection| {
        let (subject, contract) = find(connection, id, &caller.organisations())?.ok_or(Error::NotFound)?;
        let seat = caller.seat_on(&contract, action)?;
        Ok((subject, contract, seat))
    };
    let (_, contract, seat) = app.pool.read(find)?;
    write_in(&app.pool, Scope::Contract(contract.id), &caller.context(app, &seat), |tx| {
        let (subject, contract, seat) = find(tx.connection)?;
        verify_same_seat(tx, caller, &seat)?;
        in_state(&contract, action)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        work(tx, &mut record, &seat, subject)
    })
}

/// Begins an act with files in the transaction that stores them: makes the checks of [`write_contract`], under the
/// first of `actions` that the caller has the right to.
///
/// # Errors
/// As [`write_contract`].
pub(in crate::services) fn begin(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: &str,
    actions: &[Action],
) -> Result<(ContractRecord, Seat, Action), Error> {
    let (contract, seat, action) = caller.contract_by_any(tx.connection, id, actions)?;
    verify_same_seat(tx, caller, &seat)?;
    in_state(&contract, action)?;
    Ok((ContractRecord::load(tx.connection, contract)?, seat, action))
}
