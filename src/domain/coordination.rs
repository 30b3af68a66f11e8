//! Coordination (协同) between bureaus and contractors, as 宣司〔2017〕43号 requires it: demand notices (需求信息), the minutes of
//! joint meetings (联席会议) and the decisions of a meeting, each answered by those whom it concerns and followed up until it
//! is closed.

use crate::domain::policy::Action;

codes! {
    /// The kinds of matters.
    pub enum MatterKind {
        /// States what is needed; answered by the organisation that it names, or by any.
        Demand = "demand",
        /// The minutes of a joint meeting, which need no answer.
        Minutes = "minutes",
        /// A decision of a joint meeting, for one organisation to carry out by a day.
        Decision = "decision",
    }
}

codes! {
    /// The states of a matter.
    pub enum MatterState {
        Open = "open",
        /// Closed by its issuer. Minutes are never open.
        Closed = "closed",
    }
}

impl MatterKind {
    /// Returns the right to issue a matter of the kind.
    pub const fn right(self) -> Action {
        match self {
            Self::Demand => Action::IssueDemand,
            Self::Minutes | Self::Decision => Action::RecordMeeting,
        }
    }

    /// Returns whether every bureau sees matters of the kind, whichever organisation they name.
    pub const fn is_seen_by_bureaus(self) -> bool {
        match self {
            Self::Demand => false,
            Self::Minutes | Self::Decision => true,
        }
    }
}

/// Steps on a matter by name, each with the right that it needs.
pub const MATTER_ACTIONS: &[(&str, Action)] = &[("answer", Action::AnswerMatter), (CLOSE, Action::CloseMatter)];
/// Name of the step by which the issuer closes a matter.
pub const CLOSE: &str = "close";
