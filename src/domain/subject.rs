//! Subjects: the things that alerts, tasks and waivers are about, as typed values with one text form.
//!
//! The text is a stored key: an email is queued once for each kind, subject and day, and the address of a waiver's page
//! contains the breach. So the text of a subject must never change. Names shown to people are not built here.

use std::fmt;
use std::str::FromStr;

use crate::domain::codes::ContractState;
use crate::domain::tasks::TaskKind;

/// A breach, identified by the breached clause and by the thing that breached the clause. Its text is `clause/subject`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BreachKey {
    /// Code of the clause.
    pub clause: String,
    /// Code of the deliverable, milestone or incident, or the month.
    pub subject: String,
}

impl BreachKey {
    /// Builds the key of the breach of a clause by a subject.
    pub fn new(clause: impl fmt::Display, subject: impl fmt::Display) -> Self {
        Self { clause: clause.to_string(), subject: subject.to_string() }
    }
}

impl fmt::Display for BreachKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.clause, self.subject)
    }
}

impl FromStr for BreachKey {
    type Err = InvalidBreachKey;

    /// Splits the text at its first slash: a clause whose code contains a slash cannot be read back.
    fn from_str(text: &str) -> Result<Self, InvalidBreachKey> {
        let (clause, subject) = text.split_once('/').ok_or(InvalidBreachKey)?;
        Ok(Self::new(clause, subject))
    }
}

/// The error for a text without a slash between clause and subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidBreachKey;

/// The subject of an alert. Its text is the key that distinguishes emails.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A breach: `clause/subject`.
    Breach(BreachKey),
    /// A task of a kind: `kind/about`, where `about` identifies the thing that [`TaskKind::target`] names.
    Task {
        /// Kind of the task.
        kind: TaskKind,
        /// Code or identifier of the thing to act on; empty for the contract.
        about: String,
    },
    /// A decision on a submission: `deliverable/number/fact`. The number of the fact distinguishes a repeated decision
    /// from one that was reversed.
    Decision {
        /// Code of the deliverable.
        deliverable: String,
        /// Number of the submission, from 1.
        no: u64,
        /// Number of the fact within the contract.
        fact: i64,
    },
    /// A submission: `deliverable/number/fact`. The number of the fact distinguishes a submission from a withdrawn
    /// earlier one.
    Submission {
        /// Code of the deliverable.
        deliverable: String,
        /// Number of the submission, from 1.
        no: u64,
        /// Number of the fact within the contract.
        fact: i64,
    },
    /// A fact about a milestone, such as its score: `milestone/fact`.
    OfMilestone {
        /// Code of the milestone.
        milestone: String,
        /// Number of the fact within the contract.
        fact: i64,
    },
    /// A state of the contract: `state/version`.
    ContractState {
        /// State that was reached.
        state: ContractState,
        /// Version of the contract in which it was reached.
        version: i64,
    },
    /// A claim on a guarantee: `guarantee/claim`.
    Claim {
        /// Random identifier of the guarantee.
        guarantee: String,
        /// Number that distinguishes the claim from earlier ones.
        claim: i64,
    },
    /// A step in a recovery: its random identifier.
    Recovery(String),
    /// A suspension or resumption: its random identifier.
    Suspension(String),
    /// A payment request: its random identifier.
    PaymentRequest(String),
    /// An amendment: its random identifier.
    Amendment(String),
    /// An objection: its random identifier.
    Objection(String),
    /// A change request: its random identifier.
    ChangeRequest(String),
    /// An evaluation: its random identifier.
    Evaluation(String),
    /// A message: its random identifier.
    Message(String),
    /// A worker on the roster: their random identifier.
    Worker(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breach(breach) => breach.fmt(formatter),
            Self::Task { kind, about } => write!(formatter, "{kind}/{about}"),
            Self::Decision { deliverable, no, fact } | Self::Submission { deliverable, no, fact } => {
                write!(formatter, "{deliverable}/{no}/{fact}")
            }
            Self::OfMilestone { milestone, fact } => write!(formatter, "{milestone}/{fact}"),
            Self::Claim { guarantee, claim } => write!(formatter, "{guarantee}/{claim}"),
            Self::ContractState { state, version } => write!(formatter, "{state}/{version}"),
            Self::Recovery(id)
            | Self::Suspension(id)
            | Self::PaymentRequest(id)
            | Self::Amendment(id)
            | Self::Objection(id)
            | Self::ChangeRequest(id)
            | Self::Evaluation(id)
            | Self::Message(id)
            | Self::Worker(id) => formatter.write_str(id),
        }
    }
}

/// The thing that an alert or a task links to, by code or identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<T> {
    /// A deliverable, by code.
    Deliverable(T),
    /// A milestone, by code.
    Milestone(T),
    /// A payment request, by random identifier.
    PaymentRequest(T),
    /// A change request, by random identifier.
    ChangeRequest(T),
    /// An amendment, by random identifier.
    Amendment(T),
    /// An objection, by random identifier.
    Objection(T),
    /// A publication, by random identifier.
    Publication(T),
    /// A suspension or resumption, by random identifier.
    Suspension(T),
    /// A guarantee, by random identifier.
    Guarantee(T),
    /// A step in a recovery, by random identifier.
    Recovery(T),
    /// An evaluation, by random identifier.
    Evaluation(T),
    /// The contract itself.
    Contract,
}

