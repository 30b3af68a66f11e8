//! Steps on service records: the station confirms or refuses them, the contractor withdraws them. One step applies to
//! any number of records of one contract: to all of them, or to none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AlertKind, RecordState, Role};
use crate::domain::policy::Action;
use crate::domain::service_records::{RECORD_ACTIONS, state_after};
use crate::domain::subject::Subject;
use crate::domain::tasks::TaskKind;
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{append, repeats};
use crate::services::identity::caller::{Caller, in_state, verify_same_seat};
use crate::services::notifications::alerts::{self, Alert};
use crate::services::shared::inputs;
use crate::storage::AnyConnection;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::Seat;
use crate::storage::locks::Scope;
use crate::storage::records::{self as stored, ServiceRecord};
use crate::storage::write::write_in;

/// Maximum number of records in one step.
pub const MOST_AT_ONCE: usize = 500;

/// A step on a record.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordStepInput {
    /// Reason; required to refuse.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A record after a step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecordSummary {
    /// Random identifier of the record.
    pub id: String,
    pub state: RecordState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
}

/// Takes a step on one record.
///
/// # Errors
/// As [`take_steps`]; `NotFound` for an unknown record or step.
pub fn take_step(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &RecordStepInput,
) -> Result<RecordSummary, Error> {
    let action = action_named(name)?;
    caller.may(action)?;
    let found = app.pool.read(|connection| stored::with_contract(connection, id, &caller.organisations()))?;
    let (_, contract) = found.ok_or(Error::NotFound)?;
    take_steps(app, caller, &contract.public_id, name, (&[id.to_owned()], input))
}

/// Takes the same step on several records of a contract, on all of them or none. The answer names the first.
///
/// # Errors
/// `NotFound`; `Forbidden`, also for the records of another township; `Conflict` if a record was decided on already;
/// `Refused` for no or too many records, or a refusal without a reason.
pub fn take_steps(
    app: &App,
    caller: &Caller,
    contract: &str,
    name: &str,
    (ids, input): (&[String], &RecordStepInput),
) -> Result<RecordSummary, Error> {
    let action = action_named(name)?;
    caller.may(action)?;
    let state = state_after(action).ok_or(Error::NotFound)?;
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        let message = Message::new("record-choose").with("most", MOST_AT_ONCE);
        return Err(Error::refused_at("record-choose", "all", message));
    }
    let (found, _, seat) = app.pool.read(|connection| find(caller, connection, contract, (action, ids)))?;
    write_in(&app.pool, Scope::Contract(found.id), &caller.context(app, &seat), |tx| {
        let (contract, records, seat) = find(caller, tx.connection, contract, (action, ids))?;
        verify_same_seat(tx, caller, &seat)?;
        in_state(&contract, action)?;
        if let Some(decided) = records.iter().find(|record| record.state != RecordState::Waiting) {
            let page = format!("records?month={}#record-{}", decided.on_day.format("%Y-%m"), decided.public_id);
            let message = Message::new("record-decided").with("state", decided.state);
            return Err(repeats::duplicate_on_page(&contract, page, message, false));
        }
        let reason = match state {
            RecordState::Refused => inputs::reason(input.reason.as_deref())?,
            _ => inputs::optional_reason(input.reason.as_deref())?,
        };
        let (keys, by) = (records.iter().map(|record| record.id).collect::<Vec<_>>(), tx.person()?);
        stored::decide(tx.connection, tx.context, &keys, (state, by, reason))?;
        let batches: BTreeSet<_> = records.iter().map(|record| record.batch_id).collect();
        batches.into_iter().for_each(|batch| tx.touch(ObjectKind::RecordBatch, batch.0));
        append_event(tx, &contract, action, json!({ "records": records.len(), "reason": reason }))?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        append::save_change(tx, &mut record)?;
        let id = ids.first().cloned().unwrap_or_default();
        if state == RecordState::Refused {
            alerts::enqueue(tx, &record, &[refused(&id, records.len(), reason, tx.context.today())])?;
        }
        Ok(RecordSummary { id, state, version: record.contract.version })
    })
}

fn action_named(name: &str) -> Result<Action, Error> {
    let known = RECORD_ACTIONS.iter().find(|(known, _)| *known == name);
    known.map(|(_, action)| *action).ok_or(Error::NotFound)
}

/// Finds records of a contract, and the seat in which the caller may take the step on all of them.
fn find(
    caller: &Caller,
    connection: &mut AnyConnection,
    contract: &str,
    (action, ids): (Action, &[String]),
) -> Result<(Contract, Vec<ServiceRecord>, Seat), Error> {
    let (contract, seat) = caller.contract(connection, contract, action)?;
    let wanted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let records = stored::by_public_ids(connection, &wanted.iter().copied().collect::<Vec<_>>())?;
    if records.len() != wanted.len() || records.iter().any(|record| record.contract_id != contract.id) {
        return Err(Error::NotFound);
    }
    if action == Action::WithdrawRecords {
        return Ok((contract, records, seat));
    }
    let stations: BTreeSet<_> = records.iter().map(|record| record.station_id).collect();
    let mut seats = caller.seats.iter().filter(|seat| seat.role == Role::Station);
    let own = seats.find(|seat| stations.iter().all(|station| *station == seat.organisation));
    let own = own.cloned().ok_or_else(|| Error::forbidden("record-of-station"))?;
    Ok((contract, records, own))
}

/// Builds the alert to the contractor that records were refused; `first` is the identifier of the first one.
fn refused(first: &str, records: usize, reason: &str, today: chrono::NaiveDate) -> Alert {
    let subject = Subject::Task { kind: TaskKind::ConfirmRecords, about: first.to_owned() };
    let args = vec![("count", records.to_string()), ("reason", reason.to_owned())];
    Alert::inform(AlertKind::RecordsRefused, subject, today, args)
}
