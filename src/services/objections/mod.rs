//! Objections (陈述申辩): the contractor disagrees with a breach, a decision, a score or a deduction, and a person other
//! than the one who decided answers with a reason, within ten working days.
//!
//! An objection changes no figure. An upheld one names the act that corrects the matter, and remains a task of the
//! officer until that act is taken. Only one objection about a thing can be open at a time.

mod answer;
pub mod subject;
pub mod view;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{ObjectionState, ObjectionTarget};
use crate::domain::objections::Objected;
use crate::domain::policy::Action;
use crate::domain::standing::Trails;
use crate::error::{Error, FieldError, Message};
use crate::services::change_requests::actors;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::repeats;
use crate::services::contracts::{acts, append};
use crate::services::deliverables::attachments::{self, MAX_FILES};
use crate::services::deliverables::files::{self, FileSummary, ListsFiles, StoredFile};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;
pub use crate::services::objections::answer::{
    ANSWER_LIMITS, ObjectionAnswerInput, answer, answer_with_files, faults_of_answer, permit_answer,
};
use crate::services::shared::inputs;
use crate::storage::change_requests;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::people::Seat;
use crate::storage::objections::{self as rows, NewObjection, Objection};
use crate::storage::write::Tx;

/// An objection of the contractor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    /// Kind of thing with which the contractor disagrees.
    pub against: ObjectionTarget,
    /// Subject: `CLAUSE/SUBJECT` of a breach, `DELIVERABLE/NUMBER` of a decided submission, or code of the milestone of
    /// a score or deduction.
    pub subject: String,
    /// Facts and grounds; required.
    #[serde(default)]
    pub text: String,
}

/// An objection after it was raised or answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ObjectionSummary {
    /// Random identifier of the objection.
    pub id: String,
    pub state: ObjectionState,
    /// Version of the contract, used as the ETag.
    pub version: i64,
    /// Files stored with the objection or answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileSummary>,
}

impl ListsFiles for ObjectionSummary {
    fn files(&self) -> &[FileSummary] {
        &self.files
    }
}

/// Raises an objection as the contractor.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Refused` for a subject that the contract does not have, a
/// waived breach or an empty text; `Duplicate` while an objection about the same thing is open.
pub fn raise(app: &App, caller: &Caller, contract: &str, input: &ObjectionInput) -> Result<ObjectionSummary, Error> {
    let action = Action::RaiseObjection;
    acts::write_contract(app, caller, contract, action, |tx, record, seat| {
        insert_objection(app, tx, (record, seat), input, &[])
    })
}

/// Limits of the form of an objection with files.
pub static OBJECTION_LIMITS: UploadLimits =
    UploadLimits { texts: &["against", "subject", "text"], file: "files", files: MAX_FILES, endings: &[] };

/// Grants permission to raise an objection with files, before the body is read. `key` identifies the form.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota is used up.
pub fn permit_objection(app: &App, caller: Caller, contract: &str, key: &str) -> Result<UploadPermit, Error> {
    attachments::permit(app, caller, (contract, key), (&[Action::RaiseObjection], FileUse::Objection))
}

/// Raises an objection with the files of a form.
///
/// # Errors
/// `Malformed` fields, and those of [`raise`]; no file is kept in either case.
pub async fn raise_with_files(app: &App, permit: UploadPermit, form: UploadForm) -> Result<ObjectionSummary, Error> {
    let (input, _) = read_fields(&form);
    let input = input.ok_or_else(|| Error::Malformed(faults_of_objection(&form)))?;
    let (cloned, contract) = (app.clone(), permit.contract.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (mut record, seat, _) = acts::begin(tx, caller, &contract, &[Action::RaiseObjection])?;
        insert_objection(&cloned, tx, (&mut record, &seat), &input, files)
    })
    .await
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_objection(form: &UploadForm) -> Vec<FieldError> {
    read_fields(form).1.into_iter().chain(form.missing_fault("text", "objection-text-missing")).collect()
}

fn read_fields(form: &UploadForm) -> (Option<ObjectionInput>, Vec<FieldError>) {
    let mut faults = Vec::new();
    let against =
        form.require_field("against", &mut faults, |text| ObjectionTarget::parse(text).ok_or("malformed-word"));
    let subject = form.require_field("subject", &mut faults, |text| Ok(text.to_owned()));
    let text = form.text("text").unwrap_or_default().to_owned();
    (against.zip(subject).map(|(against, subject)| ObjectionInput { against, subject, text }), faults)
}

fn insert_objection(
    app: &App,
    tx: &mut Tx<'_>,
    (record, seat): (&mut ContractRecord, &Seat),
    input: &ObjectionInput,
    files: &[StoredFile],
) -> Result<ObjectionSummary, Error> {
    let text = required_text(&input.text)?;
    let standing = record.standing(tx.context.today(), Trails::Off)?;
    let objected = Objected::parse(input.against, input.subject.trim()).ok_or_else(subject::unknown)?;
    let mut found = subject::find(record, &standing, &objected)?;
    let ids: Vec<&str> = found.requests.iter().map(String::as_str).collect();
    let granted = change_requests::by_public_ids(tx.connection, &ids)?;
    found.deciders.extend(granted.iter().flat_map(actors));
    refuse_second(tx, record, &objected)?;
    let (id, by) = (tx.context.ids.uuid(), tx.person()?);
    let new = NewObjection {
        public_id: &id,
        contract_id: record.contract.id,
        against: input.against,
        subject: &objected.to_string(),
        text,
        fact_seq: found.fact_seq,
        deciders: &subject::write_deciders(&found.deciders)?,
    };
    rows::insert(tx.connection, tx.context, &new, by)?;
    let files = attachments::attach(app, tx, (&record.contract, seat), (FileUse::Objection, &id), files)?;
    let mut body = event_body(&id, &objected, text);
    attachments::list_in(&mut body, &files);
    append_event(tx, &record.contract, Action::RaiseObjection, body)?;
    append::save_change(tx, record)?;
    Ok(ObjectionSummary { id, state: ObjectionState::Open, version: record.contract.version, files })
}

fn required_text(given: &str) -> Result<&str, Error> {
    let text = inputs::text("text", given)?;
    if text.is_empty() {
        return Err(Error::refused_at("reason", "text", Message::new("objection-text-missing")));
    }
    Ok(text)
}

/// Refuses an objection while another one about the same thing is open.
fn refuse_second(tx: &mut Tx<'_>, record: &ContractRecord, objected: &Objected) -> Result<(), Error> {
    let (target, subject) = (objected.target(), objected.to_string());
    let is_open =
        |known: &Objection| known.state == ObjectionState::Open && known.against == target && known.subject == subject;
    let known = rows::of_contract(tx.connection, record.contract.id)?;
    let Some(first) = known.into_iter().find(is_open) else { return Ok(()) };
    let message = Message::new("objection-repeated").with("on", civil_day(first.raised_at));
    Err(repeats::duplicate(&record.contract, None, format!("objection-{}", first.public_id), message, false))
}

/// Builds the audit body of an objection's event.
fn event_body(id: &str, objected: &Objected, reason: &str) -> serde_json::Value {
    let mut body = objected.codes();
    if let Some(body) = body.as_object_mut() {
        body.insert("objection".to_owned(), id.into());
        body.insert("against".to_owned(), objected.target().as_str().into());
        body.insert("reason".to_owned(), reason.into());
    }
    body
}
