//! The contractor hands a deliverable over, with the files that show it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adapters::files::MIB;
use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::facts::Submission;
use crate::domain::numbers::{Quantity, Whole};
use crate::domain::policy::Action;
use crate::error::{Error, FieldError};
use crate::services::contracts::append;
use crate::services::contracts::record::Ledger;
use crate::services::deliverables::files::{self, FileSummary, Names, NewUpload, Purpose};
use crate::services::deliverables::uploads::{self, Admitted, Form, Shape};
use crate::services::deliverables::{SubmissionWords, note_fault};
use crate::services::identity::caller::{Caller, in_state};
use crate::storage::contracts::facts::NewFact;
use crate::storage::deliverables::files::FileUse;
use crate::storage::write::Tx;

/// The form of a submission: at most 50 files, 200 MiB.
pub static SUBMISSION: Shape =
    Shape { texts: &["quantity", "note", "on"], file: "files", files: 50, bytes: 200 * MIB, endings: &[] };

/// What handing over answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Submitted {
    /// Number of the submission, from 1.
    pub no: u64,
    /// The files that were kept.
    pub files: Vec<FileSummary>,
}

impl Names for Submitted {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// Asks, before a submission's body is read, whether it may come.
///
/// # Errors
/// `Forbidden`, `NotFound` (contract or deliverable), `Conflict` in another state, `TooLarge` without room for more files.
pub fn may_submit(app: &App, caller: Caller, id: &str, code: &str) -> Result<Admitted, Error> {
    uploads::admit(app, caller, (id, code), Action::SubmitDeliverable, |terms| {
        terms.deliverables.iter().any(|deliverable| deliverable.code.as_str() == code)
    })
}

/// What the contractor says of it.
struct Said {
    quantity: Quantity,
    on: Option<NaiveDate>,
    note: String,
}

/// Hands a deliverable over: its files are kept, and it counts from its day.
///
/// # Errors
/// `Malformed` fields; `Refused` where a rule of standing stands against it; nothing is kept then.
pub async fn submit(app: &App, admitted: Admitted, form: Form) -> Result<Submitted, Error> {
    let said = read(&form)?;
    let (parts, id, code) = (app.clone(), admitted.contract.clone(), admitted.code.clone());
    files::hand_in(app, admitted, form, move |tx, caller, files| {
        let (contract, _) = caller.contract(tx.connection, &id, Action::SubmitDeliverable)?;
        in_state(&contract, Action::SubmitDeliverable)?;
        let mut ledger = Ledger::load(tx.connection, contract)?;
        record_submission(&parts, tx, &mut ledger, &code, &said, files)
    })
    .await
}

fn read(form: &Form) -> Result<Said, Error> {
    let mut wrong = Vec::new();
    let quantity = form.need("quantity", &mut wrong, |text| {
        let quantity: Quantity = text.parse().map_err(|_| "malformed-quantity")?;
        if quantity == Quantity::default() { Err("malformed-positive-quantity") } else { Ok(quantity) }
    });
    let on = form.read("on", &mut wrong, uploads::day);
    let note = form.text("note").unwrap_or_default().to_owned();
    wrong.extend(note_fault(&note).map(|message| FieldError { path: "note".to_owned(), message }));
    match quantity {
        Some(quantity) if wrong.is_empty() => Ok(Said { quantity, on, note }),
        _ => Err(Error::Malformed(wrong)),
    }
}

fn record_submission(
    app: &App,
    tx: &mut Tx<'_>,
    ledger: &mut Ledger,
    code: &str,
    said: &Said,
    files: &[NewUpload],
) -> Result<Submitted, Error> {
    let agreed = ledger.terms.deliverables.iter().find(|deliverable| deliverable.code.as_str() == code);
    let deliverable = agreed.ok_or(Error::NotFound)?.code.clone();
    let before = ledger.facts.submissions.iter().filter(|submission| submission.deliverable == deliverable).count();
    let overflow = || Error::Internal("too many submissions".to_owned());
    let no = Whole::new(before as u64 + 1).ok_or_else(overflow)?;
    let on = append::day(tx, said.on);
    let kept: Vec<FileSummary> = files.iter().map(FileSummary::from).collect();
    let json = |error: serde_json::Error| Error::Internal(error.to_string());
    let words = SubmissionWords { note: said.note.clone(), files: kept.clone() };
    let body = Submission { deliverable, no, on, quantity: said.quantity };
    let fact = NewFact {
        kind: FactKind::Submission,
        on,
        body: serde_json::to_value(body).map_err(json)?,
        words: serde_json::to_value(words).map_err(json)?,
    };
    append::record(tx, ledger, &fact)?;
    let purpose = Purpose {
        contract: &ledger.contract,
        kind: FileUse::Submission,
        subject: code,
        no: i32::try_from(no.get()).map_err(|_| overflow())?,
    };
    files::record(app, tx, files, &purpose)?;
    Ok(Submitted { no: no.get(), files: kept })
}
