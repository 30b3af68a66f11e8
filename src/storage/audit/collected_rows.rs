//! Rows collected for a digest: written as texts, grouped by object and table.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::storage::Result;
use crate::storage::audit::hash_chains::digest;
use crate::storage::audit::recorded_rows::RowDigests;

/// Rows of some objects, as texts by object and table.
#[derive(Default)]
pub(super) struct Collected(BTreeMap<(i64, &'static str), Vec<String>>);

impl Collected {
    /// Adds rows of a table, each with the key of its object.
    pub(super) fn add<R: Serialize>(&mut self, table: &'static str, rows: Vec<(i64, R)>) -> Result<()> {
        for (object, row) in rows {
            let text = serde_json::to_string(&row).map_err(|error| Error::Internal(error.to_string()))?;
            self.0.entry((object, table)).or_default().push(text);
        }
        Ok(())
    }

    /// Computes the digests of the one object whose rows were added; empty if no row was added.
    pub(super) fn only_object(self) -> RowDigests {
        self.digests().into_values().next().unwrap_or_default()
    }

    /// Computes the digests by object.
    pub(super) fn digests(self) -> BTreeMap<i64, RowDigests> {
        let mut digests: BTreeMap<i64, RowDigests> = BTreeMap::new();
        for ((object, table), mut rows) in self.0 {
            // Sorted here, because the engines do not promise one order for texts.
            rows.sort_unstable();
            let parts: Vec<&str> = rows.iter().map(String::as_str).collect();
            digests.entry(object).or_default().insert(table.to_owned(), digest(&parts));
        }
        digests
    }
}
