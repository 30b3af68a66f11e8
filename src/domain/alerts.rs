//! Recipients of alerts: the roles of a contract's parties that are notified of each event.
//!
//! Parties are notified of events that require them to act or change their money. Reminders and requests to act go to
//! the holders of the task, messages to the other parties, and alerts about an account to its holder.

use crate::domain::codes::{AlertKind, Role};

/// People to whom an alert is sent.
enum Recipients {
    /// Those who hold one of these roles for a party of the contract.
    Roles(&'static [Role]),
    /// Those who have the task that the alert asks for.
    TaskHolders,
    /// Those to whom a message is written, or whose account it is about.
    Addressees,
}

const fn recipients(kind: AlertKind) -> Recipients {
    match kind {
        AlertKind::DeliverableSubmitted
        | AlertKind::ContractFunded
        | AlertKind::ContractReturned
        | AlertKind::ChangeRefused => Recipients::Roles(&[Role::Officer]),
        AlertKind::PaymentAtFinance
        | AlertKind::PaymentApproved
        | AlertKind::DeliverableAccepted
        | AlertKind::DeliverableReturned
        | AlertKind::ScoreRecorded
        | AlertKind::RecordsRefused => Recipients::Roles(&[Role::Contractor]),
        AlertKind::BreachFound
        | AlertKind::PaymentPaid
        | AlertKind::PaymentReturned
        | AlertKind::ObjectionAnswered
        | AlertKind::ApplicationDecided
        | AlertKind::ChangeGranted
        | AlertKind::EvaluationEnded
        | AlertKind::ContractState => Recipients::Roles(&[Role::Contractor, Role::Officer]),
        AlertKind::AmendmentEnded => Recipients::Roles(&[Role::Contractor, Role::Officer, Role::Leader]),
        AlertKind::Due7
        | AlertKind::Due3
        | AlertKind::Due1
        | AlertKind::Overdue
        | AlertKind::PaymentWaiting
        | AlertKind::AmendmentWaiting
        | AlertKind::ObjectionWaiting
        | AlertKind::ApplicationWaiting
        | AlertKind::EvaluationWaiting => Recipients::TaskHolders,
        AlertKind::MessageReceived
        | AlertKind::AccountChanged
        | AlertKind::CodesReset
        | AlertKind::RecoveryCodeUsed
        | AlertKind::CodesOn
        | AlertKind::CodesOff
        | AlertKind::IdentityBound
        | AlertKind::IdentityUnbound
        | AlertKind::PasswordLink
        | AlertKind::PasswordForgotten
        | AlertKind::PasswordChanged
        | AlertKind::SealMade => Recipients::Addressees,
    }
}

/// Returns the roles that are told of an event; none where the task, the message or the account says who.
pub const fn recipients_of(kind: AlertKind) -> &'static [Role] {
    match recipients(kind) {
        Recipients::Roles(roles) => roles,
        Recipients::TaskHolders | Recipients::Addressees => &[],
    }
}

/// Returns whether an alert asks for a task; it is then void once the task is done or its day has moved.
pub const fn is_about_task(kind: AlertKind) -> bool {
    matches!(recipients(kind), Recipients::TaskHolders)
}
