//! Transitions of a contract between its states: submit, fund, activate, complete, close; return, withdraw, terminate.
//!
//! [`CONTRACT_ACTIONS`] is the only table of these actions: the API, the audit check and the page that names the next
//! task read it. The roles and states that an action allows are its right in `domain::policy`; its own conditions are
//! in its function here.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, ContractState, FactKind};
use crate::domain::facts::End;
use crate::domain::money::Money;
use crate::domain::payments::Actor;
use crate::domain::policy::{Action, Right};
use crate::domain::shape::optional_date;
use crate::domain::standing::{MilestoneStanding, MilestoneState, Standing, Trails};
use crate::domain::statute_settings::Parameters;
use crate::domain::statutes::{self, StatuteViolation};
use crate::domain::tasks::TaskKind;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::announcement;
use crate::services::contracts::append::{self, save_change};
use crate::services::contracts::drafts::rewriting;
use crate::services::contracts::funding;
use crate::services::contracts::openings;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::{ContractSummary, append_event, summarise_state};
use crate::services::contracts::repeats;
use crate::services::contracts::settlement::{self, OpenThing};
use crate::services::contracts::sign_offs;
use crate::services::guarantees;
use crate::services::identity::caller::{Caller, in_state, reject_earlier_actors};
use crate::services::ledger::plans;
use crate::services::notifications::party_alerts;
use crate::services::registry::statute_settings;
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::change_requests::{self, ChangeRequest};
use crate::storage::contracts::facts::NewFact;
use crate::storage::contracts::{self as rows, Contract};
use crate::storage::identity::people::Seat;
use crate::storage::ids::{ContractId, PersonId};
use crate::storage::locks::ContractName;
use crate::storage::registry::{appropriations, organisations};
use crate::storage::write::{Tx, write_named};

/// Input of a contract action; each action reads the fields that it needs.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionInput {
    /// Reason; required to return, withdraw, terminate and decline.
    pub reason: Option<String>,
    /// Day of signing; read by activate.
    #[serde(default, deserialize_with = "optional_date")]
    pub signed_on: Option<NaiveDate>,
    /// Day from which the action counts; read by terminate and publish.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Effect of an action, run after its right and state were checked.
type Effect = fn(&mut Tx<'_>, &mut ContractRecord, &ActionInput) -> Result<(), Error>;

/// A named action on a contract.
pub struct ContractAction {
    /// Name in addresses. Two actions may share one: the contract's state and the caller's role distinguish them.
    pub name: &'static str,
    /// Action in the table of rights, which has the roles and the states it leads from.
    pub action: Action,
    /// State after the action; `None` if the state does not change.
    pub to: Option<ContractState>,
    /// Kinds of task that may follow, the likeliest first.
    pub next_tasks: &'static [TaskKind],
    effect: Effect,
}

impl ContractAction {
    /// Returns the right that the action needs.
    pub const fn right(&self) -> &'static Right {
        self.action.right()
    }
}

const fn row(
    name: &'static str,
    action: Action,
    to: Option<ContractState>,
    effect: Effect,
    next_tasks: &'static [TaskKind],
) -> ContractAction {
    ContractAction { name, action, to, next_tasks, effect }
}

/// All contract actions, in the order of a contract's life.
pub const CONTRACT_ACTIONS: &[ContractAction] = &[
    row("submit", Action::SubmitContract, Some(ContractState::Submitted), submit, &[TaskKind::SignOff, TaskKind::Fund]),
    row("recall", Action::RecallContract, Some(ContractState::Draft), openings::recall, &[TaskKind::Submit]),
    row("sign-off", Action::SignOffContract, None, sign_offs::sign_off, &[TaskKind::SignOff, TaskKind::Fund]),
    row("return", Action::ReturnInChain, Some(ContractState::Draft), return_contract, &[TaskKind::Submit]),
    row("fund", Action::FundContract, Some(ContractState::Funded), fund, &[TaskKind::Activate]),
    row("return", Action::ReturnSubmitted, Some(ContractState::Draft), return_contract, &[TaskKind::Submit]),
    row("return", Action::ReturnFunded, Some(ContractState::Draft), return_contract, &[TaskKind::Submit]),
    row(
        "activate",
        Action::ActivateContract,
        Some(ContractState::Active),
        activate,
        &[TaskKind::Publish, TaskKind::Deliver],
    ),
    row("withdraw", Action::WithdrawContract, Some(ContractState::Withdrawn), withdraw, &[]),
    row("complete", Action::CompleteContract, Some(ContractState::Completed), complete, &[TaskKind::Close]),
    row("terminate", Action::TerminateContract, None, terminate, &[TaskKind::Consent]),
    row("consent", Action::ConsentToTermination, Some(ContractState::Terminated), consent, &[TaskKind::Close]),
    row("decline", Action::DeclineTermination, None, decline, &[]),
    row("close", Action::CloseContract, Some(ContractState::Closed), close, &[]),
    row("publish", Action::RecordPublication, None, announcement::publish, &[]),
];

