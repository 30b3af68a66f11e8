//! Who may do what: the one table of rights, asked twice by every service.
//!
//! First with the roles that somebody holds (`seats_for`), then, with what was loaded, whether the state of the
//! contract allows it and who acted before (`may_in`, `payments::may_follow`). No role is exempt, the administrator least.
//! The table role × action × state is written to `tests/snapshots` from here.

use crate::domain::codes::ContractState::{self, Active, Closed, Completed, Draft, Funded, Submitted, Terminated};
use crate::domain::codes::Role::{
    self, Administrator, Approver, Cashier, Contractor, Leader, Officer, Reviewer, Station, Supervisor,
};

/// How the organisation in which somebody holds a role stands to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It buys.
    Purchaser,
    /// It funds.
    Funder,
    /// It delivers.
    Contractor,
    /// It may see the contract, as a party or by its region.
    Sees,
    /// No contract is concerned.
    Any,
}

/// One line of the table: who may do an action, and in which states of the contract.
#[derive(Debug)]
pub struct Right {
    /// The action.
    pub action: Action,
    /// Its word in the table, in events and in the OpenAPI document.
    pub name: &'static str,
    /// Roles, each with the side its organisation must be on.
    pub who: &'static [(Role, Side)],
    /// States of the contract in which it may be done; empty where no contract is concerned.
    pub states: &'static [ContractState],
}

const ANY_STATE: &[ContractState] = ContractState::ALL;
/// The contract runs, or has ended early and is being settled.
const RUNNING: &[ContractState] = &[Active, Terminated];
const EVERYBODY: &[(Role, Side)] = &[
    (Officer, Side::Sees),
    (Leader, Side::Sees),
    (Station, Side::Sees),
    (Reviewer, Side::Sees),
    (Approver, Side::Sees),
    (Cashier, Side::Sees),
    (Contractor, Side::Contractor),
    (Supervisor, Side::Sees),
];
/// Those who see the register of organisations, contractors and money (the contractor and the public do not).
const BUREAUS: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Supervisor, Side::Any),
];
const BUREAUS_AND_ADMINISTRATOR: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Supervisor, Side::Any),
    (Administrator, Side::Any),
];
const ALL_ROLES: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Contractor, Side::Any),
    (Supervisor, Side::Any),
    (Administrator, Side::Any),
];

