//! Rows of service records and of the batches in which they were entered. Rights are checked elsewhere.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use crate::domain::codes::{Function, RecordState};
use crate::schema::{contract_access, organisations, record_batches, regions, service_records};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::contract_rows::identified_row_readers;
use crate::storage::ids::{ContractId, OrganisationId, PersonId, RecordBatchId, ServiceRecordId};
use crate::storage::statements::read_rows;
use crate::storage::write::Context;

identified_row_readers!(service_records, ServiceRecord);

/// Values bound in one statement, below the limits of both engines.
const KEYS_AT_ONCE: usize = 1_000;

/// A service record.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = service_records)]
pub struct ServiceRecord {
    pub id: ServiceRecordId,
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub batch_id: RecordBatchId,
    pub contract_id: ContractId,
    /// Day of the service.
    pub on_day: NaiveDate,
    /// Code of the contract's service item.
    pub item: String,
    /// Code of the deliverable; empty if none was named.
    pub deliverable: String,
    pub place: String,
    /// Justice station that decides on the record.
    pub station_id: OrganisationId,
    pub worker: String,
    /// Pseudonymous code of the person served; may be empty for a group.
    pub subject: String,
    pub group_size: i32,
    pub minutes: i32,
    pub note: String,
    #[diesel(deserialize_as = String)]
    pub state: RecordState,
    pub decided_by: Option<i64>,
    /// Person represented, if a deputy decided.
    pub decided_for: Option<i64>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<NaiveDateTime>,
    /// Reason of a refusal; otherwise empty.
    pub reason: String,
}

/// Records that were entered together.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = record_batches)]
pub struct RecordBatch {
    pub id: RecordBatchId,
    pub recorded_by: PersonId,
    /// Person represented, if a deputy entered the records.
    pub recorded_for: Option<i64>,
    /// Time of entry, in UTC.
    pub recorded_at: NaiveDateTime,
}

/// A record to insert in the state `waiting`.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub on_day: NaiveDate,
    pub item: String,
    pub deliverable: String,
    pub place: String,
    pub station_id: OrganisationId,
    pub worker: String,
    pub subject: String,
    pub group_size: i32,
    pub minutes: i32,
    pub note: String,
    /// Key that a repetition of the record would have too.
    pub repeat_key: String,
}

/// A justice station that sees a contract, with its township.
#[derive(Debug, Clone, Queryable)]
pub struct Station {
    pub id: OrganisationId,
    pub code: String,
    pub name: String,
    /// Name of the station's region.
    pub township: String,
}

/// Filters of a list; each `None` filters nothing.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    pub state: Option<RecordState>,
    /// Code of the service item.
    pub item: Option<String>,
    /// Code of the deliverable.
    pub deliverable: Option<String>,
    /// First and last day.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

/// Counts of the records of one service, deliverable, day, worker and state.
#[derive(Debug, Clone, Queryable)]
pub struct DayTotal {
    /// Code of the service item.
    pub item: String,
    /// Code of the deliverable; empty if none was named.
    pub deliverable: String,
    pub on_day: NaiveDate,
    pub worker: String,
    #[diesel(deserialize_as = String)]
    pub state: RecordState,
    pub records: i64,
    pub people: Option<i64>,
    pub minutes: Option<i64>,
}

/// Inserts a batch and its records.
pub fn insert(
    connection: &mut AnyConnection,
    context: &Context,
    (contract, by): (ContractId, PersonId),
    public_id: &str,
    rows: &[NewRecord],
) -> Result<RecordBatchId> {
    let batch: i64 = diesel::insert_into(record_batches::table)
        .values((
            record_batches::public_id.eq(public_id),
            record_batches::contract_id.eq(contract.0),
            record_batches::recorded_by.eq(by.0),
            record_batches::recorded_for.eq(context.on_behalf_of.map(|id| id.0)),
            record_batches::recorded_at.eq(context.now),
        ))
        .returning(record_batches::id)
        .get_result(connection)?;
    insert_rows!(connection, service_records::table, rows, |row| {
        (
            service_records::public_id.eq(&row.public_id),
            service_records::batch_id.eq(batch),
            service_records::contract_id.eq(contract.0),
            service_records::on_day.eq(row.on_day),
            service_records::item.eq(&row.item),
            service_records::deliverable.eq(&row.deliverable),
            service_records::place.eq(&row.place),
            service_records::station_id.eq(row.station_id.0),
            service_records::worker.eq(&row.worker),
            service_records::subject.eq(&row.subject),
            service_records::group_size.eq(row.group_size),
            service_records::minutes.eq(row.minutes),
            service_records::note.eq(&row.note),
            service_records::repeat_key.eq(Some(&row.repeat_key)),
            service_records::state.eq(RecordState::Waiting.as_str()),
            service_records::reason.eq(""),
        )
    });
    Ok(RecordBatchId(batch))
}

/// A record that another one would repeat.
#[derive(Debug, Clone)]
pub struct RepeatedRecord {
    /// Random identifier, used in addresses.
    pub public_id: String,
    pub repeat_key: String,
    pub state: RecordState,
    /// Time of entry, in UTC.
    pub recorded_at: NaiveDateTime,
}

