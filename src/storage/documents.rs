//! Verification codes of the documents that were issued.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::schema::{contracts, documents};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::ContractId;

/// Kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// The contract's summary (合同履约情况表).
    Summary,
}

impl DocumentKind {
    /// Returns the stored text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
        }
    }
}

/// An issued document with the contract that it is about.
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

/// Records an issued document under its verification code.
pub fn insert(
    connection: &mut AnyConnection,
    code: &str,
    contract: ContractId,
    kind: DocumentKind,
    as_of: NaiveDate,
    fingerprint: &str,
    made_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(documents::table)
        .values((
            documents::code.eq(code),
            documents::contract_id.eq(contract),
            documents::kind.eq(kind.as_str()),
            documents::as_of.eq(as_of),
            documents::fingerprint.eq(fingerprint),
            documents::made_at.eq(made_at),
        ))
        .execute(connection)?;
    Ok(())
}
