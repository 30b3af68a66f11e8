//! Suspensions and resumptions of contracts, each with its ground: an officer proposes one, and a leader who did not
//! propose it approves or refuses it. They change no figure (`domain::suspensions`). A step that waits is the leader's
//! task, and both sides are told of what was approved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AlertKind, FactKind, ProposalState};
use crate::domain::policy::Action;
use crate::domain::shape::date;
use crate::domain::subject::Subject;
use crate::domain::suspensions::SuspensionStep;
use crate::domain::text_input::identifier;
use crate::error::{Error, Message};
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append};
use crate::services::identity::caller::Caller;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::hash_chains::EventRow;
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::PersonId;
use crate::storage::suspensions::{self as rows, NamedSuspension, Suspension};

/// Name of the register.
pub(in crate::services) const REGISTER: &str = "suspensions";

/// A suspension or resumption to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionInput {
    /// Number of the contract.
    pub contract: String,
    /// Ground of the suspension, or `resumption`.
    pub step: SuspensionStep,
    /// First day on which it holds, not in the future.
    #[serde(deserialize_with = "date")]
    pub on: NaiveDate,
    /// Reason in words.
    pub reason: String,
}

/// A suspension or resumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuspensionView {
    /// Public identifier.
    pub id: String,
    /// Random identifier of the contract.
    pub contract: String,
    pub number: String,
    pub title: String,
    /// Ground of the suspension, or `resumption`.
    pub step: SuspensionStep,
    /// First day on which it holds.
    pub on: NaiveDate,
    pub reason: String,
    /// State of the proposal; it holds once approved.
    pub state: ProposalState,
}

/// Lists the suspensions and resumptions of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, page: &Page) -> Result<Paged<SuspensionView>, Error> {
    caller.may(Action::ListSuspensions)?;
    let seen = caller.organisations();
    app.pool.read(|connection| {
        let after = page.after_key(|id| Ok(rows::with_contract(connection, id, &seen)?.map(|(row, _)| row.id.0)))?;
        let found = rows::list(connection, &seen, after, page.rows())?;
        Ok(page.cut(found, |(row, _)| &row.public_id).map(view))
    })
}

/// Loads the steps of a contract that were not refused, oldest first. A contract whose events tell of none is not
/// queried.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_contract(
    connection: &mut AnyConnection,
    contract: &Contract,
    events: &[EventRow],
) -> Result<Vec<SuspensionView>, Error> {
    let proposed = EventAction::from(Action::ProposeSuspension);
    if !events.iter().any(|event| event.action == proposed.as_str()) {
        return Ok(Vec::new());
    }
    let steps = rows::of_contract(connection, contract.id)?.into_iter();
    let named = |row| (row, (contract.public_id.clone(), contract.number.clone(), contract.title.clone()));
    Ok(steps.map(|row| view(named(row))).collect())
}

/// Returns the suspension in force on a day among the steps of a contract: the last approved one of those that hold by
/// then, unless it resumes the contract.
pub fn in_force(steps: &[SuspensionView], day: NaiveDate) -> Option<&SuspensionView> {
    let last = steps.iter().rfind(|step| step.state == ProposalState::Approved && step.on <= day);
    last.filter(|step| step.step.suspends())
}

fn view((row, (contract, number, title)): NamedSuspension) -> SuspensionView {
    SuspensionView {
        id: row.public_id,
        contract,
        number,
        title,
        step: row.step,
        on: row.on_day,
        reason: row.reason,
        state: row.state,
    }
}

