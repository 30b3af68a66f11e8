//! Writing a synthetic register: what `luyue load` makes up, written by few large statements instead of one service call a
//! contract. Figures, duties and hashes are those of the functions that the services use; it must not have any of its own.

mod city;
mod rows;
mod story;

use std::sync::mpsc::{Receiver, sync_channel};

pub use city::{Appropriated, Bureau, City, ContractorOf, Desk, PersonOf, World};
pub use story::{Act, Asked, Paid, Recorded, Story, moment};

use crate::app::App;
use crate::clock::{Ids, civil_day};
use crate::error::Error;
use crate::services::registry::catalogue;
use crate::storage::audit::hash_chains;
use crate::storage::bulk_load::Loading;
use crate::storage::contracts::{self, access, facts, projections, search};
use crate::storage::registry::{appropriations, organisations};
use crate::storage::write::Context;
use crate::storage::{AnyConnection, change_requests, payments};
use crate::synthetic::load::rows::rows::{Rows, of_story};

/// Contracts that one transaction writes.
const BATCH: usize = 1000;
/// Batches that wait for the writer, of each worker.
const AHEAD: usize = 2;
/// Most threads that work contracts out while one writes.
const WORKERS: usize = 4;

/// Whether a database is still without organisations and contracts.
///
/// # Errors
/// The database's.
pub fn is_empty(app: &App) -> Result<bool, Error> {
    app.pool.read(|connection| Ok(organisations::is_empty(connection)? && contracts::is_empty(connection)?))
}

/// Writes a city and the contracts that `tell` tells by their number, from 1 on; `seen` is told how many are written.
/// The same city, stories, seed and day make the same rows.
///
/// # Errors
/// `Refused` for a database that is not empty; `Internal` for a story that does not fit together; the database's.
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
            "the database holds organisations or contracts: a synthetic register is loaded into an empty one"
                .to_owned(),
        ));
    }
    let today = civil_day(app.clock.now());
    let began = crate::clock::at_hour(city.since, 1);
    let context = Context { actor: None, on_behalf_of: None, now: began, request: None, ids: Ids::seeded(seed) };
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
                    // Nobody waits any longer where the writer has failed.
                    if send.send(work_out(world, numbers.clone(), tell, today)).is_err() {
                        return;
                    }
                }
            });
        }
        for (numbers, receive) in batches.iter().zip(waiting.iter().cycle()) {
            let batch = receive.recv().map_err(|_| Error::Internal("a worker of the load has ended".to_owned()))??;
            loading.write(&context, |tx| batch.write(tx.connection))?;
            seen(numbers.end - 1);
        }
        // Workers that wait for a writer who is gone end with their channels.
        drop(waiting);
        Ok::<_, Error>(())
    })?;
    loading.finish()
}

fn work_out(
    world: &World,
    numbers: std::ops::Range<usize>,
    tell: &impl Fn(usize) -> Result<Story, Error>,
    today: chrono::NaiveDate,
) -> Result<Batch, Error> {
    Ok(Batch(numbers.map(|number| of_story(world, tell(number)?, today)).collect::<Result<_, _>>()?))
}

/// What one transaction writes.
struct Batch(Vec<Rows>);

impl Batch {
    /// Writes the rows, each table's together.
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
        let happened: Vec<_> = all.iter().flat_map(|rows| rows.facts.iter().map(|fact| (id(rows), fact))).collect();
        facts::insert(connection, &happened)?;
        let heads: Vec<_> = all.iter().filter_map(|rows| rows.events.last()).collect();
        hash_chains::insert_heads(connection, &heads)?;
        let mut duties = Vec::new();
        let mut milestones = Vec::new();
        let mut breaches = Vec::new();
        for rows in &all {
            duties.extend(rows.projection.duties.iter().map(|row| (id(rows), row)));
            milestones.extend(rows.projection.milestones.iter().map(|row| (id(rows), row)));
            breaches.extend(rows.projection.breaches.iter().map(|row| (id(rows), row)));
        }
        projections::insert_duties(connection, &duties)?;
        projections::insert_milestones(connection, &milestones)?;
        projections::insert_breaches(connection, &breaches)?;
        // What is found by the chain's name or a pair is put in its order: neighbours lie together.
        let (mut events, mut pairs, mut paid, mut steps, mut asked) = (vec![], vec![], vec![], vec![], vec![]);
        for rows in all {
            let key = rows.contract.contract.id;
            events.extend(rows.events);
            pairs.extend(rows.pairs.into_iter().map(|pair| (pair, key)));
            paid.extend(rows.payments);
            steps.extend(rows.steps);
            asked.extend(rows.asks);
        }
        pairs.sort_unstable();
        hash_chains::insert_events(connection, &events)?;
        search::insert(connection, &pairs)?;
        payments::bulk_insert(connection, &paid)?;
        payments::bulk_insert_steps(connection, &steps)?;
        change_requests::bulk_insert(connection, &asked)
    }
}
