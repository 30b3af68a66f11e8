//! Roles that a body and a person may hold.

use luyue::domain::codes::{Function, Role};
use luyue::domain::seating::{are_compatible, may_hold};

#[test]
fn money_is_for_finance_bureaus() {
    for role in [Role::Reviewer, Role::Approver, Role::Cashier] {
        let held: Vec<_> = Function::ALL.iter().filter(|function| may_hold(**function, role)).collect();
        assert_eq!(held, [&Function::Finance], "{role}");
    }
}

#[test]
fn a_contractor_has_its_own_role_and_no_other() {
    let held: Vec<_> = Role::ALL.iter().filter(|role| may_hold(Function::Contractor, **role)).collect();
    assert_eq!(held, [&Role::Contractor]);
}

#[test]
fn administrators_supervisors_and_contractors_hold_no_other_role() {
    assert!(are_compatible(&[]));
    assert!(are_compatible(&[Role::Reviewer, Role::Approver, Role::Officer]));
    assert!(are_compatible(&[Role::Administrator, Role::Administrator]));
    assert!(!are_compatible(&[Role::Administrator, Role::Supervisor]));
    assert!(!are_compatible(&[Role::Officer, Role::Contractor]));
    assert!(are_compatible(&[Role::Supervisor, Role::Supervisor]));
    for acting in Role::ALL.iter().filter(|role| **role != Role::Supervisor) {
        assert!(!are_compatible(&[Role::Supervisor, *acting]), "{acting}");
    }
}
