//! Requests for a waiver: the purchaser forgoes the penalty of one breach. A granted waiver becomes a fact. Purchaser
//! and contractor may both request one, the contractor with files as proof.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ChangeRequestKind;
use crate::domain::numbers::Code;
use crate::domain::shape::optional_date;
use crate::error::{Error, FieldError};
use crate::services::change_requests::open::{NewRequest, open_request, rights_of};
use crate::services::change_requests::{ChangeRequestSummary, with_day};
use crate::services::deliverables::attachments::MAX_FILES;
use crate::services::deliverables::uploads::{self, UploadForm, UploadLimits};
use crate::services::identity::caller::Caller;

/// A waiver of the penalty of a breach.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverInput {
    /// Code of the breached clause.
    #[schema(value_type = String)]
    pub clause: Code,
    /// Subject of the breach: code of the deliverable, milestone or incident, or the month.
    #[schema(value_type = String)]
    pub subject: Code,
    /// Reason; required.
    #[serde(default)]
    pub reason: String,
    /// Accepted and ignored: a second request about the same thing would change nothing.
    #[serde(default)]
    pub another: bool,
    /// Day from which the waiver counts. Defaults to the day on which it is granted.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Requests a waiver.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state; `Duplicate` for a breach that is waived or whose waiver is
/// pending; `Refused` if the waiver could not be granted today.
pub fn request_waiver(
    app: &App,
    caller: &Caller,
    contract: &str,
    input: &WaiverInput,
) -> Result<ChangeRequestSummary, Error> {
    caller.may_any(rights_of(ChangeRequestKind::Waiver))?;
    open_request(app, caller, contract, &new_request(input))
}

/// Builds the request.
fn new_request(input: &WaiverInput) -> NewRequest {
    let body = with_day(serde_json::json!({ "clause": input.clause, "subject": input.subject }), input.on);
    let (kind, reason) = (ChangeRequestKind::Waiver, input.reason.clone());
    NewRequest { kind, body, reason, another: input.another }
}

/// The form of a waiver with files.
pub static WAIVER_LIMITS: UploadLimits = UploadLimits {
    texts: &["clause", "subject", "reason", "another", "on"],
    file: "files",
    files: MAX_FILES,
    endings: &[],
};

/// Reads the request from a form with files.
///
/// # Errors
/// `Malformed` with every fault of the form.
pub(super) fn read_form(form: &UploadForm) -> Result<NewRequest, Error> {
    let (input, _) = read_fields(form);
    Ok(new_request(&input.ok_or_else(|| Error::Malformed(faults_of_waiver(form)))?))
}

/// Returns every fault that the form shows by itself.
pub fn faults_of_waiver(form: &UploadForm) -> Vec<FieldError> {
    read_fields(form).1.into_iter().chain(form.missing_fault("reason", "reason-missing")).collect()
}

/// Reads the fields of the form, or their faults.
fn read_fields(form: &UploadForm) -> (Option<WaiverInput>, Vec<FieldError>) {
    let mut faults = Vec::new();
    let parse = |text: &str| Code::new(text).map_err(|_| "malformed-code");
    let clause = form.require_field("clause", &mut faults, parse);
    let subject = form.require_field("subject", &mut faults, parse);
    let on = form.parse_field("on", &mut faults, uploads::parse_day);
    let reason = form.text("reason").unwrap_or_default().to_owned();
    let another = form.text("another").is_some();
    let input = clause.zip(subject).filter(|_| faults.is_empty());
    (input.map(|(clause, subject)| WaiverInput { clause, subject, reason, another, on }), faults)
}
