//! Answering an objection. No one may answer an objection to their own decision, nor may anyone who acts for them.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ObjectionState;
use crate::domain::objections::{OBJECTION_ACTIONS, may_answer};
use crate::domain::policy::Action;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::append_event;
use crate::services::contracts::{acts, append, repeats};
use crate::services::deliverables::attachments::{self, MAX_FILES};
use crate::services::deliverables::files::{self, StoredFile};
use crate::services::deliverables::permits::UploadPermit;
use crate::services::deliverables::uploads::{UploadForm, UploadLimits};
use crate::services::identity::caller::{Caller, reject_earlier_actors};
use crate::services::notifications::party_alerts;
use crate::services::objections::{ObjectionSummary, event_body, subject};
use crate::services::shared::inputs;
use crate::storage::audit::event_action::EventAction;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::people::Seat;
use crate::storage::objections::{self as rows, Objection};
use crate::storage::write::Tx;

/// An answer to an objection.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswerInput {
    /// Reason; required for every answer.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Upholds or rejects an objection.
///
/// # Errors
/// `NotFound` for an unknown objection or answer; `Forbidden` for people who took the decision objected to, and for
/// finance if the leader answers; `Conflict` if it was answered already; `Refused` without a reason.
pub fn answer(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ObjectionAnswerInput,
) -> Result<ObjectionSummary, Error> {
    caller.may(Action::AnswerObjection)?;
    let outcome = outcome_of(name)?;
    let find = (id, rows::with_contract);
    acts::write_about(app, caller, Action::AnswerObjection, find, |tx, record, seat, objection| {
        record_answer(app, tx, (record, seat), (objection, outcome), (input.reason.as_deref(), &[]))
    })
}

/// Limits of the form of an answer with files.
pub static ANSWER_LIMITS: UploadLimits =
    UploadLimits { texts: &["reason"], file: "files", files: MAX_FILES, endings: &[] };

/// Grants permission to answer an objection with files, before the body is read.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `TooLarge` if the quota is used up.
pub fn permit_answer(app: &App, caller: Caller, id: &str) -> Result<UploadPermit, Error> {
    caller.may(Action::AnswerObjection)?;
    let found = app.pool.read(|connection| rows::with_contract(connection, id, &caller.organisations()))?;
    let (_, contract) = found.ok_or(Error::NotFound)?;
    let right = (&[Action::AnswerObjection][..], FileUse::Answer);
    attachments::permit(app, caller, (&contract.public_id, id), right)
}

/// Upholds or rejects the objection of a permit, with the files of a form.
///
/// # Errors
/// As [`answer`]; no file is kept in that case.
pub async fn answer_with_files(
    app: &App,
    permit: UploadPermit,
    form: UploadForm,
    name: &str,
) -> Result<ObjectionSummary, Error> {
    let outcome = outcome_of(name)?;
    let reason = form.text("reason").map(str::to_owned);
    let (cloned, contract, id) = (app.clone(), permit.contract.clone(), permit.code.clone());
    files::store_files(app, permit, form, move |tx, caller, files| {
        let (mut record, seat, _) = acts::begin(tx, caller, &contract, &[Action::AnswerObjection])?;
        let objection = rows::one_of_contract(tx.connection, record.contract.id, &id)?.ok_or(Error::NotFound)?;
        record_answer(&cloned, tx, (&mut record, &seat), (objection, outcome), (reason.as_deref(), files))
    })
    .await
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_answer(form: &UploadForm) -> Vec<FieldError> {
    form.missing_fault("reason", "reason-missing").into_iter().collect()
}

/// State of the objection after an answer, and the action of the answer's event.
type Outcome = (ObjectionState, EventAction);

fn outcome_of(name: &str) -> Result<Outcome, Error> {
    if !OBJECTION_ACTIONS.iter().any(|(known, _)| *known == name) {
        return Err(Error::NotFound);
    }
    Ok(match name {
        "uphold" => (ObjectionState::Upheld, EventAction::ObjectionUphold),
        _ => (ObjectionState::Rejected, EventAction::ObjectionReject),
    })
}

fn record_answer(
    app: &App,
    tx: &mut Tx<'_>,
    (record, seat): (&mut ContractRecord, &Seat),
    (mut objection, (state, action)): (Objection, Outcome),
    (reason, files): (Option<&str>, &[StoredFile]),
) -> Result<ObjectionSummary, Error> {
    if objection.state != ObjectionState::Open {
        let part = format!("objection-{}", objection.public_id);
        let message = Message::new("objection-answered").with("state", objection.state);
        return Err(repeats::duplicate(&record.contract, None, part, message, false));
    }
    if !may_answer(seat.role, subject::answering_role(record, &objection)?) {
        return Err(Error::forbidden("objection-of-leader"));
    }
    reject_earlier_actors(tx, &subject::deciders(&objection)?)?;
    let reason = inputs::reason(reason)?;
    let by = tx.person()?;
    rows::record_answer(tx.connection, tx.context, objection.id, (state, by, reason))?;
    objection.state = state;
    let purpose = (FileUse::Answer, objection.public_id.as_str());
    let files = attachments::attach(app, tx, (&record.contract, seat), purpose, files)?;
    let mut body = event_body(&objection.public_id, &subject::of(&objection)?, reason);
    attachments::list_in(&mut body, &files);
    append_event(tx, &record.contract, action, body)?;
    append::save_change(tx, record)?;
    party_alerts::tell_answer(tx, record, &objection, reason)?;
    Ok(ObjectionSummary { id: objection.public_id, state, version: record.contract.version, files })
}
