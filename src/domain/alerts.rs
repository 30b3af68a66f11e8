//! The table of alerts: each kind of event with its recipients and its topic. The texts are the messages
//! `mail-<kind>-subject` and `mail-<kind>-body`.
//!
//! Parties are notified of events that require them to act or change their money. Reminders and requests to act go to
//! the holders of the task, messages to the other parties, and alerts about an account to its holder.

use crate::domain::codes::Role::{self, Contractor, Leader, Officer, Reviewer};
use crate::domain::subject::Subject;

/// People to whom an alert is sent.
enum Recipients {
    /// Those who hold one of these roles for a party of the contract.
    Roles(&'static [Role]),
    /// Those who have the task that the alert asks for.
    TaskHolders,
    /// Those to whom a message is written, whose account it is about, or who can decide on a proposal.
    Addressees,
}

codes! {
    /// The topics of alerts, for each of which people choose how they are notified.
    pub enum Topic {
        Reminders = "reminders",
        Tasks = "tasks",
        Deliverables = "deliverables",
        Payments = "payments",
        Requests = "requests",
        Evaluations = "evaluations",
        Contracts = "contracts",
        Messages = "messages",
        Breaches = "breaches",
        Account = "account",
    }
}

codes! {
    /// The states of an email's post to the bureau's gateway.
    pub enum PostState {
        /// Waits for its first or next attempt.
        Queued = "queued",
        /// Accepted by the gateway.
        Sent = "sent",
        /// Given up; not tried again unless it is requeued.
        Dead = "dead",
        /// Not to be posted: the email was not sent either, holds a link that signs in, or is older than the gateway.
        Skipped = "skipped",
    }
}

impl Topic {
    /// Returns whether people may choose not to get emails of the topic at once: not about breaches and accounts.
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Breaches | Self::Account)
    }
}

