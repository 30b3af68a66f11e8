//! Files: who handed them in, for what, under which key the store has them. A row is written once its file is in the store
//! for good, and is never changed.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::dsl::max;
use diesel::prelude::*;

use crate::schema::{contract_access, files};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::ids::{ContractId, OrganisationId, PersonId};

/// The state of a file that was looked at, before it was stored, and found to be what its name says.
pub const CLEAN: &str = "clean";

/// What a file was handed in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// A deliverable's submission; the subject is the deliverable.
    Submission,
    /// An invoice; the subject is the milestone.
    Invoice,
}

impl FileUse {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Invoice => "invoice",
        }
    }
}

/// A file.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct FileRow {
    /// Random identifier.
    pub public_id: String,
    /// The store's key.
    pub storage_key: String,
    /// Name to show.
    pub name: String,
    /// Type by content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest in hexadecimal.
    pub sha256: String,
    /// What is worth a warning in it, separated by commas.
    pub flags: String,
    /// The contract that it belongs to.
    pub contract_id: ContractId,
    /// What it was handed in for.
    pub kind: String,
    /// Code of the deliverable or milestone.
    pub subject: String,
    /// Number of the submission or invoice.
    pub no: i32,
    /// When it was handed in.
    pub uploaded_at: NaiveDateTime,
}

/// A file in the store that is to have a row.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = files)]
pub struct NewFile {
    /// Random identifier.
    pub public_id: String,
    /// The store's key.
    pub storage_key: String,
    /// Name to show.
    pub name: String,
    /// Type by content.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest in hexadecimal.
    pub sha256: String,
    /// Its algorithm.
    pub hash_alg: &'static str,
    /// What is worth a warning in it, separated by commas.
    pub flags: String,
    /// Looked at or not.
    pub state: &'static str,
    /// Whose it is.
    pub owner_id: OrganisationId,
    /// The contract that it belongs to.
    pub contract_id: ContractId,
    /// What it was handed in for.
    pub kind: &'static str,
    /// Code of the deliverable or milestone.
    pub subject: String,
    /// Number of the submission or invoice.
    pub no: i32,
    /// By whom.
    pub uploaded_by: PersonId,
    /// When.
    pub uploaded_at: NaiveDateTime,
}

/// Adds rows for files that are in the store.
pub fn insert(connection: &mut AnyConnection, rows: &[NewFile]) -> Result<()> {
    if !rows.is_empty() {
        insert_many!(connection, files::table, rows.to_vec())?;
    }
    Ok(())
}

/// A clean file of a contract that one of these organisations may see, by random identifier.
pub fn seen_by(
    connection: &mut AnyConnection,
    public_id: &str,
    organisations: &[OrganisationId],
) -> Result<Option<FileRow>> {
    let seen = contract_access::table
        .filter(contract_access::organisation_id.eq_any(organisations.iter().map(|id| id.0)))
        .filter(contract_access::contract_id.eq(files::contract_id));
    Ok(files::table
        .filter(files::public_id.eq(public_id))
        .filter(files::state.eq(CLEAN))
        .filter(diesel::dsl::exists(seen))
        .select(FileRow::as_select())
        .first(connection)
        .optional()?)
}

/// The files of a contract that were handed in for one use, oldest first.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId, kind: FileUse) -> Result<Vec<FileRow>> {
    Ok(files::table
        .filter(files::contract_id.eq(contract.0))
        .filter(files::kind.eq(kind.as_str()))
        .order(files::id)
        .select(FileRow::as_select())
        .load(connection)?)
}

/// The highest number under which files were handed in for a deliverable or milestone; 0 if there are none.
pub fn last_no(connection: &mut AnyConnection, contract: ContractId, kind: FileUse, subject: &str) -> Result<i32> {
    let last: Option<i32> = files::table
        .filter(files::contract_id.eq(contract.0))
        .filter(files::kind.eq(kind.as_str()))
        .filter(files::subject.eq(subject))
        .select(max(files::no))
        .first(connection)?;
    Ok(last.unwrap_or(0))
}

/// Bytes that the files of an organisation take.
pub fn bytes_of(connection: &mut AnyConnection, owner: OrganisationId) -> Result<i64> {
    let sizes: Vec<i64> = files::table.filter(files::owner_id.eq(owner.0)).select(files::bytes).load(connection)?;
    Ok(sizes.into_iter().fold(0, i64::saturating_add))
}

/// Which of these keys of the store have a row.
pub fn known(connection: &mut AnyConnection, keys: &[String]) -> Result<BTreeSet<String>> {
    let found: Vec<String> =
        files::table.filter(files::storage_key.eq_any(keys)).select(files::storage_key).load(connection)?;
    Ok(found.into_iter().collect())
}
