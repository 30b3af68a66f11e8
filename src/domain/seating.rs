//! Which role can be held in which kind of organisation, and which roles one person cannot hold together.
//!
//! What a role may do stands in `policy`; this only says who can be given it.

use crate::domain::codes::{Function, Role};

/// Whether a role can be held within an organisation of this function. Money is reviewed, approved and paid in finance
/// bureaus alone, so that nobody in the bureau that buys can release its payments.
pub fn may_hold(function: Function, role: Role) -> bool {
    match role {
        Role::Contractor => function == Function::Contractor,
        Role::Reviewer | Role::Approver | Role::Cashier => function == Function::Finance,
        Role::Station => matches!(function, Function::JusticeStation | Function::Justice),
        Role::Officer | Role::Leader => !matches!(function, Function::Contractor | Function::JusticeStation),
        Role::Supervisor | Role::Administrator => function != Function::Contractor,
    }
}

/// Whether one person can hold these roles, whether as their own or in somebody's place: who administers the program has
/// no other part in it (GB/T 22239-2019: administrators are apart from those who act), and a contractor's people none in a
/// bureau.
pub fn are_compatible(roles: &[Role]) -> bool {
    [Role::Administrator, Role::Contractor]
        .iter()
        .all(|apart| !roles.contains(apart) || roles.iter().all(|r| r == apart))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn administrators_and_contractors_stand_apart() {
        assert!(are_compatible(&[]));
        assert!(are_compatible(&[Role::Reviewer, Role::Approver, Role::Officer]));
        assert!(are_compatible(&[Role::Administrator, Role::Administrator]));
        assert!(!are_compatible(&[Role::Administrator, Role::Supervisor]));
        assert!(!are_compatible(&[Role::Officer, Role::Contractor]));
    }
}
