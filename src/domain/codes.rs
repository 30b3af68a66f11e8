//! Closed lists of codes: the states, roles and kinds that the database and the API write as words. Each spelling is a
//! stable contract and is defined only here. Rules about the codes are elsewhere.

/// Defines an enum whose variants are written as fixed words (`as_str`, `parse`, serde, `ALL`).
///
/// A code is a token (`tt`), because utoipa ignores a rename to a captured literal and would document the variants'
/// names.
macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every code of the list, in declaration order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// Returns the word used in the database and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// Returns the code for a word, if the list has it.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($code => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::codes::UnknownCode;
            fn try_from(word: String) -> Result<Self, $crate::domain::codes::UnknownCode> {
                Self::parse(&word).ok_or($crate::domain::codes::UnknownCode { list: stringify!($name), word })
            }
        }
    };
}

pub use crate::domain::alerts::AlertKind;

/// A word that is not in its list.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is not a valid {list}")]
pub struct UnknownCode {
    /// Name of the list.
    pub list: &'static str,
    pub word: String,
}

codes! {
    /// The function of an organisation (宣司〔2017〕43号 names these bureaus).
    pub enum Function {
        Justice = "justice",
        Finance = "finance",
        CivilAffairs = "civil_affairs",
        HumanResources = "human_resources",
        Education = "education",
        /// The political and legal committee (党委政法委, formerly 综治办).
        PoliticalLegal = "political_legal",
        /// A township's justice station (司法所).
        JusticeStation = "justice_station",
        Audit = "audit",
        Other = "other",
        Contractor = "contractor",
    }
}

codes! {
    /// A standard of a deliverable that is stated in words.
    pub enum StandardKind {
        /// The quality standard of the service.
        Service = "service",
        /// The evidence to submit.
        Evidence = "evidence",
    }
}

codes! {
    /// The result of an inspection for a standard.
    pub enum StandardOutcome {
        Met = "met",
        Missed = "missed",
    }
}

codes! {
    /// The role of a person within an organisation.
    pub enum Role {
        Officer = "officer",
        Leader = "leader",
        Station = "station",
        Reviewer = "reviewer",
        Approver = "approver",
        Cashier = "cashier",
        /// Keeps the accounts of a purchaser; pays where a chain says so (`approval_chains`).
        Accountant = "accountant",
        Contractor = "contractor",
        Supervisor = "supervisor",
        Administrator = "administrator",
    }
}

codes! {
    /// The law under which a contract was procured; it decides which statutes apply.
    pub enum Regime {
        ProcurementLaw = "procurement_law",
        BelowThreshold = "below_threshold",
        Other = "other",
    }
}

codes! {
    /// The state of a contract.
    pub enum ContractState {
        Draft = "draft",
        Submitted = "submitted",
        Funded = "funded",
        Active = "active",
        Completed = "completed",
        Terminated = "terminated",
        Closed = "closed",
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// The state of a payment request.
    pub enum PaymentState {
        Requested = "requested",
        Confirmed = "confirmed",
        Reviewed = "reviewed",
        /// Approved by the first of two roles that a chain names; waits for the second.
        PartlyApproved = "partly_approved",
        Approved = "approved",
        /// Paid on an earlier day than is recorded without consent; waits for the approver.
        Backdated = "backdated",
        Paid = "paid",
        Returned = "returned",
    }
}

codes! {
    /// The kinds of payment: of what a milestone makes payable, or of the interest on paying it late.
    pub enum PaymentKind {
        Principal = "principal",
        Interest = "interest",
    }
}

impl PaymentKind {
    /// Returns the word in the database, where principal has none: requests were of one kind only at first.
    pub const fn stored(self) -> Option<&'static str> {
        match self {
            Self::Principal => None,
            Self::Interest => Some(self.as_str()),
        }
    }
}

impl TryFrom<Option<String>> for PaymentKind {
    type Error = UnknownCode;

    fn try_from(word: Option<String>) -> Result<Self, UnknownCode> {
        word.map_or(Ok(Self::Principal), Self::try_from)
    }
}

codes! {
    /// The kinds of change request: one person requests, another grants or refuses.
    pub enum ChangeRequestKind {
        Extension = "extension",
        Waiver = "waiver",
        Termination = "termination",
        Reversal = "reversal",
        /// An incident under a clause; its penalty counts once the leader grants it.
        Incident = "incident",
    }
}

codes! {
    /// The state of a change request.
    pub enum ChangeRequestState {
        /// Made by the contractor, and not yet endorsed by the officer.
        Applied = "applied",
        /// Waits for the decision: of the leader, or of finance for an early end.
        Requested = "asked",
        /// Made by finance, and waits for the decision of another person of finance.
        AtFinance = "at_finance",
        Granted = "granted",
        Refused = "refused",
    }
}

