//! Objections as lists and pages show them: with files, the names of people, the last day for the answer and the act
//! that would correct the matter.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::{ObjectionState, ObjectionTarget};
use crate::domain::objections::{ANSWER_WORKING_DAYS, may_answer};
use crate::domain::standing::{Standing, Trails};
use crate::domain::tasks::working_days_after;
use crate::error::Error;
use crate::services::contracts::parts;
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::files::FileView;
use crate::services::identity::caller::Caller;
use crate::services::objections::subject::{self, Correction};
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::deliverables::files::FileUse;
use crate::storage::identity::names::Names;
use crate::storage::objections::Objection;

/// An objection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObjectionView {
    /// Random identifier of the objection.
    pub id: String,
    pub against: ObjectionTarget,
    /// Subject, as it was named when the objection was raised.
    pub subject: String,
    /// Facts and grounds.
    pub text: String,
    /// Files given as proof.
    pub files: Vec<FileView>,
    pub state: ObjectionState,
    /// Name of the person of the contractor who raised the objection.
    pub raised_by: String,
    /// Name of the person represented, if a deputy raised the objection.
    pub on_behalf_of: Option<String>,
    /// Time of the objection, in UTC.
    pub raised_at: DateTime<Utc>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// Reason of the answer; empty before.
    pub reason: String,
    /// Name of the person who answered.
    pub answered_by: Option<String>,
    /// Name of the person represented, if a deputy answered.
    pub answered_for: Option<String>,
    /// Time of the answer, in UTC.
    pub answered_at: Option<DateTime<Utc>>,
    /// Files given with the answer.
    pub answer_files: Vec<FileView>,
    /// Act that would correct the matter of an upheld objection; null once it was taken.
    pub correction: Option<Correction>,
    /// True if one of the caller's roles may answer the objection.
    #[serde(skip)]
    pub is_answerable: bool,
}

/// Lists the objections of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<ObjectionView>, Error> {
    parts::list(app, caller, contract, page, |connection, contract, found| {
        let files = Attachments::all(connection, contract.id)?;
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::Off)?;
        views(connection, caller, (&record, &standing, &files), found)
    })
}

/// Builds the views of objections, with the names of the people involved.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, standing, files): (&ContractRecord, &Standing, &Attachments),
    objections: Vec<Objection>,
) -> Result<Vec<ObjectionView>, Error> {
    let involved =
        objections.iter().flat_map(|one| [Some(one.raised_by.0), one.raised_for, one.answered_by, one.answered_for]);
    let names = Names::remembered(connection, &record.registers, involved)?;
    let view = |objection: Objection| {
        let raised_on = civil_day(objection.raised_at);
        let is_open = objection.state == ObjectionState::Open;
        let answering = subject::answering_role(record, &objection)?;
        Ok(ObjectionView {
            correction: subject::correction(record, standing, &objection)?,
            answer_by: working_days_after(&record.days.calendar, raised_on, ANSWER_WORKING_DAYS),
            is_answerable: is_open && caller.seats.iter().any(|seat| may_answer(seat.role, answering)),
            raised_by: names.of(objection.raised_by),
            on_behalf_of: names.find(objection.raised_for),
            raised_at: objection.raised_at.and_utc(),
            answered_by: names.find(objection.answered_by),
            answered_for: names.find(objection.answered_for),
            answered_at: objection.answered_at.map(|at| at.and_utc()),
            files: files.of(FileUse::Objection, &objection.public_id),
            answer_files: files.of(FileUse::Answer, &objection.public_id),
            reason: objection.answer,
            id: objection.public_id,
            against: objection.against,
            subject: objection.subject,
            text: objection.text,
            state: objection.state,
        })
    };
    objections.into_iter().map(view).collect()
}
