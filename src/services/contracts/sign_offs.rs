//! The steps that a submitted contract passes before finance sees it: the leader in charge, the review of its legality,
//! several countersigners, as the chains of its purchaser and its finance bureau say (`domain::approval_chains`).
//!
//! A sign-off is an event of the contract, so nothing else is stored, and all of them count only since the last
//! submission. No one takes two steps of one submission, finance's included.

use crate::clock::civil_day;
use crate::domain::approval_chains::{ChainStep, ChainSubject, ContractChain};
use crate::domain::codes::ContractState;
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::transitions::ActionInput;
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::payments::approval_chains::{self, ApprovalChains};
use crate::storage::write::Tx;

/// Next step of a submitted contract, with those whose turn it is.
#[derive(Debug, Default)]
pub(in crate::services) struct Turn {
    /// The step of the purchaser for which it waits; `None` if it is finance's turn.
    pub next: Option<ChainStep>,
    /// People who submitted it and who signed off, if it passes a chain.
    before: Vec<Actor<i64>>,
}

/// Returns whose turn a contract is. Without a chain on contracts, nothing is queried.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn turn(
    connection: &mut AnyConnection,
    chains: &ApprovalChains,
    contract: &Contract,
) -> Result<Turn, Error> {
    let both = [contract.purchaser_id, contract.funder_id].map(|organisation| chains.of(organisation));
    let has_chain = both.iter().copied().flatten().any(|chain| chain.subject == ChainSubject::Contract);
    if contract.state != ContractState::Submitted || !has_chain {
        return Ok(Turn::default());
    }
    let acts = [Action::SubmitContract, Action::SignOffContract].map(EventAction::Step);
    let stream = format!("contract:{}", contract.public_id);
    let events = hash_chains::events_with(connection, &stream, &acts)?;
    let is_submission = |event: &EventRow| event.action == acts[0].as_str();
    let Some(submitted) = events.iter().rposition(is_submission) else { return Ok(Turn::default()) };
    let (since, submission) = (&events[submitted..], &events[submitted]);
    let chain = ContractChain::of(both, contract.amount_fen, civil_day(submission.at));
    let actor = |event: &EventRow| Actor { person: event.actor_id.unwrap_or_default(), on_behalf_of: event.for_id };
    let next = chain.next(since.len() - 1);
    let passes = next.is_some() || since.len() > 1;
    Ok(Turn { next, before: if passes { since.iter().map(actor).collect() } else { Vec::new() } })
}

/// Returns the seat in which the caller takes an action on a contract: for a step of the purchaser, that of the role
/// whose turn it is, otherwise the one found by the table of rights.
///
/// # Errors
/// `Forbidden` for another role; database errors.
pub(in crate::services) fn seat(
    connection: &mut AnyConnection,
    caller: &Caller,
    (contract, action): (&Contract, Action),
    found: Seat,
) -> Result<Seat, Error> {
    if !matches!(action, Action::SignOffContract | Action::ReturnInChain) {
        return Ok(found);
    }
    let chains = approval_chains::remembered(connection, &caller.registers)?;
    match turn(connection, &chains, contract)?.next {
        Some(next) => caller.seat_as(contract, action, next.role),
        None => Ok(found),
    }
}

/// Requires that an action on a submitted contract is taken by the one whose turn it is, and returns the step.
///
/// # Errors
/// `Conflict` if it is the turn of another; `Forbidden` for a person who took an earlier step.
pub(in crate::services) fn require_turn(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    action: Action,
) -> Result<Option<ChainStep>, Error> {
    let is_step = matches!(action, Action::SignOffContract | Action::ReturnInChain);
    if !is_step && !matches!(action, Action::FundContract | Action::ReturnSubmitted) {
        return Ok(None);
    }
    let Turn { next, before } = turn(tx.connection, &record.chains, &record.contract)?;
    match next {
        Some(next) if !is_step => {
            Err(Error::Conflict(Message::new("contract-in-chain").with("step", next.act).with("role", next.role)))
        }
        None if is_step => Err(Error::conflict("sign-off-not-waiting")),
        next => {
            // A return approves nothing.
            if matches!(action, Action::SignOffContract | Action::FundContract) {
                reject_earlier_actors(tx, &before)?;
            }
            Ok(next)
        }
    }
}

/// Signs off a contract; the event that [`require_turn`] counts is appended with every action.
///
/// # Errors
/// `Refused` for a reason that is too long.
pub(super) fn sign_off(_: &mut Tx<'_>, _: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    inputs::optional_reason(input.reason.as_deref()).map(|_| ())
}
