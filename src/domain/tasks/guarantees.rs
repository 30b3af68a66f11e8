//! Tasks about guarantees of a signed contract: deciding on a claim, renewing a guarantee that would expire before the
//! contract ends, and returning guarantees.

use crate::domain::codes::{ContractState, Role};
use crate::domain::tasks::{CUSTOMARY_DAYS, Situation, Task, TaskKind, days_after};

impl Situation<'_> {
    /// Adds the tasks about guarantees that the purchaser holds.
    pub(super) fn add_guarantees(&self, tasks: &mut Vec<Task>) {
        for guarantee in self.guarantees.iter().filter(|guarantee| guarantee.is_held) {
            let id = guarantee.id.as_str();
            if let Some(since) = guarantee.claim_since {
                tasks.push(self.task(TaskKind::DecideClaim, id, Role::Leader, days_after(since, CUSTOMARY_DAYS)));
            }
            if self.state == ContractState::Active && guarantee.needs_renewal(self.terms.ends_on, self.guarantees) {
                // The due day is not moved to a working day, because the guarantee would then have expired.
                let due_on = guarantee.valid_until;
                let subject = id.to_owned();
                tasks.push(Task { kind: TaskKind::RenewGuarantee, subject, role: Role::Officer, due_on });
            }
            tasks.push(self.task(TaskKind::ReturnGuarantee, id, Role::Officer, guarantee.return_on));
        }
    }
}
