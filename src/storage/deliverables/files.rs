//! Rows of uploaded files: the uploader, the use, and the key of the content in the file store. A row is inserted only
//! after its file is permanently stored, and is never changed.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::dsl::max;
use diesel::prelude::*;

use crate::schema::{contract_access, files};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_many};
use crate::storage::deliverables::kept_files;
use crate::storage::ids::{ContractId, OrganisationId, PersonId};
use crate::storage::statements::{lengthened, load_listed, read_rows};

/// State of a file that was inspected before it was stored and has the type that its name says.
pub const CLEAN: &str = "clean";

/// The use for which a file was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// Submission of a deliverable; the subject is the deliverable.
    Submission,
    /// Invoice for a milestone; the subject is the milestone.
    Invoice,
    /// Proof of an extension or a waiver that the contractor requests; the subject is the change request.
    Application,
    /// Proof of an objection; the subject is the objection.
    Objection,
    /// Files of the answer to an objection; the subject is the objection.
    Answer,
    /// Files of a message; the subject is the message.
    Message,
    /// Files of an annex of the contract or an amendment; the subject is the annex.
    Annex,
}

impl FileUse {
    /// Every use.
    const ALL: [Self; 7] =
        [Self::Submission, Self::Invoice, Self::Application, Self::Objection, Self::Answer, Self::Message, Self::Annex];

    /// Parses the text stored in the table.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Returns the text stored in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Invoice => "invoice",
            Self::Application => "application",
            Self::Objection => "objection",
            Self::Answer => "answer",
            Self::Message => "message",
            Self::Annex => "annex",
        }
    }
}

/// A stored file.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct FileRow {
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Key in the file store.
    pub storage_key: String,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Warnings about the content, as codes separated by commas.
    pub flags: String,
    /// Contract of the file.
    pub contract_id: ContractId,
    /// Use, as stored: see [`FileUse`].
    pub kind: String,
    /// Code of the deliverable or milestone, or random identifier of the change request, objection, message or annex.
    pub subject: String,
    /// Number of the submission or invoice, from 1; 1 for other uses.
    pub no: i32,
    /// Time of the upload, in UTC.
    pub uploaded_at: NaiveDateTime,
    /// Key of the copy without personal data, if there is one.
    pub shown_key: Option<String>,
    /// Size of that copy, in bytes.
    pub shown_bytes: Option<i64>,
    /// Digest of that copy, in hexadecimal.
    pub shown_sha256: Option<String>,
}

/// The row to be inserted for a file in the store.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = files)]
pub struct NewFile {
    /// Random identifier, used in addresses.
    pub public_id: String,
    /// Key in the file store.
    pub storage_key: String,
    /// Display name.
    pub name: String,
    /// Media type determined from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Digest of the content, in hexadecimal.
    pub sha256: String,
    /// Digest algorithm.
    pub hash_alg: String,
    /// Warnings about the content, as codes separated by commas.
    pub flags: String,
    /// State of the inspection: see [`CLEAN`].
    pub state: &'static str,
    /// Organisation whose quota the file counts against.
    pub owner_id: OrganisationId,
    /// Contract of the file.
    pub contract_id: ContractId,
    /// Use, as stored: see [`FileUse`].
    pub kind: &'static str,
    /// Code of the deliverable or milestone, or random identifier of the change request, objection, message or annex.
    pub subject: String,
    /// Number of the submission or invoice, from 1; 1 for other uses.
    pub no: i32,
    /// Person who uploaded the file.
    pub uploaded_by: PersonId,
    /// Time of the upload, in UTC.
    pub uploaded_at: NaiveDateTime,
    /// Key of the copy without personal data, if there is one.
    pub shown_key: Option<String>,
    /// Size of that copy, in bytes.
    pub shown_bytes: Option<i64>,
    /// Digest of that copy, in hexadecimal.
    pub shown_sha256: Option<String>,
}

/// Inserts the rows of files that are in the store.
pub fn insert(connection: &mut AnyConnection, rows: &[NewFile]) -> Result<()> {
    if !rows.is_empty() {
        insert_many!(connection, files::table, rows.to_vec())?;
    }
    Ok(())
}

/// Loads a clean file by random identifier, if one of these organisations may see its contract.
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

/// Loads the files of a contract uploaded for one use, oldest first.
pub fn of_contract(connection: &mut AnyConnection, contract: ContractId, kind: FileUse) -> Result<Vec<FileRow>> {
    Ok(files::table
        .filter(files::contract_id.eq(contract.0))
        .filter(files::kind.eq(kind.as_str()))
        .order(files::id)
        .select(FileRow::as_select())
        .load(connection)?)
}

