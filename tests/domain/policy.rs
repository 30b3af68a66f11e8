//! The table of rights.

use luyue::domain::codes::ContractState;
use luyue::domain::codes::Role::{Administrator, Cashier, Officer, Reviewer};
use luyue::domain::policy::{Action, RIGHTS, Side, role_may, side_may, state_allows};

#[test]
fn every_row_is_at_the_index_of_its_action() {
    for (place, right) in RIGHTS.iter().enumerate() {
        assert_eq!(right.action as usize, place, "{}", right.name);
        assert!(!right.who.is_empty(), "nobody may {}", right.name);
    }
}

#[test]
fn the_administrator_touches_no_money() {
    for right in RIGHTS {
        let money = right.name.starts_with("payments") || right.name.starts_with("appropriations");
        assert!(!(money && role_may(Administrator, right.action)), "{}", right.name);
    }
}

#[test]
fn a_right_needs_the_role_the_side_and_the_state() {
    let fund = Action::FundContract;
    assert!(role_may(Reviewer, fund) && !role_may(Cashier, fund));
    assert!(side_may(Reviewer, &[Side::Sees, Side::Funder], fund));
    assert!(!side_may(Reviewer, &[Side::Sees, Side::Purchaser], fund), "the wrong side");
    assert!(!side_may(Officer, &[Side::Sees, Side::Funder], fund), "the wrong role");
    assert!(!side_may(Reviewer, &[], fund));
    assert!(side_may(Officer, &[], Action::CreateContract), "no contract is concerned");
    let allowed: Vec<_> = ContractState::ALL.iter().filter(|state| state_allows(**state, fund)).collect();
    assert_eq!(allowed, [&ContractState::Submitted]);
}
