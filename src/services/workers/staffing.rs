//! Staffing: the number of workers that the roster proposes for the headcount of a month, and how many clients the
//! contract allows for them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::clauses::Clause;
use crate::domain::codes::ProposalState;
use crate::domain::facts::Month;
use crate::domain::policy::Action;
use crate::domain::workers::{Assignment, on_duty};
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::workers::{self as rows, Worker};

/// The staffing of a month by the roster, beside the recorded headcount. Only a recorded headcount is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Staffing {
    /// Month, as `YYYY-MM`.
    #[schema(value_type = String)]
    pub month: Month,
    /// Day on which the roster is counted: the last of the month, or today if that is earlier.
    pub on: NaiveDate,
    /// Number of social workers assigned on the day without a lapsed certificate.
    pub workers: u64,
    /// Number of social workers assigned on the day whose certificate has lapsed.
    pub lapsed: u64,
    /// Clients per worker that the contract agrees on; null without such a clause.
    pub clients_per_worker: Option<u64>,
    /// Number of clients up to which the workers suffice.
    pub clients_at_most: Option<u64>,
    /// Clients of the recorded headcount of the month.
    pub recorded_clients: Option<u64>,
    /// Workers of the recorded headcount of the month.
    pub recorded_workers: Option<u64>,
    /// Workers that the roster lacks for the recorded clients.
    pub short: Option<u64>,
}

/// Returns the staffing of a month, by default the present one.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unreadable month.
pub fn show(app: &App, caller: &Caller, contract: &str, month: Option<&str>) -> Result<Staffing, Error> {
    caller.may(Action::ReadContract)?;
    let malformed = |_| Error::malformed("month", Message::new("malformed-month"));
    let month = month.map(|month| month.parse().map_err(malformed)).transpose()?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        of_record(connection, &record, month.unwrap_or_else(|| Month::of(caller.today())), caller.today())
    })
}

/// Returns the staffing of a month of a loaded contract.
///
/// # Errors
/// Database errors.
fn of_record(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    month: Month,
    today: NaiveDate,
) -> Result<Staffing, Error> {
    let known = rows::of_contract(connection, record.contract.id)?;
    let approved = known.iter().filter(|worker| worker.state == ProposalState::Approved);
    let assignments: Vec<Assignment> = approved.map(Worker::assignment).collect();
    let on = month.last_day().min(today);
    let counted = on_duty(&assignments, on);
    let per_worker = clients_per_worker(record, on);
    let headcount = record.facts.headcounts.iter().rfind(|fact| fact.month == month);
    let recorded_clients = headcount.map(|fact| fact.clients.get());
    let needed = recorded_clients.zip(per_worker).map(|(clients, per_worker)| clients.div_ceil(per_worker.max(1)));
    Ok(Staffing {
        month,
        on,
        workers: counted.workers,
        lapsed: counted.lapsed,
        clients_per_worker: per_worker,
        clients_at_most: per_worker.map(|per_worker| per_worker.saturating_mul(counted.workers)),
        recorded_clients,
        recorded_workers: headcount.map(|fact| fact.workers.get()),
        short: needed.map(|needed| needed.saturating_sub(counted.workers)),
    })
}

/// Returns the staffing of the present month for the form of a headcount; `None` for a caller who may not record one
/// (`counts`), and without a staffing clause.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn for_headcount(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
    counts: bool,
) -> Result<Option<Staffing>, Error> {
    if !counts || clients_per_worker(record, today).is_none() {
        return Ok(None);
    }
    of_record(connection, record, Month::of(today), today).map(Some)
}

/// Returns the clients per worker of the strictest staffing clause in force on a day.
fn clients_per_worker(record: &ContractRecord, day: NaiveDate) -> Option<u64> {
    let clauses = record.terms_on(day).breach_terms.iter();
    let agreed = clauses.filter_map(|term| {
        let Clause::Staffing { clients_per_worker, .. } = term.clause else { return None };
        Some(clients_per_worker.get())
    });
    agreed.min()
}
