//! A made-up contract as it came about: what was agreed, what was done and what happened, each at its time. It holds no
//! rows and computes nothing.

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

/// The n-th thing of a working day, in UTC.
pub fn moment(day: NaiveDate, n: usize) -> NaiveDateTime {
    at_hour(day, 9) + TimeDelta::minutes(i64::try_from(n).unwrap_or(0))
}

/// Something that was done and is no fact.
#[derive(Debug, Clone)]
pub struct Act {
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// By whom.
    pub role: Role,
    /// What.
    pub action: Action,
    /// What was said.
    pub body: serde_json::Value,
}

/// A payment, and when each step was taken, from the request on; with all five it is paid.
#[derive(Debug, Clone)]
pub struct Paid {
    /// Milestone.
    pub milestone: Code,
    /// Amount.
    pub amount: Money,
    /// Times of the request and of the steps of `domain::payments::CHAIN`, as far as it went.
    pub steps: Vec<NaiveDateTime>,
}

/// Something that was asked for, and perhaps granted.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What.
    pub kind: ChangeRequestKind,
    /// The fact that it would become (JSON).
    pub body: String,
    /// When.
    pub at: NaiveDateTime,
    /// When it was granted.
    pub granted_at: Option<NaiveDateTime>,
}

macro_rules! recorded {
    ($($list:ident: $kind:ident, $type:ty, $role:expr;)+) => {
        /// A fact that is no payment: those follow from the steps.
        #[derive(Debug, Clone)]
        pub enum Recorded { $(#[doc = concat!("One of `", stringify!($list), "`.")] $kind($type)),+ }

        impl Recorded {
            /// Its kind, its day, who records it, its JSON.
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
    incidents: Incident, Incident, Role::Officer;
    waivers: Waiver, Waiver, Role::Leader;
    surveys: Survey, Survey, Role::Officer;
    end: End, End, Role::Reviewer;
}

impl Recorded {
    /// Adds the fact to those that happened before.
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

/// A made-up contract.
#[derive(Debug, Clone)]
pub struct Story {
    /// Its key: its place among all.
    pub key: i64,
    /// Where its identifiers come from.
    pub ids: Ids,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// The law that it falls under.
    pub regime: Regime,
    /// How the contractor was chosen.
    pub method: &'static str,
    /// Number of the desk that buys and funds, and of the contractor.
    pub parties: (usize, usize),
    /// Where it stands.
    pub state: ContractState,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// When it was registered.
    pub created_at: NaiveDateTime,
    /// What was agreed.
    pub terms: Terms,
    /// The words beside it.
    pub details: Details,
    /// What was done, the registration aside.
    pub acts: Vec<Act>,
    /// What happened, each when it was recorded.
    pub facts: Vec<(NaiveDateTime, Recorded)>,
    /// Payments.
    pub payments: Vec<Paid>,
    /// What was asked for.
    pub asks: Vec<Asked>,
}

/// What stands beside a fact, in JSON.
pub(crate) fn words_of(fact: &Recorded) -> &'static str {
    match fact {
        Recorded::Submission(_) => r#"{"files":[],"note":""}"#,
        Recorded::Decision(_) => r#"{"members":["陈志远 司法局","胡小梅 司法所"],"note":"资料齐全，现场核验"}"#,
        Recorded::End(_) => r#"{"reason":"承接主体停止服务，经催告仍未履行"}"#,
        _ => r#"{"note":""}"#,
    }
}

/// Payment facts are recorded by the cashier.
pub(crate) fn payment_fact(paid: &Paid, on: NaiveDate) -> Payment {
    Payment { milestone: paid.milestone.clone(), on, amount: paid.amount }
}