codes! {
    /// The state of an amendment.
    pub enum AmendmentState {
        Proposed = "proposed",
        /// The contractor consented.
        Consented = "consented",
        /// The leader approved; finance must fund the increase.
        Approved = "approved",
        /// All consented: its terms are recorded and in force from the effective day.
        Agreed = "agreed",
        Withdrawn = "withdrawn",
        Refused = "refused",
    }
}

codes! {
    /// The kinds of thing with which a contractor disagrees.
    pub enum ObjectionTarget {
        Breach = "breach",
        /// A decision on a submission.
        Decision = "decision",
        /// The score of a milestone.
        Score = "score",
        /// Deduction of a milestone for breaches.
        Deduction = "deduction",
    }
}

codes! {
    /// The state of an objection.
    pub enum ObjectionState {
        Open = "open",
        Upheld = "upheld",
        Rejected = "rejected",
    }
}

codes! {
    /// The state of a publication.
    pub enum PublicationState {
        Proposed = "proposed",
        /// A leader agreed: the contract is shown to the public.
        Published = "published",
        Refused = "refused",
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// The state of a service record.
    pub enum RecordState {
        /// Awaits the justice station.
        Waiting = "waiting",
        Confirmed = "confirmed",
        Refused = "refused",
        /// Withdrawn by the contractor before it was decided on.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// The state of an appropriation or payee account, which takes effect when a second person approves it.
    pub enum ProposalState {
        Proposed = "proposed",
        Approved = "approved",
        Refused = "refused",
        /// Taken back by the proposer before another person opened it.
        Recalled = "recalled",
    }
}

codes! {
    /// The legal form of a contractor.
    pub enum ContractorKind {
        SocialOrganisation = "social_organisation",
        Company = "company",
        PublicInstitution = "public_institution",
        Other = "other",
    }
}

codes! {
    /// A language of the user interface and of documents.
    pub enum Language {
        Zh = "zh",
        En = "en",
    }
}

codes! {
    /// The kinds of fact: the lists of `domain::facts`, payments and waivers of late interest (`domain::interest`), and
    /// the reversal of an earlier fact.
    pub enum FactKind {
        Extension = "extension",
        Submission = "submission",
        Decision = "decision",
        Invoice = "invoice",
        Score = "score",
        Payment = "payment",
        Headcount = "headcount",
        Incident = "incident",
        Waiver = "waiver",
        Survey = "survey",
        End = "end",
        /// A payment of late interest, which does not reduce what the milestone is owed.
        Interest = "interest",
        /// A waiver of late interest by the contractor.
        InterestWaiver = "interest_waiver",
        /// Cancels the fact whose number its body names.
        Reversal = "reversal",
    }
}

codes! {
    /// The figures whose changes are shown before an act: those of a standing, of terms and of a budget.
    pub enum FigureName {
        State = "state",
        DueOn = "due_on",
        Accepted = "accepted",
        Gross = "gross",
        Deductions = "deductions",
        Payable = "payable",
        Paid = "paid",
        LateInterest = "late_interest",
        Charged = "charged",
        TerminationRightSince = "termination_right_since",
        /// Late interest of a milestone that was paid.
        InterestPaid = "interest_paid",
        /// Late interest of a milestone that the contractor waived.
        InterestWaived = "interest_waived",
        Amount = "amount",
        EndsOn = "ends_on",
        PenaltyCap = "penalty_cap",
        /// Amount that a contract commits of its appropriation.
        Committed = "committed",
        /// Amount of the appropriation that no contract commits.
        Free = "free",
        /// Score of a milestone, or of the last final evaluation.
        Score = "score",
        /// Rating of the score.
        Rating = "rating",
    }
}

codes! {
    /// A report of finance.
    pub enum ReportName {
        Execution = "execution",
        Forecast = "forecast",
        Ageing = "ageing",
        PaymentTime = "payment-time",
        Arrears = "arrears",
    }
}

codes! {
    /// The kinds of documents that are printed as PDF.
    pub enum DocumentKind {
        Summary = "summary",
        Settlement = "settlement",
        /// The approval form of a payment request (资金支付审批表).
        Payment = "payment",
        /// The record of a decision on a submission (履约验收书).
        Acceptance = "acceptance",
        /// The notice of a breach with the receipt of its service (违约通知书、送达回证).
        Breach = "breach",
        /// The arrears at the end of a year (逾期未支付款项).
        Arrears = "arrears",
        /// The report of a year (年度报告).
        Annual = "annual",
    }
}

codes! {
    /// The format of a list or report that is saved as a file.
    pub enum FileFormat {
        Csv = "csv",
        Xlsx = "xlsx",
    }
}
