//! Warnings about the certificates of workers on a roster: 30 days before the last day, and once it has passed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::codes::{AlertKind, ContractState};
use crate::domain::details::Details;
use crate::domain::subject::Subject;
use crate::domain::workers::next_warning;
use crate::error::Error;
use crate::services::contracts::due_changes::system_context;
use crate::services::contracts::record::stored_details;
use crate::services::notifications::alerts::{self, About, Alert};
use crate::storage::contracts::{Contract, due};
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::ContractId;
use crate::storage::locks::Scope;
use crate::storage::workers::{self as rows, Worker};
use crate::storage::write::{Tx, write_in};

/// Workers per transaction.
const BATCH: i64 = 100;

/// Queues the warnings about a batch of certificates; returns the number of workers.
///
/// # Errors
/// Database errors.
pub fn send_due_warnings(app: &App) -> Result<usize, Error> {
    let context = system_context(app);
    if app.pool.read(|connection| rows::warnings_due(connection, context.today(), 1))?.is_empty() {
        return Ok(0);
    }
    write_in(&app.pool, Scope::EmailQueue, &context, |tx| {
        let today = tx.context.today();
        let due = rows::warnings_due(tx.connection, today, BATCH)?;
        warn(tx, &due)?;
        let mut next: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
        for worker in &due {
            let day = worker.certificate_until.and_then(|until| next_warning(until, today)).unwrap_or(FOR_EVER);
            next.entry(day).or_default().push(worker.id.0);
        }
        for (day, ids) in next {
            rows::set_next_warning(tx.connection, &ids, day)?;
        }
        Ok(due.len())
    })
}

/// Queues the warnings about workers who are still assigned, under contracts in force.
fn warn(tx: &mut Tx<'_>, due: &[Worker]) -> Result<(), Error> {
    let today = tx.context.today();
    let mut ids: Vec<ContractId> = due.iter().map(|worker| worker.contract_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let contracts: Vec<(Contract, Details)> = due::contracts_with_words(tx.connection, &ids, today)?
        .into_iter()
        .map(|(contract, terms, words)| Ok((contract, stored_details(&terms, &words)?)))
        .collect::<Result<_, Error>>()?;
    let is_assigned = |worker: &&Worker| worker.until_on.is_none_or(|until| today <= until);
    let warnings: Vec<(About<'_>, Alert)> = due
        .iter()
        .filter(is_assigned)
        .filter_map(|worker| {
            let (contract, details) = contracts.iter().find(|(contract, _)| contract.id == worker.contract_id)?;
            let is_running = contract.state == ContractState::Active;
            is_running.then_some((About { contract, details, holder: None }, warning(worker, today)?))
        })
        .collect();
    let warnings: Vec<(About<'_>, &Alert)> = warnings.iter().map(|(about, alert)| (*about, alert)).collect();
    alerts::enqueue_all(tx, &warnings)
}

/// Builds the warning about a certificate; `None` for one that does not expire. Its day tells the two warnings apart.
fn warning(worker: &Worker, today: NaiveDate) -> Option<Alert> {
    let until = worker.certificate_until?;
    let (state, day) = if until < today { ("lapsed", until.succ_opt()?) } else { ("lapsing", until) };
    let args = vec![
        ("subject", worker.name.clone()),
        ("certificate", worker.certificate.clone()),
        ("state", state.to_owned()),
        ("on", until.to_string()),
    ];
    Some(Alert::inform(AlertKind::CertificateLapsing, Subject::Worker(worker.public_id.clone()), day, args))
}
