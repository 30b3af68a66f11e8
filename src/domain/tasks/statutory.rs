//! Tasks whose days the law sets: to sign and to announce a contract, and to end it before the right to do so lapses.

use chrono::NaiveDate;

use crate::domain::calendar::Calendar;
use crate::domain::codes::{ContractState, Regime, Role};
use crate::domain::standing::Standing;
use crate::domain::statute_settings::SettableRule;
use crate::domain::tasks::{Situation, Task, TaskKind, days_after, working_days_after};

/// Days after which a right to end a contract lapses (民法典 564; statute termination-1y).
const RIGHT_TO_END_DAYS: u64 = 365;

/// Returns the last day on which a right to end the contract can be exercised; `None` without one.
pub fn right_to_end_lapses(standing: &Standing, calendar: &Calendar) -> Option<NaiveDate> {
    standing.termination_right_since.map(|since| calendar.roll(days_after(since, RIGHT_TO_END_DAYS)))
}

impl Situation<'_> {
    /// Adds the tasks that the procurement law requires.
    pub(super) fn add_statutory(&self, tasks: &mut Vec<Task>) {
        if self.regime != Regime::ProcurementLaw {
            return;
        }
        match self.state {
            ContractState::Draft | ContractState::Submitted | ContractState::Funded => {
                // What will hold on a day to come may still be set.
                let days = |award: NaiveDate| match award <= self.standing.as_of {
                    true => self.statutes.days(SettableRule::Sign, award),
                    false => SettableRule::Sign.days(),
                };
                if let Some((award, days)) = self.award_on.and_then(|award| Some((award, days(award)?))) {
                    tasks.push(self.task(TaskKind::Sign, "", Role::Officer, days_after(award, days.into())));
                }
            }
            ContractState::Active | ContractState::Completed | ContractState::Terminated => {
                let from = self.to_announce_from.filter(|from| self.published_on.is_none_or(|last| last < *from));
                let days = |from: NaiveDate| self.statutes.days(SettableRule::Publish, from);
                if let Some((from, days)) = from.and_then(|from| Some((from, days(from)?))) {
                    let due = working_days_after(self.calendar, from, days);
                    tasks.push(self.task(TaskKind::Publish, "", Role::Officer, due));
                }
            }
            ContractState::Closed | ContractState::Withdrawn => {}
        }
    }

    /// Adds the task of ending the contract while there is a right to do so.
    pub(super) fn add_right_to_end(&self, tasks: &mut Vec<Task>) {
        let lapse = right_to_end_lapses(self.standing, self.calendar).filter(|last| *last >= self.standing.as_of);
        if let (ContractState::Active, Some(last)) = (self.state, lapse) {
            tasks.push(self.task(TaskKind::EndContract, "", Role::Leader, last));
        }
    }
}
