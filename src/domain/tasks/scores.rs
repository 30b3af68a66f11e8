//! Scores that milestones wait for.

use chrono::NaiveDate;

use crate::domain::standing::DeliverableState;
use crate::domain::tasks::Situation;

impl Situation<'_> {
    /// Returns the first day on which the milestone lacked only its score; `None` if it lacks more or has a score.
    pub(super) fn unscored_since(&self, code: &str) -> Option<NaiveDate> {
        let agreed = self.terms.milestones.iter().find(|m| m.code.as_str() == code)?;
        let scored = self.facts.scores.iter().any(|score| score.milestone == agreed.code);
        if !agreed.requires_score || scored {
            return None;
        }
        let mut since = agreed.not_before.unwrap_or(self.terms.starts_on);
        for required in &agreed.requires {
            let standing = self.standing.deliverables.iter().find(|d| d.code == *required)?;
            match standing.state {
                DeliverableState::Accepted | DeliverableState::Partial => {}
                DeliverableState::Submitted
                | DeliverableState::Cancelled
                | DeliverableState::Overdue
                | DeliverableState::Rejected
                | DeliverableState::Open => return None,
            }
            let decided =
                self.facts.decisions.iter().rfind(|d| d.deliverable == *required && d.verdict.acceptance().is_some());
            since = since.max(decided.map_or(since, |decision| decision.on));
        }
        (since <= self.standing.as_of).then_some(since)
    }
}
