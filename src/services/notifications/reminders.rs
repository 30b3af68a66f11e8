//! Recalls: whoever must do something hears of it seven, three and one day before it is due, and when it is overdue.
//!
//! After days of downtime people hear of the stage that is reached, not of those that were missed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::details::Details;
use crate::domain::duties::next_alert;
use crate::error::Error;
use crate::services::contracts::due_changes::context;
use crate::services::contracts::record::stored;
use crate::services::notifications::alerts::{self, About, Alert};
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::contracts::due::{self, DueDuty};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::ContractId;
use crate::storage::registry::calendar;
use crate::storage::write::{Tx, write};

/// Duties that are recalled in one transaction.
const BATCH: i64 = 100;

/// Recalls a batch of duties; gives how many.
///
/// # Errors
/// The database's.
pub fn recall_due(app: &App) -> Result<usize, Error> {
    let context = context(app);
    let to_recall = |connection: &mut AnyConnection, most| {
        let version = calendar::latest_version(connection)?;
        due::to_recall(connection, context.today(), version, most)
    };
    let any = app.pool.read(|connection| to_recall(connection, 1))?;
    if any.is_empty() {
        return Ok(0);
    }
    write(&app.pool, &context, |tx| {
        let due = to_recall(tx.connection, BATCH)?;
        tell(tx, &due)?;
        let mut next: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
        for DueDuty { id, duty, .. } in &due {
            next.entry(next_alert(duty.due_on, tx.context.today()).unwrap_or(FOR_EVER)).or_default().push(*id);
        }
        for (day, ids) in next {
            due::set_alert(tx.connection, &ids, day)?;
        }
        Ok(due.len())
    })
}

fn tell(tx: &mut Tx<'_>, due: &[DueDuty]) -> Result<(), Error> {
    let mut ids: Vec<ContractId> = due.iter().map(|duty| duty.contract).collect();
    ids.sort_unstable();
    ids.dedup();
    let contracts: Vec<(Contract, Details)> = due::contracts_with_words(tx.connection, &ids)?
        .into_iter()
        .map(|(contract, words)| Ok((contract, stored(&words)?)))
        .collect::<Result<_, Error>>()?;
    let today = tx.context.today();
    let recalled: Vec<(ContractId, Alert)> = due
        .iter()
        .filter_map(|due| Alert::duty_recalled(&due.duty, today).map(|alert| (due.contract, alert)))
        .collect();
    let alerts: Vec<(About<'_>, &Alert)> = recalled
        .iter()
        .filter_map(|(id, alert)| {
            let (contract, details) = contracts.iter().find(|(contract, _)| contract.id == *id)?;
            Some((About { contract, details }, alert))
        })
        .collect();
    alerts::enqueue_all(tx, &alerts)
}
