//! Bulk writer of a synthetic register: uses a few large statements instead of one service call for each contract.
//! Figures, tasks and hashes come from the same functions that the services use, and must not be computed here.

mod city;
mod contract;
mod story;

use std::sync::mpsc::{Receiver, sync_channel};

use chrono::Datelike;

pub use city::{Appropriated, Bureau, City, ContractorOf, Desk, PersonOf, World};
pub use story::{Act, Paid, Recorded, Requested, Story, moment};

use crate::app::App;
use crate::clock::{Ids, civil_day};
use crate::domain::ledger::Posting;
use crate::error::Error;
use crate::services::registry::catalogue;
use crate::services::shared::identifiers::fold_identifier;
use crate::storage::audit::hash_chains;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::bulk_load::Loading;
use crate::storage::contracts::{self, access, facts, projections, search};
use crate::storage::ledger::{BalanceRow, NewPosting, OPENING};
use crate::storage::registry::{appropriations, organisations};
use crate::storage::write::Context;
use crate::storage::{AnyConnection, change_requests, ledger, payments};
use crate::synthetic::load::rows::contract::{Rows, of_story};

/// Number of contracts in one transaction.
const BATCH: usize = 1000;
/// Number of finished batches that each worker keeps ready.
const AHEAD: usize = 2;
/// Maximum number of threads that generate contracts while one writes.
const WORKERS: usize = 4;

/// Returns whether a database has neither organisations nor contracts.
///
/// # Errors
/// Database errors.
pub fn is_empty(app: &App) -> Result<bool, Error> {
    app.pool.read(|connection| Ok(organisations::is_empty(connection)? && contracts::is_empty(connection)?))
}

/// Writes a city and `count` contracts whose stories `tell` generates by number, starting from 1; reports the number
/// written to `seen`. Equal cities, stories, seeds and days give equal rows.
///
/// # Errors
/// `Internal` for a database that is not empty or an inconsistent story, or a database error.
pub fn load(
    app: &App,
    city: &City,
    seed: u64,
    count: usize,
    tell: impl Fn(usize) -> Result<Story, Error> + Sync,
    mut seen: impl FnMut(usize),
) -> Result<(), Error> {
    if !is_empty(app)? {
        return Err(Error::Internal(
            "the database is not empty: a synthetic register can only be loaded into an empty one".to_owned(),
        ));
    }
    let today = civil_day(app.clock.now());
    let began = crate::clock::at_hour(city.since, 1);
    let context = Context::of_program(began, Ids::seeded(seed));
    catalogue::install_in(app, &context)?;
    let mut loading = Loading::begin(&app.pool)?;
    let world = loading.write(&context, |tx| city::write(tx, city))?;
    let batches: Vec<std::ops::Range<usize>> =
        (0..count.div_ceil(BATCH)).map(|batch| batch * BATCH + 1..((batch + 1) * BATCH).min(count) + 1).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    std::thread::scope(|scope| {
        let mut waiting: Vec<Receiver<Result<Batch, Error>>> = Vec::new();
        for worker in 0..workers {
            let (send, receive) = sync_channel(AHEAD);
            waiting.push(receive);
            let (batches, world, tell) = (&batches, &world, &tell);
            scope.spawn(move || {
                for numbers in batches.iter().skip(worker).step_by(workers) {
                    // The writer has failed.
                    if send.send(generate(world, numbers.clone(), tell, today)).is_err() {
                        return;
                    }
                }
            });
        }
        for (numbers, receive) in batches.iter().zip(waiting.iter().cycle()) {
            let batch = receive.recv().map_err(|_| Error::Internal("a load worker stopped".to_owned()))??;
            loading.write(&context, |tx| {
                batch.0.iter().for_each(|rows| tx.touch(ObjectKind::Contract, rows.contract.contract.id.0));
                batch.write(tx.connection)
            })?;
            seen(numbers.end - 1);
        }
        // Unblocks workers whose writer has failed.
        drop(waiting);
        Ok::<_, Error>(())
    })?;
    loading.finish()
}

fn generate(
    world: &World,
    numbers: std::ops::Range<usize>,
    tell: &impl Fn(usize) -> Result<Story, Error>,
    today: chrono::NaiveDate,
) -> Result<Batch, Error> {
    Ok(Batch(numbers.map(|number| of_story(world, tell(number)?, today)).collect::<Result<_, _>>()?))
}

