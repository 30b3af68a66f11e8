//! Rows of workers on the rosters of contracts. `services::workers` decides.

use chrono::NaiveDate;
use diesel::dsl::{exists, sum};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::domain::codes::{ProposalState, RecordState};
use crate::domain::workers::{Assignment, WorkerRole};
use crate::schema::{contract_access, contracts, service_records, workers};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contract_rows::identified_row_readers;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::{ContractId, OrganisationId, PersonId, WorkerId};
use crate::storage::write::Context;

/// A worker.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workers)]
pub struct Worker {
    pub id: WorkerId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub contract_id: ContractId,
    pub name: String,
    #[diesel(deserialize_as = String)]
    pub role: WorkerRole,
    /// Name and number of the certificate; may be empty.
    pub certificate: String,
    /// Last day on which the certificate is valid.
    pub certificate_until: Option<NaiveDate>,
    pub from_on: NaiveDate,
    /// Last day; `None` until the contract ends.
    pub until_on: Option<NaiveDate>,
    /// Worker whose place this one takes.
    pub replaces_id: Option<i64>,
    /// Reason of the replacement; may be empty.
    pub reason: String,
    #[diesel(deserialize_as = String)]
    pub state: ProposalState,
    pub proposed_by: PersonId,
    /// Holder on whose behalf, if a deputy proposed the worker.
    pub proposed_for: Option<i64>,
    /// Reason of the refusal or the leave.
    pub end_reason: Option<String>,
}

impl Worker {
    /// Returns the assignment.
    pub fn assignment(&self) -> Assignment {
        Assignment {
            role: self.role,
            from_on: self.from_on,
            until_on: self.until_on,
            certificate_until: self.certificate_until,
        }
    }
}

identified_row_readers!(workers, Worker);

/// A worker with random identifier, number and title of the contract.
pub type NamedWorker = (Worker, (String, String, String));

/// A worker to insert in the state `proposed`.
#[derive(Debug, Clone)]
pub struct NewWorker<'a> {
    /// Random identifier, used in addresses.
    pub public_id: &'a str,
    pub contract: ContractId,
    pub name: &'a str,
    pub certificate: &'a str,
    pub assignment: Assignment,
    /// Worker whose place this one takes.
    pub replaces: Option<WorkerId>,
    pub reason: &'a str,
}

/// Filters of a list; each `None` filters nothing.
#[derive(Debug, Clone, Default)]
pub struct WorkerFilter {
    pub contract: Option<ContractId>,
    /// Pattern of the name in lower case.
    pub name: Option<String>,
}

diesel::define_sql_function! {
    /// Returns a text in lower case.
    fn lower(text: Text) -> Text;
}

