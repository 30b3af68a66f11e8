//! Contract actions: the named steps that take a contract from one state to the next.
//!
//! This table is the only one: the API, the service, the audit check and the page that says who is next read it. Who may act,
//! and from which states, is the action's right in `policy`; the conditions of each action stand in
//! `services::contracts::transitions`.

use crate::domain::codes::ContractState;
use crate::domain::policy::{Action, Right};

/// A named action on a contract.
#[derive(Debug)]
pub struct ContractAction {
    /// Name in addresses. Two actions may share one: the contract's state and the caller's role tell them apart.
    pub name: &'static str,
    /// Action in the table of rights, which has the roles and the states it leads from.
    pub action: Action,
    /// State to which it leads; none if the state stays.
    pub to: Option<ContractState>,
}

impl ContractAction {
    /// Returns the right that the action needs.
    pub const fn right(&self) -> &'static Right {
        self.action.right()
    }
}

const fn row(name: &'static str, action: Action, to: Option<ContractState>) -> ContractAction {
    ContractAction { name, action, to }
}

/// All contract actions, in the order of a contract's life.
pub const CONTRACT_ACTIONS: &[ContractAction] = &[
    row("submit", Action::SubmitContract, Some(ContractState::Submitted)),
    row("fund", Action::FundContract, Some(ContractState::Funded)),
    row("return", Action::ReturnSubmitted, Some(ContractState::Draft)),
    row("return", Action::ReturnFunded, Some(ContractState::Draft)),
    row("activate", Action::ActivateContract, Some(ContractState::Active)),
    row("withdraw", Action::WithdrawContract, Some(ContractState::Withdrawn)),
    row("complete", Action::CompleteContract, Some(ContractState::Completed)),
    row("terminate", Action::TerminateContract, None),
    row("consent", Action::ConsentToTermination, Some(ContractState::Terminated)),
    row("decline", Action::DeclineTermination, None),
    row("close", Action::CloseContract, Some(ContractState::Closed)),
    row("publish", Action::RecordPublication, None),
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

/// Returns the state in which an event's action leaves a contract; none for an event that leaves the state unchanged.
pub fn state_after(event_action: &str) -> Option<ContractState> {
    CONTRACT_ACTIONS.iter().find(|known| known.right().name == event_action)?.to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_first_is_reached_by_an_action_from_another() {
        for state in ContractState::ALL.iter().filter(|state| **state != ContractState::Draft) {
            let leads = |known: &&ContractAction| known.to == Some(*state) && !known.right().states.contains(state);
            assert!(CONTRACT_ACTIONS.iter().any(|known| leads(&known)), "{state}");
        }
    }

    #[test]
    fn actions_that_share_a_name_start_from_different_states() {
        for (place, one) in CONTRACT_ACTIONS.iter().enumerate() {
            for other in CONTRACT_ACTIONS.iter().skip(place + 1).filter(|other| other.name == one.name) {
                assert!(one.right().states.iter().all(|state| !other.right().states.contains(state)), "{}", one.name);
            }
        }
    }
}