/// Contracts of one transaction.
struct Batch(Vec<Rows>);

impl Batch {
    /// Writes the rows, table by table.
    fn write(self, connection: &mut AnyConnection) -> Result<(), Error> {
        let Self(all) = self;
        let id = |rows: &Rows| rows.contract.contract.id;
        contracts::insert_whole(connection, &all.iter().map(|rows| rows.contract.clone()).collect::<Vec<_>>())?;
        let terms: Vec<_> = all
            .iter()
            .map(|rows| (id(rows), &rows.terms, rows.contract.created_by, rows.contract.created_at))
            .collect();
        contracts::insert_versions(connection, &terms)?;
        let access: Vec<_> = all
            .iter()
            .flat_map(|rows| rows.viewers.iter().map(|viewer| (*viewer, id(rows), rows.contract.repeated())))
            .collect();
        access::insert(connection, &access)?;
        let commitments: Vec<_> = all.iter().flat_map(|rows| rows.commitment.clone()).collect();
        appropriations::insert_commitments(connection, &commitments)?;
        let kept: Vec<_> = all.iter().filter_map(|rows| rows.ledger.as_ref()).collect();
        ledger::insert_balances(connection, &kept.iter().map(|(row, _)| row.clone()).collect::<Vec<_>>())?;
        let posted: Vec<_> = kept.into_iter().flat_map(|(row, postings)| opening_postings(row, postings)).collect();
        ledger::insert_postings(connection, &posted)?;
        let happened: Vec<_> = all.iter().flat_map(|rows| rows.facts.iter().map(|fact| (id(rows), fact))).collect();
        facts::insert(connection, &happened)?;
        let heads: Vec<_> = all.iter().filter_map(|rows| rows.events.last()).collect();
        hash_chains::insert_heads(connection, &heads)?;
        let mut tasks = Vec::new();
        let mut milestones = Vec::new();
        let mut breaches = Vec::new();
        for rows in &all {
            tasks.extend(rows.projection.tasks.iter().map(|row| (id(rows), row)));
            milestones.extend(rows.projection.milestones.iter().map(|row| (id(rows), row)));
            breaches.extend(rows.projection.breaches.iter().map(|row| (id(rows), row)));
        }
        projections::insert_tasks(connection, &tasks)?;
        projections::insert_milestones(connection, &milestones)?;
        projections::insert_breaches(connection, &breaches)?;
        // Sorted by their index, so that neighbours are stored together.
        let (mut events, mut pairs, mut paid, mut steps, mut asked) = (vec![], vec![], vec![], vec![], vec![]);
        let mut vouchers = Vec::new();
        for rows in all {
            let key = rows.contract.contract.id;
            events.extend(rows.events);
            pairs.extend(rows.pairs.into_iter().map(|pair| (pair, key)));
            let payer = rows.contract.contract.funder_id;
            vouchers.extend(rows.payments.iter().filter_map(|payment| {
                Some((payment.id, (payer, payment.paid_on?.year(), fold_identifier(&payment.voucher))))
            }));
            paid.extend(rows.payments);
            steps.extend(rows.steps);
            asked.extend(rows.change_requests);
        }
        pairs.sort_unstable();
        hash_chains::insert_events(connection, &events)?;
        search::insert(connection, &pairs)?;
        payments::bulk_insert(connection, &paid)?;
        payments::bulk_insert_steps(connection, &steps)?;
        payments::vouchers::bulk_insert(connection, &vouchers)?;
        change_requests::bulk_insert(connection, &asked)
    }
}

/// Numbers the postings that lead to balances.
fn opening_postings<'a>(
    row: &'a BalanceRow,
    postings: &'a [Posting],
) -> impl Iterator<Item = NewPosting<'static>> + 'a {
    (1..).zip(postings).filter_map(|(seq, posting)| {
        let (contract, posting) = (Some(row.contract), *posting);
        let appropriation = row.appropriation;
        Some(NewPosting { appropriation, contract, seq, day: row.as_of?, posting, cause: OPENING, cause_seq: None })
    })
}
