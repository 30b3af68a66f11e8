//! Evidence used twice: files of submissions that were also submitted for another deliverable, of the same contract or of
//! another, found by their digests. It is shown to those who inspect; a file can belong to two deliverables for a good
//! reason, so nothing is refused.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::storage::AnyConnection;
use crate::storage::contracts::{self, Contract};
use crate::storage::deliverables::files::{self as rows, FileRow, FileUse};
use crate::storage::ids::ContractId;

/// A file of a submission that was submitted for another deliverable as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReusedFile {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of the submission, from 1.
    pub no: i32,
    /// Name of the file.
    pub name: String,
    /// Number of the other contract; null for the same contract, and for one that the caller may not see.
    pub other_contract: Option<String>,
    /// Code of the other deliverable; null for a contract that the caller may not see.
    pub other_deliverable: Option<String>,
    /// Day on which the file was uploaded there.
    pub other_on: NaiveDate,
}

/// Lists the files of a contract's submissions that were submitted for another deliverable as well.
///
/// # Errors
/// `Forbidden`; `NotFound` for a contract that the caller may not see.
pub fn list(app: &App, caller: &Caller, contract: &str) -> Result<Vec<ReusedFile>, Error> {
    caller.may(Action::OpenSubmission)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::OpenSubmission)?;
        of_contract(connection, caller, &contract)
    })
}

/// Returns what [`list`] returns, of a loaded contract.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &Contract,
) -> Result<Vec<ReusedFile>, Error> {
    let own = rows::of_contract(connection, contract.id, FileUse::Submission)?;
    let digests: BTreeSet<String> = own.iter().map(|file| file.sha256.clone()).collect();
    let same = rows::with_digests(connection, &digests.into_iter().collect::<Vec<_>>(), FileUse::Submission)?;
    let mut pairs: Vec<(&FileRow, &FileRow)> = Vec::new();
    for file in &own {
        // A deliverable that was returned is submitted again with the same files.
        let is_elsewhere = |other: &&FileRow| {
            other.sha256 == file.sha256 && (other.contract_id, &other.subject) != (file.contract_id, &file.subject)
        };
        pairs.extend(same.iter().filter(is_elsewhere).map(|other| (file, other)));
    }
    let ids: BTreeSet<ContractId> = pairs.iter().map(|(_, other)| other.contract_id).collect();
    let ids: Vec<ContractId> = ids.into_iter().filter(|id| *id != contract.id).collect();
    let mut numbers: BTreeMap<ContractId, String> = BTreeMap::new();
    if !ids.is_empty() {
        let seen = contracts::seen_among(connection, &ids, &caller.organisations())?;
        numbers.extend(seen.into_iter().map(|(id, _, number)| (id, number)));
    }
    let reused = |(file, other): (&FileRow, &FileRow)| ReusedFile {
        deliverable: file.subject.clone(),
        no: file.no,
        name: file.name.clone(),
        other_contract: numbers.get(&other.contract_id).cloned(),
        other_deliverable: (other.contract_id == contract.id || numbers.contains_key(&other.contract_id))
            .then(|| other.subject.clone()),
        other_on: civil_day(other.uploaded_at),
    };
    Ok(pairs.into_iter().map(reused).collect())
}
