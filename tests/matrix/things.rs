//! The kinds of objects that addresses name.

/// The kind of object that the `{id}` of an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// The address names no object.
    Nothing,
    Contract,
    Payment,
    Extension,
    Waiver,
    Incident,
    /// An extension that the contractor requests.
    Application,
    Reversal,
    Amendment,
    Objection,
    Annex,
    Record,
    Publication,
    /// A guarantee with a claim that waits for the leader.
    Guarantee,
    /// A write-off that waits for finance.
    Recovery,
    Evaluation,
    Suspension,
    Matter,
    WorkStation,
    CorrectionGroup,
    Worker,
    File,
    Account,
    Appropriation,
    ApprovalChain,
    ApprovalRule,
    BudgetChange,
    LoanRate,
    CalendarImport,
    LedgerImport,
    StatuteSetting,
    PurchasePlan,
    Person,
    Delegation,
    /// A saved view of the officer.
    SavedView,
    Letter,
    /// The first fact of the contract.
    Event,
}

impl Thing {
    /// Returns whether this is the contract or an object that belongs to it; these are visible to everyone who can see
    /// the contract.
    pub fn is_of_contract(self) -> bool {
        use Thing::{
            Account, Appropriation, ApprovalChain, ApprovalRule, BudgetChange, CalendarImport, CorrectionGroup,
            Delegation, Event, LedgerImport, Letter, LoanRate, Matter, Nothing, Person, PurchasePlan, SavedView,
            StatuteSetting, WorkStation,
        };
        let of_registers = matches!(
            self,
            Account
                | Appropriation
                | ApprovalChain
                | ApprovalRule
                | BudgetChange
                | LoanRate
                | Matter
                | WorkStation
                | CorrectionGroup
                | CalendarImport
                | LedgerImport
                | StatuteSetting
                | PurchasePlan
                | Person
                | Delegation
                | SavedView
        );
        !of_registers && !matches!(self, Nothing | Letter | Event)
    }
}
