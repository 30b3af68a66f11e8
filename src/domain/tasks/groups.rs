//! The groups of a list of tasks, which say what to do first, the topics by which the list is filtered, and the steps that
//! several tasks take together.

use chrono::{Datelike, Days as Span, NaiveDate};

use crate::domain::alerts::Topic;
use crate::domain::payments::PaymentStep;
use crate::domain::tasks::TaskKind;

/// Days of a week after its Monday.
const AFTER_MONDAY: u64 = 6;

codes! {
    /// The groups of a list of tasks, the most urgent first.
    pub enum WorkGroup {
        Overdue = "overdue",
        /// Returned to be corrected, and not overdue.
        Returned = "returned",
        /// Due by this week's Sunday.
        Week = "week",
        Later = "later",
    }
}

impl WorkGroup {
    /// Returns the group of a task.
    pub fn of(due_on: NaiveDate, is_returned: bool, today: NaiveDate) -> Self {
        let passed = u64::from(today.weekday().num_days_from_monday());
        let sunday = today.checked_add_days(Span::new(AFTER_MONDAY.saturating_sub(passed))).unwrap_or(today);
        if due_on < today {
            Self::Overdue
        } else if is_returned {
            Self::Returned
        } else if due_on <= sunday {
            Self::Week
        } else {
            Self::Later
        }
    }
}

impl TaskKind {
    /// Returns the step that the task takes on a payment request, which can be taken on several at once.
    pub const fn payment_step(self) -> Option<PaymentStep> {
        match self {
            Self::ConfirmPayment => Some(PaymentStep::Confirm),
            Self::ReviewPayment => Some(PaymentStep::Review),
            Self::ApprovePayment => Some(PaymentStep::Approve),
            Self::PayPayment => Some(PaymentStep::Pay),
            Self::AllowPayment => Some(PaymentStep::Allow),
            _ => None,
        }
    }

    /// Returns the topic of the task; what concerns the contract as a whole, such as a guarantee, is of the contract.
    pub const fn topic(self) -> Topic {
        match self {
            Self::Deliver | Self::Inspect | Self::ConfirmRecords => Topic::Deliverables,
            Self::Invoice
            | Self::RequestPayment
            | Self::ConfirmPayment
            | Self::ReviewPayment
            | Self::ApprovePayment
            | Self::PayPayment
            | Self::AllowPayment
            | Self::RequestInterest => Topic::Payments,
            Self::Decide
            | Self::Endorse
            | Self::DecideSuspension
            | Self::AnswerObjection
            | Self::CorrectObjection
            | Self::ConsentAmendment
            | Self::ApproveAmendment
            | Self::FundAmendment => Topic::Requests,
            Self::Score
            | Self::AssessEvaluation
            | Self::ProposeEvaluation
            | Self::CommentEvaluation
            | Self::FinaliseEvaluation => Topic::Evaluations,
            Self::Submit
            | Self::Sign
            | Self::SignOff
            | Self::Fund
            | Self::Activate
            | Self::Publish
            | Self::Consent
            | Self::EndContract
            | Self::DecidePublication
            | Self::DecideClaim
            | Self::RenewGuarantee
            | Self::ReturnGuarantee
            | Self::Recover
            | Self::DecideWriteOff
            | Self::Complete
            | Self::Close => Topic::Contracts,
        }
    }
}
