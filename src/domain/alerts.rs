//! Recipients of alerts: which roles of a contract's parties are told of which event.
//!
//! An event that makes people act or changes their money is told to them. Reminders and requests to act go to those who
//! have the task, a message to those to whom it is written, and what concerns an account to its holders.

use crate::domain::codes::{AlertKind, Role};

/// Returns the roles that are told of an event; none where the task, the message or the account says who.
pub const fn recipients_of(kind: AlertKind) -> &'static [Role] {
    match kind {
        AlertKind::DeliverableSubmitted
        | AlertKind::ContractFunded
        | AlertKind::ContractReturned
        | AlertKind::ChangeRefused => &[Role::Officer],
        AlertKind::PaymentAtFinance
        | AlertKind::PaymentApproved
        | AlertKind::DeliverableAccepted
        | AlertKind::DeliverableReturned
        | AlertKind::ScoreRecorded
        | AlertKind::RecordsRefused => &[Role::Contractor],
        AlertKind::BreachFound
        | AlertKind::PaymentPaid
        | AlertKind::PaymentReturned
        | AlertKind::ObjectionAnswered
        | AlertKind::ApplicationDecided
        | AlertKind::ChangeGranted
        | AlertKind::EvaluationEnded
        | AlertKind::ContractState => &[Role::Contractor, Role::Officer],
        AlertKind::AmendmentEnded => &[Role::Contractor, Role::Officer, Role::Leader],
        AlertKind::Due7
        | AlertKind::Due3
        | AlertKind::Due1
        | AlertKind::Overdue
        | AlertKind::PaymentWaiting
        | AlertKind::AmendmentWaiting
        | AlertKind::ObjectionWaiting
        | AlertKind::ApplicationWaiting
        | AlertKind::EvaluationWaiting
        | AlertKind::MessageReceived
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
        | AlertKind::SealMade => &[],
    }
}
