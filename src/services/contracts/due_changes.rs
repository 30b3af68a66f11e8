//! Due changes: contracts whose standing changes because a day has come or the working calendar changed, and contracts
//! whose ledger was opened by an upgrade.
//!
//! The jobs call these functions, which refresh projections and queue alerts, one transaction per contract.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::contracts::projections;
use crate::services::contracts::record::ContractRecord;
use crate::storage::AnyConnection;
use crate::storage::contracts::due::{self, Changing};
use crate::storage::contracts::{self, projections as rows};
use crate::storage::ids::ContractId;
use crate::storage::ledger;
use crate::storage::locks::Scope;
use crate::storage::registry::calendar::{self, ContractBehind};
use crate::storage::write::{Context, Tx, write_in};

/// Maximum number of contracts refreshed in one batch.
const BATCH: usize = 50;
/// Number of candidate contracts read per query.
const PAGE: i64 = 200;

/// Refreshes a batch of contracts whose standing changes today or earlier. Returns the number refreshed.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn refresh_due_contracts(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    refresh_batch(
        app,
        (Changing::before_all(), |changing| changing.contract),
        |connection, after| due::changing(connection, civil_day(now), now, after, PAGE),
        |tx, record| Ok(record.contract.next_change <= tx.context.today()),
    )
}

/// Refreshes a batch of contracts whose projections follow an earlier version of the working calendar. Returns the
/// number refreshed. An index finds these contracts, so that importing a calendar writes to none of them.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn refresh_contracts_behind_calendar(app: &App) -> Result<usize, Error> {
    refresh_batch(
        app,
        (ContractBehind::before_all(), |behind| behind.contract),
        |connection, after| {
            let version = calendar::latest_version(connection)?;
            if version == 0 { Ok(Vec::new()) } else { calendar::contracts_behind(connection, version, after, PAGE) }
        },
        |_, record| Ok(record.contract.calendar_version != Some(record.days.version)),
    )
}

/// Posts what was earned and paid of the commitments in a batch of contracts for which an upgrade posted only the
/// commitment. Returns the number of contracts.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn complete_ledgers(app: &App) -> Result<usize, Error> {
    refresh_batch(
        app,
        (ContractId(0), |id| id),
        |connection, after| ledger::opened(connection, after, PAGE),
        |tx, record| {
            let mut postings = ledger::of_contract(tx.connection, record.contract.id)?.into_iter();
            let appropriation = record.contract.appropriation_id;
            Ok(postings.any(|row| row.as_of.is_none() && Some(row.appropriation) == appropriation))
        },
    )
}

/// Refreshes a batch of contracts with a milestone that has no expected payment, because an earlier version wrote the
/// row. Returns the number refreshed.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn refresh_contracts_without_expectation(app: &App) -> Result<usize, Error> {
    refresh_batch(
        app,
        (ContractId(0), |id| id),
        |connection, after| rows::contracts_without_expectation(connection, after, PAGE),
        |_, _| Ok(true),
    )
}

/// Refreshes the contracts of a list, read page by page from its beginning, until `BATCH` of them were refreshed.
///
/// A contract that fails is logged and retried in the next run; it does not block the others.
fn refresh_batch<P: Copy>(
    app: &App,
    (mut after, contract_at): (P, fn(P) -> ContractId),
    list: impl Fn(&mut AnyConnection, P) -> Result<Vec<P>, Error>,
    is_due: impl Fn(&mut Tx<'_>, &ContractRecord) -> Result<bool, Error>,
) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let page = app.pool.read(|connection| list(connection, after))?;
        let Some(last) = page.last() else { return Ok(done) };
        after = *last;
        for id in page.into_iter().map(contract_at) {
            match refresh(app, id, &is_due) {
                Ok(changed) => done += usize::from(changed),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(contract = id.0, %error, "refreshing a contract failed; retrying in the next run")
                }
            }
            if done == BATCH {
                return Ok(done);
            }
        }
    }
}

/// Refreshes one contract, unless another process has done so or the clock is behind its last record.
fn refresh(
    app: &App,
    id: ContractId,
    is_due: impl Fn(&mut Tx<'_>, &ContractRecord) -> Result<bool, Error>,
) -> Result<bool, Error> {
    write_in(&app.pool, Scope::Contract(id), &system_context(app), |tx| {
        let contract = contracts::by_id(tx.connection, id)?;
        if contract.recorded_at > tx.context.now {
            return Ok(false);
        }
        let record = ContractRecord::load(tx.connection, contract)?;
        if !is_due(tx, &record)? {
            return Ok(false);
        }
        projections::refresh_projections(tx, &record)?;
        Ok(true)
    })
}

/// Returns the write context of the program itself, without an actor.
pub fn system_context(app: &App) -> Context {
    Context::of_program(app.clock.now(), app.ids.clone())
}
