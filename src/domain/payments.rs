//! The approval steps of a payment request: request, confirmation, review, approval, payment. The table here gives, for
//! each step, the state after it and the role that takes it where no chain says otherwise (`approval_chains`); no
//! person takes two steps of one request. The payable amount is computed by `standing`, not here.

use chrono::NaiveDate;

use crate::domain::codes::{PaymentState, Role};
use crate::domain::policy::Action;
use crate::domain::tasks::TaskKind;

codes! {
    /// A step taken on a payment request, as it is stored in its history.
    pub enum PaymentStep {
        Request = "request",
        Confirm = "confirm",
        Review = "review",
        Approve = "approve",
        Pay = "pay",
        /// Records a payment of an earlier day, which waits for the approver's consent.
        Backdate = "backdate",
        /// Agrees to the earlier day; the payment counts.
        Allow = "allow",
        /// Refuses the earlier day; the payment must be recorded again.
        Disallow = "disallow",
        /// Takes the request back before anyone has opened it.
        Recall = "recall",
        /// Sends the request back. The time allowed for payment keeps running.
        Return = "return",
        /// Reverses the recorded payment, after a granted reversal.
        Reverse = "reverse",
        /// Records a payment that was made before its contract was imported from an earlier ledger.
        Import = "import",
    }
}

codes! {
    /// The outcome of matching a row of the treasury's file of payments.
    pub enum VoucherMatch {
        /// One approved payment request fits.
        Matched = "matched",
        /// The voucher has been recorded before.
        Recorded = "recorded",
        /// No payment request fits, or more than one does.
        Unmatched = "unmatched",
    }
}

/// One step of an approval chain.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalStep {
    /// The step as it is stored.
    pub kind: PaymentStep,
    /// The state after the step.
    pub to: PaymentState,
    /// The right that the step requires.
    pub action: Action,
    /// The role in which the step is taken.
    pub role: Role,
    /// The task of that role while the step is next.
    pub task: TaskKind,
}

impl PaymentStep {
    /// Returns whether the step releases money, so that it requires the password again above a set amount.
    pub const fn releases_money(self) -> bool {
        match self {
            Self::Approve | Self::Pay | Self::Allow => true,
            Self::Request
            | Self::Confirm
            | Self::Review
            | Self::Backdate
            | Self::Disallow
            | Self::Recall
            | Self::Return
            | Self::Reverse
            | Self::Import => false,
        }
    }
}

/// The four steps after the request, each taken by a different person, where no chain says otherwise.
pub const APPROVAL_CHAIN: &[ApprovalStep] = &[
    ApprovalStep {
        kind: PaymentStep::Confirm,
        to: PaymentState::Confirmed,
        action: Action::ConfirmPayment,
        role: Role::Officer,
        task: TaskKind::ConfirmPayment,
    },
    ApprovalStep {
        kind: PaymentStep::Review,
        to: PaymentState::Reviewed,
        action: Action::ReviewPayment,
        role: Role::Reviewer,
        task: TaskKind::ReviewPayment,
    },
    ApprovalStep {
        kind: PaymentStep::Approve,
        to: PaymentState::Approved,
        action: Action::ApprovePayment,
        role: Role::Approver,
        task: TaskKind::ApprovePayment,
    },
    ApprovalStep {
        kind: PaymentStep::Pay,
        to: PaymentState::Paid,
        action: Action::PayPayment,
        role: Role::Cashier,
        task: TaskKind::PayPayment,
    },
];

/// The step that follows the approval chain for a payment of an earlier day. The role that approves takes it; the person
/// may have approved the request, but must not have recorded the payment.
pub const DAY_CONSENT: ApprovalStep = ApprovalStep {
    kind: PaymentStep::Allow,
    to: PaymentState::Paid,
    action: Action::AllowPaymentDay,
    role: Role::Approver,
    task: TaskKind::AllowPayment,
};

/// Returns whether a payment recorded `today` may count from `on` only with the approver's consent, that is, if `on` is
/// before yesterday.
pub fn needs_day_consent(on: NaiveDate, today: NaiveDate) -> bool {
    today.pred_opt().is_some_and(|yesterday| on < yesterday)
}

