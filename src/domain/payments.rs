//! A payment's way from the request to the bank's day, as a table: which step leads from which state to which, who takes
//! it, and who may follow whom. It must not know what is payable: that is `standing`.

use crate::domain::codes::{PaymentState, Role};
use crate::domain::policy::Action;

codes! {
    /// What is done to a payment.
    pub enum PaymentStep {
        Request = "request",
        Confirm = "confirm",
        Review = "review",
        Approve = "approve",
        Pay = "pay",
        /// Whoever would take the next step sends it back; the days of payment run on.
        Return = "return",
        /// The fact of the payment was undone (a granted reversal).
        Reverse = "reverse",
    }
}

/// One step of the chain.
#[derive(Debug)]
pub struct Link {
    /// The step.
    pub step: PaymentStep,
    /// The state in which it is the next.
    pub from: PaymentState,
    /// Where it leads.
    pub to: PaymentState,
    /// The right that it needs.
    pub action: Action,
    /// Who takes it.
    pub role: Role,
}

/// The four steps after the request, by four people (interface: Payment).
pub const CHAIN: &[Link] = &[
    Link {
        step: PaymentStep::Confirm,
        from: PaymentState::Requested,
        to: PaymentState::Confirmed,
        action: Action::ConfirmPayment,
        role: Role::Officer,
    },
    Link {
        step: PaymentStep::Review,
        from: PaymentState::Confirmed,
        to: PaymentState::Reviewed,
        action: Action::ReviewPayment,
        role: Role::Reviewer,
    },
    Link {
        step: PaymentStep::Approve,
        from: PaymentState::Reviewed,
        to: PaymentState::Approved,
        action: Action::ApprovePayment,
        role: Role::Approver,
    },
    Link {
        step: PaymentStep::Pay,
        from: PaymentState::Approved,
        to: PaymentState::Paid,
        action: Action::PayPayment,
        role: Role::Cashier,
    },
];

/// The steps that people take on a payment by name, each with its right.
pub const PAYMENT_ACTIONS: &[(&str, Action)] = &[
    ("confirm", Action::ConfirmPayment),
    ("review", Action::ReviewPayment),
    ("approve", Action::ApprovePayment),
    ("pay", Action::PayPayment),
    ("return", Action::ReturnPayment),
];

/// The step that a payment in a state waits for; none once it is paid or returned.
pub fn next(state: PaymentState) -> Option<&'static Link> {
    CHAIN.iter().find(|link| link.from == state)
}

/// Whether a payment is on its way: what it asks for is not payable to another.
pub fn is_open(state: PaymentState) -> bool {
    next(state).is_some()
}

/// Who takes a step: the person, and the one in whose seat they sit as a deputy (AB 岗).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor<P> {
    /// Who acts.
    pub person: P,
    /// For whom.
    pub on_behalf_of: Option<P>,
}

impl<P: Copy + PartialEq> Actor<P> {
    fn is(&self, person: P) -> bool {
        self.person == person || self.on_behalf_of == Some(person)
    }

    /// Whether the two have a person in common; a deputy counts as both.
    pub fn meets(&self, other: &Self) -> bool {
        self.is(other.person) || other.on_behalf_of.is_some_and(|person| self.is(person))
    }
}

/// Whether somebody may take the next step after those who acted before: nobody takes two, for themselves or for another.
pub fn may_follow<P: Copy + PartialEq>(before: &[Actor<P>], next: &Actor<P>) -> bool {
    !before.iter().any(|actor| actor.meets(next))
}

/// What is left to ask for, in fen: payable, less paid, less what is asked for and on its way. Never under 0.
pub fn left(payable_fen: i64, paid_fen: i64, open_fen: i64) -> i64 {
    payable_fen.saturating_sub(paid_fen).saturating_sub(open_fen).max(0)
}

/// Grounds on which a payment is neither refused nor put off (保障中小企业款项支付条例, arts. 12 and 14): a change of the
/// person in charge, one's own internal procedure, an audit or approval that was not agreed. As a reason is free text, they
/// are known by the words in which such a reason is given.
const NO_EXCUSE: &[&str] = &[
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

/// The ground in a reason on which the law does not let a payment wait.
pub fn excuse(reason: &str) -> Option<&'static str> {
    let reason = reason.to_lowercase();
    NO_EXCUSE.iter().copied().find(|ground| reason.contains(ground))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_leads_from_the_request_to_the_payment() {
        let mut state = PaymentState::Requested;
        let mut steps = Vec::new();
        while let Some(link) = next(state) {
            steps.push(link.step.as_str());
            state = link.to;
        }
        assert_eq!((steps, state), (vec!["confirm", "review", "approve", "pay"], PaymentState::Paid));
        assert!(!is_open(PaymentState::Returned));
    }

    #[test]
    fn every_named_action_is_the_right_of_its_link() {
        for link in CHAIN {
            assert!(PAYMENT_ACTIONS.contains(&(link.step.as_str(), link.action)), "{}", link.step);
        }
    }

    #[test]
    fn a_deputy_counts_as_both() {
        let own = |person| Actor { person, on_behalf_of: None };
        let deputy = |person, holder| Actor { person, on_behalf_of: Some(holder) };
        assert!(may_follow(&[own(1), own(2)], &own(3)));
        assert!(!may_follow(&[own(1), own(2)], &own(1)));
        assert!(!may_follow(&[deputy(1, 2)], &own(2)));
        assert!(!may_follow(&[own(1)], &deputy(3, 1)));
        assert!(!may_follow(&[deputy(1, 2)], &deputy(3, 2)));
        assert!(!may_follow(&[deputy(1, 2)], &deputy(1, 4)));
        assert!(may_follow(&[deputy(1, 2)], &deputy(3, 4)));
    }

    #[test]
    fn what_is_left_is_never_under_nothing() {
        assert_eq!(left(100, 30, 50), 20);
        assert_eq!(left(100, 30, 80), 0);
    }
}
