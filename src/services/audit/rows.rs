//! Comparison of rows with their records: the stored rows of contracts, people and register entries must equal the last
//! record of each object (`storage::audit::row_records`).

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::storage::AnyConnection;
use crate::storage::audit::recorded_rows::{self, Object, ObjectKind};
use crate::storage::audit::row_records;

/// Describes the differences between objects' rows and their last record, by key; objects without a difference are
/// absent.
///
/// # Errors
/// Database errors.
pub(super) fn unlike_records(
    connection: &mut AnyConnection,
    kind: ObjectKind,
    objects: &[Object],
) -> Result<BTreeMap<i64, String>, Error> {
    let ids: Vec<i64> = objects.iter().map(|(id, _)| *id).collect();
    let streams: Vec<String> = objects.iter().map(|(_, name)| kind.stream(name)).collect();
    let mut stored = recorded_rows::digests(connection, kind, &ids, None)?;
    let records = row_records::last_records(connection, &streams)?;
    let mut unlike = BTreeMap::new();
    for (id, stream) in ids.into_iter().zip(&streams) {
        let Some(record) = records.get(stream) else {
            unlike.insert(id, "its rows were never recorded".to_owned());
            continue;
        };
        let (stored, recorded) = (stored.remove(&id).unwrap_or_default(), record.digests());
        let tables: BTreeSet<&String> = stored.keys().chain(recorded.keys()).collect();
        let wrong: Vec<&str> =
            tables.into_iter().filter(|table| stored.get(*table) != recorded.get(*table)).map(String::as_str).collect();
        if !wrong.is_empty() {
            let (tables, at) = (wrong.join(", "), record.at.format("%Y-%m-%d %H:%M:%S"));
            unlike
                .insert(id, format!("the rows in {tables} are not those recorded at {at} UTC (record {})", record.seq));
        }
    }
    Ok(unlike)
}
