//! Proposals of the registers: what one person proposes and another decides on, each register with the right to decide
//! and the organisations in which it is held.

use crate::domain::policy::Action;

codes! {
    /// The registers whose proposals wait for a decision, by their names in addresses.
    pub enum ProposedRegister {
        Accounts = "accounts",
        Appropriations = "appropriations",
        BudgetChanges = "budget-changes",
        ApprovalRules = "approval-rules",
        ApprovalChains = "approval-chains",
        LoanRates = "loan-rates",
        StatuteSettings = "statute-settings",
        CalendarImports = "calendar-imports",
    }
}

/// The organisations in which a proposal is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// Any that has the role: the proposal holds for all.
    Any,
    /// The one that has the setting.
    Own,
    /// A finance bureau of the region of the bureau that it is about, or above.
    FinanceAbove,
    /// The finance bureau that pays the contractor, or in whose region it is registered.
    Paying,
}

impl ProposedRegister {
    /// Returns the right to decide on a proposal.
    pub const fn decision(self) -> Action {
        match self {
            Self::Accounts => Action::ApproveAccount,
            Self::Appropriations => Action::ApproveAppropriation,
            Self::BudgetChanges => Action::ApproveBudgetChange,
            Self::ApprovalRules => Action::ApproveApprovalRule,
            Self::ApprovalChains => Action::ApproveChain,
            Self::LoanRates => Action::ApproveLoanRate,
            Self::StatuteSettings => Action::ApproveStatuteSetting,
            Self::CalendarImports => Action::ApproveCalendar,
        }
    }

    /// Returns the organisations in which a proposal is decided on.
    pub const fn deciding(self) -> Deciding {
        match self {
            Self::Accounts => Deciding::Paying,
            Self::Appropriations | Self::BudgetChanges => Deciding::FinanceAbove,
            Self::ApprovalRules | Self::ApprovalChains => Deciding::Own,
            Self::LoanRates | Self::StatuteSettings | Self::CalendarImports => Deciding::Any,
        }
    }
}
