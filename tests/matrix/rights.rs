//! The table role × action × state, as it was reviewed. `INSTA_UPDATE=always` rewrites it.

use std::fmt::Write;

use luyue::domain::codes::{ContractState, Role};
use luyue::domain::policy::{RIGHTS, state_allows};

/// Returns one line per action and role: the side on which the organisation must be, and the states that allow the
/// action.
fn table() -> String {
    let mut text = String::from("action role side |");
    for state in ContractState::ALL {
        write!(text, " {state}").expect("a string takes it");
    }
    for right in RIGHTS {
        for role in Role::ALL {
            for (_, side) in right.who.iter().filter(|(who, _)| who == role) {
                write!(text, "\n{} {role} {side:?} |", right.name).expect("a string takes it");
                if right.states.is_empty() {
                    text.push_str(" no contract");
                }
                for state in ContractState::ALL.iter().filter(|state| state_allows(**state, right.action)) {
                    write!(text, " {state}").expect("a string takes it");
                }
            }
        }
    }
    text.push('\n');
    text
}

#[test]
fn the_table_of_rights_is_the_one_that_was_reviewed() {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("rights", table());
    });
}