/// Loads the records of a contract that have one of these keys.
pub fn repeated(connection: &mut AnyConnection, contract: ContractId, keys: &[&str]) -> Result<Vec<RepeatedRecord>> {
    let mut found = Vec::new();
    for part in keys.chunks(KEYS_AT_ONCE) {
        let rows: Vec<(String, Option<String>, String, NaiveDateTime)> = service_records::table
            .inner_join(record_batches::table)
            .filter(service_records::contract_id.eq(contract.0))
            .filter(service_records::repeat_key.eq_any(part))
            .select((
                service_records::public_id,
                service_records::repeat_key,
                service_records::state,
                record_batches::recorded_at,
            ))
            .load(connection)?;
        found.extend(rows.into_iter().filter_map(|(public_id, key, state, recorded_at)| {
            let (repeat_key, state) = (key?, RecordState::parse(&state)?);
            Some(RepeatedRecord { public_id, repeat_key, state, recorded_at })
        }));
    }
    Ok(found)
}

/// Stores the same decision on records. Refused and withdrawn records lose their keys, so that they can be entered
/// again.
pub fn decide(
    connection: &mut AnyConnection,
    context: &Context,
    ids: &[ServiceRecordId],
    (state, by, reason): (RecordState, PersonId, &str),
) -> Result<()> {
    let decided = service_records::table.filter(service_records::id.eq_any(ids.iter().map(|id| id.0)));
    diesel::update(decided)
        .set((
            service_records::state.eq(state.as_str()),
            service_records::decided_by.eq(Some(by.0)),
            service_records::decided_for.eq(context.on_behalf_of.map(|id| id.0)),
            service_records::decided_at.eq(Some(context.now)),
            service_records::reason.eq(reason),
        ))
        .execute(connection)?;
    if state != RecordState::Confirmed {
        let freed = service_records::table.filter(service_records::id.eq_any(ids.iter().map(|id| id.0)));
        diesel::update(freed).set(service_records::repeat_key.eq(None::<String>)).execute(connection)?;
    }
    Ok(())
}

/// Loads up to `limit` records of a contract with keys below `before`, newest first.
pub fn newest_of_contract(
    connection: &mut AnyConnection,
    contract: ContractId,
    filter: &RecordFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<ServiceRecord>> {
    let mut query = service_records::table.filter(service_records::contract_id.eq(contract.0)).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(service_records::state.eq(state.as_str()));
    }
    if let Some(item) = &filter.item {
        query = query.filter(service_records::item.eq(item.clone()));
    }
    if let Some(deliverable) = &filter.deliverable {
        query = query.filter(service_records::deliverable.eq(deliverable.clone()));
    }
    if let Some((first, last)) = filter.days {
        query = query.filter(service_records::on_day.between(first, last));
    }
    if let Some(before) = before {
        query = query.filter(service_records::id.lt(before));
    }
    Ok(query.order(service_records::id.desc()).limit(limit).select(ServiceRecord::as_select()).load(connection)?)
}

/// Loads batches by key.
pub fn batches_by_ids(connection: &mut AnyConnection, ids: &[RecordBatchId]) -> Result<Vec<RecordBatch>> {
    Ok(record_batches::table
        .filter(record_batches::id.eq_any(ids.iter().map(|id| id.0)))
        .select(RecordBatch::as_select())
        .load(connection)?)
}

/// Loads the stations that a contract's undecided records wait for, each with the batches of these records.
pub fn waiting(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<(OrganisationId, RecordBatchId)>> {
    let rows: Vec<(i64, i64)> = service_records::table
        .filter(service_records::contract_id.eq(contract.0))
        .filter(service_records::state.eq(RecordState::Waiting.as_str()))
        .select((service_records::station_id, service_records::batch_id))
        .distinct()
        .load(connection)?;
    Ok(rows.into_iter().map(|(station, batch)| (OrganisationId(station), RecordBatchId(batch))).collect())
}

/// Counts a contract's undecided records by the station that they wait for.
pub fn count_waiting(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<(OrganisationId, i64)>> {
    let rows: Vec<(i64, i64)> = service_records::table
        .filter(service_records::contract_id.eq(contract.0))
        .filter(service_records::state.eq(RecordState::Waiting.as_str()))
        .group_by(service_records::station_id)
        .order(service_records::station_id)
        .select((service_records::station_id, diesel::dsl::count_star()))
        .load(connection)?;
    Ok(rows.into_iter().map(|(station, number)| (OrganisationId(station), number)).collect())
}

/// Counts the waiting and confirmed records of a contract by service, deliverable, day, worker and state.
pub fn day_totals(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<DayTotal>> {
    let is = |state: RecordState| service_records::state.eq(state.as_str());
    let counts = service_records::table
        .filter(service_records::contract_id.eq(contract.0))
        .filter(is(RecordState::Waiting).or(is(RecordState::Confirmed)))
        .group_by((
            service_records::item,
            service_records::deliverable,
            service_records::on_day,
            service_records::worker,
            service_records::state,
        ))
        .select((
            service_records::item,
            service_records::deliverable,
            service_records::on_day,
            service_records::worker,
            service_records::state,
            count_star(),
            sum(service_records::group_size),
            sum(service_records::minutes),
        ));
    Ok(read_rows!(connection, counts)?)
}

/// Loads the justice stations that see a contract, by name of their townships.
pub fn stations_of(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<Station>> {
    Ok(contract_access::table
        .inner_join(organisations::table.inner_join(regions::table))
        .filter(contract_access::contract_id.eq(contract.0))
        .filter(organisations::function.eq(Function::JusticeStation.as_str()))
        .order((regions::name, organisations::id))
        .select((organisations::id, organisations::code, organisations::name, regions::name))
        .load(connection)?)
}
