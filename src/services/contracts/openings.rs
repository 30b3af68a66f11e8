//! Openings (查阅) and recalls (收回): what was submitted can be recalled by its submitter until the one whose turn it is
//! has opened it. This concerns a submitted contract, and a payment request before its first step.
//!
//! An opening is recorded once, as an event of the contract, before anything is shown: of a contract, when its page or
//! its data are read; of a payment request, when its check, alone or in a batch, or its data are read. Other readers
//! open nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::app::App;
use crate::clock::civil_time;
use crate::domain::codes::{ContractState, PaymentState};
use crate::domain::payments::{Actor, may_follow};
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::sign_offs;
use crate::services::contracts::transitions::ActionInput;
use crate::services::identity::caller::{Caller, verify_same_seat};
use crate::services::payments::approval_chains;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::contracts::{self, Contract};
use crate::storage::identity::names::Names;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::locks::Scope;
use crate::storage::payments::approval_chains as stored_chains;
use crate::storage::payments::{self, PaymentRequest, StepRow};
use crate::storage::write::{Tx, write_in};

/// Something that was submitted: who submitted it, and who opened it first.
#[derive(Debug, Clone)]
pub(in crate::services) struct Submitted {
    by: Actor<i64>,
    opened: Option<(i64, NaiveDateTime)>,
}

impl Submitted {
    /// Creates what a person submitted, with the person who opened it and the time, in UTC.
    pub(in crate::services) fn new(by: Actor<i64>, opened: Option<(i64, NaiveDateTime)>) -> Self {
        Self { by, opened }
    }

    /// Returns the reason for which an actor cannot recall it; `None` if they can.
    ///
    /// # Errors
    /// Database errors.
    pub(in crate::services) fn bar(
        &self,
        connection: &mut AnyConnection,
        actor: &Actor<i64>,
    ) -> Result<Option<Error>, Error> {
        if !self.by.overlaps(actor) {
            return Ok(Some(Error::forbidden("recall-by-other")));
        }
        let Some((opener, at)) = self.opened else { return Ok(None) };
        let who = Names::load(connection, [Some(opener)])?.of(PersonId(opener));
        let at = civil_time(at).format("%Y-%m-%d %H:%M");
        Ok(Some(Error::Conflict(Message::new("recall-opened").with("who", who).with("at", at))))
    }
}

/// Recalls a submitted contract that finance has not opened. Only who submitted it may do this.
///
/// # Errors
/// `Forbidden` for another person; `Conflict` once finance has opened the contract; database errors.
pub(super) fn recall(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    let submitted = of_contract(tx.connection, &record.contract)?.ok_or(Error::NotFound)?;
    require_unopened(tx, &submitted)
}

/// Refuses a recall by another person, or of something that was opened.
///
/// # Errors
/// `Forbidden`; `Conflict`; database errors.
pub(in crate::services) fn require_unopened(tx: &mut Tx<'_>, submitted: &Submitted) -> Result<(), Error> {
    let on_behalf_of = tx.context.on_behalf_of.map(|person| person.0);
    let actor = Actor { person: tx.person()?.0, on_behalf_of };
    submitted.bar(tx.connection, &actor)?.map_or(Ok(()), Err)
}

/// Returns the reason why the caller cannot recall a contract or one of its payment requests; `None` if they can, or if
/// there is nothing to recall for them.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn recall_bar(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &Contract,
    subject: &str,
) -> Result<Option<Message>, Error> {
    let action = if subject.is_empty() { Action::RecallContract } else { Action::RecallPayment };
    let Ok(seat) = caller.seat_on(contract, action) else { return Ok(None) };
    let submitted = if subject.is_empty() {
        let is_open = contract.state == ContractState::Submitted;
        if is_open { of_contract(connection, contract)? } else { None }
    } else {
        let payment = payments::one_of_contract(connection, contract.id, subject)?;
        match payment.filter(|payment| payment.state == PaymentState::Requested) {
            Some(payment) => {
                let steps = payments::load_steps(connection, payment.id)?;
                of_payment(connection, contract, (&payment, &steps))?
            }
            None => None,
        }
    };
    let Some(submitted) = submitted else { return Ok(None) };
    Ok(match submitted.bar(connection, &actor_in(caller, &seat))? {
        Some(Error::Conflict(message) | Error::Forbidden(message)) => Some(message),
        Some(error) => return Err(error),
        None => None,
    })
}

