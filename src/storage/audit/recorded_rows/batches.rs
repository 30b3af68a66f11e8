//! Recorded rows of service records, by batch.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{record_batches, service_records};
use crate::storage::Result;
use crate::storage::audit::recorded_rows::Collected;
use crate::storage::backend::AnyConnection;

recorded_rows! {
    RecordBatchRow of record_batches {
        id: i64, public_id: String, contract_id: i64, recorded_by: i64, recorded_for: Option<i64>,
        recorded_at: NaiveDateTime,
    }
    ServiceRecordRow of service_records {
        id: i64, public_id: String, batch_id: i64, contract_id: i64, on_day: NaiveDate, item: String,
        deliverable: String, place: String, station_id: i64, worker: String, subject: String, group_size: i32,
        minutes: i32, note: String, repeat_key: Option<String>, state: String, decided_by: Option<i64>,
        decided_for: Option<i64>, decided_at: Option<NaiveDateTime>, reason: String,
    }
}

/// Adds the rows of batches, from the tables that were written.
pub(super) fn of_batches(
    connection: &mut AnyConnection,
    ids: &[i64],
    asked: impl Fn(&str) -> bool,
    collected: &mut Collected,
) -> Result<()> {
    collect!(connection, collected, ids, asked, RecordBatchRow of record_batches by id,
        ServiceRecordRow of service_records by batch_id);
    Ok(())
}
