//! Steps of change requests: the rights to take each, and whether a request still waits.
//!
//! An extension or a waiver may be requested by the purchaser or by the contractor. The officer first endorses what the
//! contractor requests; then the leader decides as on a request of the purchaser. Finance decides on a reversal that
//! finance requests, and on that of a payment that finance made.

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

/// Decisions on incidents, which the contractor does not request.
pub const PURCHASER_REQUEST_ACTIONS: &[(&str, Action)] =
    &[(GRANT, Action::GrantChangeRequest), (REFUSE, Action::GrantChangeRequest)];

/// Decisions on reversals: of the leader, or of finance on what finance requests and on payments that finance made.
pub const REVERSAL_ACTIONS: &[(&str, Action)] = &[
    (GRANT, Action::GrantChangeRequest),
    (GRANT, Action::DecideFinanceReversal),
    (REFUSE, Action::GrantChangeRequest),
    (REFUSE, Action::DecideFinanceReversal),
];

/// Returns the right to take the step that a request waits for; `None` once the request is decided.
pub fn next_right(state: ChangeRequestState) -> Option<Action> {
    match state {
        ChangeRequestState::Applied => Some(Action::EndorseChangeRequest),
        ChangeRequestState::Requested => Some(Action::GrantChangeRequest),
        ChangeRequestState::AtFinance => Some(Action::DecideFinanceReversal),
        ChangeRequestState::Granted | ChangeRequestState::Refused => None,
    }
}

/// Returns true while a request waits for an endorsement or a decision.
pub fn is_pending(state: ChangeRequestState) -> bool {
    next_right(state).is_some()
}
