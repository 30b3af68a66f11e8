//! Reminders: emails about a task seven, three and one day before its due day (ten, five and one for a step of a payment),
//! and once it is overdue. Also the first email about a new task of a kind that is not notified at once.
//!
//! After a downtime only the current stage is sent; missed stages are skipped.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::details::Details;
use crate::domain::tasks::next_reminder;
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::services::contracts::record::stored_details;
use crate::services::notifications::alerts::{self, About, Alert};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::due::{self, DueTask};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::ContractId;
use crate::storage::locks::Scope;
use crate::storage::registry::calendar;
use crate::storage::write::{Tx, write_in};

/// Tasks per transaction.
const BATCH: i64 = 100;

/// Queues reminders for a batch of tasks; returns the number of tasks.
///
/// # Errors
/// Database errors.
pub fn send_due_reminders(app: &App) -> Result<usize, Error> {
    let context = system_context(app);
    let due_tasks = |connection: &mut AnyConnection, most| {
        let version = calendar::latest_version(connection)?;
        due::reminders_due(connection, context.today(), version, most)
    };
    let any = app.pool.read(|connection| due_tasks(connection, 1))?;
    if any.is_empty() {
        return Ok(0);
    }
    write_in(&app.pool, Scope::EmailQueue, &context, |tx| {
        let due = due_tasks(tx.connection, BATCH)?;
        enqueue_reminders(tx, &due)?;
        let mut next: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
        for DueTask { id, task, .. } in &due {
            next.entry(next_reminder((&task.kind, task.due_on), tx.context.today()).unwrap_or(FOR_EVER))
                .or_default()
                .push(*id);
        }
        for (day, ids) in next {
            due::set_next_reminder(tx.connection, &ids, day)?;
        }
        Ok(due.len())
    })
}

/// Queues the reminders of the given tasks and moves their next reminders.
fn enqueue_reminders(tx: &mut Tx<'_>, due: &[DueTask]) -> Result<(), Error> {
    let mut ids: Vec<ContractId> = due.iter().map(|task| task.contract).collect();
    ids.sort_unstable();
    ids.dedup();
    let contracts: Vec<(Contract, Details)> = due::contracts_with_words(tx.connection, &ids, tx.context.today())?
        .into_iter()
        .map(|(contract, terms, words)| Ok((contract, stored_details(&terms, &words)?)))
        .collect::<Result<_, Error>>()?;
    let today = tx.context.today();
    let days = WorkingDays::load(tx.connection)?;
    let reminders: Vec<(About<'_>, Alert)> = due
        .iter()
        .filter_map(|due| {
            let (contract, details) = contracts.iter().find(|(contract, _)| contract.id == due.contract)?;
            let announced = || Alert::task_announced(&due.task, contract.version, &days);
            let alert = Alert::task_reminder(&due.task, contract.version, &days, today).or_else(announced)?;
            Some((About { contract, details, holder: Some(due.task.organisation_id) }, alert))
        })
        .collect();
    let alerts: Vec<(About<'_>, &Alert)> = reminders.iter().map(|(about, alert)| (*about, alert)).collect();
    alerts::enqueue_all(tx, &alerts)
}
