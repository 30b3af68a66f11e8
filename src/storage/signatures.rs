//! Signatures of rows: keyed digests of rows on which the program acts and that no hash chain covers (emails, one-time
//! links, answers to repeated requests). A row that was changed or added in the database has no valid signature, so
//! that the program does not act on it and `luyue check` reports it.

use std::sync::Arc;

use serde::Serialize;

use crate::storage::audit::row_records::in_transaction;
use crate::storage::backend::{AnyConnection, applied_migrations};
use crate::storage::identity::links;
use crate::storage::notifications::signed_emails;
use crate::storage::{Result, idempotency_keys};

/// Computes the keyed digest of a text.
type Sign = dyn Fn(&str) -> String + Send + Sync;

/// The key that signs rows, which storage cannot read.
#[derive(Clone)]
pub struct RowKey(Arc<Sign>);

impl RowKey {
    /// Wraps the function that computes a keyed digest.
    pub fn new(sign: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(sign))
    }

    /// Builds the key of a pool without a key: its signatures are empty and sign nothing.
    pub(super) fn none() -> Self {
        Self::new(|_| String::new())
    }

    /// Signs a row of a table.
    pub fn sign<T: Serialize>(&self, table: &str, row: &T) -> String {
        // A row that could not be written would get an empty signature, which is never accepted.
        serde_json::to_string(row).map(|row| (self.0)(&format!("{table} {row}"))).unwrap_or_default()
    }

    /// Returns whether a row has its correct signature.
    pub fn signed<T: Serialize>(&self, table: &str, row: &T, signature: Option<&str>) -> bool {
        let expected = self.sign(table, row);
        !expected.is_empty() && signature == Some(expected.as_str())
    }
}

/// Rows of a table that one transaction signs after an upgrade.
const BATCH: i64 = 500;

/// Migration that added the signatures.
const ADDED_BY: &str = "20261201063000";

/// Returns whether a database is from before there were signatures. One that has them and is upgraded for another
/// reason has no unsigned row of the program's.
///
/// # Errors
/// Those of the database.
pub fn are_new_to(connection: &mut AnyConnection) -> Result<bool> {
    Ok(!applied_migrations(connection)?.iter().any(|version| version == ADDED_BY))
}

/// Signs, in the start that adds signatures to the database, the rows from before there were any. Later no row may be
/// without one.
///
/// # Errors
/// Database errors.
pub fn sign_earlier(connection: &mut AnyConnection, key: &RowKey) -> Result<()> {
    for sign in [signed_emails::sign_earlier, idempotency_keys::sign_earlier, links::sign_earlier] {
        while in_transaction(connection, |connection| sign(connection, key, BATCH))? > 0 {}
    }
    Ok(())
}
