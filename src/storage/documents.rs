//! Verification codes that earlier versions of the program stored for their documents.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{contracts, documents};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;

/// An issued document and its contract.
#[derive(Debug, Clone, Queryable)]
pub struct IssuedDocument {
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
    /// SHA-256 of the data that the document was made from, in hexadecimal.
    pub fingerprint: String,
    /// Time of the first issue, in UTC.
    pub made_at: NaiveDateTime,
    /// Number of the contract.
    pub number: String,
    /// Title of the contract.
    pub title: String,
}

/// Loads the document with this verification code.
pub fn by_code(connection: &mut AnyConnection, code: &str) -> Result<Option<IssuedDocument>> {
    Ok(documents::table
        .inner_join(contracts::table)
        .filter(documents::code.eq(code))
        .select((documents::as_of, documents::fingerprint, documents::made_at, contracts::number, contracts::title))
        .first(connection)
        .optional()?)
}