/// Returns the person who acts in a seat.
pub(in crate::services) fn actor_in(caller: &Caller, seat: &Seat) -> Actor<i64> {
    let on_behalf_of = (seat.holder != caller.person).then_some(seat.holder.0);
    Actor { person: caller.person.0, on_behalf_of }
}

/// Returns the last submission of a contract, and its opening since; `None` for a contract that was never submitted.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_contract(
    connection: &mut AnyConnection,
    contract: &Contract,
) -> Result<Option<Submitted>, Error> {
    let actions = [Action::SubmitContract.into(), Action::SignOffContract.into(), EventAction::ContractOpen];
    let events = hash_chains::events_with(connection, &stream_of(contract), &actions)?;
    let is_submission = |event: &&EventRow| event.action == EventAction::Step(Action::SubmitContract).as_str();
    let Some(submitted) = events.iter().rev().find(is_submission) else { return Ok(None) };
    let opened = events.iter().find(|event| event.seq > submitted.seq);
    let by = Actor { person: submitted.actor_id.unwrap_or_default(), on_behalf_of: submitted.for_id };
    Ok(Some(Submitted::new(by, opened.and_then(|event| Some((event.actor_id?, event.at))))))
}

/// Returns the submission of a payment request, and its opening.
///
/// # Errors
/// Database errors; `Internal` for an event that this program did not write.
pub(in crate::services) fn of_payment(
    connection: &mut AnyConnection,
    contract: &Contract,
    (payment, steps): (&PaymentRequest, &[StepRow]),
) -> Result<Option<Submitted>, Error> {
    let Some(first) = steps.first() else { return Ok(None) };
    let opened = opened_payments(connection, &[stream_of(contract)])?.get(&payment.public_id).copied();
    Ok(Some(Submitted::new(Actor { person: first.person_id.0, on_behalf_of: first.for_id }, opened)))
}

fn stream_of(contract: &Contract) -> String {
    format!("contract:{}", contract.public_id)
}

/// Loads the first openings of the payment requests of contracts: by identifier, the person and the time.
fn opened_payments(
    connection: &mut AnyConnection,
    streams: &[String],
) -> Result<BTreeMap<String, (i64, NaiveDateTime)>, Error> {
    #[derive(Deserialize)]
    struct Body {
        payments: Vec<String>,
    }
    let mut opened = BTreeMap::new();
    for event in hash_chains::events_of_chains(connection, streams, &[EventAction::PaymentOpen])? {
        let Some(actor) = event.actor_id else { continue };
        for payment in stored::<Body>(&event.body)?.payments {
            opened.entry(payment).or_insert((actor, event.at));
        }
    }
    Ok(opened)
}