macro_rules! alerts {
    ($($(#[$meta:meta])* $variant:ident = $code:tt => $recipients:expr, $topic:ident;)+) => {
        codes! {
            /// The kinds of email.
            pub enum AlertKind { $($(#[$meta])* $variant = $code),+ }
        }

        const fn recipients(kind: AlertKind) -> Recipients {
            match kind { $(AlertKind::$variant => $recipients),+ }
        }

        /// Returns the topic of a kind.
        pub const fn topic_of(kind: AlertKind) -> Topic {
            match kind { $(AlertKind::$variant => Topic::$topic),+ }
        }
    };
}

impl AlertKind {
    /// Returns whether an alert asks for a task of its recipients, or for a decision, with which it is done.
    pub const fn calls_for_task(self) -> bool {
        matches!(recipients(self), Recipients::TaskHolders)
            || matches!(self, Self::ProposalWaiting | Self::DeliverableSubmitted | Self::DeliverableReturned)
    }
}

use Recipients::{Addressees, Roles, TaskHolders};
alerts! {
    /// A step of a payment is due in ten days.
    Due10 = "due-10" => TaskHolders, Reminders;
    Due5 = "due-5" => TaskHolders, Reminders;
    Due7 = "due-7" => TaskHolders, Reminders;
    Due3 = "due-3" => TaskHolders, Reminders;
    Due1 = "due-1" => TaskHolders, Reminders;
    Overdue = "overdue" => TaskHolders, Reminders;
    /// A task of a kind without an alert of its own waits for its holders.
    TaskWaiting = "task-waiting" => TaskHolders, Tasks;
    /// A proposal of a register waits for those who can decide on it.
    ProposalWaiting = "proposal-waiting" => Addressees, Tasks;
    PaymentWaiting = "payment-waiting" => TaskHolders, Tasks;
    AmendmentWaiting = "amendment-waiting" => TaskHolders, Tasks;
    /// An objection waits for its answer.
    ObjectionWaiting = "objection-waiting" => TaskHolders, Tasks;
    /// An extension or a waiver that the contractor requested waits for officer or leader.
    ApplicationWaiting = "application-waiting" => TaskHolders, Tasks;
    /// An evaluation waits for the contractor's self-assessment or comments.
    EvaluationWaiting = "evaluation-waiting" => TaskHolders, Tasks;
    /// A breach has begun to count: the notice to the contractor, who may object.
    BreachFound = "breach-found" => Roles(&[Contractor]), Breaches;
    /// A breach has begun to count: the notice to the purchaser's officers.
    BreachNoted = "breach-noted" => Roles(&[Officer]), Breaches;
    /// Penalties that deductions could not bear were demanded, paid back or written off.
    RecoveryChanged = "recovery-changed" => Roles(&[Contractor, Officer]), Breaches;
    WriteOffRefused = "write-off-refused" => Roles(&[Officer, Leader]), Breaches;
    /// A claim on a guarantee was granted.
    ClaimGranted = "guarantee-called" => Roles(&[Contractor, Officer]), Breaches;
    ClaimRefused = "guarantee-call-refused" => Roles(&[Officer]), Breaches;
    DeliverableSubmitted = "deliverable-submitted" => Roles(&[Officer]), Deliverables;
    DeliverableAccepted = "deliverable-accepted" => Roles(&[Contractor]), Deliverables;
    DeliverableReturned = "deliverable-returned" => Roles(&[Contractor]), Deliverables;
    /// A justice station refused service records.
    RecordsRefused = "records-refused" => Roles(&[Contractor]), Deliverables;
    /// A payment request was confirmed by the purchaser and went to finance.
    PaymentAtFinance = "payment-at-finance" => Roles(&[Contractor]), Payments;
    PaymentApproved = "payment-approved" => Roles(&[Contractor]), Payments;
    PaymentPaid = "payment-paid" => Roles(&[Contractor]), Payments;
    PaymentReturned = "payment-returned" => Roles(&[Contractor, Officer]), Payments;
    /// The contractor waived interest on late payment.
    InterestWaived = "interest-waived" => Roles(&[Officer, Reviewer]), Payments;
    /// An objection was upheld or rejected.
    ObjectionAnswered = "objection-answered" => Roles(&[Contractor, Officer]), Requests;
    /// An extension or a waiver that the contractor requested was granted or refused.
    ApplicationDecided = "application-decided" => Roles(&[Contractor, Officer]), Requests;
    /// An extension, a waiver, a reversal or an incident that the purchaser requested was granted.
    ChangeGranted = "change-granted" => Roles(&[Contractor, Officer]), Requests;
    ChangeRefused = "change-refused" => Roles(&[Officer]), Requests;
    /// An amendment was agreed on, withdrawn or refused.
    AmendmentEnded = "amendment-ended" => Roles(&[Contractor, Officer, Leader]), Requests;
    ScoreRecorded = "score-recorded" => Roles(&[Contractor]), Evaluations;
    /// An evaluation became final or was withdrawn.
    EvaluationEnded = "evaluation-ended" => Roles(&[Contractor, Officer]), Evaluations;
    ContractFunded = "contract-funded" => Roles(&[Officer, Leader]), Contracts;
    ContractReturned = "contract-returned" => Roles(&[Officer]), Contracts;
    /// A suspension or resumption was approved.
    SuspensionApproved = "suspension-approved" => Roles(&[Contractor, Officer]), Contracts;
    SuspensionRefused = "suspension-refused" => Roles(&[Officer]), Contracts;
    /// A contract came into force or ended.
    ContractState = "contract-state" => Roles(&[Contractor, Officer]), Contracts;
    /// The certificate of a worker on the roster is about to lapse, or has lapsed.
    CertificateLapsing = "certificate-lapsing" => Roles(&[Contractor, Officer]), Contracts;
    /// Another party of the contract sent a message.
    MessageReceived = "message-received" => Addressees, Messages;
    /// A contractor's payee account was proposed, approved or refused.
    AccountChanged = "account-changed" => Addressees, Account;
    CodesReset = "codes-reset" => Addressees, Account;
    RecoveryCodeUsed = "recovery-code-used" => Addressees, Account;
    CodesOn = "codes-on" => Addressees, Account;
    CodesOff = "codes-off" => Addressees, Account;
    /// An identity at the identity provider was bound to the account.
    IdentityBound = "identity-bound" => Addressees, Account;
    IdentityUnbound = "identity-unbound" => Addressees, Account;
    /// Holds a one-time link for setting a password, sent by an administrator.
    PasswordLink = "password-link" => Addressees, Account;
    /// Holds a one-time link for setting a password that was forgotten.
    PasswordForgotten = "password-forgotten" => Addressees, Account;
    PasswordChanged = "password-changed" => Addressees, Account;
    /// Holds the seal of a day, for supervisors to keep outside the machine.
    SealMade = "seal-made" => Addressees, Account;
}

/// Returns the roles that are told of an event; none where the task, the message or the account says who.
pub const fn recipients_of(kind: AlertKind) -> &'static [Role] {
    match recipients(kind) {
        Recipients::Roles(roles) => roles,
        Recipients::TaskHolders | Recipients::Addressees => &[],
    }
}

/// Returns whether an alert tells others of an act, so that who acted needs none. A breach is noticed to each side in
/// writing, also to who caused it.
pub const fn tells_of_act(kind: AlertKind) -> bool {
    matches!(recipients(kind), Recipients::Roles(_)) && !matches!(kind, AlertKind::BreachFound | AlertKind::BreachNoted)
}

/// Returns whether an alert asks for a task; it is then void once the task is done or its day has moved.
pub const fn is_about_task(kind: AlertKind) -> bool {
    matches!(recipients(kind), Recipients::TaskHolders)
}

/// Returns whether an email must reach its recipient at once, whatever they chose: about a breach or their account, or
/// calling for a task whose day the law sets.
pub fn is_binding(kind: AlertKind, subject_key: &str) -> bool {
    let is_statutory = || Subject::parse_task(subject_key).is_some_and(|(task, _)| task.is_statutory());
    !topic_of(kind).is_optional() || is_about_task(kind) && is_statutory()
}
