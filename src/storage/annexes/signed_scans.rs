//! Rows of signed scans: which annexes are the signed copy of a printed document.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::codes::DocumentKind;
use crate::schema::{annexes, signed_scans};
use crate::storage::Result;
use crate::storage::annexes::Annex;
use crate::storage::backend::AnyConnection;
use crate::storage::ids::{AnnexId, ContractId};

/// The printed document of which an annex is the signed scan.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = signed_scans)]
pub struct SignedScan {
    pub annex_id: AnnexId,
    #[diesel(deserialize_as = String)]
    pub document: DocumentKind,
    /// Code printed on the document.
    pub code: String,
    /// Beginning of the SHA-256 of the document's data, as its code has it.
    pub fingerprint: String,
    /// Day whose standing the document shows.
    pub as_of: NaiveDate,
}

/// Inserts the document of an annex.
pub fn insert(connection: &mut AnyConnection, contract: ContractId, scan: &SignedScan) -> Result<()> {
    diesel::insert_into(signed_scans::table)
        .values((
            signed_scans::annex_id.eq(scan.annex_id.0),
            signed_scans::contract_id.eq(contract.0),
            signed_scans::document.eq(scan.document.as_str()),
            signed_scans::code.eq(&scan.code),
            signed_scans::fingerprint.eq(&scan.fingerprint),
            signed_scans::as_of.eq(scan.as_of),
        ))
        .execute(connection)?;
    Ok(())
}

/// Loads the signed scans of a contract.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<SignedScan>> {
    Ok(signed_scans::table
        .filter(signed_scans::contract_id.eq(contract.0))
        .order(signed_scans::annex_id)
        .select(SignedScan::as_select())
        .load(connection)?)
}

/// Loads the annexes that are signed scans of the document with a code, without internal and removed ones.
pub fn open_annexes_of(connection: &mut AnyConnection, code: &str) -> Result<Vec<Annex>> {
    Ok(signed_scans::table
        .inner_join(annexes::table)
        .filter(signed_scans::code.eq(code))
        .filter(annexes::internal.eq(false))
        .filter(annexes::removed_at.is_null())
        .order(signed_scans::annex_id)
        .select(Annex::as_select())
        .load(connection)?)
}
