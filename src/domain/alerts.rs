//! Recipients of alerts: the roles of a contract's parties that are notified of each event.
//!
//! Parties are notified of events that require them to act or change their money. Reminders and requests to act go to
//! the holders of the task, messages to the other parties, and alerts about an account to its holder.

use crate::domain::codes::{AlertKind, Role};

/// Returns the roles that are notified of an event; empty where the task, the message or the account decides.
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
