//! Workers as their register shows them, with the filters of the list, and the roster of a contract.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::policy::Action;
use crate::domain::text_input::{identifier, key};
use crate::domain::workers::{Roster, WorkerRole};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::contracts;
use crate::storage::ids::ContractId;
use crate::storage::workers::{self as rows, NamedWorker, WorkerFilter};

/// A worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkerView {
    /// Public identifier.
    pub id: String,
    /// Random identifier of the contract.
    pub contract: String,
    pub number: String,
    pub title: String,
    pub name: String,
    pub role: WorkerRole,
    /// Name and number of the certificate; may be empty.
    pub certificate: String,
    /// Last day on which the certificate is valid.
    pub certificate_until: Option<NaiveDate>,
    /// True if the certificate has lapsed.
    pub lapsed: bool,
    /// True if the certificate lapses within 30 days, or has lapsed.
    pub lapsing: bool,
    /// First day of the assignment.
    pub from_on: NaiveDate,
    /// Last day of the assignment; null until the contract ends.
    pub until_on: Option<NaiveDate>,
    /// True if this worker takes the place of another.
    pub replaces: bool,
    pub reason: String,
    /// State of the proposal; the worker is on the roster once approved.
    pub state: ProposalState,
    /// Reason of the refusal or the leave; null without either.
    pub end_reason: Option<String>,
    /// Minutes of a volunteer in the confirmed service records of the contract; null for other roles.
    pub minutes: Option<i64>,
}

/// Filters of a list; each `None` filters nothing.
#[derive(Debug, Clone, Default)]
pub struct WorkerQuery {
    /// Number of the contract.
    pub contract: Option<String>,
    /// Part of the name.
    pub name: Option<String>,
}

/// Minutes in confirmed records by contract and folded name.
type Minutes = BTreeMap<(ContractId, String), i64>;

/// Lists the workers of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor, or a contract that the caller may not see.
pub fn list(app: &App, caller: &Caller, query: &WorkerQuery, page: &Page) -> Result<Paged<WorkerView>, Error> {
    caller.may(Action::ListWorkers)?;
    let seen = caller.organisations();
    app.pool.read(|connection| {
        let named = query.contract.as_deref().map(|number| find_seen(connection, caller, number)).transpose()?;
        let filter = WorkerFilter { contract: named, name: query.name.as_deref().and_then(name_pattern) };
        let after = page.after_key(|id| Ok(rows::with_contract(connection, id, &seen)?.map(|(row, _)| row.id.0)))?;
        let found = rows::list(connection, &seen, &filter, after, page.rows())?;
        let minutes = minutes_of_volunteers(connection, &found)?;
        Ok(page.cut(found, |(row, _)| &row.public_id).map(|found| view(found, caller.today(), &minutes)))
    })
}

/// Finds the contract with a number among those that the caller may see.
fn find_seen(connection: &mut AnyConnection, caller: &Caller, number: &str) -> Result<ContractId, Error> {
    let found = contracts::by_number(connection, &identifier(number))?;
    let seen = found.map(|found| contracts::seen_by(connection, &found.public_id, &caller.organisations()));
    let seen = seen.transpose()?.flatten();
    seen.map(|found| found.id).ok_or_else(|| Error::malformed("contract", Message::new("worker-no-contract")))
}

/// Returns the pattern of names with these parts, whatever stands between them: names are written with several kinds of
/// middle dots and blanks. `None` for a text without letters.
fn name_pattern(typed: &str) -> Option<String> {
    let lower = typed.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| format!("%{}%", parts.join("%")))
}

/// Adds up what is confirmed of the volunteers among workers.
fn minutes_of_volunteers(connection: &mut AnyConnection, found: &[NamedWorker]) -> Result<Minutes, Error> {
    let volunteers = found.iter().filter(|(row, _)| row.role == WorkerRole::Volunteer);
    let mut contracts: Vec<ContractId> = volunteers.map(|(row, _)| row.contract_id).collect();
    contracts.sort_unstable();
    contracts.dedup();
    let mut minutes = Minutes::new();
    if contracts.is_empty() {
        return Ok(minutes);
    }
    for (contract, worker, confirmed) in rows::confirmed_minutes(connection, &contracts)? {
        *minutes.entry((contract, key(&worker))).or_default() += confirmed;
    }
    Ok(minutes)
}

/// Loads the roster of a contract: the workers to whom the purchaser consented.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn roster(connection: &mut AnyConnection, contract: ContractId) -> Result<Roster, Error> {
    let known = rows::of_contract(connection, contract)?;
    let approved = known.iter().filter(|worker| worker.state == ProposalState::Approved);
    Ok(Roster::new(approved.map(|worker| (worker.name.as_str(), worker.assignment()))))
}

fn view((row, (contract, number, title)): NamedWorker, today: NaiveDate, minutes: &Minutes) -> WorkerView {
    let assignment = row.assignment();
    let is_volunteer = row.role == WorkerRole::Volunteer;
    let confirmed = is_volunteer.then(|| minutes.get(&(row.contract_id, key(&row.name))).copied().unwrap_or_default());
    WorkerView {
        lapsed: assignment.has_lapsed(today),
        lapsing: assignment.is_to_be_warned_of(today),
        id: row.public_id,
        contract,
        number,
        title,
        name: row.name,
        role: row.role,
        certificate: row.certificate,
        certificate_until: row.certificate_until,
        from_on: row.from_on,
        until_on: row.until_on,
        replaces: row.replaces_id.is_some(),
        reason: row.reason,
        state: row.state,
        end_reason: row.end_reason,
        minutes: confirmed,
    }
}

/// Finds workers whose names begin with a text, in the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; database errors.
pub fn find_named(app: &App, caller: &Caller, text: &str, limit: usize) -> Result<Vec<WorkerView>, Error> {
    caller.may(Action::ListWorkers)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    app.pool.read(|connection| {
        let found = rows::beginning_with(connection, &caller.organisations(), text.trim(), limit)?;
        let minutes = minutes_of_volunteers(connection, &found)?;
        Ok(found.into_iter().map(|found| view(found, caller.today(), &minutes)).collect())
    })
}