/// Records that the caller opens a submitted contract. Does nothing unless it is the caller's turn and the contract was
/// not opened since it was submitted.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn open_contract(app: &App, caller: &Caller, contract: &Contract) -> Result<(), Error> {
    let may = caller.may(Action::FundContract).is_ok() || caller.may(Action::SignOffContract).is_ok();
    if contract.state != ContractState::Submitted || !may {
        return Ok(());
    }
    let seat_in_turn = |connection: &mut AnyConnection, contract: &Contract| -> Result<Option<Seat>, Error> {
        let chains = stored_chains::remembered(connection, &caller.registers)?;
        Ok(match sign_offs::turn(connection, &chains, contract)?.next {
            Some(next) => caller.seat_as(contract, Action::SignOffContract, next.role).ok(),
            None => caller.seat_on(contract, Action::FundContract).ok(),
        })
    };
    let find = |connection: &mut AnyConnection| -> Result<Option<(Contract, Seat)>, Error> {
        let Some(seat) = seat_in_turn(connection, contract)? else { return Ok(None) };
        let contract = contracts::by_id(connection, contract.id)?;
        let submitted = of_contract(connection, &contract)?.filter(|_| contract.state == ContractState::Submitted);
        let is_new = submitted
            .is_some_and(|submitted| submitted.opened.is_none() && !submitted.by.overlaps(&actor_in(caller, &seat)));
        Ok(is_new.then_some((contract, seat)))
    };
    let Some((contract, seat)) = app.pool.read(find)? else { return Ok(()) };
    let mut context = caller.context(app, &seat);
    context.idempotency_key = None;
    write_in(&app.pool, Scope::Contract(contract.id), &context, |tx| {
        let Some((contract, seat)) = find(tx.connection)? else { return Ok(()) };
        verify_same_seat(tx, caller, &seat)?;
        append_event(tx, &contract, EventAction::ContractOpen, serde_json::json!({}))
    })
}

/// Records that the caller opens payment requests. Does nothing for those that are not at their first step, whose turn
/// is not the caller's, or that were opened before.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn open_payments(
    app: &App,
    caller: &Caller,
    shown: &[(&Contract, &PaymentRequest)],
) -> Result<(), Error> {
    let fresh: Vec<_> = shown.iter().filter(|(_, payment)| payment.state == PaymentState::Requested).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let streams: BTreeSet<String> = fresh.iter().map(|(contract, _)| stream_of(contract)).collect();
    let streams: Vec<String> = streams.into_iter().collect();
    let unopened = app.pool.read(|connection| {
        let opened = opened_payments(connection, &streams)?;
        let chains = stored_chains::remembered(connection, &caller.registers)?;
        let mut unopened: BTreeMap<(ContractId, PersonId), (Seat, BTreeSet<String>)> = BTreeMap::new();
        for (contract, payment) in fresh.iter().filter(|(_, payment)| !opened.contains_key(&payment.public_id)) {
            let Some(next) = approval_chains::of_payment(&chains, contract, payment).next(payment.state) else {
                continue;
            };
            let Ok(seat) = caller.seat_as(contract, next.action, next.role) else { continue };
            let of = unopened.entry((contract.id, seat.holder)).or_insert_with(|| (seat, BTreeSet::new()));
            of.1.insert(payment.public_id.clone());
        }
        Ok::<_, Error>(unopened)
    })?;
    for ((contract, _), (seat, ids)) in unopened {
        let mut context = caller.context(app, &seat);
        context.idempotency_key = None;
        write_in(&app.pool, Scope::Contract(contract), &context, |tx| {
            let found = payments::contract_with_requests(tx.connection, contract, &caller.organisations())?;
            let Some((contract, requests)) = found else { return Ok(()) };
            let opened = opened_payments(tx.connection, &[stream_of(&contract)])?;
            let actor = actor_in(caller, &seat);
            let opens = requests.iter().filter(|of| {
                let before = of.steps.iter().map(|step| Actor { person: step.person_id.0, on_behalf_of: step.for_id });
                ids.contains(&of.request.public_id)
                    && of.request.state == PaymentState::Requested
                    && !opened.contains_key(&of.request.public_id)
                    && may_follow(&before.collect::<Vec<_>>(), &actor)
            });
            let opens: Vec<&str> = opens.map(|of| of.request.public_id.as_str()).collect();
            if opens.is_empty() {
                return Ok(());
            }
            append_event(tx, &contract, EventAction::PaymentOpen, serde_json::json!({ "payments": opens }))
        })?;
    }
    Ok(())
}