/// The steps that people take on a payment request, by the names used in addresses, each with its right.
pub const PAYMENT_ACTIONS: &[(&str, Action)] = &[
    ("confirm", Action::ConfirmPayment),
    ("review", Action::ReviewPayment),
    ("approve", Action::ApprovePayment),
    ("pay", Action::PayPayment),
    ("allow", Action::AllowPaymentDay),
    ("disallow", Action::AllowPaymentDay),
    ("return", Action::ReturnPayment),
    ("recall", Action::RecallPayment),
];

/// Largest number of people whom a rule can have approve a payment request.
pub const MOST_APPROVERS: u32 = 3;

/// A rule on how many people approve a payment request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalRule {
    /// First day of the requests to which it applies.
    pub from_on: NaiveDate,
    /// Smallest amount to which it applies, in fen.
    pub amount_fen: i64,
    pub approvers: usize,
}

/// Returns the number of people who approve a request of an amount in fen, made on a day: by the newest rule that had
/// begun, of several from one day the last; one person without a rule.
pub fn approvers_needed(rules: &[ApprovalRule], amount_fen: i64, requested_on: NaiveDate) -> usize {
    let begun = rules.iter().filter(|rule| rule.from_on <= requested_on);
    let newest = begun.max_by_key(|rule| rule.from_on);
    newest.filter(|rule| amount_fen >= rule.amount_fen).map_or(1, |rule| rule.approvers.max(1))
}

/// Returns the state after a step that comes next in `state`, of a request that `needed` people approve and some have
/// approved: it waits for the last role that approves until all have.
pub fn state_after(state: PaymentState, next: &ApprovalStep, approved: usize, needed: usize) -> PaymentState {
    let is_enough = next.to != PaymentState::Approved || approved.saturating_add(1) >= needed;
    if is_enough { next.to } else { state }
}

/// Returns whether a payment request is neither paid nor returned. While it is open, its amount cannot be requested
/// again.
pub fn is_open(state: PaymentState) -> bool {
    !matches!(state, PaymentState::Paid | PaymentState::Returned)
}

/// The people behind one step: the person who acts and, for a deputy (AB 岗), the holder of the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor<P> {
    /// The person who acts.
    pub person: P,
    /// The holder of the seat, when a deputy acts.
    pub on_behalf_of: Option<P>,
}

impl<P: Copy + PartialEq> Actor<P> {
    /// Returns whether a person acts, or is stood in for, in this step.
    fn is(&self, person: P) -> bool {
        self.person == person || self.on_behalf_of == Some(person)
    }

    /// Returns whether two steps have a person in common. A deputy counts both as themselves and as the holder.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.is(other.person) || other.on_behalf_of.is_some_and(|person| self.is(person))
    }
}

/// Returns whether the people of `next` may take a step after those of `before`. No one takes two steps of one request,
/// whether for themselves or as a deputy.
pub fn may_follow<P: Copy + PartialEq>(before: &[Actor<P>], next: &Actor<P>) -> bool {
    !before.iter().any(|actor| actor.overlaps(next))
}

/// Returns the amount of a milestone that can still be requested, in fen and never below 0: what is payable less what
/// was paid and what open requests cover.
pub fn remaining_fen(payable_fen: i64, paid_fen: i64, open_fen: i64) -> i64 {
    payable_fen.saturating_sub(paid_fen).saturating_sub(open_fen).max(0)
}

/// Grounds on which the law forbids refusing or delaying a payment (保障中小企业款项支付条例, arts. 12 and 14): a change of the
/// person in charge, an internal procedure, an audit or approval that was not agreed. A reason is free text, so the
/// grounds are recognised by phrases that usually state them.
const UNLAWFUL_EXCUSES: &[&str] = &[
    "负责人变更",
    "领导变更",
    "领导变动",
    "领导调整",
    "领导换届",
    "人员变更",
    "换届",
    "内部流程",
    "内部付款流程",
    "内部审批",
    "等待审计",
    "待审计",
    "审计未完成",
    "审计结束",
    "决算审计",
    "竣工验收批复",
    "change of leader",
    "change of leadership",
    "new leader",
    "internal procedure",
    "internal process",
    "awaiting audit",
    "awaiting the audit",
    "until the audit",
];

/// Returns the first phrase in `reason` that states a ground on which the law does not allow a payment to wait.
pub fn unlawful_excuse(reason: &str) -> Option<&'static str> {
    let reason = reason.to_lowercase();
    UNLAWFUL_EXCUSES.iter().copied().find(|ground| reason.contains(ground))
}