/// Names with their actions, as addresses and the matrix of rights list them.
pub const ACTIONS_BY_NAME: &[(&str, Action)] = &{
    let mut pairs = [("", Action::ReadContract); CONTRACT_ACTIONS.len()];
    let mut place = 0;
    while place < pairs.len() {
        pairs[place] = (CONTRACT_ACTIONS[place].name, CONTRACT_ACTIONS[place].action);
        place += 1;
    }
    pairs
};

/// Returns the state of a contract after an event; `None` for an event that does not change the state.
pub fn state_after(event_action: &str) -> Option<ContractState> {
    CONTRACT_ACTIONS.iter().find(|known| known.right().name == event_action)?.to
}

/// Returns the kinds of task that may follow an action, the likeliest first.
pub fn next_tasks(name: &str) -> &'static [TaskKind] {
    CONTRACT_ACTIONS.iter().find(|known| known.name == name).map_or(&[], |known| known.next_tasks)
}

/// Performs an action on a contract.
///
/// # Errors
/// `NotFound` for an unknown action or contract; `Forbidden`; `Conflict` in a state from which the action does not
/// lead; `Refused` by a rule.
pub fn take_action(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ActionInput,
) -> Result<ContractSummary, Error> {
    let find = |connection: &mut AnyConnection, _: ContractId| -> Result<_, Error> {
        let mut found = choose(caller, connection, id, name)?;
        found.seat = sign_offs::seat(connection, caller, (&found.contract, found.known.action), found.seat)?;
        let context = caller.context(app, &found.seat);
        Ok((found, context))
    };
    write_named(&app.pool, ContractName::Contract(id), find, |tx, Chosen { contract, known, has_change, .. }| {
        in_state(&contract, known.action)?;
        if has_change && known.action == Action::SubmitContract {
            return Err(Error::conflict("submit-with-change"));
        }
        inputs::optional_reason(input.reason.as_deref())?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        let step = sign_offs::require_turn(tx, &record, known.action)?;
        (known.effect)(tx, &mut record, input)?;
        if let Some(state) = known.to {
            record.contract.state = state;
        }
        let mut body = serde_json::json!({ "reason": input.reason, "signed_on": input.signed_on, "on": input.on });
        // Left out elsewhere, so that events have the same form in all versions.
        if let (Some(step), Some(body)) = (step, body.as_object_mut()) {
            body.insert("step".to_owned(), step.act.as_str().into());
        }
        append_event(tx, &record.contract, known.action, body)?;
        save_change(tx, &mut record)?;
        // The officer who recalls a contract knows of it, and finance has not.
        if known.to.is_some() && known.action != Action::RecallContract {
            party_alerts::tell_state(tx, &record, input.reason.as_deref().unwrap_or_default())?;
        }
        Ok(summarise_state(&record.contract))
    })
}

/// A contract action found by its name, with the contract and the caller's seat.
struct Chosen {
    contract: Contract,
    seat: Seat,
    known: &'static ContractAction,
    /// Set where changes to the contract were saved as a draft and not taken into it.
    has_change: bool,
}

/// Finds the action of a name that the caller may perform, preferring the one that the contract's state allows.
fn choose(caller: &Caller, connection: &mut AnyConnection, id: &str, name: &str) -> Result<Chosen, Error> {
    let mut refused = None;
    let mut wrong_state = None;
    for known in CONTRACT_ACTIONS.iter().filter(|known| known.name == name) {
        match rewriting::find_contract(caller, connection, id, known.action) {
            Ok((contract, has_change, seat)) => {
                let is_open = in_state(&contract, known.action).is_ok();
                let chosen = Chosen { contract, seat, known, has_change };
                if is_open {
                    return Ok(chosen);
                }
                wrong_state = Some(chosen);
            }
            // If two rights share a name, the one that the caller's role has decides the error.
            Err(error) if !matches!(refused, Some(Error::NotFound)) => refused = Some(error),
            Err(_) => {}
        }
    }
    wrong_state.ok_or_else(|| refused.unwrap_or(Error::NotFound))
}