macro_rules! rights {
    ($($(#[$meta:meta])* $action:ident $name:literal $who:expr, $states:expr;)+) => {
        /// Everything that somebody who is signed in can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$meta])* $action),+ }

        /// The table of rights.
        pub const RIGHTS: &[Right] = &[$(Right { action: Action::$action, name: $name, who: $who, states: $states }),+];

        impl Action {
            /// The action's line of the table.
            pub const fn right(self) -> &'static Right {
                &RIGHTS[self as usize]
            }
        }
    };
}

rights! {
    /// One's own session.
    OwnSession "session.own" ALL_ROLES, &[];
    ListWork "worklist.read" ALL_ROLES, &[];
    ListOrganisations "organisations.read" ALL_ROLES, &[];
    ListContractors "contractors.read" BUREAUS_AND_ADMINISTRATOR, &[];
    /// One contractor: for bureaus any, for a contractor's people their own.
    ShowContractor "contractors.show" ALL_ROLES, &[];
    ListServices "services.read" ALL_ROLES, &[];
    ListAppropriations "appropriations.read" BUREAUS, &[];
    ProposeAppropriation "appropriations.propose" &[(Reviewer, Side::Any)], &[];
    ApproveAppropriation "appropriations.approve" &[(Approver, Side::Any)], &[];
    ManageOrganisations "organisations.manage" &[(Administrator, Side::Any)], &[];
    ManagePeople "people.manage" &[(Administrator, Side::Any)], &[];
    /// The mail on its way, without what is in it.
    ManageEmails "letters.manage" &[(Administrator, Side::Any)], &[];
    ManageServices "services.manage" &[(Administrator, Side::Any)], &[];
    /// The rules of law and the working calendar.
    ReadRules "rules.read" ALL_ROLES, &[];
    /// The audit log: of contracts that the supervisor's organisation sees, or that anything was recorded.
    ReadEvents "events.read" &[(Supervisor, Side::Any), (Administrator, Side::Any)], &[];
    /// The next year of the working calendar.
    ManageCalendar "calendar.manage" &[(Administrator, Side::Any)], &[];
    Delegate "delegations.manage" ALL_ROLES, &[];
    /// A payee account's change needs two people: the contractor proposes, a finance reviewer approves.
    ProposeAccount "accounts.propose" &[(Contractor, Side::Any)], &[];
    ApproveAccount "accounts.approve" &[(Reviewer, Side::Any)], &[];

    ReadContract "contracts.read" EVERYBODY, ANY_STATE;
    CreateContract "contracts.create" &[(Officer, Side::Any)], &[];
    EditContract "contracts.edit" &[(Officer, Side::Purchaser)], &[Draft];
    SubmitContract "contracts.submit" &[(Officer, Side::Purchaser)], &[Draft];
    WithdrawContract "contracts.withdraw" &[(Officer, Side::Purchaser)], &[Draft];
    FundContract "contracts.fund" &[(Reviewer, Side::Funder)], &[Submitted];
    ReturnSubmitted "contracts.return_submitted" &[(Reviewer, Side::Funder)], &[Submitted];
    ReturnFunded "contracts.return_funded" &[(Leader, Side::Purchaser)], &[Funded];
    ActivateContract "contracts.activate" &[(Leader, Side::Purchaser)], &[Funded];
    CompleteContract "contracts.complete" &[(Leader, Side::Purchaser)], &[Active];
    TerminateContract "contracts.terminate" &[(Leader, Side::Purchaser)], &[Active];
    ConsentToTermination "contracts.consent" &[(Reviewer, Side::Funder)], &[Active];
    DeclineTermination "contracts.decline" &[(Reviewer, Side::Funder)], &[Active];
    CloseContract "contracts.close" &[(Reviewer, Side::Funder)], &[Completed, Terminated];
    /// The contract was announced (statute publish-2wd).
    RecordPublication "contracts.publish" &[(Officer, Side::Purchaser)], &[Active, Completed, Terminated, Closed];

    SubmitDeliverable "submissions.create" &[(Contractor, Side::Contractor)], &[Active];
    DecideDeliverable "decisions.create" &[(Officer, Side::Purchaser)], RUNNING;
    ReceiveInvoice "invoices.create" &[(Contractor, Side::Contractor)], RUNNING;
    ScoreMilestone "scores.create" &[(Leader, Side::Purchaser)], RUNNING;
    RecordIncident "incidents.create" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    RecordHeadcount "headcounts.create" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    RecordSurvey "surveys.create" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    AskExtension "extensions.ask" &[(Officer, Side::Purchaser)], &[Active];
    AskWaiver "waivers.ask" &[(Officer, Side::Purchaser)], RUNNING;
    AskReversal "reversals.ask" &[(Officer, Side::Purchaser), (Cashier, Side::Funder)], RUNNING;
    GrantAsk "asks.grant" &[(Leader, Side::Purchaser)], RUNNING;

    RequestPayment "payments.request" &[(Contractor, Side::Contractor), (Officer, Side::Purchaser)], RUNNING;
    ConfirmPayment "payments.confirm" &[(Officer, Side::Purchaser)], RUNNING;
    ReviewPayment "payments.review" &[(Reviewer, Side::Funder)], RUNNING;
    ApprovePayment "payments.approve" &[(Approver, Side::Funder)], RUNNING;
    PayPayment "payments.pay" &[(Cashier, Side::Funder)], RUNNING;
    /// Whoever would take the next step may send it back instead.
    ReturnPayment "payments.return" &[(Officer, Side::Purchaser), (Reviewer, Side::Funder), (Approver, Side::Funder), (Cashier, Side::Funder)], RUNNING;
}

/// The actions on a contract by the names that addresses use. One name may be two rights, by the contract's state.
pub const CONTRACT_ACTIONS: &[(&str, Action)] = &[
    ("submit", Action::SubmitContract),
    ("fund", Action::FundContract),
    ("return", Action::ReturnSubmitted),
    ("return", Action::ReturnFunded),
    ("activate", Action::ActivateContract),
    ("withdraw", Action::WithdrawContract),
    ("complete", Action::CompleteContract),
    ("terminate", Action::TerminateContract),
    ("consent", Action::ConsentToTermination),
    ("decline", Action::DeclineTermination),
    ("close", Action::CloseContract),
    ("publish", Action::RecordPublication),
];

/// Whether a role may do an action at all, on some side.
pub fn role_may(role: Role, action: Action) -> bool {
    action.right().who.iter().any(|(r, _)| *r == role)
}

/// Whether a role on a side of the contract may do an action. A party also sees.
pub fn side_may(role: Role, sides: &[Side], action: Action) -> bool {
    action.right().who.iter().any(|(r, side)| *r == role && (*side == Side::Any || sides.contains(side)))
}

/// Whether an action may be done in a state of the contract.
pub fn may_in(state: ContractState, action: Action) -> bool {
    action.right().states.contains(&state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_stands_at_its_actions_place() {
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
}
