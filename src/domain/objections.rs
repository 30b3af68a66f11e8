//! Objections (陈述申辩): the contractor disagrees with a breach, a decision, a score or a deduction, and a person other
//! than the one who decided answers with a reason.
//!
//! An objection moves no money and no day. Upholding it does not either: the act that corrects the matter (a waiver or
//! a reversal) must still be taken.

use std::fmt;

use chrono::NaiveDate;

use crate::domain::codes::{ObjectionTarget, Role};
use crate::domain::policy::Action;
use crate::domain::standing::{BreachStanding, Standing};
use crate::domain::subject::BreachKey;

/// Answers by name, each with the right that it needs.
pub const OBJECTION_ACTIONS: &[(&str, Action)] =
    &[("uphold", Action::AnswerObjection), ("reject", Action::AnswerObjection)];

/// Working days allowed for an answer. Neither a law nor a clause sets a day; docs/rules.md gives the reason.
pub const ANSWER_WORKING_DAYS: u32 = 10;

/// Sums what milestones bear for breaches that are disputed, by an open objection to them or to the deductions of their
/// milestone, or for which a waiver is not ruled on; in fen.
pub fn contested_fen(standing: &Standing, open: &[OpenObjection], waivers: &[BreachKey]) -> i64 {
    let is_contested = |breach: &&BreachStanding| {
        let Some(milestone) = &breach.settled_in else { return false };
        let key = BreachKey::new(&breach.clause, &breach.subject);
        let is_objected = |about: &Objected| match about {
            Objected::Breach(other) => *other == key,
            Objected::Deduction(code) => *code == milestone.to_string(),
            Objected::Decision { .. } | Objected::Score(_) => false,
        };
        waivers.contains(&key) || open.iter().any(|objection| is_objected(&objection.about))
    };
    let contested = standing.breaches.iter().filter(is_contested).map(|breach| breach.charged.fen());
    i64::try_from(contested.sum::<i128>()).unwrap_or(i64::MAX)
}

/// Returns the role whose task the answer is: the leader, or finance where the purchaser's leader decided, that is, on
/// scores and on the consequences of an incident that a leader granted.
pub fn answering_role(target: ObjectionTarget, is_of_leader: bool) -> Role {
    match target {
        ObjectionTarget::Score => Role::Approver,
        ObjectionTarget::Breach | ObjectionTarget::Decision | ObjectionTarget::Deduction if is_of_leader => {
            Role::Approver
        }
        ObjectionTarget::Breach | ObjectionTarget::Decision | ObjectionTarget::Deduction => Role::Leader,
    }
}

/// Returns true if a role may answer an objection whose answer is the task of `answering`: the leader may answer any,
/// finance only those that are its own task.
pub fn may_answer(role: Role, answering: Role) -> bool {
    role == Role::Leader || role == answering
}

/// The thing with which the contractor disagrees. Its text is the stored subject and is part of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objected {
    /// A breach: `clause/subject`.
    Breach(BreachKey),
    /// A decision on a submission: `deliverable/number`.
    Decision { deliverable: String, no: u64 },
    /// The score of a milestone, by code.
    Score(String),
    /// The deductions of a milestone, by code.
    Deduction(String),
}

impl Objected {
    /// Parses the text of a subject; `None` if it does not fit the kind of thing.
    pub fn parse(target: ObjectionTarget, subject: &str) -> Option<Self> {
        let code = || Some(subject.to_owned()).filter(|code| !code.is_empty());
        Some(match target {
            ObjectionTarget::Breach => Self::Breach(subject.parse().ok()?),
            ObjectionTarget::Decision => {
                let (deliverable, no) = subject.rsplit_once('/')?;
                Self::Decision { deliverable: deliverable.to_owned(), no: no.parse().ok()? }
            }
            ObjectionTarget::Score => Self::Score(code()?),
            ObjectionTarget::Deduction => Self::Deduction(code()?),
        })
    }

    /// Returns the kind of thing.
    pub fn target(&self) -> ObjectionTarget {
        match self {
            Self::Breach(_) => ObjectionTarget::Breach,
            Self::Decision { .. } => ObjectionTarget::Decision,
            Self::Score(_) => ObjectionTarget::Score,
            Self::Deduction(_) => ObjectionTarget::Deduction,
        }
    }

    /// Returns the codes of the thing by the names that facts and events give them.
    pub fn codes(&self) -> serde_json::Value {
        match self {
            Self::Breach(key) => serde_json::json!({ "clause": key.clause, "subject": key.subject }),
            Self::Decision { deliverable, no } => serde_json::json!({ "deliverable": deliverable, "no": no }),
            Self::Score(milestone) | Self::Deduction(milestone) => serde_json::json!({ "milestone": milestone }),
        }
    }
}

impl fmt::Display for Objected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breach(key) => key.fmt(formatter),
            Self::Decision { deliverable, no } => write!(formatter, "{deliverable}/{no}"),
            Self::Score(milestone) | Self::Deduction(milestone) => formatter.write_str(milestone),
        }
    }
}

/// An objection that waits for its answer or, once upheld, for the act that corrects the matter.
#[derive(Debug, Clone)]
pub struct OpenObjection {
    /// Random identifier.
    pub id: String,
    /// The thing with which the contractor disagrees.
    pub about: Objected,
    /// Role whose task the answer is.
    pub answering: Role,
    /// Day on which the objection was raised or, once upheld, answered.
    pub since: NaiveDate,
    pub is_upheld: bool,
}
