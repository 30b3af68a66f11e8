//! Tasks of a contract that ended: recovering what deductions could not bear, deciding on a write-off, and closing.

use crate::domain::codes::Role;
use crate::domain::money::Sum;
use crate::domain::recoveries::{Recovering, Recovery};
use crate::domain::standing::MilestoneStanding;
use crate::domain::tasks::{CUSTOMARY_DAYS, Situation, Task, TaskKind, days_after};

/// Days from the end of a contract to its closing, for which no law sets a day.
const CLOSING_DAYS: u64 = 30;

impl Situation<'_> {
    /// Returns the figures of the recovery.
    fn recovering(&self) -> Recovering<'_> {
        Recovering {
            state: self.state,
            standing: self.standing,
            guarantees: self.guarantees,
            recoveries: self.recoveries,
        }
    }

    /// Adds the recovery; adds the closing once nothing is owed, no guarantee is held and nothing is to be recovered.
    pub(super) fn add_closing(&self, tasks: &mut Vec<Task>) {
        self.add_recoveries(tasks);
        let owes = |m: &MilestoneStanding| m.payable > m.paid || self.interest.of(m, 0).unpaid() != Sum::ZERO;
        let is_owed = self.standing.milestones.iter().any(owes);
        let is_guaranteed = self.guarantees.iter().any(|guarantee| guarantee.is_held);
        let is_recovered =
            self.recovering().to_recover() == Sum::ZERO && !self.recoveries.iter().any(Recovery::is_waiting);
        if !is_owed && !is_guaranteed && is_recovered {
            let end = self.facts.end.as_ref().map_or(self.terms.ends_on, |end| end.on);
            tasks.push(self.task(TaskKind::Close, "", Role::Reviewer, days_after(end, CLOSING_DAYS)));
        }
    }

    /// Adds the decisions on write-offs, and the recovery while something is to be recovered.
    fn add_recoveries(&self, tasks: &mut Vec<Task>) {
        let recovering = self.recovering();
        for recovery in self.recoveries.iter().filter(|recovery| recovery.is_waiting()) {
            let due_on = days_after(recovery.since, CUSTOMARY_DAYS);
            tasks.push(self.task(TaskKind::DecideWriteOff, &recovery.id, Role::Approver, due_on));
        }
        if recovering.to_recover() != Sum::ZERO {
            let due_on = recovering.demanded_until().unwrap_or_else(|| days_after(self.terms.ends_on, CUSTOMARY_DAYS));
            tasks.push(self.task(TaskKind::Recover, "", Role::Officer, due_on));
        }
    }
}
