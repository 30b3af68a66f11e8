//! Signed scans: the signed and stamped copy of a document that the program printed, bound to the code and the digest
//! that are printed on it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::annexes::AnnexKind;
use crate::domain::codes::DocumentKind;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::documents::code::{About, DocumentCode};
use crate::storage::AnyConnection;
use crate::storage::annexes::Annex;
use crate::storage::annexes::signed_scans::{self as rows, SignedScan};
use crate::storage::deliverables::files::{self as file_rows, FileUse};
use crate::storage::ids::{AnnexId, ContractId};

/// Field of the code printed on the document.
pub(super) const CODE: &str = "code";

/// The document of which an annex is the signed scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignedDocument {
    /// Kind of document.
    pub document: DocumentKind,
    /// Code printed on it.
    pub code: String,
    /// Beginning of the SHA-256 of its data.
    pub fingerprint: String,
    /// Day whose standing it shows.
    pub as_of: NaiveDate,
}

impl From<&SignedScan> for SignedDocument {
    fn from(scan: &SignedScan) -> Self {
        let SignedScan { document, as_of, .. } = *scan;
        Self { document, code: scan.code.clone(), fingerprint: scan.fingerprint.clone(), as_of }
    }
}

/// A signed scan as anyone with the code of the document may know it: its day and the digests of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownScan {
    pub added_on: NaiveDate,
    /// SHA-256 of each file.
    pub digests: Vec<String>,
}

/// Returns the fault of a code that is missing for a signed scan, or given for another kind of annex.
pub(super) fn fault_of_code(kind: Option<AnnexKind>, code: Option<&str>) -> Option<FieldError> {
    let key = match (kind? == AnnexKind::SignedDocument, code.is_some()) {
        (true, false) => "draft-empty",
        (false, true) => "annex-code-elsewhere",
        _ => return None,
    };
    Some(FieldError { path: CODE.to_owned(), message: Message::new(key) })
}

/// Reads the code of a document of the contract.
///
/// # Errors
/// `Refused` for a code that this installation did not issue, or issued for another contract.
pub(super) fn read_code(app: &App, record: &ContractRecord, typed: &str) -> Result<SignedDocument, Error> {
    let refused = |key| Error::refused_at("annex-code", CODE, Message::new(key));
    let code = DocumentCode::verify(typed, &app.secret).ok_or_else(|| refused("annex-code-unknown"))?;
    if code.about != About::Contract(record.contract.id) {
        return Err(refused("annex-code-of-another"));
    }
    let canonical = code.write(&app.secret);
    Ok(SignedDocument { document: code.kind, code: canonical, fingerprint: code.fingerprint, as_of: code.as_of })
}

/// Stores the document of an annex.
///
/// # Errors
/// Database errors.
pub(super) fn insert(
    connection: &mut AnyConnection,
    (contract, annex_id): (ContractId, AnnexId),
    signed: &SignedDocument,
) -> Result<(), Error> {
    let SignedDocument { document, code, fingerprint, as_of } = signed.clone();
    rows::insert(connection, contract, &SignedScan { annex_id, document, code, fingerprint, as_of })
}

/// Loads the documents of those annexes that are signed scans; asks nothing where none is.
///
/// # Errors
/// Database errors.
pub(super) fn of_annexes(
    connection: &mut AnyConnection,
    contract: ContractId,
    annexes: &[Annex],
) -> Result<Vec<SignedScan>, Error> {
    if annexes.iter().all(|annex| annex.kind != AnnexKind::SignedDocument) {
        return Ok(Vec::new());
    }
    rows::of_contract(connection, contract)
}

/// Lists the signed scans of the document with a code, for anyone who has the document.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn of_code(
    app: &App,
    connection: &mut AnyConnection,
    code: &DocumentCode,
) -> Result<Vec<KnownScan>, Error> {
    let About::Contract(contract) = code.about else { return Ok(Vec::new()) };
    let annexes = rows::open_annexes_of(connection, &code.write(&app.secret))?;
    let ids: Vec<&str> = annexes.iter().map(|annex| annex.public_id.as_str()).collect();
    let files = file_rows::of_subjects(connection, contract, &[FileUse::Annex], &ids)?;
    let known = annexes.iter().map(|annex| KnownScan {
        added_on: civil_day(annex.added_at),
        digests: files.iter().filter(|row| row.subject == annex.public_id).map(|row| row.sha256.clone()).collect(),
    });
    Ok(known.collect())
}