/// Loads all clean files of a contract, oldest first.
pub fn all_of_contract(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<FileRow>> {
    Ok(files::table
        .filter(files::contract_id.eq(contract.0))
        .filter(files::state.eq(CLEAN))
        .order(files::id)
        .select(FileRow::as_select())
        .load(connection)?)
}

/// Loads the files of a contract uploaded for any use, oldest first.
pub fn of_any_use(connection: &mut AnyConnection, contract: ContractId) -> Result<Vec<FileRow>> {
    let query = files::table.filter(files::contract_id.eq(contract.0)).order(files::id);
    Ok(read_rows!(connection, query.select(FileRow::as_select()))?)
}

/// Loads the files of a contract uploaded for these uses with one of these subjects, oldest first.
pub fn of_subjects(
    connection: &mut AnyConnection,
    contract: ContractId,
    uses: &[FileUse],
    subjects: &[&str],
) -> Result<Vec<FileRow>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let (uses, subjects) = (lengthened(uses.iter().map(|kind| kind.as_str())), lengthened(subjects.iter().copied()));
    Ok(load_listed!(
        connection,
        subjects,
        files::table
            .filter(files::contract_id.eq(contract.0))
            .filter(files::kind.eq_any(&uses))
            .filter(files::subject.eq_any(&subjects))
            .order(files::id)
            .select(FileRow::as_select())
    )?)
}

/// Maximum number of files to read for one digest.
const SAME_FILES: i64 = 50;

/// Loads the files of one use, of any contract, that have one of these digests.
pub fn with_digests(connection: &mut AnyConnection, digests: &[String], kind: FileUse) -> Result<Vec<FileRow>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    Ok(files::table
        .filter(files::sha256.eq_any(digests))
        .filter(files::kind.eq(kind.as_str()))
        .order(files::id)
        .limit(SAME_FILES.saturating_mul(i64::try_from(digests.len()).unwrap_or(i64::MAX)))
        .select(FileRow::as_select())
        .load(connection)?)
}

/// Returns the highest submission or invoice number among the files of a deliverable or milestone; 0 without files.
pub fn last_no(connection: &mut AnyConnection, contract: ContractId, kind: FileUse, subject: &str) -> Result<i32> {
    let last: Option<i32> = files::table
        .filter(files::contract_id.eq(contract.0))
        .filter(files::kind.eq(kind.as_str()))
        .filter(files::subject.eq(subject))
        .select(max(files::no))
        .first(connection)?;
    Ok(last.unwrap_or(0))
}

/// Returns the total size of an organisation's files, in bytes.
pub fn total_bytes(connection: &mut AnyConnection, owner: OrganisationId) -> Result<i64> {
    let sizes: Vec<i64> = files::table.filter(files::owner_id.eq(owner.0)).select(files::bytes).load(connection)?;
    Ok(sizes.into_iter().fold(0, i64::saturating_add))
}

/// Returns the keys among `keys` that have a row, as an original or as the copy for readers.
pub fn keys_with_row(connection: &mut AnyConnection, keys: &[String]) -> Result<BTreeSet<String>> {
    let originals: Vec<String> =
        files::table.filter(files::storage_key.eq_any(keys)).select(files::storage_key).load(connection)?;
    let copies: Vec<Option<String>> =
        files::table.filter(files::shown_key.eq_any(keys)).select(files::shown_key).load(connection)?;
    let mut found: BTreeSet<String> = originals.into_iter().chain(copies.into_iter().flatten()).collect();
    found.extend(kept_files::keys_with_row(connection, keys)?);
    Ok(found)
}

/// Content in the file store that rows name: key, size in bytes and digest in hexadecimal.
pub type NamedContent = (String, i64, String);

/// Columns of both tables that name content: of the original, and of the copy that readers get.
pub(super) type ContentColumns = (String, i64, String, Option<String>, Option<i64>, Option<String>);

/// Loads all content of the file store that a row names, without repetition, sorted by key.
pub fn all_named(connection: &mut AnyConnection) -> Result<Vec<NamedContent>> {
    let kept: Vec<ContentColumns> = kept_files::contents(connection)?;
    let rows: Vec<ContentColumns> = files::table
        .select((
            files::storage_key,
            files::bytes,
            files::sha256,
            files::shown_key,
            files::shown_bytes,
            files::shown_sha256,
        ))
        .load(connection)?;
    let mut named = BTreeSet::new();
    for (key, bytes, sha256, shown_key, shown_bytes, shown_sha256) in rows.into_iter().chain(kept) {
        named.insert((key, bytes, sha256));
        if let (Some(key), Some(bytes), Some(sha256)) = (shown_key, shown_bytes, shown_sha256) {
            named.insert((key, bytes, sha256));
        }
    }
    Ok(named.into_iter().collect())
}