/// Proposes a suspension or resumption.
///
/// # Errors
/// `Forbidden`; `Conflict` in another state; `Duplicate` while a step of the contract waits for its decision; `Refused`
/// for malformed input, an unknown contract, a day in the future or before the last step, or a step that would change
/// nothing.
pub fn propose(app: &App, caller: &Caller, input: &SuspensionInput) -> Result<ProposalSummary, Error> {
    caller.may(Action::ProposeSuspension)?;
    let input = &SuspensionInput { contract: identifier(&input.contract), ..input.clone() };
    check(input)?;
    let (contract, _) = app.pool.read(|connection| {
        let unknown = || Error::refused_at("register", "contract", Message::new("suspension-no-contract"));
        let found = contracts::by_number(connection, &input.contract)?.ok_or_else(unknown)?;
        caller.contract(connection, &found.public_id, Action::ProposeSuspension).map_err(|error| match error {
            Error::NotFound => unknown(),
            other => other,
        })
    })?;
    acts::write_contract(app, caller, &contract.public_id, Action::ProposeSuspension, |tx, record, _| {
        let known = rows::of_contract(tx.connection, record.contract.id)?;
        if let Some(waiting) = known.iter().find(|step| step.state == ProposalState::Proposed) {
            let address = proposals::address(REGISTER, &waiting.public_id);
            return Err(proposals::repeated(address, Message::new("proposal-waiting")));
        }
        append::check_day(record, FactKind::Waiver, input.on, tx.context.today())?;
        check_step(known.last(), input)?;
        let (id, by) = (tx.context.ids.uuid(), tx.person()?);
        let new = (input.step, input.on, input.reason.trim());
        rows::insert(tx.connection, tx.context, (&id, record.contract.id), new, by)?;
        let body = serde_json::json!({
            "suspension": id, "step": input.step, "on": input.on, "reason": input.reason.trim(),
        });
        append_event(tx, &record.contract, Action::ProposeSuspension, body)?;
        append::save_change(tx, record)?;
        Ok(ProposalSummary { id, state: ProposalState::Proposed })
    })
}

/// Checks the form of a step.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &SuspensionInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    faults.line("contract", &input.contract);
    faults.line("reason", &input.reason);
    faults.finish()
}

/// Refuses a step that does not follow the last one: a contract is suspended once before it is resumed.
fn check_step(last: Option<&Suspension>, input: &SuspensionInput) -> Result<(), Error> {
    let is_suspended = last.is_some_and(|last| last.step.suspends());
    if is_suspended == input.step.suspends() {
        let key = if is_suspended { "suspension-known" } else { "suspension-missing" };
        return Err(Error::refused_at("suspension", "step", Message::new(key)));
    }
    match last.filter(|last| input.on < last.on_day) {
        Some(last) => {
            let message = Message::new("suspension-day").with("last", last.on_day);
            Err(Error::refused_at("suspension", "on", message))
        }
        None => Ok(()),
    }
}

/// Approves or refuses a suspension or resumption. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` if already decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    caller.may(Action::DecideSuspension)?;
    let state = parse_decision(name, input)?;
    let action = Action::DecideSuspension;
    acts::write_about(app, caller, action, (id, rows::with_contract), |tx, record, seat, step| {
        let proposed = (step.proposed_by, step.proposed_for.map(PersonId));
        let by = proposals::decider(tx, (caller, seat), proposals::address(REGISTER, id), (proposed, step.state))?;
        let (event, kind) = match state {
            ProposalState::Approved => (action.into(), AlertKind::SuspensionApproved),
            _ => (EventAction::SuspensionRefuse, AlertKind::SuspensionRefused),
        };
        rows::decide(tx.connection, step.id, (state, by, tx.context.now))?;
        let reason = input.reason.as_deref().map(str::trim).unwrap_or_default();
        let body = serde_json::json!({
            "suspension": id, "step": step.step, "on": step.on_day, "reason": reason,
        });
        append_event(tx, &record.contract, event, body)?;
        append::save_change(tx, record)?;
        let reason = if reason.is_empty() { step.reason.trim() } else { reason };
        let args =
            vec![("state", step.step.to_string()), ("on", step.on_day.to_string()), ("reason", reason.to_owned())];
        let alert = Alert::inform(kind, Subject::Suspension(id.to_owned()), tx.context.today(), args);
        alerts::enqueue(tx, record, &[alert])?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}