/// Refuses an act that violates statutes, naming each of them.
///
/// # Errors
/// `Refused` by the first statute.
pub(in crate::services) fn refuse(breached: Vec<StatuteViolation>) -> Result<(), Error> {
    let Some(first) = breached.first() else { return Ok(()) };
    let rule = first.rule.to_owned();
    let errors = breached
        .into_iter()
        .map(|b| FieldError { path: b.path, message: Message { key: b.code, args: b.args } })
        .collect();
    Err(Error::Refused { rule, errors })
}

/// Checks that a draft can be submitted.
fn submit(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    let today = tx.context.today();
    let settings = &record.settings;
    refuse(statutes::five_terms((record.terms_on(today), record.details_on(today)), (today, settings)))
}

/// Commits the contract's amount to its appropriation.
fn fund(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    funding::commit(tx, record, record.contract.amount_fen)
}

/// Returns a submitted or funded contract to its draft state, with a reason.
fn return_contract(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    inputs::reason(input.reason.as_deref())?;
    appropriations::release(tx.connection, record.contract.id, tx.context.now)
}

/// Withdraws a contract that was not signed, with a reason.
fn withdraw(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    inputs::reason(input.reason.as_deref())?;
    let held = guarantees::load(tx.connection, record.contract.id)?.into_iter().find(|guarantee| guarantee.is_held);
    held.map_or(Ok(()), |guarantee| {
        let message = Message::new("guarantee-to-return-first").with("number", guarantee.number);
        Err(Error::refused("withdraw", message))
    })
}

/// Brings a signed contract into force.
fn activate(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    let contractor = organisations::contractor(tx.connection, record.contract.contractor_id)?.ok_or(Error::NotFound)?;
    let given = input.signed_on.or(record.contract.signed_on);
    let parameters = statute_settings::parameters_for(tx.connection, record)?;
    let signed_on = check_signing(record, (contractor.sme, &parameters), given, tx.context.today())?;
    rows::set_signed_on(tx.connection, record.contract.id, signed_on)?;
    record.contract.signed_on = Some(signed_on);
    plans::release_savings(tx, &record.contract)
}

