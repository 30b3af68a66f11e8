//! The reviewed table role × action × state. `LUYUE_REWRITE=1` updates the snapshot.

use std::fmt::Write;

use luyue::domain::codes::{ContractState, Role};
use luyue::domain::policy::{RIGHTS, may_in};

use crate::support::files;

const SNAPSHOT: &str = "tests/snapshots/rights.txt";

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
                for state in ContractState::ALL.iter().filter(|state| may_in(**state, right.action)) {
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
    let path = files::package().join(SNAPSHOT);
    let table = table();
    if std::env::var_os("LUYUE_REWRITE").is_some() {
        std::fs::write(&path, &table).expect("the snapshot is written");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let differences: Vec<String> = reviewed
        .lines()
        .filter(|line| !table.lines().any(|other| other == *line))
        .map(|line| format!("- {line}"))
        .chain(
            table.lines().filter(|line| !reviewed.lines().any(|other| other == *line)).map(|line| format!("+ {line}")),
        )
        .collect();
    assert!(
        reviewed == table,
        "rights differ from {SNAPSHOT} (LUYUE_REWRITE=1 writes it anew):\n{}",
        differences.join("\n")
    );
}
