//! What changes because a day has come: contracts whose standing is another today get their projections anew, and whoever
//! must know of it hears of it, in one transaction a contract.

use crate::app::App;
use crate::clock::civil_day;
use crate::error::Error;
use crate::services::contracts::projections;
use crate::services::contracts::record::Ledger;
use crate::storage::contracts::due::{self, Changing};
use crate::storage::contracts::{self};
use crate::storage::ids::ContractId;
use crate::storage::registry::calendar::{self, ContractBehind};
use crate::storage::write::{Context, write};

/// Contracts that one batch brings up to date.
const BATCH: usize = 50;
/// Contracts that are looked up at once.
const PAGE: i64 = 200;

/// Brings a batch of contracts up to date; gives how many.
///
/// A contract that cannot be worked out does not keep the others waiting: it is logged and tried again the next time.
///
/// # Errors
/// The database does not answer.
pub fn follow_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut done = 0;
    let mut after = Changing::before_all();
    loop {
        let page = app.pool.read(|connection| due::changing(connection, civil_day(now), now, after, PAGE))?;
        let Some(last) = page.last() else { return Ok(done) };
        after = *last;
        for changing in page {
            match follow(app, changing.contract) {
                Ok(changed) => done += usize::from(changed),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(contract = changing.contract.0, %error, "a contract was not brought up to date")
                }
            }
            if done == BATCH {
                return Ok(done);
            }
        }
    }
}

/// Brings a contract up to date, unless somebody has done so or the clock lies behind its last record.
fn follow(app: &App, id: ContractId) -> Result<bool, Error> {
    write(&app.pool, &context(app), |tx| {
        let contract = contracts::by_id(tx.connection, id)?;
        if contract.next_change > tx.context.today() || contract.recorded_at > tx.context.now {
            return Ok(false);
        }
        let ledger = Ledger::load(tx.connection, contract)?;
        projections::refresh(tx, &ledger)?;
        Ok(true)
    })
}

/// Brings a batch of contracts up to date whose projections were made by an earlier working calendar; gives how many. What
/// was imported is found by an index, so that an import need touch no contract.
///
/// # Errors
/// The database does not answer.
pub fn follow_calendar(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    let mut after = ContractBehind::before_all();
    loop {
        let page = app.pool.read(|connection| {
            let version = calendar::latest_version(connection)?;
            if version == 0 { Ok(Vec::new()) } else { calendar::contracts_behind(connection, version, after, PAGE) }
        })?;
        let Some(last) = page.last() else { return Ok(done) };
        after = *last;
        for behind in page {
            match catch_up(app, behind.contract) {
                Ok(changed) => done += usize::from(changed),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(contract = behind.contract.0, %error, "a contract does not follow the calendar")
                }
            }
            if done == BATCH {
                return Ok(done);
            }
        }
    }
}

/// Works a contract's projections out by today's calendar, unless somebody has done so or the clock lies behind its last record.
fn catch_up(app: &App, id: ContractId) -> Result<bool, Error> {
    write(&app.pool, &context(app), |tx| {
        let contract = contracts::by_id(tx.connection, id)?;
        if contract.recorded_at > tx.context.now {
            return Ok(false);
        }
        let ledger = Ledger::load(tx.connection, contract)?;
        if ledger.contract.calendar_version == Some(ledger.days.version) {
            return Ok(false);
        }
        projections::refresh(tx, &ledger)?;
        Ok(true)
    })
}

/// The program itself writes, now.
pub fn context(app: &App) -> Context {
    Context { actor: None, on_behalf_of: None, now: app.clock.now(), request: None, ids: app.ids.clone() }
}