/// Checks that a contract could be signed on a day, and returns the day. `sme` is the contractor's declaration.
///
/// # Errors
/// `Refused` without a day, for one in the future or before the award, or by the statutes on signing.
pub(super) fn check_signing(
    record: &ContractRecord,
    (sme, parameters): (bool, &Parameters),
    signed_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, Error> {
    let refused = |key| Error::refused_at("signing", "signed_on", Message::new(key));
    let signed_on = signed_on.ok_or_else(|| refused("signing-day-missing"))?;
    if signed_on > today {
        let message = Message::new("day-in-the-future").with("today", today);
        return Err(Error::refused_at("not-in-the-future", "signed_on", message));
    }
    if record.contract.award_on.is_some_and(|award| signed_on < award) {
        return Err(refused("signed-before-award"));
    }
    let agreed = (record.terms_on(signed_on), record.details_on(signed_on));
    refuse(statutes::before_signing(agreed, sme, (signed_on, parameters)))?;
    Ok(signed_on)
}

/// Completes a contract whose milestones are all paid, or have nothing left to pay, and that has no open items.
fn complete(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    check_completion(tx.connection, record, tx.context.today())
}

/// Checks that a contract could be completed on a day.
///
/// # Errors
/// `Refused` naming each milestone that is not paid, and what is in progress.
pub(super) fn check_completion(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<(), Error> {
    let standing = record.standing(today, Trails::Off)?;
    let mut errors = unpaid(&standing);
    let open = settlement::open_things(connection, record, &standing)?;
    errors.extend(open.into_iter().filter(|thing| thing.kind.bars_completion()).map(OpenThing::fault));
    if errors.is_empty() { Ok(()) } else { Err(Error::Refused { rule: "complete".to_owned(), errors }) }
}

/// Lists the milestones that must be paid before a contract is completed, each with its unpaid amount or with the
/// conditions that it still waits for.
pub fn unpaid(standing: &Standing) -> Vec<FieldError> {
    let is_open = |milestone: &&MilestoneStanding| milestone.state != MilestoneState::Paid;
    let fault = |milestone: &MilestoneStanding| {
        let open = milestone.payable.checked_sub(milestone.paid);
        let message = match open.filter(|open| *open != Money::ZERO) {
            Some(open) => Message::new("milestone-not-paid").with("open", open),
            None => Message::new("milestone-not-reached").with("gross", milestone.gross),
        };
        FieldError { path: format!("milestones.{}", milestone.code), message }
    };
    standing.milestones.iter().filter(is_open).map(fault).collect()
}

/// Requests an early end, which takes effect when finance consents.
fn terminate(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    let why = inputs::reason(input.reason.as_deref())?.to_owned();
    let on = append::effective_day(tx, input.on);
    let body = to_value(&End { on })?;
    let by = tx.person()?;
    let id = tx.context.ids.uuid();
    let asked = change_requests::of_contract(tx.connection, record.contract.id)?;
    let is_open = |request: &&ChangeRequest| {
        request.kind == ChangeRequestKind::Termination && request.state == ChangeRequestState::Requested
    };
    if let Some(first) = asked.iter().find(is_open) {
        let message = Message::new("termination-asked-already");
        return Err(repeats::duplicate(
            &record.contract,
            None,
            format!("change-request-{}", first.public_id),
            message,
            false,
        ));
    }
    change_requests::insert(
        tx.connection,
        tx.context,
        &id,
        record.contract.id,
        (ChangeRequestKind::Termination, ChangeRequestState::Requested),
        (&body.to_string(), &why),
        by,
    )
}

/// Ends the contract early as the leader requested.
fn consent(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    let (request, by) = asked_end(tx, record)?;
    let end: End = crate::services::contracts::record::stored(&request.body)?;
    change_requests::record_decision(tx.connection, request.id, ChangeRequestState::Granted, by, tx.context.now, "")?;
    let words = serde_json::json!({ "reason": request.reason });
    append::append_fact(tx, record, &NewFact { kind: FactKind::End, on: end.on, body: to_value(&end)?, words })
}

/// Refuses the early end that the leader requested; the contract continues.
fn decline(tx: &mut Tx<'_>, record: &mut ContractRecord, input: &ActionInput) -> Result<(), Error> {
    let why = inputs::reason(input.reason.as_deref())?.to_owned();
    let (request, by) = asked_end(tx, record)?;
    change_requests::record_decision(tx.connection, request.id, ChangeRequestState::Refused, by, tx.context.now, &why)?;
    Ok(())
}

/// Loads the open request for an early end, and the deciding person, who must not be the requester.
fn asked_end(tx: &mut Tx<'_>, record: &ContractRecord) -> Result<(ChangeRequest, PersonId), Error> {
    let asked = change_requests::of_contract(tx.connection, record.contract.id)?;
    let request = asked
        .into_iter()
        .find(|request| {
            request.kind == ChangeRequestKind::Termination && request.state == ChangeRequestState::Requested
        })
        .ok_or_else(|| Error::conflict("no-termination-asked"))?;
    reject_earlier_actors(tx, &[Actor { person: request.requested_by.0, on_behalf_of: request.requested_for }])?;
    Ok((request, tx.person()?))
}

/// Closes a contract whose settlement sheet has no open items.
fn close(tx: &mut Tx<'_>, record: &mut ContractRecord, _: &ActionInput) -> Result<(), Error> {
    check_closing(tx.connection, record, tx.context.today())
}

/// Checks that a contract could be closed on a day.
///
/// # Errors
/// `Refused` naming every open item.
pub(super) fn check_closing(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<(), Error> {
    let standing = record.standing(today, Trails::Off)?;
    let open = settlement::open_things(connection, record, &standing)?;
    let errors: Vec<FieldError> = open.into_iter().map(OpenThing::fault).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Refused { rule: "close".to_owned(), errors }) }
}

/// Serialises a fact into its stored JSON.
///
/// # Errors
/// `Internal`, although no fact fails to serialise.
pub fn to_value<T: serde::Serialize>(fact: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(fact).map_err(|error| Error::Internal(error.to_string()))
}
