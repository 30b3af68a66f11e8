//! The table of contract actions.

use luyue::domain::codes::ContractState;
use luyue::services::contracts::transitions::{CONTRACT_ACTIONS, ContractAction};

#[test]
fn every_state_but_the_first_is_reached_by_an_action_from_another() {
    for state in ContractState::ALL.iter().filter(|state| **state != ContractState::Draft) {
        let leads = |known: &&ContractAction| known.to == Some(*state) && !known.right().states.contains(state);
        assert!(CONTRACT_ACTIONS.iter().any(|known| leads(&known)), "{state}");
    }
}

#[test]
fn actions_that_share_a_name_differ_in_state_or_role() {
    for (place, one) in CONTRACT_ACTIONS.iter().enumerate() {
        for other in CONTRACT_ACTIONS.iter().skip(place + 1).filter(|other| other.name == one.name) {
            let (one, other) = (one.right(), other.right());
            let share_state = one.states.iter().any(|state| other.states.contains(state));
            let share_role = one.who.iter().any(|(role, _)| other.who.iter().any(|(known, _)| known == role));
            assert!(!share_state || !share_role, "{} and {}", one.name, other.name);
        }
    }
}
