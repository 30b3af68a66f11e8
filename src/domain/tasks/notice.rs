//! The first email about a task: at once, by the jobs, or not before a reminder.

use crate::domain::statute_settings::SettableRule;
use crate::domain::tasks::TaskKind;

/// The moment at which people are notified of a new task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstNotice {
    /// In the transaction that gives them the task.
    AtOnce,
    /// By the next run of the jobs, which costs the act no statement.
    ByJobs,
    /// Seven days before its due day, because the holders gave themselves the task or another alert tells of it.
    WithReminders,
}

impl TaskKind {
    /// Returns whether people are notified by email in the transaction that gives them the task: a step of a payment
    /// request or of an amendment, an objection to be answered, a request of the contractor to be endorsed, or an
    /// evaluation that waits for the contractor.
    pub const fn is_notified_at_once(self) -> bool {
        matches!(self.first_notice(), FirstNotice::AtOnce)
    }

    /// Returns whether the jobs notify people of a new task that no reminder tells of yet.
    pub const fn is_announced(self) -> bool {
        matches!(self.first_notice(), FirstNotice::ByJobs)
    }

    /// Returns whether the task is a step of the contract as a whole, which can be taken again after a return.
    pub const fn is_of_a_step(self) -> bool {
        matches!(self, Self::SignOff | Self::Fund | Self::Activate | Self::Complete | Self::Close)
    }

    /// Returns whether the law sets the due day.
    pub const fn is_statutory(self) -> bool {
        self.statute().is_some()
    }

    /// Returns the id of the statute that sets the due day, if one does.
    pub const fn statute(self) -> Option<&'static str> {
        if self.is_step_of_payment() {
            Some("pay-30-60")
        } else if matches!(self, Self::Sign) {
            Some(SettableRule::Sign.as_str())
        } else if matches!(self, Self::Publish) {
            Some(SettableRule::Publish.as_str())
        } else if matches!(self, Self::EndContract) {
            Some("termination-1y")
        } else {
            None
        }
    }

    const fn first_notice(self) -> FirstNotice {
        match self {
            Self::ConfirmPayment
            | Self::ReviewPayment
            | Self::ApprovePayment
            | Self::PayPayment
            | Self::AllowPayment
            | Self::ConsentAmendment
            | Self::ApproveAmendment
            | Self::FundAmendment
            | Self::AnswerObjection
            | Self::AssessEvaluation
            | Self::CommentEvaluation
            | Self::Endorse => FirstNotice::AtOnce,
            Self::SignOff
            | Self::Fund
            | Self::Activate
            | Self::Score
            | Self::RequestInterest
            | Self::Decide
            | Self::Consent
            | Self::EndContract
            | Self::ConfirmRecords
            | Self::DecidePublication
            | Self::DecideSuspension
            | Self::DecideClaim
            | Self::RenewGuarantee
            | Self::Recover
            | Self::DecideWriteOff
            | Self::ProposeEvaluation
            | Self::FinaliseEvaluation
            | Self::Complete
            | Self::Close => FirstNotice::ByJobs,
            Self::Submit
            | Self::Sign
            | Self::Publish
            | Self::Deliver
            | Self::Inspect
            | Self::Invoice
            | Self::RequestPayment
            | Self::CorrectObjection
            | Self::ReturnGuarantee => FirstNotice::WithReminders,
        }
    }
}
