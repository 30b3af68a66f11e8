//! Submitting a deliverable: the contractor states the quantity and uploads files as evidence. The submission becomes a
//! fact; decisions on it are in `decide`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{AlertKind, FactKind};
use crate::domain::facts::{Submission, Verdict};
use crate::domain::numbers::{Code, Quantity, Whole};
use crate::domain::policy::Action;
use crate::domain::subject::Subject;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::{append, repeats};
use crate::services::deliverables::files::{self, FilePurpose, FileSummary, ListsFiles, StoredFile};
use crate::services::deliverables::permits::{self, UploadPermit};
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
use crate::services::deliverables::{SubmissionWords, confirm_quantity, note_fault};
use crate::services::identity::caller::{Caller, in_state};
use crate::services::notifications::alerts::{self, Alert};
use crate::storage::contracts::facts::NewFact;
use crate::storage::deliverables::files::FileUse;
use crate::storage::write::Tx;

/// Limits of the form of a submission: at most 50 files.
pub static SUBMISSION_LIMITS: UploadLimits =
    UploadLimits { texts: &["quantity", "note", "on", "confirmed"], file: "files", files: 50, endings: &[] };

/// The receipt for a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmissionReceipt {
    /// Number of the submission, from 1.
    pub no: u64,
    /// Files stored with the submission.
    pub files: Vec<FileSummary>,
}

impl ListsFiles for SubmissionReceipt {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// Grants permission to upload a submission, before the body is read.
///
/// # Errors
/// `Forbidden`, `NotFound` (contract or deliverable), `Conflict` in another state, `TooLarge` if the quota is used up.
pub fn permit_submission(app: &App, caller: Caller, id: &str, code: &str) -> Result<UploadPermit, Error> {
    permits::permit_upload(app, caller, (id, code), (&[Action::SubmitDeliverable], FileUse::Submission), |terms| {
        terms.deliverables.iter().any(|deliverable| deliverable.code.as_str() == code)
    })
}

/// The text fields of the form.
struct SubmissionFields {
    quantity: Quantity,
    on: Option<NaiveDate>,
    note: String,
    /// True to confirm a quantity over the agreed one, or that the agreed evidence is left out.
    is_confirmed: bool,
}

/// Submits a deliverable: its files are stored, and the submission counts from the day on which it is received.
///
/// # Errors
/// `Malformed` fields; `Duplicate` for the last submission again; `Refused` without files and note, for a quantity over
/// the agreed one or without the agreed evidence if that is not confirmed, or if a rule of standing forbids the fact. No
/// file is then stored.
pub async fn submit(app: &App, permit: UploadPermit, form: UploadForm) -> Result<SubmissionReceipt, Error> {
    let fields = parse_fields(&form)?;
    let (cloned, id, code) = (app.clone(), permit.contract.clone(), permit.code.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (contract, _) = caller.contract(tx.connection, &id, Action::SubmitDeliverable)?;
        in_state(&contract, Action::SubmitDeliverable)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        record_submission(&cloned, tx, &mut record, &code, &fields, files)
    })
    .await
}

fn parse_fields(form: &UploadForm) -> Result<SubmissionFields, Error> {
    let (fields, faults) = read_fields(form);
    fields.ok_or(Error::Malformed(faults))
}

/// Returns every fault that can be found without the contract.
pub fn faults_of_submission(form: &UploadForm) -> Vec<FieldError> {
    read_fields(form).1
}

/// Reads the fields. A form without files and note has a fault although its fields can be read: `submit` refuses it
/// with the agreed evidence.
fn read_fields(form: &UploadForm) -> (Option<SubmissionFields>, Vec<FieldError>) {
    let mut faults = Vec::new();
    let quantity = form.require_field("quantity", &mut faults, |text| {
        let quantity: Quantity = text.parse().map_err(|_| "malformed-quantity")?;
        if quantity == Quantity::default() { Err("malformed-positive-quantity") } else { Ok(quantity) }
    });
    let on = form.parse_field("on", &mut faults, uploads::parse_day);
    let note = form.text("note").unwrap_or_default().to_owned();
    faults.extend(note_fault(&note).map(|message| FieldError { path: "note".to_owned(), message }));
    let is_without_evidence = form.file_count() == 0 && note.is_empty();
    let is_confirmed = form.text("confirmed").is_some();
    let fields =
        quantity.filter(|_| faults.is_empty()).map(|quantity| SubmissionFields { quantity, on, note, is_confirmed });
    if is_without_evidence {
        let message = Message::new("submission-without-files");
        faults.push(FieldError { path: SUBMISSION_LIMITS.file.to_owned(), message });
    }
    (fields, faults)
}

/// Refuses a submission with the content of the last one, sent again by the same seat while the last one was not
/// rejected.
fn refuse_repeated(
    tx: &Tx<'_>,
    record: &ContractRecord,
    deliverable: &Code,
    fields: &SubmissionFields,
    files: &[StoredFile],
) -> Result<(), Error> {
    let mut all = record.live::<Submission>(FactKind::Submission)?.into_iter();
    let last = all.rfind(|(submission, _)| submission.deliverable == *deliverable);
    let Some((last, row)) = last else { return Ok(()) };
    let words: SubmissionWords = stored(&row.words)?;
    let is_same_seat = row.for_id.unwrap_or(row.actor_id.0) == repeats::holder(tx)?;
    let known = words.files.iter().map(|file| (file.name.as_str(), file.sha256.as_str()));
    let sent = files.iter().map(|file| (file.name.as_str(), file.sha256.as_str()));
    let is_same = last.quantity == fields.quantity && words.note == fields.note && known.eq(sent);
    if !is_same || !is_same_seat {
        return Ok(());
    }
    let message = Message::new("repeated-submission").with("no", last.no.get()).with("on", last.on);
    Err(repeats::duplicate(&record.contract, None, format!("record-{}", row.seq), message, false))
}