/// Inserts a proposed worker.
pub fn insert(connection: &mut AnyConnection, context: &Context, new: &NewWorker<'_>, by: PersonId) -> Result<()> {
    diesel::insert_into(workers::table)
        .values((
            workers::public_id.eq(new.public_id),
            workers::contract_id.eq(new.contract.0),
            workers::name.eq(new.name),
            workers::role.eq(new.assignment.role.as_str()),
            workers::certificate.eq(new.certificate),
            workers::certificate_until.eq(new.assignment.certificate_until),
            workers::from_on.eq(new.assignment.from_on),
            workers::until_on.eq(new.assignment.until_on),
            workers::replaces_id.eq(new.replaces.map(|id| id.0)),
            workers::reason.eq(new.reason),
            workers::state.eq(ProposalState::Proposed.as_str()),
            workers::proposed_by.eq(by.0),
            workers::proposed_for.eq(context.on_behalf_of.map(|id| id.0)),
            workers::proposed_at.eq(context.now),
            workers::warn_on.eq(FOR_EVER),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads the workers of a contract, oldest first.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Worker>> {
    Ok(workers::table
        .filter(workers::contract_id.eq(contract.0))
        .order(workers::id)
        .select(Worker::as_select())
        .load(connection)?)
}

/// Adds up the minutes of confirmed service records by contract and worker named in them.
pub fn confirmed_minutes(
    connection: &mut AnyConnection,
    contracts: &[ContractId],
) -> Result<Vec<(ContractId, String, i64)>> {
    let rows: Vec<(i64, String, Option<i64>)> = service_records::table
        .filter(service_records::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .filter(service_records::state.eq(RecordState::Confirmed.as_str()))
        .group_by((service_records::contract_id, service_records::worker))
        .select((service_records::contract_id, service_records::worker, sum(service_records::minutes)))
        .load(connection)?;
    let found = rows.into_iter().map(|(contract, worker, minutes)| (ContractId(contract), worker, minutes));
    Ok(found.map(|(contract, worker, minutes)| (contract, worker, minutes.unwrap_or_default())).collect())
}

/// Lists the workers of contracts that one of the organisations may see, after a key.
pub fn list(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &WorkerFilter,
    after: i64,
    limit: i64,
) -> Result<Vec<NamedWorker>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    let mut query =
        workers::table.inner_join(contracts::table).filter(exists(seen)).filter(workers::id.gt(after)).into_boxed();
    if let Some(contract) = filter.contract {
        query = query.filter(workers::contract_id.eq(contract.0));
    }
    if let Some(pattern) = &filter.name {
        query = query.filter(lower(workers::name).like(pattern.clone()));
    }
    Ok(query
        .order(workers::id)
        .limit(limit)
        .select((Worker::as_select(), (contracts::public_id, contracts::number, contracts::title)))
        .load(connection)?)
}

/// Finds workers whose names begin with a text, in contracts that one of the organisations may see.
pub fn beginning_with(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    text: &str,
    limit: i64,
) -> Result<Vec<NamedWorker>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(contracts::id));
    Ok(workers::table
        .inner_join(contracts::table)
        .filter(workers::name.ge(text).and(workers::name.lt(format!("{text}\u{10FFFF}"))))
        .filter(exists(seen))
        .order((workers::name, workers::id))
        .limit(limit)
        .select((Worker::as_select(), (contracts::public_id, contracts::number, contracts::title)))
        .load(connection)?)
}

/// Records the decision on a worker with the reason of a refusal, and the day of the first warning about the
/// certificate.
pub fn decide(
    connection: &mut AnyConnection,
    context: &Context,
    id: WorkerId,
    (state, by, warn_on): (ProposalState, PersonId, Option<NaiveDate>),
    end_reason: Option<&str>,
) -> Result<()> {
    diesel::update(workers::table.find(id.0))
        .set((
            workers::state.eq(state.as_str()),
            workers::decided_by.eq(Some(by.0)),
            workers::decided_at.eq(Some(context.now)),
            workers::warn_on.eq(warn_on.unwrap_or(FOR_EVER)),
            workers::end_reason.eq(end_reason),
        ))
        .execute(connection)?;
    Ok(())
}

/// Ends the assignment of a worker on a day.
pub fn end(connection: &mut AnyConnection, id: WorkerId, until_on: NaiveDate) -> Result<()> {
    diesel::update(workers::table.find(id.0)).set(workers::until_on.eq(Some(until_on))).execute(connection)?;
    Ok(())
}

/// Ends the assignment of a worker who leaves on a day, with the reason.
pub fn leave(connection: &mut AnyConnection, id: WorkerId, until_on: NaiveDate, reason: &str) -> Result<()> {
    diesel::update(workers::table.find(id.0))
        .set((workers::until_on.eq(Some(until_on)), workers::end_reason.eq(Some(reason))))
        .execute(connection)?;
    Ok(())
}

/// Loads workers of whose certificates people are to be warned by a day.
pub fn warnings_due(connection: &mut AnyConnection, today: NaiveDate, limit: i64) -> Result<Vec<Worker>> {
    Ok(workers::table
        .filter(workers::warn_on.le(today))
        .order((workers::warn_on, workers::id))
        .limit(limit)
        .select(Worker::as_select())
        .load(connection)?)
}

/// Sets the day of the next warning about the certificates of some workers.
pub fn set_next_warning(connection: &mut AnyConnection, ids: &[i64], day: NaiveDate) -> Result<()> {
    diesel::update(workers::table.filter(workers::id.eq_any(ids))).set(workers::warn_on.eq(day)).execute(connection)?;
    Ok(())
}
