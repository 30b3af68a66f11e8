//! Model of a synthetic contract's story: its terms, actions and facts, each with its time. Holds no rows and computes
//! nothing.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::clock::{Ids, at_hour};
use crate::domain::codes::{ChangeRequestKind, ContractState, FactKind, Regime, Role};
use crate::domain::details::Details;
use crate::domain::facts::{
    Decision, End, Extension, Facts, Headcount, Incident, Invoice, MilestoneScore, Payment, Submission, Survey, Waiver,
};
use crate::domain::money::Money;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;

/// Returns the time of a day's n-th action, in UTC.
pub fn moment(day: NaiveDate, n: usize) -> NaiveDateTime {
    at_hour(day, 9) + TimeDelta::minutes(i64::try_from(n).unwrap_or(0))
}

/// An action that records no fact.
#[derive(Debug, Clone)]
pub struct Act {
    /// Time in UTC.
    pub at: NaiveDateTime,
    pub role: Role,
    pub action: Action,
    /// Body of the audit event.
    pub body: serde_json::Value,
}

/// A payment request with the times of its steps; with all five it is paid.
#[derive(Debug, Clone)]
pub struct Paid {
    pub milestone: Code,
    pub amount: Money,
    /// Times of the request and of the approval steps taken.
    pub steps: Vec<NaiveDateTime>,
}

/// A change request, possibly granted.
#[derive(Debug, Clone)]
pub struct Requested {
    pub kind: ChangeRequestKind,
    /// The requested fact as JSON.
    pub body: String,
    pub at: NaiveDateTime,
    /// Time of the grant, if granted.
    pub granted_at: Option<NaiveDateTime>,
}

macro_rules! recorded {
    ($($list:ident: $kind:ident, $type:ty, $role:expr;)+) => {
        /// A fact other than a payment; payments follow from their steps.
        #[derive(Debug, Clone)]
        pub enum Recorded { $(#[doc = concat!("One of `", stringify!($list), "`.")] $kind($type)),+ }

        impl Recorded {
            /// Returns the kind, the day, the recording role and the JSON.
            pub(crate) fn parts(&self) -> (FactKind, NaiveDate, Role, serde_json::Result<String>) {
                match self { $(Self::$kind(fact) => (FactKind::$kind, fact.on, $role, serde_json::to_string(fact))),+ }
            }
        }
    };
}

recorded! {
    extensions: Extension, Extension, Role::Leader;
    submissions: Submission, Submission, Role::Contractor;
    decisions: Decision, Decision, Role::Officer;
    invoices: Invoice, Invoice, Role::Contractor;
    scores: Score, MilestoneScore, Role::Leader;
    headcounts: Headcount, Headcount, Role::Officer;
    incidents: Incident, Incident, Role::Leader;
    waivers: Waiver, Waiver, Role::Leader;
    surveys: Survey, Survey, Role::Officer;
    end: End, End, Role::Reviewer;
}

impl Recorded {
    /// Appends the fact to earlier ones.
    pub fn add_to(self, facts: &mut Facts) {
        match self {
            Self::Extension(fact) => facts.extensions.push(fact),
            Self::Submission(fact) => facts.submissions.push(fact),
            Self::Decision(fact) => facts.decisions.push(fact),
            Self::Invoice(fact) => facts.invoices.push(fact),
            Self::Score(fact) => facts.scores.push(fact),
            Self::Headcount(fact) => facts.headcounts.push(fact),
            Self::Incident(fact) => facts.incidents.push(fact),
            Self::Waiver(fact) => facts.waivers.push(fact),
            Self::Survey(fact) => facts.surveys.push(fact),
            Self::End(fact) => facts.end = Some(fact),
        }
    }
}

/// A synthetic contract.
#[derive(Debug, Clone)]
pub struct Story {
    /// Database key, equal to its number in the register.
    pub key: i64,
    /// Source of its ids.
    pub ids: Ids,
    pub number: String,
    pub title: String,
    pub regime: Regime,
    /// Procurement method.
    pub method: &'static str,
    /// Number of the desk and of the contractor.
    pub parties: (usize, usize),
    pub state: ContractState,
    pub award_on: Option<NaiveDate>,
    pub signed_on: Option<NaiveDate>,
    pub published_on: Option<NaiveDate>,
    /// Time of registration, in UTC.
    pub created_at: NaiveDateTime,
    pub terms: Terms,
    pub details: Details,
    /// Actions after the registration.
    pub acts: Vec<Act>,
    /// Facts with the times at which they were recorded.
    pub facts: Vec<(NaiveDateTime, Recorded)>,
    pub payments: Vec<Paid>,
    /// Change requests.
    pub change_requests: Vec<Requested>,
}

/// Returns the annotations stored with a fact, as JSON.
pub(crate) fn words_of(fact: &Recorded) -> &'static str {
    match fact {
        Recorded::Submission(_) => r#"{"files":[],"note":""}"#,
        Recorded::Decision(_) => r#"{"members":["陈志远 司法局","胡小梅 司法所"],"note":"资料齐全，现场核验"}"#,
        Recorded::End(_) => r#"{"reason":"承接主体停止服务，经催告仍未履行"}"#,
        _ => r#"{"note":""}"#,
    }
}

/// Creates the payment fact of a paid request.
pub(crate) fn payment_fact(paid: &Paid, on: NaiveDate) -> Payment {
    Payment { milestone: paid.milestone.clone(), on, amount: paid.amount }
}
