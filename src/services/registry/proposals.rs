//! Proposals: changes of the registers that one person proposes and another approves or refuses (payee accounts and
//! appropriations).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::ProposalState;
use crate::error::{Error, Message};
use crate::services::identity::caller::{Caller, verify_same_seat};
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
    proposed: ActingPair,
    state: ProposalState,
) -> Result<PersonId, Error> {
    verify_same_seat(tx, caller, seat)?;
    let by = tx.person()?;
    require_another_person(proposed, (by, tx.context.on_behalf_of))?;
    if state != ProposalState::Proposed {
        return Err(Error::Conflict(Message::new("decided-before").with("state", state.as_str())));
    }
    Ok(by)
}

/// A person who acted and, for a deputy, the person represented.
type ActingPair = (PersonId, Option<PersonId>);

/// Checks that no one decides on their own proposal, whether in person, through a deputy or as a deputy.
///
/// # Errors
/// `Forbidden` if one person is on both sides.
fn require_another_person(proposed: ActingPair, decides: ActingPair) -> Result<(), Error> {
    let people = |pair: ActingPair| std::iter::once(pair.0).chain(pair.1);
    if people(proposed).any(|person| people(decides).any(|other| other == person)) {
        return Err(Error::forbidden("self-approval"));
    }
    Ok(())
}
