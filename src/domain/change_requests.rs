//! Steps of change requests: who may take each, and when a request still waits.
//!
//! An extension or a waiver that the contractor requests is applied for: the officer endorses it first, and the leader
//! decides as on the purchaser's own.

use crate::domain::codes::ChangeRequestState;
use crate::domain::policy::Action;

/// Step that passes a request of the contractor on to the leader.
pub const ENDORSE: &str = "endorse";
/// Decision that records the fact.
pub const GRANT: &str = "grant";
/// Decision that ends a request without a fact.
pub const REFUSE: &str = "refuse";

/// Steps of extensions and waivers by name, each with the rights that it may need.
pub const CHANGE_REQUEST_ACTIONS: &[(&str, Action)] = &[
    (ENDORSE, Action::EndorseChangeRequest),
    (GRANT, Action::GrantChangeRequest),
    (REFUSE, Action::EndorseChangeRequest),
    (REFUSE, Action::GrantChangeRequest),
];

/// Decisions on reversals and incidents, which the contractor does not request.
pub const PURCHASER_REQUEST_ACTIONS: &[(&str, Action)] =
    &[(GRANT, Action::GrantChangeRequest), (REFUSE, Action::GrantChangeRequest)];

/// Returns the right of the step at which a request waits; none once it is decided.
pub fn next_right(state: ChangeRequestState) -> Option<Action> {
    match state {
        ChangeRequestState::Applied => Some(Action::EndorseChangeRequest),
        ChangeRequestState::Requested => Some(Action::GrantChangeRequest),
        ChangeRequestState::Granted | ChangeRequestState::Refused => None,
    }
}

/// Returns true while a request waits for an endorsement or a decision.
pub fn is_pending(state: ChangeRequestState) -> bool {
    next_right(state).is_some()
}
