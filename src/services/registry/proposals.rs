//! Proposals: changes of the registers that one person proposes and another approves or refuses (payee accounts and
//! appropriations).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::ProposalState;
use crate::domain::payments::Actor;
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, reject_earlier_actors, verify_same_seat};
use crate::services::shared::faults::Faults;
use crate::storage::identity::people::Seat;
use crate::storage::ids::PersonId;
use crate::storage::write::Tx;

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

/// Returns the person who decides on a proposal in a state, made by `proposed`.
///
/// # Errors
/// `Forbidden` on one's own proposal, in person or through a deputy; `Conflict` if already decided, or if the seat now
/// has another holder.
pub fn decider(
    tx: &Tx<'_>,
    (caller, seat): (&Caller, &Seat),
    proposed: (PersonId, Option<PersonId>),
    state: ProposalState,
) -> Result<PersonId, Error> {
    verify_same_seat(tx, caller, seat)?;
    let (person, on_behalf_of) = (proposed.0.0, proposed.1.map(|person| person.0));
    reject_earlier_actors(tx, &[Actor { person, on_behalf_of }])?;
    if state != ProposalState::Proposed {
        return Err(Error::Conflict(Message::new("decided-before").with("state", state.as_str())));
    }
    tx.person()
}
