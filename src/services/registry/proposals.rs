//! Proposals: changes of the registers that one person proposes and another approves or refuses, such as payee accounts
//! and appropriations. What is proposed or decided again is refused with a link to the first.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::payments::Actor;
use crate::domain::policy::Action;
use crate::domain::proposals::ProposedRegister;
use crate::error::{Duplicate, Error, Existing, Message};
use crate::services::identity::caller::{Caller, reject_earlier_actors, verify_same_seat};
use crate::services::registry::organisations::{STREAM, event_body};
use crate::services::registry::waiting_proposals;
use crate::services::shared::faults::Faults;
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::identity::people::Seat;
use crate::storage::ids::{OrganisationId, PersonId};
use crate::storage::register_rows::Decision;
use crate::storage::write::{Event, Tx, write};

/// Result of proposing or deciding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposalSummary {
    /// Public identifier of the proposal.
    pub id: String,
    /// State of the proposal.
    pub state: ProposalState,
}

/// Reason for a decision.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalDecisionInput {
    /// Reason in words; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Parses the decision named by the last path segment: `approve` or `refuse`.
///
/// # Errors
/// `NotFound` for another name; `Refused` for a refusal without a reason.
pub fn parse_decision(name: &str, input: &ProposalDecisionInput) -> Result<ProposalState, Error> {
    let reason = input.reason.as_deref().map(str::trim).unwrap_or_default();
    let mut faults = Faults::new("reason");
    faults.optional_line("reason", reason);
    match name {
        "approve" => {}
        "refuse" if reason.is_empty() => faults.add("reason", Message::new("reason-missing")),
        "refuse" => {}
        _ => return Err(Error::NotFound),
    }
    faults.finish()?;
    Ok(if name == "approve" { ProposalState::Approved } else { ProposalState::Refused })
}

/// Returns the address of a row of a register.
pub(in crate::services) fn address(register: &str, id: &str) -> String {
    format!("/registers/{register}?at={id}#row-{id}")
}

/// Builds the refusal of what a register has already, at an address.
pub(in crate::services) fn repeated(address: String, message: Message) -> Error {
    let existing = Some(Existing { contract: None, milestone: None, address });
    Error::Duplicate(Box::new(Duplicate { message, existing, is_repeatable: false }))
}

/// Builds the refusal of an organisation with the name of another, given as its name and code. People choose
/// organisations by name.
pub(in crate::services) fn known_name(register: &str, (name, code): (String, String)) -> Error {
    let message = Message::new("register-name-known").with("name", name).with("code", &code);
    repeated(address(register, &code), message)
}

/// Records an act on a proposal about an organisation, or made by it, in the register's history.
///
/// # Errors
/// Those of the database.
pub(in crate::services) fn record(
    tx: &mut Tx<'_>,
    (action, object): (EventAction, &str),
    organisation: OrganisationId,
    body: serde_json::Value,
) -> Result<(), Error> {
    tx.touch(ObjectKind::Organisation, organisation.0);
    tx.event(&Event { stream: STREAM, action, object, body })
}

/// Proposer, state and organisation of a proposal.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) struct Proposal {
    /// The person, and the holder on whose behalf they proposed it.
    pub by: (PersonId, Option<i64>),
    pub state: ProposalState,
    pub organisation: OrganisationId,
}

/// A register whose rows hold for all: people of one role propose one, and those of another role decide, wherever they
/// belong.
#[derive(Debug)]
pub(in crate::services) struct ProposalRegister<R> {
    pub register: ProposedRegister,
    /// Right to propose, and the event of a proposal.
    pub propose: (Action, EventAction),
    pub refuse: EventAction,
    pub find: fn(&mut AnyConnection, &str) -> Result<Option<R>, Error>,
    pub proposal: fn(&R) -> Proposal,
}

/// Proposes a row of such a register, which `insert` inserts with a random identifier for the proposer's organisation, and
/// tells those who can decide. `find_same` checks the input on the day and finds the same proposal that waits.
///
/// # Errors
/// `Forbidden`; `Duplicate` while the same waits for its decision; those of the two functions.
pub(in crate::services) fn propose<R>(
    app: &App,
    caller: &Caller,
    (register, input): (&ProposalRegister<R>, &impl Serialize),
    find_same: impl Fn(&mut Tx<'_>) -> Result<Option<String>, Error>,
    insert: impl Fn(&mut Tx<'_>, (&str, OrganisationId)) -> Result<(), Error>,
) -> Result<ProposalSummary, Error> {
    let (right, action) = register.propose;
    let seat = caller.seat(right)?.clone();
    let id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        if let Some(first) = find_same(tx)? {
            return Err(repeated(address(register.register.as_str(), &first), Message::new("proposal-waiting")));
        }
        insert(tx, (&id, seat.organisation))?;
        record(tx, (action, &id), seat.organisation, event_body(input)?)?;
        waiting_proposals::tell(tx, register.register, (&id, seat.organisation))?;
        Ok(ProposalSummary { id: id.clone(), state: ProposalState::Proposed })
    })
}

/// Approves or refuses a row of such a register, which `put` writes. The proposer may do neither.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Duplicate` if already decided; those of `put`.
pub(in crate::services) fn decide<R>(
    app: &App,
    caller: &Caller,
    register: &ProposalRegister<R>,
    (id, name, input): (&str, &str, &ProposalDecisionInput),
    put: impl Fn(&mut Tx<'_>, &R, Decision) -> Result<(), Error>,
) -> Result<ProposalSummary, Error> {
    let approve = register.register.decision();
    let seat = caller.seat(approve)?.clone();
    let state = parse_decision(name, input)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let row = (register.find)(tx.connection, id)?.ok_or(Error::NotFound)?;
        let Proposal { by: (person, on_behalf_of), state: before, organisation } = (register.proposal)(&row);
        let proposed = (person, on_behalf_of.map(PersonId));
        let by = decider(tx, (caller, &seat), address(register.register.as_str(), id), (proposed, before))?;
        let action = if state == ProposalState::Approved { approve.into() } else { register.refuse };
        record(tx, (action, id), organisation, event_body(input)?)?;
        put(tx, &row, (state, by, tx.context.now))?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

/// Returns the person who decides on the proposal that is shown at an address, in a state and made by `proposed`.
///
/// # Errors
/// `Forbidden` on one's own proposal, in person or through a deputy; `Duplicate` if already decided; `Conflict` if the
/// seat now has another holder.
pub fn decider(
    tx: &Tx<'_>,
    (caller, seat): (&Caller, &Seat),
    address: String,
    (proposed, state): ((PersonId, Option<PersonId>), ProposalState),
) -> Result<PersonId, Error> {
    verify_same_seat(tx, caller, seat)?;
    let (person, on_behalf_of) = (proposed.0.0, proposed.1.map(|person| person.0));
    reject_earlier_actors(tx, &[Actor { person, on_behalf_of }])?;
    if state != ProposalState::Proposed {
        return Err(repeated(address, Message::new("decided-before").with("state", state.as_str())));
    }
    tx.person()
}
