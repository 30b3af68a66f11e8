//! Documents that were printed, by their codes.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{contracts, documents};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::ContractId;

/// A document that was printed.
#[derive(Debug, Clone, Queryable)]
pub struct IssuedDocument {
    /// The day that it shows.
    pub as_of: NaiveDate,
    /// SHA-256 of its data.
    pub fingerprint: String,
    /// When it was first printed.
    pub made_at: NaiveDateTime,
    /// The contract's number.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// The document that has a code.
pub fn by_code(connection: &mut AnyConnection, code: &str) -> Result<Option<IssuedDocument>> {
    Ok(documents::table
        .inner_join(contracts::table)
        .filter(documents::code.eq(code))
        .select((documents::as_of, documents::fingerprint, documents::made_at, contracts::number, contracts::title))
        .first(connection)
        .optional()?)
}

/// Keeps a document's code.
pub fn insert(
    connection: &mut AnyConnection,
    code: &str,
    contract: ContractId,
    kind: &str,
    as_of: NaiveDate,
    fingerprint: &str,
    made_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(documents::table)
        .values((
            documents::code.eq(code),
            documents::contract_id.eq(contract),
            documents::kind.eq(kind),
            documents::as_of.eq(as_of),
            documents::fingerprint.eq(fingerprint),
            documents::made_at.eq(made_at),
        ))
        .execute(connection)?;
    Ok(())
}