/// Refuses a submission while the previous one was not rejected; then no other day or quantity would help.
fn refuse_while_undecided(record: &ContractRecord, deliverable: &Code, before: u64) -> Result<(), Error> {
    let mut decisions = record.facts.decisions.iter();
    let is_rejected = decisions.any(|decision| {
        decision.deliverable == *deliverable && decision.no.get() == before && decision.verdict == Verdict::Rejected
    });
    if before == 0 || is_rejected {
        return Ok(());
    }
    let rule = "submission-before-rejection";
    Err(Error::refused_at(rule, "", Message::new(rule).with("no", before)))
}

/// Requires a confirmation for a quantity over the agreed one, and for leaving out the evidence that the contract names.
///
/// # Errors
/// `Refused` under the rule `unconfirmed` without the confirmation.
fn confirm(fields: &SubmissionFields, agreed: Quantity, left_out: Option<&str>) -> Result<(), Error> {
    let quantity = confirm_quantity(fields.quantity, agreed, fields.is_confirmed);
    let Some(evidence) = left_out.filter(|_| !fields.is_confirmed) else { return quantity };
    let message = Message::new("submission-no-file").with("evidence", evidence);
    let mut asked = vec![FieldError { path: SUBMISSION_LIMITS.file.to_owned(), message }];
    if let Err(Error::Refused { errors, .. }) = quantity {
        asked.extend(errors);
    }
    Err(Error::Refused { rule: "unconfirmed".to_owned(), errors: asked })
}

/// Checks and records a submission within an open transaction.
fn record_submission(
    app: &App,
    tx: &mut Tx<'_>,
    record: &mut ContractRecord,
    code: &str,
    fields: &SubmissionFields,
    files: &[StoredFile],
) -> Result<SubmissionReceipt, Error> {
    let agreed =
        record.terms_on(tx.context.today()).deliverables.iter().find(|deliverable| deliverable.code.as_str() == code);
    let agreed = agreed.ok_or(Error::NotFound)?;
    let deliverable = agreed.code.clone();
    let wanted = record.details_on(tx.context.today()).deliverables.get(code).map(|words| words.evidence.trim());
    let wanted = wanted.filter(|evidence| files.is_empty() && !evidence.is_empty());
    if files.is_empty() && fields.note.is_empty() {
        let message = match wanted {
            Some(evidence) => Message::new("submission-without-evidence").with("evidence", evidence),
            None => Message::new("submission-without-files"),
        };
        return Err(Error::refused_at("evidence", "files", message));
    }
    // The day starts the purchaser's time to inspect, so the contractor does not choose it.
    let on = tx.context.today();
    if fields.on.is_some_and(|given| given != on) {
        return Err(Error::refused_at("submission-date", "on", Message::new("submission-date").with("today", on)));
    }
    let before = record.facts.submissions.iter().filter(|submission| submission.deliverable == deliverable).count();
    if let Err(undecided) = refuse_while_undecided(record, &deliverable, before as u64) {
        refuse_repeated(tx, record, &deliverable, fields, files)?;
        return Err(undecided);
    }
    confirm(fields, agreed.quantity, wanted)?;
    let overflow = || Error::Internal("too many submissions".to_owned());
    let no = Whole::new(before as u64 + 1).ok_or_else(overflow)?;
    let kept: Vec<FileSummary> = files.iter().map(FileSummary::from).collect();
    let json = |error: serde_json::Error| Error::Internal(error.to_string());
    let words = SubmissionWords { note: fields.note.clone(), files: kept.clone() };
    let body = Submission { deliverable, no, on, quantity: fields.quantity };
    let fact = NewFact {
        kind: FactKind::Submission,
        on,
        body: serde_json::to_value(body).map_err(json)?,
        words: serde_json::to_value(words).map_err(json)?,
    };
    append::append_fact(tx, record, &fact)?;
    alerts::enqueue(tx, record, &[submitted(record, code, no.get(), (on, fields.quantity))])?;
    let purpose = FilePurpose {
        contract: &record.contract,
        owner: record.contract.contractor_id,
        kind: FileUse::Submission,
        subject: code,
        no: i32::try_from(no.get()).map_err(|_| overflow())?,
    };
    files::insert_file_rows(app, tx, files, &purpose)?;
    Ok(SubmissionReceipt { no: no.get(), files: kept })
}

/// Builds the alert to the officer that a deliverable was submitted and waits for inspection.
fn submitted(record: &ContractRecord, code: &str, no: u64, (on, quantity): (NaiveDate, Quantity)) -> Alert {
    let subject = Subject::Submission { deliverable: code.to_owned(), no, fact: record.contract.fact_seq };
    let args = vec![("quantity", quantity.to_string()), ("on", on.to_string())];
    Alert::inform(AlertKind::DeliverableSubmitted, subject, on, args)
}
