//! Service records as lists and pages show them: filtered by state, service, deliverable and month, with the names of
//! people and stations.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{RecordState, Role};
use crate::domain::facts::Month;
use crate::domain::policy::{Action, state_allows};
use crate::domain::workers::RosterFault;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::services::workers;
use crate::storage::AnyConnection;
use crate::storage::identity::names::Names;
use crate::storage::identity::people::Seat;
use crate::storage::ids::OrganisationId;
use crate::storage::records::{self as rows, RecordFilter, ServiceRecord};
use crate::storage::registry::organisations;

/// A service record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceRecordView {
    /// Random identifier of the record.
    pub id: String,
    /// Day of the service.
    pub on: NaiveDate,
    /// Code of the service item.
    pub service: String,
    pub service_name: String,
    /// Code of the deliverable, if one was named.
    pub deliverable: Option<String>,
    pub deliverable_name: Option<String>,
    pub place: String,
    /// Name of the justice station that decides on the record.
    pub station: String,
    pub worker: String,
    /// Reason why the worker does not fit the contract's roster on the day; null if they do, and without a roster.
    pub roster_fault: Option<RosterFault>,
    /// Pseudonymous code of the person served; may be empty for a group.
    pub subject: String,
    pub group_size: i32,
    pub minutes: i32,
    pub note: String,
    pub state: RecordState,
    /// Name of the person of the contractor who entered the record.
    pub recorded_by: String,
    /// Name of the person represented, if a deputy entered the record.
    pub recorded_for: Option<String>,
    /// Time of entry, in UTC.
    pub recorded_at: DateTime<Utc>,
    /// Name of the person who decided on the record.
    pub decided_by: Option<String>,
    /// Name of the person represented, if a deputy decided.
    pub decided_for: Option<String>,
    /// Time of the decision, in UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// Reason of a refusal.
    pub reason: String,
    /// True if the caller may decide on the record or withdraw it now.
    #[serde(skip)]
    pub is_open_to_caller: bool,
}

/// Filters of a list; each `None` filters nothing.
#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    pub state: Option<String>,
    /// Code of the service item.
    pub service: Option<String>,
    /// Code of the deliverable.
    pub deliverable: Option<String>,
    /// Month of the service, as 2026-09.
    pub month: Option<String>,
}

impl RecordQuery {
    fn filter(&self) -> Result<RecordFilter, Error> {
        let unknown = |field: &str, key: &'static str| Error::malformed(field, Message::new(key));
        let state = self
            .state
            .as_deref()
            .map(|word| RecordState::parse(word).ok_or_else(|| unknown("state", "unknown-filter")));
        let days = self.month.as_deref().map(|month| {
            let month = month.parse::<Month>().map_err(|_| unknown("month", "malformed-month"))?;
            Ok::<_, Error>((month.first_day(), month.last_day()))
        });
        Ok(RecordFilter {
            state: state.transpose()?,
            item: self.service.clone(),
            deliverable: self.deliverable.clone(),
            days: days.transpose()?,
        })
    }
}

/// Lists the service records of a contract, newest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown state, month or cursor.
pub fn list(
    app: &App,
    caller: &Caller,
    contract: &str,
    query: &RecordQuery,
    page: &Page,
) -> Result<Paged<ServiceRecordView>, Error> {
    caller.may(Action::ReadContract)?;
    let filter = query.filter()?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let before =
            page.after_item(|id| Ok(rows::one_of_contract(connection, contract.id, id)?.map(|record| record.id.0)))?;
        let found = rows::newest_of_contract(connection, contract.id, &filter, before, page.rows())?;
        let cut = page.cut(found, |record| &record.public_id);
        let record = ContractRecord::load(connection, contract)?;
        Ok(Paged { items: views(connection, caller, &record, cut.items)?, next: cut.next })
    })
}

/// Returns whether the caller can confirm, return or withdraw a record.
fn is_open_to(caller: &Caller, contract: &ContractRecord, record: &ServiceRecord) -> bool {
    let head = &contract.contract;
    let may = |action: Action, role: Role, organisation: OrganisationId| {
        let is_own = |seat: &Seat| seat.role == role && seat.organisation == organisation;
        state_allows(head.state, action) && caller.seats.iter().any(is_own)
    };
    record.state == RecordState::Waiting
        && (may(Action::ConfirmRecords, Role::Station, record.station_id)
            || may(Action::WithdrawRecords, Role::Contractor, head.contractor_id))
}

/// Builds the views of records, with the names of the people and stations involved.
fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &ContractRecord,
    records: Vec<ServiceRecord>,
) -> Result<Vec<ServiceRecordView>, Error> {
    let mut batch_ids: Vec<_> = records.iter().map(|record| record.batch_id).collect();
    batch_ids.sort_unstable();
    batch_ids.dedup();
    let batches: BTreeMap<_, _> =
        rows::batches_by_ids(connection, &batch_ids)?.into_iter().map(|batch| (batch.id, batch)).collect();
    let entered = batches.values().flat_map(|batch| [Some(batch.recorded_by.0), batch.recorded_for]);
    let decided = records.iter().flat_map(|record| [record.decided_by, record.decided_for]);
    let names = Names::load(connection, entered.chain(decided))?;
    let mut stations: Vec<_> = records.iter().map(|record| record.station_id).collect();
    stations.sort_unstable();
    stations.dedup();
    let stations: BTreeMap<_, _> =
        organisations::by_ids(connection, &stations)?.into_iter().map(|station| (station.id, station.name)).collect();
    let roster = workers::roster(connection, contract.contract.id)?;
    let details = contract.all_names_on(caller.today());
    let view = |record: ServiceRecord| {
        let batch = batches
            .get(&record.batch_id)
            .ok_or_else(|| Error::Internal(format!("the batch of record {} is missing", record.public_id)))?;
        let deliverable = Some(record.deliverable.clone()).filter(|code| !code.is_empty());
        Ok(ServiceRecordView {
            is_open_to_caller: is_open_to(caller, contract, &record),
            roster_fault: roster.fault(&record.worker, record.on_day),
            service_name: details.item(&record.item).to_owned(),
            deliverable_name: deliverable.as_deref().map(|code| details.deliverable(code).to_owned()),
            deliverable,
            station: stations.get(&record.station_id).cloned().unwrap_or_default(),
            recorded_by: names.of(batch.recorded_by),
            recorded_for: names.find(batch.recorded_for),
            recorded_at: batch.recorded_at.and_utc(),
            decided_by: names.find(record.decided_by),
            decided_for: names.find(record.decided_for),
            decided_at: record.decided_at.map(|at| at.and_utc()),
            id: record.public_id,
            on: record.on_day,
            service: record.item,
            place: record.place,
            worker: record.worker,
            subject: record.subject,
            group_size: record.group_size,
            minutes: record.minutes,
            note: record.note,
            state: record.state,
            reason: record.reason,
        })
    };
    records.into_iter().map(view).collect()
}
