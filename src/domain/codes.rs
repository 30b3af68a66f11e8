//! Closed lists of codes: the states, roles and kinds that the tables and the API write as words.
//!
//! One macro makes each list, so that its spelling stands in one place. It must not hold rules.

/// Makes an enum whose variants are written as fixed words (`as_str`, `parse`, serde, `ALL`).
///
/// A code is a token (`tt`), because utoipa ignores a rename to a captured literal and would document the variants' names.
macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every code of the list, in the order in which it is declared.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word that tables and programs use.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// The code that a word stands for.
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

/// A word that its list does not have: a row that no version of this program wrote.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is not a {list}")]
pub struct UnknownCode {
    /// The list's name.
    pub list: &'static str,
    /// The word that was found.
    pub word: String,
}

codes! {
    /// What an organisation does (the notice 宣司〔2017〕43号 names these bureaus).
    pub enum Function {
        Justice = "justice",
        Finance = "finance",
        CivilAffairs = "civil_affairs",
        HumanResources = "human_resources",
        Education = "education",
        /// 党委政法委, formerly 综治办.
        PoliticalLegal = "political_legal",
        /// 司法所, a township's justice station.
        JusticeStation = "justice_station",
        Audit = "audit",
        Other = "other",
        Contractor = "contractor",
    }
}

codes! {
    /// What somebody does within an organisation.
    pub enum Role {
        Officer = "officer",
        Leader = "leader",
        Station = "station",
        Reviewer = "reviewer",
        Approver = "approver",
        Cashier = "cashier",
        Contractor = "contractor",
        Supervisor = "supervisor",
        Administrator = "administrator",
    }
}

codes! {
    /// The law that a contract falls under (spec/statutes: which rules apply).
    pub enum Regime {
        ProcurementLaw = "procurement_law",
        BelowThreshold = "below_threshold",
        Other = "other",
    }
}

codes! {
    /// Where a contract stands (interface: Contract).
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
    /// Where a payment stands (interface: Payment).
    pub enum PaymentState {
        Requested = "requested",
        Confirmed = "confirmed",
        Reviewed = "reviewed",
        Approved = "approved",
        Paid = "paid",
        Returned = "returned",
    }
}

codes! {
    /// What one person asks for and another grants.
    pub enum AskKind {
        Extension = "extension",
        Waiver = "waiver",
        Termination = "termination",
        Reversal = "reversal",
    }
}

codes! {
    /// Where something asked for or proposed stands.
    pub enum AskState {
        Asked = "asked",
        Granted = "granted",
        Refused = "refused",
    }
}

codes! {
    /// Where an appropriation or a payee account stands: it counts once approved by a second person.
    pub enum ProposalState {
        Proposed = "proposed",
        Approved = "approved",
        Refused = "refused",
    }
}

codes! {
    /// What kind of body a contractor is.
    pub enum ContractorKind {
        SocialOrganisation = "social_organisation",
        Company = "company",
        PublicInstitution = "public_institution",
        Other = "other",
    }
}

codes! {
    /// A language that people read.
    pub enum Language {
        Zh = "zh",
        En = "en",
    }
}

codes! {
    /// What kind of fact a row of `facts` holds: a list of standing's facts, or the undoing of one.
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
        /// Undoes the fact whose number its body names.
        Reversal = "reversal",
    }
}

codes! {
    /// What an alert is about. Its words are `mail-<kind>-subject` and `mail-<kind>-body`.
    pub enum AlertKind {
        Due7 = "due-7",
        Due3 = "due-3",
        Due1 = "due-1",
        Overdue = "overdue",
        BreachFound = "breach-found",
        PaymentWaiting = "payment-waiting",
        PaymentPaid = "payment-paid",
        PaymentReturned = "payment-returned",
        DeliverableAccepted = "deliverable-accepted",
        DeliverableReturned = "deliverable-returned",
        /// About the recipient's account, and no contract.
        CodesReset = "codes-reset",
    }
}
