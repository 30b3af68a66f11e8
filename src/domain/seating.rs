//! Seats: the roles that people can hold in each kind of organisation, and the roles that one person cannot combine.
//! The rights of a role are in `policy`.

use crate::domain::codes::{Function, Role};

impl Role {
    /// Returns whether the role belongs to the finance bureau that funds a contract and reviews, approves or makes its
    /// payments. People with such a role need one-time codes, a second administrator must confirm changes to how they
    /// sign in, and they see whole account numbers.
    pub const fn is_finance(self) -> bool {
        match self {
            Self::Reviewer | Self::Approver | Self::Cashier => true,
            Self::Officer
            | Self::Leader
            | Self::Accountant
            | Self::Station
            | Self::Contractor
            | Self::Supervisor
            | Self::Administrator => false,
        }
    }

    /// Returns whether the role is held in a public body, such as a bureau: all but that of the contractor.
    pub const fn is_of_public_body(self) -> bool {
        match self {
            Self::Officer
            | Self::Leader
            | Self::Station
            | Self::Reviewer
            | Self::Approver
            | Self::Cashier
            | Self::Accountant
            | Self::Supervisor
            | Self::Administrator => true,
            Self::Contractor => false,
        }
    }

    /// Returns whether people with this role may release money: those of finance, and the accountant of a purchaser
    /// where a chain says so.
    pub const fn may_release_money(self) -> bool {
        self.is_finance() || matches!(self, Self::Accountant)
    }

    /// Returns whether a second administrator must confirm changes to how people with this role sign in: roles that
    /// release money, and administrators, since one who could add another alone would confirm every act as both.
    pub const fn needs_two_administrators(self) -> bool {
        self.may_release_money() || matches!(self, Self::Administrator)
    }
}

/// Returns whether a role can be held in an organisation with this function. The roles that review, approve and make
/// payments are those of finance bureaus, so that no one in the purchasing bureau can release its own payments, unless
/// a chain that two people of finance agreed on names its accountant.
pub fn may_hold(function: Function, role: Role) -> bool {
    match role {
        Role::Contractor => function == Function::Contractor,
        Role::Reviewer | Role::Approver | Role::Cashier => function == Function::Finance,
        Role::Station => matches!(function, Function::JusticeStation | Function::Justice),
        Role::Officer | Role::Leader | Role::Accountant => {
            !matches!(function, Function::Contractor | Function::JusticeStation)
        }
        Role::Supervisor | Role::Administrator => function != Function::Contractor,
    }
}

/// Returns whether one person may hold all these roles, as holder or deputy. An administrator has no other role (GB/T
/// 22239-2019: separation of administrators), a supervisor does not act on what they supervise, and a contractor's
/// staff have no role in a bureau.
pub fn are_compatible(roles: &[Role]) -> bool {
    [Role::Administrator, Role::Supervisor, Role::Contractor]
        .iter()
        .all(|apart| !roles.contains(apart) || roles.iter().all(|r| r == apart))
}