impl TaskKind {
    /// Returns the target of a task of this kind; `about` is the code or identifier in the task's subject.
    pub fn target<T>(self, about: T) -> Target<T> {
        match self {
            Self::Deliver | Self::Inspect => Target::Deliverable(about),
            Self::Score | Self::Invoice | Self::RequestPayment | Self::RequestInterest => Target::Milestone(about),
            Self::ConfirmPayment
            | Self::ReviewPayment
            | Self::ApprovePayment
            | Self::PayPayment
            | Self::AllowPayment => Target::PaymentRequest(about),
            Self::Endorse | Self::Decide | Self::Consent => Target::ChangeRequest(about),
            Self::ConsentAmendment | Self::ApproveAmendment | Self::FundAmendment => Target::Amendment(about),
            Self::AnswerObjection | Self::CorrectObjection => Target::Objection(about),
            Self::DecidePublication => Target::Publication(about),
            Self::DecideSuspension => Target::Suspension(about),
            Self::DecideClaim | Self::RenewGuarantee | Self::ReturnGuarantee => Target::Guarantee(about),
            Self::DecideWriteOff => Target::Recovery(about),
            Self::AssessEvaluation | Self::ProposeEvaluation | Self::CommentEvaluation | Self::FinaliseEvaluation => {
                Target::Evaluation(about)
            }
            Self::Submit
            | Self::Sign
            | Self::SignOff
            | Self::Fund
            | Self::Activate
            | Self::Publish
            | Self::ConfirmRecords
            | Self::Recover
            | Self::EndContract
            | Self::Complete
            | Self::Close => Target::Contract,
        }
    }

    /// Returns true if a task of this kind waits for a decision, a consent or a correction, which is stored in a row of
    /// its own; false if terms, facts and payment requests alone give rise to it.
    pub const fn is_about_undecided(self) -> bool {
        match self {
            Self::Endorse
            | Self::Decide
            | Self::Consent
            | Self::ConsentAmendment
            | Self::ApproveAmendment
            | Self::FundAmendment
            | Self::AnswerObjection
            | Self::CorrectObjection
            | Self::ConfirmRecords
            | Self::DecidePublication
            | Self::DecideSuspension
            | Self::DecideClaim
            | Self::RenewGuarantee
            | Self::ReturnGuarantee
            | Self::Recover
            | Self::DecideWriteOff
            | Self::AssessEvaluation
            | Self::ProposeEvaluation
            | Self::CommentEvaluation
            | Self::FinaliseEvaluation => true,
            Self::Submit
            | Self::Sign
            | Self::SignOff
            | Self::Fund
            | Self::Activate
            | Self::Publish
            | Self::Deliver
            | Self::Inspect
            | Self::Score
            | Self::Invoice
            | Self::RequestPayment
            | Self::ConfirmPayment
            | Self::ReviewPayment
            | Self::ApprovePayment
            | Self::PayPayment
            | Self::AllowPayment
            | Self::RequestInterest
            | Self::EndContract
            | Self::Complete
            | Self::Close => false,
        }
    }
}

impl Subject {
    /// Parses the text of a task's subject; `None` if the kind is unknown.
    pub fn parse_task(text: &str) -> Option<(TaskKind, &str)> {
        let (kind, about) = text.split_once('/')?;
        Some((TaskKind::parse(kind)?, about))
    }

    /// Parses the text of a decision's subject and returns the code of the deliverable.
    pub fn parse_decided(text: &str) -> Option<&str> {
        let mut parts = text.rsplitn(3, '/');
        parts.nth(2)
    }

    /// Returns the target of an alert about this subject. An alert about a breach or a message links to the contract.
    pub fn target(&self) -> Target<&str> {
        match self {
            Self::Breach(_) => Target::Contract,
            Self::Task { kind, about } => kind.target(about),
            Self::Decision { deliverable, .. } | Self::Submission { deliverable, .. } => {
                Target::Deliverable(deliverable)
            }
            Self::OfMilestone { milestone, .. } => Target::Milestone(milestone),
            Self::Claim { guarantee, .. } => Target::Guarantee(guarantee),
            Self::Recovery(id) => Target::Recovery(id),
            Self::Suspension(id) => Target::Suspension(id),
            Self::PaymentRequest(id) => Target::PaymentRequest(id),
            Self::Amendment(id) => Target::Amendment(id),
            Self::Objection(id) => Target::Objection(id),
            Self::ChangeRequest(id) => Target::ChangeRequest(id),
            Self::Evaluation(id) => Target::Evaluation(id),
            Self::Message(_) | Self::Worker(_) | Self::ContractState { .. } => Target::Contract,
        }
    }
}
