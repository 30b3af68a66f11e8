//! Comparison of rows with their signatures: emails, one-time links and answers to repeated requests must be unchanged
//! since the program wrote them (`storage::signatures`).

use serde::Serialize;

use crate::adapters::secrets::Secret;
use crate::app::{App, row_key};
use crate::error::Error;
use crate::services::audit::check::Difference;
use crate::storage::idempotency_keys as answers;
use crate::storage::identity::links;
use crate::storage::notifications::signed_emails;
use crate::storage::signatures::RowKey;

/// Rows per read transaction.
const BATCH: i64 = 500;
/// Maximum number of rows of a table to name, since with a wrong key every row differs from its signature.
const MOST: usize = 20;

/// Finds the rows that were not written by the program. Signatures may also be by an `earlier` secret. `progress` is
/// called after each batch with the number of rows checked.
///
/// # Errors
/// Database errors.
pub(super) fn differences(
    app: &App,
    earlier: &[Secret],
    mut progress: impl FnMut(usize),
) -> Result<Vec<Difference>, Error> {
    let keys = Keys(std::iter::once(app.pool.key().clone()).chain(earlier.iter().map(row_key)).collect());
    let (mut emails, mut requests, mut people) = (Vec::new(), Vec::new(), Vec::new());
    let mut checked = 0;
    let mut last = 0;
    loop {
        let rows = app.pool.read(|connection| signed_emails::after(connection, last, BATCH))?;
        let Some((id, ..)) = rows.last() else { break };
        last = *id;
        checked += rows.len();
        progress(checked);
        for (_, email, signature) in rows {
            if !keys.signed(signed_emails::TABLE, &email, signature.as_deref()) {
                emails.push(format!("email {}", email.public_id));
            }
        }
    }
    let mut last = (0, String::new());
    loop {
        let rows = app.pool.read(|connection| answers::after(connection, (last.0, &last.1), BATCH))?;
        let Some((row, _)) = rows.last() else { break };
        last = (row.person_id, row.request_key.clone());
        checked += rows.len();
        progress(checked);
        for (row, signature) in rows {
            if !keys.signed(answers::TABLE, &row, signature.as_deref()) {
                requests.push(format!("answer to request {}", row.request_key));
            }
        }
    }
    let mut last = String::new();
    loop {
        let rows = app.pool.read(|connection| links::after(connection, &last, BATCH))?;
        let Some((link, _)) = rows.last() else { break };
        last.clone_from(&link.token_hash);
        checked += rows.len();
        progress(checked);
        for (link, signature) in rows {
            if !keys.signed(links::TABLE, &link, signature.as_deref()) {
                people.push(format!("one-time link of person {}", link.person_id));
            }
        }
    }
    let tables = [(signed_emails::TABLE, emails), (answers::TABLE, requests), (links::TABLE, people)];
    Ok(tables.into_iter().flat_map(|(table, places)| describe_changed(table, places)).collect())
}

/// The keys with which rows may be signed.
struct Keys(Vec<RowKey>);

impl Keys {
    /// Returns whether a row was signed with one of the keys.
    fn signed<T: Serialize>(&self, table: &str, row: &T, signature: Option<&str>) -> bool {
        self.0.iter().any(|key| key.signed(table, row, signature))
    }
}

/// Describes rows of a table that differ from their signatures; beyond [`MOST`] only their number.
fn describe_changed(table: &str, places: Vec<String>) -> Vec<Difference> {
    let more = places.len().saturating_sub(MOST);
    let named = places.into_iter().take(MOST);
    let mut found: Vec<Difference> =
        named.map(|at| Difference { at, what: "the row is not as the program wrote it".to_owned() }).collect();
    if more > 0 {
        found.push(Difference {
            at: table.to_owned(),
            what: format!("{more} more rows are not as the program wrote them"),
        });
    }
    found
}
