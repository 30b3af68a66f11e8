//! Due days that moved because a year of the working calendar was imported. The contract's history names each of them,
//! and the notice that moved it.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::ContractState;
use crate::domain::standing::{Standing, Trails};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::registry::working_days::WorkingDays;
use crate::storage::audit::event_action::EventAction;
use crate::storage::registry::calendar::{self, CalendarRow};
use crate::storage::write::{Event, Tx};

/// Kind and code of the thing that is due, and its due day.
type DueDay = ((&'static str, String), NaiveDate);

/// Records every due day of a contract in force that differs from the one by the calendar of its last projections.
/// Called before the new version of the calendar is stored with the contract.
///
/// # Errors
/// Database errors.
pub fn record(tx: &mut Tx<'_>, record: &ContractRecord) -> Result<(), Error> {
    let Some(version) = record.contract.calendar_version else { return Ok(()) };
    if version >= record.days.version || !is_in_force(record.contract.state) {
        return Ok(());
    }
    let today = tx.context.today();
    let imports = calendar::load_all(tx.connection)?;
    let earlier = record.clone().with_days(WorkingDays::from_imports(&imports, version)?)?;
    let before = due_days(&earlier.standing(today, Trails::Off)?);
    let after = due_days(&record.standing(today, Trails::Off)?);
    let stream = format!("contract:{}", record.contract.public_id);
    for ((kind, code), to) in after {
        let from = before.iter().find(|((known, other), _)| *known == kind && *other == code).map(|(_, from)| *from);
        let Some(from) = from.filter(|from| *from != to) else { continue };
        let body = serde_json::json!({ kind: code, "from": from, "to": to, "notice": notice(&imports, version, from) });
        let action = EventAction::DueDayMoved;
        tx.event(&Event { stream: &stream, action, object: &record.contract.public_id, body })?;
    }
    Ok(())
}

fn is_in_force(state: ContractState) -> bool {
    match state {
        ContractState::Active | ContractState::Completed | ContractState::Terminated => true,
        ContractState::Draft
        | ContractState::Submitted
        | ContractState::Funded
        | ContractState::Closed
        | ContractState::Withdrawn => false,
    }
}

/// Returns the due days of deliverables and milestones.
fn due_days(standing: &Standing) -> Vec<DueDay> {
    let deliverables =
        standing.deliverables.iter().map(|found| (("deliverable", found.code.to_string()), found.due_on));
    let milestones =
        standing.milestones.iter().filter_map(|found| Some((("milestone", found.code.to_string()), found.due_on?)));
    deliverables.chain(milestones).collect()
}

/// Returns the notice that moved a day: of the last import of the day's year after a version, or of another year's
/// import where a period runs over the end of the year.
fn notice(imports: &[CalendarRow], version: i64, day: NaiveDate) -> &str {
    let new = || imports.iter().filter(|row| row.version > version);
    let found = new().rfind(|row| row.year == day.year()).or_else(|| new().next_back());
    found.map_or("", |row| row.notice.as_str())
}
